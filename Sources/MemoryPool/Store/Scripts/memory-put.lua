-- @include lib-memory
-- @include lib-once
-- Stores memories, all or none.
--
-- WORK: at most 75000 calls: 45 for each of 500 memories, and 1 for each other one that they refer to, 100 each
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9 most that the domain may hold  10 JSON array of { id, doc (JSON text), kind, importance, ttl (ms
--       from now, or ''), expires (ms since 1970, or ''), archived, references (ids), pointer }
-- Returns { 'stored', id, version, … }, { 'refused', code, pointer, message }
-- Promise: once per job. One that is there already is stored anew, with the next version; one whose time is over is left out.
local before = once_recall(KEYS[5])
if before then return before end
local memories = cjson.decode(ARGV[10])

local new, bytes, coming = 0, 0, {}
for _, each in ipairs(memories) do
    coming[each.id] = true
    local known = redis.call('HMGET', key('m', each.id), 'version', 'bytes')
    if not known[1] then new = new + 1 end
    bytes = bytes + #each.doc - tonumber(known[2] or '0')
end
local function refuse(reply) return once_keep(KEYS[5], ARGV[8], reply) end
local refusal = memory_excess(new, bytes, tonumber(ARGV[9]))
if refusal then return refuse(refusal) end
for _, each in ipairs(memories) do
    for place, id in ipairs(each.references) do
        if not coming[id] and redis.call('EXISTS', key('m', id)) == 0 then
            return refuse(refused('VALIDATION_ERROR', each.pointer .. '/context/references/' .. (place - 1),
                'there is no memory ' .. id .. ' in the domain ' .. DOMAIN))
        end
        coming[id] = true
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
memories_recount()
return once_keep(KEYS[5], ARGV[8], reply)
