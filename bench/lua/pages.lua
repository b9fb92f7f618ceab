-- Imports: each thread reads page after page, all users in the order in which seed_directory made them.
-- They are spread over the directory, so that early pages and late ones are read at the same time.
--     wrk -s pages.lua URL -- TOKEN USERS IMPORTS

dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "counting.lua")

local size = 100

function init(args)
  start(args[1])
  pages, wanted = math.ceil(tonumber(args[2]) / size), {[200] = true}
  page = math.floor((number - 1) * pages / tonumber(args[3]))
end

function request()
  local first = page * size + 1
  page = (page + 1) % pages
  mark = string.format('"user%07d@example.com"', first)
  return wrk.format("GET", string.format("%s?startIndex=%d&count=%d", wrk.path, first, size))
end
