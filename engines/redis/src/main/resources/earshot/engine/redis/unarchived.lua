#!lua flags=
-- What a partition has for its archivist. KEYS[1]: the partition's epoch key. ARGV: partition, how many rooms.
-- Answers the epoch, 1 when all rooms of the archive are known here, and rooms that have entries which are not settled.

local partition = ARGV[1]
local epoch = partition_epoch(partition)
local known = redis.call('HGET', partition .. 'epoch', 'known') == '1'
local rooms = redis.call('ZRANGE', partition .. 'unarchived', 0, tonumber(ARGV[2]) - 1)
return {text(epoch), known and 1 or 0, unpack(rooms)}
