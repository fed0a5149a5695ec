-- Lists ids by time, after a place in the list: jobs, tasks, agents, memories.
--
-- WORK: at most 5 calls: one place in the list, among those of the same millisecond
--
-- KEYS  1 sorted set of ids by time
-- ARGV  1 time of the place in ms, or '' for the beginning  2 id of the place  3 count  4 'newest' or 'oldest': what is first
-- Returns { id, time ms, id, time ms, … }
-- Promise: pages that follow each other hold each id once that was in the list all the while, also where many
-- have one time, where new ones come, and where the one of the place has left the list.
local newest = ARGV[4] == 'newest'
local start = 0
if ARGV[1] ~= '' then
    local rank = redis.call(newest and 'ZREVRANK' or 'ZRANK', KEYS[1], ARGV[2])
    if rank then
        start = rank + 1
    else
        local from, to = '-inf', '(' .. ARGV[1]
        if newest then from, to = '(' .. ARGV[1], '+inf' end
        start = redis.call('ZCOUNT', KEYS[1], from, to)
        for _, id in ipairs(redis.call('ZRANGE', KEYS[1], ARGV[1], ARGV[1], 'BYSCORE')) do
            if id ~= ARGV[2] and (id > ARGV[2]) == newest then start = start + 1 end
        end
    end
end
local stop = start + tonumber(ARGV[3]) - 1
if newest then return redis.call('ZRANGE', KEYS[1], start, stop, 'REV', 'WITHSCORES') end
return redis.call('ZRANGE', KEYS[1], start, stop, 'WITHSCORES')
