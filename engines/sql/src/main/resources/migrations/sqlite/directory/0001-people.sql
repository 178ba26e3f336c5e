CREATE TABLE user (
  realm TEXT NOT NULL,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  avatar TEXT,
  attributes TEXT NOT NULL,
  PRIMARY KEY (realm, id)
) WITHOUT ROWID;

-- One row for each run of the server; seen_at is its heartbeat.
CREATE TABLE run (id INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL);

CREATE TABLE room (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  UNIQUE (realm, tenant, name)
);

CREATE TABLE member (
  room INTEGER NOT NULL,
  realm TEXT NOT NULL,
  user TEXT NOT NULL,
  name TEXT NOT NULL,
  avatar TEXT,
  attributes TEXT NOT NULL,
  joined_at INTEGER NOT NULL,
  run INTEGER NOT NULL,
  PRIMARY KEY (room, realm, user)
) WITHOUT ROWID;

CREATE TABLE api_key (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE site (
  key_hash TEXT PRIMARY KEY,
  site TEXT NOT NULL,
  domain TEXT NOT NULL,
  origins TEXT NOT NULL
) WITHOUT ROWID;
