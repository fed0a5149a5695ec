-- @include lib-events
-- @include lib-replies
-- @include lib-analytics
-- Ends a job that nobody works on and whose deadline is over.
--
-- WORK: at most 8000 calls: the job, one event, and every 64th time what was noted (lib-analytics)
--
-- KEYS  1 job  2 events  3 event clock  4 analytics of the domain (lib-analytics)
-- ARGV  1 job id  2 run that the caller saw, or ''  3 now ms  4 error JSON  5 event channel  6 events kept
--       7 events kept ms  8 domain  9 channels  10 data JSON of the event
--       11 id of the flow, or ''
-- Returns 1, or 0 if it has ended, has no deadline or time left, or was begun since the caller looked
-- Promise: no job is unfinished for ever, also where its command never reached Kafka. A worker that gets the command
-- later finds the job ended and lets it be.
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'deadline', 'key', 'created', 'started', 'attempts')
if job[1] ~= 'queued' and job[1] ~= 'running' then return 0 end
if (job[2] or '') ~= ARGV[2] then return 0 end
local deadline = tonumber(job[3])
if not deadline or deadline > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[1], 'state', 'failed', 'error', ARGV[4], 'finished', ARGV[3])
local now, created, started = tonumber(ARGV[3]), tonumber(job[5] or ARGV[3]), tonumber(job[6] or ARGV[3])
analytics_note(KEYS[4], job_subjects(job[4], ARGV[11]), { expired = 1, retries = math.max(0, tonumber(job[7] or '1') - 1), retried = tonumber(job[7] or '1') > 1 and 1 or 0 },
    math.max(0, started - created) * 1000,
    job[6] and math.max(0, now - started) * 1000 or -1, math.max(0, now - created) * 1000)
event_append(KEYS[2], KEYS[3], ARGV[5], ARGV[6], tonumber(ARGV[7]),
    'job.failed', ARGV[8], ARGV[9], ARGV[10])
replies_tell(KEYS[1], '', ARGV[1], 'failed', ARGV[4])
return 1
