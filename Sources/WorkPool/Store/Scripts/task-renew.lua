-- @include lib-work
-- An agent lives: renews leases it holds, and takes down how far it is.
--
-- WORK: at most 1500 calls: 14 for each of 100 leases; whoever holds more calls again
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 agent  11 definition JSON of an unknown agent, or '' where one holds nothing  12 fraction, or ''  13 message  14 whether to tell of
--       the progress (0 or 1)  15 further members of the event (text, with its comma), or ''  16.. pairs of task id and token,
--       or '' for any that it has
-- Returns { { id, lease ms, … of those still held }, { id, state or '', … of those that are not } }
-- Promise: a lease that was given to another is not touched.
local agent = ARGV[10]
local held, lost = {}, {}
local is_there = agent_is_there(agent)
-- One that is unknown holds nothing; it is made where the owner may have one more.
if not is_there and (ARGV[11] == '' or excess('agents', 1) or excess('bytes', #ARGV[11])) then
    for index = 16, #ARGV, 2 do
        lost[#lost + 1], lost[#lost + 2] = ARGV[index], redis.call('HGET', key('task', ARGV[index]), 'state') or ''
    end
    return { held, lost }
end
agent_ensure(agent, ARGV[11])
agent_seen(agent)

local function renew(id, token)
    local task = task_load(id)
    if not task or task.state ~= 'running' or task.agent ~= agent or (token ~= '' and task.token ~= token) then
        lost[#lost + 1], lost[#lost + 2] = id, task and task.state or ''
        return
    end
    local until_ms = NOW + tonumber(task.lease_ms or '30000')
    redis.call('HSET', key('task', id), 'lease', whole(until_ms))
    timer_set('lease', id, until_ms)
    if ARGV[12] ~= '' or ARGV[13] ~= '' then
        if ARGV[12] ~= '' then redis.call('HSET', key('task', id), 'progress', ARGV[12]) end
        redis.call('HSET', key('task', id), 'message', ARGV[13])
    end
    if ARGV[14] == '1' then
        local fraction = redis.call('HGET', key('task', id), 'progress') or '0'
        local channels = { 'task:' .. id, 'tasks', 'agent:' .. agent }
        if task.coordination then channels[#channels + 1] = 'coordination:' .. task.coordination end
        tell('task.progress', channels, '"task_id":' .. text(id) .. ',"type":' .. text(task.type)
            .. ',"status":"running","agent_id":' .. text(agent) .. ',"progress":{"fraction":' .. fraction
            .. ',"message":' .. text(ARGV[13]) .. '},"version":' .. task.version .. ARGV[15])
    end
    held[#held + 1], held[#held + 2] = id, until_ms
end

for index = 16, #ARGV, 2 do renew(ARGV[index], ARGV[index + 1]) end
return { held, lost }
