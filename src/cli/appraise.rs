//! `appraise`: the risk of bias of results, by the questions of RoB 2.

use super::args::{AppraiseArgs, AppraiseCommand, AppraiseSet, Global};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::appraise::rob2::Effect;
use crate::extract::appraisal::enter::import;
use crate::extract::appraisal::exchange::{COLUMNS, Written, questions, write};
use crate::extract::appraisal::{Held, Key, OVERALL, Seen, Sight, by_result, hidden, seen};
use crate::ledger::Via;
use crate::model::{Judgement, Place, StudyId};
use crate::pipeline::{Workspace, many};
use crate::report::names::names;
use crate::screen::people;
use crate::store::Reader;
use crate::workflow::OutcomeType;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn run(args: AppraiseArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let mut workspace = if matches!(
        args.command,
        AppraiseCommand::List { .. }
            | AppraiseCommand::Export { unblind: false }
            | AppraiseCommand::Template { .. }
    ) {
        Workspace::open_reading_or_empty(&root)?
    } else {
        Workspace::open(&root, false)?
    };
    match args.command {
        AppraiseCommand::List { person } => {
            let person = person.or_else(|| global.actor.clone());
            list(&workspace, person.as_deref(), out)
        }
        AppraiseCommand::Set(set) => {
            let person = super::screen::actor(global)?;
            let table = one_row(&set)?;
            let given = (super::extract::GIVEN, table.as_bytes());
            enter(&mut workspace, given, Some(person), Via::Cli, out)?;
            told(&set, out)?;
            Ok(0)
        }
        AppraiseCommand::Import { file } => {
            let shown = file.display().to_string();
            let bytes = std::fs::read(&file).map_err(|error| {
                CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
            })?;
            let kept = workspace.archive.keep(&bytes).map_err(CliError::from)?;
            let logged = super::output::logged(&workspace.root, &file);
            workspace
                .store
                .write(|writer| writer.put_archive(&kept, &logged))?;
            let person = global.actor.as_deref();
            enter(&mut workspace, (&logged, &bytes), person, Via::Import, out)?;
            Ok(0)
        }
        AppraiseCommand::Export { unblind } => {
            if unblind {
                super::screen::note_unblinded(&mut workspace, global, "appraise export")?;
            }
            export(&workspace, unblind, out)
        }
        AppraiseCommand::Template {
            study,
            result,
            effect,
        } => template(&workspace, (study, result.as_deref(), &effect), out),
    }
}

fn enter(
    workspace: &mut Workspace,
    (path, bytes): (&str, &[u8]),
    person: Option<&str>,
    via: Via,
    out: &mut Out,
) -> Result<(), Ending> {
    let workflow = workspace.workflow.clone();
    let done = workspace
        .store
        .write(|writer| import(writer, &workflow, (path, bytes), person, &SystemClock, via))?;
    out.line(&format!(
        "{} entered, {} there already",
        many(done.written, "answer", "answers"),
        done.known
    ))?;
    if done.blank > 0 {
        let rows = many(done.blank, "row", "rows");
        out.line(&format!("{rows} without an answer passed over"))?;
    }
    out.json(&json!({"written": done.written, "known": done.known, "blank": done.blank}))
}

/// What was entered by options, in one line.
fn told(set: &AppraiseSet, out: &mut Out) -> Result<(), Ending> {
    let of = [&set.comparison, &set.population, &set.time];
    let mut text = format!("{}, {}", set.study, set.result);
    for one in of.into_iter().flatten() {
        text.push_str(&format!(", {one}"));
    }
    text.push_str(&format!(
        " ({}): {} {}",
        set.effect, set.question, set.answer
    ));
    for (word, said) in [
        ("", &set.note),
        ("quote ", &set.quote),
        ("page ", &set.page),
    ] {
        if let Some(said) = said {
            text.push_str(&format!("; {word}{said}"));
        }
    }
    out.line(&text)
}

/// The options of `appraise set` as one row of the exchange file, so that both are read alike.
fn one_row(set: &AppraiseSet) -> Result<String, CliError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        set.study.clone(),
        set.result.clone(),
        set.effect.clone(),
        set.question.clone(),
        set.answer.clone(),
        String::new(),
        text(&set.comparison),
        text(&set.population),
        text(&set.time),
        text(&set.note),
        text(&set.quote),
        text(&set.page),
        String::new(),
        if set.settles { "yes" } else { "" }.to_owned(),
    ];
    let fault = |error: &dyn std::fmt::Display| CliError::new(Kind::Internal, error.to_string());
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(COLUMNS).map_err(|e| fault(&e))?;
    table.write_record(&cells).map_err(|e| fault(&e))?;
    let bytes = table.into_inner().map_err(|e| fault(&e))?;
    String::from_utf8(bytes).map_err(|e| fault(&e))
}

/// What every study is called.
fn labels(reader: Reader<'_>) -> Result<BTreeMap<StudyId, String>, Ending> {
    let all = reader.studies()?.into_iter();
    Ok(all.map(|study| (study.id, study.label)).collect())
}

fn label(labels: &BTreeMap<StudyId, String>, study: StudyId) -> String {
    labels
        .get(&study)
        .cloned()
        .unwrap_or_else(|| study.to_string())
}

fn word(judgement: Option<Judgement>) -> &'static str {
    judgement.map_or("open", Judgement::word)
}

