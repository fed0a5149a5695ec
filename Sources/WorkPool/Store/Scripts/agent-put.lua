-- @include lib-once
-- @include lib-condition
-- @include lib-walks
-- Registers an agent, or changes one; or takes one out.
--
-- WORK: at most 4000 calls: 50 tasks of its queue; the others follow with the next ticks
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 agent  12 definition JSON, or '' to take it out  13 kind  14 capacity  15 ttl ms
--       16 capabilities, a JSON array  17 condition as in lib-condition  18 whether Nova assigns to it (0 or 1)
-- Returns { 'done', version, existed (0 or 1) }, { 'refused', code, pointer, message }
-- Promise: once per job. What an agent that is taken out held or had in its queue goes to others; what one was given because it
-- could do it, and cannot any more, is ready again. Tasks that are not through in this call are with the ticks that follow.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[10], reply) end

local id = ARGV[11]
local hash = key('agent', id)
local known = redis.call('HMGET', hash, 'version', 'kind', 'bytes', 'capabilities')
local version, kind, bytes = known[1], known[2], tonumber(known[3] or '0')
if ARGV[12] == '' and not version then
    return ends(refused('RESOURCE_NOT_FOUND', '/agent_id', 'there is no agent ' .. id .. ' in the domain ' .. DOMAIN))
end
if not condition_holds(ARGV[17], version) then
    return ends(refused('PRECONDITION_FAILED', '/version', 'the agent has ' .. (version and 'version ' .. version or 'not been registered')))
end

local function tell_agent(name) tell(name, { 'agent:' .. id, 'agents' }, '"agent_id":' .. text(id) .. ',"kind":' .. text(ARGV[13])) end

if ARGV[12] == '' then
    timer_clear('agent', id)
    redis.call('DEL', hash, key('stats', id))
    redis.call('ZREM', key('agents'), id)
    redis.call('SREM', key('models'), id)
    redis.call('SREM', key('assignable'), id)
    keep('bytes', -bytes)
    agents_recount()
    walk_on('left', id, 0, WALK_SLICE)
    tell_agent('agent.deleted')
    return ends({ 'done', tonumber(version), 1 })
end

local over = excess('agents', version and 0 or 1) or excess('bytes', #ARGV[12] - bytes)
if over then return ends(over) end
redis.call('HSET', hash, 'definition', ARGV[12], 'kind', ARGV[13], 'capacity', ARGV[14], 'ttl', ARGV[15], 'capabilities', ARGV[16],
    'bytes', #ARGV[12])
keep('bytes', #ARGV[12] - bytes)
redis.call('HSETNX', hash, 'registered', whole(NOW))
redis.call('ZADD', key('agents'), 'NX', whole(NOW), id)
agents_recount()
redis.call(ARGV[13] == 'model' and 'SADD' or 'SREM', key('models'), id)
redis.call(ARGV[18] == '1' and 'SADD' or 'SREM', key('assignable'), id)
if ARGV[13] == 'external' then
    agent_seen(id)
elseif ARGV[13] == 'declared' then
    timer_clear('agent', id)
    redis.call('HSET', hash, 'online', '1')
elseif kind ~= 'model' then
    -- It lives when a worker that reaches its model says so.
    timer_clear('agent', id)
    redis.call('HDEL', hash, 'online', 'seen')
end
if version and known[4] ~= ARGV[16] then walk_on('fit', id, 0, WALK_SLICE) end
tell_agent(version and 'agent.changed' or 'agent.registered')
-- It may do what waits.
redis.call('PUBLISH', ARGV[6], OWNER .. '\31' .. DOMAIN .. '\31')
return ends({ 'done', redis.call('HINCRBY', hash, 'version', 1), version and 1 or 0 })
