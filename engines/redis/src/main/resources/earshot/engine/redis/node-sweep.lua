#!lua
-- A node was given up: its leases in one partition are free, and its sessions are gone from the rooms there, which are told so. Run as often as one
-- likes: what was swept stays swept, so nobody hears of it twice, and what the node may still send is refused.
--
-- KEYS[1] exists from now on: the node was given up
-- KEYS[2] rooms where the node had sessions
-- KEYS[3] leases that the node had
-- ARGV    publish command, owner (8 bytes), tag (8 bytes), milliseconds for which to remember that it was given up, how many sessions to look at, and
--         where the last call stopped: room and cursor, or '' and '0'
--
-- Answers where to go on, room and cursor; or nothing when all is done. Messages are those of presence-change.lua, with a change 'L' for each session.

local publish, owner, tag = ARGV[1], ARGV[2], ARGV[3]
redis.call('SET', KEYS[1], '1', 'PX', ARGV[4])

for _, lease in ipairs(redis.call('SMEMBERS', KEYS[3])) do
  local value = redis.call('GET', lease)
  if value and value:sub(1, 8) == owner then
    redis.call('DEL', lease)
  end
end
redis.call('DEL', KEYS[3])

local function text(packed, at)
  local length = struct.unpack('>I4', packed, at)
  return packed:sub(at + 4, at + 3 + length)
end

local function fewer(key, mirror, user)
  local known = redis.call('HGET', key, 'u' .. user)
  if not known then
    return
  end
  local colon = known:find(':', 1, true)
  local count = tonumber(known:sub(1, colon - 1)) - 1
  if count > 0 then
    redis.call('HSET', key, 'u' .. user, count .. known:sub(colon))
  else
    redis.call('HDEL', key, 'u' .. user)
    if mirror then
      redis.call('SREM', mirror, user:sub(user:find('\0', 1, true) + 1))
    end
  end
end

local function tell(key, mirror, said)
  local place = redis.call('HGET', key, '.')
  local version = struct.pack('>I8', struct.unpack('>I8', place) + #said)
  redis.call('HSET', key, '.', version .. tag)
  redis.call(publish, key, place .. version .. tag .. struct.pack('>I4', #said) .. table.concat(said))
  if redis.call('HLEN', key) <= (mirror and 2 or 1) then
    redis.call('EXPIRE', key, 120)
  end
end

-- Sweeps about so many sessions of a room from a cursor on, and returns the next.
local function sweep(key, cursor, count)
  local mirror = redis.call('HGET', key, 'm')
  local scanned = redis.call('HSCAN', key, cursor, 'COUNT', count)
  local said = {}
  for i = 1, #scanned[2], 2 do
    local field, value = scanned[2][i], scanned[2][i + 1]
    if field:sub(1, 1) == 's' and value:sub(1, 8) == owner and redis.call('HDEL', key, field) == 1 then
      fewer(key, mirror, text(value, 9))
      said[#said + 1] = struct.pack('>I4', 17) .. 'L' .. field:sub(2)
    end
  end
  if #said > 0 then
    tell(key, mirror, said)
  end
  return scanned[1]
end

local left, key, cursor = tonumber(ARGV[5]), ARGV[6], ARGV[7]
while left > 0 do
  if key == '' then
    key = redis.call('SRANDMEMBER', KEYS[2])
    if not key then
      return {}
    end
  end
  local count = math.min(left, redis.call('HLEN', key) + 1)
  cursor = sweep(key, cursor, count)
  left = left - count
  if cursor == '0' then
    redis.call('SREM', KEYS[2], key)
    key = ''
  end
end
return {key, cursor}
