-- Library: changes that are applied once per job.
--
-- once_recall(marker) -> what the first call returned, or nil if there was none
-- once_keep(marker, kept_ms, reply) -> reply, which from now on is what `once_recall` finds
--
-- The marker is a key of the entity and the job, so that it is there however many commands came after: a worker that
-- was frozen and comes back late finds that its change was made, and does not put an old state over a newer one.
local function once_recall(marker)
    local known = redis.call('GET', marker)
    return known and cjson.decode(known)
end

local function once_keep(marker, kept, reply)
    redis.call('SET', marker, cjson.encode(reply), 'PX', kept)
    return reply
end
