//! Gathering: every value of a report from the store and the workflow.

use super::register::{Lookup, reports};
use super::searches::{Sources, searches};
use super::{
    CountSet, Excluded, IncludedStudy, Pair, Protocol, RemovalEntry, Report, ReportData,
    ReportInput, RuleRemovals, Standing, Strategy, Unblinding,
};
use crate::ledger::event::FileRef;
use crate::ledger::{Actor, Body};
use crate::model::{Digest, EventSeq, RecordId};
use crate::report::names::names;
use crate::report::{ReportError, flow};
use crate::store::read::Removal;
use crate::store::{Reader, StoreError};
use crate::workflow::{RemovalBox, Workflow};
use std::collections::BTreeMap;

/// Gathers what a report shows.
///
/// The appendix prints a strategy for a run only where the bytes that the run sent are those of
/// the protocol in force; for an earlier strategy it names the path and the hash.
pub fn gather(reader: Reader<'_>, input: &ReportInput<'_>) -> Result<ReportData, ReportError> {
    let workflow = input.workflow;
    let received = reader.events_of("records_received")?;
    let mut times: BTreeMap<_, _> = received
        .iter()
        .map(|event| (event.seq, event.at.clone()))
        .collect();
    for event in reader.events_of("filter_applied")? {
        times.insert(event.seq, event.at);
    }
    let removals = reader.removals()?;
    let studies = reader.studies()?;
    let mut lookup = Lookup {
        times,
        reasons: reader.reasons()?,
        studies: studies.into_iter().map(|row| (row.id, row)).collect(),
        removals: BTreeMap::new(),
        names: names(reader)?,
    };
    for removal in &removals {
        let entry = RemovalEntry {
            rule: removal.rule.clone(),
            evidence: removal.evidence.clone(),
            seq: removal.seq,
            at: lookup.at(removal.seq),
        };
        lookup.removals.insert(removal.report, entry);
    }
    let sources = Sources::of(reader, workflow)?;
    let protocol = protocol(reader)?;
    let strategy = |query: &FileRef| sent(protocol.as_ref(), &input.strategies, query);
    let accepted = reader.events_of("counts_accepted")?;
    let searches = searches(
        reader.search_runs()?,
        (&received, &accepted),
        &sources,
        &strategy,
    )?;
    let column = flow::current(reader, input.publication.as_deref())?;
    let counts = flow::of_column(reader, &column)?.pooling(input.results.pooled);
    let reports = reports(reader, &lookup)?;
    let (head, last_at) = told(reader, input.review)?;
    let data = ReportData {
        results: input.results.clone(),
        publication: input.publication.clone(),
        history: input.history.clone(),
        review: workflow.review.clone(),
        criteria: workflow.criteria.clone(),
        living: workflow.living.clone(),
        head,
        last_at,
        protocol,
        sets: sets(reader, &column, &counts)?,
        study_labels: reader.study_labels()?,
        unsearched: sources.unsearched(&searches),
        searches,
        removals: by_rule(&counts, &removals, workflow),
        excluded: excluded(reader, &lookup)?,
        studies: included(reader, &reports)?,
        not_retrieved: standing_at(&reports, Standing::NotRetrieved),
        relations: reader.relation_counts()?,
        waiting: input.waiting.clone(),
        pairs: pairs(reader)?,
        bias: super::bias::lights(reader, workflow)?,
        agreement: super::agreement::view(reader, &lookup.names, &lookup.reasons)?,
        unblinded: unblinded(reader)?,
        counts,
        reports,
    };
    Ok(data.hide_numbers())
}

/// The last moment of the log that everybody may know, and its time.
fn told(
    reader: Reader<'_>,
    review: &str,
) -> Result<((EventSeq, Digest), Option<String>), StoreError> {
    match reader.event(reader.told_head()?)? {
        Some(event) => Ok(((event.seq, event.hash), Some(event.at))),
        None => Ok((reader.head(review)?, None)),
    }
}

/// The text of a run's strategy, where the protocol in force has the same bytes.
fn sent(protocol: Option<&Protocol>, strategies: &[Strategy], query: &FileRef) -> Option<String> {
    let unchanged = protocol?.queries.contains(query);
    let found = strategies
        .iter()
        .find(|strategy| strategy.path == query.path)?;
    unchanged.then(|| found.text.clone())
}

fn protocol(reader: Reader<'_>) -> Result<Option<Protocol>, StoreError> {
    let all = reader.events_of("workflow_adopted")?;
    let adopted = u64::try_from(all.len()).unwrap_or(u64::MAX);
    let Some(event) = all.into_iter().next_back() else {
        return Ok(None);
    };
    let Body::WorkflowAdopted {
        workflow, queries, ..
    } = event.body()?
    else {
        return Ok(None);
    };
    Ok(Some(Protocol {
        seq: event.seq,
        at: event.at,
        workflow,
        queries,
        adopted,
    }))
}

