-- Stores or deletes a flow.
--
-- WORK: at most 10 calls: the flow
--
-- KEYS  1 flow  2 marker of the job
-- ARGV  1 definition JSON, or '' to delete  2 now ms  3 name  4 domain  5 marker kept ms
-- Returns { version, existed (0 or 1) }
-- Promise: applied once per job; the second time nothing changes and the same is returned, also after later commands.
local before = once_recall(KEYS[2])
if before then return before end
local known = redis.call('HMGET', KEYS[1], 'version', 'definition')
local version = (tonumber(known[1]) or 0) + 1
local existed = 0
if known[2] then existed = 1 end
redis.call('HSET', KEYS[1], 'version', version, 'updated', ARGV[2], 'id', ARGV[3], 'domain', ARGV[4])
if ARGV[1] == '' then
    redis.call('HDEL', KEYS[1], 'definition')
else
    redis.call('HSET', KEYS[1], 'definition', ARGV[1])
end
return once_keep(KEYS[2], ARGV[5], { version, existed })
