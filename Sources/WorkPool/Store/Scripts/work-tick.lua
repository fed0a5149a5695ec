-- @include lib-waiting
-- @include lib-forget
-- @include lib-walks
-- Does what is due: leases that ran out, timeouts, deadlines, next attempts, silent agents; tells dependents of ends; forgets
-- what ended long ago.
--
-- WORK: at most 12000 calls: 60 for each of 50 timers, 50 tasks of agents that are gone or changed and 50 dependents, 20 for
-- each of 50 tasks and coordinations that are forgotten
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 most of each  11 ended tasks kept ms  12 leases that may run out over one task
--       13 random number 0…1 for the backoff
-- Returns { done, dependents told, 1 where more is left, ready tasks that Nova may assign, ms of the next timer or '' }
--   KIND of a timer is lease, timeout, deadline, retry or agent
-- Promise: may be called by any number at any time; each due thing is done once.
local most = tonumber(ARGV[10])

function lose(task, why)
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
    redis.call('ZADD', key('walks'), 0, 'gone\31' .. id)
end

local due = redis.call('ZRANGE', key('timers'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, timer in ipairs(due) do
    redis.call('ZREM', key('timers'), timer)
    local kind, id = string.match(timer, '^(%a+)\31(.*)$')
    DUE[kind](id)
end
local is_walking = walks_on(most)
local told, left = settle(most)

local old = redis.call('ZRANGE', key('ended'), '-inf', whole(NOW - tonumber(ARGV[11])), 'BYSCORE', 'LIMIT', 0, most)
local forgotten = 0
for _, id in ipairs(old) do
    local task = task_load(id)
    if not task then
        redis.call('ZREM', key('ended'), id)
        forgotten = forgotten + 1
    elseif is_settled(id) then
        task_forget(task)
        forgotten = forgotten + 1
    end
end
local done = redis.call('ZRANGE', key('coordinations'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
if #done > 0 then redis.call('ZREM', key('coordinations'), unpack(done)) end
tasks_recount()
agents_recount()
recount('coordinations', redis.call('ZCARD', key('coordinations')))

if #due == most or forgotten == most or is_walking then left = 1 end
local ready = redis.call('EXISTS', key('assignable')) == 1 and tonumber(redis.call('HGET', key('counts'), 'ready') or '0') or 0
local next = redis.call('ZRANGE', key('timers'), 0, 0, 'WITHSCORES')
return { #due, told, left, ready, next[2] or '' }
