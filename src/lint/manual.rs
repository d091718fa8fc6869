//! The pages of the rules, made from the rules themselves: what each checks, why, the formula with
//! its source, and an example on each side, with what is said of it.

use super::rule::{Found, Rule};
use super::{RULES, check, read};
use std::fmt::Write as _;

/// The name of a rule's page.
pub fn file(rule: &Rule) -> String {
    format!("{}.md", rule.id)
}

/// A sentence with its first letter as a capital.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

/// The page of a rule.
pub fn page(rule: &Rule) -> String {
    let mut out = format!(
        "# {}\n\nChecks that {}\n\n{}\n\n## How\n\n{}\n",
        rule.id,
        rule.checks,
        sentence(rule.why),
        sentence(rule.formula)
    );
    // Writing to a string cannot fail.
    if !rule.source.is_empty() {
        let _ = write!(out, "\nSource: {}.\n", rule.source);
    }
    if !rule.fires.is_empty() {
        let _ = write!(
            out,
            "\n## It finds something in\n\n```toml\n{}\n```\n",
            rule.fires.trim_end()
        );
        for text in said(rule, rule.fires) {
            let _ = write!(out, "\n> {text}\n");
        }
    }
    if !rule.silent.is_empty() {
        let _ = write!(
            out,
            "\n## It finds nothing in\n\n```toml\n{}\n```\n",
            rule.silent.trim_end()
        );
    }
    out.push_str("\n[All rules](README.md)\n");
    out
}

/// What the rule says of its example.
fn said(rule: &Rule, example: &str) -> Vec<String> {
    let Ok(paper) = read::from_toml(example) else {
        return Vec::new();
    };
    check(&paper)
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id)
        .map(|finding| {
            let fits = finding
                .fits
                .as_ref()
                .map_or_else(String::new, |fits| format!(" Would fit: {}.", escape(fits)));
            format!(
                "**{}**, {}: {}{fits}",
                finding.severity.as_str(),
                escape(&finding.place),
                escape(&finding.message)
            )
        })
        .collect()
}

/// Signs that Markdown reads.
fn escape(text: &str) -> String {
    text.replace('|', "\\|")
        .replace('<', "&lt;")
        .replace('*', "\\*")
}

/// The list of all rules as a table.
pub fn index() -> String {
    let mut out = String::from("| rule | checks that |\n|---|---|\n");
    for rule in &RULES {
        let _ = writeln!(
            out,
            "| [{0}]({0}.md) | {1} |",
            rule.id,
            escape(rule.checks.trim_end_matches('.'))
        );
    }
    out
}

/// Findings as a table, place by place.
pub fn findings(found: &Found) -> String {
    let mut out = String::from(
        "| place | rule | severity | what is found | would fit |\n|---|---|---|---|---|\n",
    );
    for (place, list) in found.by_place() {
        for finding in list {
            let _ = writeln!(
                out,
                "| {} | {} | {} | {} | {} |",
                escape(place),
                finding.rule,
                finding.severity.as_str(),
                escape(&finding.message),
                escape(finding.fits.as_deref().unwrap_or(""))
            );
        }
    }
    out
}
