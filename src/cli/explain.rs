//! `explain WHAT`: from a number or an id down to people and bytes.

use super::args::{ExplainArgs, Global};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::pipeline::{Workspace, explain};
use crate::report::flow;

pub(super) fn run(args: &ExplainArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    let Some(found) = explain::of(&workspace, reader, &args.what)? else {
        let paths: Vec<String> = flow::counts(reader)?
            .leaves()
            .into_iter()
            .map(|(path, _)| path)
            .collect();
        let near = crate::workflow::nearest(&args.what, paths.iter().map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "give a path of `perennial prisma`, or record:, report:, study: or event: \
                     with an id"
                .to_owned(),
        };
        let text = format!("there is nothing called `{}`", args.what);
        return Err(CliError::new(Kind::Input, text).help(help).into());
    };
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
    out.json(&found)?;
    Ok(0)
}
