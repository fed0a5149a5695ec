-- @include lib-memory
-- Says which model vectors are of, or takes vectors.
--
-- WORK: at most 8500 calls: 8 for each of 1000 vectors, 3 for each of 100 that were put aside; 1000 memories are put in line at a time
--
-- KEYS  as in lib-space
-- ARGV  as in lib-memory, 8 model  9.. of each memory: id, version of which the vector is, vector, whether the server failed at
--       it (0 or 1; then there is no vector)
-- Returns how many memories wait for a vector of the model, those that are not yet in line included
-- Promise: a vector is kept only of what the memory says now, and of the model that was named last. Naming another model
-- puts all memories in line, some with each call; until its turn comes a memory is found by its words only. One that the server
-- failed at goes to the end of the line, the third time aside, and comes back a day later, or when its content or the model is
-- another.
local MOST_TRIES, ASIDE_KEPT, LINED_UP = 3, 86400000, 1000
local model = ARGV[8]
if redis.call('GET', key('model')) ~= model then
    redis.call('SET', key('model'), model)
    redis.call('DEL', key('unembedded'), key('tries'), key('aside'))
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
for _, id in ipairs(redis.call('ZRANGE', key('aside'), '-inf', whole(NOW - ASIDE_KEPT), 'BYSCORE', 'LIMIT', 0, 100)) do
    redis.call('ZREM', key('aside'), id)
    redis.call('HDEL', key('tries'), id)
    redis.call('ZADD', key('unembedded'), whole(NOW), id)
end
for index = 9, #ARGV, 4 do
    local id, hash = ARGV[index], key('m', ARGV[index])
    local known = redis.call('HMGET', hash, 'version', 'model')
    if known[1] ~= ARGV[index + 1] then
        if not known[1] then redis.call('ZREM', key('unembedded'), id) end
    elseif ARGV[index + 3] == '1' then
        -- Another worker may have put it aside, or made its vector.
        if redis.call('ZSCORE', key('unembedded'), id) then
            if redis.call('HINCRBY', key('tries'), id, 1) < MOST_TRIES then
                redis.call('ZADD', key('unembedded'), whole(NOW), id)
            else
                redis.call('ZREM', key('unembedded'), id)
                redis.call('HDEL', key('tries'), id)
                redis.call('ZADD', key('aside'), whole(NOW), id)
            end
        end
    else
        redis.call('ZREM', key('unembedded'), id)
        redis.call('HDEL', key('tries'), id)
        -- Another worker may have made the same one; of a text that has none it is empty.
        if known[2] ~= model and ARGV[index + 2] ~= '' then
            redis.call('HSET', hash, 'vector', ARGV[index + 2], 'model', model)
            log_change(id)
        end
    end
end
return redis.call('ZCARD', key('unembedded')) + lining
