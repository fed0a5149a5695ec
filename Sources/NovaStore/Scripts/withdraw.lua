-- @include lib-replies
-- Takes back that a command will be published: its gateway could not. Where nobody else may have, the job fails and its
-- idempotency key is free again.
--
-- WORK: at most 40 calls: the job, and 16 reply channels
--
-- KEYS  1 job  2 idempotency
-- ARGV  1 job id  2 error JSON  3 now ms  4 publisher: the job id under which the request was admitted
-- Returns 1  the job has failed
--         0  it was begun or has ended: a worker has the command after all; nothing is changed
--         -1 another gateway may have published it: the job stays queued
-- Promise: a job whose command never reached Kafka is not left queued, unless a repetition took it up, or whoever might
-- have published it is not known to have failed (see admit.lua); then it is published again by the next repetition, or
-- ends at its deadline. A job that waits for its next attempt is never failed here. If the command did reach Kafka (the
-- acknowledgement was lost), the worker finds the job ended and lets it be. Requests that were taken for repetitions of
-- this one, and wait, are told that it failed.
-- A job that Redis has lost meanwhile was not begun, as far as is known: the client hears that it failed.
local job = redis.call('HMGET', KEYS[1], 'state', 'attempts', 'publishers')
if not job[1] then
    if redis.call('HGET', KEYS[2], 'job') == ARGV[1] then redis.call('DEL', KEYS[2]) end
    return 1
end
if job[1] ~= 'queued' or job[2] then return 0 end
local others = {}
for publisher in string.gmatch(job[3] or '?', '[^\n]+') do
    if publisher ~= ARGV[4] then others[#others + 1] = publisher end
end
if #others > 0 then
    redis.call('HSET', KEYS[1], 'publishers', table.concat(others, '\n'))
    return -1
end
if redis.call('HGET', KEYS[2], 'job') == ARGV[1] then redis.call('DEL', KEYS[2]) end
redis.call('HSET', KEYS[1], 'state', 'failed', 'error', ARGV[2], 'finished', ARGV[3])
replies_tell(KEYS[1], '', ARGV[1], 'failed', ARGV[2])
return 1
