-- Drops a flow that an older version kept for all owners, if it is as it was read.
--
-- WORK: at most 2 calls: the flow
--
-- KEYS  1 flow
-- ARGV  1 version, or ''  2 updated, or ''
-- Returns 1 where it was dropped, 0 where it was changed meanwhile or is gone
local known = redis.call('HMGET', KEYS[1], 'version', 'updated')
if (known[1] or '') ~= ARGV[1] or (known[2] or '') ~= ARGV[2] then return 0 end
return redis.call('DEL', KEYS[1])
