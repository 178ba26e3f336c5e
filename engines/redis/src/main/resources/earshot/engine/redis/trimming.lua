-- Keeps no more of a room than is to be kept. Needs room.lua.

local TRIM_AT_ONCE = 500

-- kept: messages:milliseconds:bytes, 0 for all of it.
local function limits(room)
  local n, age, bytes = string.match(room.kept or '', '^(%d+):(%d+):(%d+)$')
  return tonumber(n or 0), tonumber(age or 0), tonumber(bytes or 0)
end

-- The oldest entries after a place, blanked ones among them, in order.
local function oldest(room, after, count)
  local found = redis.call('XRANGE', room.log, after and ('(' .. after) or '-', '+', 'COUNT', count)
  local low = after and ('(' .. padded(after) .. ';') or '-'
  local gone = redis.call('ZRANGEBYLEX', room.blank, low, '+', 'LIMIT', 0, count)
  local merged = {}
  local i, j = 1, 1
  while #merged < count and (found[i] or gone[j]) do
    local id = gone[j] and id_of(gone[j])
    if found[i] and (not id or is_after(id, found[i][1])) then
      merged[#merged + 1] = {found[i][1], found[i][2][2], false}
      i = i + 1
    else
      merged[#merged + 1] = {id, string.match(gone[j], '^[%d%-]+:(.*)$'), true}
      j = j + 1
    end
  end
  return merged
end

-- slack: how many messages more than asked for do not matter yet; nil: a sixteenth of them. Returns how many entries went.
local function trim(room, now, slack)
  if not room.kept or room.kept == '0:0:0' then return 0 end
  local max, age, max_bytes = limits(room)
  slack = slack or math.floor(max / 16)
  local since = age > 0 and now - age or nil
  local function is_over(entry, more)
    return (max > 0 and room.count > max + more)
      or (max_bytes > 0 and room.bytes > max_bytes)
      or (since and entry < since)
  end
  if not is_over(tonumber(room.oldest or 0), slack) then return 0 end
  local removed, last, rest = 0, nil, nil
  -- Mostly it is one that goes for one that came.
  local count = 2
  while removed < TRIM_AT_ONCE and not rest do
    local some = oldest(room, last, count)
    count = 50
    if #some == 0 then break end
    for _, entry in ipairs(some) do
      if removed == TRIM_AT_ONCE or not is_over(time_of(entry[2]), 0) then
        rest = entry
        break
      end
      removed = removed + 1
      last = entry[1]
      room.bytes = room.bytes - weight(entry[2])
      if kind_of(entry[2]) == POSTED then
        local message = message_of(entry[2])
        redis.call('HDEL', room.ids, message)
        redis.call('HDEL', room.now, message)
        if not entry[3] then room.count = room.count - 1 end
      end
    end
  end
  if last then
    local e, s = parts(last)
    redis.call('XTRIM', room.log, 'MINID', text(e) .. '-' .. text(s + 1))
    redis.call('ZREMRANGEBYLEX', room.blank, '-', '(' .. padded(last) .. ';')
    room.trimmed = last
  end
  if not rest then rest = oldest(room, last, 1)[1] end
  room.oldest = rest and text(time_of(rest[2])) or '0'
  return removed
end

-- After a trim that may have left nothing: such a room is forgotten after a day.
local function let_go(room)
  if redis.call('XLEN', room.log) > 0 then return end
  redis.call('ZREM', room.partition .. 'rooms', room.name)
  redis.call('HDEL', room.meta, 'n')
  redis.call('HSET', room.meta, 'x', 1)
  redis.call('DEL', room.ids, room.now, room.blank)
  redis.call('EXPIRE', room.meta, UNUSED_SECONDS)
  redis.call('EXPIRE', room.log, UNUSED_SECONDS)
end
