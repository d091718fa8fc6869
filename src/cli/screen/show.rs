//! `screen show` and `screen next`: one report as a reviewer or an adjudicator needs to read it.

use super::super::args::Global;
use super::super::error::{CliError, Ending};
use super::super::out::{Ink, Out, wrap};
use crate::model::{Choice, Phase, Record};
use crate::pipeline::Workspace;
use crate::screen::card::{self, Card, Said, State};
use crate::screen::desk::Learning;
use crate::screen::people;
use crate::screen::rank::Ranks;
use serde_json::json;

/// Shows the report that is named, else the next one that waits for the person who asks.
pub(super) fn show(
    workspace: &Workspace,
    global: &Global,
    report: Option<&str>,
    phase: Option<Phase>,
    out: &mut Out,
) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let person = match &global.actor {
        Some(name) => Some(people::acting(reader, name)?),
        None => None,
    };
    let card = match (report, &person) {
        (Some(report), person) => Some(card::card(reader, report, person.as_ref())?),
        (None, Some(person)) => {
            let ranks = Ranks::default();
            let learning = Learning {
                ranks: &ranks,
                question: &workspace.workflow.looked_for(),
            };
            card::next(reader, person, phase, learning)?
        }
        (None, None) => {
            return Err(CliError::usage(
                "whose next report? say who reads with `--as NAME`, or name a report",
            )
            .help("PERENNIAL_AS may hold the name; `perennial user list` shows who there is")
            .into());
        }
    };
    let Some(card) = card else {
        out.line("Nothing waits for you here.")?;
        out.json(&json!({"card": null}))?;
        return Ok(0);
    };
    let criteria = &workspace.workflow.criteria;
    print(&card, (&criteria.include, &criteria.exclude), out)?;
    let reasons = if card.phase == Some(Phase::FullText) {
        reader.reasons()?
    } else {
        Vec::new()
    };
    if matches!(card.state, State::ToDo | State::ToDiscuss | State::ToSettle) {
        let lines: Vec<String> = reasons
            .iter()
            .map(|reason| format!("{}: {}", reason.code, reason.text))
            .collect();
        let head = "Reasons of exclusion, the first that applies";
        bullets(out, head, &lines, out.width().min(100))?;
    }
    votes(&card, out)?;
    next_command(&card, global, out)?;
    let reasons = reasons
        .iter()
        .map(|reason| json!({"code": reason.code, "text": reason.text}));
    out.json(&json!({
        "card": card,
        "criteria": {"include": criteria.include, "exclude": criteria.exclude},
        "reasons": reasons.collect::<Vec<_>>(),
    }))?;
    Ok(0)
}

