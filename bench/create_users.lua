-- Creates users with wrk, each with a name of its own, and counts how many were answered 201.
--     wrk -s create_users.lua URL -- TOKEN TAG
-- Prints one line of JSON after wrk's own report.

local threads = {}

local template = [[{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
  "userName": "%s", "externalId": "%s", "active": true, "displayName": "Ada Lovelace",
  "name": {"givenName": "Ada", "familyName": "Lovelace"},
  "emails": [{"primary": true, "value": "%s@example.com", "type": "work"}],
  "phoneNumbers": [{"value": "+44 20 7946 0000", "type": "work"}],
  "title": "Analyst", "locale": "en-GB", "groups": [],
  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":
    {"employeeNumber": "1815", "department": "Engineering", "organization": "Analytical Engines"}
}]]

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

-- Each thread has a Lua of its own; `done` reads these globals out of it.
function init(args)
  token, tag, sent, created, other, answer = args[1], args[2], 0, 0, 0, ""
  wrk.method = "POST"
  wrk.headers["Content-Type"] = "application/scim+json"
  wrk.headers["User-Agent"] = "Okta SCIM Client 1.0.0"
  wrk.headers["Authorization"] = "Bearer " .. token
end

function request()
  sent = sent + 1
  local name = string.format("%s-%d-%d", tag, number, sent)
  return wrk.format(nil, nil, nil, string.format(template, name, name, name))
end

function response(status, headers, body)
  if status == 201 then
    created = created + 1
  else
    other, answer = other + 1, status .. " " .. body
  end
end

function done(summary, latency, requests)
  local created, other, answer = 0, 0, ""
  for _, thread in ipairs(threads) do
    created, other = created + thread:get("created"), other + thread:get("other")
    answer = thread:get("other") > 0 and thread:get("answer") or answer
  end
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format('{"created": %d, "other": %d, "lost": %d, "seconds": %.3f, "answer": "%s"}\n',
    created, other, lost, summary.duration / 1e6, answer:gsub('[%c"\\]', " ")))
end
