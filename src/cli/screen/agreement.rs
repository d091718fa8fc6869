//! `screen agreement`: how far people agreed, over what is settled.

use crate::cli::error::Ending;
use crate::cli::out::{Ink, Out, wrap};
use crate::pipeline::{Workspace, many};
use crate::report::names::{Names, names};
use crate::screen::agreement::{Agreement, Between, agreement, percent, value};

pub(super) fn run(workspace: &Workspace, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let found = agreement(snapshot.read())?;
    let people = names(snapshot.read())?;
    print(&found, &people, out)?;
    out.json(&value(&found, &|id| people.of(id)))?;
    Ok(0)
}

fn print(found: &Agreement, people: &Names, out: &mut Out) -> Result<(), Ending> {
    if found.strata.is_empty() {
        out.line(
            "No report is settled on which two people voted: there is nothing to compare yet.",
        )?;
    }
    for stratum in &found.strata {
        let title = out.ink(Ink::Bold, &stratum.title());
        let reports = many(stratum.reports, "settled report", "settled reports");
        out.line(&format!("{title}: {reports}"))?;
        let head = [
            "",
            "n",
            "+ +",
            "+ \u{2212}",
            "\u{2212} +",
            "\u{2212} \u{2212}",
            "observed",
            "κ [95 % CI]",
            "PABAK",
            "AC1",
        ];
        let mut table = vec![head.map(str::to_owned).to_vec()];
        for between in &stratum.pairs {
            let mut row = vec![
                between.names(|id| people.of(id)),
                between.pair.n.to_string(),
            ];
            row.extend(between.cells().map(|n| n.to_string()));
            row.extend(between.pair.words());
            table.push(row);
        }
        columns(&table, out)?;
        for between in &stratum.pairs {
            let who = match stratum.pairs.len() {
                1 => String::new(),
                _ => format!("{}: ", between.names(|id| people.of(id))),
            };
            told(&format!("{who}{}", between.sentence()), out)?;
        }
        if let Some(said) = stratum.together() {
            told(&said, out)?;
        }
        for between in stratum.pairs.iter().filter(|one| !one.reasons.is_empty()) {
            reasons(between, people, out)?;
        }
        out.line("")?;
    }
    if !found.strata.is_empty() {
        told(
            "+ include or unsure, \u{2212} exclude, the first person before the second. Each person's vote as it was when the \
             report was settled or the votes disagreed; nothing of reports that are open. Interval by Fleiss, Cohen and \
             Everitt.",
            out,
        )?;
    }
    if found.reopened > 0 {
        let n = many(found.reopened, "report", "reports");
        told(&format!("Left out: {n} that a lead reopened."), out)?;
    }
    Ok(())
}

fn reasons(between: &Between, people: &Names, out: &mut Out) -> Result<(), Ending> {
    let [first, second] = between.people.map(|id| people.of(id));
    let mut table = vec![vec![
        "reasons".into(),
        first,
        second,
        "both".into(),
        "same".into(),
    ]];
    for reason in &between.reasons {
        let counts = [reason.first, reason.second, reason.both];
        let mut row = vec![reason.code.clone()];
        row.extend(counts.map(|n| n.to_string()));
        row.push(percent(reason.same()));
        table.push(row);
    }
    columns(&table, out)
}

/// A sentence, indented and wrapped.
fn told(text: &str, out: &mut Out) -> Result<(), Ending> {
    for line in wrap(text, out.width().saturating_sub(2), "") {
        out.line(&format!("  {line}"))?;
    }
    Ok(())
}

/// A table: the first column from the left, numbers from the right.
fn columns(rows: &[Vec<String>], out: &mut Out) -> Result<(), Ending> {
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..most)
        .map(|n| {
            let cells = rows.iter().filter_map(|row| row.get(n));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    for row in rows {
        let mut line = String::new();
        for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let blank = " ".repeat(width.saturating_sub(cell.chars().count()));
            line.push_str("  ");
            match n {
                0 => line.push_str(&format!("{cell}{blank}")),
                _ => line.push_str(&format!("{blank}{cell}")),
            }
        }
        out.line(line.trim_end())?;
    }
    Ok(())
}
