-- @include lib-memory
-- Forgets memories whose time is over, and archives those that have faded.
--
-- WORK: at most 6000 calls: 14 for each of 200 memories that are over and 200 that have faded
--
-- KEYS  as in lib-space
-- ARGV  as in lib-memory, 8 most of each, at most 200
-- Returns { how many were forgotten, how many were archived, 1 where more is left }
-- Promise: may be called by any number at any time.
local most = math.min(tonumber(ARGV[8]), 200)
local over = redis.call('ZRANGE', key('expiry'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, id in ipairs(over) do
    if not memory_forget(id) then redis.call('ZREM', key('expiry'), id) end
end
local faded, archived = {}, 0
if HALF_LIFE > 0 then faded = redis.call('ZRANGE', key('fading'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most) end
for _, id in ipairs(faded) do
    local known = redis.call('HMGET', key('m', id), 'kind', 'importance', 'updated', 'used')
    -- The rule may have been another one when its time was set.
    local at = known[1] and fades_at(known[1], tonumber(known[2]), math.max(tonumber(known[3]), tonumber(known[4] or '0')))
    if not at then
        redis.call('ZREM', key('fading'), id)
    elseif at > NOW then
        redis.call('ZADD', key('fading'), whole(at), id)
    else
        memory_archive(id)
        archived = archived + 1
    end
end
memories_recount()
return { #over, archived, (#over == most or #faded == most) and 1 or 0 }
