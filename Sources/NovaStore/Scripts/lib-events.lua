-- Library: the owner's event log. Put before the scripts that tell of something.
--
-- event_append(stream, clock, channel, keep_count, keep_ms, name, domain, channels, data) -> event id
--
-- Appends to the stream and publishes the same event; both or neither. Ids are MILLISECONDS-SEQUENCE; the sequence
-- grows by one per owner, starting at the time the log began, so that readers see holes and new beginnings. The time is
-- Redis's own: by a caller's, written down before it waited, a log that begins anew could begin before the old one's end.
-- The log is trimmed by count (about) and by age; readers who ask for what is gone are told by the sequence.
local function event_append(stream, clock, channel, keep_count, keep_ms, name, domain, channels, data)
    local state = redis.call('HMGET', clock, 'ms', 'seq')
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local ms = math.max(now, tonumber(state[1]) or 0)
    local seq = (tonumber(state[2]) or now) + 1
    local ms_text, seq_text = string.format('%.0f', ms), string.format('%.0f', seq)
    redis.call('HSET', clock, 'ms', ms_text, 'seq', seq_text)
    local id = ms_text .. '-' .. seq_text
    redis.call('XADD', stream, 'MAXLEN', '~', keep_count, id,
        'event', name, 'domain', domain, 'channels', channels, 'data', data)
    redis.call('XTRIM', stream, 'MINID', '~', string.format('%.0f', ms - keep_ms))
    redis.call('PEXPIRE', stream, keep_ms)
    redis.call('PEXPIRE', clock, keep_ms)
    redis.call('PUBLISH', channel, table.concat({ id, name, domain, channels, data }, '\31'))
    return id
end
