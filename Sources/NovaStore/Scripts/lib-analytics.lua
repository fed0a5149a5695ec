-- Library: what happened, counted.
--
-- analytics_note(base, subjects, counts, queue, handling, total, level)
--   subjects  names, see below     counts  { outcome = number, … }
--   queue, handling, total         microseconds, or -1 where it has none
--   level     of a resource: { given before, given now, capacity }, or nil
-- analytics_fold(base)   counts what was noted
--
-- Below the base, which is of one owner and one domain (an id is always the last part of a name):
--   new        list  what was noted and is not counted yet
--   m:SUBJECT  hash  of each minute (its number since 1970) a bucket; h:SUBJECT of each hour, d:SUBJECT of each day
--   w:run:FLOW 0x1F STEP  hash  of each week a bucket with nothing but how long the completed attempts at a step took: the
--                               subject run of a note, which is kept in no other way
--   index:CLASS  zset  the ids of a class by the second of their last record
-- SUBJECT is commands, flows, tasks, agents or resources, or CLASS:ID with the class key, flow, agent, resource, or
-- step (its id is FLOW 0x1F STEP; the class in the index is step:FLOW).
-- A bucket is { counts, queue, handling, total, level }: counts { number of the outcome, count, … }, a histogram { sum,
-- greatest, base, bin - base, count, … } (LatencyHistogram.swift), a level { before, amount times ms up to the last change,
-- ms of it, given since, greatest, capacity }; packed with MessagePack.
-- Promise: whatever is noted is counted once, with the change that notes it. Noting costs one command; every 64th call counts.
local ANALYTICS_AT_ONCE = 64
local ANALYTICS_LOG_GAMMA = math.log((1 + 0.015) / (1 - 0.015))
-- Letter, seconds, buckets kept.
local ANALYTICS_RESOLUTIONS = { { 'm', 60, 120 }, { 'h', 3600, 72 }, { 'd', 86400, 31 } }
-- Of runs, which are read all together.
local ANALYTICS_WEEKS = { { 'w', 604800, 5 } }
local ANALYTICS_KEPT_MS, ANALYTICS_IDS = 31 * 86400000, 20000
local ANALYTICS_OUTCOMES = { completed = 1, failed = 2, cancelled = 3, expired = 4, lost = 5, released = 6, granted = 7,
    preempted = 8, superseded = 9, timed_out = 10, retries = 11, dead_letters = 12, tokens = 13, retried = 14 }

