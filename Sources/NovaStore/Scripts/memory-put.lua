-- Stores memories, all or none.
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9 most that the domain may hold  10 JSON array of { id, doc (JSON text), kind, importance, ttl (ms
--       from now, or ''), expires (ms since 1970, or ''), archived, references (ids), pointer }
-- Returns { 'stored', id, version, … }, { 'refused', code, pointer, message }
-- Promise: once per job. One that is there already is stored anew, with the next version; one whose time is over is left out.
local before = once_recall(KEYS[5])
if before then return before end
local memories = cjson.decode(ARGV[10])

local new, coming = 0, {}
for _, each in ipairs(memories) do
    coming[each.id] = true
    if redis.call('EXISTS', key('m', each.id)) == 0 then new = new + 1 end
end
local function refuse(reply) return once_keep(KEYS[5], ARGV[8], reply) end
local excess = memory_excess(new, tonumber(ARGV[9]))
if excess then return refuse(excess) end
for _, each in ipairs(memories) do
    for place, id in ipairs(each.references) do
        if not coming[id] and redis.call('EXISTS', key('m', id)) == 0 then
            return refuse(refused('VALIDATION_ERROR', each.pointer .. '/context/references/' .. (place - 1),
                'there is no memory ' .. id .. ' in the domain ' .. DOMAIN))
        end
    end
end

local reply = { 'stored' }
for _, each in ipairs(memories) do
    local expires = each.expires
    if each.ttl ~= '' then expires = NOW + tonumber(each.ttl) end
    if expires == '' or expires > NOW then
        reply[#reply + 1], reply[#reply + 2] = each.id, whole(memory_put(each, expires))
        if each.archived then memory_archive(each.id) end
    end
end
return once_keep(KEYS[5], ARGV[8], reply)
