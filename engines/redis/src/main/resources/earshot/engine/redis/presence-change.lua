#!lua
-- What one node changed in rooms of one partition since its last call: stored, counted and told to whoever follows the rooms, all or nothing.
--
-- KEYS[1] exists when the caller was given up: then nothing happens, and it answers {-1}; else {0, the place of each room's stream}.
-- KEYS[2] rooms where the caller has sessions: what has to be swept when it dies.
-- KEYS[3..] rooms. A room's channel has the name of its key.
-- ARGV    publish command, owner (8 bytes), tag (8 bytes); then per room: mirror key or '', whether the owner has sessions there ('1', '0'),
--         number of changes, and the changes.
--
-- A room is a hash.  '.'        version and tag: the place in the room's stream. The tag is of the call that made it, so that a stream which went
--                               back and then on (a failover) is never taken for the one that a follower knows.
--                    'm'        the key of the mirror, if there is one
--                    's' session (16 bytes)  owner (8 bytes), length of user (4 bytes), user, and what else there is to say
--                    'u' user   number of sessions ':' status
-- A change is        'E' session, value as above, with length of status (4 bytes) and status behind the user
--                    'L' session
--                    'S' length of user (4 bytes), user, status
-- A message is       version and tag before, tag after, number of versions (4 bytes); then the changes, each with its length (4 bytes).

if redis.call('EXISTS', KEYS[1]) == 1 then
  return {-1}
end

local publish, owner, tag = ARGV[1], ARGV[2], ARGV[3]
local EMPTY = string.rep('\0', 16)
local FORGET_SECONDS = 120

local function text(packed, at)
  local length = struct.unpack('>I4', packed, at)
  return packed:sub(at + 4, at + 3 + length), at + 4 + length
end

local function member(user)
  return user:sub(user:find('\0', 1, true) + 1)
end

local function more(key, mirror, user, status)
  local known = redis.call('HGET', key, 'u' .. user)
  if known then
    local colon = known:find(':', 1, true)
    redis.call('HSET', key, 'u' .. user, (tonumber(known:sub(1, colon - 1)) + 1) .. known:sub(colon))
  else
    redis.call('HSET', key, 'u' .. user, '1:' .. status)
    if mirror ~= '' then
      redis.call('SADD', mirror, member(user))
    end
  end
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
    if mirror ~= '' then
      redis.call('SREM', mirror, member(user))
    end
  end
end

local function enter(key, mirror, change)
  local field = 's' .. change:sub(2, 17)
  local value = change:sub(18)
  local user, at = text(value, 9)
  local status = text(value, at)
  local before = redis.call('HGET', key, field)
  local was = before and text(before, 9)
  if was == user then
    if redis.call('HGET', key, 'u' .. user):match('^1:') then
      redis.call('HSET', key, 'u' .. user, '1:' .. status)
    end
  else
    if was then
      fewer(key, mirror, was)
    end
    more(key, mirror, user, status)
  end
  redis.call('HSET', key, field, value)
  return true
end

local function leave(key, mirror, change)
  local field = 's' .. change:sub(2, 17)
  local before = redis.call('HGET', key, field)
  if not before then
    return false
  end
  redis.call('HDEL', key, field)
  fewer(key, mirror, (text(before, 9)))
  return true
end

local function set(key, change)
  local user, at = text(change, 2)
  local status = change:sub(at)
  local known = redis.call('HGET', key, 'u' .. user)
  if not known then
    return false
  end
  local colon = known:find(':', 1, true)
  if known:sub(colon + 1) == status then
    return false
  end
  redis.call('HSET', key, 'u' .. user, known:sub(1, colon) .. status)
  return true
end

local function apply(key, mirror, change)
  local op = change:sub(1, 1)
  if op == 'E' then
    return enter(key, mirror, change)
  elseif op == 'L' then
    return leave(key, mirror, change)
  else
    return set(key, change)
  end
end

-- Versions begin with the time, so that they go on upwards when everything before was lost.
local function place(key)
  local at = redis.call('HGET', key, '.')
  if at then
    return at, struct.unpack('>I8', at)
  end
  local now = redis.call('TIME')
  return EMPTY, now[1] * 1000000 + now[2]
end

local function tell(key, mirror, said)
  local before, version = place(key)
  local versions = #said / 2
  redis.call('HSET', key, '.', struct.pack('>I8', version + versions) .. tag)
  if mirror ~= '' then
    redis.call('HSETNX', key, 'm', mirror)
  end
  redis.call(publish, key, before .. struct.pack('>I8', version + versions) .. tag .. struct.pack('>I4', versions) .. table.concat(said))
end

local places, at = {0}, 4
for r = 3, #KEYS do
  local key, mirror, here, changes = KEYS[r], ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local said = {}
  for c = at + 3, at + 2 + changes do
    if apply(key, mirror, ARGV[c]) then
      said[#said + 1] = struct.pack('>I4', #ARGV[c])
      said[#said + 1] = ARGV[c]
    end
  end
  at = at + 3 + changes
  if #said > 0 then
    tell(key, mirror, said)
    local meta = mirror == '' and 1 or 2
    if redis.call('HLEN', key) <= meta then
      redis.call('EXPIRE', key, FORGET_SECONDS)
    else
      redis.call('PERSIST', key)
    end
  end
  places[r - 1] = redis.call('HGET', key, '.') or EMPTY
  redis.call(here == '1' and 'SADD' or 'SREM', KEYS[2], key)
end
return places
