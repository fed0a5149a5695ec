-- Stores or deletes a flow.
--
-- KEYS  1 flow
-- ARGV  1 job id  2 definition JSON, or '' to delete  3 now ms  4 name  5 domain
-- Returns { version, existed (0 or 1) }
-- Promise: applied once per job id; the second time nothing changes and the same is returned.
local known = redis.call('HMGET', KEYS[1], 'version', 'job', 'existed', 'definition')
if known[2] == ARGV[1] then return { tonumber(known[1]), tonumber(known[3]) } end
local version = (tonumber(known[1]) or 0) + 1
local existed = 0
if known[4] then existed = 1 end
redis.call('HSET', KEYS[1], 'version', version, 'job', ARGV[1], 'existed', existed, 'updated', ARGV[3],
    'id', ARGV[4], 'domain', ARGV[5])
if ARGV[2] == '' then
    redis.call('HDEL', KEYS[1], 'definition')
else
    redis.call('HSET', KEYS[1], 'definition', ARGV[2])
end
return { version, existed }
