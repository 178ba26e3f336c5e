-- What clients that lost their connection come back to.
CREATE TABLE resume (
  key TEXT PRIMARY KEY,
  owner INTEGER NOT NULL,
  record BLOB NOT NULL,
  until INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX resume_until ON resume (until);
