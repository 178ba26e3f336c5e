#!lua
-- Takes a lease when nobody has it.
--
-- KEYS[1] exists when the caller was given up
-- KEYS[2] the lease: owner (8 bytes), fencing number (8 bytes), who the owner is
-- KEYS[3] the highest fencing number of the partition
-- KEYS[4] leases of the caller
-- ARGV    owner (8 bytes), who it is
--
-- Answers {1, the lease} when it is the caller's now, {0, the lease} when somebody has it, {-1} when the caller was given up.

if redis.call('EXISTS', KEYS[1]) == 1 then
  return {-1}
end
local held = redis.call('GET', KEYS[2])
if held then
  return {0, held}
end
-- Numbers begin with the time, so that they go on upwards when everything before was lost.
local now = redis.call('TIME')
local fence = math.max(tonumber(redis.call('GET', KEYS[3]) or 0) + 1, now[1] * 1000000 + now[2])
redis.call('SET', KEYS[3], string.format('%.0f', fence))
local lease = ARGV[1] .. struct.pack('>I8', fence) .. ARGV[2]
redis.call('SET', KEYS[2], lease)
redis.call('SADD', KEYS[4], KEYS[2])
return {1, lease}
