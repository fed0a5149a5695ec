-- Library: what is kept of one owner in one domain below one base, and told of in the owner's events. Put after lib-events and lib-analytics.
--
-- KEYS  1 base: the beginning of all names  2 events  3 event clock  4 analytics (lib-analytics)
-- ARGV  1 owner  2 domain  3 event channel  4 events kept  5 events kept ms
local BASE, OWNER, DOMAIN = KEYS[1], ARGV[1], ARGV[2]

local TIME = redis.call('TIME')
local NOW = TIME[1] * 1000 + math.floor(TIME[2] / 1000)

local function key(part, id) return BASE .. ':' .. part .. (id and (':' .. id) or '') end
local function whole(number) return string.format('%.0f', number) end
local function refused(code, pointer, message) return { 'refused', code, pointer, message } end

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
