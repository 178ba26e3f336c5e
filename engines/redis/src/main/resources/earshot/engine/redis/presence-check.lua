#!lua
-- The places of rooms in their streams, for followers who want to be sure that they missed nothing. Keeps those of empty rooms a while longer.
--
-- KEYS rooms of one partition (see presence-change.lua)

local places = {}
for i, key in ipairs(KEYS) do
  places[i] = redis.call('HGET', key, '.') or ''
  if redis.call('TTL', key) >= 0 then
    redis.call('EXPIRE', key, 120)
  end
end
return places
