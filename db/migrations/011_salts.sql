-- The salt of a name: with it the hash in the log can be checked, without it no name can be guessed.
ALTER TABLE person_name ADD COLUMN salt TEXT;
-- A vote on a report whose set of votes was complete and not settled: kept, shown, and it moves nothing.
-- In the same way `let_go` is the event that took a vote of such a set back.
ALTER TABLE decision ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decision ADD COLUMN let_go INTEGER NOT NULL DEFAULT 0;
