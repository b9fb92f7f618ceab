-- Looks users up by userName, any of those that seed_directory made, as Okta writes it.
--     wrk -s look_up.lua URL -- TOKEN USERS

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "counting.lua")

function init(args)
  start(args[1])
  users, wanted = tonumber(args[2]), {[200] = true}
  -- Otherwise each thread would ask for the same ones.
  math.randomseed(number * 7919)
end

function request()
  local name = string.format("user%07d", math.random(users))
  mark = '"' .. name .. '@example.com"'
  return wrk.format("GET", wrk.path .. "?filter=userName%20eq%20%22" .. name .. "%40example.com%22")
end
