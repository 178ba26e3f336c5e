#!lua
-- Who types, for readers that are not ours: a sorted set, score: Unix time in ms. Nothing of it stays when nobody types.
--
-- KEYS[1] the sorted set
-- ARGV    '1' typing or '0' stopped, user, now (ms), how long a typist counts (ms)

redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3] - ARGV[4])
if ARGV[1] == '1' then
  redis.call('ZADD', KEYS[1], ARGV[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
else
  redis.call('ZREM', KEYS[1], ARGV[2])
end
return {1}
