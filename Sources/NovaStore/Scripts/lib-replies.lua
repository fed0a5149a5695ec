-- Library: replies to gateways whose clients wait.
--
-- replies_add(job, channel)
--   Remembers a reply channel in the job's field `replies`: each once, at most 16. A gateway that is not among them
--   is not told; its waiters read the record again before they give up.
-- replies_tell(job, own, id, state, body)
--   Publishes `id 0x1F state 0x1F body` to `own` ('': nobody) and to all remembered, each once, and forgets them.
local REPLIES_KEPT = 16

local function replies_add(job, channel)
    local known = redis.call('HGET', job, 'replies')
    if not known or known == '' then
        redis.call('HSET', job, 'replies', channel)
        return
    end
    local count = 0
    for name in string.gmatch(known, '[^\n]+') do
        if name == channel then return end
        count = count + 1
    end
    if count < REPLIES_KEPT then redis.call('HSET', job, 'replies', known .. '\n' .. channel) end
end

local function replies_tell(job, own, id, state, body)
    local message = table.concat({ id, state, body }, '\31')
    local told = {}
    if own ~= '' then
        told[own] = true
        redis.call('PUBLISH', own, message)
    end
    local known = redis.call('HGET', job, 'replies')
    if not known then return end
    for name in string.gmatch(known, '[^\n]+') do
        if not told[name] then
            told[name] = true
            redis.call('PUBLISH', name, message)
        end
    end
    redis.call('HDEL', job, 'replies')
end
