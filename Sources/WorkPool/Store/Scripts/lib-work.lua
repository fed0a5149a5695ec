-- @include lib-space
-- Library: the tasks and agents of one owner and one domain, and how a task goes from state to state. All scripts of
-- them begin alike:
--
-- KEYS  as in lib-space
-- ARGV  1 owner  2 domain  3 event channel  4 events kept  5 events kept ms  6 ready channel  7 wake channel
--       8 ageing ms: what a step of priority is worth of waiting  9 by: who asks, for the history
--
-- Below the base (an id is always the last part of a name):
--   task:ID       hash     its fields           history:ID    list     its transitions, JSON, the newest 200
--   waiting:ID    set      unfinished tasks it waits for       dependents:ID set  tasks that wait for it
--   subtasks:ID   set      its subtasks         tasks         zset     all, by the time they were made
--   needs         set      needs that have ready tasks         ready:NEED    zset  ready tasks, the first to be done first
--   timers        zset     what is due when: KIND 0x1F ID      settle        list  ended tasks whose dependents are to be told
--   ended         zset     by the time of their end            counts        hash  tasks by state
--   agent:ID      hash     its fields           agents        zset     all, by the time they were registered
--   running:ID    set      tasks an agent holds assigned:ID    zset    tasks in its queue    stats:ID  hash  its record
--   records       hash     the record of all    care           string  there while somebody looks after the space
--   models        set      agents of kind model   assignable   set     agents that Nova assigns to
--   need-uses     hash     unfinished tasks by need            cancelling:ID set   subtasks of an ended task, to be cancelled
--   walks         zset     what goes on with the next tick, by how far it is: KIND 0x1F AGENT (lib-walks)
--   coordinations zset     by the time they are forgotten
local BY = ARGV[9]
local AGEING = tonumber(ARGV[8])
local HISTORY_KEPT, RESULT_IN_EVENT = 200, 65536

local ENDS = { completed = true, failed = true, cancelled = true, expired = true }

-- MARK: Tasks

local FIELDS = { 'state', 'version', 'type', 'priority', 'agent', 'pinned', 'attempts', 'failures', 'losses', 'token',
    'need', 'parent', 'coordination', 'policy', 'retries', 'backoff', 'backoff_max', 'timeout', 'deadline', 'started',
    'lease_ms', 'ready_at', 'created', 'flow', 'step', 'counted', 'fits' }

local function task_load(id)
    local values = redis.call('HMGET', key('task', id), unpack(FIELDS))
    if not values[1] then return nil end
    local task = { id = id }
    for index, name in ipairs(FIELDS) do task[name] = values[index] or nil end
    return task
end

