-- Keeps what was made of episodic memories: semantic ones, and which of the episodic ones they stand for.
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9 most that the domain may hold
--       10 JSON array of { id, doc, kind, importance, version (that it must have; 0: none), merged (whether it stands for
--       near-duplicates) }
--       11 JSON array of { id, version (that it must have) } to be archived  12 JSON array of ids that were looked at
-- Returns { 'kept', id, version, … }, { 'stale', id }, { 'refused', code, pointer, message }
-- Promise: once per job, all or none. What was changed or forgotten meanwhile is not written over: 'stale' names it.
local before = once_recall(KEYS[5])
if before then return before end
local memories, gone = cjson.decode(ARGV[10]), cjson.decode(ARGV[11])

local new = 0
for _, each in ipairs(memories) do
    local version = tonumber(redis.call('HGET', key('m', each.id), 'version') or '0')
    if version ~= each.version then return { 'stale', each.id } end
    if version == 0 then new = new + 1 end
end
for _, each in ipairs(gone) do
    if redis.call('HGET', key('m', each.id), 'version') ~= whole(each.version) then return { 'stale', each.id } end
end
local excess = memory_excess(new, tonumber(ARGV[9]))
if excess then return once_keep(KEYS[5], ARGV[8], excess) end

local reply = { 'kept' }
for _, each in ipairs(memories) do
    reply[#reply + 1], reply[#reply + 2] = each.id, whole(memory_put(each, nil))
    if each.merged then redis.call('ZADD', key('merged'), whole(NOW), each.id) end
end
for _, each in ipairs(gone) do memory_archive(each.id) end
for _, id in ipairs(cjson.decode(ARGV[12])) do redis.call('ZREM', key('raw'), id) end
redis.call('SET', key('consolidated'), whole(NOW))
return once_keep(KEYS[5], ARGV[8], reply)
