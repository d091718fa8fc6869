//! `screen`: read, mark inclusions, settle disagreements, take back.

mod agreement;
mod attach;
mod discuss;
mod rank;
mod show;

use super::args::{DecisionsWord, Global, ScreenArgs, ScreenCommand};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use super::progress::Bar;
use crate::ledger::{Actor, Body, Stamp, Via};
use crate::model::{Choice, Clock as _, Phase, Role};
use crate::pipeline::{Workspace, correct, many};
use crate::screen::foreign::{self, Imported, Said, Tool};
use crate::screen::{
    self, Acting, Ballot, Mine, Outcome, ReviewerView, describe, exchange, people,
};
use serde_json::json;
use std::collections::HashMap;

pub(super) fn run(args: ScreenArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let mut workspace = if matches!(
        args.command,
        ScreenCommand::List { .. }
            | ScreenCommand::Show { .. }
            | ScreenCommand::Next { .. }
            | ScreenCommand::Export { unblind: false }
            | ScreenCommand::Template { .. }
            | ScreenCommand::Agreement
            | ScreenCommand::Rank { keep: false, .. }
            | ScreenCommand::Attachments { .. }
            | ScreenCommand::Undo { check: true, .. }
    ) {
        Workspace::open_reading_or_empty(&root)?
    } else {
        Workspace::open(&root, false)?
    };
    match args.command {
        ScreenCommand::List { phase, person } => list(&workspace, global, phase, person, out),
        ScreenCommand::Show { report } => {
            show::show(&workspace, global, report.as_deref(), None, out)
        }
        ScreenCommand::Next { phase } => {
            let phase = phase.map(|text| word(&text)).transpose()?;
            actor(global)?;
            show::show(&workspace, global, None, phase, out)
        }
        ScreenCommand::Rank {
            report: Some(report),
            first,
            ..
        } => rank::why(&workspace, global, &report, first, out),
        ScreenCommand::Rank {
            report: None,
            order,
            keep,
            first,
        } => rank::run(&workspace, global, (order.as_deref(), keep), first, out),
        ScreenCommand::Decide {
            report,
            phase,
            decision,
            reason,
            note,
        } => {
            let named = phase.is_some();
            let phase = phase_of(&workspace, phase, &report)?;
            if phase == Phase::Retrieval {
                let mut text = "retrieval is recorded with `screen retrieve`".to_owned();
                if !named {
                    text = format!(
                        "{report} is settled on title and abstract, and nobody has said whether its \
                         full text could be had: {text}"
                    );
                }
                return Err(CliError::usage(text)
                    .help(format!(
                        "perennial screen retrieve {} retrieved|not-retrieved",
                        super::out::quoted(&report)
                    ))
                    .into());
            }
            let ballot = Ballot {
                report,
                phase,
                choice: word(&decision)?,
                reason,
                note,
                from: None,
                made: None,
            };
            vote(&mut workspace, global, &ballot, false, out)
        }
        ScreenCommand::Retrieve {
            report,
            outcome,
            note,
        } => {
            let choice = word(&outcome)?;
            let ballot = Ballot {
                report,
                phase: Phase::Retrieval,
                choice,
                reason: None,
                note,
                from: None,
                made: None,
            };
            vote(&mut workspace, global, &ballot, false, out)
        }
        ScreenCommand::Settle {
            report,
            phase,
            decision,
            reason,
            note,
        } => {
            let phase = phase_of(&workspace, phase, &report)?;
            if phase == Phase::Retrieval {
                let text = format!(
                    "{report} awaits retrieval, where one person decides: nobody disagrees"
                );
                return Err(CliError::usage(text).into());
            }
            let choice = word(&decision)?;
            let ballot = Ballot {
                report,
                phase,
                choice,
                reason,
                note,
                from: None,
                made: None,
            };
            vote(&mut workspace, global, &ballot, true, out)
        }
        ScreenCommand::Return {
            report,
            phase,
            note,
        } => discuss::give_back(&workspace, global, &report, phase, note, out),
        ScreenCommand::Undo { event, check, yes } => {
            undo(&mut workspace, global, event, (check, yes), out)
        }
        ScreenCommand::Import {
            file,
            format,
            reviewer,
            phase,
            reasons,
        } => {
            let said = Said {
                reviewer: reviewer.as_deref(),
                phase: phase.map(|text| word(&text)).transpose()?,
                reasons: &mapped(&reasons)?,
            };
            import(&mut workspace, global, &file, format, said, out)
        }
        ScreenCommand::Template { phase, person } => template(&workspace, phase, &person, out),
        ScreenCommand::Attach { what } => attach::add(&workspace, global, &what, out),
        ScreenCommand::Attachments { report } => attach::list(&workspace, report.as_deref(), out),
        ScreenCommand::Detach {
            report,
            file,
            reason,
        } => attach::remove(&workspace, global, (&report, &file), &reason, out),
        ScreenCommand::Agreement => agreement::run(&workspace, out),
        ScreenCommand::Export { unblind } => {
            if unblind {
                note_unblinded(&mut workspace, global, "screen export")?;
            }
            let text = exchange::export(workspace.store.snapshot()?.read(), unblind)?;
            if out.is_json() {
                out.json(&json!({"decisions": text}))?;
            } else {
                out.raw(&text)?;
            }
            Ok(0)
        }
    }
}

