-- Lists jobs of an owner, newest first, after a place in the list.
--
-- KEYS  1 jobs of the owner
-- ARGV  1 time of the place in ms, or '' for the beginning  2 job id of the place  3 count
-- Returns { id, time ms, id, time ms, … }
-- Promise: pages that follow each other hold each job once that was in the list all the while, also where many jobs
-- have one time, where new jobs come, and where the job of the place has left the list.
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
