//! DATA-SUM: numbers that are said to add up do.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Printed, Sign, Span};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-SUM",
    checks: "numbers that are said to add up do.",
    why: "Arms that do not sum to the total are of two different counts of the same trials.",
    formula: "Σ parts = total, over what rounds to each; whole numbers exactly.",
    source: "",
    fires: r#"[[claim]]
kind = "sum"
location = "Table 1, intervention arms"
args = "14+16+19+29+43+39+14+17"
reported = "177""#,
    silent: r#"[[claim]]
kind = "sum"
location = "arms to total"
args = "1,582+1,460"
reported = "3,042""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("sum") {
        if let Some(wrong) = check(claim, found) {
            found.add(wrong);
        }
    }
}

fn check(claim: &Claim, found: &mut Found) -> Option<Finding> {
    let parts: Option<Vec<Printed>> = claim.args.split('+').map(Printed::parse).collect();
    let (parts, printed) = (parts.filter(|p| p.len() > 1)?, claim.printed()?);
    found.look(RULE.id);
    let sum = parts
        .iter()
        .map(Printed::span)
        .fold(Span::point(0.0), |a, b| a + b);
    let exact = parts
        .iter()
        .all(|p| p.decimals <= 0 && p.sign == Sign::About);
    let sum = if exact {
        Span::point(parts.iter().map(|p| p.value).sum())
    } else {
        sum
    };
    let given = if printed.decimals <= 0 && exact && printed.sign == Sign::About {
        Span::point(printed.value)
    } else {
        printed.span()
    };
    if sum.meets(given) {
        return None;
    }
    let words: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    let text = format!(
        "Inconsistent as printed: {} = {}, printed is {printed}.",
        words.join(" + "),
        sum.words()
    );
    Some(
        Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
            .number("sum", arithmetic::number(sum))
            .number("printed", printed.text.as_str())
            .fits(format!("a total of {}", sum.words())),
    )
}
