#!lua flags=no-writes
-- A message as it is now. KEYS[1]: the partition's epoch key. ARGV: partition, name, message id, 1 when there is an archive.
-- Answers id, entry, what changed or false; when it is not here nothing, or what seam.lua says.

local room = look_at(ARGV[1], ARGV[2])
local place = redis.call('HGET', room.ids, ARGV[3])
local id = place and string.match(place, '^x?([^,]+)')
local entry = id and entry_at(room, id)
if entry then return {id, entry, redis.call('HGET', room.now, ARGV[3])} end
return ARGV[4] == '1' and seam(room) or {}
