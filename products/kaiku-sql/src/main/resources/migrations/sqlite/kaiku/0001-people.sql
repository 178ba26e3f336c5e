-- Times are Unix milliseconds, ids are UUIDs as text in lower case.
CREATE TABLE person (
  id TEXT PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  avatar_url TEXT,
  email TEXT UNIQUE,
  status TEXT NOT NULL,
  password_hash TEXT,
  preferences TEXT,
  preferences_at INTEGER NOT NULL DEFAULT 0,
  signed_out_at INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

-- Logins that can be refreshed: token_hash is SHA-256 of the refresh token, in hex.
CREATE TABLE login (
  token_hash TEXT PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  remote TEXT NOT NULL,
  agent TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX login_person ON login (person);
CREATE INDEX login_expires ON login (expires_at);

-- state: pending, accepted, blocked; of a block requester is who blocks.
CREATE TABLE friendship (
  id TEXT PRIMARY KEY,
  requester TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  addressee TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (requester, addressee)
) WITHOUT ROWID;
CREATE INDEX friendship_addressee ON friendship (addressee);

CREATE TABLE guild (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  owner TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  icon_url TEXT,
  description TEXT,
  threads_enabled INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX guild_owner ON guild (owner);

CREATE TABLE member (
  guild TEXT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  nickname TEXT,
  joined_at INTEGER NOT NULL,
  PRIMARY KEY (guild, person)
) WITHOUT ROWID;
CREATE INDEX member_person ON member (person);

-- position: the lower, the higher the rank. permissions: bits.
CREATE TABLE role (
  id TEXT PRIMARY KEY,
  guild TEXT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  color TEXT,
  permissions INTEGER NOT NULL,
  position INTEGER NOT NULL,
  is_default INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX role_guild ON role (guild);
CREATE UNIQUE INDEX role_default ON role (guild) WHERE is_default = 1;

CREATE TABLE member_role (
  guild TEXT NOT NULL,
  person TEXT NOT NULL,
  role TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  PRIMARY KEY (guild, person, role),
  FOREIGN KEY (guild, person) REFERENCES member (guild, person) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX member_role_role ON member_role (role);

-- type: text, voice, dm. guild is null for dm. tag: what ids of its messages end with.
CREATE TABLE channel (
  id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  guild TEXT REFERENCES guild (id) ON DELETE CASCADE,
  topic TEXT,
  user_limit INTEGER,
  position INTEGER NOT NULL,
  max_screen_shares INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX channel_guild ON channel (guild);
CREATE INDEX channel_tag ON channel (tag);

CREATE TABLE channel_override (
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  role TEXT NOT NULL REFERENCES role (id) ON DELETE CASCADE,
  allow INTEGER NOT NULL,
  deny INTEGER NOT NULL,
  PRIMARY KEY (channel, role)
) WITHOUT ROWID;
CREATE INDEX channel_override_role ON channel_override (role);

CREATE TABLE participant (
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  joined_at INTEGER NOT NULL,
  PRIMARY KEY (channel, person)
) WITHOUT ROWID;
CREATE INDEX participant_person ON participant (person);

CREATE TABLE read_mark (
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  message TEXT,
  read_at INTEGER NOT NULL,
  PRIMARY KEY (person, channel)
) WITHOUT ROWID;
CREATE INDEX read_mark_channel ON read_mark (channel);

CREATE TABLE invite (
  id TEXT PRIMARY KEY,
  guild TEXT NOT NULL REFERENCES guild (id) ON DELETE CASCADE,
  code TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  use_count INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX invite_guild ON invite (guild);

-- Messages are in the rooms' own history; message is an id of one.
CREATE TABLE reaction (
  channel TEXT NOT NULL REFERENCES channel (id) ON DELETE CASCADE,
  message TEXT NOT NULL,
  emoji TEXT NOT NULL,
  person TEXT NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (channel, message, emoji, person)
) WITHOUT ROWID;
