-- Tells how far a running job is.
--
-- KEYS  1 job  2 events  3 event clock
-- ARGV  1 fraction  2 message  3 now ms  4 event channel  5 events kept  6 events kept ms
--       7 domain  8 channels  9 data JSON of the event
-- Returns 1, or 0 if the job is not running (any more); then nothing is told
if redis.call('HGET', KEYS[1], 'state') ~= 'running' then return 0 end
redis.call('HSET', KEYS[1], 'progress', ARGV[1], 'message', ARGV[2])
event_append(KEYS[2], KEYS[3], ARGV[4], tonumber(ARGV[3]), ARGV[5], tonumber(ARGV[6]),
    'job.progress', ARGV[7], ARGV[8], ARGV[9])
return 1