-- `before` is the agent that had it, where that is another one now.
local function task_tell(task, from, why, more, before)
    local channels = { 'task:' .. task.id, 'tasks' }
    if task.agent then channels[#channels + 1] = 'agent:' .. task.agent end
    if before and before ~= task.agent then channels[#channels + 1] = 'agent:' .. before end
    if task.coordination then channels[#channels + 1] = 'coordination:' .. task.coordination end
    tell('task.' .. task.state, channels, '"task_id":' .. text(task.id) .. ',"type":' .. text(task.type)
        .. ',"status":"' .. task.state .. '","from":' .. text(from) .. ',"version":' .. task.version
        .. ',"agent_id":' .. text(task.agent) .. ',"coordination_id":' .. text(task.coordination)
        .. ',"by":' .. text(BY) .. ',"why":' .. text(why) .. (more or ''))
end

-- MARK: What is kept

-- A set of capabilities and agents is one need, and one more for each 512 bytes of its text: a claim looks at all of them.
local function need_weight(need) return math.max(1, math.ceil(#need / 512)) end

local function need_use(need)
    if redis.call('HINCRBY', key('need-uses'), need, 1) == 1 then keep('needs', need_weight(need)) end
end

local function need_leave(need)
    if redis.call('HINCRBY', key('need-uses'), need, -1) > 0 then return end
    redis.call('HDEL', key('need-uses'), need)
    keep('needs', -need_weight(need))
end

-- The bytes of a task's texts, counted anew.
local function task_weigh(id)
    local hash = key('task', id)
    local bytes = 0
    for _, name in ipairs({ 'definition', 'result', 'error' }) do bytes = bytes + redis.call('HSTRLEN', hash, name) end
    keep('bytes', bytes - tonumber(redis.call('HGET', hash, 'bytes') or '0'))
    redis.call('HSET', hash, 'bytes', whole(bytes))
end

local function tasks_recount() recount('tasks', redis.call('ZCARD', key('tasks'))) end
local function agents_recount() recount('agents', redis.call('ZCARD', key('agents'))) end

-- MARK: Who can do what

-- What an agent can do, as a set; each agent is read once in a call.
local abilities = {}
local function able(agent)
    if not abilities[agent] then
        abilities[agent] = {}
        for _, name in ipairs(cjson.decode(redis.call('HGET', key('agent', agent), 'capabilities') or '[]')) do
            abilities[agent][name] = true
        end
    end
    return abilities[agent]
end

-- Whether an agent may be given what has this need.
local ANYBODY = '{"agents":[],"capabilities":[]}'
local function meets(agent, need)
    if need == ANYBODY then return true end
    local read = cjson.decode(need)
    for _, name in ipairs(read.capabilities) do
        if not able(agent)[name] then return false end
    end
    if #read.agents == 0 then return true end
    for _, name in ipairs(read.agents) do
        if name == agent then return true end
    end
    return false
end

-- Whether a task stays in the queue of its agent. Whoever was given it because it could do it loses it where it can not any
-- more; what a person gave to one that never could stays.
local function stays(task)
    if task.pinned and not task.fits then return true end
    return meets(task.agent, task.need)
end

local function timer_set(kind, id, at) redis.call('ZADD', key('timers'), whole(at), kind .. '\31' .. id) end
local function timer_clear(kind, id) redis.call('ZREM', key('timers'), kind .. '\31' .. id) end

-- Takes the task out of wherever its present state keeps it.
local function task_leave(task)
    if task.state == 'ready' then
        local queue = key('ready', task.need)
        redis.call('ZREM', queue, task.id)
        if redis.call('EXISTS', queue) == 0 then redis.call('SREM', key('needs'), task.need) end
    elseif task.state == 'assigned' then
        redis.call('ZREM', key('assigned', task.agent), task.id)
    elseif task.state == 'running' then
        if task.agent then redis.call('SREM', key('running', task.agent), task.id) end
        timer_clear('lease', task.id)
        timer_clear('timeout', task.id)
    elseif task.state == 'blocked' then
        timer_clear('retry', task.id)
    end
end

-- The earlier it was first ready, and the higher its priority, the lower: the lowest is done first. A task gains on
-- others only by waiting, so the order of two never changes, and what waits long enough comes first.
local function task_rank(task) return tonumber(task.ready_at) - tonumber(task.priority) * AGEING end

local function task_enter(task)
    if task.state == 'ready' then
        redis.call('ZADD', key('ready', task.need), whole(task_rank(task)), task.id)
        redis.call('SADD', key('needs'), task.need)
        redis.call('PUBLISH', ARGV[6], OWNER .. '\31' .. DOMAIN .. '\31')
    elseif task.state == 'assigned' then
        redis.call('ZADD', key('assigned', task.agent), whole(task_rank(task)), task.id)
        redis.call('PUBLISH', ARGV[6], OWNER .. '\31' .. DOMAIN .. '\31' .. task.agent)
    elseif task.state == 'running' then
        if task.agent then redis.call('SADD', key('running', task.agent), task.id) end
        if task.lease_ms then timer_set('lease', task.id, NOW + tonumber(task.lease_ms)) end
        if task.timeout then timer_set('timeout', task.id, NOW + tonumber(task.timeout)) end
    elseif ENDS[task.state] then
        timer_clear('deadline', task.id)
        redis.call('RPUSH', key('settle'), task.id)
        redis.call('ZADD', key('ended'), whole(NOW), task.id)
        if task.coordination then redis.call('PUBLISH', ARGV[7], task.coordination) end
    end
end

-- The one way from a state to another: indexes, version, history and event, all at once.
-- `fields` are further fields to write ('' removes one), `more` further members of the event (text, with its comma).
local function task_move(task, to, why, fields, more)
    local from, before = task.state, task.agent
    task_leave(task)
    fields = fields or {}
    fields.state, fields.updated = to, whole(NOW)
    if (to == 'ready' or to == 'assigned' or to == 'running') and not task.ready_at then fields.ready_at = whole(NOW) end
    if to == 'running' then fields.started = whole(NOW) end
    if ENDS[to] then
        fields.finished, fields.retry_at = whole(NOW), ''
        if task.counted then
            need_leave(task.need)
            fields.counted = ''
        end
    end
    if ENDS[to] or to == 'ready' or to == 'blocked' then fields.lease = '' end
    fields.version = whole(tonumber(task.version or '0') + 1)
    local written, removed = {}, {}
    for name, value in pairs(fields) do
        if value == '' then
            removed[#removed + 1] = name
            task[name] = nil
        else
            written[#written + 1], written[#written + 2] = name, value
            task[name] = value
        end
    end
    local hash = key('task', task.id)
    redis.call('HSET', hash, unpack(written))
    if #removed > 0 then redis.call('HDEL', hash, unpack(removed)) end
    if fields.result or fields.error then task_weigh(task.id) end
    if ENDS[to] then
        local since = NOW - tonumber(task.created or whole(NOW))
        note({ 'tasks' }, { [to] = 1, retries = math.max(0, tonumber(task.attempts or '0') - 1),
            retried = tonumber(task.attempts or '0') > 1 and 1 or 0 }, -1, -1, since * 1000)
    end
    if from then redis.call('HINCRBY', key('counts'), from, -1) end
    redis.call('HINCRBY', key('counts'), to, 1)
    local length = redis.call('RPUSH', key('history', task.id), '{"at":' .. whole(NOW) .. ',"from":' .. text(from or 'created') .. ',"to":"'
        .. to .. '","by":' .. text(BY) .. ',"why":' .. text(why) .. ',"agent_id":' .. text(task.agent) .. '}')
    if length > HISTORY_KEPT then redis.call('LTRIM', key('history', task.id), -HISTORY_KEPT, -1) end
    task_enter(task)
    task_tell(task, from, why, more, before)
end

-- Where it goes that is to be done again: into the queue it was pinned to, or to whoever takes it.
local function task_again(task, why, fields)
    fields = fields or {}
    if task.pinned and stays(task) then return task_move(task, 'assigned', why, fields) end
    fields.agent, fields.pinned, fields.fits = '', '', ''
    return task_move(task, 'ready', why, fields)
end

-- Ends with an error of Nova's own.
local function task_fail(task, to, message, fields)
    fields = fields or {}
    fields.error = '{"message":' .. text(message) .. '}'
    task_move(task, to, message, fields, ',"error":' .. fields.error)
end

-- A failed attempt: again after a random part of the doubled backoff, or the end.
local function task_failed(task, why, errors, retry, chance)
    local failures = tonumber(task.failures or '0') + 1
    local fields = { failures = whole(failures), error = errors }
    local allowed = tonumber(task.retries or '0')
    if not retry or failures > allowed then
        local reason = why
        if retry and allowed > 0 then reason = why .. ' (attempt ' .. failures .. ' of ' .. (allowed + 1) .. ')' end
        return task_move(task, 'failed', reason, fields, ',"error":' .. errors)
    end
    local bound = math.min(tonumber(task.backoff) * 2 ^ (failures - 1), tonumber(task.backoff_max))
    local delay = math.floor(bound * chance)
    if delay < 1 then return task_again(task, why, fields) end
    fields.retry_at = whole(NOW + delay)
    if not task.pinned then fields.agent = '' end
    task_move(task, 'blocked', why, fields, ',"error":' .. errors .. ',"retry_at":"' .. iso(NOW + delay) .. '"')
    timer_set('retry', task.id, NOW + delay)
end

-- MARK: Agents

local function agent_is_there(id) return redis.call('EXISTS', key('agent', id)) == 1 end

-- Makes an agent that is named and unknown; `definition` is the JSON of its defaults. Whether one more may be kept was asked
-- before anything was written.
local function agent_ensure(id, definition)
    local hash = key('agent', id)
    if agent_is_there(id) then return end
    local read = cjson.decode(definition)
    redis.call('HSET', hash, 'definition', definition, 'kind', read.kind, 'capacity', whole(read.capacity),
        'ttl', whole(read.heartbeat_ttl * 1000), 'capabilities', '[]', 'version', '1', 'registered', whole(NOW),
        'bytes', #definition)
    keep('bytes', #definition)
    redis.call('ZADD', key('agents'), whole(NOW), id)
    agents_recount()
    tell('agent.registered', { 'agent:' .. id, 'agents' }, '"agent_id":' .. text(id) .. ',"kind":' .. text(read.kind))
end

local function agent_seen(id)
    local hash = key('agent', id)
    local known = redis.call('HMGET', hash, 'kind', 'ttl', 'online')
    if known[1] == 'declared' then return end
    redis.call('HSET', hash, 'seen', whole(NOW), 'online', '1')
    timer_set('agent', id, NOW + tonumber(known[2]))
    if not known[3] then tell('agent.online', { 'agent:' .. id, 'agents' }, '"agent_id":' .. text(id)) end
end

-- Counts what came of a task, of its agent and of all: 'c'ompleted, 'f'ailed, 'l'ost, and the milliseconds of the completed.
local AGENT_OUTCOMES = { c = 'completed', f = 'failed', l = 'lost' }
local function agent_count(task, what, tokens)
    if not task.agent then return end
    local subjects, queue, handling = { 'agents', 'agent:' .. task.agent }, -1, -1
    local step = task.flow and task.step and task.flow .. '\31' .. task.step
    if step then subjects[3] = 'step:' .. step end
    if task.started then handling = (NOW - tonumber(task.started)) * 1000 end
    -- Whoever has it after another has waited for more than its turn.
    if task.started and task.ready_at and tonumber(task.token or '1') <= 1 then
        queue = math.max(0, tonumber(task.started) - tonumber(task.ready_at)) * 1000
    end
    local counts = { [AGENT_OUTCOMES[what]] = 1, retries = tonumber(task.attempts or '1') > 1 and 1 or 0, tokens = tokens }
    counts.retried = counts.retries
    note(subjects, counts, queue, handling, queue >= 0 and queue + handling or -1)
    if step and what == 'c' and task.started then note({ 'run:' .. step }, {}, -1, handling, -1) end
    for _, stats in ipairs({ key('stats', task.agent), key('records') }) do
        local type = task.type
        if redis.call('HLEN', stats) > 400 then type = 'other' end
        redis.call('HINCRBY', stats, what .. '\31' .. type, 1)
        if what == 'c' and task.started then
            redis.call('HINCRBY', stats, 'm\31' .. type, whole(NOW - tonumber(task.started)))
        end
    end
end
