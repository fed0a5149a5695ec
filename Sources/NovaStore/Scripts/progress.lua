-- Tells how far a running job is.
--
-- KEYS  1 job  2 events  3 event clock
-- ARGV  1 run  2 fraction  3 message  4 now ms  5 event channel  6 events kept  7 events kept ms
--       8 domain  9 channels  10 data JSON of the event
-- Returns 'told', or 'cancel' if somebody asked for cancellation (it is told all the same), or 'stale' if this run does
-- not have the job any more: then nothing is told
local job = redis.call('HMGET', KEYS[1], 'state', 'run', 'cancel')
if job[1] ~= 'running' or job[2] ~= ARGV[1] then return 'stale' end
redis.call('HSET', KEYS[1], 'progress', ARGV[2], 'message', ARGV[3])
event_append(KEYS[2], KEYS[3], ARGV[5], tonumber(ARGV[4]), ARGV[6], tonumber(ARGV[7]),
    'job.progress', ARGV[8], ARGV[9], ARGV[10])
if job[3] then return 'cancel' end
return 'told'
