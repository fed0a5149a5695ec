-- @include lib-space
-- Library: the resources of one owner in one domain, and who holds what of them.
--
-- ARGV  as in lib-space, 6 by: who asks  7 how long what has ended is kept, ms
--
-- Amounts are thousandths, whole numbers below 2^53. Below the base (an id is always the last part of a name):
--   pools      hash  definition JSON of each       capacity   hash  declared capacity of each
--   allocated  hash  given of each                 used       hash  REQUESTER 0x1F POOL: given to one
--   allocation:ID  hash  state, requester, priority, preemptible, items JSON, request JSON, since, granted, expires, ttl, ended, why
--   leases     zset  granted ones by the end of their lease        waits  zset  waiting ones by the end of their patience
--   queue      hash  waiting ones, JSON            ends       hash  how allocations ended, counted
--   releases:ID list  what came back of a pool: 'MS AMOUNT', the newest 100       version  counts all changes
--   bytes      hash  of each pool's definition, as they are counted
--   look       string  bytes of what a look reads: the texts in pools and queue, and the items of those with a lease
-- Promise: what is allocated of a pool is what its living leases hold, and it grows only up to the declared capacity.
local BY, ENDED_KEPT = ARGV[6], ARGV[7]
local RELEASES_KEPT = 100
-- Pools that one event of a request that waited in vain is told to and counted for.
local POOLS_TOLD = 20

local function number(hash, field) return tonumber(redis.call('HGET', key(hash), field) or '0') end

local function changed() return redis.call('INCR', key('version')) end

-- MARK: What a look reads

local LOOK_CHANGE = 0

-- How many bytes a look reads now; of a space that an older Nova made they are counted once.
local function look_bytes()
    local known = redis.call('GET', key('look'))
    if known then return tonumber(known) end
    local bytes = 0
    for _, hash in ipairs({ 'pools', 'queue' }) do
        for _, value in ipairs(redis.call('HVALS', key(hash))) do bytes = bytes + #value end
    end
    for _, id in ipairs(redis.call('ZRANGE', key('leases'), 0, -1)) do
        bytes = bytes + redis.call('HSTRLEN', key('allocation', id), 'items')
    end
    redis.call('SET', key('look'), whole(bytes))
    return bytes
end

-- The refusal where so many more would be above the bound of the space, or nil.
local function look_excess(more)
    if more <= 0 or look_bytes() + more <= BOUNDS.look then return nil end
    return refused('LIMIT_REACHED', 'look', whole(BOUNDS.look))
end