fn word<T: std::str::FromStr<Err = crate::model::IdError>>(text: &str) -> Result<T, CliError> {
    text.parse()
        .map_err(|error: crate::model::IdError| CliError::usage(error.to_string()))
}

/// The phase that is named, else the one that the report is in; a report that a rule removed comes
/// back to its title and abstract.
fn phase_of(workspace: &Workspace, phase: Option<String>, report: &str) -> Result<Phase, Ending> {
    if let Some(text) = phase {
        return Ok(word(&text)?);
    }
    let snapshot = workspace.store.snapshot()?;
    let found = screen::decide::find(snapshot.read(), report)?;
    Ok(found.place.phase().unwrap_or(Phase::TitleAbstract))
}

/// Who acts, as `--as` or PERENNIAL_AS names them.
pub(super) fn actor(global: &Global) -> Result<&str, CliError> {
    global.actor.as_deref().ok_or_else(|| {
        CliError::usage("this needs a person: say who acts with `--as NAME`")
            .help("PERENNIAL_AS may hold the name; `perennial user list` shows who there is")
    })
}

/// The person who acts, from the people of the review.
pub(super) fn acting(workspace: &Workspace, global: &Global) -> Result<Acting, Ending> {
    let name = actor(global)?;
    let snapshot = workspace.store.snapshot()?;
    let now = SystemClock.now();
    Ok(Acting::named(snapshot.read(), name, now, Via::Cli)?)
}

/// Who acts, when and through what: the person that was named, else the program.
pub(super) fn stamp(workspace: &Workspace, global: &Global) -> Result<Stamp, Ending> {
    if global.actor.is_some() {
        return Ok(acting(workspace, global)?.stamp());
    }
    Ok(Stamp {
        at: SystemClock.now(),
        actor: Actor::Program,
        via: Via::Cli,
    })
}

/// Records that someone looks at unsettled votes.
pub(super) fn note_unblinded(
    workspace: &mut Workspace,
    global: &Global,
    command: &str,
) -> Result<(), Ending> {
    let acting = acting(workspace, global)?;
    let person = acting.present(workspace.store.snapshot()?.read())?;
    people::require(&person, "see votes that are not settled", &[Role::Lead])?;
    let body = Body::VotesUnblinded {
        command: command.to_owned(),
    };
    workspace
        .store
        .write(|writer| writer.append(&acting.draft(body)))?;
    Ok(())
}

