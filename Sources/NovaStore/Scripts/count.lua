-- @include lib-window
-- Counts one request against a budget, where nothing else is to be done (queries, WebSocket handshakes, messages).
--
-- WORK: at most 10 calls: the window
--
-- KEYS  1 window
-- ARGV  1 limit  2 window ms  3 now ms, or '' for the server's clock
-- Returns { admitted, used, reset ms }
-- Promise: N gateways that ask share one limit.
local admitted, used, reset =
    window_take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), window_now(ARGV[3]))
return { admitted, used, reset }
