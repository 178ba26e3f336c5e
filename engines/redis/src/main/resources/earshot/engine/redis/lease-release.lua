#!lua
-- Gives a lease back, if it is still that one.
--
-- KEYS[1] the lease (see lease-acquire.lua)
-- KEYS[2] leases of its owner
-- ARGV    how it begins: owner (8 bytes), or owner and fencing number (16 bytes)

local held = redis.call('GET', KEYS[1])
if not held or held:sub(1, #ARGV[1]) ~= ARGV[1] then
  return {0}
end
redis.call('SREM', KEYS[2], KEYS[1])
return {redis.call('DEL', KEYS[1])}
