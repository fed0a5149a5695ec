-- Library: the owner's event log.
--
-- event_append(stream, clock, channel, keep_count, keep_ms, name, domain, channels, data) -> event id
--
-- Appends to the stream and publishes the same event; both or neither. Ids are MILLISECONDS-SEQUENCE; the sequence
-- grows by one per owner, starting at the time the log began, so that readers see holes and new beginnings. The time is
-- Redis's own: by a caller's, written down before it waited, a log that begins anew could begin before the old one's end.
-- The log is trimmed by count (about) and by age; readers who ask for what is gone are told by the sequence.
-- A script that appends several reads the clock, and trims by age, with the first: time stands still in a script.
local EVENT_MS, EVENT_SEQ

local function event_begin(stream, clock, keep_ms)
    local state = redis.call('HMGET', clock, 'ms', 'seq')
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    EVENT_MS = math.max(now, tonumber(state[1]) or 0)
    EVENT_SEQ = tonumber(state[2]) or now
    redis.call('XTRIM', stream, 'MINID', '~', string.format('%.0f', EVENT_MS - keep_ms))
end

local function event_append(stream, clock, channel, keep_count, keep_ms, name, domain, channels, data)
    local is_first = not EVENT_MS
    if is_first then event_begin(stream, clock, keep_ms) end
    EVENT_SEQ = EVENT_SEQ + 1
    local ms_text, seq_text = string.format('%.0f', EVENT_MS), string.format('%.0f', EVENT_SEQ)
    redis.call('HSET', clock, 'ms', ms_text, 'seq', seq_text)
    local id = ms_text .. '-' .. seq_text
    redis.call('XADD', stream, 'MAXLEN', '~', keep_count, id,
        'event', name, 'domain', domain, 'channels', channels, 'data', data)
    if is_first then
        redis.call('PEXPIRE', stream, keep_ms)
        redis.call('PEXPIRE', clock, keep_ms)
    end
    redis.call('PUBLISH', channel, table.concat({ id, name, domain, channels, data }, '\31'))
    return id
end
