#!lua
-- Writes a record anew, or forgets it, if it is still its owner's.
--
-- KEYS[1] the record: owner (8 bytes), then what it holds
-- ARGV    owner, how long to keep it in milliseconds, the whole record; without a record: forget it

local held = redis.call('GET', KEYS[1])
if not held or held:sub(1, 8) ~= ARGV[1] then
  return {0}
end
if ARGV[3] then
  redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[2])
else
  redis.call('DEL', KEYS[1])
end
return {1}
