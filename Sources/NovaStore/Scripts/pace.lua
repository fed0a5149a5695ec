-- @include lib-window
-- Counts a request to a model, or says how long to wait before asking again.
--
-- WORK: at most 10 calls: the window
--
-- KEYS  1 window
-- ARGV  1 requests in the window  2 window ms
-- Returns 0: it is counted and may go out; else milliseconds until one more may.
-- Promise: that of lib-window, over all who ask with the same key.
local admitted, _, reset = window_take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), window_now(''))
return admitted == 1 and 0 or reset
