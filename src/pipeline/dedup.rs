//! The dedup stage: compare what is new with what it may be a copy of; join, queue, relate.
//!
//! A batch reads its own records and their candidates by the key index, never everything. What it
//! touches is computed anew as a whole, so that before any decision several batches give the
//! clusters of one. A report on which people decided stays as it is; what would change it becomes
//! a question. Newer rules change nothing by themselves: [`upgrade`] says what they would change,
//! and a person accepts it.

mod index;
mod reconcile;
mod upgrade;

use super::{RunError, StageReport, StageState, many};
use crate::dedup::{Outcome, Pool, RULES_VERSION, RelationKind, Verdict};
use crate::ledger::event::{JoinRef, PairRef, RelationRef, UncertainRef};
use crate::ledger::{Body, Stamp};
use crate::model::{Clock, EventSeq, Lane, RecordId};
use crate::screen::pairs::decided_differently;
use crate::store::flow::FlowBox;
use crate::store::read::RecordRow;
use crate::store::{Reader, Store, StoreError, Writer};
use index::Indexed;
use reconcile::{Change, Together};
use std::collections::{BTreeMap, BTreeSet};

pub use upgrade::{Upgrade, accept, upgrade};

/// Compares every record that was not compared yet.
pub fn run(store: &mut Store, clock: &dyn Clock) -> Result<StageReport, RunError> {
    let changed = compare(store, clock)?;
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
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
    if let Some(from) = older_rules(reader)? {
        text.push_str(&format!(
            "; these clusters follow rules {from}, this program has {RULES_VERSION}: \
             `perennial dedup upgrade` shows what would change"
        ));
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
        "same-study" => "linked as reports of one study",
        _ => "told apart",
    }
}

/// The version of the rules in force where it is not this program's.
fn older_rules(reader: Reader<'_>) -> Result<Option<String>, StoreError> {
    Ok(reader
        .rules_in_force()?
        .filter(|version| version != RULES_VERSION))
}

fn compare(store: &mut Store, clock: &dyn Clock) -> Result<bool, RunError> {
    let fresh = store.snapshot()?.read().not_compared()?;
    let Some(upto) = fresh.iter().map(|row| row.id).max() else {
        return Ok(false);
    };
    index::refresh(store)?;
    let snapshot = store.snapshot()?;
    let reader = snapshot.read();
    let mut pool = Pool::default();
    let indexed = index::fill(&mut pool, reader, &fresh, true)?;
    let indexed = index::keyed(&pool, indexed);
    let near = index::candidates(reader, &indexed)?;
    let frozen = older_rules(reader)?.is_some();
    let pool = if near.is_empty() {
        index::note_issues(&mut pool, reader, &indexed)?;
        Ready {
            pool,
            ids: BTreeSet::new(),
        }
    } else {
        let candidates = rows(reader, &near)?;
        index::fill(&mut pool, reader, &candidates, false)?;
        index::note_issues(&mut pool, reader, &indexed)?;
        touched(reader, &pool.touched(), (&fresh, &indexed), frozen)?
    };
    let ids: BTreeSet<RecordId> = fresh.iter().map(|row| row.id).collect();
    let found = settle(reader, pool, &ids, frozen)?;
    drop(snapshot);
    let stamp = Stamp::program(clock.now());
    store.write(|writer| {
        if !found.withdrawn.is_empty() {
            writer.append(&stamp.draft(Body::ClustersRevised {
                rules: RULES_VERSION.to_owned(),
                from: None,
                withdrawn: found.withdrawn,
            }))?;
        }
        writer.append(&stamp.draft(Body::RecordsClustered {
            rules: RULES_VERSION.to_owned(),
            upto,
            joins: found.joins,
            relations: found.relations,
            queue: found.queue,
        }))?;
        index::write(writer, &indexed)
    })?;
    store.optimize();
    Ok(true)
}

/// What is connected with records that are about to leave: their reports, joins and questions, and
/// what the program parted since the first of them came.
pub(super) fn around(
    reader: Reader<'_>,
    leaving: &BTreeSet<RecordId>,
    since: EventSeq,
) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut around = reader.connected(leaving)?;
    for event in reader.events_of("clusters_revised")? {
        if event.seq > since
            && let Body::ClustersRevised { withdrawn, .. } = event.body()?
        {
            around.extend(withdrawn.iter().flat_map(|pair| [pair.a, pair.b]));
        }
    }
    Ok(around)
}

/// Compares records anew as a whole, after others left that had been compared with them.
pub(super) fn again(
    writer: &mut Writer<'_>,
    among: &BTreeSet<RecordId>,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let reader = writer.read();
    let compared: Vec<RecordRow> = rows(reader, &reader.connected(among)?)?
        .into_iter()
        .filter(|row| row.compared)
        .collect();
    let ids: BTreeSet<RecordId> = compared.iter().map(|row| row.id).collect();
    let Some(upto) = ids.last().copied() else {
        return Ok(());
    };
    let frozen = older_rules(reader)?.is_some();
    let mut pool = Pool::default();
    index::fill(&mut pool, reader, &compared, !frozen)?;
    index::note_issues(&mut pool, reader, &[])?;
    let found = settle(reader, Ready { pool, ids }, &BTreeSet::new(), frozen)?;
    if !found.withdrawn.is_empty() {
        writer.append(&stamp.draft(Body::ClustersRevised {
            rules: RULES_VERSION.to_owned(),
            from: None,
            withdrawn: found.withdrawn,
        }))?;
    }
    if !(found.joins.is_empty() && found.relations.is_empty() && found.queue.is_empty()) {
        writer.append(&stamp.draft(Body::RecordsClustered {
            rules: RULES_VERSION.to_owned(),
            upto,
            joins: found.joins,
            relations: found.relations,
            queue: found.queue,
        }))?;
    }
    Ok(())
}

