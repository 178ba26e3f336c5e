#!lua flags=
-- Where a room's log stands. KEYS[1]: the partition's epoch key. ARGV: partition, name, known. Answers epoch, offset.
-- A room that nobody has written to is remembered for an hour, so that its first entry comes in the epoch that was told.

local room = find_room(ARGV[1], ARGV[2], ARGV[3])
local epoch, offset = settle(room)
return {epoch, offset}
