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

-- Rooms with members, for short; gone at the first start after nobody is in them.
CREATE TABLE room (
  id INTEGER PRIMARY KEY,
  realm TEXT NOT NULL,
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
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
