-- @include lib-events
-- Begins an attempt at a job.
--
-- WORK: at most 25 calls: the job and one event
--
-- KEYS  1 job  2 jobs of the owner  3 events  4 event clock
-- ARGV  1 job id  2 worker  3 run: the name of this attempt  4 now ms  5 job kept ms  6 replay, or ''
--       7 event channel  8 events kept  9 events kept ms  10 domain  11 channels  12 data JSON of the event
--       13 '1' where the worker has no other attempt in work, or ''  14 most attempts
--       15.. pairs of fields and values of the job record, written where Redis has lost it
-- Returns { 'run', attempts, first ms, last error JSON or '', left, deaths, alone, spent }: left counts attempts that were
--           left unended, deaths those of them that were alone; alone is 1 where this one is; spent is 1 where there is no
--           attempt left: then none was counted, and the job is to be given up
--         { 'suspect', left, worker }: an attempt was left unended, by that worker; ask again when nothing else is in
--           work. Nothing is changed
--         { 'wait', ms }: it waits for its next attempt, which is not due yet
--         { 'cancel', … as run, the error '' }: somebody asked for cancellation; end it as cancelled
--         { 'condemned', … as run, with the error }: it was to fail when its worker died; end it as failed
--         { 'ended', state }
-- Promise: an ended job is never started again, except that a failed one is for each replay once; a job that Redis lost
-- is found again; asking twice for the same run counts one attempt. An attempt that was left unended beside others is not
-- counted: the next one has its number. Only one that was alone is.
local job = redis.call('HMGET', KEYS[1], 'state', 'cancel', 'run', 'retry_at', 'replay:' .. ARGV[6], 'condemned', 'alone',
    'worker', 'attempts', 'left')
local state = job[1]
if state == 'completed' or state == 'cancelled' then return { 'ended', state } end
if state == 'failed' then
    if ARGV[6] == '' or job[5] then return { 'ended', state } end
    redis.call('HDEL', KEYS[1], 'error', 'result', 'finished', 'first', 'retry_at', 'last_error', 'cancel', 'deadline',
        'condemned', 'alone', 'left', 'deaths')
    redis.call('HSET', KEYS[1], 'attempts', 0, 'progress', 0, 'message', '', unpack(ARGV, 15))
    job[2], job[4], job[6], job[7] = false, false, false, false
end
local now = tonumber(ARGV[4])
local due = tonumber(job[4])
if state == 'queued' and due and due > now and not job[2] then return { 'wait', due - now } end
local unended = state == 'running' and job[3] ~= ARGV[3]
local spent = unended and job[7] and tonumber(job[9] or '0') >= tonumber(ARGV[14])
if (unended or job[7]) and ARGV[13] == '' and not (job[2] or job[6] or spent) then
    return { 'suspect', tonumber(job[10] or '0') + (unended and 1 or 0), job[8] or '' }
end
if not state then
    redis.call('HSET', KEYS[1], unpack(ARGV, 15))
    redis.call('ZADD', KEYS[2], redis.call('HGET', KEYS[1], 'created') or ARGV[4], ARGV[1])
    redis.call('PEXPIRE', KEYS[2], ARGV[5])
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'replay:' .. ARGV[6], '1') end
redis.call('HSETNX', KEYS[1], 'first', ARGV[4])
if unended then
    redis.call('HINCRBY', KEYS[1], 'left', 1)
    if job[7] then redis.call('HINCRBY', KEYS[1], 'deaths', 1) end
end
if state ~= 'running' or unended then
    local counts = not (job[6] or spent) and (not unended or job[7])
    if counts then redis.call('HINCRBY', KEYS[1], 'attempts', 1) end
    redis.call('HSET', KEYS[1], 'state', 'running', 'worker', ARGV[2], 'run', ARGV[3], 'started', ARGV[4])
    redis.call('HDEL', KEYS[1], 'retry_at')
    -- One that is spent stays marked until it is condemned, so that its successor finds it spent too.
    if ARGV[13] ~= '' then
        redis.call('HSET', KEYS[1], 'alone', ARGV[3])
    elseif not spent then
        redis.call('HDEL', KEYS[1], 'alone')
    end
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    if not job[2] and not job[6] then
        event_append(KEYS[3], KEYS[4], ARGV[7], ARGV[8], tonumber(ARGV[9]),
            'job.running', ARGV[10], ARGV[11], ARGV[12])
    end
end
local known = redis.call('HMGET', KEYS[1], 'attempts', 'first', 'last_error', 'left', 'deaths')
local verdict, error_json = 'run', known[3] or ''
if job[6] then verdict, error_json = 'condemned', job[6] elseif job[2] then verdict = 'cancel' end
return { verdict, tonumber(known[1]), tonumber(known[2]), error_json, tonumber(known[4] or '0'), tonumber(known[5] or '0'),
    ARGV[13] ~= '' and 1 or 0, spent and 1 or 0 }
