-- @include lib-once
-- @include lib-waiting
-- Makes tasks, all or none.
--
-- WORK: at most 60000 calls: 20 for each of 1000 tasks, 4 for each of 5000 dependencies, 10000 to see that no subtask waits
-- for its parent, 4000 for 50 tasks that meet an end; the others follow with the next ticks
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 tasks, a JSON array, each after those it waits for: id, pointer, definition
--       (text), type, priority, need, deps[], policy, retries, backoff, backoff_max, timeout, deadline, parent,
--       coordination, agent (pinned); what is not there is ''
--       12 definition JSON of an agent that is unknown, without its id
-- Returns { 'made', id, state, version, … }, { 'refused', code, pointer, message }
-- Promise: once per job; all or none. Parts of a coordination that are there already are left as they are. A task that
-- waits for nothing is ready in the same step, one that waits for what has failed meets its end in it.
local before = once_recall(KEYS[5])
if before then return before end
local tasks = cjson.decode(ARGV[11])
local made, joining = {}, {}
for _, task in ipairs(tasks) do made[task.id] = true end

-- Of each parent what was looked at, to see that no subtask waits for it.
local seen = {}

local function fault(task)
    local known = redis.call('HMGET', key('task', task.id), 'coordination', 'state')
    if known[2] then
        task.is_there = true
        if task.coordination ~= '' and known[1] == task.coordination then return nil end
        return refused('CONFLICT', task.pointer .. '/task_id', 'there is a task ' .. task.id .. ' already; it is ' .. known[2])
    end
    for index, id in ipairs(task.deps) do
        if not made[id] and redis.call('EXISTS', key('task', id)) == 0 then
            return refused('VALIDATION_ERROR', task.pointer .. '/dependencies/' .. (index - 1),
                'there is no task ' .. id .. ' in the domain ' .. DOMAIN)
        end
    end
    if task.parent == '' or made[task.parent] then return nil end
    local parent = task_load(task.parent)
    local place = task.pointer .. '/parent_id'
    if not parent then
        return refused('VALIDATION_ERROR', place, 'there is no task ' .. task.parent .. ' in the domain ' .. DOMAIN)
    end
    if ENDS[parent.state] then
        return refused('CONFLICT', place, 'the parent ' .. task.parent .. ' is ' .. parent.state)
    end
    joining[task.parent] = (joining[task.parent] or redis.call('SCARD', key('subtasks', task.parent))) + 1
    if joining[task.parent] > 1000 then
        return refused('CONFLICT', place, 'the parent ' .. task.parent .. ' has 1000 subtasks, which is the most')
    end
    seen[task.parent] = seen[task.parent] or {}
    local circle = waits_for(task.deps, task.parent, seen[task.parent])
    if circle == nil then
        return refused('CONFLICT', task.pointer .. '/dependencies',
            'it cannot be seen whether they wait for the parent: they wait for more than ' .. WALK_MOST .. ' others')
    end
    if circle then
        return refused('VALIDATION_ERROR', task.pointer .. '/dependencies',
            'the subtask would wait for its parent ' .. task.parent .. ', which waits for it')
    end
    return nil
end

local function agent_definition(id) return '{"agent_id":' .. text(id) .. ',' .. ARGV[12] end

-- What these would add to what the owner keeps.
local function over()
    local more = { tasks = 0, agents = 0, bytes = 0, needs = 0 }
    local needs, agents = {}, {}
    for _, task in ipairs(tasks) do
        if not task.is_there then
            more.tasks, more.bytes = more.tasks + 1, more.bytes + #task.definition
            if not needs[task.need] then
                needs[task.need] = true
                if redis.call('HEXISTS', key('need-uses'), task.need) == 0 then more.needs = more.needs + need_weight(task.need) end
            end
            if task.agent ~= '' and not agents[task.agent] then
                agents[task.agent] = true
                if not agent_is_there(task.agent) then
                    more.agents, more.bytes = more.agents + 1, more.bytes + #agent_definition(task.agent)
                end
            end
        end
    end
    return excess('tasks', more.tasks) or excess('agents', more.agents) or excess('needs', more.needs) or excess('bytes', more.bytes)
end

for _, task in ipairs(tasks) do
    local found = fault(task)
    if found then return once_keep(KEYS[5], ARGV[10], found) end
end
local found = over()
if found then return once_keep(KEYS[5], ARGV[10], found) end

-- A parent that has begun goes on; one that has not waits, also one that is made later in this call.
local function join_parent(task)
    if task.parent == '' then return end
    redis.call('SADD', key('subtasks', task.parent), task.id)
    local parent = task_load(task.parent)
    if parent and parent.state == 'running' then return end
    wait_for(task.parent, task.id)
    if parent and parent.state ~= 'blocked' then task_move(parent, 'blocked', 'waits for its subtask ' .. task.id) end
end

local function record(task)
    local fields = { 'definition', task.definition, 'type', task.type, 'priority', task.priority, 'need', task.need,
        'policy', task.policy, 'retries', task.retries, 'backoff', task.backoff, 'backoff_max', task.backoff_max,
        'created', whole(NOW), 'updated', whole(NOW), 'version', '0', 'by', BY, 'bytes', #task.definition, 'counted', '1' }
    for _, name in ipairs({ 'timeout', 'deadline', 'parent', 'coordination', 'agent', 'flow', 'step' }) do
        if task[name] ~= '' then fields[#fields + 1], fields[#fields + 2] = name, task[name] end
    end
    if task.agent ~= '' then
        agent_ensure(task.agent, agent_definition(task.agent))
        fields[#fields + 1], fields[#fields + 2] = 'pinned', '1'
        if meets(task.agent, task.need) then fields[#fields + 1], fields[#fields + 2] = 'fits', '1' end
    end
    redis.call('HSET', key('task', task.id), unpack(fields))
    keep('bytes', #task.definition)
    need_use(task.need)
    redis.call('ZADD', key('tasks'), whole(NOW), task.id)
    if task.deadline ~= '' then timer_set('deadline', task.id, tonumber(task.deadline)) end
end

local function begin(task)
    local loaded = { id = task.id, type = task.type, priority = task.priority, need = task.need, policy = task.policy,
        version = '0', created = whole(NOW), counted = '1' }
    for _, name in ipairs({ 'timeout', 'deadline', 'parent', 'coordination', 'agent', 'flow', 'step' }) do
        if task[name] ~= '' then loaded[name] = task[name] end
    end
    if loaded.agent then
        loaded.pinned = '1'
        loaded.fits = meets(loaded.agent, loaded.need) and '1' or nil
    end
    for _, id in ipairs(task.deps) do
        local state = redis.call('HGET', key('task', id), 'state')
        local to = consequence(task.policy, state)
        if to == 'wait' then
            wait_for(task.id, id)
        elseif to ~= 'go' then
            return end_for(loaded, to, id, state)
        end
    end
    if redis.call('EXISTS', key('waiting', task.id)) == 1 then
        return task_move(loaded, 'blocked', 'waits for others')
    end
    task_again(loaded, 'made')
end

local reply = { 'made' }
for _, task in ipairs(tasks) do
    if redis.call('EXISTS', key('task', task.id)) == 0 then
        record(task)
        begin(task)
        join_parent(task)
    end
end
tasks_recount()
settle(50)
for _, task in ipairs(tasks) do
    local known = redis.call('HMGET', key('task', task.id), 'state', 'version')
    reply[#reply + 1], reply[#reply + 2], reply[#reply + 3] = task.id, known[1], known[2]
end
return once_keep(KEYS[5], ARGV[10], reply)
