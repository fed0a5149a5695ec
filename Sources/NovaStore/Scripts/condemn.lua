-- Decides that a job will fail, before its dead letter is written.
--
-- KEYS  1 job
-- ARGV  1 run  2 error JSON
-- Returns 'condemned', or 'lost' if Redis knows nothing of the job, or 'stale' if this run is not the job's latest any
-- more or the job has ended: then nothing is changed
-- Promise: whoever takes the job over ends it the same way, so that no job has a dead letter and succeeds.
local job = redis.call('HMGET', KEYS[1], 'state', 'run')
if not job[1] then return 'lost' end
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 'stale' end
redis.call('HSET', KEYS[1], 'condemned', ARGV[2])
return 'condemned'
