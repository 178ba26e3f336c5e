#!lua
-- A node that was given up is swept from every partition: nobody needs to think of it any more.
--
-- KEYS[1] who they are (see node-beat.lua)
-- KEYS[2] those who were given up
-- ARGV    id

redis.call('HDEL', KEYS[1], ARGV[1])
return {redis.call('ZREM', KEYS[2], ARGV[1])}
