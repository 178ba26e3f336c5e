-- A schema of a test, as an older version had it.
CREATE TABLE thing (name TEXT PRIMARY KEY);
