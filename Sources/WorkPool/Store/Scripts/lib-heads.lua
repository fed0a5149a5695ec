-- @include lib-work
-- Library: the first of many queues of ready tasks, one after the other.
--
-- heads_of(most, wanted) -> a heap of the queues of all needs that `wanted` accepts, by their first tasks; about `most` are to be
-- taken
-- heads_take(heap) -> the id of the first task of all and its queue, or nil. `heads_next` puts the queue back in its place by its
-- next task. Of each queue some tasks are read at a time.
local function head_is_before(a, b) return a.rank < b.rank or (a.rank == b.rank and a.id < b.id) end

local function heap_push(heap, item)
    local place = #heap + 1
    heap[place] = item
    while place > 1 do
        local above = math.floor(place / 2)
        if not head_is_before(item, heap[above]) then break end
        heap[place], place = heap[above], above
        heap[place] = item
    end
end

local function heap_pop(heap)
    local first, last = heap[1], table.remove(heap)
    if not first or #heap == 0 then return first end
    local place = 1
    while true do
        local below = 2 * place
        if below > #heap then break end
        if below < #heap and head_is_before(heap[below + 1], heap[below]) then below = below + 1 end
        if not head_is_before(heap[below], last) then break end
        heap[place], place = heap[below], below
    end
    heap[place] = last
    return first
end

-- Puts a queue in its place by the task at `at` of those that were read, or reads more of it from `from` on.
local function heads_add(heap, queue)
    if queue.at > #queue.read then
        queue.read, queue.at = redis.call('ZRANGE', queue.key, queue.from, queue.from + queue.step - 1, 'WITHSCORES'), 1
        if #queue.read == 0 then return end
    end
    queue.id, queue.rank = queue.read[queue.at], tonumber(queue.read[queue.at + 1])
    heap_push(heap, queue)
end

-- An older Nova may have left more needs than are looked at here: then each call looks at others.
local function heads_of(most, wanted)
    local heap, needs = {}, {}
    for _, need in ipairs(redis.call('SRANDMEMBER', key('needs'), whole(BOUNDS.needs))) do
        if wanted(need) then needs[#needs + 1] = need end
    end
    for _, need in ipairs(needs) do
        heads_add(heap, { key = key('ready', need), from = 0, step = math.max(1, math.ceil(most / #needs)), read = {}, at = 1 })
    end
    return heap
end

local function heads_take(heap)
    local queue = heap_pop(heap)
    if queue then return queue.id, queue end
end

-- `is_out`: the task that was taken is not in its queue any more.
local function heads_next(heap, queue, is_out)
    queue.at = queue.at + 2
    if not is_out then queue.from = queue.from + 1 end
    heads_add(heap, queue)
end
