//! The examples of the rules, and reviews made at random.

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers of a made review are small"
)]
mod random;

use super::*;

#[test]
fn every_example_fires_its_rule_and_every_other_stays_silent() {
    let mut faults = Vec::new();
    for rule in &RULES {
        for (text, expected) in [(rule.fires, true), (rule.silent, false)] {
            if text.is_empty() {
                continue;
            }
            let paper =
                read::from_toml(text).unwrap_or_else(|e| panic!("{}: {e}\n{text}", rule.id));
            let found = check(&paper);
            let fired = found.findings.iter().any(|f| f.rule == rule.id);
            if fired != expected {
                faults.push(format!("{} {expected}: {:?}", rule.id, found.findings));
            }
            if !found.checked.contains_key(rule.id) && rule.id != "STAT-EGGER-K" && expected {
                faults.push(format!("{} looked at nothing", rule.id));
            }
            if !expected {
                for f in found
                    .findings
                    .iter()
                    .filter(|f| f.severity == Severity::Error)
                {
                    faults.push(format!(
                        "silent example of {}: {} {}",
                        rule.id, f.rule, f.message
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
