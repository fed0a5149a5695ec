-- @include lib-pools
-- @include lib-once
-- @include lib-condition
-- Books what was decided, if nothing has changed since it was decided.
--
-- WORK: at most 40000 calls: 20 for each operation and each pool that it gives or takes back, 1000 together (`Service.first`,
-- `Allocator.mostEvicted`), and what was noted of 1000 resources (lib-analytics)
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-pools, 8 marker kept ms  9 version that was looked at  10 JSON array of operations, carried out in order:
--       { op 'pool', id, definition (JSON text), capacity, condition (as in lib-condition) }  declares or changes a pool
--       { op 'drop', id, condition }                                 takes a pool out, of which nothing is held
--       { op 'end', id, state, why }                                 takes an allocation back, or ends its waiting
--       { op 'grant', id, requester, priority, preemptible (0 or 1), items { pool = amount }, told (items as JSON text),
--         ttl ms, request (JSON text) }
--       { op 'wait', id, requester, request (JSON text), until ms }
-- Returns { 'done', version }, { 'stale' }, { 'refused', code, pointer, message }
-- Promise: all or nothing, once per job. Nothing is given that is not there, whatever was decided.
local before = once_recall(KEYS[5])
if before then return before end
if (redis.call('GET', key('version')) or '0') ~= ARGV[9] then return { 'stale' } end
local operations = cjson.decode(ARGV[10])

-- Everything is looked at before anything is written: a script that fails half-way is not undone.
local allocated, capacity = {}, {}
local more = { resources = 0, waiting = 0, allocations = 0, bytes = 0 }
-- Bytes that a look reads: also those that go are counted, so that what is put in the place of something fits.
local look = 0
local function length(hash, id) return redis.call('HSTRLEN', key(hash), id) end
-- What stands in the queue of a request.
local function queued(each)
    return '{"requester":' .. text(each.requester) .. ',"since":' .. whole(NOW) .. ',"request":' .. each.request .. '}'
end
local function given(pool)
    if not allocated[pool] then allocated[pool] = number('allocated', pool) end
    return allocated[pool]
end
local function room(pool)
    if not capacity[pool] then capacity[pool] = number('capacity', pool) end
    return capacity[pool]
end
-- Of a pool that is declared or dropped: what is refused where its version is not the one that was asked for.
local function unmatched(each)
    local known = redis.call('HGET', key('pools'), each.id)
    -- Those of an older Nova have none.
    local version = known and whole(cjson.decode(known).version or 1)
    if condition_holds(each.condition or '', version) then return nil end
    return refused('PRECONDITION_FAILED', '/version',
        'the resource ' .. each.id .. ' ' .. (version and 'has version ' .. version or 'is not there'))
end

for _, each in ipairs(operations) do
    if each.op == 'pool' then
        local refusal = unmatched(each)
        if refusal then return refusal end
        capacity[each.id] = each.capacity
        more.resources = more.resources + 1 - redis.call('HEXISTS', key('pools'), each.id)
        look = look + #each.definition - length('pools', each.id)
        more.bytes = more.bytes + #each.definition - tonumber(redis.call('HGET', key('bytes'), each.id) or '0')
    elseif each.op == 'drop' then
        if redis.call('HEXISTS', key('pools'), each.id) == 0 then
            return refused('RESOURCE_NOT_FOUND', '/resource_id', 'there is no resource ' .. each.id .. ' in the domain ' .. DOMAIN)
        end
        local refusal = unmatched(each)
        if refusal then return refusal end
        look = look - length('pools', each.id)
        if given(each.id) > 0 then return refused('CONFLICT', '/resource_id', 'some of ' .. each.id .. ' is held') end
    elseif each.op == 'end' then
        local known = redis.call('HMGET', key('allocation', each.id), 'state', 'items')
        look = look - length('queue', each.id)
        if known[1] == 'granted' then
            more.allocations = more.allocations - 1
            look = look - #known[2]
            for pool, milli in pairs(cjson.decode(known[2])) do allocated[pool] = given(pool) - milli end
        end
    elseif each.op == 'wait' then
        more.waiting, more.allocations, more.bytes = more.waiting + 1, more.allocations + 1, more.bytes + #each.request
        look = look + #queued(each)
    elseif each.op == 'grant' then
        -- One that waited is counted already.
        local waiting = length('queue', each.id)
        look = look + #each.told - waiting
        if waiting == 0 then
            more.allocations, more.bytes = more.allocations + 1, more.bytes + #each.request
        end
        for pool, milli in pairs(each.items) do
            allocated[pool] = given(pool) + milli
            if milli <= 0 or allocated[pool] > room(pool) then
                return refused('SERVICE_ERROR', '', 'more of ' .. pool .. ' was to be given than there is')
            end
        end
    end
