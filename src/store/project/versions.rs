//! Versions: what a publication freezes, and the column in which each member of the flow counts.
//!
//! A member counts in the column of the first version since which it has stood as it stands now;
//! what is open, or stands otherwise than at the last version, in the column that is not published
//! yet (`col = 0`). So every column is a set of members with their whole way through the flow: it
//! obeys the identities, columns add up to the whole, and an undo gives every column back.

use super::super::StoreError;
use super::super::flow::INCLUDED_UNGROUPED;
use crate::ledger::Event;
use crate::model::EventSeq;
use rusqlite::{Connection, OptionalExtension, params};

/// Where a report is while people's or the program's work on it is open.
pub(in crate::store) const PENDING: &str = "'compare', 'filter', 'title-open', 'title-conflict', \
    'retrieval-open', 'fulltext-open', 'fulltext-conflict'";
/// How a settled report stands, as one text.
const STATE: &str = "p.lane || ' ' || p.place || ' ' || coalesce(p.box, '') || ' ' || \
    coalesce(p.rule, '') || ' ' || coalesce(p.reason, '')";

/// Computes the columns of the report that begins with `head` and of its records.
pub(super) fn columns(conn: &Connection, head: u32) -> Result<(), StoreError> {
    if !any(conn)? {
        return Ok(());
    }
    conn.prepare_cached(&format!(
        "UPDATE main.report AS p SET col = CASE WHEN p.place IN ({PENDING}) THEN 0 ELSE coalesce(
           (SELECT u.col FROM published u
            WHERE u.unit = 'report' AND u.id = p.id AND u.state = {STATE}), 0) END
         WHERE p.id = ?1"
    ))?
    .execute([head])?;
    conn.prepare_cached(
        "UPDATE main.record AS r SET col = CASE
           WHEN r.id = (SELECT p.stands FROM main.report p WHERE p.id = ?1)
           THEN (SELECT p.col FROM main.report p WHERE p.id = ?1)
           ELSE coalesce((SELECT u.col FROM published u
                          WHERE u.unit = 'copy' AND u.id = r.id), 0) END
         WHERE r.report = ?1",
    )?
    .execute([head])?;
    Ok(())
}

fn any(conn: &Connection) -> Result<bool, StoreError> {
    Ok(conn
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM version)")?
        .query_row([], |row| row.get(0))?)
}

/// Freezes the state before `event` as a version.
pub(super) fn publish(
    conn: &Connection,
    event: &Event,
    name: &str,
    upto: EventSeq,
) -> Result<(), StoreError> {
    let last: Option<u32> = conn
        .query_row("SELECT max(n) FROM version", [], |row| row.get(0))
        .optional()?
        .flatten();
    let n = last.unwrap_or(0) + 1;
    withdrawn(conn, n)?;
    let settled = format!("p.place NOT IN ({PENDING})");
    let study = "EXISTS (SELECT 1 FROM study_link l JOIN main.record lr ON lr.id = l.report
        JOIN main.report lp ON lp.id = lr.report WHERE l.study = s.id AND lp.place = 'included')";
    let units = [
        Frozen {
            unit: "report",
            from: "main.report p",
            id: "p.id",
            state: STATE,
            is: &settled,
            col: "p.col",
        },
        Frozen {
            unit: "copy",
            from: "main.record r JOIN main.report p ON p.id = r.report",
            id: "r.id",
            state: "'copy'",
            is: "r.id <> p.stands",
            col: "r.col",
        },
        Frozen {
            unit: "study",
            from: "study s",
            id: "s.id",
            state: "'included'",
            is: study,
            col: KEPT,
        },
        Frozen {
            unit: "ungrouped",
            from: "main.report p",
            id: "p.id",
            state: "'included'",
            is: INCLUDED_UNGROUPED,
            col: KEPT,
        },
    ];
    for unit in units {
        unit.freeze(conn, n)?;
    }
    conn.execute(
        &format!("UPDATE main.report AS p SET col = ?1 WHERE col = 0 AND place NOT IN ({PENDING})"),
        [n],
    )?;
    conn.execute(
        "UPDATE main.record AS r SET col = ?1 WHERE col = 0 AND EXISTS (
           SELECT 1 FROM main.report p WHERE p.id = r.report AND (r.id <> p.stands OR p.col > 0))",
        [n],
    )?;
    conn.execute(
        "INSERT INTO version_member (version, role, unit, id)
         SELECT ?1, 'included', unit, id FROM published
         WHERE unit IN ('study', 'ungrouped') OR (unit = 'report' AND (state LIKE '% included %'))",
        [n],
    )?;
    let count = |units: &str| -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM version_member
             WHERE version = ?1 AND role = 'included' AND unit IN ({units})"
        );
        Ok(conn.query_row(&sql, [n], |row| row.get(0))?)
    };
    conn.execute(
        "INSERT INTO version (n, name, seq, at, upto, studies, reports)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            n,
            name,
            event.seq.0,
            event.at,
            upto.0,
            count("'study', 'ungrouped'")?,
            count("'report'")?
        ],
    )?;
    Ok(())
}

