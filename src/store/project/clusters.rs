//! Clusters: joins of the program, verdicts of people, relations, and the pairs for people.

use super::super::StoreError;
use super::reports;
use crate::ledger::event::{JoinRef, PairRef, RelationRef, UncertainRef};
use crate::model::cluster::{PairVerdict, clusters};
use crate::model::{EventSeq, RecordId};
use rusqlite::{Connection, params};
use std::collections::BTreeSet;

/// Records that no comparison has seen; those of a run that is not complete are not seen by any.
const WAITING: &str = "compared = 0 AND run NOT IN (SELECT run FROM main.arriving)";

pub(super) fn compare(
    conn: &Connection,
    seq: EventSeq,
    upto: RecordId,
    joins: &[JoinRef],
    relations: &[RelationRef],
    queue: &[UncertainRef],
) -> Result<(), StoreError> {
    let mut add = conn.prepare_cached(
        "INSERT INTO join_edge (seq, ord, a, b, rule, score) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for (ord, join) in joins.iter().enumerate() {
        add.execute(params![
            seq.0, ord, join.a.0, join.b.0, join.rule, join.score
        ])?;
    }
    for (ord, r) in relations.iter().enumerate() {
        relate(conn, seq, ord, (r.from, r.to), &r.relation, &r.why)?;
    }
    let mut add = conn.prepare_cached(
        "INSERT OR REPLACE INTO uncertain (a, b, score, why, seq) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for pair in queue {
        add.execute(params![pair.a.0, pair.b.0, pair.score, pair.why, seq.0])?;
    }
    let fresh = conn
        .prepare_cached(&format!(
            "SELECT id FROM main.record WHERE {WAITING} AND id <= ?1 ORDER BY id"
        ))?
        .query_map([upto.0], |row| row.get(0))?
        .collect::<Result<Vec<u32>, _>>()?;
    let compare = format!("UPDATE main.record SET compared = ?2 WHERE {WAITING} AND id <= ?1");
    conn.prepare_cached(&compare)?
        .execute(params![upto.0, seq.0])?;
    let mut done = BTreeSet::new();
    for join in joins {
        recluster(conn, &[join.a.0, join.b.0], &mut done)?;
    }
    for id in fresh {
        if !done.contains(&id) {
            reports::place_record(conn, RecordId(id))?;
        }
    }
    Ok(())
}

/// Takes back joins of the program.
pub(super) fn withdraw(conn: &Connection, pairs: &[PairRef]) -> Result<(), StoreError> {
    let mut drop = conn.prepare_cached("DELETE FROM join_edge WHERE a = ?1 AND b = ?2")?;
    let mut components = Vec::new();
    for pair in pairs {
        components.push(component(conn, &[pair.a.0, pair.b.0])?);
        drop.execute(params![pair.a.0, pair.b.0])?;
    }
    let mut done = BTreeSet::new();
    for members in components {
        let touched: Vec<u32> = members.into_iter().collect();
        recluster(conn, &touched, &mut done)?;
    }
    Ok(())
}

pub(super) fn relate(
    conn: &Connection,
    seq: EventSeq,
    ord: usize,
    (a, b): (RecordId, RecordId),
    relation: &str,
    why: &str,
) -> Result<(), StoreError> {
    conn.prepare_cached(
        "INSERT INTO relation (seq, ord, a, b, relation, why, undone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
    )?
    .execute(params![seq.0, ord, a.0, b.0, relation, why])?;
    Ok(())
}

pub(super) fn verdicts(
    conn: &Connection,
    seq: EventSeq,
    pairs: &[(RecordId, RecordId, bool)],
) -> Result<(), StoreError> {
    let mut add = conn.prepare_cached(
        "INSERT INTO verdict (seq, ord, a, b, same, undone) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
    )?;
    for (ord, (a, b, same)) in pairs.iter().enumerate() {
        add.execute(params![seq.0, ord, a.0, b.0, same])?;
    }
    let touched: Vec<u32> = pairs.iter().flat_map(|(a, b, _)| [a.0, b.0]).collect();
    recluster(conn, &touched, &mut BTreeSet::new())
}

pub(super) fn split(
    conn: &Connection,
    seq: EventSeq,
    record: RecordId,
    rest: &[RecordId],
) -> Result<(), StoreError> {
    let apart = rest.iter().map(|other| (record, *other, false));
    let together = rest
        .iter()
        .zip(rest.iter().skip(1))
        .map(|(a, b)| (*a, *b, true));
    verdicts(conn, seq, &apart.chain(together).collect::<Vec<_>>())
}

