#!lua flags=
-- Keeps of a room what is to be kept, now. KEYS[1]: the partition's epoch key. ARGV: partition, name, now, kept or ''. Answers how many entries went.

local room = find_room(ARGV[1], ARGV[2], '')
if not room.stored then return {0} end
if ARGV[4] ~= '' then room.kept = ARGV[4] end
local removed = trim(room, tonumber(ARGV[3]), 0)
if removed > 0 then
  save(room)
  let_go(room)
end
return {removed}
