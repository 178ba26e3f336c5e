#!lua
-- A node was given up: its leases in one partition are free, and its sessions are gone from the rooms there, which are told so once. Run as often
-- as one likes; what was swept stays swept, and what the node may still send is refused.
--
-- KEYS[1] exists from now on: the node was given up
-- KEYS[2] rooms where the node had sessions
-- KEYS[3] leases that the node had
-- ARGV    publish command, owner (8 bytes), tag (8 bytes), milliseconds for which to remember that it was given up, most rooms at a time
--
-- Answers how many rooms are left. A message (see presence-change.lua) has one change: 'X' owner.

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

local function sweep(key)
  local mirror = redis.call('HGET', key, 'm')
  local all = redis.call('HGETALL', key)
  local gone, place = 0, nil
  for i = 1, #all, 2 do
    local field, value = all[i], all[i + 1]
    if field == '.' then
      place = value
    elseif field:sub(1, 1) == 's' and value:sub(1, 8) == owner then
      redis.call('HDEL', key, field)
      fewer(key, mirror, text(value, 9))
      gone = gone + 1
    end
  end
  if gone == 0 then
    return
  end
  local version = struct.pack('>I8', struct.unpack('>I8', place) + gone)
  redis.call('HSET', key, '.', version .. tag)
  redis.call(publish, key, place .. version .. tag .. struct.pack('>I4', gone) .. struct.pack('>I4', 9) .. 'X' .. owner)
  if redis.call('HLEN', key) <= (mirror and 2 or 1) then
    redis.call('EXPIRE', key, 120)
  end
end

for _, key in ipairs(redis.call('SPOP', KEYS[2], ARGV[5])) do
  sweep(key)
end
return {redis.call('SCARD', KEYS[2])}
