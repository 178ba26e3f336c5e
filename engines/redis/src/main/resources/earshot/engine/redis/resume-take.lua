#!lua
-- Gives a record (see resume-renew.lua) to who asks first.

local held = redis.call('GET', KEYS[1])
if not held then
  return {}
end
redis.call('DEL', KEYS[1])
return {held}
