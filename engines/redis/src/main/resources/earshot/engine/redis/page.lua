#!lua flags=no-writes
-- Messages as they are now, in the order of their places. KEYS[1]: the partition's epoch key.
-- ARGV: partition, name, + or - (forward, backward), first id or '', message id or '', limit, how many entries to look at, 1 when there is an archive.
-- Answers the id to go on from or false when the end was reached, what seam.lua says (false without an archive, and backward before the end), then for each
-- message: id, entry, what changed or false.
-- A message id stands for the place beside it; an unknown one for the beginning (forward) or for nothing (backward).

local AT_ONCE = 200

local partition, name, forward = ARGV[1], ARGV[2], ARGV[3] == '+'
local from, message, limit, budget = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local room = look_at(partition, name)
local archive = ARGV[8] == '1'

if message ~= '' then
  local place = redis.call('HGET', room.ids, message)
  if place then from = '(' .. string.match(place, '^x?([^,]+)')
  elseif not forward then return {false, false} end
end
if from == '' then from = forward and '-' or '+' end

local found = {false, archive and forward and seam(room)}
local count = 0
while budget > 0 and count < limit do
  local some
  if forward then some = redis.call('XRANGE', room.log, from, '+', 'COUNT', AT_ONCE)
  else some = redis.call('XREVRANGE', room.log, from, '-', 'COUNT', AT_ONCE) end
  if #some == 0 then
    if archive and not forward then found[2] = seam(room) end
    return found
  end
  for _, entry in ipairs(some) do
    budget = budget - 1
    from = '(' .. entry[1]
    if kind_of(entry[2][2]) == POSTED then
      count = count + 1
      found[#found + 1] = entry[1]
      found[#found + 1] = entry[2][2]
      found[#found + 1] = redis.call('HGET', room.now, message_of(entry[2][2]))
      if count == limit then break end
    end
  end
end
found[1] = from
return found
