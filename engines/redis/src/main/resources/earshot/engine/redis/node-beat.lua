#!lua
-- The heartbeat of a node, and who is alive. A node that was given up does not come back to life: it is told so, and goes on as another.
--
-- KEYS[1] the living: sorted set of ids (8 bytes), score: when they are given up, ms
-- KEYS[2] who they are: hash of id to name, address and 'ended' or '', each with its length (2 bytes) before it; '.' to the last heartbeat of anybody
-- KEYS[3] those who were given up: sorted set of ids, score: when somebody else shall begin to sweep, ms
-- ARGV    'start', 'beat' or 'end'; id, who it is as in KEYS[2], its name; for how long a heartbeat counts, for how long those are waited for who
--         ended or whose node began anew, and how long a sweeper may take: ms; then ids that were met in a room though nobody knows them
--
-- Answers {1, ids that the caller shall sweep, ids of the living, who is who}, or {0}: the caller was given up.

local what, id, who, name = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local ttl, back, sweep = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- When nobody was heard it was not their silence but ours: everybody gets another chance.
local last = tonumber(redis.call('HGET', KEYS[2], '.') or now)
if now - last > ttl / 2 then
  for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    redis.call('ZADD', KEYS[1], 'GT', now + ttl, other)
  end
end
redis.call('HSET', KEYS[2], '.', now)

local function named(packed)
  local length = struct.unpack('>I2', packed)
  return packed:sub(3, 2 + length), packed:sub(3 + length)
end

if what == 'start' then
  for _, other in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local known = redis.call('HGET', KEYS[2], other)
    if known and other ~= id and named(known) == name then
      local _, rest = named(known)
      local address = named(rest)
      redis.call('ZADD', KEYS[1], 'GT', now + back, other)
      redis.call('HSET', KEYS[2], other, struct.pack('>I2', #name) .. name .. struct.pack('>I2', #address) .. address .. struct.pack('>I2', 5) .. 'ended')
    end
  end
elseif not redis.call('ZSCORE', KEYS[1], id) then
  return {0}
end
redis.call('ZADD', KEYS[1], now + (what == 'end' and back or ttl), id)
redis.call('HSET', KEYS[2], id, who)

for _, dead in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now)) do
  redis.call('ZREM', KEYS[1], dead)
  redis.call('ZADD', KEYS[3], now, dead)
end
for i = 8, #ARGV do
  if not redis.call('ZSCORE', KEYS[1], ARGV[i]) and not redis.call('ZSCORE', KEYS[3], ARGV[i]) then
    redis.call('ZADD', KEYS[3], now, ARGV[i])
  end
end
local jobs = redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now, 'LIMIT', 0, 4)
if what == 'end' then
  jobs = {}
end
for _, dead in ipairs(jobs) do
  redis.call('ZADD', KEYS[3], now + sweep, dead)
end
return {1, jobs, redis.call('ZRANGE', KEYS[1], 0, -1), redis.call('HGETALL', KEYS[2])}
