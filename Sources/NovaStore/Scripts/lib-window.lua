-- Library: the sliding window.
--
-- window_take(key, limit, window_ms, now_ms) -> admitted (0 or 1), used, reset_ms
--
-- The window is kept as a hash of 60 slots and the one that is just leaving it. Requests are counted in the slot of
-- their moment and forgotten when the whole slot has left the window.
-- Against an exact log of the requests admitted: a request is counted for at least `window_ms` and for at most one slot
-- (window / 60, 1.7 %) longer. So no `limit + 1` requests admitted ever lie within `window_ms`, and none is refused
-- unless `limit` were admitted within the last window * 61 / 60. Refused requests are not counted.
-- reset_ms: until the oldest counted requests are forgotten, so that one more is admitted.
-- A clock that goes back (a new primary) stands still until it has caught up.
local WINDOW_SLOTS = 60

local function window_now(simulated)
    if simulated ~= '' then return tonumber(simulated) end
    local time = redis.call('TIME')
    return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Forgets the slots that have left the window; returns what is still used and the oldest slot.
local function window_slide(key, slot)
    local fields = redis.call('HGETALL', key)
    local used, oldest = 0, slot
    local gone = {}
    for i = 1, #fields, 2 do
        local at = tonumber(fields[i])
        if at then
            if at < slot - WINDOW_SLOTS then
                gone[#gone + 1] = fields[i]
            else
                used = used + tonumber(fields[i + 1])
                if at < oldest then oldest = at end
            end
        end
    end
    if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
    redis.call('HSET', key, 'slot', slot, 'used', used, 'oldest', oldest)
    return used, oldest
end

local function window_take(key, limit, window, now)
    local slot = math.floor(now * WINDOW_SLOTS / window)
    local state = redis.call('HMGET', key, 'slot', 'used', 'oldest')
    local last, used, oldest = tonumber(state[1]), tonumber(state[2]) or 0, tonumber(state[3]) or slot
    if last and slot < last then slot = last end
    if last ~= slot then
        used, oldest = window_slide(key, slot)
        redis.call('PEXPIRE', key, math.ceil(window * (WINDOW_SLOTS + 2) / WINDOW_SLOTS))
    end
    local admitted = 0
    if used < limit then
        admitted = 1
        used = redis.call('HINCRBY', key, 'used', 1)
        redis.call('HINCRBY', key, slot, 1)
    end
    local reset = (oldest + WINDOW_SLOTS + 1) * window / WINDOW_SLOTS - now
    return admitted, used, math.max(1, math.ceil(reset))
end
