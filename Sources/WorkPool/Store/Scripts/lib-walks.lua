-- @include lib-work
-- Library: what concerns all tasks of an agent, a slice at a time.
--
-- A walk stands in `walks` until it is through, with its place as the score: how many tasks of the queue stay before it. The
-- script that begins it does the first slice, work-tick.lua the others: whoever dies in between, the next tick goes on.
--   'left'  the agent was taken out: what it held and had in its queue goes to others
--   'fit'   it can do other things now: what it was given because it could, and cannot do any more, is ready again
--   'gone'  it is silent: what it holds is lost to it, and what Nova put in its queue is ready again
local WALK_SLICE = 50

-- Through the queue from `place` on, at most `most`: `visit` says whether a task is to leave, and takes it out. Returns how
-- many were looked at, and the next place or nil at the end.
local function queue_walk(agent, place, most, visit)
    local names = redis.call('ZRANGE', key('assigned', agent), place, place + most - 1)
    for _, name in ipairs(names) do
        local task = task_load(name)
        if not task then
            redis.call('ZREM', key('assigned', agent), name)
        elseif not visit(task) then
            place = place + 1
        end
    end
    return #names, #names == most and place or nil
end

-- Takes what an agent holds, at most `most`. Returns how many, and whether some are left.
local function holdings_walk(agent, most, visit)
    local names = redis.call('SRANDMEMBER', key('running', agent), most)
    for _, name in ipairs(names) do
        local task = task_load(name)
        if task and task.state == 'running' and task.agent == agent then visit(task) end
        redis.call('SREM', key('running', agent), name)
    end
    return #names, redis.call('EXISTS', key('running', agent)) == 1
end

local WALKS = {}

function WALKS.left(agent, place, most)
    if agent_is_there(agent) then return 0, nil end
    local function give_up(task)
        task.pinned = nil
        task_again(task, 'its agent ' .. agent .. ' was taken out', { pinned = '' })
        return true
    end
    local seen, left = holdings_walk(agent, most, give_up)
    if left or seen >= most then return seen, place end
    local more, next = queue_walk(agent, place, most - seen, give_up)
    return seen + more, next
end

function WALKS.fit(agent, place, most)
    return queue_walk(agent, place, most, function(task)
        if stays(task) then
            if task.pinned and not task.fits and meets(agent, task.need) then redis.call('HSET', key('task', task.id), 'fits', '1') end
            return false
        end
        task_again(task, agent .. ' cannot do it any more')
        return true
    end)
end

-- `lose` of work-tick.lua says what becomes of a task whose agent is lost.
local lose
function WALKS.gone(agent, place, most)
    if redis.call('HGET', key('agent', agent), 'online') == '1' then return 0, nil end
    local seen, left = holdings_walk(agent, most, function(task) lose(task, agent .. ' was silent for too long') end)
    if left or seen >= most then return seen, place end
    local more, next = queue_walk(agent, place, most - seen, function(task)
        if task.pinned then return false end
        task_again(task, agent .. ' is offline')
        return true
    end)
    return seen + more, next
end

-- Begins a walk, or goes on with it: one slice. Returns how many were looked at.
local function walk_on(kind, agent, place, most)
    local walk = kind .. '\31' .. agent
    local seen, next = WALKS[kind](agent, place, most)
    if next then redis.call('ZADD', key('walks'), whole(next), walk) else redis.call('ZREM', key('walks'), walk) end
    return seen
end

-- Goes on with the walks that were begun, at most about `most`. Returns whether some are left.
local function walks_on(most)
    local seen = 0
    while seen < most do
        local first = redis.call('ZRANGE', key('walks'), 0, 0, 'WITHSCORES')
        if not first[1] then return false end
        local kind, agent = string.match(first[1], '^(%a+)\31(.*)$')
        seen = seen + 1 + walk_on(kind, agent, tonumber(first[2]), most - seen)
    end
    return redis.call('EXISTS', key('walks')) == 1
end
