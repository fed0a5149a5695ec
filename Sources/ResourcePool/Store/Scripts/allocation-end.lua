-- @include lib-pools
-- @include lib-once
-- Gives an allocation back, or prolongs its lease.
--
-- WORK: at most 20000 calls: 20 for each of 100 pools, and what was noted of 1000 resources (lib-analytics)
--
-- KEYS  as in lib-space, 5 marker of the job
-- ARGV  as in lib-pools, 8 marker kept ms  9 allocation  10 'release' or 'renew'  11 ms from now, or '' for its own ttl
-- Returns { 'done', state, ms of the end of the lease or '', requests that wait }, { 'refused', code, pointer, message }
-- Promise: once per job; what has ended stays ended. What was given back already is answered as the first time: the answer may
-- have been lost.
local before = once_recall(KEYS[5])
if before then return before end
local function ends(reply) return once_keep(KEYS[5], ARGV[8], reply) end

local id = ARGV[9]
local known = redis.call('HMGET', key('allocation', id), 'state', 'ttl', 'requester', 'items')
local state = known[1]
if not state then
    return ends(refused('RESOURCE_NOT_FOUND', '/allocation_id', 'there is no allocation ' .. id .. ' in the domain ' .. DOMAIN))
end
local expires = ''
if ARGV[10] == 'release' and state == 'released' then
    return ends({ 'done', state, '', redis.call('HLEN', key('queue')) })
elseif ARGV[10] == 'release' and state == 'waiting' then
    stop_waiting(id, 'released', 'by its requester')
elseif state ~= 'granted' then
    return ends(refused('CONFLICT', '/allocation_id', 'the allocation ' .. id .. ' is ' .. state))
elseif ARGV[10] == 'release' then
    take_back(id, 'released', 'by its requester')
else
    local ttl = ARGV[11] ~= '' and ARGV[11] or known[2]
    expires = whole(NOW + tonumber(ttl))
    redis.call('HSET', key('allocation', id), 'expires', expires, 'ttl', ttl)
    redis.call('ZADD', key('leases'), expires, id)
    tell_allocation(id, 'renewed', known[3], cjson.decode(known[4]), ',"expires_at":"' .. iso(tonumber(expires)) .. '"')
end
changed()
pools_recount()
return ends({ 'done', redis.call('HGET', key('allocation', id), 'state'), expires, redis.call('HLEN', key('queue')) })
