-- Decides that a job will fail, before its dead letter is written.
--
-- WORK: at most 10 calls: the job
--
-- KEYS  1 job  2 jobs of the owner
-- ARGV  1 run  2 error JSON  3 job id  4 now ms  5 job kept ms  6 attempts  7 first ms
--       8.. pairs of fields and values of the job record, written where Redis has lost it
-- Returns 'condemned', or 'stale' if this run is not the job's latest any more or the job has ended: then nothing is
-- changed
-- Promise: whoever takes the job over ends it the same way, so that no job has a dead letter and succeeds, unless Redis
-- loses its memory between the two.
local job = redis.call('HMGET', KEYS[1], 'state', 'run')
if not job[1] then
    redis.call('HSET', KEYS[1], 'state', 'running', 'run', ARGV[1], 'condemned', ARGV[2], 'attempts', ARGV[6],
        'first', ARGV[7], unpack(ARGV, 8))
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'created') or ARGV[4], ARGV[3])
    redis.call('PEXPIRE', KEYS[2], ARGV[5])
    return 'condemned'
end
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 'stale' end
redis.call('HSET', KEYS[1], 'condemned', ARGV[2])
return 'condemned'
