-- Posts one small command for 64 flows in turn; after that prints
--   result REQUESTS MICROSECONDS P50 P99 STATUS_ERRORS SOCKET_ERRORS      (P50, P99 in microseconds)
-- Arguments: the API key.
local FLOWS = 64
local BODY = '{"parameters":{"steps":[{"id":"extract","duration":3},'
    .. '{"id":"transform","duration":2,"dependencies":["extract"]},'
    .. '{"id":"load","duration":1,"dependencies":["transform"]}]}}'

local requests, turn = {}, 0

function init(args)
    local headers = {
        ["Content-Type"] = "application/json", ["Prefer"] = "respond-async", ["X-API-Key"] = args[1],
    }
    for flow = 1, FLOWS do
        requests[flow] = wrk.format("POST", "/api/orchestration/flows/bench-" .. flow .. "/optimize", headers, BODY)
    end
end

function request()
    turn = turn % FLOWS + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    print(string.format("result %d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
