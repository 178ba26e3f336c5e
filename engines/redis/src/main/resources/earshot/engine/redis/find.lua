#!lua flags=no-writes
-- A message as it is now. KEYS[1]: the partition's epoch key. ARGV: partition, name, message id. Answers nothing, or id, entry, what changed or false.

local room = {
  log = ARGV[1] .. 'log:' .. ARGV[2],
  blank = ARGV[1] .. 'blank:' .. ARGV[2],
}
local place = redis.call('HGET', ARGV[1] .. 'ids:' .. ARGV[2], ARGV[3])
if not place then return {} end
local id = string.match(place, '^x?([^,]+)')
local entry = entry_at(room, id)
if not entry then return {} end
return {id, entry, redis.call('HGET', ARGV[1] .. 'now:' .. ARGV[2], ARGV[3])}
