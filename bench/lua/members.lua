-- Takes a user out of a group and puts it in again, over and over; each thread has a user of its own.
--     wrk -s members.lua URL -- TOKEN USER_ID ...

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "counting.lua")

local template = '{"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [%s]}'
local taking_out = '{"op": "remove", "path": "members[value eq \\"%s\\"]"}'
local putting_in = '{"op": "add", "path": "members", "value": [{"value": "%s"}]}'

function init(args)
  start(args[1])
  -- A large group is not sent back.
  user, is_in, wanted = args[1 + number], true, {[200] = true, [204] = true}
end

function request()
  local operation = is_in and taking_out or putting_in
  is_in = not is_in
  return wrk.format("PATCH", nil, nil, string.format(template, string.format(operation, user)))
end
