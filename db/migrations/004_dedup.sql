-- Where a new record finds its candidates. Operational: made from the contents, made anew at will.
CREATE TABLE dedup_key (
  key INTEGER NOT NULL,
  near INTEGER NOT NULL,            -- the beginning of the title, which orders a large block
  record INTEGER NOT NULL,
  PRIMARY KEY (key, near, record)
) STRICT, WITHOUT ROWID;
CREATE TABLE dedup_indexed (
  record INTEGER PRIMARY KEY,
  hash TEXT NOT NULL,               -- of the content that the keys were made of
  issue INTEGER                     -- hash of its issue: a column of running numbers shows
) STRICT;
CREATE INDEX uncertain_b ON uncertain(b);
