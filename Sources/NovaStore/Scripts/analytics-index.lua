-- @include lib-analytics
-- Of whom something is kept, the last active first.
--
-- WORK: at most 8000 calls: the index, and what was noted (lib-analytics)
--
-- KEYS  1 base, as in lib-analytics
-- ARGV  1 class  2 most
-- Returns { how many there are, id, … }
analytics_fold(KEYS[1])
local index = KEYS[1] .. ':index:' .. ARGV[1]
return { redis.call('ZCARD', index), unpack(redis.call('ZRANGE', index, 0, tonumber(ARGV[2]) - 1, 'REV')) }
