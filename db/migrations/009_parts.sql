-- Search runs that come in parts and are not complete: their records count nowhere.
CREATE TABLE arriving (run INTEGER PRIMARY KEY, source TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
-- Contents that such a run gives for records that were there before: in force once it is complete.
CREATE TABLE arriving_revision (
  run INTEGER NOT NULL, seq INTEGER NOT NULL, ord INTEGER NOT NULL, record INTEGER NOT NULL,
  hash TEXT NOT NULL, archive TEXT NOT NULL, file_n INTEGER NOT NULL, line INTEGER,
  PRIMARY KEY (run, seq, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX arriving_revision_record ON arriving_revision(record, seq);
-- Operational: what an import in parts still has to do, not part of the chain, not rebuilt.
CREATE TABLE import_plan (
  run INTEGER PRIMARY KEY, source TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  parts INTEGER NOT NULL,           -- written so far, and what they gave
  new INTEGER NOT NULL, revised INTEGER NOT NULL, known INTEGER NOT NULL
) STRICT;

CREATE INDEX study_link_study ON study_link(study);
CREATE INDEX study_registry_study ON study_registry(study);
CREATE INDEX record_key ON record(key);
CREATE INDEX revision_archive ON revision(archive, line);
-- With the run, counts still need not read the records.
DROP INDEX record_kind;
CREATE INDEX record_kind ON record(kind, source, col, run);
DROP INDEX record_col;
CREATE INDEX record_col ON record(col, run);