-- Puts a pool or a request that waits, or takes it out where there is no text. Returns whether it was there.
local function look_put(hash, id, value)
    local before = redis.call('HSTRLEN', key(hash), id)
    LOOK_CHANGE = LOOK_CHANGE + (value and #value or 0) - before
    if value then redis.call('HSET', key(hash), id, value) else redis.call('HDEL', key(hash), id) end
    return before > 0
end

-- What is kept, in the owner's counts and in those of the space.
local function pools_recount()
    if LOOK_CHANGE ~= 0 and redis.call('EXISTS', key('look')) == 1 then
        redis.call('INCRBY', key('look'), whole(LOOK_CHANGE))
    elseif LOOK_CHANGE ~= 0 then
        look_bytes()
    end
    local waiting = redis.call('HLEN', key('queue'))
    recount('resources', redis.call('HLEN', key('pools')))
    recount('waiting', waiting)
    recount('allocations', waiting + redis.call('ZCARD', key('leases')))
end

-- The bytes of a pool's definition are so many now; 0: it is gone.
local function pool_weigh(id, bytes)
    keep('bytes', bytes - tonumber(redis.call('HGET', key('bytes'), id) or '0'))
    if bytes == 0 then redis.call('HDEL', key('bytes'), id) else redis.call('HSET', key('bytes'), id, bytes) end
end

-- The bytes of a request are kept until its allocation ends.
local function request_weigh(id, bytes)
    keep('bytes', bytes - tonumber(redis.call('HGET', key('allocation', id), 'bytes') or '0'))
    redis.call('HSET', key('allocation', id), 'bytes', bytes)
end

-- `pools` are those that are named though nothing of them is given.
local function tell_allocation(id, state, requester, items, more, pools)
    local channels = { 'allocation:' .. id, 'resources' }
    for _, pool in ipairs(pools or {}) do channels[#channels + 1] = 'resource:' .. pool end
    for pool in pairs(items) do channels[#channels + 1] = 'resource:' .. pool end
    local told = {}
    for pool, milli in pairs(items) do told[#told + 1] = text(pool) .. ':' .. string.format('%.14g', milli / 1000) end
    tell('allocation.' .. state, channels, '"allocation_id":' .. text(id) .. ',"status":"' .. state .. '","requester":'
        .. text(requester) .. ',"by":' .. text(BY) .. ',"allocated":{' .. table.concat(told, ',') .. '}' .. (more or ''))
end

-- How much of a pool is given changed by so much, and is `after` now.
local function note_level(pool, change, after, counts, queue, handling, total)
    note({ 'resource:' .. pool }, counts, queue, handling, total, { after - change, after, number('capacity', pool) })
end

local function keep_ended(id, state, why)
    request_weigh(id, 0)
    redis.call('HSET', key('allocation', id), 'state', state, 'ended', whole(NOW), 'why', why)
    redis.call('PEXPIRE', key('allocation', id), ENDED_KEPT)
    redis.call('HINCRBY', key('ends'), state, 1)
end

-- A lease is over: what it held comes back, once. Returns how many pools it held something of; nil: it was not there.
local function take_back(id, state, why)
    local known = redis.call('HMGET', key('allocation', id), 'state', 'requester', 'items', 'since', 'granted')
    if known[1] ~= 'granted' then return nil end
    local items, count = cjson.decode(known[3]), 0
    local held, total = (NOW - tonumber(known[5])) * 1000, (NOW - tonumber(known[4])) * 1000
    note({ 'resources' }, { [state] = 1 }, -1, held, total)
    for pool, milli in pairs(items) do
        count = count + 1
        local left = redis.call('HINCRBY', key('allocated'), pool, whole(-milli))
        note_level(pool, -milli, left, { [state] = 1 }, -1, held, total)
        local field = known[2] .. '\31' .. pool
        if redis.call('HINCRBY', key('used'), field, whole(-milli)) == 0 then redis.call('HDEL', key('used'), field) end
        redis.call('RPUSH', key('releases', pool), whole(NOW) .. ' ' .. whole(milli))
        redis.call('LTRIM', key('releases', pool), -RELEASES_KEPT, -1)
    end
    redis.call('ZREM', key('leases'), id)
    LOOK_CHANGE = LOOK_CHANGE - #known[3]
    keep_ended(id, state, why)
    tell_allocation(id, state, known[2], items, ',"why":' .. text(why))
    return count
end

-- One does not wait any more. Returns whether it did.
local function stop_waiting(id, state, why)
    if not look_put('queue', id) then return false end
    redis.call('ZREM', key('waits'), id)
    local known = redis.call('HMGET', key('allocation', id), 'requester', 'since', 'request')
    local requester, waited = known[1], (NOW - tonumber(known[2] or whole(NOW))) * 1000
    local subjects, pools = { 'resources' }, {}
    for name, want in pairs(cjson.decode(known[3] or '{"wants":{}}').wants) do
        local names = want.any_of and #want.any_of > 0 and want.any_of or { name }
        for _, pool in ipairs(names) do
            if #pools == POOLS_TOLD then break end
            subjects[#subjects + 1], pools[#pools + 1] = 'resource:' .. pool, pool
        end
    end
    -- Who waits for what can never be has waited in vain, too.
    note(subjects, { [state == 'impossible' and 'timed_out' or state] = 1 }, waited, -1, waited)
    keep_ended(id, state, why)
    tell_allocation(id, state, requester, {}, ',"why":' .. text(why), pools)
    return true
end
