//! `screen agreement`: how far people agreed, over what is settled.

use crate::cli::error::Ending;
use crate::cli::out::{Ink, Out, wrap};
use crate::pipeline::{Workspace, many};
use crate::report::names::{Names, names};
use crate::screen::agreement::{
    Agreement, Between, Kappa, Pair, Part, Reason, Stratum, agreement, percent,
};
use serde_json::{Value, json};

pub(super) fn run(workspace: &Workspace, out: &mut Out) -> Result<u8, Ending> {
    let snapshot = workspace.store.snapshot()?;
    let found = agreement(snapshot.read())?;
    let people = names(snapshot.read())?;
    print(&found, &people, out)?;
    let strata: Vec<Value> = found
        .strata
        .iter()
        .map(|one| stratum(one, &people))
        .collect();
    out.json(&json!({"strata": strata, "left_out": {"reopened": found.reopened}}))?;
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

fn stratum(stratum: &Stratum, people: &Names) -> Value {
    let (part, version) = match &stratum.part {
        Part::Whole => ("whole", None),
        Part::Version(name) => ("version", Some(name)),
        Part::Since => ("since", None),
    };
    let pairs: Vec<Value> = stratum
        .pairs
        .iter()
        .map(|one| between(one, people))
        .collect();
    let several = stratum.several.as_ref().map(|one| {
        json!({
            "people": one.people, "n": one.n, "complete": one.complete, "fleiss_kappa": one.fleiss,
            "gwet_ac1": one.ac1, "krippendorff_alpha": one.alpha,
        })
    });
    json!({
        "phase": stratum.phase, "part": part, "version": version, "reports": stratum.reports,
        "pairs": pairs, "several": several,
    })
}

fn between(one: &Between, people: &Names) -> Value {
    let reasons: Vec<Value> = one.reasons.iter().map(reason).collect();
    let mut value = pair(&one.pair);
    if let Value::Object(object) = &mut value {
        object.insert("people".into(), json!(one.people.map(|id| people.of(id))));
        object.insert("ids".into(), json!(one.people.map(|id| id.to_string())));
        object.insert("three".into(), json!(one.three.as_ref().map(pair)));
        object.insert("reasons".into(), json!(reasons));
        object.insert("sentence".into(), json!(one.sentence()));
    }
    value
}

fn pair(pair: &Pair) -> Value {
    json!({
        "n": pair.n, "table": pair.table, "observed_agreement": pair.observed,
        "expected_agreement": pair.expected, "kappa": pair.kappa.map(|one| one.value),
        "kappa_se": pair.kappa.map(|one| one.se), "kappa_ci": pair.kappa.and_then(interval),
        "pabak": pair.pabak, "gwet_ac1": pair.ac1,
    })
}

fn interval(kappa: Kappa) -> Option<[f64; 2]> {
    kappa.ci.map(|(low, high)| [low, high])
}

fn reason(reason: &Reason) -> Value {
    json!({
        "reason": reason.code, "first": reason.first, "second": reason.second, "both": reason.both,
        "same": reason.same(),
    })
}
