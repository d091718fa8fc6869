-- Disagreements that were given back to those who voted, and in which of them a vote was cast: 0 is the
-- independent vote.
CREATE TABLE discussion (
  seq INTEGER PRIMARY KEY, report INTEGER NOT NULL, phase TEXT NOT NULL, people TEXT NOT NULL,
  note TEXT, person INTEGER NOT NULL, at TEXT NOT NULL, undone INTEGER NOT NULL
) STRICT;
CREATE INDEX discussion_report ON discussion(report);
ALTER TABLE decision ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
