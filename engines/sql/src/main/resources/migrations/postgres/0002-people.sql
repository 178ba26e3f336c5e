-- Users as the product put them; Redis, which nodes read first, may forget them. Text as in earshot.entry.
CREATE TABLE earshot.person (
  realm TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  name TEXT NOT NULL,
  avatar TEXT,
  attributes TEXT NOT NULL,
  put_at BIGINT NOT NULL,
  PRIMARY KEY (realm, id)
);
