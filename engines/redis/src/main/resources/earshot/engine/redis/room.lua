-- What every script of the history begins with: epochs, rooms, entries.
--
-- Of a room, below its partition (earshot:{17}:):
--   log:<room>    stream; the entries, each in field e; the id is <epoch>-<offset minus 1>
--   blank:<room>  sorted set, all scores 0; entries of deleted messages: <padded id>:<what remains of the entry>
--   ids:<room>    hash; message id -> place[,edit,edit…]; a deleted one has an x before its place
--   now:<room>    hash; message id -> what is no longer as it was said: \1 <edited, 8 bytes> <pinned, 8 bytes> [content, unless deleted]
--   room:<room>   hash; e epoch, n messages shown, b bytes, l time of the newest message, k how much is kept, t the last entry that was trimmed,
--                 o time of the oldest entry, x there because nothing is kept: expires; with an archive: a the last entry that is settled there,
--                 w whole: nothing of the room was ever anywhere else
--   changes:<room>  sorted set, all scores 0; padded ids of edits, deletions and pinnings that are not settled in the archive
--   keys:<room>:<generation>  hash; idempotency key -> id|time; expires
-- and of a partition: epoch (hash: epoch, replid, known: the archive has no room that is not known here), rooms and unarchived (sorted sets, all
-- scores 0).
--
-- An entry: \1 <kind> <flags> <head length, 4 bytes> <time, 8 bytes> <length of message id, 2 bytes> <message id> … (see EntryCodec)

local POSTED, EDITED, DELETED, PINNED, UNPINNED = 1, 2, 3, 4, 5
local NEVER = '\0\0\0\0\0\0\0\0'
local UNUSED_SECONDS = 86400
local MAX_EDITS = 64

-- Whole numbers as text; tostring turns to exponents beyond 14 digits.
local function text(n)
  return string.format('%.0f', n)
end

local function now_millis()
  local t = redis.call('TIME')
  return tonumber(t[1]) * 1000 + math.floor(tonumber(t[2]) / 1000)
end

local function parts(id)
  local e, s = string.match(id, '^(%d+)%-(%d+)$')
  return tonumber(e), tonumber(s)
end

-- Sorts as the id does.
local function padded(id)
  local e, s = parts(id)
  return string.format('%016.0f-%016.0f', e, s)
end

local function id_of(member)
  local e, s = string.match(member, '^0*(%d+)%-0*(%d+):')
  return e .. '-' .. s
end

local function is_after(id, other)
  local e, s = parts(id)
  local oe, os = parts(other)
  return e > oe or (e == oe and s > os)
end

-- This server as one that has lost nothing since it began: a promoted replica and a restarted server have another one.
local replid
-- What was found out in this call, by partition.
local epochs = {}

-- The epoch of all rooms of a partition: begins anew when the server is another than the one that began it.
local function partition_epoch(partition)
  if epochs[partition] then return epochs[partition] end
  if not replid then
    replid = string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)') or ''
  end
  local known = redis.call('HMGET', partition .. 'epoch', 'epoch', 'replid')
  local epoch = tonumber(known[1] or 0)
  if known[2] ~= replid then
    epoch = math.max(epoch + 1, now_millis())
    redis.call('HSET', partition .. 'epoch', 'epoch', text(epoch), 'replid', replid)
    redis.call('HDEL', partition .. 'epoch', 'known')
  end
  epochs[partition] = epoch
  return epoch
end

-- known: the newest place of this room that the asking node has seen, or ''.
local KEYS_OF =
  {log = 'log:', blank = 'blank:', ids = 'ids:', now = 'now:', meta = 'room:', feed = 'feed:', changes = 'changes:'}

-- A room's keys are made when they are used.
local with_keys = {
  __index = function(room, name)
    local kind = KEYS_OF[name]
    if not kind then return nil end
    local key = room.partition .. kind .. room.name
    rawset(room, name, key)
    return key
  end,
}

