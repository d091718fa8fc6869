//! Which disagreements on a report were given back, as the votes on it are counted by.

use super::super::StoreError;
use crate::model::{PersonId, Phase};
use rusqlite::Connection;
use std::collections::BTreeSet;

/// A discussion: the event that opened it, and who takes part.
pub(super) struct Talk {
    pub(super) seq: u64,
    pub(super) phase: Phase,
    pub(super) people: BTreeSet<PersonId>,
}

/// The discussions on the report that begins with `head`, in order.
pub(super) fn of(conn: &Connection, head: u32) -> Result<Vec<Talk>, StoreError> {
    let mut find = conn.prepare_cached(
        "SELECT d.seq, d.phase, d.people FROM discussion d JOIN main.record r ON r.id = d.report
         WHERE r.report = ?1 AND d.undone = 0 ORDER BY d.seq",
    )?;
    let mut rows = find.query([head])?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        let people: String = row.get(2)?;
        out.push(Talk {
            seq: row.get(0)?,
            phase: crate::store::read::value(&row.get::<_, String>(1)?)?,
            people: crate::store::read::numbers(&people)?,
        });
    }
    Ok(out)
}
