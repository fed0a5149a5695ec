-- @include lib-memory
-- @include lib-once
-- Keeps what was made of episodic memories: semantic ones, and which of the episodic ones they stand for.
--
-- WORK: at most 40000 calls: 20 for each of 2000 memories that were looked at or are made
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9 most that the domain may hold
--       10 JSON array of { id, doc, kind, importance, version (that it must have; 0: none), expires (ms, or ''), merged (whether
--       it stands for near-duplicates), made (JSON text of what is noted of how it was made) }
--       11 JSON array of { id, version, gone (whether it is to be archived) }: what was looked at
--       12 JSON text of what the job is answered
-- Returns { 'kept', 12 }, { 'stale', id }, { 'refused', code, pointer, message }
-- Promise: once per job, all or none. What was changed, forgotten or consolidated since it was read is not written over and
-- not taken for looked at: 'stale' names it.
local before = once_recall(KEYS[5])
if before then return before end
local memories, seen = cjson.decode(ARGV[10]), cjson.decode(ARGV[11])

local new, bytes = 0, 0
for _, each in ipairs(seen) do
    local version = redis.call('HGET', key('m', each.id), 'version')
    if version ~= whole(each.version) or not redis.call('ZSCORE', key('raw'), each.id) then return { 'stale', each.id } end
end
for _, each in ipairs(memories) do
    local version = tonumber(redis.call('HGET', key('m', each.id), 'version') or '0')
    if version ~= each.version then return { 'stale', each.id } end
    if version == 0 then new = new + 1 end
    bytes = bytes + #each.doc - tonumber(redis.call('HGET', key('m', each.id), 'bytes') or '0')
end
local refusal = memory_excess(new, bytes, tonumber(ARGV[9]))
if refusal then return once_keep(KEYS[5], ARGV[8], refusal) end

for _, each in ipairs(memories) do
    memory_put(each, each.expires)
    redis.call('HSET', key('m', each.id), 'made', each.made)
    if each.merged then redis.call('ZADD', key('merged'), whole(NOW), each.id) end
end
for _, each in ipairs(seen) do
    redis.call('ZREM', key('raw'), each.id)
    if each.gone then memory_archive(each.id) end
end
memories_recount()
return once_keep(KEYS[5], ARGV[8], { 'kept', ARGV[12] })
