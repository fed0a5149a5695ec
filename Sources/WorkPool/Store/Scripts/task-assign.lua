-- @include lib-work
-- @include lib-once
-- Puts tasks in the queues of agents.
--
-- WORK: at most 4000 calls: 80 for each of 50 tasks; whoever has more asks again
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 definition JSON (without its id) of an agent that is unknown
--       12 'pinned': a person says so, whatever the agent has room for; 'free': only to agents with room
--       13.. triples of task id, agent, and the version that was looked at or ''
-- Returns { 'assigned' or why not, … } for each
-- Promise: once per job. A task that was taken, or an agent that was filled, since it was looked at is passed over.
local before = once_recall(KEYS[5])
if before then return before end
local pinned = ARGV[12] == 'pinned'

local function assign(id, agent, version)
    local task = task_load(id)
    if not task then return 'there is no task ' .. id end
    if version ~= '' and version ~= task.version then return 'the task was changed: it is ' .. task.state end
    if task.state ~= 'ready' and not (pinned and task.state == 'assigned') then return 'the task is ' .. task.state end
    if pinned then
        local definition = '{"agent_id":' .. text(agent) .. ',' .. ARGV[11]
        if not agent_is_there(agent) and (excess('agents', 1) or excess('bytes', #definition)) then
            return 'the agent ' .. agent .. ' is not registered, and no further agent can be kept'
        end
        agent_ensure(agent, definition)
    else
        local capacity = redis.call('HGET', key('agent', agent), 'capacity')
        if not capacity then return 'there is no agent ' .. agent end
        local held = redis.call('SCARD', key('running', agent)) + redis.call('ZCARD', key('assigned', agent))
        if held >= tonumber(capacity) then return 'the agent ' .. agent .. ' is full' end
        if not meets(agent, task.need) then return 'the agent ' .. agent .. ' cannot do it any more' end
    end
    if task.state == 'assigned' then
        if task.agent == agent then return 'assigned' end
        task_move(task, 'ready', 'taken from ' .. task.agent, { agent = '', pinned = '', fits = '' })
    end
    task_move(task, 'assigned', pinned and 'by hand' or 'by Nova', {
        agent = agent, pinned = pinned and '1' or '', fits = meets(agent, task.need) and '1' or '',
    })
    return 'assigned'
end

local reply = {}
for index = 13, #ARGV, 3 do reply[#reply + 1] = assign(ARGV[index], ARGV[index + 1], ARGV[index + 2]) end
return once_keep(KEYS[5], ARGV[10], reply)
