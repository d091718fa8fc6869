-- Imports that a person took back: the event that did, on the run and on each record that only it gave.
ALTER TABLE search_run ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
CREATE TABLE record_withdrawn (record INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