fn print(
    card: &Card,
    (include, exclude): (&[String], &[String]),
    out: &mut Out,
) -> Result<(), Ending> {
    let width = out.width().min(100);
    let record = &card.record;
    let phase = card.phase.map_or("before screening", Phase::as_str);
    let state = match card.state {
        State::ToDo => ": your decision is due",
        State::Decided => ": you have decided",
        State::ToDiscuss => ": given back for discussion, vote once more",
        State::ToSettle => ": yours to settle",
        State::Settled => ": settled",
        State::Nothing => "",
    };
    let head = format!("{} · {phase}{state}", card.report);
    out.line(&out.ink(Ink::Dim, &head))?;
    out.line("")?;
    let title = record.title.as_deref().unwrap_or("(no title)");
    for line in wrap(title, width, "") {
        out.line(&out.ink(Ink::Bold, &line))?;
    }
    for title in &record.other_titles {
        paragraph(out, title, width, "")?;
    }
    let mut authors = record.authors.join("; ");
    if record.authors_truncated {
        authors.push_str("; et al.");
    }
    paragraph(out, &authors, width, "")?;
    paragraph(out, &place(record), width, "")?;
    out.line("")?;
    match &record.abstract_text {
        Some(text) => {
            for section in text.lines().flat_map(sections) {
                match heading(section) {
                    Some((label, rest)) => {
                        out.line(&out.ink(Ink::Bold, label))?;
                        paragraph(out, rest, width, "")?;
                    }
                    None => paragraph(out, section, width, "")?,
                }
            }
        }
        None => out.line(&out.ink(Ink::Open, "The sources give no abstract."))?,
    }
    out.line("")?;
    let list = |values: &[String]| values.join("; ");
    let numbers: Vec<String> = record.registry.iter().map(ToString::to_string).collect();
    let sources: Vec<String> = card
        .sources
        .iter()
        .map(|origin| {
            if origin.key.starts_with("sha256:") {
                // A key made of the content tells a reader nothing.
                origin.source.clone()
            } else {
                format!("{} {}", origin.source, origin.key)
            }
        })
        .collect();
    for (name, text) in [
        ("Keywords", list(&record.keywords)),
        ("Headings", list(&record.headings)),
        ("Types", list(&record.publication_types)),
        ("Registered", list(&numbers)),
        ("Sources", list(&sources)),
    ] {
        if !text.is_empty() {
            paragraph(out, &format!("{name}: {text}"), width, "  ")?;
        }
    }
    for other in &card.related {
        let title = other.title.as_deref().unwrap_or("(no title)");
        let text = format!("Same study: {} {}, {title}", other.report, other.citation);
        paragraph(out, &text, width, "  ")?;
    }
    bullets(out, "Include when all hold", include, width)?;
    bullets(out, "Exclude when one holds", exclude, width)
}

/// The votes that differ, for who settles them, and the person's own.
fn votes(card: &Card, out: &mut Out) -> Result<(), Ending> {
    let width = out.width().min(100);
    if !card.votes.is_empty() {
        out.line("")?;
        for (letter, vote) in ["A", "B", "C", "D"].iter().zip(&card.votes) {
            let text = format!("{letter}: {}", told(vote));
            paragraph(out, &text, width, "   ")?;
        }
    }
    for said in &card.later {
        let text = format!("Later, counted nowhere: {}", told(said));
        paragraph(out, &text, width, "   ")?;
    }
    if let Some(talk) = &card.discussion {
        out.line("")?;
        if let Some(note) = &talk.note {
            paragraph(out, &format!("You are asked: {note}"), width, "   ")?;
        }
        for voice in &talk.votes {
            let text = format!("{}: {}", voice.person, told(&voice.said));
            paragraph(out, &text, width, "   ")?;
        }
    }
    if !card.own.is_empty() {
        out.line("")?;
        for said in &card.own {
            let text = format!("You, {}: {}", said.phase, told(said));
            paragraph(out, &text, width, "   ")?;
        }
    }
    Ok(())
}

/// Journal, year, volume and pages, then the identifiers.
fn place(record: &Record) -> String {
    let mut text = record.journal.clone().unwrap_or_default();
    let mut add = |separator: &str, value: Option<String>| {
        if let Some(value) = value {
            if !text.is_empty() {
                text.push_str(separator);
            }
            text.push_str(&value);
        }
    };
    add(" ", record.year.map(|year| year.to_string()));
    add("; ", record.volume.clone());
    add("", record.issue.as_ref().map(|issue| format!("({issue})")));
    add(": ", record.pages.clone());
    add(" · ", record.pmid.as_ref().map(|id| format!("PMID {id}")));
    add(
        " · ",
        record
            .doi
            .as_ref()
            .map(|doi| format!("https://doi.org/{doi}")),
    );
    text
}

/// The sections of an abstract that its source wrote on one line: each begins with a label in
/// capitals behind the end of a sentence.
fn sections(line: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = line;
    let mut from = 0;
    while let Some(end) = rest
        .get(from..)
        .and_then(|text| text.find(['.', '?', '!', ')']))
    {
        let after = from + end + 1;
        let Some(behind) = rest.get(after..) else {
            break;
        };
        let text = behind.trim_start();
        let label = text.split_once(": ").map_or("", |(label, _)| label);
        let starts = text.len() < behind.len()
            && label.chars().filter(|c| c.is_uppercase()).count() >= 4
            && heading(text).is_some();
        if starts {
            out.push(rest.get(..after).unwrap_or_default());
            rest = text;
            from = 0;
        } else {
            from = after;
        }
    }
    out.push(rest);
    out
}

