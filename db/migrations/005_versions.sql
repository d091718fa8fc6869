-- Published versions of the review, frozen at an event.
CREATE TABLE version (
  n INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL, at TEXT NOT NULL,
  upto INTEGER NOT NULL, studies INTEGER NOT NULL, reports INTEGER NOT NULL
) STRICT;
-- How every settled record, report and study stood at the last version, and the version since
-- which it has stood so: what changes afterwards belongs to the column of the next one.
CREATE TABLE published (
  unit TEXT NOT NULL, id INTEGER NOT NULL, state TEXT NOT NULL, col INTEGER NOT NULL,
  PRIMARY KEY (unit, id)
) STRICT, WITHOUT ROWID;
-- What each version included, and what it no longer included of the version before.
CREATE TABLE version_member (
  version INTEGER NOT NULL, role TEXT NOT NULL, unit TEXT NOT NULL, id INTEGER NOT NULL,
  PRIMARY KEY (version, role, unit, id)
) STRICT, WITHOUT ROWID;
-- The version in whose column it counts; 0 is the column that is not published yet.
ALTER TABLE record ADD COLUMN col INTEGER NOT NULL DEFAULT 0;
ALTER TABLE report ADD COLUMN col INTEGER NOT NULL DEFAULT 0;
CREATE INDEX record_col ON record(col);