local function find_room(partition, name, known)
  local room = setmetatable({partition = partition, name = name}, with_keys)
  if known ~= '' then room.known = known end
  local m = redis.call('HMGET', room.meta, 'e', 'n', 'b', 'k', 't', 'o', 'x', 'a')
  room.stored = m[1] and tonumber(m[1])
  room.count, room.bytes = tonumber(m[2] or 0), tonumber(m[3] or 0)
  room.kept, room.trimmed, room.oldest = m[4], m[5], m[6]
  room.was_kept, room.was_trimmed, room.was_oldest = m[4], m[5], m[6]
  room.expires, room.listed, room.archived = m[7], m[2], m[8]
  local base = partition_epoch(partition)
  -- A room that is not known here may have been, before it was dropped: its places must not come again.
  room.epoch = math.max(base, room.stored or now_millis())
  return room
end

-- A new epoch of one room: what its log was, it may no longer be.
local function begin_epoch(room)
  local known = room.known and parts(room.known) or 0
  room.epoch = math.max(room.epoch + 1, known + 1, now_millis())
end

-- The id of the newest entry; nil: there never was one.
local function last_id(room)
  local last = redis.call('XREVRANGE', room.log, '+', '-', 'COUNT', 1)[1]
  if last then return last[1] end
  if redis.call('EXISTS', room.log) == 0 then return nil end
  local info = redis.call('XINFO', 'STREAM', room.log)
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then return info[i + 1] end
  end
end

-- Looks whether the log has gone back behind what the asking node has seen of it. Returns the top: epoch and offset.
local function settle(room)
  local last = last_id(room)
  if last then
    local e = parts(last)
    if e > room.epoch then room.epoch = e + 1 end
  end
  if room.known then
    local e = parts(room.known)
    if e > room.epoch or (e == room.epoch and (not last or is_after(room.known, last))) then begin_epoch(room) end
  end
  local offset = 0
  if last then
    local e, s = parts(last)
    if e == room.epoch then offset = s + 1 end
  end
  if room.epoch ~= room.stored then
    redis.call('HSET', room.meta, 'e', text(room.epoch))
    if not room.listed and not room.expires and not room.trimmed then
      redis.call('HSET', room.meta, 'x', 1)
      redis.call('EXPIRE', room.meta, 3600)
    end
    room.stored = room.epoch
  end
  return text(room.epoch), offset
end

-- Whether an archive stands behind the room: then Redis keeps a window of it, see trimming.lua.
local function has_archive(room)
  return room.kept and string.match(room.kept, '^%d+:%d+:%d+:%d+:%d+$') ~= nil
end

local function kind_of(entry)
  return string.byte(entry, 2)
end

local function message_of(entry)
  local high, low = string.byte(entry, 16, 17)
  return string.sub(entry, 18, 17 + high * 256 + low)
end

local function time_of(entry)
  return struct.unpack('>I8', entry, 8)
end

-- What remains of an entry when its message is deleted: everything but the content.
local function blanked(entry)
  local head = struct.unpack('>I4', entry, 4)
  return string.sub(entry, 1, 2) .. '\1' .. string.sub(entry, 4, head)
end

local function weight(entry)
  return #entry + 64
end

-- The entry at an id, as it is now; nil: it is gone.
local function entry_at(room, id)
  local found = redis.call('XRANGE', room.log, id, id)[1]
  if found then return found[2][2] end
  local low = padded(id)
  local member = redis.call('ZRANGEBYLEX', room.blank, '[' .. low .. ':', '(' .. low .. ';', 'LIMIT', 0, 1)[1]
  return member and string.sub(member, #low + 2)
end

-- Writes what has changed.
local function save(room)
  local fields = {'n', text(room.count), 'b', text(room.bytes)}
  local function put(name, value, before)
    if value and value ~= before then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  put('l', room.last)
  put('k', room.kept, room.was_kept)
  put('t', room.trimmed, room.was_trimmed)
  put('o', room.oldest, room.was_oldest)
  if room.epoch ~= room.stored then put('e', text(room.epoch)) end
  redis.call('HSET', room.meta, unpack(fields))
  if not room.listed then
    redis.call('ZADD', room.partition .. 'rooms', 0, room.name)
    room.listed = true
  end
  if room.expires then
    redis.call('HDEL', room.meta, 'x')
    redis.call('PERSIST', room.meta)
    redis.call('PERSIST', room.log)
    room.expires = nil
  end
end
