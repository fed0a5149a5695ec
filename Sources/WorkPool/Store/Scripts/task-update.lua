-- @include lib-once
-- @include lib-waiting
-- Changes a task: its members, its state by hand, or both.
--
-- WORK: at most 25000 calls: 8 for each of 1000 dependencies and 1000 subtasks, 10000 to see that none of them waits for the
-- task, 4000 for 50 tasks that hear of its end; the others follow with the next ticks
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 task id  12 version that the caller read
--       13 changed members, a JSON array of names  14 definition JSON as it is to be  15 a JSON object of the fields type,
--       priority, need, policy, retries, backoff, backoff_max, timeout, deadline, flow, step ('' is none)
--       16 dependencies as they are to be, a JSON array  17 state that is asked for, or ''  18 result or error JSON, or ''
-- Returns { 'done', state, version }, { 'stale', version } where the task was changed since the caller read it,
--         { 'refused', code, pointer, message }
-- Promise: once per job; all or nothing.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[10], reply) end

local id, changed, to = ARGV[11], cjson.decode(ARGV[13]), ARGV[17]
local task = task_load(id)
if not task then return ends(refused('RESOURCE_NOT_FOUND', '/task_id', 'there is no task ' .. id .. ' in the domain ' .. DOMAIN)) end
if task.version ~= ARGV[12] then return { 'stale', task.version } end

local is = {}
for _, name in ipairs(changed) do is[name] = true end
local has_begun = task.state == 'running' or ENDS[task.state]
for _, name in ipairs(changed) do
    if has_begun and name ~= 'labels' then
        return ends(refused('CONFLICT', '/' .. name, 'the task is ' .. task.state .. ': only its status and labels can change'))
    end
end

-- By hand a task can also be ended that nobody has claimed: somebody did it without Nova.
local BY_HAND = {
    ready = { assigned = true },
    running = { ready = true, assigned = true },
    completed = { running = true, ready = true, assigned = true },
    failed = { running = true, ready = true, assigned = true },
    cancelled = { running = true, ready = true, assigned = true, blocked = true },
}
if to ~= '' and not BY_HAND[to][task.state] then
    return ends(refused('CONFLICT', '/status', 'the task is ' .. task.state .. ' and cannot become ' .. to))
end

local dependencies, seen = cjson.decode(ARGV[16]), {}
if is.dependencies then
    for index, name in ipairs(dependencies) do
        local place = '/dependencies/' .. (index - 1)
        if redis.call('EXISTS', key('task', name)) == 0 then
            return ends(refused('VALIDATION_ERROR', place, 'there is no task ' .. name .. ' in the domain ' .. DOMAIN))
        end
        local circle = waits_for({ name }, id, seen)
        if circle == nil then
            return ends(refused('CONFLICT', place, 'more than ' .. WALK_MOST .. ' tasks would be waited for, with all that those wait for'))
        end
        if circle then return ends(refused('VALIDATION_ERROR', place, 'the task ' .. name .. ' waits for this one')) end
    end
end

local fields = cjson.decode(ARGV[15])
local function over()
    local found = #changed > 0 and excess('bytes', #ARGV[14] - redis.call('HSTRLEN', key('task', id), 'definition'))
    if found or has_begun or #changed == 0 or not task.counted or fields.need == task.need then return found end
    local uses = redis.call('HMGET', key('need-uses'), task.need, fields.need)
    local more = uses[2] and 0 or need_weight(fields.need)
    return excess('needs', tonumber(uses[1] or '0') <= 1 and more - need_weight(task.need) or more)
end
local found = over() or (#ARGV[18] > 1024 and excess('bytes', #ARGV[18]))
if found then return ends(found) end

-- Requeues with the new rank and need: taken out by the old ones, put in by the new.
if not has_begun and #changed > 0 then
    task_leave(task)
    local retry_at = task.state == 'blocked' and redis.call('HGET', key('task', id), 'retry_at')
    if task.counted and fields.need ~= task.need then
        need_use(fields.need)
        need_leave(task.need)
    end
    for name, value in pairs(fields) do
        if value == '' then
            redis.call('HDEL', key('task', id), name)
            task[name] = nil
        else
            redis.call('HSET', key('task', id), name, value)
            task[name] = value
        end
    end
    if is.deadline then
        timer_clear('deadline', id)
        if task.deadline then timer_set('deadline', id, tonumber(task.deadline)) end
    end
    if retry_at then timer_set('retry', id, tonumber(retry_at)) end
    task_enter(task)
end
if #changed > 0 then
    redis.call('HSET', key('task', id), 'definition', ARGV[14], 'updated', whole(NOW))
    task.version = redis.call('HINCRBY', key('task', id), 'version', 1)
    task_weigh(id)
    task_tell(task, task.state, 'changed: ' .. table.concat(changed, ', '))
    -- Whoever was given it because it could do it, and cannot any more.
    if task.state == 'assigned' and not stays(task) then task_again(task, task.agent .. ' cannot do it any more') end
end

local function rewire()
    local wanted = {}
    for _, name in ipairs(dependencies) do wanted[name] = true end
    for _, name in ipairs(redis.call('SMEMBERS', key('subtasks', id))) do wanted[name] = true end
    for _, name in ipairs(redis.call('SMEMBERS', key('waiting', id))) do
        if not wanted[name] then
            redis.call('SREM', key('waiting', id), name)
            redis.call('SREM', key('dependents', name), id)
        end
    end
    for _, name in ipairs(dependencies) do
        local state = redis.call('HGET', key('task', name), 'state')
        local consequences = consequence(task.policy, state)
        if consequences == 'wait' then
            wait_for(id, name)
        elseif consequences ~= 'go' then
            return end_for(task, consequences, name, state)
        end
    end
    local waits = redis.call('EXISTS', key('waiting', id)) == 1
    if waits and task.state ~= 'blocked' then task_move(task, 'blocked', 'waits for others') end
    if not waits then unblock(task, 'waits for nothing any more') end
end
if is.dependencies then rewire() end

if to ~= '' and not ENDS[task.state] and (BY_HAND[to][task.state]) then
    local moved, more = {}, nil
    if to == 'ready' then moved.agent, moved.pinned, moved.fits = '', '', '' end
    if to == 'completed' then moved.result, moved.error, moved.progress = ARGV[18], '', '1' end
    if to == 'failed' then moved.error = ARGV[18] end
    -- Nobody renews the lease of what runs by hand.
    if to == 'running' then moved.lease_ms, moved.token = '', whole(tonumber(task.token or '0') + 1) end
    if (to == 'completed' or to == 'failed') and #ARGV[18] <= RESULT_IN_EVENT then
        more = (to == 'failed' and ',"error":' or ',"result":') .. ARGV[18]
    end
    task_move(task, to, 'by hand', moved, more)
end
settle(50)
local known = redis.call('HMGET', key('task', id), 'state', 'version')
return ends({ 'done', known[1], known[2] })
