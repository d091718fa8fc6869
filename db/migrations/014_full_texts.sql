-- Full texts and supplements of reports; the bytes lie in db/attachments.
CREATE TABLE attachment (
  seq INTEGER PRIMARY KEY, report INTEGER NOT NULL, digest TEXT NOT NULL, name TEXT NOT NULL,
  type TEXT NOT NULL, bytes INTEGER NOT NULL, person INTEGER, at TEXT NOT NULL,
  removed INTEGER NOT NULL, reason TEXT
) STRICT;
CREATE INDEX attachment_report ON attachment(report);
CREATE INDEX attachment_digest ON attachment(digest);
