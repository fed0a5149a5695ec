-- Forgets memories whose time is over.
--
-- KEYS  as in lib-space
-- ARGV  as in lib-space, 6 most
-- Returns { how many were forgotten, 1 where more is left }
-- Promise: may be called by any number at any time.
local most = tonumber(ARGV[6])
local over = redis.call('ZRANGE', key('expiry'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, id in ipairs(over) do
    if not memory_forget(id) then redis.call('ZREM', key('expiry'), id) end
end
return { #over, #over == most and 1 or 0 }