fn vote(
    workspace: &mut Workspace,
    global: &Global,
    ballot: &Ballot,
    settles: bool,
    out: &mut Out,
) -> Result<u8, Ending> {
    let acting = acting(workspace, global)?;
    let done: Outcome = workspace.store.write(|writer| {
        if settles {
            screen::settle(writer, &acting, ballot)
        } else {
            screen::cast(writer, &acting, ballot)
        }
    })?;
    // What a single vote leads to may tell another's: only a settled place is named.
    let place = if done.place.is_open() {
        "saved"
    } else {
        describe(done.place)
    };
    let mut text = if done.changed {
        let said = said(ballot);
        match place {
            "saved" => format!("{} {said}: saved", done.report),
            place if place == said => format!("{} {said}", done.report),
            place => format!("{} {said}: it is {place} now", done.report),
        }
    } else {
        format!(
            "{} {} already: nothing was changed",
            done.report,
            said(ballot)
        )
    };
    if done.restored {
        text.push_str("; a filter rule had removed it, your vote brought it back");
    }
    out.line(&text)?;
    let place = (!done.place.is_open()).then_some(done.place.as_str());
    out.json(&json!({
        "report": done.report, "phase": ballot.phase, "decision": ballot.choice,
        "changed": done.changed, "restored": done.restored, "settled": place,
    }))?;
    Ok(0)
}

fn said(ballot: &Ballot) -> String {
    let choice = match ballot.choice {
        Choice::Include => "included",
        Choice::Exclude => "excluded",
        Choice::Unsure => "marked unsure",
        Choice::Retrieved => "retrieved",
        Choice::NotRetrieved => "not retrieved",
    };
    match &ballot.reason {
        Some(reason) => format!("{choice} ({reason})"),
        None => choice.to_owned(),
    }
}

fn undo(
    workspace: &mut Workspace,
    global: &Global,
    event: Option<String>,
    (check, yes): (bool, bool),
    out: &mut Out,
) -> Result<u8, Ending> {
    let acting = acting(workspace, global)?;
    let plan = {
        let snapshot = workspace.store.snapshot()?;
        let reader = snapshot.read();
        let who = acting.present(reader)?;
        let event = event
            .as_deref()
            .map(|text| screen::acts::resolve(reader, text, &who));
        screen::undo::plan(reader, &acting, event.transpose()?)?
    };
    if check {
        out.line(&told(&plan, "would be taken back"))?;
        out.json(&undo_json(&plan, false))?;
        return Ok(0);
    }
    if event.is_none() && plan.asks() && !yes {
        let text = told(&plan, "would be taken back");
        if !out.is_terminal() || !out.confirm(&format!("{text} Take it back?"))? {
            return Err(CliError::usage(text.trim_end_matches('.'))
                .help("`--yes` takes it back all the same; `screen undo ACT` takes back another")
                .into());
        }
    }
    // What was shown is what is taken back, whatever came meanwhile.
    let workflow = &workspace.workflow;
    let done = correct::take_back(&mut workspace.store, workflow, &acting, Some(plan.event))?;
    out.line(&told(&done, "is taken back"))?;
    out.json(&undo_json(&done, true))?;
    Ok(0)
}

/// "Act me.12 (include on r1 in title-abstract) is taken back; the report is open again."
fn told(plan: &screen::undo::Plan, verb: &str) -> String {
    let mut text = format!("Act {} ({}) {verb}", plan.act, plan.said);
    if plan.reopens {
        text.push_str("; the report is settled and is open again by it");
    } else if plan.again {
        text.push_str("; what it took back is in force again");
    }
    if !plan.published.is_empty() {
        text.push_str(&format!(
            "; it is part of version {}",
            plan.published.join(", ")
        ));
    }
    text.push('.');
    text
}

fn undo_json(plan: &screen::undo::Plan, done: bool) -> serde_json::Value {
    json!({
        "event": plan.act, "with": plan.with_acts, "kind": plan.kind, "said": plan.said, "report": plan.report,
        "reopens": plan.reopens, "again": plan.again, "published": plan.published, "done": done,
    })
}

