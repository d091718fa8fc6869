//! PRISMA-I1: records identified less those removed before screening are the records screened.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I1",
    checks: "records identified less those removed before screening are the records screened.",
    why: "Records that vanish between the search and screening were never judged by anybody.",
    formula: "db + reg + other − dup − auto − removed = after_dup = screened. Where duplicates are not printed, no more may be screened than were identified; a difference of just the other sources is a warning, since they may have a lane of their own.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "Fig 1"
db = 576
reg = 23
dup = 195
auto = 128
removed = 86
screened = 191"#,
    silent: r#"[[flow]]
where = "Fig 1"
db = 576
reg = 23
dup = 195
auto = 128
removed = 86
screened = 190"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I1"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let get = |name: &str| boxes.get(name).copied();
        let total = |total: &str, start: &str| {
            get(total).or_else(|| flow::parts(&boxes, start).map(|(sum, _)| sum))
        };
        let databases = total("db", "db_");
        let lane = flow::brought(&boxes).is_some();
        let other = total("other", "other_").filter(|_| !lane);
        let sources = [databases, total("reg", "reg_"), other];
        let identified: i64 = sources.iter().flatten().sum();
        let removed: i64 = ["dup", "auto", "removed"]
            .iter()
            .filter_map(|n| get(n))
            .sum();
        let after = get("after_dup");
        let screened = get("screened");
        if databases.is_some()
            && let Some(left) = after.or(screened)
        {
            found.look(RULE.id);
            let name = if after.is_some() {
                "left after duplicates"
            } else {
                "screened"
            };
            let rest = identified - removed;
            let wrong = if get("dup").is_some() {
                rest != left
            } else {
                rest < left
            };
            let lane = rest - left == sources.get(2).copied().flatten().unwrap_or(0);
            let severity = if lane {
                Severity::Warn
            } else {
                Severity::Error
            };
            if wrong {
                let text = format!(
                    "Inconsistent as printed: {identified} identified − {removed} removed = {rest}, but {left} are {name}."
                );
                found.add(
                    Finding::new(RULE.id, severity, witness, text)
                        .number("identified", identified)
                        .number("removed", removed)
                        .number("left", rest)
                        .number("printed", left)
                        .fits(flow::fits(rest, name, identified - left, "removed")),
                );
            }
        }
        if let (Some(after), Some(screened)) = (after, screened) {
            found.look(RULE.id);
            if after != screened {
                let severity = if screened > after {
                    Severity::Error
                } else {
                    Severity::Warn
                };
                let text = format!(
                    "Inconsistent as printed: {after} are left after duplicates, {screened} are screened."
                );
                found.add(
                    Finding::new(RULE.id, severity, witness, text)
                        .number("after_dup", after)
                        .number("screened", screened),
                );
            }
        }
    }
}
