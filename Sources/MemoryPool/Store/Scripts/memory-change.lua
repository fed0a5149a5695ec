-- @include lib-memory
-- @include lib-once
-- @include lib-condition
-- Changes a memory, or forgets it.
--
-- WORK: at most 160 calls: 1 for each of 100 memories that it refers to
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-memory, 9 id  10 condition as in lib-condition  11 doc JSON, or '' to forget it  12 kind  13 importance
--       14 ttl ms from now, or '' for as it is  15 whether the content is as it was (0 or 1)
--       16 JSON array of the ids that it refers to
-- Returns { 'done', version }, { 'stale', version }, { 'refused', code, pointer, message }
-- Promise: once per job. One that was archived comes back.
local before = once_recall(KEYS[5])
if before then return before end
local id = ARGV[9]
local function answer(reply) return once_keep(KEYS[5], ARGV[8], reply) end
local version = redis.call('HGET', key('m', id), 'version')
if not version then
    return answer(refused('RESOURCE_NOT_FOUND', '/memory_id', 'there is no memory ' .. id .. ' in the domain ' .. DOMAIN))
end
if not condition_holds(ARGV[10], version) then return { 'stale', version } end
if ARGV[11] == '' then
    memory_forget(id)
    memories_recount()
    return answer({ 'done', version })
end
for place, other in ipairs(cjson.decode(ARGV[16])) do
    if redis.call('EXISTS', key('m', other)) == 0 then
        return answer(refused('VALIDATION_ERROR', '/context/references/' .. (place - 1),
            'there is no memory ' .. other .. ' in the domain ' .. DOMAIN))
    end
end
local over = excess('bytes', #ARGV[11] - tonumber(redis.call('HGET', key('m', id), 'bytes') or '0'))
if over then return answer(over) end
local expires
if ARGV[14] ~= '' then expires = NOW + tonumber(ARGV[14]) end
local memory = { id = id, doc = ARGV[11], kind = ARGV[12], importance = tonumber(ARGV[13]) }
return answer({ 'done', whole(memory_put(memory, expires, ARGV[15] == '1')) })
