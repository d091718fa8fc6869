-- The archived table that a decision was read from, so that the files behind tens of thousands of
-- votes are known without opening their events.
ALTER TABLE decision ADD COLUMN file TEXT;
UPDATE decision SET file = (
  SELECT json_extract(e.body, '$.from.digest') FROM event e WHERE e.seq = decision.seq
);
