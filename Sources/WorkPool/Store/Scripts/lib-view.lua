-- @include lib-work
-- Library: tasks and agents as readers are given them.
local VIEW = { 'state', 'version', 'definition', 'coordination', 'agent', 'token', 'lease', 'attempts', 'retry_at', 'created',
    'updated', 'started', 'finished', 'progress', 'message', 'by', 'pinned', 'tokens' }

-- { id, the fields of VIEW, what it waits for } (`whole`: and result, error, history, subtasks), or nil.
local function task_view(id, is_whole)
    local fields = redis.call('HMGET', key('task', id), unpack(VIEW))
    if not fields[1] then return nil end
    local view = { id, fields, redis.call('SMEMBERS', key('waiting', id)) }
    if is_whole then
        view[4] = redis.call('HMGET', key('task', id), 'result', 'error')
        view[5] = redis.call('LRANGE', key('history', id), 0, -1)
        view[6] = redis.call('SMEMBERS', key('subtasks', id))
    end
    return view
end

-- { id, { definition, version, registered, seen, whether it lives by the time (0 or 1) }, running, assigned, record }, or nil. Of
-- its queue the first 1000: no agent has room for more.
local function agent_view(id)
    local fields = redis.call('HMGET', key('agent', id), 'definition', 'version', 'registered', 'seen', 'kind', 'ttl')
    if not fields[1] then return nil end
    local online = fields[5] == 'declared' or (tonumber(fields[4] or '0') + tonumber(fields[6]) > NOW)
    fields[5], fields[6] = online and '1' or '0', nil
    return { id, fields, redis.call('SMEMBERS', key('running', id)), redis.call('ZRANGE', key('assigned', id), 0, 999),
        redis.call('HGETALL', key('stats', id)) }
end
