//! `lint-query FILE --for PLATFORM`: a strategy, checked for what its source never reports.

use super::args::{Global, LintQueryArgs};
use super::diagnostic::{render, render_warning};
use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::pipeline::{many, strategies, workspace};
use crate::strategy::{Severity, check, strategy};
use crate::workflow::Diagnostic;
use serde_json::json;
use std::path::PathBuf;

pub(super) fn run(args: &LintQueryArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let shown = args.file.display().to_string();
    let unreadable = |why: String| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {why}")).at(&shown, None)
    };
    let bytes = std::fs::read(&args.file).map_err(|error| unreadable(error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    let platform = args.dialect.platform();
    let mut found: Vec<(&str, Severity, Diagnostic)> = Vec::new();
    if let Err(problems) = strategy(&text, &shown) {
        let problems = problems.into_iter();
        found.extend(problems.map(|d| ("file", Severity::Error, d)));
    }
    let beside = workspace_of(args, global)
        .map(|root| strategies::compare(&root, &args.file, platform, &shown))
        .unwrap_or_default();
    let findings = check(platform, &text, &shown).into_iter().chain(beside);
    found.extend(findings.map(|f| (f.code.as_str(), f.severity, f.diagnostic)));
    for (_, severity, diagnostic) in &found {
        let drawn = match severity {
            Severity::Error => render(diagnostic, &text, out.is_color(), 88),
            Severity::Warning => render_warning(diagnostic, &text, out.is_color(), 88),
        };
        out.line(&drawn)?;
        out.line("")?;
    }
    let is_error = |(_, severity, _): &&(&str, Severity, Diagnostic)| *severity == Severity::Error;
    let errors = found.iter().filter(is_error).count() as u64;
    let warnings = found.len() as u64 - errors;
    let counted = match (errors, warnings) {
        (0, 0) => format!(
            "nothing found that {} would read otherwise",
            platform.name()
        ),
        (0, n) => many(n, "warning", "warnings"),
        (n, 0) => many(n, "problem", "problems"),
        (n, w) => format!(
            "{}, {}",
            many(n, "problem", "problems"),
            many(w, "warning", "warnings")
        ),
    };
    out.line(&format!("{shown}: {counted}"))?;
    let findings: Vec<_> = found
        .iter()
        .map(|(rule, severity, d)| {
            json!({
                "rule": rule, "severity": severity.as_str(), "message": d.message,
                "label": d.label, "file": d.file, "line": d.line, "column": d.column,
                "span": [d.span.start, d.span.end],
                "text": text.get(d.span.clone()), "help": d.help,
            })
        })
        .collect();
    out.json(&json!({"file": shown, "for": platform.as_str(), "findings": findings}))?;
    Ok(if errors == 0 { 0 } else { 2 })
}

/// The workspace whose other strategies are read: the one asked for, else the file's own.
fn workspace_of(args: &LintQueryArgs, global: &Global) -> Option<PathBuf> {
    if let Some(root) = &global.workspace {
        return Some(root.clone());
    }
    let file = std::path::absolute(&args.file).ok()?;
    workspace::find(file.parent()?).ok()
}
