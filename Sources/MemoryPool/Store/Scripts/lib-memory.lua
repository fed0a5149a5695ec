-- @include lib-space
-- Library: the memories of one owner in one domain.
--
-- ARGV  as in lib-space, 6 half-life of an episodic memory's importance, ms (0: none fades)
--       7 importance below which it is archived  8 marker kept ms where it is a change of a job
--
-- Below the base (an id is always the last part of a name):
--   m:ID      hash    doc (JSON of the definition), kind, importance, version, sequence, created, updated, expires (ms, or
--                     none), archived (ms, or none), uses (each halves in 30 days; as of used), used (ms),
--                     vector (32-bit floats, little-endian) and model, where it has one, made (JSON of what was noted when it
--                     was made of others; gone with the next content that a client stores)
--   all       zset    ids by the time they were stored       expiry   zset  ids by the time they are forgotten
--   archived  zset    ids by the time they were archived     fading   zset  ids by the time they are to be archived
--   raw       zset    ids of episodic memories that were not consolidated, by the time they were stored
--   merged    zset    ids of semantic memories that stand for near-duplicates, by the time they were made
--   lining    string  how many of the oldest memories are still to be put in line for another model
--   model     string  the model that vectors are of, or none   unembedded  zset  ids without a vector of it, by the time
--   tries     hash    of those, how often the server failed    aside    zset  ids that it failed at too often, by the time
--   log       stream  changes: id, what; the newest 100,000    sequence  counts what was stored
--   consolidating  string  there while somebody's turn to consolidate lasts
-- Promise: every change of a memory is in the log, in its order, with the change.
local LOG_KEPT = 100000
local HALF_LIFE, ARCHIVE_BELOW = tonumber(ARGV[6]), tonumber(ARGV[7])
local USE_HALF_LIFE = 2592000000

local function log_change(id) redis.call('XADD', key('log'), 'MAXLEN', '~', LOG_KEPT, '*', 'id', id) end

-- When a memory that was stored, changed or used last at `from` is to be archived; nil: never.
local function fades_at(kind, importance, from)
    if HALF_LIFE == 0 or kind ~= 'episodic' then return nil end
    return from + HALF_LIFE * math.max(1, math.log(importance / ARCHIVE_BELOW) / math.log(2))
end

local function set_fading(id, kind, importance, from)
    local at = fades_at(kind, importance, from)
    if at then redis.call('ZADD', key('fading'), whole(at), id) else redis.call('ZREM', key('fading'), id) end
end

local function await_vector(id)
    redis.call('HDEL', key('tries'), id)
    redis.call('ZREM', key('aside'), id)
    if redis.call('EXISTS', key('model')) == 1 then redis.call('ZADD', key('unembedded'), whole(NOW), id) end
end

-- `memory` has id, doc, kind and importance; `expires` is ms since 1970, '' for never, or nil for as it is; `same` tells
-- that the content is as it was.
local function memory_put(memory, expires, same)
    local id = memory.id
    local hash = key('m', id)
    local known = redis.call('HMGET', hash, 'version', 'archived', 'bytes')
    local version = tonumber(known[1] or '0') + 1
    redis.call('HSET', hash, 'doc', memory.doc, 'kind', memory.kind, 'importance', memory.importance, 'version', version,
        'updated', whole(NOW), 'bytes', #memory.doc)
    keep('bytes', #memory.doc - tonumber(known[3] or '0'))
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
    if known[2] then
        redis.call('HDEL', hash, 'archived')
        redis.call('ZREM', key('archived'), id)
    end
    if not same then redis.call('HDEL', hash, 'vector', 'model', 'made') end
    if not same or known[2] then await_vector(id) end
    if memory.kind ~= 'episodic' then
        redis.call('ZREM', key('raw'), id)
    elseif not same then
        redis.call('ZADD', key('raw'), whole(NOW), id)
    end
    set_fading(id, memory.kind, memory.importance, NOW)
    log_change(id)
    return version
end

-- Takes one out of what is searched; it is kept, and comes back when it is stored, changed or used.
local function memory_archive(id)
    local hash = key('m', id)
    redis.call('HSET', hash, 'archived', whole(NOW))
    redis.call('HDEL', hash, 'vector', 'model')
    redis.call('ZADD', key('archived'), whole(NOW), id)
    redis.call('ZREM', key('fading'), id)
    redis.call('ZREM', key('unembedded'), id)
    redis.call('ZREM', key('aside'), id)
    redis.call('HDEL', key('tries'), id)
    log_change(id)
end

-- Returns whether it was there.
local function memory_forget(id)
    local bytes = redis.call('HGET', key('m', id), 'bytes')
    if redis.call('DEL', key('m', id)) == 0 then return false end
    keep('bytes', -tonumber(bytes or '0'))
    for _, place in ipairs({ 'all', 'expiry', 'archived', 'fading', 'raw', 'merged', 'unembedded', 'aside' }) do
        redis.call('ZREM', key(place), id)
    end
    redis.call('HDEL', key('tries'), id)
    log_change(id)
    return true
end

local function memories_recount() recount('memories', redis.call('ZCARD', key('all'))) end

-- The refusal of so many further ones, and so many further bytes, where the domain may hold no more than `most` or the owner not
-- so many; nil where there is room.
local function memory_excess(new, bytes, most)
    local held = redis.call('ZCARD', key('all'))
    if new > 0 and held + new > most then
        return refused('LIMIT_REACHED', 'domain_memories', whole(most))
    end
    return excess('memories', new) or excess('bytes', bytes)
end