fn list(workspace: &Workspace, person: Option<&str>, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let person = person
        .map(|name| people::acting(reader, name))
        .transpose()?;
    let labels = labels(reader)?;
    let mut rows = Vec::new();
    for one in seen(reader, &workspace.workflow, person.as_ref())? {
        let ink = match one.sight {
            Sight::Settled => Ink::Good,
            Sight::Open | Sight::Begun | Sight::Done => Ink::Open,
            Sight::ToSettle => Ink::Bad,
        };
        let study = label(&labels, one.key.study);
        out.line(&format!(
            "{study}: {} ({}) {}",
            one.key.result(),
            one.key.effect.word(),
            out.ink(ink, one.sight.words())
        ))?;
        let shown = match (&one.held, &one.own) {
            (Some(held), _) => Some((held.domains.as_slice(), held.overall, held.reason.as_ref())),
            (None, Some((domains, overall))) => Some((domains.as_slice(), *overall, None)),
            (None, None) => None,
        };
        if let Some((domains, overall, reason)) = shown {
            for domain in domains {
                let why = domain
                    .reason
                    .as_ref()
                    .map(|why| format!("; judged so: {why}"));
                out.line(&format!(
                    "    {} {}: {}{}",
                    domain.assessed.domain.short,
                    word(domain.judgement),
                    domain.assessed.path(),
                    why.unwrap_or_default()
                ))?;
            }
            let why = reason.map(|why| format!(": judged so: {why}"));
            out.line(&format!(
                "    {OVERALL} {}{}",
                word(overall),
                why.unwrap_or_default()
            ))?;
        }
        for (item, values) in &one.differ {
            out.line(&format!("    {item}: {}", values.join(" | ")))?;
        }
        rows.push(row(&one, &study));
    }
    if rows.is_empty() {
        out.line("No result is assessed yet. Next: `perennial appraise template`")?;
    }
    out.json(&json!({"results": rows}))?;
    Ok(0)
}

fn row(one: &Seen, study: &str) -> Value {
    let domains = |all: &[Held]| -> Vec<Value> {
        all.iter()
            .map(|domain| {
                json!({
                    "domain": domain.assessed.domain.short,
                    "judgement": domain.judgement.map(Judgement::word),
                    "algorithm": domain.assessed.judgement.map(Judgement::word),
                    "path": domain.assessed.path(), "reason": domain.reason,
                })
            })
            .collect()
    };
    let held = one.held.as_ref().map(|held| {
        json!({
            "domains": domains(&held.domains), "overall": held.overall.map(Judgement::word),
            "reason": held.reason,
        })
    });
    let own = one.own.as_ref().map(
        |(all, overall)| json!({"domains": domains(all), "overall": overall.map(Judgement::word)}),
    );
    let differ: Vec<Value> = one
        .differ
        .iter()
        .map(|(item, values)| json!({"item": item, "values": values}))
        .collect();
    json!({
        "study": one.key.study.to_string(), "label": study, "outcome": one.key.outcome,
        "comparison": one.key.comparison, "population": one.key.population, "time": one.key.time,
        "effect": one.key.effect.word(), "state": one.sight.words(), "held": held, "own": own,
        "differ": differ,
    })
}

fn export(workspace: &Workspace, unblind: bool, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let hidden = hidden(reader, &workspace.workflow)?;
    let (labels, people) = (labels(reader)?, names(reader)?);
    let mut rows: Vec<(Key, Written)> = Vec::new();
    let mut left_out = 0_u64;
    for (key, said) in by_result(reader.rob_entries()?) {
        for one in said {
            if !unblind && hidden.contains(&one.seq) {
                left_out += 1;
                continue;
            }
            let written = Written {
                study: label(&labels, key.study),
                item: one.item,
                value: one.value,
                assessor: people.of(one.person),
                texts: one.texts,
                made: one.at,
                settles: one.reconciles,
            };
            rows.push((key.clone(), written));
        }
    }
    let text = write(&rows, false);
    if out.is_json() {
        out.json(&json!({"format": "csv", "text": text, "left_out": left_out}))?;
        return Ok(0);
    }
    out.raw(&text)?;
    if left_out > 0 {
        out.note(&format!(
            "{} not settled and left out; a lead sees them by --unblind, which is recorded",
            many(left_out, "answer is", "answers are")
        ));
    }
    Ok(0)
}

fn template(
    workspace: &Workspace,
    (study, result, effect): (Option<String>, Option<&str>, &str),
    out: &mut Out,
) -> Result<u8, Ending> {
    let effect = Effect::from_word(effect).ok_or_else(|| {
        CliError::usage(format!("`{effect}` is no effect of interest"))
            .help("it is assignment or adhering")
    })?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let study = super::extract::study_id(reader, study)?;
    let outcomes: Vec<&str> = workspace
        .workflow
        .outcomes
        .iter()
        .filter(|outcome| outcome.kind != OutcomeType::Characteristic)
        .map(|outcome| outcome.code.as_str())
        .filter(|code| result.is_none_or(|result| result == *code))
        .collect();
    if let (Some(result), true) = (result, outcomes.is_empty()) {
        return Err(CliError::usage(format!("`{result}` is no outcome of this review")).into());
    }
    let mut rows = Vec::new();
    for entry in reader.study_reports()? {
        let included = entry
            .reports
            .iter()
            .any(|(report, _)| report.place == Place::Included);
        let asked = study
            .as_ref()
            .is_none_or(|id| *id == entry.study.id.to_string());
        if !included || !asked {
            continue;
        }
        for outcome in &outcomes {
            for item in questions(effect) {
                let key = Key {
                    study: entry.study.id,
                    outcome: (*outcome).to_owned(),
                    comparison: String::new(),
                    population: String::new(),
                    time: String::new(),
                    effect,
                };
                let written = Written {
                    study: entry.study.label.clone(),
                    item: item.to_owned(),
                    ..Written::default()
                };
                rows.push((key, written));
            }
        }
    }
    let text = write(&rows, true);
    if out.is_json() {
        out.json(&json!({"format": "csv", "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(0)
}
