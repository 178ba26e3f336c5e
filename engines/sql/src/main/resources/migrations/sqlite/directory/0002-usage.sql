-- What tenants used, by hour since 1970. users is a HyperLogLog in the form that Redis keeps, connections 60 counts of four bytes.
CREATE TABLE usage_hour (
  realm TEXT NOT NULL,
  tenant TEXT NOT NULL,
  hour INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  users BLOB NOT NULL,
  connections BLOB NOT NULL,
  PRIMARY KEY (realm, tenant, hour)
);

CREATE INDEX usage_hour_by_time ON usage_hour (hour);

-- The same of whole days and of months; start is in Unix seconds.
CREATE TABLE usage_archive (
  realm TEXT NOT NULL,
  tenant TEXT NOT NULL,
  span TEXT NOT NULL,
  start INTEGER NOT NULL,
  messages INTEGER NOT NULL,
  users BLOB NOT NULL,
  peak_connections INTEGER NOT NULL,
  connection_minutes INTEGER NOT NULL,
  PRIMARY KEY (realm, tenant, span, start)
);
