-- Changes a memory, or forgets it.
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 7 id  8 version that it must have, or ''  9 doc JSON, or '' to forget it
--       10 ttl ms from now, or '' for as it is  11 whether the content is as it was (0 or 1)
--       12 JSON array of the ids that it refers to
-- Returns { 'done', version }, { 'stale', version }, { 'refused', code, pointer, message }
-- Promise: once per job.
local before = once_recall(KEYS[5])
if before then return before end
local id = ARGV[7]
local version = redis.call('HGET', key('m', id), 'version')
if not version then
    return once_keep(KEYS[5], ARGV[6],
        refused('RESOURCE_NOT_FOUND', '/memory_id', 'there is no memory ' .. id .. ' in the domain ' .. DOMAIN))
end
if ARGV[8] ~= '' and ARGV[8] ~= version then return { 'stale', version } end
if ARGV[9] == '' then
    memory_forget(id)
    return once_keep(KEYS[5], ARGV[6], { 'done', version })
end
for place, other in ipairs(cjson.decode(ARGV[12])) do
    if redis.call('EXISTS', key('m', other)) == 0 then
        return once_keep(KEYS[5], ARGV[6], refused('VALIDATION_ERROR', '/context/references/' .. (place - 1),
            'there is no memory ' .. other .. ' in the domain ' .. DOMAIN))
    end
end
local expires
if ARGV[10] ~= '' then expires = NOW + tonumber(ARGV[10]) end
return once_keep(KEYS[5], ARGV[6], { 'done', whole(memory_put(id, ARGV[9], expires, ARGV[11] == '1')) })
