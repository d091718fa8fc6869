//! The dedup stage: compare what is new with everything, join, queue, relate.

use super::{RunError, StageReport, StageState, many};
use crate::dedup::{Entry, RULES_VERSION, Verdict, deduplicate};
use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::{JoinRef, RelationRef, UncertainRef};
use crate::model::{Clock, Lane, Record, RecordId};
use crate::screen::pairs::decided_differently;
use crate::store::flow::FlowBox;
use crate::store::{Store, StoreError};
use std::collections::BTreeMap;

/// Compares every record that was not compared yet.
pub fn run(store: &mut Store, clock: &dyn Clock) -> Result<StageReport, RunError> {
    let changed = compare(store, clock)?;
    let reader = store.read();
    let copies = reader.count(&FlowBox::Copies(Lane::Main))?
        + reader.count(&FlowBox::Copies(Lane::Other))?;
    let pairs = reader.open_pairs()?.len() as u64;
    let mut text = many(copies, "duplicate", "duplicates");
    if pairs > 0 {
        text.push_str(&format!(", {} for people", many(pairs, "pair", "pairs")));
    }
    for (word, n) in reader.relation_counts()? {
        text.push_str(&format!(", {n} {}", linked(&word)));
    }
    Ok(StageReport {
        stage: "dedup",
        state: if pairs > 0 {
            StageState::Waiting
        } else {
            StageState::Done
        },
        text,
        count: Some(reader.reports()?.len() as u64),
        changed,
        seconds: 0.0,
    })
}

fn linked(word: &str) -> &str {
    match word {
        "notice-of" => "linked as notices",
        "version" => "linked as versions",
        "report-of" => "linked as abstracts or protocols",
        _ => "told apart",
    }
}

fn compare(store: &mut Store, clock: &dyn Clock) -> Result<bool, RunError> {
    let rows = store.read().records()?;
    let Some(upto) = rows
        .iter()
        .filter(|row| !row.compared)
        .map(|row| row.id)
        .max()
    else {
        return Ok(false);
    };
    let mut records: Vec<Record> = Vec::with_capacity(rows.len());
    for row in &rows {
        let record = store.read().content(row.hash)?.ok_or_else(|| {
            StoreError::Value(format!("the content of record {} is missing", row.id))
        })?;
        records.push(record);
    }
    let entries: Vec<Entry<'_>> = rows
        .iter()
        .zip(&records)
        .map(|(row, record)| Entry {
            id: row.id,
            record,
            source: &row.source,
            new: !row.compared,
        })
        .collect();
    let clusters: BTreeMap<RecordId, RecordId> = rows
        .iter()
        .filter(|row| row.compared)
        .map(|row| (row.id, row.report))
        .collect();
    let verdicts: Vec<Verdict> = store
        .read()
        .verdicts()?
        .into_iter()
        .map(|(a, b, same)| Verdict { a, b, same })
        .collect();
    let outcome = deduplicate(&entries, &clusters, &verdicts);

    let score = |score: f64| format!("{score:.4}");
    let mut joins = Vec::new();
    let mut queue: Vec<UncertainRef> = outcome
        .queue
        .iter()
        .map(|pair| UncertainRef {
            a: pair.a,
            b: pair.b,
            score: score(pair.score),
            why: pair.why.clone(),
        })
        .collect();
    for join in &outcome.joins {
        // Two reports that people decided differently are never joined by the program.
        if let Some(phase) = decided_differently(store.read(), join.a, join.b)? {
            queue.push(UncertainRef {
                a: join.a,
                b: join.b,
                score: score(join.score),
                why: format!(
                    "{} agrees, but people decided differently in {phase}",
                    join.rule
                ),
            });
            continue;
        }
        joins.push(JoinRef {
            a: join.a,
            b: join.b,
            rule: join.rule.to_owned(),
            score: score(join.score),
        });
    }
    let relations = outcome
        .relations
        .iter()
        .map(|relation| RelationRef {
            from: relation.from,
            to: relation.to,
            relation: relation.kind.as_str().to_owned(),
            why: relation.why.clone(),
        })
        .collect();
    let stamp = Stamp::program(clock.now());
    store.write(|writer| {
        writer.append(&stamp.draft(Body::RecordsClustered {
            rules: RULES_VERSION.to_owned(),
            upto,
            joins,
            relations,
            queue,
        }))
    })?;
    Ok(true)
}
