-- Takes a flow that an older version kept for all owners over into an owner's, unless that has a newer one.
--
-- WORK: at most 8 calls: the flow and its name
--
-- KEYS  1 flow  2 names of the owner's flows  3 usage of the owner
-- ARGV  1 definition JSON, or '' where it was deleted  2 version  3 updated ms  4 id  5 domain
--       6 ms for which the version of a deleted flow is kept
-- Returns 1 where it was taken over, else 0
-- Promise: once or ten times, the same is there. The owner's bounds do not hold here: nothing is lost. It is counted.
local known = redis.call('HMGET', KEYS[1], 'version', 'updated')
local version = tonumber(ARGV[2]) or 0
if known[1] then
    if ARGV[1] == '' or (tonumber(known[2]) or 0) >= (tonumber(ARGV[3]) or 0) then return 0 end
    version = math.max(version, tonumber(known[1]) + 1)
end
redis.call('HSET', KEYS[1], 'version', string.format('%.0f', version), 'updated', ARGV[3], 'id', ARGV[4], 'domain', ARGV[5])
if ARGV[1] == '' then
    redis.call('PEXPIRE', KEYS[1], ARGV[6])
else
    redis.call('HINCRBY', KEYS[3], 'bytes', #ARGV[1] - redis.call('HSTRLEN', KEYS[1], 'definition'))
    redis.call('HSET', KEYS[1], 'definition', ARGV[1])
    redis.call('PERSIST', KEYS[1])
    redis.call('ZADD', KEYS[2], 0, ARGV[5] .. '\31' .. ARGV[4])
end
return 1
