-- Makes tasks, all or none.
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
local made = {}
for _, task in ipairs(tasks) do made[task.id] = true end

local function fault(task)
    local known = redis.call('HMGET', key('task', task.id), 'coordination', 'state')
    if known[2] then
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
    if redis.call('SCARD', key('subtasks', task.parent)) >= 1000 then
        return refused('CONFLICT', place, 'the parent ' .. task.parent .. ' has 1000 subtasks, which is the most')
    end
    if waits_for(task.deps, task.parent) ~= false then
        return refused('VALIDATION_ERROR', task.pointer .. '/dependencies',
            'the subtask would wait for its parent ' .. task.parent .. ', which waits for it')
    end
    return nil
end

for _, task in ipairs(tasks) do
    local found = fault(task)
    if found then return once_keep(KEYS[5], ARGV[10], found) end
end

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
        'created', whole(NOW), 'updated', whole(NOW), 'version', '0', 'by', BY }
    for _, name in ipairs({ 'timeout', 'deadline', 'parent', 'coordination', 'agent', 'flow', 'step' }) do
        if task[name] ~= '' then fields[#fields + 1], fields[#fields + 2] = name, task[name] end
    end
    if task.agent ~= '' then fields[#fields + 1], fields[#fields + 2] = 'pinned', '1' end
    redis.call('HSET', key('task', task.id), unpack(fields))
    redis.call('ZADD', key('tasks'), whole(NOW), task.id)
    if task.deadline ~= '' then timer_set('deadline', task.id, tonumber(task.deadline)) end
    if task.agent ~= '' then agent_ensure(task.agent, '{"agent_id":' .. text(task.agent) .. ',' .. ARGV[12]) end
end

local function begin(task)
    local loaded = { id = task.id, type = task.type, priority = task.priority, need = task.need, policy = task.policy,
        version = '0', created = whole(NOW) }
    for _, name in ipairs({ 'timeout', 'deadline', 'parent', 'coordination', 'agent', 'flow', 'step' }) do
        if task[name] ~= '' then loaded[name] = task[name] end
    end
    if loaded.agent then loaded.pinned = '1' end
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
settle(500)
for _, task in ipairs(tasks) do
    local known = redis.call('HMGET', key('task', task.id), 'state', 'version')
    reply[#reply + 1], reply[#reply + 2], reply[#reply + 3] = task.id, known[1], known[2]
end
return once_keep(KEYS[5], ARGV[10], reply)
