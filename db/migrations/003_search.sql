-- Live searches. Operational: what a search still has to ask for, not part of the chain, not rebuilt.
CREATE TABLE search_plan (
  run INTEGER PRIMARY KEY, source TEXT NOT NULL,
  state TEXT NOT NULL,              -- open or done
  body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE TABLE search_page (
  run INTEGER NOT NULL, n INTEGER NOT NULL,
  purpose TEXT NOT NULL,            -- new, revised or sweep
  ids TEXT NOT NULL CHECK (json_valid(ids)),
  state TEXT NOT NULL,              -- open or done
  requests INTEGER NOT NULL,        -- sent for it so far
  fault TEXT,                       -- what stopped it last
  answers TEXT NOT NULL CHECK (json_valid(answers)),
  missing TEXT NOT NULL CHECK (json_valid(missing)),
  PRIMARY KEY (run, n)
) STRICT, WITHOUT ROWID;

-- Projections: records that the source stopped returning, ids it found and never returned.
CREATE TABLE record_left (record INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE not_returned (
  source TEXT NOT NULL, key TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;
