//! `extract`: trial data in, out, and where every cell stands.

use super::args::{ExtractArgs, ExtractCommand, ExtractSet, Global};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::extract::view::{self, Sight};
use crate::extract::{Cell, CellKey, Finding, exchange};
use crate::extract::{enter as entering, state, template as filled};
use crate::ledger::Via;
use crate::pipeline::{Workspace, many};
use crate::screen::people;
use crate::store::Reader;
use serde_json::json;
use std::collections::BTreeMap;

/// What stands for the file where a single value is given by options.
pub(super) const GIVEN: &str = "the values given";

pub(super) fn run(args: ExtractArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let mut workspace = if matches!(
        args.command,
        ExtractCommand::List { .. }
            | ExtractCommand::Export { unblind: false }
            | ExtractCommand::Template { .. }
    ) {
        Workspace::open_reading_or_empty(&root)?
    } else {
        Workspace::open(&root, false)?
    };
    match args.command {
        ExtractCommand::List {
            study,
            outcome,
            person,
        } => {
            let person = person.or_else(|| global.actor.clone());
            list(&workspace, (study, outcome), person, out)
        }
        ExtractCommand::Set(set) => {
            let person = super::screen::actor(global)?;
            let table = one_row(&set)?;
            enter(
                &mut workspace,
                (GIVEN, table.as_bytes()),
                Some(person),
                Via::Cli,
                out,
            )
        }
        ExtractCommand::Import { file } => {
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
            enter(&mut workspace, (&logged, &bytes), person, Via::Import, out)
        }
        ExtractCommand::Export { unblind } => {
            if unblind {
                super::screen::note_unblinded(&mut workspace, global, "extract export")?;
            }
            export(&workspace, unblind, out)
        }
        ExtractCommand::Template { study, outcome } => {
            template(&workspace, global, study, outcome.as_deref(), out)
        }
    }
}

fn enter(
    workspace: &mut Workspace,
    (path, bytes): (&str, &[u8]),
    person: Option<&str>,
    via: Via,
    out: &mut Out,
) -> Result<u8, Ending> {
    let workflow = workspace.workflow.clone();
    let done = workspace.store.write(|writer| {
        entering::import(writer, &workflow, (path, bytes), person, &SystemClock, via)
    })?;
    let warnings = done.findings.len() as u64;
    out.line(&format!(
        "{} entered, {} there already, {}",
        many(done.written, "value", "values"),
        done.known,
        many(warnings, "warning", "warnings")
    ))?;
    if done.blank > 0 {
        let rows = many(done.blank, "row", "rows");
        out.line(&format!("{rows} without a value passed over"))?;
    }
    let labels = labels(workspace.store.snapshot()?.read())?;
    for one in &done.new_arms {
        let study = labels.get(&one.study).unwrap_or(&one.study);
        out.line(&format!(
            "{} `{}` is a new arm of {study}, beside {}",
            out.ink(Ink::Open, "!"),
            one.arm,
            one.others.join(", ")
        ))?;
    }
    show_findings(&done.findings, &labels, out)?;
    out.json(&json!({
        "written": done.written, "known": done.known, "blank": done.blank, "warnings": warnings,
        "findings": findings_json(&done.findings), "new_arms": done.new_arms,
    }))?;
    Ok(0)
}

