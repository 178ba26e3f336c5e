-- Keeps no more of a room than is to be kept. Needs room.lua.

local TRIM_AT_ONCE = 500

-- The smaller of two limits, of which 0 is none.
local function least(one, other)
  one, other = tonumber(one or 0), tonumber(other or 0)
  if one == 0 or (other > 0 and other < one) then return other end
  return one
end

-- kept: messages:milliseconds:bytes, 0 for all of it; where there is an archive, then messages:milliseconds of the window that is kept here.
local function limits(room)
  local n, age, bytes, rest = string.match(room.kept or '', '^(%d+):(%d+):(%d+)(.*)$')
  local window, window_age = string.match(rest or '', '^:(%d+):(%d+)$')
  return least(n, window), least(age, window_age), tonumber(bytes or 0)
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

-- A change of a message that was trimmed before goes: nobody needs to know of the message any more.
local function forget_changed(room, kind, message, id)
  local place = redis.call('HGET', room.ids, message)
  if not place then return end
  local said = string.match(place, '^x?([^,]+)')
  local last = kind == DELETED and string.sub(place, 1, 1) == 'x' and is_after(id, said)
  if last or string.match(place, ',([^,]+)$') == id then redis.call('HDEL', room.ids, message) end
end

-- A message goes. Where there is an archive it can still be changed, and its edits that stay must be found by its deletion.
local function forget_message(room, message)
  redis.call('HDEL', room.now, message)
  local place = has_archive(room) and redis.call('HGET', room.ids, message)
  if not place or string.sub(place, 1, 1) == 'x' or not string.find(place, ',', 1, true) then
    redis.call('HDEL', room.ids, message)
  end
end

-- slack: how many messages more than asked for do not matter yet; nil: a sixteenth of them. Returns how many entries went.
-- Where there is an archive nothing goes that is not settled there; old_epochs: what was said before the room's last epoch goes as well, because the archive
-- may have more of it than is left here.
local function trim(room, now, slack, old_epochs)
  if not room.kept or room.kept == '0:0:0' then return 0 end
  local archive = has_archive(room)
  if archive and not room.archived then return 0 end
  local max, age, max_bytes = limits(room)
  slack = slack or math.floor(max / 16)
  local since = age > 0 and now - age or nil
  local function must_stay(id)
    return archive and is_after(id, room.archived)
  end
  local function is_old(id)
    return old_epochs and parts(id) < room.epoch
  end
  local function is_over(entry, more)
    return (max > 0 and room.count > max + more)
      or (max_bytes > 0 and room.bytes > max_bytes)
      or (since and entry < since)
  end
  if not old_epochs and not is_over(tonumber(room.oldest or 0), slack) then return 0 end
  local removed, last, rest = 0, nil, nil
  -- Mostly it is one that goes for one that came.
  local count = 2
  while removed < TRIM_AT_ONCE and not rest do
    local some = oldest(room, last, count)
    count = 50
    if #some == 0 then break end
    for _, entry in ipairs(some) do
      if removed == TRIM_AT_ONCE or must_stay(entry[1])
        or not (is_old(entry[1]) or is_over(time_of(entry[2]), 0)) then
        rest = entry
        break
      end
      removed = removed + 1
      last = entry[1]
      room.bytes = room.bytes - weight(entry[2])
      local kind, message = kind_of(entry[2]), message_of(entry[2])
      if kind == POSTED then
        forget_message(room, message)
        if not entry[3] then room.count = room.count - 1 end
      elseif archive then
        forget_changed(room, kind, message, entry[1])
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
  if last and archive then
    -- Of an epoch that is gone from here, the archive may have more than was here: the highest place stands for all of it.
    local e, first = parts(last), rest and parts(rest[1]) or room.epoch
    if e < first then room.trimmed = text(first - 1) .. '-9007199254740991' end
  end
  room.oldest = rest and text(time_of(rest[2])) or '0'
  return removed
end

-- After a trim that may have left nothing: such a room is forgotten after a day. One that lies in the archive is not, or it would be taken for a new one.
local function let_go(room)
  if redis.call('XLEN', room.log) > 0 then return end
  redis.call('ZREM', room.partition .. 'rooms', room.name)
  redis.call('HDEL', room.meta, 'n')
  local age = string.match(room.kept or '', '^%d+:(%d+)')
  if has_archive(room) and age == '0' then return end
  redis.call('HSET', room.meta, 'x', 1)
  redis.call('DEL', room.ids, room.now, room.blank)
  redis.call('EXPIRE', room.meta, UNUSED_SECONDS)
  redis.call('EXPIRE', room.log, UNUSED_SECONDS)
end