-- Of a command: those that it is counted for.
local function job_subjects(key, flow)
    local subjects = { 'commands' }
    if key and key ~= '' then subjects[2] = 'key:' .. key end
    if flow ~= '' then subjects[#subjects + 1], subjects[#subjects + 2] = 'flows', 'flow:' .. flow end
    return subjects
end

local function histogram_open(flat)
    local open = { sum = flat[1] or 0, max = flat[2] or 0, base = flat[3], bins = {} }
    for index = 4, #flat, 2 do open.bins[flat[index]] = flat[index + 1] end
    return open
end

local function histogram_add(open, value)
    if value < 0 then return end
    local bin = value < 1 and 0 or math.ceil(math.log(value) / ANALYTICS_LOG_GAMMA)
    -- Numbers from -32 to 127 take one byte: the first bin lies in their middle.
    open.base = open.base or bin - 47
    local place = bin - open.base
    open.bins[place] = (open.bins[place] or 0) + 1
    open.sum, open.max = open.sum + value, math.max(open.max, value)
end

local function histogram_close(open)
    if not open.base then return {} end
    local flat = { open.sum, open.max, open.base }
    for place, count in pairs(open.bins) do flat[#flat + 1], flat[#flat + 2] = place, count end
    return flat
end

local function resolutions_of(subject)
    return string.sub(subject, 1, 4) == 'run:' and ANALYTICS_WEEKS or ANALYTICS_RESOLUTIONS
end

local function bucket_open(name, resolution, at)
    local number = math.floor(at / 1000 / resolution[2])
    local field = string.format('%.0f', number)
    local kept = redis.call('HGET', name, field)
    local flat = kept and cmsgpack.unpack(kept) or { {}, {}, {}, {}, {} }
    local counts = {}
    for index = 1, #flat[1], 2 do counts[flat[1][index]] = flat[1][index + 1] end
    return { name = name, field = field, number = number, resolution = resolution, is_new = not kept, counts = counts,
        queue = histogram_open(flat[2]), handling = histogram_open(flat[3]), total = histogram_open(flat[4]), level = flat[5] }
end

local function bucket_add(bucket, noted)
    local at, counts, level = noted[1], noted[3], noted[7]
    for index = 1, #counts, 2 do bucket.counts[counts[index]] = (bucket.counts[counts[index]] or 0) + counts[index + 1] end
    histogram_add(bucket.queue, noted[4])
    histogram_add(bucket.handling, noted[5])
    histogram_add(bucket.total, noted[6])
    if not level then return end
    local known = bucket.level
    if #known == 0 then
        local begin = bucket.number * bucket.resolution[2] * 1000
        bucket.level = { level[1], level[1] * (at - begin), at, level[2], math.max(level[1], level[2]), level[3] }
    else
        bucket.level = { known[1], known[2] + known[4] * math.max(0, at - known[3]), at, level[2],
            math.max(known[5], level[2]), level[3] }
    end
end

local function bucket_close(bucket)
    local counts = {}
    for outcome, count in pairs(bucket.counts) do counts[#counts + 1], counts[#counts + 2] = outcome, count end
    redis.call('HSET', bucket.name, bucket.field, cmsgpack.pack({ counts, histogram_close(bucket.queue),
        histogram_close(bucket.handling), histogram_close(bucket.total), bucket.level }))
    if not bucket.is_new then return end
    local seconds, most = bucket.resolution[2], bucket.resolution[3]
    redis.call('PEXPIRE', bucket.name, string.format('%.0f', seconds * most * 1000))
    if redis.call('HLEN', bucket.name) <= most then return end
    for _, field in ipairs(redis.call('HKEYS', bucket.name)) do
        if tonumber(field) <= bucket.number - most then redis.call('HDEL', bucket.name, field) end
    end
end

local function index_add(base, subject, at)
    local class, id = string.match(subject, '^(%a+):(.*)$')
    if not class or class == 'run' then return end
    if class == 'step' then
        local flow, step = string.match(id, '^(.*)\31(.*)$')
        class, id = 'step:' .. flow, step
    end
    local index = base .. ':index:' .. class
    local now = math.floor(at / 1000)
    if redis.call('ZADD', index, now, id) == 1 then
        -- Some with each that comes: more than comes goes, and no call has much to do.
        local old = redis.call('ZRANGE', index, '-inf', now - ANALYTICS_KEPT_MS / 1000, 'BYSCORE', 'LIMIT', 0, 10)
        if #old > 0 then redis.call('ZREM', index, unpack(old)) end
        local more = redis.call('ZCARD', index) - ANALYTICS_IDS
        if more > 0 then redis.call('ZREMRANGEBYRANK', index, 0, math.min(more, 10) - 1) end
    end
    redis.call('PEXPIRE', index, ANALYTICS_KEPT_MS)
end

local function analytics_fold(base)
    local noted = redis.call('LRANGE', base .. ':new', 0, -1)
    if #noted == 0 then return end
    redis.call('DEL', base .. ':new')
    local open, order, last = {}, {}, {}
    for _, packed in ipairs(noted) do
        local each = cmsgpack.unpack(packed)
        for _, subject in ipairs(each[2]) do
            last[subject] = each[1]
            for _, resolution in ipairs(resolutions_of(subject)) do
                local name = base .. ':' .. resolution[1] .. ':' .. subject
                -- Of a bucket that is over, another one of the same name takes the place.
                local bucket = open[name]
                if not bucket or bucket.number ~= math.floor(each[1] / 1000 / resolution[2]) then
                    if bucket then bucket_close(bucket) end
                    bucket = bucket_open(name, resolution, each[1])
                    if not open[name] then order[#order + 1] = name end
                    open[name] = bucket
                end
                bucket_add(bucket, each)
            end
        end
    end
    for _, name in ipairs(order) do bucket_close(open[name]) end
    for subject, at in pairs(last) do index_add(base, subject, at) end
end

local function analytics_note(base, subjects, counts, queue, handling, total, level)
    local time = redis.call('TIME')
    local numbered = {}
    for outcome, count in pairs(counts) do
        if count > 0 then numbered[#numbered + 1], numbered[#numbered + 2] = ANALYTICS_OUTCOMES[outcome], count end
    end
    local length = redis.call('RPUSH', base .. ':new', cmsgpack.pack({ time[1] * 1000 + math.floor(time[2] / 1000), subjects,
        numbered, queue, handling, total, level }))
    if length >= ANALYTICS_AT_ONCE then return analytics_fold(base) end
    redis.call('PEXPIRE', base .. ':new', ANALYTICS_KEPT_MS)
end