/// `TEXT=CODE`, or `TEXT=` for the note.
fn mapped(reasons: &[String]) -> Result<Vec<(String, Option<String>)>, CliError> {
    let split = reasons.iter().map(|one| {
        let (text, code) = one.rsplit_once('=').ok_or_else(|| {
            CliError::usage(format!("`{one}` does not say what the reason is here"))
                .help("--map-reason \"Wrong population=population\", with a code of workflow.toml")
        })?;
        let code = code.trim();
        Ok((
            text.trim().to_owned(),
            (!code.is_empty()).then(|| code.to_owned()),
        ))
    });
    split.collect()
}

fn import(
    workspace: &mut Workspace,
    global: &Global,
    file: &std::path::Path,
    format: DecisionsWord,
    said: Said<'_>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let shown = file.display().to_string();
    let tool = match format {
        DecisionsWord::Perennial => None,
        DecisionsWord::Rayyan => Some(Tool::Rayyan),
        DecisionsWord::Asreview => Some(Tool::Asreview),
        DecisionsWord::Covidence => Some(Tool::Covidence),
    };
    if tool.is_none() && said.phase.is_some() {
        return Err(CliError::usage(
            "a row of this table says its phase: `--phase` is for tables of other tools",
        )
        .into());
    }
    if tool.is_none() && !said.reasons.is_empty() {
        return Err(CliError::usage(
            "a row of this table gives the code of its reason: `--map-reason` is for tables of other \
             tools",
        )
        .into());
    }
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    if let Some(name) = said.reviewer {
        people::acting(workspace.store.snapshot()?.read(), name)?;
    }
    if let (Some(name), None) = (&global.actor, tool) {
        let snapshot = workspace.store.snapshot()?;
        let reader = snapshot.read();
        let who = people::acting(reader, name)?;
        exchange::check_own(reader, (&shown, &bytes), &who)?;
    }
    let logged = super::output::logged(&workspace.root, file);
    if let Some(tool) = tool {
        // What nobody knows is said before anything is written.
        let snapshot = workspace.store.snapshot()?;
        let file = (logged.as_str(), bytes.as_slice());
        let unknown = foreign::unknown_reasons(snapshot.read(), tool, file, said)?;
        if !unknown.is_empty() && unknown.iter().all(|one| !one.needed) {
            for one in &unknown {
                let decisions = many(one.n, "decision", "decisions");
                let text = &one.text;
                out.note(&format!(
                    "warning: the workflow has no reason `{text}`: it stands in the note of {decisions}"
                ));
            }
            for line in foreign::what_helps(&unknown) {
                out.note(&format!("help: {line}"));
            }
        }
    }
    let kept = workspace.archive.keep(&bytes).map_err(CliError::from)?;
    let done = workspace.store.write(|writer| {
        writer.put_archive(&kept, &logged)?;
        let table = (logged.as_str(), bytes.as_slice());
        let bar = Bar::default();
        match tool {
            None => {
                let decisions = exchange::import(writer, table, said.reviewer, &SystemClock, &bar)?;
                Ok(Imported {
                    decisions,
                    ..Imported::default()
                })
            }
            Some(tool) => foreign::import(writer, tool, table, said, &SystemClock, &bar),
        }
    })?;
    let decisions = done.decisions;
    out.line(&format!(
        "{} read from {shown}, {} there already",
        many(decisions.written, "decision", "decisions"),
        decisions.known
    ))?;
    if decisions.restored > 0 {
        let what = many(decisions.restored, "report", "reports");
        out.line(&format!("{what} that a filter rule had removed came back"))?;
    }
    if decisions.blank > 0 {
        let rows = many(decisions.blank, "row", "rows");
        out.line(&format!("{rows} without a decision passed over"))?;
    }
    if !done.unknown.is_empty() {
        let rows = many(done.unknown.len() as u64, "row is", "rows are");
        out.line(&format!("{rows} of no report in this review:"))?;
    }
    for (line, title) in done.unknown.iter().take(20) {
        out.line(&format!("  line {line}: {title}"))?;
    }
    if done.unknown.len() > 20 {
        out.line(&format!(
            "  and {} more: `--json` lists all",
            done.unknown.len() - 20
        ))?;
    }
    let unknown: Vec<_> = done
        .unknown
        .iter()
        .map(|(line, title)| json!({"line": line, "title": title}))
        .collect();
    out.json(&json!({
        "written": decisions.written, "known": decisions.known, "restored": decisions.restored,
        "blank": decisions.blank, "unknown": unknown,
        "unknown_reasons": done
            .reasons
            .iter()
            .map(|one| json!({"reason": one.text, "n": one.n}))
            .collect::<Vec<_>>(),
    }))?;
    Ok(0)
}

