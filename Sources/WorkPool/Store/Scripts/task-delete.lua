-- @include lib-once
-- @include lib-condition
-- @include lib-waiting
-- @include lib-forget
-- Cancels a task; forgets one that has ended, where that is asked for.
--
-- WORK: at most 8000 calls: 50 tasks that wait for it or are its subtasks; the others follow with the next ticks
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 task id  12 condition as in lib-condition  13 why
--       14 whether one that has ended is forgotten (0 or 1)
-- Returns { 'cancelled', version }, { 'deleted', version }, { 'ended', version, state }: it had ended, and is left as it is;
--         { 'refused', code, pointer, message }
-- Promise: once per job. Whoever holds the task hears it by the fencing token. What has ended goes only where that is asked
-- for: an end that comes at the same time as the cancellation is kept.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[10], reply) end

local id = ARGV[11]
local task = task_load(id)
if not task then return ends(refused('RESOURCE_NOT_FOUND', '/task_id', 'there is no task ' .. id .. ' in the domain ' .. DOMAIN)) end
if not condition_holds(ARGV[12], task.version) then
    return ends(refused('PRECONDITION_FAILED', '/version', 'the task has version ' .. task.version .. ' and is ' .. task.state))
end
if not ENDS[task.state] then
    task_fail(task, 'cancelled', ARGV[13])
    settle(50)
    return ends({ 'cancelled', whole(task.version) })
end
if ARGV[14] ~= '1' then return ends({ 'ended', task.version, task.state }) end
settle(50)
if not is_settled(id) then
    return ends(refused('CONFLICT', '', 'tasks that wait for ' .. id .. ' are being told of its end: try again'))
end
task_forget(task)
tasks_recount()
return ends({ 'deleted', task.version })