/// Compares one record anew, whose content is another than when it was compared.
pub(super) fn anew(
    writer: &mut Writer<'_>,
    record: RecordId,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let reader = writer.read();
    let mut among = BTreeSet::from([record]);
    // An index of older rules is made anew as a whole before the next comparison.
    if reader.index_version()?.as_deref() == Some(RULES_VERSION) {
        let row = rows(reader, &among)?;
        let mut pool = Pool::default();
        let indexed = index::fill(&mut pool, reader, &row, false)?;
        let indexed = index::keyed(&pool, indexed);
        among.extend(index::candidates(reader, &indexed)?);
        index::write(writer, &indexed)?;
    }
    again(writer, &among, stamp)
}

/// Puts the program's joins back as they were before an event: what came since has left, and
/// nothing else came.
pub(super) fn as_before(
    writer: &mut Writer<'_>,
    event: EventSeq,
    stamp: &Stamp,
) -> Result<(), StoreError> {
    let reader = writer.read();
    let mut before: BTreeMap<(RecordId, RecordId), JoinRef> = BTreeMap::new();
    let mut upto = RecordId(0);
    let mut events = reader.events_of("records_clustered")?;
    events.extend(reader.events_of("clusters_revised")?);
    events.sort_by_key(|found| found.seq);
    for found in events.iter().take_while(|found| found.seq < event) {
        let body = found.body()?;
        if let Body::RecordsClustered {
            joins, upto: to, ..
        } = body
        {
            upto = upto.max(to);
            before.extend(joins.into_iter().map(|join| ((join.a, join.b), join)));
        } else if let Body::ClustersRevised { withdrawn, .. } = body {
            for pair in withdrawn {
                before.remove(&(pair.a, pair.b));
            }
        }
    }
    let now: BTreeSet<(RecordId, RecordId)> = reader.edges()?.into_iter().collect();
    let mut joins = Vec::new();
    for (pair, join) in &before {
        let there = reader.record(pair.0)?.is_some() && reader.record(pair.1)?.is_some();
        if there && !now.contains(pair) {
            joins.push(join.clone());
        }
    }
    let withdrawn: Vec<PairRef> = now
        .into_iter()
        .filter(|pair| !before.contains_key(pair))
        .map(|(a, b)| PairRef { a, b })
        .collect();
    let rules = reader
        .rules_in_force()?
        .unwrap_or_else(|| RULES_VERSION.to_owned());
    if !withdrawn.is_empty() {
        writer.append(&stamp.draft(Body::ClustersRevised {
            rules: rules.clone(),
            from: None,
            withdrawn,
        }))?;
    }
    if !joins.is_empty() {
        writer.append(&stamp.draft(Body::RecordsClustered {
            rules,
            upto,
            joins,
            relations: Vec::new(),
            queue: Vec::new(),
        }))?;
    }
    Ok(())
}

/// A pool and the old records in it.
struct Ready {
    pool: Pool,
    ids: BTreeSet<RecordId>,
}

fn rows(reader: Reader<'_>, ids: &BTreeSet<RecordId>) -> Result<Vec<RecordRow>, StoreError> {
    let rows = ids.iter().map(|id| reader.record(*id));
    rows.filter_map(Result::transpose).collect()
}

/// The new records and everything connected with what they touch, to be clustered as a whole;
/// while newer rules wait to be accepted, what is old is not compared with what is old.
fn touched(
    reader: Reader<'_>,
    touched: &BTreeSet<RecordId>,
    (fresh, indexed): (&[RecordRow], &[Indexed]),
    frozen: bool,
) -> Result<Ready, StoreError> {
    let fresh_ids: BTreeSet<RecordId> = fresh.iter().map(|row| row.id).collect();
    let ids: BTreeSet<RecordId> = reader
        .connected(touched)?
        .difference(&fresh_ids)
        .copied()
        .collect();
    let mut pool = Pool::default();
    index::fill(&mut pool, reader, fresh, true)?;
    index::fill(&mut pool, reader, &rows(reader, &ids)?, !frozen)?;
    index::note_issues(&mut pool, reader, indexed)?;
    Ok(Ready { pool, ids })
}

/// What an event gains.
struct Settled {
    withdrawn: Vec<PairRef>,
    joins: Vec<JoinRef>,
    relations: Vec<RelationRef>,
    queue: Vec<UncertainRef>,
}

