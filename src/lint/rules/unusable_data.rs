//! MECIR-C40: no study is excluded only because its data cannot be used.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "MECIR-C40",
    checks: "no study is excluded only because its data cannot be used.",
    why: "Studies that report badly are the ones whose results are missing on purpose.",
    formula: "`n=3` with the reason as stated, where it is of how results are reported.",
    source: "MECIR manual, standard C40",
    fires: r#"[[claim]]
kind = "exclusion"
location = "2.2, 3.1"
args = "n=3"
reported = "insufficient data""#,
    silent: r#"[[claim]]
kind = "exclusion"
location = "2.2, 3.1"
args = "n=3"
reported = "wrong population""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("exclusion") {
        found.look(RULE.id);
        if let Some(text) = check(claim) {
            found.add(
                Finding::new(RULE.id, Severity::Warn, claim.location.clone(), text)
                    .number("args", claim.args.as_str())
                    .number("reported", claim.reported.as_str()),
            );
        }
    }
}

fn check(claim: &Claim) -> Option<String> {
    let n = claim.value("n")?;
    let reason = claim.reported.to_lowercase();
    let of_data = [
        "data",
        "outcome",
        "not report",
        "unreported",
        "extract",
        "full text",
    ]
    .iter()
    .any(|word| reason.contains(word));
    (n.value > 0.0 && of_data).then(|| {
        format!("{n} reports were excluded for \u{201c}{}\u{201d}; a study stays included however it reports its outcomes.", claim.reported)
    })
}
