-- Extracted data: what each person entered for each cell, and the analyses made of it.
CREATE TABLE cell_entry (
  seq INTEGER PRIMARY KEY, study INTEGER NOT NULL, report INTEGER,
  arm TEXT NOT NULL, outcome TEXT NOT NULL, population TEXT NOT NULL, grade TEXT NOT NULL,
  time TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  provenance TEXT NOT NULL CHECK (json_valid(provenance)),
  findings TEXT NOT NULL CHECK (json_valid(findings)),
  person INTEGER NOT NULL, at TEXT NOT NULL, reconciles INTEGER NOT NULL, undone INTEGER NOT NULL
) STRICT;
CREATE INDEX cell_entry_study ON cell_entry(study);
CREATE TABLE analysis (
  name TEXT PRIMARY KEY, specification TEXT NOT NULL, input TEXT NOT NULL,
  studies TEXT NOT NULL, seq INTEGER NOT NULL
) STRICT;
