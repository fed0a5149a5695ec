-- Says which model vectors are of, or takes vectors.
--
-- KEYS  as in lib-space
-- ARGV  as in lib-memory, 8 model  9.. triples of id, version of which the vector is, vector
-- Returns how many memories have no vector of the model yet
-- Promise: a vector is kept only of what the memory says now, and of the model that was named last. Naming another model
-- puts all memories in line; until its turn comes a memory is found by its words only.
local model = ARGV[8]
if redis.call('GET', key('model')) ~= model then
    redis.call('SET', key('model'), model)
    redis.call('ZDIFFSTORE', key('unembedded'), 2, key('all'), key('archived'))
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
return redis.call('ZCARD', key('unembedded'))
