-- Takes back what was not renewed, and lets those go who have waited as long as they wanted.
--
-- KEYS  as in lib-space
-- ARGV  as in lib-pools, 8 most of each
-- Returns { leases that were over, waits that were over, requests that wait, 1 where more is left }
-- Promise: may be called by any number at any time; each lease comes back once.
local most = tonumber(ARGV[8])
local over = redis.call('ZRANGE', key('leases'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, id in ipairs(over) do
    if not take_back(id, 'expired', 'its lease was not renewed') then redis.call('ZREM', key('leases'), id) end
end
local tired = redis.call('ZRANGE', key('waits'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, most)
for _, id in ipairs(tired) do
    if not stop_waiting(id, 'timed_out', 'its turn did not come in time') then redis.call('ZREM', key('waits'), id) end
end
if #over + #tired > 0 then changed() end
return { #over, #tired, redis.call('HLEN', key('queue')), (#over == most or #tired == most) and 1 or 0 }
