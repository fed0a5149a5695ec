-- Takes back the admission of a command that could not be published: the job fails, its idempotency key is free again.
--
-- KEYS  1 job  2 idempotency
-- ARGV  1 job id  2 error JSON  3 now ms
-- Returns 1 if the job was still queued, else 0: then a worker has the command after all, and nothing is changed
-- Promise: a job whose command never reached Kafka is not left queued. If the command did reach it after all (the
-- acknowledgement was lost), the worker finds the job ended and lets it be. Requests that were taken for repetitions of
-- this one, and wait, are told that it failed.
if redis.call('HGET', KEYS[1], 'state') ~= 'queued' then return 0 end
if redis.call('HGET', KEYS[2], 'job') == ARGV[1] then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[1], 'state', 'failed', 'error', ARGV[2], 'finished', ARGV[3])
replies_tell(KEYS[1], '', ARGV[1], 'failed', ARGV[2])
return 1
