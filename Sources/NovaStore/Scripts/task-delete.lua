-- Cancels a task, or deletes one that has ended.
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 task id  12 version that it must have, or ''  13 why
-- Returns { 'cancelled', version }, { 'deleted', version }, { 'refused', code, pointer, message }
-- Promise: once per job. Whoever holds the task hears it by the fencing token.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[10], reply) end

local id = ARGV[11]
local task = task_load(id)
if not task then return ends(refused('RESOURCE_NOT_FOUND', '/task_id', 'there is no task ' .. id .. ' in the domain ' .. DOMAIN)) end
if ARGV[12] ~= '' and ARGV[12] ~= task.version then
    return ends(refused('CONFLICT', '/version', 'the task has version ' .. task.version .. ' and is ' .. task.state))
end
if not ENDS[task.state] then
    task_fail(task, 'cancelled', ARGV[13])
    settle(500)
    return ends({ 'cancelled', whole(task.version) })
end
settle(1000)
if redis.call('EXISTS', key('dependents', id)) == 1 then
    return ends(refused('CONFLICT', '', 'tasks that wait for ' .. id .. ' are being told of its end: try again'))
end
task_forget(task)
return ends({ 'deleted', task.version })
