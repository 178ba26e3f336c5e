#!lua flags=
-- All rooms of the archive are known in a partition, as of an epoch. KEYS[1]: the partition's epoch key. ARGV: partition, epoch.

if text(partition_epoch(ARGV[1])) == ARGV[2] then redis.call('HSET', ARGV[1] .. 'epoch', 'known', 1) end
return {}
