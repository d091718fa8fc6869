//! TEXT-FLOW: text and figure print the same count in the same box.

use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "TEXT-FLOW",
    checks: "text and figure print the same count in the same box.",
    why: "They are typed by hand, from two states of the review: one of them is out of date.",
    formula: "Equality, box by box, for every two places that print the flow.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "text"
ft_excl = 49
[[flow]]
where = "Fig 1"
ft_excl = 48"#,
    silent: r#"[[flow]]
where = "text"
ft_excl = 48
[[flow]]
where = "Fig 1"
ft_excl = 48
assessed = 75"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let witnesses = paper.witnesses();
    for witness in &witnesses {
        let boxes = paper.boxes(witness);
        for count in paper.flow.iter().filter(|count| count.witness == **witness) {
            let first = boxes.get(count.name.as_str()).copied().unwrap_or(count.n);
            if first != count.n {
                found.look(RULE.id);
                let text = format!(
                    "Inconsistent as printed: {} is {first} and {} in {witness}; the other rules take {first}.",
                    count.name, count.n
                );
                found.add(
                    Finding::new(RULE.id, Severity::Warn, (*witness).to_owned(), text)
                        .number("box", count.name.as_str())
                        .number("first", first)
                        .number("second", count.n),
                );
            }
        }
    }
    for (n, one) in witnesses.iter().enumerate() {
        let boxes = paper.boxes(one);
        for other in witnesses.iter().skip(n + 1) {
            let others = paper.boxes(other);
            // In the order in which the first place prints them.
            let mut seen: Vec<&str> = Vec::new();
            for count in paper.flow.iter().filter(|count| count.witness == **one) {
                let name = count.name.as_str();
                let (Some(a), Some(b)) = (boxes.get(name), others.get(name)) else {
                    continue;
                };
                if seen.contains(&name) {
                    continue;
                }
                seen.push(name);
                found.look(RULE.id);
                if a != b {
                    let text = format!(
                        "Inconsistent as printed: {name} is {a} in {one} and {b} in {other}."
                    );
                    found.add(
                        Finding::new(RULE.id, Severity::Error, format!("{one} v {other}"), text)
                            .number("box", name)
                            .number("first", *a)
                            .number("second", *b),
                    );
                }
            }
        }
    }
}
