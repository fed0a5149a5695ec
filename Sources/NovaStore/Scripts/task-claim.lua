-- Gives an agent tasks: first those in its queue, then the first of those that it can do and that nobody has.
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 agent  11 most  12 lease ms, or '' for the agent's own time to live  13 definition JSON of an
--       unknown agent, or '' where an unknown one gets nothing
-- Returns { view of a task, … } (lib-view)
-- Promise: no task is given to two, no agent holds more than its capacity. If the answer is lost, so are the leases, and
-- the tasks are given again when they run out.
local agent = ARGV[10]
if ARGV[13] == '' and redis.call('EXISTS', key('agent', agent)) == 0 then return {} end
agent_ensure(agent, ARGV[13])
agent_seen(agent)
local known = redis.call('HMGET', key('agent', agent), 'capacity', 'ttl', 'capabilities')
local lease = ARGV[12] ~= '' and ARGV[12] or known[2]
local room = math.min(tonumber(ARGV[11]), tonumber(known[1]) - redis.call('SCARD', key('running', agent)))
local able = {}
for _, name in ipairs(cjson.decode(known[3])) do able[name] = true end

local function meets(need)
    for _, name in ipairs(need.capabilities) do
        if not able[name] then return false end
    end
    if #need.agents == 0 then return true end
    for _, name in ipairs(need.agents) do
        if name == agent then return true end
    end
    return false
end

local queues = {}
if room > 0 then
    for _, need in ipairs(redis.call('SMEMBERS', key('needs'))) do
        if meets(cjson.decode(need)) then queues[#queues + 1] = key('ready', need) end
    end
end

-- The lowest rank of all queues' first; of equal ranks the lower id.
local function first()
    local own = redis.call('ZRANGE', key('assigned', agent), 0, 0)[1]
    if own then return own end
    local best, rank
    for _, queue in ipairs(queues) do
        local head = redis.call('ZRANGE', queue, 0, 0, 'WITHSCORES')
        local score = tonumber(head[2])
        if head[1] and (not best or score < rank or (score == rank and head[1] < best)) then best, rank = head[1], score end
    end
    return best
end

local given = {}
for _ = 1, room do
    local id = first()
    if not id then break end
    local task = task_load(id)
    if not task then
        -- Deleted behind the library's back: taken out, so that it does not come again.
        redis.call('ZREM', key('assigned', agent), id)
        for _, queue in ipairs(queues) do redis.call('ZREM', queue, id) end
    else
        local until_ms = NOW + tonumber(lease)
        task_move(task, 'running', 'claimed', {
            agent = agent, token = whole(tonumber(task.token or '0') + 1), lease = whole(until_ms), lease_ms = lease,
            attempts = whole(tonumber(task.attempts or '0') + 1), progress = '0', message = '', retry_at = '',
        })
        given[#given + 1] = task_view(id)
    end
end
return given
