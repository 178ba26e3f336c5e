CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE room (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  top INTEGER NOT NULL DEFAULT 0,
  messages INTEGER NOT NULL DEFAULT 0,
  bytes INTEGER NOT NULL DEFAULT 0,
  oldest_at INTEGER NOT NULL DEFAULT 0,
  last_at INTEGER NOT NULL DEFAULT 0,
  max_messages INTEGER,
  max_age_millis INTEGER,
  max_bytes INTEGER,
  UNIQUE (realm, tenant, name)
);

CREATE TABLE author (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  avatar TEXT NOT NULL,
  attributes TEXT NOT NULL,
  UNIQUE (realm, user, name, avatar, attributes)
);

CREATE TABLE body_kind (
  id INTEGER PRIMARY KEY,
  dialect TEXT NOT NULL,
  media_type TEXT NOT NULL,
  UNIQUE (dialect, media_type)
);

-- The log. Rows stand in the order of their appending; place = epoch << 40 | offset; kind: 0 posted, 1 edited, 2 deleted, 3 pinned, 4 unpinned.
CREATE TABLE entry (
  seq INTEGER PRIMARY KEY,
  room INTEGER NOT NULL,
  place INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  message NOT NULL,
  author INTEGER NOT NULL,
  at INTEGER NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  reply_to TEXT,
  body_kind INTEGER,
  body BLOB,
  idempotency TEXT
);

CREATE UNIQUE INDEX entry_place ON entry (room, place);
-- Ids first: they grow with time, so this index is appended to.
CREATE UNIQUE INDEX entry_message ON entry (message, room) WHERE kind = 0;
CREATE INDEX entry_change ON entry (room, message) WHERE kind <> 0;

-- Messages that are no longer as they were said; the place is that of the saying.
CREATE TABLE changed (
  room INTEGER NOT NULL,
  place INTEGER NOT NULL,
  text TEXT NOT NULL,
  html TEXT,
  body_kind INTEGER,
  body BLOB,
  edited_at INTEGER NOT NULL DEFAULT 0,
  pinned_at INTEGER NOT NULL DEFAULT 0,
  deleted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (room, place)
) WITHOUT ROWID;
