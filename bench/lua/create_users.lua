-- Creates users, each with a name of its own.
--     wrk -s create_users.lua URL -- TOKEN TAG

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "counting.lua")

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

function init(args)
  start(args[1])
  tag, sent, wanted = args[2], 0, {[201] = true}
  wrk.method = "POST"
end

function request()
  sent = sent + 1
  local name = string.format("%s-%d-%d", tag, number, sent)
  return wrk.format(nil, nil, nil, string.format(template, name, name, name))
end
