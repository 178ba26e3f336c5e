#!lua flags=no-writes
-- A room's presence in one piece, or only its place in its stream where the piece would be too large for one answer.
--
-- KEYS[1] the room (see presence-change.lua)
-- ARGV    how many fields an answer may have
--
-- Answers fields and values, or {'+', the place}.

if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then
  return {'+', redis.call('HGET', KEYS[1], '.')}
end
return redis.call('HGETALL', KEYS[1])
