-- @include lib-once
-- @include lib-condition
-- Stores or deletes a flow.
--
-- WORK: at most 14 calls: the flow, its name among the owner's, what the owner keeps
--
-- KEYS  1 flow  2 names of the owner's flows  3 marker of the job  4 usage of the owner
-- ARGV  1 definition JSON, or '' to delete  2 now ms  3 id  4 domain  5 marker kept ms  6 flows that the owner may have
--       7 ms for which the version of a deleted flow is kept  8 bytes that the owner may keep  9 condition as in lib-condition
-- Returns { version, existed (0 or 1) }, { 'full', 'flows' or 'bytes' } where it would be too many of them,
--         { 'stale', version, or '' where it is not there } where the condition does not hold
-- Promise: applied once per job; the second time nothing changes and the same is returned, also after later commands.
-- Versions of a flow grow; one that is deleted and stored again goes on from where it was, for as long as that is kept.
-- What is refused leaves no marker: it may be asked for again. The bytes of definitions are part of the field `bytes` of the
-- usage, which counts all that the owner keeps; they change with what they count.
local before = once_recall(KEYS[3])
if before then return before end
local known = redis.call('HMGET', KEYS[1], 'version', 'definition')
-- What is not there cannot be deleted, whatever the condition.
if (known[2] or ARGV[1] ~= '') and not condition_holds(ARGV[9], known[2] and (known[1] or '0')) then
    return { 'stale', known[2] and known[1] or '' }
end
local version, existed = tonumber(known[1]) or 0, known[2] and 1 or 0
local more = #ARGV[1] - redis.call('HSTRLEN', KEYS[1], 'definition')
local name = ARGV[4] .. '\31' .. ARGV[3]
if ARGV[1] == '' then
    if existed == 1 then
        version = version + 1
        redis.call('HSET', KEYS[1], 'version', version, 'updated', ARGV[2])
        redis.call('HDEL', KEYS[1], 'definition')
        redis.call('PEXPIRE', KEYS[1], ARGV[7])
        redis.call('ZREM', KEYS[2], name)
    end
else
    if existed == 0 and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[6]) then return { 'full', 'flows' } end
    if more > 0 and (tonumber(redis.call('HGET', KEYS[4], 'bytes')) or 0) + more > tonumber(ARGV[8]) then
        return { 'full', 'bytes' }
    end
    version = version + 1
    redis.call('HSET', KEYS[1], 'version', version, 'updated', ARGV[2], 'id', ARGV[3], 'domain', ARGV[4],
        'definition', ARGV[1])
    redis.call('PERSIST', KEYS[1])
    redis.call('ZADD', KEYS[2], 0, name)
end
if more ~= 0 then redis.call('HINCRBY', KEYS[4], 'bytes', more) end
return once_keep(KEYS[3], ARGV[5], { version, existed })
