//! `explain WHAT`: from a number or an id down to people and bytes.

use super::args::{ExplainArgs, Global};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::ledger::Actor;
use crate::pipeline::{Workspace, explain};
use crate::report::explain::Explanation;
use crate::report::flow;
use crate::screen::acts;
use crate::store::Reader;
use std::collections::BTreeSet;

pub(super) fn run(args: &ExplainArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let named = global.actor.as_deref();
    let named = named.map(|name| crate::screen::people::acting(reader, name));
    let person = named.transpose()?;
    let told = match &person {
        Some(_) => Some(reader.told_head()?),
        None => None,
    };
    let event = args.what.trim().strip_prefix("event:");
    // An event that may not be told of is answered as one that is not there.
    let number = event.and_then(|text| text.parse::<u64>().ok());
    let hidden = told.zip(number).is_some_and(|(told, n)| n > told.0);
    // An act that the person may see is called by its own name.
    let act = match (&person, event) {
        (Some(person), Some(text)) if text.contains('.') => {
            acts::resolve(reader, text, person).ok()
        }
        _ => None,
    };
    let what = act.map_or_else(|| args.what.clone(), |act| format!("event:{act}"));
    let found = if hidden {
        None
    } else {
        explain::of(&workspace, reader, &what)?
    };
    let Some(mut found) = found else {
        let paths: Vec<String> = flow::counts(reader)?
            .leaves()
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        let near = crate::workflow::nearest(&args.what, paths.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "give a path of `perennial prisma`, an id such as r17 or s3, a PMID, a DOI, the name \
                     of a study, or estimate:, cell: or event: with an id"
                .to_owned(),
        };
        let text = format!("there is nothing called `{}`", args.what);
        return Err(CliError::new(Kind::Input, text).help(help).into());
    };
    if let Some(told) = told {
        found.hide_numbers(told);
    }
    out.line(&out.ink(Ink::Bold, &found.sentence))?;
    out.line(&out.ink(Ink::Dim, &found.rule))?;
    out.line("")?;
    let shown = if found.members.len() > 1_000 {
        200
    } else {
        usize::MAX
    };
    for member in found.members.iter().take(shown) {
        out.line(&format!(
            "{} {}",
            out.ink(Ink::Bold, &fit(&member.id, 7)),
            member.title
        ))?;
        for line in &member.trail {
            out.line(&format!("        {line}"))?;
        }
    }
    if found.members.len() > shown {
        let more = found.members.len() - shown;
        out.line(&out.ink(
            Ink::Dim,
            &format!(
                "and {more} more: `--json` lists all; `perennial explain report:ID` opens one"
            ),
        ))?;
    }
    if !found.steps.is_empty() {
        out.line("")?;
    }
    for step in &found.steps {
        out.line(step)?;
    }
    for excerpt in &found.excerpts {
        let place = format!(
            "\nrecord {} from line {} of {}",
            excerpt.record, excerpt.line, excerpt.archive
        );
        out.line(&out.ink(Ink::Dim, &place))?;
        out.line(&excerpt.text)?;
    }
    if !found.bytes.is_empty() {
        out.line("")?;
        for digest in &found.bytes {
            out.line(&out.ink(Ink::Dim, &format!("bytes {digest}")))?;
        }
    }
    let legend = legend(reader, &found)?;
    if !legend.is_empty() {
        let names: Vec<String> = legend
            .iter()
            .map(|(id, name)| format!("{name} is {id}"))
            .collect();
        out.line(&format!("\nPeople in the log: {}", names.join(", ")))?;
    }
    let mut value = serde_json::to_value(&found)
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    if let Some(object) = value.as_object_mut() {
        let people = legend.iter();
        let people: Vec<_> = people
            .map(|(id, name)| serde_json::json!({"person": id, "name": name}))
            .collect();
        object.insert("people".to_owned(), people.into());
    }
    out.json(&value)?;
    Ok(0)
}

/// The people of an answer: their numbers in the log, with their names.
fn legend(reader: Reader<'_>, found: &Explanation) -> Result<Vec<(String, String)>, Ending> {
    let mut ids = BTreeSet::new();
    let told = found.members.iter().filter(|one| !one.trail.is_empty());
    let seqs: BTreeSet<_> = told.flat_map(|member| &member.events).collect();
    for seq in seqs {
        if let Some(event) = reader.event(*seq)?
            && let Ok(Actor::Person(person)) = event.actor()
        {
            ids.insert(person);
        }
    }
    // Who acted is named where the text names them; a name that was erased stands there as a number.
    let mut words: BTreeSet<&str> = BTreeSet::new();
    let trails = found.members.iter().flat_map(|member| &member.trail);
    let lines: Vec<&String> = trails.chain([&found.sentence]).collect();
    for line in &lines {
        words.extend(line.split(|c: char| !c.is_alphanumeric()));
    }
    let people = reader.people()?.into_iter();
    let named = people.filter_map(|person| {
        let id = person.id.to_string();
        let name = person.name.as_deref();
        let named = name.is_some_and(|name| lines.iter().any(|line| line.contains(name)));
        let there = ids.contains(&person.id) && named || words.contains(id.as_str());
        there.then(|| (id, person.name.unwrap_or_else(|| "(erased)".to_owned())))
    });
    Ok(named.collect())
}