/// Members that the last version included and this one does not, before anything is frozen anew.
fn withdrawn(conn: &Connection, n: u32) -> Result<(), StoreError> {
    for (unit, gone) in GONE {
        conn.execute(
            &format!(
                "INSERT INTO version_member (version, role, unit, id)
                 SELECT ?1, 'withdrawn', u.unit, u.id FROM published u
                 WHERE u.unit = '{unit}' AND {gone}"
            ),
            [n],
        )?;
    }
    Ok(())
}

/// Which frozen members `u` of a unit are not counted any more as they were.
pub(in crate::store) const GONE: [(&str, &str); 3] = [
    (
        "report",
        "(u.state LIKE '% included %') AND NOT EXISTS (SELECT 1 FROM main.report p
           WHERE p.id = u.id AND p.place = 'included' AND p.col > 0)",
    ),
    (
        "study",
        "NOT EXISTS (SELECT 1 FROM study_link l JOIN main.record lr ON lr.id = l.report
           JOIN main.report lp ON lp.id = lr.report WHERE l.study = u.id AND lp.place = 'included')",
    ),
    (
        "ungrouped",
        "NOT EXISTS (SELECT 1 FROM main.report p WHERE p.id = u.id AND p.place = 'included'
           AND NOT EXISTS (SELECT 1 FROM study_link l JOIN main.record lr ON lr.id = l.report
                           WHERE lr.report = p.id))",
    ),
];

/// The column that the frozen row has, where there is one.
const KEPT: &str = "coalesce((SELECT k.col FROM published k WHERE k.unit = ?2 AND k.id = ?3), 0)";

/// What is frozen of one unit.
struct Frozen<'a> {
    unit: &'a str,
    from: &'a str,
    id: &'a str,
    state: &'a str,
    is: &'a str,
    col: &'a str,
}

impl Frozen<'_> {
    /// Replaces what is frozen by how it stands now.
    fn freeze(&self, conn: &Connection, n: u32) -> Result<(), StoreError> {
        let Self {
            unit,
            from,
            id,
            state,
            is,
            col,
        } = self;
        let col = col.replace("?2", &format!("'{unit}'")).replace("?3", id);
        conn.execute(
            &format!("DELETE FROM published WHERE unit = '{unit}' AND id NOT IN (SELECT {id} FROM {from} WHERE {is})"),
            [],
        )?;
        let sql = format!(
            "INSERT OR REPLACE INTO published (unit, id, state, col)
             SELECT '{unit}', {id}, {state}, CASE WHEN {col} > 0 THEN {col} ELSE ?1 END
             FROM {from} WHERE {is}"
        );
        conn.execute(&sql, [n])?;
        Ok(())
    }
}