/// The label of a section of an abstract: short, in capitals or with few words, before a colon.
fn heading(section: &str) -> Option<(&str, &str)> {
    let (label, rest) = section.split_once(": ")?;
    let capitals = label.chars().any(char::is_alphabetic)
        && label.chars().all(|c| !c.is_lowercase())
        && label.chars().count() <= 60;
    capitals.then_some((label, rest))
}

fn told(said: &Said) -> String {
    let mut text = said.decision.as_str().to_owned();
    if let Some(reason) = &said.reason {
        text.push_str(&format!(" ({reason})"));
    }
    if let Some(note) = &said.note {
        text.push_str(&format!(", note: {note}"));
    }
    text
}

fn paragraph(out: &mut Out, text: &str, width: usize, indent: &str) -> Result<(), Ending> {
    if text.is_empty() {
        return Ok(());
    }
    for line in wrap(text, width, indent) {
        out.line(&line)?;
    }
    Ok(())
}

fn bullets(out: &mut Out, head: &str, items: &[String], width: usize) -> Result<(), Ending> {
    if items.is_empty() {
        return Ok(());
    }
    out.line("")?;
    out.line(&out.ink(Ink::Bold, head))?;
    for item in items {
        paragraph(out, &format!("- {item}"), width, "  ")?;
    }
    Ok(())
}

/// The command that answers, where an answer is due.
fn next_command(card: &Card, global: &Global, out: &mut Out) -> Result<(), Ending> {
    let report = card.report;
    let mut command = match (card.state, card.phase) {
        (State::ToSettle, Some(Phase::FullText)) => {
            format!("perennial screen settle {report} include|exclude --reason R")
        }
        (State::ToSettle, _) => format!("perennial screen settle {report} include|exclude"),
        (State::ToDo, Some(Phase::Retrieval)) => {
            format!("perennial screen retrieve {report} retrieved|not-retrieved")
        }
        (State::ToDo | State::ToDiscuss, Some(Phase::FullText)) => {
            let unsure = Choice::Unsure.as_str();
            format!("perennial screen decide {report} include|{unsure}|exclude --reason R")
        }
        (State::ToDo | State::ToDiscuss, _) => {
            let unsure = Choice::Unsure.as_str();
            format!("perennial screen decide {report} include|exclude|{unsure}")
        }
        (State::Decided | State::Settled | State::Nothing, _) => return Ok(()),
    };
    // Where PERENNIAL_AS holds the name it need not be typed.
    let known = std::env::var("PERENNIAL_AS").ok();
    if let Some(name) = global
        .actor
        .as_ref()
        .filter(|name| known.as_ref() != Some(name))
    {
        command.push_str(&format!(" --as {}", crate::cli::out::quoted(name)));
    }
    out.line("")?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &command)))
}

#[cfg(test)]
mod tests {
    use super::{heading, sections};

    #[test]
    fn the_sections_of_an_abstract_on_one_line_are_told_apart() {
        let text = "BACKGROUND: People nap (RCT: 3). METHODS AND RESULTS: Sixty nurses. IL-6: low.";
        let found = sections(text);
        assert_eq!(
            found,
            [
                "BACKGROUND: People nap (RCT: 3).",
                "METHODS AND RESULTS: Sixty nurses. IL-6: low.",
            ]
        );
        assert_eq!(
            heading(found[0]).map(|(label, _)| label),
            Some("BACKGROUND")
        );
        assert_eq!(heading("We found: much."), None);
        assert_eq!(sections("plain"), ["plain"]);
    }
}
