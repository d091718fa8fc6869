-- A review that was published before it came here: the version before the first of this review's own.
ALTER TABLE version ADD COLUMN baseline INTEGER NOT NULL DEFAULT 0;
