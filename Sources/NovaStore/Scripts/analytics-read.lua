-- @include lib-analytics
-- What was counted of some subjects.
--
-- WORK: at most 8000 calls: 8 subjects, and what was noted (lib-analytics)
--
-- KEYS  1 base, as in lib-analytics
-- ARGV  1 'm', 'h' or 'd'  2 number of the first bucket  3 of the last  4.. subjects
-- Returns for each subject { { number, counts, queue, handling, total, level }, … }, of a level each number as a text; the
-- newest bucket before the first too, where it has a level
-- Promise: whatever was noted before is in it.
analytics_fold(KEYS[1])
local first, last = tonumber(ARGV[2]), tonumber(ARGV[3])
local answer = {}
for index = 4, #ARGV do
    local kept = redis.call('HGETALL', KEYS[1] .. ':' .. ARGV[1] .. ':' .. ARGV[index])
    local buckets, before, newest = {}, nil, nil
    for place = 1, #kept, 2 do
        local number = tonumber(kept[place])
        if number < first then
            if not newest or number > newest then newest, before = number, kept[place + 1] end
        elseif number <= last then
            buckets[#buckets + 1] = { number, unpack(cmsgpack.unpack(kept[place + 1])) }
        end
    end
    if before then
        local bucket = { newest, unpack(cmsgpack.unpack(before)) }
        if #bucket[6] > 0 then buckets[#buckets + 1] = bucket end
    end
    for _, bucket in ipairs(buckets) do
        for part, value in ipairs(bucket[6]) do bucket[6][part] = string.format('%.17g', value) end
    end
    answer[#answer + 1] = buckets
end
return answer
