-- Times are Unix milliseconds, ids are UUIDs.
CREATE TABLE earshot_kaiku.person (
  id UUID PRIMARY KEY,
  username TEXT COLLATE "C" NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  avatar_url TEXT,
  email TEXT UNIQUE,
  status TEXT NOT NULL,
  password_hash TEXT,
  preferences TEXT,
  preferences_at BIGINT NOT NULL DEFAULT 0,
  signed_out_at BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);

-- Logins that can be refreshed: token_hash is SHA-256 of the refresh token, in hex.
CREATE TABLE earshot_kaiku.login (
  token_hash TEXT PRIMARY KEY,
  id UUID NOT NULL UNIQUE,
  person UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  remote TEXT NOT NULL,
  agent TEXT NOT NULL
);
CREATE INDEX login_person ON earshot_kaiku.login (person);
CREATE INDEX login_expires ON earshot_kaiku.login (expires_at);

-- state: pending, accepted, blocked; of a block requester is who blocks.
CREATE TABLE earshot_kaiku.friendship (
  id UUID PRIMARY KEY,
  requester UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  addressee UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (requester, addressee)
);
CREATE INDEX friendship_addressee ON earshot_kaiku.friendship (addressee);

CREATE TABLE earshot_kaiku.guild (
  id UUID PRIMARY KEY,
  name TEXT NOT NULL,
  owner UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  icon_url TEXT,
  description TEXT,
  threads_enabled BOOLEAN NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL
);
CREATE INDEX guild_owner ON earshot_kaiku.guild (owner);

CREATE TABLE earshot_kaiku.member (
  guild UUID NOT NULL REFERENCES earshot_kaiku.guild (id) ON DELETE CASCADE,
  person UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  nickname TEXT,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (guild, person)
);
CREATE INDEX member_person ON earshot_kaiku.member (person);

-- position: the lower, the higher the rank. permissions: bits.
CREATE TABLE earshot_kaiku.role (
  id UUID PRIMARY KEY,
  guild UUID NOT NULL REFERENCES earshot_kaiku.guild (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  color TEXT,
  permissions BIGINT NOT NULL,
  position INTEGER NOT NULL,
  is_default BOOLEAN NOT NULL DEFAULT FALSE,
  created_at BIGINT NOT NULL
);
CREATE INDEX role_guild ON earshot_kaiku.role (guild);
CREATE UNIQUE INDEX role_default ON earshot_kaiku.role (guild) WHERE is_default;

CREATE TABLE earshot_kaiku.member_role (
  guild UUID NOT NULL,
  person UUID NOT NULL,
  role UUID NOT NULL REFERENCES earshot_kaiku.role (id) ON DELETE CASCADE,
  PRIMARY KEY (guild, person, role),
  FOREIGN KEY (guild, person) REFERENCES earshot_kaiku.member (guild, person) ON DELETE CASCADE
);
CREATE INDEX member_role_role ON earshot_kaiku.member_role (role);

-- type: text, voice, dm. guild is null for dm. tag: what ids of its messages end with.
CREATE TABLE earshot_kaiku.channel (
  id UUID PRIMARY KEY,
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  guild UUID REFERENCES earshot_kaiku.guild (id) ON DELETE CASCADE,
  topic TEXT,
  user_limit INTEGER,
  position INTEGER NOT NULL,
  max_screen_shares INTEGER NOT NULL,
  tag INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX channel_guild ON earshot_kaiku.channel (guild);
CREATE INDEX channel_tag ON earshot_kaiku.channel (tag);

CREATE TABLE earshot_kaiku.channel_override (
  channel UUID NOT NULL REFERENCES earshot_kaiku.channel (id) ON DELETE CASCADE,
  role UUID NOT NULL REFERENCES earshot_kaiku.role (id) ON DELETE CASCADE,
  allow BIGINT NOT NULL,
  deny BIGINT NOT NULL,
  PRIMARY KEY (channel, role)
);
CREATE INDEX channel_override_role ON earshot_kaiku.channel_override (role);

CREATE TABLE earshot_kaiku.participant (
  channel UUID NOT NULL REFERENCES earshot_kaiku.channel (id) ON DELETE CASCADE,
  person UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  joined_at BIGINT NOT NULL,
  PRIMARY KEY (channel, person)
);
CREATE INDEX participant_person ON earshot_kaiku.participant (person);

CREATE TABLE earshot_kaiku.read_mark (
  person UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  channel UUID NOT NULL REFERENCES earshot_kaiku.channel (id) ON DELETE CASCADE,
  message TEXT,
  read_at BIGINT NOT NULL,
  PRIMARY KEY (person, channel)
);
CREATE INDEX read_mark_channel ON earshot_kaiku.read_mark (channel);

CREATE TABLE earshot_kaiku.invite (
  id UUID PRIMARY KEY,
  guild UUID NOT NULL REFERENCES earshot_kaiku.guild (id) ON DELETE CASCADE,
  code TEXT COLLATE "C" NOT NULL UNIQUE,
  created_by UUID NOT NULL,
  expires_at BIGINT NOT NULL,
  use_count INTEGER NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL
);
CREATE INDEX invite_guild ON earshot_kaiku.invite (guild);

-- Messages are in the rooms' own history; message is an id of one.
CREATE TABLE earshot_kaiku.reaction (
  channel UUID NOT NULL REFERENCES earshot_kaiku.channel (id) ON DELETE CASCADE,
  message TEXT NOT NULL,
  emoji TEXT NOT NULL,
  person UUID NOT NULL REFERENCES earshot_kaiku.person (id) ON DELETE CASCADE,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (channel, message, emoji, person)
);
