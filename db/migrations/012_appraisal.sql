-- The risk of bias: what each person answered to a signalling question, or judged of a domain, of one result.
CREATE TABLE rob_entry (
  seq INTEGER PRIMARY KEY, study INTEGER NOT NULL, outcome TEXT NOT NULL, comparison TEXT NOT NULL,
  population TEXT NOT NULL, time TEXT NOT NULL, effect TEXT NOT NULL,
  item TEXT NOT NULL, value TEXT NOT NULL, note TEXT, quote TEXT, page TEXT,
  person INTEGER NOT NULL, at TEXT NOT NULL, reconciles INTEGER NOT NULL, undone INTEGER NOT NULL
) STRICT;
CREATE INDEX rob_entry_study ON rob_entry(study);
