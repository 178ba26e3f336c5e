-- Names order by code point, as they do everywhere else in Earshot.
-- epoch and pos of a room: up to where it is settled, so that no entry before is missing. pos counts from 1 in each epoch.
CREATE TABLE earshot.room (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  realm TEXT COLLATE "C" NOT NULL,
  tenant TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  epoch BIGINT NOT NULL DEFAULT 0,
  pos BIGINT NOT NULL DEFAULT 0,
  messages BIGINT NOT NULL DEFAULT 0,
  last_at BIGINT NOT NULL DEFAULT 0,
  oldest_at BIGINT NOT NULL DEFAULT 0,
  max_messages BIGINT,
  max_age_millis BIGINT,
  max_bytes BIGINT,
  UNIQUE (realm, tenant, name)
);

-- Rooms whose messages grow too old.
CREATE INDEX room_ageing ON earshot.room (oldest_at) WHERE max_age_millis IS NOT NULL AND oldest_at > 0;

-- The log. kind: 0 posted, 1 edited, 2 deleted, 3 pinned, 4 unpinned. blank: its message was deleted, and nothing of what it said is here.
-- said_at is Unix time in milliseconds. In text, U+0001 and a digit stand for U+0000 and U+0001, which PostgreSQL has no place for.
CREATE TABLE earshot.entry (
  room INTEGER NOT NULL,
  epoch BIGINT NOT NULL,
  pos BIGINT NOT NULL,
  kind SMALLINT NOT NULL,
  blank BOOLEAN NOT NULL,
  said_at BIGINT NOT NULL,
  message TEXT COLLATE "C" NOT NULL,
  author_realm TEXT NOT NULL,
  author TEXT NOT NULL,
  author_name TEXT NOT NULL,
  avatar TEXT,
  attributes TEXT NOT NULL,
  reply_to TEXT,
  content TEXT NOT NULL,
  html TEXT,
  body_dialect TEXT,
  body_type TEXT,
  body BYTEA,
  PRIMARY KEY (room, epoch, pos)
);

-- A message and its changes, in order.
CREATE INDEX entry_message ON earshot.entry (room, message, epoch, pos);

-- Pages of messages, however many changes lie between them.
CREATE INDEX entry_shown ON earshot.entry (room, epoch, pos) WHERE kind = 0 AND NOT blank;