/// The open reports of a person as rows of decisions, to be filled.
fn template(
    workspace: &Workspace,
    phase: Option<String>,
    person: &str,
    out: &mut Out,
) -> Result<u8, Ending> {
    let phases: Vec<Phase> = match phase {
        Some(text) => vec![word(&text)?],
        None => Phase::ALL.to_vec(),
    };
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let view = ReviewerView::new(reader, people::acting(reader, person)?);
    let mut rows = Vec::new();
    for phase in phases {
        for (report, title, mine) in view.reports(phase)? {
            if matches!(mine, Mine::ToDo | Mine::ToDiscuss) {
                rows.push((report, phase, title));
            }
        }
    }
    let text = exchange::template(&rows, person)?;
    if out.is_json() {
        out.json(&json!({"format": "csv", "text": text}))?;
    } else {
        out.raw(&text)?;
    }
    Ok(0)
}

fn list(
    workspace: &Workspace,
    global: &Global,
    phase: Option<String>,
    person: Option<String>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let phases: Vec<Phase> = match phase {
        Some(text) => vec![word(&text)?],
        None => Phase::ALL.to_vec(),
    };
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let mut rows = Vec::new();
    match person {
        Some(name) => {
            let person = people::acting(reader, &name)?;
            // What somebody has decided, and that they have, is told to nobody else.
            let own = match &global.actor {
                Some(actor) if people::acting(reader, actor)?.id == person.id => true,
                Some(_) => return Err(screen::ScreenError::NotYours(person.display()).into()),
                None => false,
            };
            // The order tells what they decided, as it is learned from that.
            let place = if own {
                rank::places(workspace, reader, &person)?
            } else {
                HashMap::new()
            };
            let view = ReviewerView::new(reader, person);
            for phase in phases {
                let mut reports = view.reports(phase)?;
                if phase == Phase::TitleAbstract {
                    reports.sort_by_key(|(report, _, _)| place.get(report).copied().unwrap_or(0));
                }
                for (report, title, mine) in reports {
                    let word = match mine {
                        Mine::ToDo => "to do".to_owned(),
                        Mine::ToDiscuss => "to discuss".to_owned(),
                        Mine::ToSettle => "to settle".to_owned(),
                        Mine::Decided(choice) if own => format!("decided: {choice}"),
                        Mine::Decided(_) => "decided".to_owned(),
                        Mine::Settled => continue,
                    };
                    rows.push((report, phase, title, word));
                }
            }
        }
        None => {
            for report in reader.reports()? {
                let Some(phase) = report.place.phase().filter(|p| phases.contains(p)) else {
                    continue;
                };
                if report.place.is_open() {
                    // Whether a vote is missing or the votes disagree is not told here.
                    let word = "open";
                    let title = report.title.unwrap_or_else(|| "(no title)".to_owned());
                    rows.push((report.id, phase, title, word.to_owned()));
                }
            }
        }
    }
    // What stands beside the title takes 38 columns at most.
    let title_width = out.width().saturating_sub(38).max(24);
    for (report, phase, title, word) in &rows {
        out.line(&format!(
            "{} {} {} {}",
            out.ink(Ink::Bold, &fit(&report.to_string(), 6)),
            fit(phase.as_str(), 14),
            fit(title, title_width),
            out.ink(Ink::Open, word)
        ))?;
    }
    if rows.is_empty() {
        out.line("Nothing is open.")?;
    }
    let list: Vec<_> = rows
        .iter()
        .map(|(report, phase, title, word)| {
            json!({"report": report, "phase": phase, "title": title, "state": word})
        })
        .collect();
    out.json(&json!({"reports": list}))?;
    Ok(0)
}
