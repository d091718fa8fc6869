-- Counts of records by kind and source without reading the records.
CREATE INDEX record_kind ON record(kind, source, col);
