#!lua flags=
-- Entries from an id on. KEYS[1]: the partition's epoch key. ARGV: partition, name, known, first id, limit, 1 when there is an archive.
-- Answers epoch and offset of the top, the last id that was trimmed or false, {id, entry, …} that are whole, {id, entry, …} that are blanked, and what
-- seam.lua says when the archive may have some of it.

local room = find_room(ARGV[1], ARGV[2], ARGV[3])
local epoch, offset = settle(room)
local from, limit = ARGV[4], tonumber(ARGV[5])
local whole, gone = {}, {}
for _, entry in ipairs(redis.call('XRANGE', room.log, from, '+', 'COUNT', limit)) do
  whole[#whole + 1] = entry[1]
  whole[#whole + 1] = entry[2][2]
end
for _, member in ipairs(redis.call('ZRANGEBYLEX', room.blank, '[' .. padded(from), '+', 'LIMIT', 0, limit)) do
  gone[#gone + 1] = id_of(member)
  gone[#gone + 1] = string.match(member, '^[%d%-]+:(.*)$')
end
local answer = {epoch, offset, room.trimmed or false, whole, gone}
if ARGV[6] == '1' and not (room.trimmed and is_after(from, room.trimmed)) then answer[6] = seam(room) end
return answer
