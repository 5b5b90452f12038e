-- Arguments: METHOD CONNECTION FILE. Asks for the targets in the file, one a line, in turn.
-- CONNECTION is "keep" or "close". With method PUT or DELETE the file has one line: PREFIX BYTES; every
-- request is of another name, the same ones for both. With method POST the body is "1".
local requests, at, prefix, method, body, threads = {}, 0, nil, nil, nil, 0
function setup(thread) thread:set("thread_id", threads); threads = threads + 1 end
function init(args)
  local connection, file = args[2], args[3]
  method = args[1]
  local headers = {}
  if connection == "close" then headers["Connection"] = "close" end
  for line in io.lines(file) do
    if method == "PUT" or method == "DELETE" then
      local bytes
      prefix, bytes = line:match("^(%S+) (%d+)$")
      if method == "PUT" then body = string.rep("x", tonumber(bytes)) end
    else
      requests[#requests + 1] = wrk.format(method, line, headers, method == "POST" and "1" or nil)
    end
  end
  if not prefix then request = next_target end
end
function next_target() at = at % #requests + 1; return requests[at] end
function request()
  if not prefix then return next_target() end
  at = at + 1
  return wrk.format(method, prefix .. thread_id .. "-" .. at, nil, body)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    "bench: requests=%d micros=%d bytes=%d status=%d connect=%d read=%d write=%d timeout=%d p50=%d p99=%d max=%d\n",
    summary.requests, summary.duration, summary.bytes, e.status, e.connect, e.read, e.write, e.timeout,
    latency:percentile(50), latency:percentile(99), latency.max))
end
