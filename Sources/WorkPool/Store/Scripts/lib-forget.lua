-- @include lib-work
-- Library: taking out of everything what is not kept any more.
local function task_forget(task)
    local id = task.id
    keep('bytes', -tonumber(redis.call('HGET', key('task', id), 'bytes') or '0'))
    redis.call('DEL', key('task', id), key('history', id), key('waiting', id), key('dependents', id), key('subtasks', id),
        key('cancelling', id))
    redis.call('ZREM', key('tasks'), id)
    redis.call('ZREM', key('ended'), id)
    redis.call('HINCRBY', key('counts'), task.state, -1)
    if task.parent then redis.call('SREM', key('subtasks', task.parent), id) end
end