/// The options of `extract set` as one row of the exchange file, so that both are read alike.
fn one_row(set: &ExtractSet) -> Result<String, CliError> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let yes = |flag: bool| {
        if flag {
            "yes".to_owned()
        } else {
            String::new()
        }
    };
    let cells = [
        ("study", set.study.clone()),
        ("outcome", set.outcome.clone()),
        ("report", text(&set.report)),
        ("arm", text(&set.arm)),
        ("population", text(&set.population)),
        ("grade", text(&set.grade)),
        ("time", text(&set.time)),
        ("events", text(&set.events)),
        ("n", text(&set.n)),
        ("mean", text(&set.mean)),
        ("sd", text(&set.sd)),
        ("se", text(&set.se)),
        ("median", text(&set.median)),
        ("low", text(&set.low)),
        ("high", text(&set.high)),
        ("spread", text(&set.spread)),
        ("percent", text(&set.percent)),
        ("measure", text(&set.measure)),
        ("effect", text(&set.effect)),
        ("ci_low", text(&set.ci_low)),
        ("ci_high", text(&set.ci_high)),
        ("ci_level", text(&set.ci_level)),
        ("p", text(&set.p)),
        ("unit", text(&set.unit)),
        ("follow_up_months", text(&set.follow_up_months)),
        ("text", text(&set.text)),
        ("not_reported", yes(set.not_reported)),
        ("derived", yes(set.derived)),
        ("quote", text(&set.quote)),
        ("page", text(&set.page)),
        ("source", text(&set.source)),
        (
            "confidence",
            set.confidence.clone().unwrap_or_else(|| "verified".into()),
        ),
        ("note", text(&set.note)),
        ("extractor", String::new()),
        ("at", String::new()),
        ("reconciles", yes(set.reconcile)),
    ];
    let fault = |error: &dyn std::fmt::Display| CliError::new(Kind::Internal, error.to_string());
    let mut table = csv::Writer::from_writer(Vec::new());
    table
        .write_record(cells.iter().map(|(name, _)| *name))
        .map_err(|e| fault(&e))?;
    table
        .write_record(cells.iter().map(|(_, value)| value))
        .map_err(|e| fault(&e))?;
    let bytes = table.into_inner().map_err(|e| fault(&e))?;
    String::from_utf8(bytes).map_err(|e| fault(&e))
}

fn list(
    workspace: &Workspace,
    (study, outcome): (Option<String>, Option<String>),
    person: Option<String>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let person = match person {
        Some(name) => Some(people::acting(reader, &name)?),
        None => None,
    };
    let all = view::seen(reader, &workspace.workflow, person.as_ref())?;
    let study = study_id(reader, study)?;
    let labels = labels(reader)?;
    let asked = |key: &CellKey| {
        study.as_ref().is_none_or(|id| *id == key.study)
            && outcome.as_ref().is_none_or(|code| *code == key.outcome)
    };
    let mut rows = Vec::new();
    // What stands beside the cell takes 37 columns at most.
    let width = out.width().saturating_sub(38).max(40);
    for one in all.iter().filter(|one| asked(&one.key)) {
        let state = one.sight.words();
        let shown = if one.held.is_some() && !one.sight.is_held() {
            format!("the value before stands; {state}")
        } else {
            state.clone()
        };
        let ink = match one.sight {
            Sight::Holds | Sight::Settled => Ink::Good,
            Sight::Open | Sight::ToDo | Sight::Entered => Ink::Open,
            Sight::ToSettle(_) => Ink::Bad,
        };
        out.line(&format!(
            "{} {}",
            fit(&named(&one.key, &labels), width),
            out.ink(ink, &shown)
        ))?;
        let letters = ('A'..='Z').map(String::from);
        for (letter, cell) in letters.zip(&one.values) {
            let mut text = format!("    {letter}: {}", cell.value.words());
            for (word, said) in [("page", &cell.provenance.page), ("", &cell.provenance.note)] {
                if let Some(said) = said {
                    text.push_str(&format!("; {word} {said}").replace("  ", " "));
                }
            }
            out.line(&text)?;
        }
        let value = |cell: &Cell| json!({"value": cell.value, "provenance": cell.provenance});
        let held = one.held.as_ref();
        let mut row = json!({
            "key": one.key, "state": state, "value": held.map(|cell| &cell.value),
            "open": (!one.sight.is_held()).then_some("not agreed"),
        });
        if let (Some(row), Some(own)) = (row.as_object_mut(), &one.own) {
            row.insert("own".to_owned(), value(own));
        }
        if let (Some(row), false) = (row.as_object_mut(), one.values.is_empty()) {
            row.insert(
                "values".to_owned(),
                one.values.iter().map(value).collect::<Vec<_>>().into(),
            );
        }
        rows.push(row);
    }
    let open = state::open(reader, &workspace.workflow)?;
    let studies = open.studies.iter();
    let without: Vec<_> = studies
        .filter(|(id, _)| outcome.is_none() && study.as_ref().is_none_or(|s| s == id))
        .collect();
    for (id, label) in &without {
        let text = format!("{label} ({id}): no data entered");
        out.line(&format!("{} {text}", out.ink(Ink::Open, "◦")))?;
    }
    let held: Vec<Cell> = all.iter().filter_map(|one| one.held.clone()).collect();
    let mut findings = state::findings(&held, &workspace.workflow);
    findings.retain(|finding| finding.cells.iter().any(&asked));
    show_findings(&findings, &labels, out)?;
    if rows.is_empty() && without.is_empty() {
        out.line("No value is entered yet.")?;
    }
    out.json(&json!({
        "cells": rows, "findings": findings_json(&findings),
        "without_data": without.iter().map(|(id, _)| id).collect::<Vec<_>>(),
    }))?;
    Ok(0)
}

