-- Lists ids by time, newest first, after a place in the list: jobs, tasks, agents.
--
-- KEYS  1 sorted set of ids by time
-- ARGV  1 time of the place in ms, or '' for the beginning  2 id of the place  3 count
-- Returns { id, time ms, id, time ms, … }
-- Promise: pages that follow each other hold each id once that was in the list all the while, also where many
-- have one time, where new ones come, and where the one of the place has left the list.
local start = 0
if ARGV[1] ~= '' then
    local rank = redis.call('ZREVRANK', KEYS[1], ARGV[2])
    if rank then
        start = rank + 1
    else
        start = redis.call('ZCOUNT', KEYS[1], '(' .. ARGV[1], '+inf')
        for _, id in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1], 'BYSCORE')) do
            if id > ARGV[2] then start = start + 1 end
        end
    end
end
return redis.call('ZRANGE', KEYS[1], start, start + tonumber(ARGV[3]) - 1, 'REV', 'WITHSCORES')
