-- @include lib-work
-- Library: which task waits for which.

-- Tasks and links that all walks of one call look at together.
local WALK_MOST = 10000
local walked = 0

-- Whether `id` is among those that the tasks `from` wait for, directly or not. Nil where there are too many to look at.
-- `seen` holds what earlier walks of the call to the same `id` have looked at: nothing is looked at twice.
local function waits_for(from, id, seen)
    local open = {}
    for _, name in ipairs(from) do open[#open + 1] = name end
    while #open > 0 do
        local name = table.remove(open)
        if name == id then return true end
        if not seen[name] then
            seen[name] = true
            local before = redis.call('SMEMBERS', key('waiting', name))
            walked = walked + 1 + #before
            if walked > WALK_MOST then return nil end
            for _, next in ipairs(before) do open[#open + 1] = next end
        end
    end
    return false
end

-- What a task does about one it depends on, of which is known that it has ended, or not: 'wait', 'go', or its own end.
local function consequence(policy, state)
    if not ENDS[state] then return 'wait' end
    if state == 'completed' or policy == 'run' then return 'go' end
    return policy == 'skip' and 'cancelled' or 'failed'
end

local function wait_for(id, before)
    redis.call('SADD', key('waiting', id), before)
    redis.call('SADD', key('dependents', before), id)
end

-- Nothing it waits for is left: it goes where it is done.
local function unblock(task, why)
    if task.state ~= 'blocked' or redis.call('EXISTS', key('waiting', task.id)) == 1 then return end
    if redis.call('ZSCORE', key('timers'), 'retry\31' .. task.id) then return end
    task_again(task, why)
end

local function end_for(task, to, before, state)
    task_fail(task, to, 'the task ' .. before .. ', which it waits for, has ' .. (state == 'expired' and state or 'ended as ' .. state))
end

-- One dependent hears of the end of `before`.
local function hear_end(id, before, state)
    if redis.call('SREM', key('waiting', id), before) == 0 then return end
    local task = task_load(id)
    if not task or ENDS[task.state] then return end
    local to = consequence(task.policy, state)
    if to == 'go' then return unblock(task, 'all it waited for has ended') end
    end_for(task, to, before, state)
end

-- The subtasks of a task that will not be completed are not wanted any more: at most `limit` of them are cancelled. Those
-- that are left stand in cancelling:ID, for the next call. Returns how many were looked at.
local function cancel_subtasks(id, state, limit)
    local left = key('cancelling', id)
    if redis.call('HSETNX', key('task', id), 'sweeping', '1') == 1 then
        redis.call('SUNIONSTORE', left, key('subtasks', id))
    end
    local names = redis.call('SPOP', left, limit)
    for _, name in ipairs(names) do
        local task = task_load(name)
        if task and not ENDS[task.state] then task_fail(task, 'cancelled', 'its parent ' .. id .. ' has ended as ' .. state) end
    end
    return #names
end

-- Whether all have heard of a task's end.
local function is_settled(id) return redis.call('EXISTS', key('dependents', id), key('cancelling', id)) == 0 end

-- Tells the dependents of ended tasks, and cancels subtasks, at most about `limit` together. What is left stays in the list for
-- the next call: each dependent hears of each end once, whoever dies in between.
-- Returns how many were told, and whether some are left.
local function settle(limit)
    local told = 0
    while told < limit do
        local id = redis.call('LINDEX', key('settle'), 0)
        if not id then return told, 0 end
        local state = redis.call('HGET', key('task', id), 'state')
        local names = redis.call('SPOP', key('dependents', id), limit - told)
        for _, name in ipairs(names) do hear_end(name, id, state or 'cancelled') end
        told = told + #names + 1
        if redis.call('EXISTS', key('dependents', id)) == 0 then
            if state and state ~= 'completed' then told = told + cancel_subtasks(id, state, math.max(1, limit - told)) end
            if is_settled(id) then redis.call('LPOP', key('settle')) end
        end
    end
    return told, redis.call('EXISTS', key('settle'))
end
