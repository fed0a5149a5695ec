-- @include lib-events
-- Puts a job back until its next attempt is due.
--
-- WORK: at most 15 calls: the job and one event
--
-- KEYS  1 job  2 events  3 event clock
-- ARGV  1 run  2 due ms  3 error JSON  4 event channel  5 events kept  6 events kept ms
--       7 domain  8 channels  9 data JSON of the event
-- Returns 'waiting', or 'cancel' if somebody asked for cancellation meanwhile, or 'lost' if Redis knows nothing of the
-- job (wait all the same, `start.lua` finds it again), or 'stale' if this run is not the job's latest any more or the job
-- has ended: in these three nothing is changed
-- Promise: what is waited for, and how often it was tried, outlives the worker. Asking twice changes nothing more.
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'cancel')
if not job[1] then return 'lost' end
if job[2] ~= ARGV[1] then return 'stale' end
if job[1] == 'queued' then return 'waiting' end
if job[1] ~= 'running' then return 'stale' end
if job[3] then return 'cancel' end
redis.call('HSET', KEYS[1], 'state', 'queued', 'retry_at', ARGV[2], 'last_error', ARGV[3])
-- It ended: its worker did not die of it.
redis.call('HDEL', KEYS[1], 'alone')
event_append(KEYS[2], KEYS[3], ARGV[4], ARGV[5], tonumber(ARGV[6]),
    'job.retrying', ARGV[7], ARGV[8], ARGV[9])
return 'waiting'
