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

-- Operational: what is told to people and services, stored before it is sent, so that a kill repeats it
-- under the same id at most.
CREATE TABLE message (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,            -- mail, webhook, command
  person INTEGER,                   -- whom, where it is a person
  about TEXT NOT NULL,              -- hash of what it tells: told once
  body TEXT NOT NULL,
  made TEXT NOT NULL,
  sent TEXT,
  attempts INTEGER NOT NULL DEFAULT 0,
  again TEXT,                       -- not before
  fault TEXT
) STRICT, WITHOUT ROWID;
