-- @include lib-view
-- Reads tasks or agents.
--
-- WORK: at most 130 calls: 6 for each of 20 ids; whoever has more asks again
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 'task', 'summary' or 'agent'  11.. ids
-- Returns { view, … } of those that are there
local views = {}
for index = 11, #ARGV do
    local view
    if ARGV[10] == 'agent' then view = agent_view(ARGV[index]) else view = task_view(ARGV[index], ARGV[10] == 'task') end
    if view then views[#views + 1] = view end
end
return views