/// What each study is called, by its id.
fn labels(reader: Reader<'_>) -> Result<BTreeMap<String, String>, Ending> {
    let studies = reader.studies()?.into_iter();
    Ok(studies
        .map(|study| (study.id.to_string(), study.label))
        .collect())
}

/// A cell with the study's name in place of its id.
fn named(key: &CellKey, labels: &BTreeMap<String, String>) -> String {
    let mut key = key.clone();
    if let Some(label) = labels.get(&key.study) {
        key.study.clone_from(label);
    }
    key.to_string()
}

fn show_findings(
    findings: &[Finding],
    labels: &BTreeMap<String, String>,
    out: &mut Out,
) -> Result<(), Ending> {
    for finding in findings {
        let place = finding.cells.first().map(|key| named(key, labels));
        out.line(&format!(
            "{} {}: {} ({})",
            out.ink(Ink::Open, "!"),
            finding.code.as_str(),
            finding.message,
            place.unwrap_or_default()
        ))?;
    }
    Ok(())
}

fn findings_json(findings: &[Finding]) -> Vec<serde_json::Value> {
    let list = findings.iter();
    list.map(|f| json!({"code": f.code.as_str(), "message": f.message, "cells": f.cells}))
        .collect()
}

fn template(
    workspace: &Workspace,
    global: &Global,
    study: Option<String>,
    outcome: Option<&str>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let study = study_id(reader, study)?;
    let person = match &global.actor {
        Some(name) => Some(people::acting(reader, name)?.id),
        None => None,
    };
    let workflow = &workspace.workflow;
    if let Some(code) = outcome.filter(|code| workflow.outcomes.iter().all(|o| o.code != **code)) {
        let codes = workflow.outcomes.iter().map(|o| o.code.as_str());
        let near = crate::workflow::nearest(code, codes);
        let error = CliError::new(Kind::Input, format!("the workflow has no outcome `{code}`"));
        return Err(match near {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help("declare it under an `[[outcome]]` of workflow.toml"),
        }
        .into());
    }
    let text = filled::template(reader, workflow, (study.as_deref(), outcome), person)?;
    if out.is_json() {
        out.json(&json!({"format": "csv", "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(0)
}

/// The id of the study that is named, where one is.
pub(super) fn study_id(
    reader: Reader<'_>,
    study: Option<String>,
) -> Result<Option<String>, Ending> {
    let Some(text) = study else { return Ok(None) };
    let found = crate::screen::studies::find_study(reader, &text)?;
    let id = found.ok_or(crate::screen::ScreenError::UnknownStudy(text))?;
    Ok(Some(id.to_string()))
}

fn export(workspace: &Workspace, unblind: bool, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let hidden = view::hidden(reader, &workspace.workflow)?;
    let mut entries = Vec::new();
    let mut left_out = 0_u64;
    for (row, mut entry) in state::entries(reader)? {
        if !unblind && hidden.contains(&row.seq) {
            left_out += 1;
            continue;
        }
        if let Some(person) = reader.person_by_id(row.person)? {
            entry.extractor = person.display();
        }
        entries.push(entry);
    }
    let text = exchange::write(&entries);
    if out.is_json() {
        out.json(&json!({"format": "csv", "text": text, "left_out": left_out}))?;
    } else {
        out.raw(&text)?;
        if left_out > 0 {
            out.note(&format!(
                "{} not agreed and left out; a lead sees them by --unblind, which is recorded",
                many(left_out, "value is", "values are")
            ));
        }
    }
    Ok(0)
}
