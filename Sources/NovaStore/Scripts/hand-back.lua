-- Gives a running job back, as if this attempt had not been: another worker will do it.
--
-- WORK: at most 10 calls: the job
--
-- KEYS  1 job
-- ARGV  1 run
-- Returns 1, or 0 if this run is not the job's latest any more, or it does not run: then nothing is changed
-- Promise: a graceful stop is not counted as an attempt.
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'condemned')
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 0 end
-- Its attempt was made, and its end is decided.
if job[3] then return 1 end
-- What was alone is tried alone again, for nothing is known of it: its mark stays.
redis.call('HINCRBY', KEYS[1], 'attempts', -1)
redis.call('HSET', KEYS[1], 'state', 'queued')
redis.call('HDEL', KEYS[1], 'worker', 'started')
return 1
