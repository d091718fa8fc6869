//! Newer rules: what they would change, and a person's acceptance.
//!
//! A program with newer rules does not regroup a review by itself: studies would appear and vanish
//! between two versions with no new evidence. The difference is shown first, as clusters that
//! would come together and clusters that would part, and becomes part of the log when a person
//! accepts it. Reports on which people decided stay as they are either way.

use super::super::RunError;
use super::{Ready, Settled, index, older_rules, rows, settle};
use crate::dedup::{Pool, RULES_VERSION};
use crate::ledger::Body;
use crate::model::{RecordId, Role};
use crate::screen::Acting;
use crate::screen::people::require;
use crate::store::{Reader, Store, StoreError};
use serde::Serialize;
use std::collections::BTreeSet;

/// What newer rules would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upgrade {
    /// The rules in force.
    pub from: String,
    /// The rules of this program.
    pub to: String,
    /// Joins that would be made: records and rule.
    pub joins: Vec<(RecordId, RecordId, String)>,
    /// Joins that would no longer hold.
    pub withdrawn: Vec<(RecordId, RecordId)>,
    /// Questions that would be asked.
    pub questions: usize,
    /// Relations that would be noted.
    pub relations: usize,
}

/// Says what this program's rules would change; nothing where they are in force.
pub fn upgrade(store: &Store) -> Result<Option<Upgrade>, RunError> {
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
    let Some(from) = older_rules(reader)? else {
        return Ok(None);
    };
    let (found, _) = everything(reader)?;
    Ok(Some(Upgrade {
        from,
        to: RULES_VERSION.to_owned(),
        joins: found
            .joins
            .iter()
            .map(|join| (join.a, join.b, join.rule.clone()))
            .collect(),
        withdrawn: found.withdrawn.iter().map(|p| (p.a, p.b)).collect(),
        questions: found.queue.len(),
        relations: found.relations.len(),
    }))
}

/// Puts this program's rules in force: a lead accepts them.
pub fn accept(store: &Store, acting: &Acting) -> Result<bool, RunError> {
    let Some(from) = older_rules(store.snapshot()?.read())? else {
        return Ok(false);
    };
    let person = acting.present(store.snapshot()?.read())?;
    require(
        &person,
        "accept newer rules of deduplication",
        &[Role::Lead],
    )?;
    let (found, upto) = everything(store.snapshot()?.read())?;
    store.write(|writer| {
        writer.append(&acting.draft(Body::ClustersRevised {
            rules: RULES_VERSION.to_owned(),
            from: Some(from),
            withdrawn: found.withdrawn,
        }))?;
        writer.append(&acting.draft(Body::RecordsClustered {
            rules: RULES_VERSION.to_owned(),
            upto,
            joins: found.joins,
            relations: found.relations,
            queue: found.queue,
        }))
    })?;
    Ok(true)
}

/// Everything compared so far, clustered anew.
fn everything(reader: Reader<'_>) -> Result<(Settled, RecordId), StoreError> {
    let mut ids = BTreeSet::new();
    for row in reader.records()? {
        if row.compared {
            ids.insert(row.id);
        }
    }
    let mut pool = Pool::default();
    index::fill(&mut pool, reader, &rows(reader, &ids)?, true)?;
    let upto = ids.last().copied().unwrap_or(RecordId(0));
    let ready = Ready { pool, ids };
    Ok((settle(reader, ready, &BTreeSet::new(), false)?, upto))
}
