#!lua flags=
-- How far a room is settled in the archive. KEYS[1]: the partition's epoch key. ARGV: partition, name.
-- Answers the last entry that is settled, the newest one, how much is kept, and the time of the oldest that is not settled, each false when there is none;
-- nothing when there is nothing to do.

local room = find_room(ARGV[1], ARGV[2], '')
local last = room.stored and has_archive(room) and last_id(room)
if not last or (room.archived and not is_after(last, room.archived)) then
  redis.call('ZREM', room.partition .. 'unarchived', room.name)
  return {}
end
local next = oldest(room, room.archived, 1)[1]
return {room.archived or false, last, room.kept, next and text(time_of(next[2])) or false}
