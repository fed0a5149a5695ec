-- Does what is due: leases that ran out, timeouts, deadlines, next attempts, silent agents; tells dependents of ends; forgets
-- what ended long ago.
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 most of each  11 ended tasks kept ms  12 leases that may run out over one task
--       13 random number 0…1 for the backoff
-- Returns { done, dependents told, 1 where more is left, ready tasks that Nova may assign, ms of the next timer or '' }
-- Promise: may be called by any number at any time; each due thing is done once.
local most = tonumber(ARGV[10])

local function lose(task, why)
    agent_count(task, 'l')
    local losses = tonumber(task.losses or '0') + 1
    if losses >= tonumber(ARGV[12]) then
        return task_fail(task, 'failed', 'given up: ' .. losses .. ' agents were lost over it; the last: ' .. why, { losses = whole(losses) })
    end
    task_again(task, why, { losses = whole(losses) })
end

local DUE = {}

function DUE.lease(id)
    local task = task_load(id)
    if task and task.state == 'running' then lose(task, 'the lease of ' .. (task.agent or '') .. ' ran out') end
end

function DUE.timeout(id)
    local task = task_load(id)
    if not task or task.state ~= 'running' then return end
    local why = 'not done within ' .. tonumber(task.timeout) / 1000 .. ' s'
    agent_count(task, 'l')
    task_failed(task, why, '{"message":' .. text(why) .. '}', true, tonumber(ARGV[13]))
end

function DUE.deadline(id)
    local task = task_load(id)
    if task and task.state == 'running' then agent_count(task, 'l') end
    if task and not ENDS[task.state] then task_fail(task, 'expired', 'its deadline passed while it was ' .. task.state) end
end

function DUE.retry(id)
    local task = task_load(id)
    if not task or task.state ~= 'blocked' then return end
    redis.call('HDEL', key('task', id), 'retry_at')
    unblock(task, 'its next attempt is due')
end

function DUE.agent(id)
    local hash = key('agent', id)
    if redis.call('HGET', hash, 'online') ~= '1' then return end
    redis.call('HDEL', hash, 'online')
    tell('agent.offline', { 'agent:' .. id, 'agents' }, '"agent_id":' .. text(id))
    for _, name in ipairs(redis.call('SMEMBERS', key('running', id))) do
        local task = task_load(name)
        if task and task.state == 'running' then lose(task, id .. ' was silent for too long') end
    end
    for _, name in ipairs(redis.call('ZRANGE', key('assigned', id), 0, -1)) do
        local task = task_load(name)
        if task and not task.pinned then task_again(task, id .. ' is offline') end
    end
end

local due = redis.call('ZRANGE', key('timers'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, timer in ipairs(due) do
    redis.call('ZREM', key('timers'), timer)
    local kind, id = string.match(timer, '^(%a+)\31(.*)$')
    DUE[kind](id)
end
local told, left = settle(most)

for _, id in ipairs(redis.call('ZRANGE', key('ended'), '-inf', whole(NOW - tonumber(ARGV[11])), 'BYSCORE', 'LIMIT', 0, 100)) do
    local task = task_load(id)
    if not task then
        redis.call('ZREM', key('ended'), id)
    elseif redis.call('EXISTS', key('dependents', id)) == 0 then
        task_forget(task)
    end
end

if #due == most then left = 1 end
local ready = redis.call('EXISTS', key('assignable')) == 1 and tonumber(redis.call('HGET', key('counts'), 'ready') or '0') or 0
local next = redis.call('ZRANGE', key('timers'), 0, 0, 'WITHSCORES')
return { #due, told, left, ready, next[2] or '' }
