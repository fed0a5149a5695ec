-- @include lib-pools
-- The resources of an owner and a domain, as of one moment.
--
-- WORK: at most 520 calls: 1 for each of 500 leases; and all resources (limits.resources_per_owner), holders, and requests
-- that wait (allocation.maximum_waiting), each read by one call
-- REPLY: at most 16777216 bytes: allocation.maximum_bytes (8 MiB) of pools, requests that wait and items of leases, and the
-- names and amounts
--
-- KEYS  as in lib-space
-- ARGV  as in lib-pools, 8 how many leases are shown  9 after how many of them; where it is not 0, nothing else is
--       10.. allocations that are shown
-- Returns { version, now ms, definitions (HGETALL), allocated (HGETALL), used (HGETALL), queue (HGETALL),
--           { id, requester, priority, preemptible, items, granted, … }, { HGETALL of each named allocation, … }, ends (HGETALL) }
local holdings = {}
local most, first = tonumber(ARGV[8]), tonumber(ARGV[9])
if most > 0 then
    for _, id in ipairs(redis.call('ZRANGE', key('leases'), first, first + most - 1)) do
        local known = redis.call('HMGET', key('allocation', id), 'requester', 'priority', 'preemptible', 'items', 'granted')
        holdings[#holdings + 1] = { id, unpack(known) }
    end
end
local version = tonumber(redis.call('GET', key('version')) or '0')
if first > 0 then return { version, NOW, {}, {}, {}, {}, holdings, {}, {} } end
local named = {}
for index = 10, #ARGV do named[#named + 1] = redis.call('HGETALL', key('allocation', ARGV[index])) end
return { version, NOW, redis.call('HGETALL', key('pools')),
    redis.call('HGETALL', key('allocated')), redis.call('HGETALL', key('used')), redis.call('HGETALL', key('queue')), holdings,
    named, redis.call('HGETALL', key('ends')) }
