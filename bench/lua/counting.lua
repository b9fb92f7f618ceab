-- What all scripts share: each thread counts the answers that are right, and one line of JSON sums them up.
-- A script sets `wanted`, the statuses that are right, and may set `mark`, a text that is in the body then. It
-- is that of the request under way: each thread has one connection.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

-- Each thread has a Lua of its own; `done` reads these globals out of it.
function start(token)
  answered, other, answer = 0, 0, ""
  wrk.headers["User-Agent"] = "Okta SCIM Client 1.0.0"
  wrk.headers["Accept"] = "application/scim+json"
  wrk.headers["Content-Type"] = "application/scim+json; charset=utf-8"
  wrk.headers["Authorization"] = "Bearer " .. token
end

function response(status, headers, body)
  if wanted[status] and (not mark or body:find(mark, 1, true)) then
    answered = answered + 1
  else
    other, answer = other + 1, status .. " " .. body:sub(1, 500)
  end
end

function done(summary, latency, requests)
  local answered, other, answer = 0, 0, ""
  for _, thread in ipairs(threads) do
    answered, other = answered + thread:get("answered"), other + thread:get("other")
    answer = thread:get("other") > 0 and thread:get("answer") or answer
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  local line = '{"answered": %d, "other": %d, "lost": %d, "seconds": %.3f, "p99": %.3f, "answer": "%s"}\n'
  -- wrk counts in microseconds; we tell seconds, and of the slowest in a hundred milliseconds.
  io.write(string.format(line, answered, other, lost, summary.duration / 1e6,
    latency:percentile(99) / 1e3, answer:gsub('[%c"\\]', " ")))
end
