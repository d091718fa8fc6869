//! DATA-GRIM: some whole number of participants gives the percentage.

use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Sign, Span, short};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-GRIM",
    checks: "some whole number of participants gives the percentage.",
    why: "A percentage that no count gives cannot come from that many people.",
    formula: "There is a whole x with 100 · x / n in what rounds to the percentage (the GRIM test); only where n is small enough to tell.",
    source: "Brown and Heathers, Soc Psychol Personal Sci 2017;8:363",
    fires: r#"[[claim]]
kind = "pct"
location = "malposition"
args = "n=26"
reported = "17.0""#,
    silent: r#"[[claim]]
kind = "pct"
location = "malposition"
args = "n=1068"
reported = "1.87""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("pct") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    if claim.value("x").is_some() {
        return None;
    }
    let (n, printed) = (claim.value("n")?, claim.printed()?);
    if n.value <= 0.0 || printed.sign != Sign::About {
        return None;
    }
    found.look(RULE.id);
    let whole = |span: Span| {
        let counts = span.times(n.value / 100.0);
        let first = (counts.low - 1e-6).ceil();
        first <= counts.high + 1e-6
    };
    if whole(printed.span()) {
        return None;
    }
    let severity = if whole(printed.cut()) {
        Severity::Warn
    } else {
        Severity::Error
    };
    let below = (printed.value * n.value / 100.0).floor();
    let share = |x: f64| short(100.0 * x / n.value);
    let text = format!("Inconsistent as printed: no whole number of {n} gives {printed} %.");
    Some(
        Finding::new(RULE.id, severity, claim.location.clone(), text)
            .number("n", n.text.as_str())
            .number("printed", printed.text.as_str())
            .fits(format!(
                "{} ({} %) or {} ({} %)",
                short(below),
                share(below),
                short(below + 1.0),
                share(below + 1.0)
            )),
    )
}
