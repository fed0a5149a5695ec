-- Begins an attempt at a job.
--
-- KEYS  1 job  2 jobs of the owner  3 events  4 event clock
-- ARGV  1 job id  2 worker  3 run: the name of this attempt  4 now ms  5 job kept ms  6 replay, or ''
--       7 event channel  8 events kept  9 events kept ms  10 domain  11 channels  12 data JSON of the event
--       13.. pairs of fields and values of the job record, written where Redis has lost it
-- Returns { 'run', attempts, first ms, last error JSON or '' }
--         { 'wait', ms }: it waits for its next attempt, which is not due yet
--         { 'cancel', attempts, first ms, '' }: somebody asked for cancellation; end it as cancelled
--         { 'condemned', attempts, first ms, error JSON }: it was to fail when its worker died; end it as failed
--         { 'ended', state }
-- Promise: an ended job is never started again, except that a failed one is for each replay once; a job that Redis lost
-- is found again; asking twice for the same run counts one attempt.
local job = redis.call('HMGET', KEYS[1], 'state', 'cancel', 'run', 'retry_at', 'replay:' .. ARGV[6], 'condemned')
local state = job[1]
if state == 'completed' or state == 'cancelled' then return { 'ended', state } end
if state == 'failed' then
    if ARGV[6] == '' or job[5] then return { 'ended', state } end
    redis.call('HDEL', KEYS[1], 'error', 'result', 'finished', 'first', 'retry_at', 'last_error', 'cancel', 'deadline',
        'condemned')
    redis.call('HSET', KEYS[1], 'attempts', 0, 'progress', 0, 'message', '', unpack(ARGV, 13))
    job[2], job[4], job[6] = false, false, false
end
local now = tonumber(ARGV[4])
local due = tonumber(job[4])
if state == 'queued' and due and due > now and not job[2] then return { 'wait', due - now } end
if not state then
    redis.call('HSET', KEYS[1], unpack(ARGV, 13))
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'created') or ARGV[4], ARGV[1])
    redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'replay:' .. ARGV[6], '1') end
redis.call('HSETNX', KEYS[1], 'first', ARGV[4])
if state ~= 'running' or job[3] ~= ARGV[3] then
    if not job[6] then redis.call('HINCRBY', KEYS[1], 'attempts', 1) end
    redis.call('HSET', KEYS[1], 'state', 'running', 'worker', ARGV[2], 'run', ARGV[3], 'started', ARGV[4])
    redis.call('HDEL', KEYS[1], 'retry_at')
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    if not job[2] and not job[6] then
        event_append(KEYS[3], KEYS[4], ARGV[7], ARGV[8], tonumber(ARGV[9]),
            'job.running', ARGV[10], ARGV[11], ARGV[12])
    end
end
local now_known = redis.call('HMGET', KEYS[1], 'attempts', 'first', 'last_error')
if job[6] then return { 'condemned', tonumber(now_known[1]), tonumber(now_known[2]), job[6] } end
local verdict = 'run'
if job[2] then verdict = 'cancel' end
return { verdict, tonumber(now_known[1]), tonumber(now_known[2]), now_known[3] or '' }
