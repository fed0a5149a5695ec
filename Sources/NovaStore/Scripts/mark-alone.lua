-- Notes whether a running attempt is alone in its worker.
--
-- WORK: at most 2 calls: the job
--
-- KEYS  1 job
-- ARGV  1 run  2 '1' where it is alone, or ''
-- Returns 1, or 0 if this run is not the job's latest any more, or it does not run: then nothing is changed
-- Promise: only the death of a worker while the mark is there is counted as an attempt (start.lua).
local job = redis.call('HMGET', KEYS[1], 'state', 'run')
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 0 end
if ARGV[2] ~= '' then redis.call('HSET', KEYS[1], 'alone', ARGV[1]) else redis.call('HDEL', KEYS[1], 'alone') end
return 1
