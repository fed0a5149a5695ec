-- Writes the record of an API key, if it is as it was read.
--
-- WORK: at most 2 calls: the record
--
-- KEYS  1 record
-- ARGV  1 what it was, or '' where there was none  2 what it is to be  3 ms for which it is kept, or '' for ever
-- Returns 1 where it was written, else 0
-- Promise: of two who change one key at once, none undoes what the other did.
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[3] == '' then
    redis.call('SET', KEYS[1], ARGV[2])
else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
end
return 1