end

for _, name in ipairs({ 'resources', 'waiting', 'allocations', 'bytes' }) do
    local over = excess(name, more[name])
    if over then return once_keep(KEYS[5], ARGV[8], over) end
end

local over = look_excess(look)
if over then return once_keep(KEYS[5], ARGV[8], over) end

local DO = {}

function DO.pool(each)
    look_put('pools', each.id, each.definition)
    pool_weigh(each.id, #each.definition)
    redis.call('HSET', key('capacity'), each.id, whole(each.capacity))
    note_level(each.id, 0, number('allocated', each.id), {}, -1, -1, -1)
    tell('resource.changed', { 'resource:' .. each.id, 'resources' }, '"resource_id":' .. text(each.id) .. ',"resource":' .. each.definition)
end

function DO.drop(each)
    look_put('pools', each.id)
    pool_weigh(each.id, 0)
    redis.call('HDEL', key('capacity'), each.id)
    redis.call('HDEL', key('allocated'), each.id)
    redis.call('DEL', key('releases', each.id))
    tell('resource.deleted', { 'resource:' .. each.id, 'resources' }, '"resource_id":' .. text(each.id))
end

DO['end'] = function(each)
    if not take_back(each.id, each.state, each.why) then stop_waiting(each.id, each.state, each.why) end
end

function DO.grant(each)
    local expires = NOW + each.ttl
    look_put('queue', each.id)
    LOOK_CHANGE = LOOK_CHANGE + #each.told
    redis.call('ZREM', key('waits'), each.id)
    redis.call('HSETNX', key('allocation', each.id), 'since', whole(NOW))
    redis.call('HSET', key('allocation', each.id), 'state', 'granted', 'requester', each.requester, 'priority', each.priority,
        'preemptible', each.preemptible, 'items', each.told, 'request', each.request, 'granted', whole(NOW),
        'expires', whole(expires), 'ttl', whole(each.ttl))
    request_weigh(each.id, #each.request)
    local waited = (NOW - tonumber(redis.call('HGET', key('allocation', each.id), 'since'))) * 1000
    note({ 'resources' }, { granted = 1 }, waited, -1, -1)
    for pool, milli in pairs(each.items) do
        local given_now = redis.call('HINCRBY', key('allocated'), pool, whole(milli))
        note_level(pool, milli, given_now, { granted = 1 }, waited, -1, -1)
        redis.call('HINCRBY', key('used'), each.requester .. '\31' .. pool, whole(milli))
    end
    redis.call('ZADD', key('leases'), whole(expires), each.id)
    tell_allocation(each.id, 'granted', each.requester, each.items, ',"expires_at":"' .. iso(expires) .. '"')
end

function DO.wait(each)
    redis.call('HSET', key('allocation', each.id), 'state', 'waiting', 'requester', each.requester, 'request', each.request,
        'since', whole(NOW), 'until', whole(each['until']))
    request_weigh(each.id, #each.request)
    look_put('queue', each.id, queued(each))
    redis.call('ZADD', key('waits'), whole(each['until']), each.id)
    tell_allocation(each.id, 'waiting', each.requester, {}, ',"waits_until":"' .. iso(each['until']) .. '"')
end

for _, each in ipairs(operations) do DO[each.op](each) end
pools_recount()
return once_keep(KEYS[5], ARGV[8], { 'done', whole(changed()) })
