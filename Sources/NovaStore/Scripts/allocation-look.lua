-- The resources of an owner and a domain, as of one moment.
--
-- KEYS  as in lib-space
-- ARGV  as in lib-pools, 8 whether holdings are shown (0 or 1)  9.. allocations that are shown
-- Returns { version, now ms, definitions (HGETALL), allocated (HGETALL), used (HGETALL), queue (HGETALL),
--           { id, requester, priority, preemptible, items, granted, … }, { HGETALL of each named allocation, … }, ends (HGETALL) }
local holdings = {}
if ARGV[8] == '1' then
    for _, id in ipairs(redis.call('ZRANGE', key('leases'), 0, -1)) do
        local known = redis.call('HMGET', key('allocation', id), 'requester', 'priority', 'preemptible', 'items', 'granted')
        holdings[#holdings + 1] = { id, unpack(known) }
    end
end
local named = {}
for index = 9, #ARGV do named[#named + 1] = redis.call('HGETALL', key('allocation', ARGV[index])) end
return { tonumber(redis.call('GET', key('version')) or '0'), NOW, redis.call('HGETALL', key('pools')),
    redis.call('HGETALL', key('allocated')), redis.call('HGETALL', key('used')), redis.call('HGETALL', key('queue')), holdings,
    named, redis.call('HGETALL', key('ends')) }
