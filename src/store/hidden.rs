//! What is not there yet: the parts of a search run that is not complete.
//!
//! A large import is written in short transactions, so that a vote never waits for it. Until its
//! run is complete none of its records may count anywhere. Each connection therefore reads the
//! four tables that a part writes through views of the same names, which leave out what is of an
//! open run; the projections write and read the tables themselves, as `main.record`. To complete a
//! run is then to delete one row of `arriving`, whatever its size. While no import is under way the
//! first half of each condition, asked once for a whole statement, is all that it costs.

use super::StoreError;
use rusqlite::Connection;

const VIEWS: &str = "
CREATE TEMP VIEW record AS SELECT * FROM main.record AS x
  WHERE NOT EXISTS (SELECT 1 FROM main.arriving)
     OR x.run NOT IN (SELECT a.run FROM main.arriving a);
CREATE TEMP VIEW report AS SELECT * FROM main.report AS x
  WHERE NOT EXISTS (SELECT 1 FROM main.arriving)
     OR NOT EXISTS (SELECT 1 FROM main.record h
                    WHERE h.id = x.id AND h.run IN (SELECT a.run FROM main.arriving a));
CREATE TEMP VIEW identifier AS SELECT * FROM main.identifier AS x
  WHERE NOT EXISTS (SELECT 1 FROM main.arriving)
     OR NOT EXISTS (SELECT 1 FROM main.record h
                    WHERE h.id = x.record AND h.run IN (SELECT a.run FROM main.arriving a));
CREATE TEMP VIEW revision AS SELECT * FROM main.revision AS x
  WHERE NOT EXISTS (SELECT 1 FROM main.arriving)
     OR NOT EXISTS (SELECT 1 FROM main.record h
                    WHERE h.id = x.record AND h.run IN (SELECT a.run FROM main.arriving a));
";

/// Lets a connection read only what is complete.
pub(super) fn hide(conn: &Connection) -> Result<(), StoreError> {
    conn.execute_batch(VIEWS)?;
    Ok(())
}
