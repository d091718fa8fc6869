-- Projection: planned dates of the living mode, each kept once; the source is empty where the step has
-- one schedule.
CREATE TABLE date_kept (
  step TEXT NOT NULL, source TEXT NOT NULL, due TEXT NOT NULL,
  outcome TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (step, source, due)
) STRICT, WITHOUT ROWID;

-- Operational: updates that were begun, and how they ended. Not part of the chain, not rebuilt.
CREATE TABLE update_attempt (
  id INTEGER PRIMARY KEY, began TEXT NOT NULL, ended TEXT,
  command TEXT NOT NULL,            -- watch, update, run
  outcome TEXT,                     -- done, nothing new, failed; none while it runs or was killed
  text TEXT                         -- what it found, or what stopped it
) STRICT;
