-- Where Redis ends and the archive begins. Needs room.lua. Only reads.

local MAX_CHANGES = 1000

-- Whether the archive has no room that this partition does not know: nothing was lost since that was looked up.
local function is_known(partition)
  local said = redis.call('HMGET', partition .. 'epoch', 'known', 'replid')
  return said[1] == '1' and said[2] == string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
end

-- A room of a script that changes nothing.
local function look_at(partition, name)
  local room = setmetatable({partition = partition, name = name}, with_keys)
  local m = redis.call('HMGET', room.meta, 't', 'k')
  room.trimmed, room.kept = m[1], m[2]
  return room
end

-- Answers the last entry that is in the archive only, or false; 1 when that is sure, 0 when the archive must be asked whether it has anything; the changes that
-- the archive may not have: {id, entry, …}; 1 when there are more of them.
local function seam(room)
  -- What is not archived and was trimmed is nowhere.
  if room.kept and not has_archive(room) then return {false, 1, {}, 0} end
  local sure = room.trimmed or redis.call('HGET', room.meta, 'w') == '1' or is_known(room.partition)
  local changes = {}
  local ids = redis.call('ZRANGEBYLEX', room.changes, '-', '+', 'LIMIT', 0, MAX_CHANGES + 1)
  for i = 1, math.min(#ids, MAX_CHANGES) do
    local id = id_of(ids[i] .. ':')
    local entry = entry_at(room, id)
    if entry then
      changes[#changes + 1] = id
      changes[#changes + 1] = entry
    end
  end
  return {room.trimmed or false, sure and 1 or 0, changes, #ids > MAX_CHANGES and 1 or 0}
end
