-- @include lib-window
-- @include lib-replies
-- Admits a command: counts it, resolves its idempotency key, records its job. The whole admission, one round trip.
--
-- WORK: at most 40 calls: the window, the job, its reply channels
--
-- KEYS  1 window  2 job  3 jobs of the owner  4 idempotency ('' tag-only name where the request has no such key)
-- ARGV  1 limit  2 window ms  3 now ms, or ''  4 job id  5 fingerprint of the request, or ''
--       6 idempotency kept ms  7 job kept ms  8 reply channel of the gateway whose client waits, or ''
--       9.. pairs of fields and values of the job record
-- Returns { verdict, used, reset ms, job id, publish, created ms or '', deadline ms or '' }
--   verdict 'admitted': the job is recorded as queued; publish it
--           'limited':  nothing was recorded
--           'reused':   the idempotency key belongs to another request; nothing was recorded
--           'repeated': the request was admitted before, as the job id returned; if that job has not ended, its end
--                       is also told to the reply channel of this request
--   publish 1: the job's command may not have reached Kafka; publish it (for a repetition once more, under the earlier
--           job's id, with the time and the deadline of that job)
-- Promise: the same idempotency key and body never make two jobs, and while such requests come, none of them follows a
-- job that nobody has published.
-- The earlier job's key is KEYS[2] with its id in place of the new one: the same owner, so the same hash tag.
--
-- Whether a command reached Kafka is not written here: that would be one more round trip for each. A job that is queued
-- and was never begun (it has no `attempts`) may be in Kafka or not: its gateway may have died in between. So each
-- repetition publishes it again, and counts as a request; a worker that finds the job begun or ended by an earlier copy
-- lets it be. The record's `publishers` names those who may have published it, by the job ids of their admissions: at
-- most 1000 bytes, '?' for whoever is not named. Only who knows that it failed is taken out, by withdraw.lua, and only
-- the last one takes the job with it. Of two gateways A (first) and B (repetition):
--   A dies before or after it published; B comes             B publishes too; A stays named, so that B can not fail the job
--   A is about to publish; B comes                           both publish, one runs
--   A fails and withdraws; B comes                           the job has failed and the key is free: B's is a new job
--   A is about to publish; B comes; A fails, B succeeds      A is taken out, its client hears 503; B's client its result
--   A is about to publish; B comes; B fails, A succeeds      B is taken out, its client hears 503; A's client its result
--   A is about to publish; B comes; both fail                the last to withdraw fails the job; both clients hear 503
--   A fails, a worker has the command all the same           the worker's start wins or withdraw does, whichever is first
--   B comes while the job runs, waits for its next attempt, or was handed back       B only follows
--   the record is gone (expired, evicted), the key is not    recorded anew under its id and published; what it changes is
--                                                            applied once for as long as its markers are kept
--   Redis has lost both                                      a new job
--   the answer of this script is lost, B does not publish    the job stays queued until it is repeated or overdue
local PUBLISHERS_BYTES = 1000

local function record(job, id, publishers, now)
    local time = string.format('%.0f', now)
    redis.call('HSET', job, 'state', 'queued', 'publishers', publishers, 'created', time, unpack(ARGV, 9))
    redis.call('PEXPIRE', job, ARGV[7])
    redis.call('ZADD', KEYS[3], time, id)
    redis.call('PEXPIRE', KEYS[3], ARGV[7])
end

local function publishers_add(job, known, id)
    if #known > PUBLISHERS_BYTES then id = '?' end
    if not string.find(known, id, 1, true) then redis.call('HSET', job, 'publishers', known .. '\n' .. id) end
end

-- The job of an earlier request: whether to publish it, its time and its deadline.
local function repeated(job, id, now)
    local known = redis.call('HMGET', job, 'state', 'attempts', 'publishers', 'created', 'deadline')
    local state, publish = known[1], 0
    if not state then
        record(job, id, '?\n' .. ARGV[4], now)
        state, publish = 'queued', 1
    elseif state == 'queued' and not known[2] then
        publishers_add(job, known[3] or '?', ARGV[4])
        publish = 1
    end
    if ARGV[8] ~= '' and (state == 'queued' or state == 'running') then replies_add(job, ARGV[8]) end
    return publish, known[4] or '', known[5] or ''
end

local now = window_now(ARGV[3])
local admitted, used, reset = window_take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), now)
if admitted == 0 then return { 'limited', used, reset, '', 0, '', '' } end

if ARGV[5] ~= '' then
    local known = redis.call('HMGET', KEYS[4], 'fingerprint', 'job')
    if known[1] and known[1] ~= ARGV[5] then return { 'reused', used, reset, '', 0, '', '' } end
    if known[1] then
        local earlier = string.sub(KEYS[2], 1, -#ARGV[4] - 1) .. known[2]
        return { 'repeated', used, reset, known[2], repeated(earlier, known[2], now) }
    end
    redis.call('HSET', KEYS[4], 'fingerprint', ARGV[5], 'job', ARGV[4])
    redis.call('PEXPIRE', KEYS[4], ARGV[6])
end

record(KEYS[2], ARGV[4], ARGV[4], now)
if ARGV[8] ~= '' then replies_add(KEYS[2], ARGV[8]) end
return { 'admitted', used, reset, ARGV[4], 1, '', '' }
