#!lua flags=
-- Up to where the archive has everything of a room: so far it may be trimmed. KEYS[1]: the partition's epoch key.
-- ARGV: partition, name, id or '' for nothing, now, 1 when it may be less than before. Answers how many entries went.

local room = find_room(ARGV[1], ARGV[2], '')
local id, back = ARGV[3], ARGV[5] == '1'
if not room.stored then return {0} end
if back and id == '' then
  redis.call('HDEL', room.meta, 'a')
  return {0}
end
if back or not room.archived or is_after(id, room.archived) then
  room.archived = id
  redis.call('HSET', room.meta, 'a', id)
  redis.call('ZREMRANGEBYLEX', room.changes, '-', '[' .. padded(id))
end
local last = last_id(room)
if last and not is_after(last, room.archived) then redis.call('ZREM', room.partition .. 'unarchived', room.name) end
local removed = trim(room, tonumber(ARGV[4]), nil, true)
if removed > 0 then
  save(room)
  let_go(room)
end
return {removed}
