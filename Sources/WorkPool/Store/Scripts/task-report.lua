-- @include lib-once
-- @include lib-waiting
-- What became of a task in the hands of its agent.
--
-- WORK: at most 8000 calls: 50 tasks that wait for it or are its subtasks; the others follow with the next ticks
--
-- KEYS  as in lib-work, 5 marker of the job
-- ARGV  as in lib-work, 10 marker kept ms  11 task id  12 agent  13 token  14 'complete', 'fail' or 'release'
--       15 result or error JSON, or ''  16 whether it may be tried again (0 or 1)  17 random number 0…1 for the backoff
--       18 tokens that the attempt used, or ''
-- Returns { 'done', state, version }, { 'refused', code, pointer, message }
-- Promise: once per job, and once per lease: the same report of the same lease again, for example because its answer was lost,
-- is answered as the first time, as long as it is among the last 8 of the task. Only whoever holds the newest lease is heard: one
-- that was given up on changes nothing.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[10], reply) end

local id, agent, what = ARGV[11], ARGV[12], ARGV[14]
local task = task_load(id)
if not task then return ends(refused('RESOURCE_NOT_FOUND', '/task_id', 'there is no task ' .. id .. ' in the domain ' .. DOMAIN)) end
-- What was reported by a lease, and how it was answered: VERDICT 0x1F STATE 0x1F VERSION.
local place = 'report' .. whole(tonumber(ARGV[13]) % 8)
local report = redis.sha1hex(table.concat({ ARGV[13], agent, what, ARGV[16], ARGV[18], ARGV[15] }, '\31'))
local earlier = redis.call('HGET', key('task', id), place)
if earlier and string.sub(earlier, 1, #report) == report then
    local state, version = string.match(earlier, '\31(.*)\31(.*)$')
    return ends({ 'done', state, version })
end
if task.state ~= 'running' or task.agent ~= agent or task.token ~= ARGV[13] then
    local holder = task.state
    if task.state == 'running' then holder = 'running, held by ' .. (task.agent or 'a person') .. ' with token ' .. (task.token or '0') end
    return ends(refused('CONFLICT', '/token', agent .. ' does not hold the task ' .. id .. ' by the token ' .. ARGV[13] .. ': it is ' .. holder))
end
-- A short outcome is always heard, so that the task does not stay with its agent for ever.
local over = #ARGV[15] > 1024 and excess('bytes', #ARGV[15])
if over then return ends(over) end
agent_seen(agent)
if ARGV[18] ~= '' then redis.call('HINCRBY', key('task', id), 'tokens', ARGV[18]) end
if what == 'complete' then
    agent_count(task, 'c', tonumber(ARGV[18]))
    local more = #ARGV[15] <= RESULT_IN_EVENT and ',"result":' .. ARGV[15] or ',"result_omitted":true'
    task_move(task, 'completed', 'done', { result = ARGV[15], error = '', progress = '1' }, more)
elseif what == 'fail' then
    agent_count(task, 'f', tonumber(ARGV[18]))
    local read = cjson.decode(ARGV[15])
    task_failed(task, tostring(read.message), ARGV[15], ARGV[16] == '1', tonumber(ARGV[17]))
else
    note({ 'agents', 'agent:' .. agent }, { released = 1, tokens = tonumber(ARGV[18]) }, -1, -1, -1)
    task_again(task, 'given back by ' .. agent, { attempts = whole(tonumber(task.attempts) - 1) })
end
settle(50)
local known = redis.call('HMGET', key('task', id), 'state', 'version')
redis.call('HSET', key('task', id), place, report .. '\31' .. known[1] .. '\31' .. known[2])
return ends({ 'done', known[1], known[2] })
