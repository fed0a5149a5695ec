-- @include lib-pools
-- Takes back what was not renewed, and lets those go who have waited as long as they wanted.
--
-- WORK: at most 16000 calls: 20 for each lease, wait and pool that they held something of, 150 together, and what was noted
-- of 1000 resources (lib-analytics)
--
-- KEYS  as in lib-space
-- ARGV  as in lib-pools, 8 most: leases, waits and pools together
-- Returns { leases that were over, waits that were over, requests that wait, 1 where more is left }
-- Promise: may be called by any number at any time; each lease comes back once.
local most = tonumber(ARGV[8])
local used, over, tired = 0, 0, 0

-- The next that is over, one at a time: how much work it is is seen when it is done.
local function next_over(set) return redis.call('ZRANGE', key(set), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, 1)[1] end

while used < most do
    local id = next_over('leases')
    if not id then break end
    local pools = take_back(id, 'expired', 'its lease was not renewed')
    if not pools then redis.call('ZREM', key('leases'), id) end
    over, used = over + 1, used + 1 + (pools or 0)
end
while used < most do
    local id = next_over('waits')
    if not id then break end
    if not stop_waiting(id, 'timed_out', 'its turn did not come in time') then redis.call('ZREM', key('waits'), id) end
    tired, used = tired + 1, used + 1
end
if over + tired > 0 then changed() end
pools_recount()
return { over, tired, redis.call('HLEN', key('queue')), used >= most and 1 or 0 }
