-- @include lib-heads
-- What an assignment is made from: the ready tasks, the first to be done first, and agents. Their ids; what they are is read by
-- work-read.lua, some at a time.
--
-- WORK: at most 4000 calls: 2 for each need (limits.needs_per_owner, here 1000) and for each of 1000 tasks
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 most tasks, 0 where none are asked for  11 most agents, 0 where none are asked for
--       12 'assignable': only agents that Nova assigns to; 'all'
-- Returns { { task id, … }, { agent id, … }, NOW ms }
local most = tonumber(ARGV[10])
local ids = {}

if most > 0 then
    local heads = heads_of(most, function() return true end)
    while #ids < most do
        local id, queue = heads_take(heads)
        if not id then break end
        ids[#ids + 1] = id
        heads_next(heads, queue, false)
    end
end
local agents = {}
if tonumber(ARGV[11]) > 0 and ARGV[12] == 'assignable' then
    agents = redis.call('SRANDMEMBER', key('assignable'), ARGV[11])
elseif tonumber(ARGV[11]) > 0 then
    agents = redis.call('ZRANGE', key('agents'), 0, tonumber(ARGV[11]) - 1)
end
return { ids, agents, NOW }
