-- @include lib-view
-- @include lib-heads
-- Gives an agent tasks: first those in its queue, then the first of those that it can do and that nobody has.
--
-- WORK: at most 8000 calls: 2 for each need (limits.needs_per_owner, here 1000), 40 for each of 100 tasks that are given, 40
-- for each of 50 in its queue that it cannot do any more
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 agent  11 most  12 lease ms, or '' for the agent's own time to live  13 definition JSON of an
--       unknown agent, or '' where an unknown one gets nothing
-- Returns { view of a task, … } (lib-view), { 'refused', code, pointer, message }
-- Promise: no task is given to two, no agent holds more than its capacity. If the answer is lost, so are the leases, and
-- the tasks are given again when they run out.
local agent = ARGV[10]
if not agent_is_there(agent) then
    if ARGV[13] == '' then return {} end
    local over = excess('agents', 1) or excess('bytes', #ARGV[13])
    if over then return over end
end
agent_ensure(agent, ARGV[13])
agent_seen(agent)
local known = redis.call('HMGET', key('agent', agent), 'capacity', 'ttl')
local lease = ARGV[12] ~= '' and ARGV[12] or known[2]
local room = math.min(tonumber(ARGV[11]), tonumber(known[1]) - redis.call('SCARD', key('running', agent)))

-- Large ones are given fewer at a time.
local BYTES_GIVEN = 4194304
local given, bytes = {}, 0
local function give(task)
    local until_ms = NOW + tonumber(lease)
    task_move(task, 'running', 'claimed', {
        agent = agent, token = whole(tonumber(task.token or '0') + 1), lease = whole(until_ms), lease_ms = lease,
        attempts = whole(tonumber(task.attempts or '0') + 1), progress = '0', message = '', retry_at = '',
    })
    local view = task_view(task.id)
    given[#given + 1], bytes = view, bytes + #(view[2][3] or '')
end

local passed = 0
local function has_room() return #given < room and bytes < BYTES_GIVEN and passed < 50 end

while has_room() do
    local id = redis.call('ZRANGE', key('assigned', agent), 0, 0)[1]
    if not id then break end
    local task = task_load(id)
    if task and stays(task) then
        give(task)
    else
        passed = passed + 1
        -- Deleted behind the library's back: taken out, so that it does not come again.
        if task then task_again(task, agent .. ' cannot do it any more') else redis.call('ZREM', key('assigned', agent), id) end
    end
end
passed = 0
local heads = has_room() and heads_of(room - #given, function(need) return meets(agent, need) end) or {}
while has_room() do
    local id, queue = heads_take(heads)
    if not id then break end
    local task = task_load(id)
    if task then
        give(task)
    else
        passed = passed + 1
        redis.call('ZREM', queue.key, id)
    end
    heads_next(heads, queue, true)
end
return given
