-- @include lib-analytics
-- How long the completed attempts at some steps of a flow took, over all the weeks that are kept.
--
-- WORK: at most 8000 calls: 16 steps, and what was noted (lib-analytics)
--
-- KEYS  1 base, as in lib-analytics
-- ARGV  1 flow  2.. steps
-- Returns for each step a histogram, as in lib-analytics with the base 0; an empty one where nothing is known
-- Promise: whatever was noted before is in it.
analytics_fold(KEYS[1])
local letter, seconds, most = unpack(ANALYTICS_WEEKS[1])
local oldest = math.floor(redis.call('TIME')[1] / seconds) - most + 1
local answer = {}
for index = 2, #ARGV do
    local kept = redis.call('HGETALL', KEYS[1] .. ':' .. letter .. ':run:' .. ARGV[1] .. '\31' .. ARGV[index])
    local whole = histogram_open({})
    for place = 1, #kept, 2 do
        local flat = cmsgpack.unpack(kept[place + 1])[3]
        if tonumber(kept[place]) >= oldest then
            whole.base, whole.sum, whole.max = 0, whole.sum + flat[1], math.max(whole.max, flat[2])
            for at = 4, #flat, 2 do
                local bin = flat[3] + flat[at]
                whole.bins[bin] = (whole.bins[bin] or 0) + flat[at + 1]
            end
        end
    end
    answer[#answer + 1] = histogram_close(whole)
end
return answer