/// Clusters a pool and compares the result with what the store has.
fn settle(
    reader: Reader<'_>,
    ready: Ready,
    fresh: &BTreeSet<RecordId>,
    frozen: bool,
) -> Result<Settled, StoreError> {
    let Ready { pool, ids } = ready;
    let mut reports = BTreeMap::new();
    let mut edges = BTreeSet::new();
    for row in rows(reader, &ids)? {
        reports.insert(row.id, row.report);
        edges.extend(reader.edges_of(row.id)?);
    }
    edges.retain(|(a, b)| ids.contains(a) && ids.contains(b));
    // What people decided on stays together; while newer rules wait, everything does.
    let mut kept = BTreeMap::new();
    for (id, report) in &reports {
        if frozen || reader.has_votes(*report)? {
            kept.insert(*id, *report);
        }
    }
    let inside = |id: &RecordId| fresh.contains(id) || ids.contains(id);
    let verdicts: Vec<Verdict> = reader
        .verdicts()?
        .into_iter()
        .filter(|(a, b, _)| inside(a) && inside(b))
        .map(|(a, b, same)| Verdict { a, b, same })
        .collect();
    let outcome = pool.deduplicate(&kept, &verdicts);
    let mut should = Together::default();
    let mut heads: BTreeMap<RecordId, RecordId> = BTreeMap::new();
    for (id, report) in &kept {
        should.join(*heads.entry(*report).or_insert(*id), *id);
    }
    for join in &outcome.joins {
        should.join(join.a, join.b);
    }
    let same = standing(&verdicts);
    let change = reconcile::change(&should, &outcome.joins, &edges, &same, &reports);
    record(reader, change, &outcome, &edges, &same, &reports)
}

/// People's "same" that no later word on the pair takes back.
fn standing(verdicts: &[Verdict]) -> Vec<(RecordId, RecordId)> {
    let mut last: BTreeMap<(RecordId, RecordId), bool> = BTreeMap::new();
    for verdict in verdicts {
        let pair = (verdict.a.min(verdict.b), verdict.a.max(verdict.b));
        last.insert(pair, verdict.same);
    }
    last.into_iter()
        .filter_map(|(pair, same)| same.then_some(pair))
        .collect()
}

fn score(score: f64) -> String {
    format!("{score:.4}")
}

/// Writes a change down as the log has it; what people's decisions forbid becomes a question.
fn record(
    reader: Reader<'_>,
    change: Change,
    outcome: &Outcome,
    edges: &BTreeSet<(RecordId, RecordId)>,
    same: &[(RecordId, RecordId)],
    reports: &BTreeMap<RecordId, RecordId>,
) -> Result<Settled, StoreError> {
    let mut queue = Vec::new();
    for pair in &outcome.queue {
        if !reader.was_asked(pair.a, pair.b)? {
            queue.push(UncertainRef {
                a: pair.a,
                b: pair.b,
                score: score(pair.score),
                why: pair.why.clone(),
            });
        }
    }
    // The reports with votes that each growing cluster holds: a new record may bridge two of them.
    let mut now = Together::default();
    let gone: BTreeSet<_> = change.withdrawn.iter().copied().collect();
    let stands = |(a, b): &&(RecordId, RecordId)| {
        reports.get(a) == reports.get(b) && !gone.contains(&(*a, *b))
    };
    for (a, b) in edges.iter().filter(stands).chain(same) {
        now.join(*a, *b);
    }
    let mut voted: BTreeMap<RecordId, BTreeSet<RecordId>> = BTreeMap::new();
    for (id, report) in reports {
        if reader.has_votes(*report)? {
            voted.entry(now.head(*id)).or_default().insert(*report);
        }
    }
    let mut joins = Vec::new();
    for join in &change.added {
        let (left, right) = (now.head(join.a), now.head(join.b));
        let (x, y) = (voted.get(&left), voted.get(&right));
        let mut phase = None;
        for (x, y) in x
            .into_iter()
            .flatten()
            .flat_map(|x| y.into_iter().flatten().map(move |y| (x, y)))
        {
            phase = phase.or(decided_differently(reader, *x, *y)?);
        }
        if let Some(phase) = phase {
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
        now.join(join.a, join.b);
        let mut all = voted.remove(&left).unwrap_or_default();
        all.extend(voted.remove(&right).unwrap_or_default());
        voted.insert(now.head(join.a), all);
        joins.push(JoinRef {
            a: join.a,
            b: join.b,
            rule: join.rule.to_owned(),
            score: score(join.score),
        });
    }
    let mut relations = Vec::new();
    for relation in &outcome.relations {
        // Studies are linked by the numbers of registers as reports are included.
        if relation.kind == RelationKind::SameStudy {
            continue;
        }
        let word = relation.kind.as_str();
        if !reader.is_related(relation.from, relation.to, word)? {
            relations.push(RelationRef {
                from: relation.from,
                to: relation.to,
                relation: word.to_owned(),
                why: relation.why.clone(),
            });
        }
    }
    let pair = |(a, b): (RecordId, RecordId)| PairRef { a, b };
    Ok(Settled {
        withdrawn: change.withdrawn.into_iter().map(pair).collect(),
        joins,
        relations,
        queue,
    })
}
