-- What an assignment is made from: the ready tasks, the first to be done first, and all agents.
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 most tasks  11 most agents  12.. ids of the tasks to look at; none: those that are ready
-- Returns { { view of a task, … }, { view of an agent, … }, NOW ms }
local tasks, agents = {}, {}
local ids = {}
if #ARGV > 11 then
    for index = 12, #ARGV do ids[#ids + 1] = ARGV[index] end
else
    local ranked = {}
    for _, need in ipairs(redis.call('SMEMBERS', key('needs'))) do
        local found = redis.call('ZRANGE', key('ready', need), 0, tonumber(ARGV[10]) - 1, 'WITHSCORES')
        for index = 1, #found, 2 do ranked[#ranked + 1] = { found[index], tonumber(found[index + 1]) } end
    end
    table.sort(ranked, function(a, b) return a[2] < b[2] or (a[2] == b[2] and a[1] < b[1]) end)
    for index = 1, math.min(#ranked, tonumber(ARGV[10])) do ids[index] = ranked[index][1] end
end
for _, id in ipairs(ids) do
    local view = task_view(id)
    if view then tasks[#tasks + 1] = view end
end
for _, id in ipairs(redis.call('ZRANGE', key('agents'), 0, tonumber(ARGV[11]) - 1)) do
    local view = agent_view(id)
    if view then agents[#agents + 1] = view end
end
return { tasks, agents, NOW }
