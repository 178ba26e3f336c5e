#!lua flags=
-- Keeps what the archive said of a room that nobody was sure of. KEYS[1]: the partition's epoch key.
-- ARGV: partition, name, 1 when the archive knows the room. Answers the last entry that is in the archive only, or false.

local room = find_room(ARGV[1], ARGV[2], '')
if room.trimmed then return {room.trimmed} end
if ARGV[3] ~= '1' then
  if room.stored then redis.call('HSET', room.meta, 'w', 1) end
  return {false}
end
local first = oldest(room, nil, 1)[1]
local e, s = room.epoch, 0
if first then e, s = parts(first[1]) end
-- What lies before the first that is here. The highest place of an epoch stands for all of it.
if s > 0 then s = s - 1 else e, s = e - 1, 9007199254740991 end
local before = text(e) .. '-' .. text(s)
redis.call('HSET', room.meta, 'e', text(room.epoch), 't', before)
redis.call('HDEL', room.meta, 'w', 'x')
redis.call('PERSIST', room.meta)
redis.call('PERSIST', room.log)
return {before}
