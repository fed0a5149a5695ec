-- Marks a job as running, at the beginning of each attempt.
--
-- KEYS  1 job  2 jobs of the owner  3 events  4 event clock
-- ARGV  1 job id  2 worker  3 now ms  4 job kept ms  5 event channel  6 events kept  7 events kept ms
--       8 domain  9 channels  10 data JSON of the event
--       11.. pairs of fields and values of the job record, written where Redis has lost it
-- Returns { 'run', attempts } or { 'ended', state } or { 'cancel', attempts }
-- Promise: an ended job is never started again, a job that Redis lost is found again.
local state = redis.call('HMGET', KEYS[1], 'state', 'cancel', 'created')
if state[1] == 'completed' or state[1] == 'failed' or state[1] == 'cancelled' then return { 'ended', state[1] } end
if not state[1] then
    redis.call('HSET', KEYS[1], unpack(ARGV, 11))
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'created') or ARGV[3], ARGV[1])
    redis.call('PEXPIRE', KEYS[2], ARGV[4])
end
local attempts = redis.call('HINCRBY', KEYS[1], 'attempts', 1)
redis.call('HSET', KEYS[1], 'state', 'running', 'worker', ARGV[2], 'started', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
if state[2] then return { 'cancel', attempts } end
event_append(KEYS[3], KEYS[4], ARGV[5], tonumber(ARGV[3]), ARGV[6], tonumber(ARGV[7]),
    'job.running', ARGV[8], ARGV[9], ARGV[10])
return { 'run', attempts }
