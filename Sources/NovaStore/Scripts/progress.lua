-- @include lib-events
-- Tells how far a running job is.
--
-- WORK: at most 15 calls: the job and one event
--
-- KEYS  1 job  2 events  3 event clock
-- ARGV  1 run  2 fraction  3 message  4 event channel  5 events kept  6 events kept ms
--       7 domain  8 channels  9 data JSON of the event
-- Returns 'told', or 'cancel' if somebody asked for cancellation (it is told all the same), or 'stale' if this run does
-- not have the job any more: then nothing is told
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'cancel')
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 'stale' end
redis.call('HSET', KEYS[1], 'progress', ARGV[2], 'message', ARGV[3])
event_append(KEYS[2], KEYS[3], ARGV[4], ARGV[5], tonumber(ARGV[6]),
    'job.progress', ARGV[7], ARGV[8], ARGV[9])
if job[3] then return 'cancel' end
return 'told'
