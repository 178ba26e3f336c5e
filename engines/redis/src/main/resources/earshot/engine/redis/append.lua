#!lua flags=
-- Appends what one flush has for one partition (on a single server: for several). KEYS[1] is the partition's epoch key, for its slot.
-- ARGV: PUBLISH or SPUBLISH, now, then for each room: partition, name, known, kept, number of entries, then for each entry: entry, idempotency key or '',
-- and where the message that it changes lies in the archive, or ''.
-- Answers for each entry: its id; or {id, entry or false} when its key was known; or 1: the id is taken; or 2: there is no such message.

local CONFLICT, NOT_FOUND = 1, 2
local KEY_MILLIS = 300000
local KEY_SECONDS = 660
local MAX_FEED_BYTES = 262144

local publish, now = ARGV[1], tonumber(ARGV[2])
local generation = math.floor(now / KEY_MILLIS)

local function known_key(room, key)
  local value = redis.call('HGET', room.partition .. 'keys:' .. room.name .. ':' .. text(generation), key)
    or redis.call('HGET', room.partition .. 'keys:' .. room.name .. ':' .. text(generation - 1), key)
  if not value then return nil end
  local id, at = string.match(value, '^(.*)|(%d+)$')
  if now - tonumber(at) >= KEY_MILLIS then return nil end
  return {id, entry_at(room, id) or false}
end

local function remember_key(room, key, id)
  local name = room.partition .. 'keys:' .. room.name .. ':' .. text(generation)
  redis.call('HSET', name, key, id .. '|' .. text(now))
  redis.call('EXPIRE', name, KEY_SECONDS)
end

-- The log decides the place. When it would be one that the asking node has seen taken, the log has gone back: a new epoch. What follows in the same call
-- follows in the log.
local function add(room, entry)
  room.prefix = room.prefix or text(room.epoch) .. '-*'
  local id = redis.pcall('XADD', room.log, room.prefix, 'e', entry)
  if type(id) == 'table' or (room.known and not is_after(id, room.known)) then
    if type(id) ~= 'table' then redis.call('XDEL', room.log, id) end
    local last = last_id(room)
    if last and (not room.known or is_after(last, room.known)) then room.known = last end
    begin_epoch(room)
    room.prefix = text(room.epoch) .. '-*'
    id = redis.call('XADD', room.log, room.prefix, 'e', entry)
  end
  room.known = nil
  room.bytes = room.bytes + weight(entry)
  if not room.oldest or room.oldest == '0' then room.oldest = text(time_of(entry)) end
  return id
end

local function blank(room, id)
  local found = redis.call('XRANGE', room.log, id, id)[1]
  if not found then return end
  local entry = found[2][2]
  local rest = blanked(entry)
  redis.call('XDEL', room.log, id)
  redis.call('ZADD', room.blank, 0, padded(id) .. ':' .. rest)
  room.bytes = room.bytes - weight(entry) + weight(rest)
end

local change = {}

change[POSTED] = function(room, entry, message, _, id)
  redis.call('HSET', room.ids, message, id)
  room.count = room.count + 1
  room.newest = entry
end

-- Of a message that lies in the archive only, just what is left here is kept up: how it is now is for the archive to tell.
local function is_away(room, place)
  return room.trimmed and not is_after(string.match(place, '^[^,]+'), room.trimmed)
end

local function now_edited(room, entry, message)
  local pinned = string.sub(redis.call('HGET', room.now, message) or '', 10, 17)
  if pinned == '' then pinned = NEVER end
  local head = struct.unpack('>I4', entry, 4)
  redis.call('HSET', room.now, message, '\1' .. string.sub(entry, 8, 15) .. pinned .. string.sub(entry, head + 1))
end

change[EDITED] = function(room, entry, message, place, id, away)
  if not away then now_edited(room, entry, message) end
  local said, oldest_edit, rest = string.match(place, '^([^,]+),([^,]+)(.*)$')
  local _, edits = string.gsub(place, ',', '')
  if edits >= MAX_EDITS then
    -- Whoever comes back after so many edits hears the later ones.
    blank(room, oldest_edit)
    place = said .. rest
  end
  redis.call('HSET', room.ids, message, place .. ',' .. id)
end

local function pin(at)
  return function(room, entry, message, _, _, away)
    if away then return end
    local before = redis.call('HGET', room.now, message)
    local edited = before and string.sub(before, 2, 9) or NEVER
    local content = before and string.sub(before, 18) or ''
    redis.call('HSET', room.now, message, '\1' .. edited .. at(entry) .. content)
  end
end

change[PINNED] = pin(function(entry) return string.sub(entry, 8, 15) end)
change[UNPINNED] = pin(function() return NEVER end)

change[DELETED] = function(room, _, message, place, _, away)
  for id in string.gmatch(place, '[^,]+') do blank(room, id) end
  redis.call('HSET', room.ids, message, 'x' .. string.match(place, '^[^,]+'))
  -- When it was edited remains.
  local before = redis.call('HGET', room.now, message)
  if before then redis.call('HSET', room.now, message, string.sub(before, 1, 9) .. NEVER) end
  if not away then room.count = room.count - 1 end
end

local function append(room, entry, key, archived, told)
  if key ~= '' then
    local first = known_key(room, key)
    if first then return first end
  end
  local kind, message = kind_of(entry), message_of(entry)
  local place = redis.call('HGET', room.ids, message)
  if kind == POSTED then
    if place then return CONFLICT end
  elseif not place and archived == '' or place and string.sub(place, 1, 1) == 'x' then
    return NOT_FOUND
  end
  local away = kind ~= POSTED and (not place or is_away(room, place))
  local id = add(room, entry)
  change[kind](room, entry, message, place or archived, id, away)
  if kind ~= POSTED and has_archive(room) then redis.call('ZADD', room.changes, 0, padded(id)) end
  if key ~= '' then remember_key(room, key, id) end
  told[#told + 1] = struct.pack('>I2', #id)
  told[#told + 1] = id
  told[#told + 1] = struct.pack('>I4', #entry)
  told[#told + 1] = entry
  return id
end

local function tell(room, told)
  local payload = '\1' .. table.concat(told)
  -- Redis cuts subscribers that are slower than their messages are large: these are read from the log.
  if #payload > MAX_FEED_BYTES then payload = '\2' end
  redis.call(publish, room.feed, payload)
end

local answers = {}
local i = 3
while i <= #ARGV do
  local room = find_room(ARGV[i], ARGV[i + 1], ARGV[i + 2])
  local kept = ARGV[i + 3]
  if kept ~= '' then room.kept = kept end
  local told = {}
  local count = tonumber(ARGV[i + 4])
  i = i + 5
  for _ = 1, count do
    answers[#answers + 1] = append(room, ARGV[i], ARGV[i + 1], ARGV[i + 2], told)
    i = i + 3
  end
  if #told > 0 then
    if room.newest then room.last = text(time_of(room.newest)) end
    if has_archive(room) then redis.call('ZADD', room.partition .. 'unarchived', 0, room.name) end
    trim(room, now, nil)
    save(room)
    tell(room, told)
  end
end
return answers
