-- Admits a command: counts it, resolves its idempotency key, records its job. The whole admission, one round trip.
--
-- KEYS  1 window  2 job  3 jobs of the owner  4 idempotency ('' tag-only name where the request has no such key)
-- ARGV  1 limit  2 window ms  3 now ms, or ''  4 job id  5 fingerprint of the request, or ''
--       6 idempotency kept ms  7 job kept ms  8 reply channel of the gateway whose client waits, or ''
--       9.. pairs of fields and values of the job record
-- Returns { verdict, used, reset ms, job id }
--   verdict 'admitted': the job is recorded as queued; publish it
--           'limited':  nothing was recorded
--           'reused':   the idempotency key belongs to another request; nothing was recorded
--           'repeated': the request was admitted before, as the job id returned; if that job has not ended, its end
--                       is also told to the reply channel of this request
-- Promise: the same idempotency key and body never make two jobs.
-- The earlier job's key is KEYS[2] with its id in place of the new one: the same owner, so the same hash tag.
local now = window_now(ARGV[3])
local admitted, used, reset = window_take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), now)
if admitted == 0 then return { 'limited', used, reset, '' } end

if ARGV[5] ~= '' then
    local known = redis.call('HMGET', KEYS[4], 'fingerprint', 'job')
    if known[1] and known[1] ~= ARGV[5] then return { 'reused', used, reset, '' } end
    if known[1] then
        local earlier = string.sub(KEYS[2], 1, -#ARGV[4] - 1) .. known[2]
        local state = redis.call('HGET', earlier, 'state')
        if ARGV[8] ~= '' and (state == 'queued' or state == 'running') then replies_add(earlier, ARGV[8]) end
        return { 'repeated', used, reset, known[2] }
    end
    redis.call('HSET', KEYS[4], 'fingerprint', ARGV[5], 'job', ARGV[4])
    redis.call('PEXPIRE', KEYS[4], ARGV[6])
end

redis.call('HSET', KEYS[2], 'state', 'queued', 'created', string.format('%.0f', now), unpack(ARGV, 9))
if ARGV[8] ~= '' then replies_add(KEYS[2], ARGV[8]) end
redis.call('PEXPIRE', KEYS[2], ARGV[7])
redis.call('ZADD', KEYS[3], string.format('%.0f', now), ARGV[4])
redis.call('PEXPIRE', KEYS[3], ARGV[7])
return { 'admitted', used, reset, ARGV[4] }
