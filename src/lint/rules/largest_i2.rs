//! TEXT-MAXI2: the largest I² that the text admits is the largest that is printed.

use crate::lint::arithmetic;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "TEXT-MAXI2",
    checks: "the largest I² that the text admits is the largest that is printed.",
    why: "Readers judge all results by the worst that the authors admit.",
    formula: "I² up to x in the text, against every I² of the pooled rows.",
    source: "Cochrane Handbook, chapter 10.10.2",
    fires: r#"[[result]]
table = "text"
row = "ORR"
k = 8
i2 = 91.4
[[claim]]
kind = "maxi2"
location = "Discussion"
args = ""
reported = "79""#,
    silent: r#"[[result]]
table = "text"
row = "ORR"
k = 8
i2 = 78.6
[[claim]]
kind = "maxi2"
location = "Discussion"
args = ""
reported = "79""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for claim in paper.claims("maxi2") {
        let Some(printed) = claim.printed() else {
            continue;
        };
        found.look(RULE.id);
        let above: Vec<String> = paper
            .results
            .iter()
            .filter_map(|row| Some((row, row.i2.as_ref()?)))
            .filter(|(_, i2)| i2.span().low > printed.span().high)
            .map(|(row, i2)| format!("{} {} %", row.place(), arithmetic::bare(i2)))
            .collect();
        if !above.is_empty() {
            let text = format!(
                "Inconsistent as printed: I² up to {} % in the text, but {}.",
                arithmetic::bare(&printed),
                above.join(", ")
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, claim.location.clone(), text)
                    .number("printed", printed.text.as_str())
                    .number("above", above.join("; ")),
            );
        }
    }
}
