-- @include lib-memory
-- @include lib-once
-- Counts that memories were of use.
--
-- WORK: at most 1000 calls: 10 for each of 100 memories
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9.. ids
-- Returns { 'used', id, … }: those that are there
-- Promise: once per job. One that was archived comes back; an episodic one fades from now on.
local before = once_recall(KEYS[5])
if before then return before end
local reply = { 'used' }
for index = 9, #ARGV do
    local id, hash = ARGV[index], key('m', ARGV[index])
    local known = redis.call('HMGET', hash, 'version', 'kind', 'importance', 'uses', 'used', 'archived')
    if known[1] then
        local uses = tonumber(known[4] or '0') * 2 ^ ((tonumber(known[5] or '0') - NOW) / USE_HALF_LIFE)
        redis.call('HSET', hash, 'uses', string.format('%.6f', uses + 1), 'used', whole(NOW))
        if known[6] then
            redis.call('HDEL', hash, 'archived')
            redis.call('ZREM', key('archived'), id)
            await_vector(id)
        end
        set_fading(id, known[2], tonumber(known[3]), NOW)
        log_change(id)
        reply[#reply + 1] = id
    end
end
return once_keep(KEYS[5], ARGV[8], reply)
