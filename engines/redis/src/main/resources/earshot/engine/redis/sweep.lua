#!lua flags=
-- Trims rooms of a partition that keep more than they should: those that nobody writes to any more. KEYS[1]: the partition's epoch key.
-- ARGV: partition, now, name to go on after or '', how many rooms to look at. Answers the name to go on after, or '' at the end.
-- Whoever comes first in a minute sweeps a partition, for all nodes.

local partition, now, after = ARGV[1], tonumber(ARGV[2]), ARGV[3]
if after == '' and not redis.call('SET', partition .. 'swept', 1, 'NX', 'EX', 50) then return {''} end

local names = redis.call('ZRANGEBYLEX', partition .. 'rooms', after == '' and '-' or ('(' .. after), '+', 'LIMIT', 0, ARGV[4])
for _, name in ipairs(names) do
  local room = find_room(partition, name, '')
  if room.stored and trim(room, now, 0) > 0 then
    save(room)
    let_go(room)
  end
end
return {#names < tonumber(ARGV[4]) and '' or names[#names]}
