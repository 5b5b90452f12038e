-- Arguments: METHOD CONNECTION FILE. Asks for the targets in the file, one a line, in turn.
-- CONNECTION is "keep" or "close". With method PUT the file has one line: PREFIX BYTES; every request
-- is of another name.
local requests, at, prefix, body, threads = {}, 0, nil, nil, 0
function setup(thread) thread:set("thread_id", threads); threads = threads + 1 end
function init(args)
  local method, connection, file = args[1], args[2], args[3]
  local headers = {}
  if connection == "close" then headers["Connection"] = "close" end
  for line in io.lines(file) do
    if method == "PUT" then
      local bytes
      prefix, bytes = line:match("^(%S+) (%d+)$")
      body = string.rep("x", tonumber(bytes))
    else
      requests[#requests + 1] = wrk.format(method, line, headers)
    end
  end
  if not prefix then request = next_target end
end
function next_target() at = at % #requests + 1; return requests[at] end
function request()
  if not prefix then return next_target() end
  at = at + 1
  return wrk.format("PUT", prefix .. thread_id .. "-" .. at, nil, body)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    "bench: requests=%d micros=%d bytes=%d status=%d connect=%d read=%d write=%d timeout=%d p50=%d p99=%d max=%d\n",
    summary.requests, summary.duration, summary.bytes, e.status, e.connect, e.read, e.write, e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
