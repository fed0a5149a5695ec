-- @include lib-events
-- @include lib-replies
-- @include lib-analytics
-- Ends a job: result, state, analytics, event and reply, all or nothing, once.
--
-- WORK: at most 8000 calls: the job, one event, 16 reply channels, 100 old jobs, and every 64th time what was noted
-- (lib-analytics)
--
-- KEYS  1 job  2 jobs of the owner  3 events  4 event clock  5 analytics of the domain (lib-analytics)
-- ARGV  1 job id  2 state  3 result JSON  4 error JSON  5 now ms  6 job kept ms  7 jobs kept (count)
--       8 event channel  9 events kept  10 events kept ms  11 event  12 domain  13 channels  14 data JSON of the event
--       15 reply channel of the command, or ''  16 handling us  17 queue us, or -1  18 id of the flow, or ''
--       19 run  20.. pairs of fields and values of the job record, written where Redis has lost it
-- Returns { 1, event id } when this call ended the job, { 0, state } when it had ended before, { -1, state } when it is
-- another run's by now and this one has no result, or the other has a dead letter for it: then the other decides
-- Promise: the first end stays. Counted, told and replied once, however often the command is delivered. The reply goes
-- to the command's own channel and to those that repeated the request while it went on, to each once.
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'condemned', 'attempts', 'key')
local state = job[1]
if state == 'completed' or state == 'failed' or state == 'cancelled' then return { 0, state } end
if job[2] and job[2] ~= ARGV[19] and (ARGV[2] ~= 'completed' or job[3]) then return { -1, state } end
local now = tonumber(ARGV[5])
if not state then
    redis.call('HSET', KEYS[1], unpack(ARGV, 20))
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'created') or ARGV[5], ARGV[1])
end
redis.call('HSET', KEYS[1], 'state', ARGV[2], 'result', ARGV[3], 'error', ARGV[4], 'finished', ARGV[5])
if ARGV[2] == 'completed' then redis.call('HSET', KEYS[1], 'progress', '1') end
redis.call('PEXPIRE', KEYS[1], ARGV[6])
redis.call('PEXPIRE', KEYS[2], ARGV[6])
-- Some with each that ends: more than comes goes, and no call has much to do.
local old = redis.call('ZRANGE', KEYS[2], '-inf', string.format('(%.0f', now - tonumber(ARGV[6])), 'BYSCORE', 'LIMIT', 0, 100)
if #old > 0 then redis.call('ZREM', KEYS[2], unpack(old)) end
local more = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[7])
if more > 0 then redis.call('ZREMRANGEBYRANK', KEYS[2], 0, math.min(more, 100) - 1) end

local handling, queue = tonumber(ARGV[16]), tonumber(ARGV[17])
local retries = math.max(0, tonumber(job[4] or '1') - 1)
analytics_note(KEYS[5], job_subjects(job[5] or redis.call('HGET', KEYS[1], 'key'), ARGV[18]), {
    [ARGV[2]] = 1, retries = retries, retried = math.min(1, retries), dead_letters = job[3] and 1 or 0,
}, queue, handling, queue >= 0 and queue + handling or -1)

local event = event_append(KEYS[3], KEYS[4], ARGV[8], ARGV[9], tonumber(ARGV[10]),
    ARGV[11], ARGV[12], ARGV[13], ARGV[14])
local body = ARGV[3]
if ARGV[2] ~= 'completed' then body = ARGV[4] end
replies_tell(KEYS[1], ARGV[15], ARGV[1], ARGV[2], body)
return { 1, event }
