-- @include lib-events
-- @include lib-analytics
-- Library: what is kept of one owner in one domain below one base, and told of in the owner's events.
--
-- KEYS  1 base: the beginning of all names  2 events  3 event clock  4 analytics (lib-analytics)
-- ARGV  1 owner  2 domain  3 event channel  4 events kept  5 events kept ms
--       last: the owner's bounds, a JSON object of numbers by the names of OwnerLimits.swift. It is taken out here, so that a
--       script that goes through its last arguments does not meet it.
--
-- Beside the bases of an owner's spaces stands `usage`, a hash: what the owner keeps in all domains, by the same names; and
-- `NAME 0x1F DOMAIN`, what of it this domain had when it was counted last. Bytes are those of the texts that clients gave, as
-- they are kept: definitions, results and errors of tasks, definitions of agents and resources, documents of memories, requests
-- of allocations that are held or wait. Ids, indexes, histories and events are bounded by the numbers of things.
-- Promise: a count changes with what it counts, in the same script.
local BASE, OWNER, DOMAIN = KEYS[1], ARGV[1], ARGV[2]
local BOUNDS = cjson.decode(table.remove(ARGV))
local USAGE = string.match(BASE, '^.-{owner:[^}]*}') .. ':usage'

local TIME = redis.call('TIME')
local NOW = TIME[1] * 1000 + math.floor(TIME[2] / 1000)

local function key(part, id) return BASE .. ':' .. part .. (id and (':' .. id) or '') end
local function whole(number) return string.format('%.0f', number) end
local function refused(code, pointer, message) return { 'refused', code, pointer, message } end

-- MARK: What the owner keeps

-- The refusal where so many more would be above the owner's bound, or nil.
local function excess(name, more)
    if more <= 0 then return nil end
    local kept = tonumber(redis.call('HGET', USAGE, name) or '0')
    if kept + more <= BOUNDS[name] then return nil end
    return refused('LIMIT_REACHED', name, whole(BOUNDS[name]))
end

local function keep(name, change)
    if change ~= 0 then redis.call('HINCRBY', USAGE, name, whole(change)) end
end

-- There are so many of a kind in this domain now. What an older Nova did not count is counted with the first change.
local function recount(name, number)
    local own = name .. '\31' .. DOMAIN
    local known = tonumber(redis.call('HGET', USAGE, own) or '0')
    if known == number then return end
    keep(name, number - known)
    if number == 0 then redis.call('HDEL', USAGE, own) else redis.call('HSET', USAGE, own, whole(number)) end
end

-- Milliseconds since 1970 as RFC 3339 (civil date by Howard Hinnant's days algorithm).
local function iso(ms)
    local days, rest = math.floor(ms / 86400000), ms % 86400000
    local z = days + 719468
    local era = math.floor(z / 146097)
    local doe = z - era * 146097
    local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
    local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
    local mp = math.floor((5 * doy + 2) / 153)
    local month = mp < 10 and mp + 3 or mp - 9
    local year = yoe + era * 400 + (month <= 2 and 1 or 0)
    local seconds = math.floor(rest / 1000)
    return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month, doy - math.floor((153 * mp + 2) / 5) + 1,
        math.floor(seconds / 3600), math.floor(seconds / 60) % 60, seconds % 60, rest % 1000)
end

local function note(subjects, counts, queue, handling, total, level)
    analytics_note(KEYS[4], subjects, counts, queue, handling, total, level)
end

local function text(value) return value and cjson.encode(value) or 'null' end

local function tell(name, channels, members)
    event_append(KEYS[2], KEYS[3], ARGV[3], ARGV[4], tonumber(ARGV[5]), name, DOMAIN,
        table.concat(channels, '\n'), '{' .. members .. ',"domain":' .. text(DOMAIN) .. ',"timestamp":"' .. iso(NOW) .. '"}')
end
