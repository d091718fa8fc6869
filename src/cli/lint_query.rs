//! `lint-query FILE --for pubmed`: a strategy, checked for what its source never reports.

use super::args::{Dialect, LintQueryArgs};
use super::diagnostic::render;
use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::pipeline::many;
use crate::workflow::query::{pubmed, strategy};
use serde_json::json;

pub(super) fn run(args: &LintQueryArgs, out: &mut Out) -> Result<u8, Ending> {
    let shown = args.file.display().to_string();
    let unreadable = |why: String| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {why}")).at(&shown, None)
    };
    let bytes = std::fs::read(&args.file).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    let mut found: Vec<(&str, crate::workflow::Diagnostic)> = Vec::new();
    if let Err(problems) = strategy(&text, &shown) {
        found.extend(problems.into_iter().map(|d| ("file", d)));
    }
    match args.dialect {
        Dialect::Pubmed => found.extend(
            pubmed::check(&text, &shown)
                .into_iter()
                .map(|finding| (finding.rule.as_str(), finding.diagnostic)),
        ),
    }
    for (_, diagnostic) in &found {
        out.line(&render(diagnostic, &text, out.is_color(), 88))?;
        out.line("")?;
    }
    out.line(&match found.len() {
        0 => format!("{shown}: nothing found that PubMed would read otherwise"),
        n => format!("{shown}: {}", many(n as u64, "problem", "problems")),
    })?;
    let findings: Vec<_> = found
        .iter()
        .map(|(rule, d)| {
            json!({
                "rule": rule, "severity": "error", "message": d.message, "label": d.label,
                "file": d.file, "line": d.line, "column": d.column,
                "span": [d.span.start, d.span.end],
                "text": text.get(d.span.clone()), "help": d.help,
            })
        })
        .collect();
    out.json(&json!({"file": shown, "for": "pubmed", "findings": findings}))?;
    Ok(if found.is_empty() { 0 } else { 2 })
}
