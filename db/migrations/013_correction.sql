-- What people correct of what a source says; the source's own content stays as its revision.
CREATE TABLE correction (
  seq INTEGER PRIMARY KEY, record INTEGER NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL,
  why TEXT NOT NULL, person TEXT NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL
) STRICT;
CREATE INDEX correction_record ON correction(record);