pub(super) fn undo(conn: &Connection, target: EventSeq, mark: u64) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE relation SET undone = ?1 WHERE seq = ?2",
        params![mark, target.0],
    )?;
    conn.execute(
        "UPDATE verdict SET undone = ?1 WHERE seq = ?2",
        params![mark, target.0],
    )?;
    let touched = conn
        .prepare("SELECT a FROM verdict WHERE seq = ?1 UNION SELECT b FROM verdict WHERE seq = ?1")?
        .query_map([target.0], |row| row.get(0))?
        .collect::<Result<Vec<u32>, _>>()?;
    recluster(conn, &touched, &mut BTreeSet::new())
}

/// Computes the clusters of everything connected with `touched` anew.
pub(super) fn recluster(
    conn: &Connection,
    touched: &[u32],
    done: &mut BTreeSet<u32>,
) -> Result<(), StoreError> {
    if touched.iter().all(|id| done.contains(id)) {
        return Ok(());
    }
    let members = component(conn, touched)?;
    let mut joins = BTreeSet::new();
    let mut verdicts = BTreeSet::new();
    {
        let mut edges =
            conn.prepare_cached("SELECT seq, ord, a, b FROM join_edge WHERE a = ?1 OR b = ?1")?;
        let mut said = conn.prepare_cached(
            "SELECT seq, ord, a, b, same FROM verdict WHERE (a = ?1 OR b = ?1) AND undone = 0",
        )?;
        for id in &members {
            let rows = edges.query_map([id], |r| {
                Ok((
                    r.get::<_, u64>(0)?,
                    r.get::<_, u64>(1)?,
                    r.get::<_, u32>(2)?,
                    r.get::<_, u32>(3)?,
                ))
            })?;
            for row in rows {
                joins.insert(row?);
            }
            let rows = said.query_map([id], |r| {
                Ok((
                    r.get::<_, u64>(0)?,
                    r.get::<_, u64>(1)?,
                    r.get::<_, u32>(2)?,
                    r.get::<_, u32>(3)?,
                    r.get::<_, bool>(4)?,
                ))
            })?;
            for row in rows {
                verdicts.insert(row?);
            }
        }
    }
    let list: Vec<u32> = members.iter().copied().collect();
    let joins: Vec<(u32, u32)> = joins.into_iter().map(|(_, _, a, b)| (a, b)).collect();
    let verdicts: Vec<PairVerdict> = verdicts
        .into_iter()
        .map(|(_, _, a, b, same)| PairVerdict { a, b, same })
        .collect();
    let heads = clusters(&list, &joins, &verdicts);
    let mut set =
        conn.prepare_cached("UPDATE main.record SET report = ?2 WHERE id = ?1 AND report <> ?2")?;
    for (member, head) in &heads {
        set.execute(params![member, head])?;
    }
    let now: BTreeSet<u32> = heads.values().copied().collect();
    let mut drop = conn.prepare_cached("DELETE FROM main.report WHERE id = ?1")?;
    for member in members.difference(&now) {
        drop.execute([member])?;
    }
    for head in &now {
        reports::place(conn, *head)?;
    }
    done.extend(members);
    Ok(())
}

/// Every record that joins, verdicts or present clusters connect with `touched`.
pub(super) fn component(conn: &Connection, touched: &[u32]) -> Result<BTreeSet<u32>, StoreError> {
    let mut near = conn.prepare_cached(
        "SELECT b FROM join_edge WHERE a = ?1 UNION SELECT a FROM join_edge WHERE b = ?1
         UNION SELECT b FROM verdict WHERE a = ?1 UNION SELECT a FROM verdict WHERE b = ?1
         UNION SELECT id FROM main.record WHERE report = (SELECT report FROM main.record WHERE id = ?1)",
    )?;
    let mut members: BTreeSet<u32> = touched.iter().copied().collect();
    let mut open: Vec<u32> = touched.to_vec();
    while let Some(id) = open.pop() {
        let found = near
            .query_map([id], |row| row.get(0))?
            .collect::<Result<Vec<u32>, _>>()?;
        open.extend(found.into_iter().filter(|other| members.insert(*other)));
    }
    Ok(members)
}
