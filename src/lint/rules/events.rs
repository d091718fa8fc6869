//! DATA-EVENTS: no arm has more events than participants.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "DATA-EVENTS",
    checks: "no arm has more events than participants.",
    why: "The two columns were swapped, or a digit was.",
    formula: "0 ≤ events ≤ participants; a standard deviation is at least 0.",
    source: "Cochrane Handbook, chapter 6.4",
    fires: r#"[[study]]
table = "Fig 2"
study = "A"
e1 = 31
n1 = 30
e0 = 3
n0 = 30"#,
    silent: r#"[[study]]
table = "Fig 2"
study = "A"
e1 = 30
n1 = 30
e0 = 0
n0 = 30"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for row in &paper.studies {
        let whole = row
            .counts
            .each_ref()
            .map(|n| n.as_ref().and_then(crate::lint::printed::Printed::whole));
        let [e1, n1, e0, n0] = whole;
        for (events, people, arm) in [(e1, n1, "experimental"), (e0, n0, "control")] {
            let (Some(events), Some(people)) = (events, people) else {
                continue;
            };
            found.look(RULE.id);
            if events > people || events < 0 {
                let text = format!(
                    "Inconsistent as printed: {events} events among {people} participants of the {arm} arm."
                );
                found.add(
                    Finding::new(RULE.id, Severity::Error, row.place(), text)
                        .number("events", events)
                        .number("participants", people),
                );
            }
        }
        let [_, sd1, _, sd0] = &row.means;
        for sd in [sd1, sd0].into_iter().flatten() {
            found.look(RULE.id);
            if sd.span().high < 0.0 {
                let text =
                    format!("Inconsistent as printed: a standard deviation of {sd} is below 0.");
                found.add(Finding::new(RULE.id, Severity::Error, row.place(), text));
            }
        }
    }
}