fn unblinded(reader: Reader<'_>) -> Result<Vec<Unblinding>, StoreError> {
    let mut out = Vec::new();
    let names = names(reader)?;
    for event in reader.events_of("votes_unblinded")? {
        if let Body::VotesUnblinded { command } = event.body()? {
            out.push(Unblinding {
                seq: event.seq,
                who: match event.actor() {
                    Ok(Actor::Person(person)) => names.of(person),
                    Ok(Actor::Program) | Err(_) => event.actor,
                },
                at: event.at,
                command,
            });
        }
    }
    Ok(out)
}

fn sets(
    reader: Reader<'_>,
    column: &flow::Column,
    counts: &crate::prisma::Counts,
) -> Result<Vec<CountSet>, StoreError> {
    let sets = flow::sets(reader, column, counts)?.into_iter();
    Ok(sets
        .map(|(path, n, members)| {
            let (name, rule) = flow::words(&path).unwrap_or_else(|| (path.clone(), ""));
            CountSet {
                path,
                name,
                rule,
                n,
                members,
            }
        })
        .collect())
}

/// Removals under their rules, in the order of the flow.
fn by_rule(
    counts: &crate::prisma::Counts,
    removals: &[Removal],
    workflow: &Workflow,
) -> Vec<RuleRemovals> {
    let boxes = [
        (RemovalBox::Automation, &counts.removed.automation),
        (RemovalBox::Other, &counts.removed.other),
    ];
    let mut out: Vec<RuleRemovals> = Vec::new();
    for (to, list) in boxes {
        for named in &list.by_rule {
            let rule = workflow.rules.iter().find(|rule| rule.name == named.name);
            let of_rule = removals
                .iter()
                .filter(|r| r.rule == named.name && r.to == to.as_str());
            out.push(RuleRemovals {
                rule: named.name.clone(),
                to,
                description: rule.and_then(|rule| rule.description.clone()),
                reports: of_rule.map(|r| (r.report, r.evidence.clone())).collect(),
            });
        }
    }
    out
}

/// Reports excluded at full text, by lane and then in the order of the reasons.
fn excluded(reader: Reader<'_>, lookup: &Lookup) -> Result<Vec<Excluded>, StoreError> {
    let rows = reader.reports_in(crate::model::Place::FulltextExcluded)?;
    let mut out: Vec<Excluded> = rows
        .into_iter()
        .map(|row| {
            let code = row.reason.unwrap_or_default();
            Excluded {
                report: row.id,
                lane: row.lane,
                reason: lookup.reason(&code),
                code,
            }
        })
        .collect();
    let order = |code: &str| lookup.reasons.iter().position(|reason| reason.code == code);
    out.sort_by_key(|e| {
        (
            order(&e.code).unwrap_or(usize::MAX),
            e.code.clone(),
            e.report,
        )
    });
    Ok(out)
}

/// Studies with their included reports, then included reports of no study.
fn included(reader: Reader<'_>, reports: &[Report]) -> Result<Vec<IncludedStudy>, StoreError> {
    let mut out = Vec::new();
    let ids = standing_at(reports, Standing::Included);
    for found in reader.study_reports()? {
        let own: Vec<RecordId> = found.reports.iter().map(|(row, _)| row.id).collect();
        let own: Vec<RecordId> = own.into_iter().filter(|id| ids.contains(id)).collect();
        if !own.is_empty() {
            out.push(IncludedStudy {
                study: Some(found.study),
                reports: own,
            });
        }
    }
    let included = reports.iter().filter(|r| r.standing == Standing::Included);
    for report in included.filter(|report| report.studies.is_empty()) {
        out.push(IncludedStudy {
            study: None,
            reports: vec![report.id],
        });
    }
    Ok(out)
}

fn standing_at(reports: &[Report], standing: Standing) -> Vec<RecordId> {
    let here = reports.iter().filter(|report| report.standing == standing);
    here.map(|report| report.id).collect()
}

fn pairs(reader: Reader<'_>) -> Result<Vec<Pair>, StoreError> {
    let one = |id: RecordId| -> Result<(RecordId, String), StoreError> {
        let row = reader.record(id)?;
        let report = row.as_ref().map_or(id, |row| row.report);
        let title = row.and_then(|row| row.title);
        Ok((report, title.unwrap_or_else(|| "(no title)".to_owned())))
    };
    reader
        .open_pairs()?
        .into_iter()
        .map(|pair| {
            let (report_a, title_a) = one(pair.a)?;
            let (report_b, title_b) = one(pair.b)?;
            Ok(Pair {
                a: (pair.a, report_a),
                b: (pair.b, report_b),
                titles: (title_a, title_b),
                score: pair.score,
                why: pair.why,
            })
        })
        .collect()
}
