-- The log. Triggers stop accidents; the hash chain shows edits.
CREATE TABLE event (
  seq  INTEGER PRIMARY KEY,
  at   TEXT NOT NULL,
  actor TEXT NOT NULL,
  via  TEXT NOT NULL,
  kind TEXT NOT NULL,
  body TEXT NOT NULL CHECK (json_valid(body)),
  prev TEXT NOT NULL CHECK (length(prev) = 64),
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;
CREATE INDEX event_kind ON event(kind);
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- Operational: not part of the chain, not rebuilt.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE task (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT;
CREATE TABLE archive (
  digest TEXT PRIMARY KEY, stored TEXT NOT NULL, bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL, path TEXT NOT NULL
) STRICT;
CREATE TABLE person_name (person INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

-- Content by hash: canonical records, checked by hash, parsed again from the archive.
CREATE TABLE content (hash TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Projections: rebuilt from the log, compared by `audit`.
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE source (name TEXT PRIMARY KEY, kind TEXT NOT NULL, ord INTEGER NOT NULL) STRICT;
CREATE TABLE reason (code TEXT PRIMARY KEY, text TEXT NOT NULL, ord INTEGER NOT NULL) STRICT;
CREATE TABLE person (
  id INTEGER PRIMARY KEY, roles TEXT NOT NULL, enabled INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT;
CREATE TABLE search_run (run INTEGER PRIMARY KEY, source TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;

CREATE TABLE record (
  id INTEGER PRIMARY KEY, source TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  run INTEGER NOT NULL, seq INTEGER NOT NULL,
  report INTEGER NOT NULL,          -- the report it belongs to: the id of the first record of its cluster
  compared INTEGER NOT NULL,        -- event that compared it, 0 while none did
  looked INTEGER NOT NULL,          -- event in which filter rules looked at it as a report, 0 while none did
  hash TEXT NOT NULL,               -- of the revision in force
  title TEXT, first_author TEXT, year INTEGER, journal TEXT, doi TEXT, pmid TEXT,
  completeness INTEGER NOT NULL,
  UNIQUE (source, key)
) STRICT;
CREATE INDEX record_report ON record(report);
CREATE TABLE revision (
  record INTEGER NOT NULL, n INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
  archive TEXT NOT NULL, file_n INTEGER NOT NULL, line INTEGER,
  PRIMARY KEY (record, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE identifier (
  scheme TEXT NOT NULL, value TEXT NOT NULL, record INTEGER NOT NULL,
  PRIMARY KEY (scheme, value, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifier_record ON identifier(record);

CREATE TABLE join_edge (
  seq INTEGER NOT NULL, ord INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL,
  rule TEXT NOT NULL, score TEXT NOT NULL, PRIMARY KEY (seq, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX join_edge_a ON join_edge(a);
CREATE INDEX join_edge_b ON join_edge(b);
CREATE TABLE verdict (
  seq INTEGER NOT NULL, ord INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL,
  same INTEGER NOT NULL, undone INTEGER NOT NULL, PRIMARY KEY (seq, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX verdict_a ON verdict(a);
CREATE INDEX verdict_b ON verdict(b);
CREATE TABLE relation (
  seq INTEGER NOT NULL, ord INTEGER NOT NULL, a INTEGER NOT NULL, b INTEGER NOT NULL,
  relation TEXT NOT NULL, why TEXT NOT NULL, undone INTEGER NOT NULL, PRIMARY KEY (seq, ord)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_a ON relation(a);
CREATE INDEX relation_b ON relation(b);
CREATE TABLE uncertain (
  a INTEGER NOT NULL, b INTEGER NOT NULL, score TEXT NOT NULL, why TEXT NOT NULL,
  seq INTEGER NOT NULL, PRIMARY KEY (a, b)
) STRICT, WITHOUT ROWID;

CREATE TABLE removal (
  report INTEGER PRIMARY KEY, rule TEXT NOT NULL, box TEXT NOT NULL, evidence TEXT NOT NULL,
  seq INTEGER NOT NULL, restored INTEGER NOT NULL  -- event by which a person brought it back, else 0
) STRICT;
CREATE TABLE decision (
  seq INTEGER PRIMARY KEY, report INTEGER NOT NULL, phase TEXT NOT NULL, person INTEGER NOT NULL,
  choice TEXT NOT NULL, reason TEXT, note TEXT, settles INTEGER NOT NULL,
  required INTEGER NOT NULL, at TEXT NOT NULL,
  undone INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_report ON decision(report);
CREATE TABLE report (
  id INTEGER PRIMARY KEY,
  lane TEXT NOT NULL,               -- main or other
  stands INTEGER NOT NULL,          -- the record that is counted for it; its other records are copies
  primary_record INTEGER NOT NULL,  -- the fullest record, the one people read
  place TEXT NOT NULL,              -- where it is in the flow
  rule TEXT, box TEXT,              -- of the removal, where it is removed
  reason TEXT,                      -- of the exclusion at full text
  reopened INTEGER NOT NULL         -- 1 where the lead reopened a settled phase
) STRICT;
CREATE INDEX report_place ON report(place, lane);
CREATE TABLE study (id INTEGER PRIMARY KEY, label TEXT NOT NULL, seq INTEGER NOT NULL) STRICT;
CREATE TABLE study_registry (
  study INTEGER NOT NULL, registry TEXT NOT NULL, PRIMARY KEY (registry, study)
) STRICT, WITHOUT ROWID;
CREATE TABLE study_link (
  report INTEGER NOT NULL, study INTEGER NOT NULL, basis TEXT NOT NULL, seq INTEGER NOT NULL,
  PRIMARY KEY (report, study)
) STRICT, WITHOUT ROWID;
