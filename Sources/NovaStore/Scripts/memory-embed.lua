-- Says which model vectors are of, or takes vectors.
--
-- WORK: at most 8100 calls: 8 for each of 1000 vectors; 1000 memories are put in line at a time
--
-- KEYS  as in lib-space
-- ARGV  as in lib-memory, 8 model  9.. triples of id, version of which the vector is, vector
-- Returns how many memories have no vector of the model yet, those that are not yet in line included
-- Promise: a vector is kept only of what the memory says now, and of the model that was named last. Naming another model
-- puts all memories in line, some with each call; until its turn comes a memory is found by its words only.
local model, LINED_UP = ARGV[8], 1000
if redis.call('GET', key('model')) ~= model then
    redis.call('SET', key('model'), model)
    redis.call('DEL', key('unembedded'))
    redis.call('SET', key('lining'), redis.call('ZCARD', key('all')))
end

-- Puts the next in line, the newest first: `lining` of the oldest are left. Whatever is forgotten meanwhile moves others towards
-- the oldest, so none is passed over; what is stored meanwhile puts itself in line.
local lining = tonumber(redis.call('GET', key('lining')) or '0')
if lining > 0 then
    local from = math.max(0, lining - LINED_UP)
    local ids = redis.call('ZRANGE', key('all'), from, lining - 1, 'WITHSCORES')
    local names, awaiting = {}, {}
    for index = 1, #ids, 2 do names[#names + 1] = ids[index] end
    local archived = #names > 0 and redis.call('ZMSCORE', key('archived'), unpack(names)) or {}
    for index = 1, #names do
        if not archived[index] then
            awaiting[#awaiting + 1], awaiting[#awaiting + 2] = ids[2 * index], names[index]
        end
    end
    if #awaiting > 0 then redis.call('ZADD', key('unembedded'), 'NX', unpack(awaiting)) end
    lining = from
    if lining == 0 then redis.call('DEL', key('lining')) else redis.call('SET', key('lining'), lining) end
end
for index = 9, #ARGV, 3 do
    local id, hash = ARGV[index], key('m', ARGV[index])
    local known = redis.call('HMGET', hash, 'version', 'model')
    if known[1] == ARGV[index + 1] then
        redis.call('ZREM', key('unembedded'), id)
        -- Another worker may have made the same one; of a text that has none it is empty.
        if known[2] ~= model and ARGV[index + 2] ~= '' then
            redis.call('HSET', hash, 'vector', ARGV[index + 2], 'model', model)
            log_change(id)
        end
    elseif redis.call('EXISTS', hash) == 0 then
        redis.call('ZREM', key('unembedded'), id)
    end
end
return redis.call('ZCARD', key('unembedded')) + lining
