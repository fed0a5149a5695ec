-- Library: the memories of one owner in one domain. Put after lib-space.
--
-- ARGV  as in lib-space, 6 marker kept ms where it is a change of a job
--
-- Below the base (an id is always the last part of a name):
--   m:ID     hash    doc (JSON of the definition), version, sequence, created, updated, expires (ms, or none),
--                    vector (32-bit floats, little-endian) and model, where it has one
--   all      zset    ids by the time they were stored        expiry  zset  ids by the time they are forgotten
--   model    string  the model that vectors are of, or none   unembedded  zset  ids without a vector of it, by the time
--   log      stream  changes: id, what; the newest 100,000   sequence  counts what was stored
-- Promise: every change of a memory is in the log, in its order, with the change.
local LOG_KEPT = 100000

local function log_change(id) redis.call('XADD', key('log'), 'MAXLEN', '~', LOG_KEPT, '*', 'id', id) end

-- `expires` is ms since 1970, '' for never, or nil for as it is; `same` tells that the content is as it was.
local function memory_put(id, doc, expires, same)
    local hash = key('m', id)
    local known = redis.call('HMGET', hash, 'version', 'created')
    local version = tonumber(known[1] or '0') + 1
    redis.call('HSET', hash, 'doc', doc, 'version', version, 'updated', whole(NOW))
    if not known[1] then
        redis.call('HSET', hash, 'created', whole(NOW), 'sequence', redis.call('INCR', key('sequence')))
        redis.call('ZADD', key('all'), whole(NOW), id)
    end
    if expires == '' then
        redis.call('HDEL', hash, 'expires')
        redis.call('ZREM', key('expiry'), id)
    elseif expires then
        redis.call('HSET', hash, 'expires', whole(expires))
        redis.call('ZADD', key('expiry'), whole(expires), id)
    end
    if not same then
        redis.call('HDEL', hash, 'vector', 'model')
        if redis.call('EXISTS', key('model')) == 1 then redis.call('ZADD', key('unembedded'), whole(NOW), id) end
    end
    log_change(id)
    return version
end

-- Returns whether it was there.
local function memory_forget(id)
    if redis.call('DEL', key('m', id)) == 0 then return false end
    redis.call('ZREM', key('all'), id)
    redis.call('ZREM', key('expiry'), id)
    redis.call('ZREM', key('unembedded'), id)
    log_change(id)
    return true
end
