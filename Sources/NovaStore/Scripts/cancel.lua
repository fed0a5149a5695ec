-- @include lib-events
-- @include lib-replies
-- @include lib-analytics
-- Asks for the cancellation of a job.
--
-- WORK: at most 8000 calls: the job, one event, and every 64th time what was noted (lib-analytics)
--
-- KEYS  1 job  2 events  3 event clock  4 analytics of the domain (lib-analytics)
-- ARGV  1 job id  2 now ms  3 event channel  4 events kept  5 events kept ms  6 channels  7 data JSON of the event
--       8 cancellation channel of the pool  9 error JSON  10 id of the flow, or ''
-- Returns { 'cancelled' }: it had not begun, or waited for its next attempt, and is ended now
--         { 'requested' }: it runs, its worker was told
--         the first also where it was cancelled before: whoever asks again did not hear the answer
--         { 'ended', state }: too late     { 'unknown' }
-- Promise: a job that had not begun never begins, and whoever waits for it is told. Its worker is told in both cases: it
-- may hold back others of the entity while the job waits for its next attempt.
local job = redis.call('HMGET', KEYS[1], 'state', 'domain', 'key', 'created')
local state = job[1]
if not state then return { 'unknown' } end
if state == 'cancelled' then return { 'cancelled' } end
if state == 'queued' then
    redis.call('HSET', KEYS[1], 'state', 'cancelled', 'finished', ARGV[2], 'cancel', '1', 'error', ARGV[9])
    local queue = math.max(0, tonumber(ARGV[2]) - tonumber(job[4] or ARGV[2])) * 1000
    analytics_note(KEYS[4], job_subjects(job[3], ARGV[10]), { cancelled = 1 }, queue, -1, queue)
    event_append(KEYS[2], KEYS[3], ARGV[3], ARGV[4], tonumber(ARGV[5]),
        'job.cancelled', job[2] or '', ARGV[6], ARGV[7])
    replies_tell(KEYS[1], '', ARGV[1], 'cancelled', ARGV[9])
    redis.call('PUBLISH', ARGV[8], ARGV[1])
    return { 'cancelled' }
end
if state == 'running' then
    redis.call('HSET', KEYS[1], 'cancel', '1')
    redis.call('PUBLISH', ARGV[8], ARGV[1])
    return { 'requested' }
end
return { 'ended', state }
