-- @include lib-work
-- Saves a step of a coordination, with what was said in it.
--
-- WORK: at most 12200 calls: 6 for each of 2000 messages
--
-- KEYS  as in lib-work
-- ARGV  as in lib-work, 10 coordination id  11 version that was read, 0 for a new one  12 status  13 state JSON  14 kept ms
--       15 event, or ''  16 further members of the event, JSON text without braces  17.. messages, JSON
-- Returns { 'saved', version }, { 'stale', version }, { 'refused', code, pointer, message }
-- Promise: steps follow each other: of two that go on from the same version one is saved. Messages and state are one.
local id = ARGV[10]
local hash = key('coordination', id)
local version = redis.call('HGET', hash, 'version') or '0'
if version ~= ARGV[11] then return { 'stale', tonumber(version) } end
local done = redis.call('ZRANGE', key('coordinations'), '-inf', whole(NOW), 'BYSCORE', 'LIMIT', 0, 100)
if #done > 0 then redis.call('ZREM', key('coordinations'), unpack(done)) end
recount('coordinations', redis.call('ZCARD', key('coordinations')))
local over = version == '0' and excess('coordinations', 1)
if over then return over end
redis.call('ZADD', key('coordinations'), whole(NOW + tonumber(ARGV[14])), id)
recount('coordinations', redis.call('ZCARD', key('coordinations')))
redis.call('HSET', hash, 'status', ARGV[12], 'state', ARGV[13], 'updated', whole(NOW), 'by', BY)
redis.call('HSETNX', hash, 'created', whole(NOW))
version = redis.call('HINCRBY', hash, 'version', 1)
local said = key('messages', id)
for index = 17, #ARGV do
    redis.call('RPUSH', said, ARGV[index])
    tell('coordination.message', { 'coordination:' .. id }, '"coordination_id":' .. text(id) .. ',"message":' .. ARGV[index])
end
redis.call('PEXPIRE', hash, ARGV[14])
redis.call('PEXPIRE', said, ARGV[14])
if ARGV[15] ~= '' then
    local more = ARGV[16] ~= '' and ',' .. ARGV[16] or ''
    tell(ARGV[15], { 'coordination:' .. id }, '"coordination_id":' .. text(id) .. ',"status":' .. text(ARGV[12]) .. ',"version":' .. version .. more)
end
return { 'saved', version }
