#!lua
-- All of a room's presence, and its place in the room's stream, which begins here when there is none.
--
-- KEYS[1] the room (see presence-change.lua)
-- ARGV    tag (8 bytes)

if redis.call('HEXISTS', KEYS[1], '.') == 0 then
  local now = redis.call('TIME')
  redis.call('HSET', KEYS[1], '.', struct.pack('>I8', now[1] * 1000000 + now[2]) .. ARGV[1])
  redis.call('EXPIRE', KEYS[1], 120)
end
return redis.call('HGETALL', KEYS[1])
