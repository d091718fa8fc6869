//! TEXT-TABLE: two places that print one result print the same numbers.

use crate::lint::arithmetic::{self, Fit};
use crate::lint::groups::Groups;
use crate::lint::paper::{Claim, Paper, Pooled, grouped, same};
use crate::lint::printed::{Printed, Sign};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "TEXT-TABLE",
    checks: "two places that print one result print the same numbers.",
    why: "Readers cite the text, later reviews copy the figure.",
    formula: "Two printed numbers agree where some value rounds to both (1.2 and 1.16 do, 1.2 and 1.30 do not). Running text against a table is an error. Two tables, or two places of running text, are compared where most of their numbers agree, and differences are a warning: they may be two analyses of one name.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020, items 20b and 24b)",
    fires: r#"[[result]]
table = "text"
row = "nausea 12h"
k = 3
[[result]]
table = "Fig 4B"
row = "nausea 12h"
k = 2"#,
    silent: r#"[[result]]
table = "text"
row = "all"
estimate = 0.785
ci_lo = 0.580
ci_hi = 0.984
[[result]]
table = "Fig 2"
row = "all"
estimate = 0.79
ci_lo = 0.58
ci_hi = 0.98"#,
    run,
};

/// More places than one review prints a result in.
const MANY: usize = 60;

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let rows = grouped(&paper.results, |row| &row.row);
    let pairs = rows.iter().flat_map(|(_, rows)| {
        rows.iter()
            .enumerate()
            // Of a name that stands in very many places each is compared with the first alone.
            .take(if rows.len() > MANY { 1 } else { rows.len() })
            .map(|(n, first)| (*first, rows.get(n + 1..).unwrap_or_default()))
    });
    for (first, later) in pairs {
        for second in later.iter().copied() {
            if same(&first.table, &second.table) {
                continue;
            }
            // Running text comes first, whichever is typed first.
            let (a, b) = if second.is_text() && !first.is_text() {
                (second, first)
            } else {
                (first, second)
            };
            let across = a.is_text() != b.is_text();
            // Two tables may name two results alike: one result is what mostly agrees.
            if !across && !mostly_agree(a, b) {
                continue;
            }
            pair(
                a,
                b,
                if across {
                    Severity::Error
                } else {
                    Severity::Warn
                },
                found,
            );
        }
    }
    for (kind, check) in [
        ("equal", equal as fn(&Claim) -> Option<String>),
        ("count", count),
        ("range", range),
        ("tally", tally),
    ] {
        for claim in paper.claims(kind) {
            found.look(RULE.id);
            if let Some(text) = check(claim) {
                // Words that are not numbers may differ and mean the same.
                let words = claim
                    .args
                    .split('|')
                    .any(|v| kind == "equal" && Printed::parse(v).is_none());
                let severity = if words {
                    Severity::Warn
                } else {
                    Severity::Error
                };
                found.add(
                    Finding::new(
                        RULE.id,
                        severity,
                        claim.location.clone(),
                        format!("Inconsistent as printed: {text}."),
                    )
                    .number("first", claim.args.as_str())
                    .number("second", claim.reported.as_str()),
                );
            }
        }
    }
}

/// Whether more of the numbers that both print agree than differ.
fn mostly_agree(a: &Pooled, b: &Pooled) -> bool {
    let fields = [
        (&a.estimate, &b.estimate),
        (&a.low, &b.low),
        (&a.high, &b.high),
        (&a.p, &b.p),
        (&a.i2, &b.i2),
        (&a.p_het, &b.p_het),
    ];
    let both: Vec<bool> = fields
        .into_iter()
        .filter_map(|(x, y)| Some(x.as_ref()?.span().meets(y.as_ref()?.span())))
        .collect();
    both.iter().filter(|agree| **agree).count() * 2 > both.len()
}

fn pair(a: &Pooled, b: &Pooled, severity: Severity, found: &mut Found) {
    let place = format!("{} v {} / {}", a.table, b.table, a.row);
    if let (Some(k), Some(l)) = (a.k, b.k) {
        found.look(RULE.id);
        if k != l {
            found.add(differ(
                severity,
                &place,
                "k",
                [&a.table, &b.table],
                [&k.to_string(), &l.to_string()],
            ));
        }
    }
    if let (Some(m), Some(n)) = (a.model, b.model) {
        found.look(RULE.id);
        if m != n {
            found.add(differ(
                Severity::Warn,
                &place,
                "model",
                [&a.table, &b.table],
                [m.word(), n.word()],
            ));
        }
    }
    let other = !a.measure.is_empty() && !b.measure.is_empty() && !same(&a.measure, &b.measure);
    let level = (a.level() - b.level()).abs() > 1e-9;
    let fields = [
        ("i2", &a.i2, &b.i2, false),
        ("p_het", &a.p_het, &b.p_het, false),
        ("estimate", &a.estimate, &b.estimate, other),
        ("ci_lo", &a.low, &b.low, other || level),
        ("ci_hi", &a.high, &b.high, other || level),
        ("p", &a.p, &b.p, false),
    ];
    for (name, x, y, passed) in fields {
        let (Some(x), Some(y), false) = (x, y, passed) else {
            continue;
        };
        found.look(RULE.id);
        let about = x.sign == Sign::About && y.sign == Sign::About && x.decimals == y.decimals;
        let last_digit = about && x.value.total_cmp(&y.value).is_ne() && x.span().meets(y.span());
        if x.span().meets(y.span()) && !last_digit {
            continue;
        }
        let is_p = name == "p" || name == "p_het";
        let capped = is_p
            && (arithmetic::compare(x, y.probability()) == Fit::Capped
                || arithmetic::compare(y, x.probability()) == Fit::Capped);
        // Next to each other in the last digit: a slip, or two programs that round a tie.
        let severity = match (capped, last_digit) {
            (true, _) => Severity::Info,
            (_, true) => Severity::Warn,
            _ => severity,
        };
        found.add(
            differ(
                severity,
                &place,
                name,
                [&a.table, &b.table],
                [&x.text, &y.text],
            )
            .bar(&a.table, x.span().low, x.span().high)
            .bar(&b.table, y.span().low, y.span().high),
        );
    }
}

fn differ(
    severity: Severity,
    place: &str,
    name: &'static str,
    tables: [&str; 2],
    values: [&str; 2],
) -> Finding {
    let word = match name {
        "i2" => "I²",
        "p_het" => "p of heterogeneity",
        "ci_lo" => "the lower limit",
        "ci_hi" => "the upper limit",
        "estimate" => "the estimate",
        other => other,
    };
    let text = format!(
        "Inconsistent as printed: {word} is {} in {} and {} in {}.",
        values[0], tables[0], values[1], tables[1]
    );
    Finding::new(RULE.id, severity, place, text)
        .number("field", name)
        .number("first", values[0])
        .number("second", values[1])
}

/// Whether two printed numbers agree: whole numbers exactly, others where some value rounds to both.
fn agree(a: &Printed, b: &Printed) -> bool {
    match (a.whole(), b.whole()) {
        (Some(a), Some(b)) => a == b,
        _ => a.span().meets(b.span()),
    }
}

/// `a|b` against what is printed: one of them should fit; without a printed value they should agree.
fn equal(claim: &Claim) -> Option<String> {
    let values: Vec<&str> = claim
        .args
        .split('|')
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .collect();
    let agree = |a: &str, b: &str| match (Printed::parse(a), Printed::parse(b)) {
        (Some(a), Some(b)) => agree(&a, &b),
        _ => same(a, b),
    };
    let reported = claim.reported.trim();
    if reported.is_empty() {
        let (first, rest) = values.split_first()?;
        let odd = rest.iter().find(|v| !agree(first, v))?;
        return Some(format!("{first} in one place and {odd} in the other"));
    }
    (!values.is_empty() && !values.iter().any(|v| agree(v, reported))).then(|| {
        format!(
            "{} in one place and {reported} in the other",
            values.join(" or ")
        )
    })
}

/// `table=10` against the count in the text.
fn count(claim: &Claim) -> Option<String> {
    let listed = claim
        .value("table")
        .or_else(|| claim.value("n"))
        .or_else(|| Printed::parse(&claim.args))?;
    let printed = claim.printed()?;
    (!agree(&listed, &printed)).then(|| format!("{listed} in the table, {printed} in the text"))
}

/// `14+16+45` against the range that the text gives.
fn range(claim: &Claim) -> Option<String> {
    let numbers: Vec<Printed> = claim
        .args
        .split(['+', '|', ';'])
        .filter_map(Printed::parse)
        .collect();
    let order = |a: &&Printed, b: &&Printed| a.value.total_cmp(&b.value);
    let (low, high) = (numbers.iter().min_by(order)?, numbers.iter().max_by(order)?);
    let text = claim
        .reported
        .replace(" to ", "-")
        .replace(['\u{2013}', '\u{2212}'], "-");
    let at = text
        .char_indices()
        .skip(1)
        .find(|(_, c)| *c == '-')
        .map(|(at, _)| at)?;
    let from = Printed::parse(text.get(..at)?)?;
    let to = Printed::parse(text.get(at + 1..)?)?;
    (!agree(&from, low) || !agree(&to, high)).then(|| {
        format!(
            "the table ranges from {low} to {high}, the text says {}",
            claim.reported
        )
    })
}

/// `>=1:4 1-3:2` in the table against `>=1:5` in the text: how many studies of each kind.
fn tally(claim: &Claim) -> Option<String> {
    let parts = |text: &str| -> Vec<(String, i64)> {
        text.split_whitespace()
            .filter_map(|part| {
                let (name, n) = part.rsplit_once(':')?;
                Some((name.to_lowercase(), n.parse().ok()?))
            })
            .collect()
    };
    let table = parts(&claim.args);
    let wrong: Vec<String> = parts(&claim.reported)
        .iter()
        .filter_map(|(name, n)| {
            let listed = table
                .iter()
                .find(|(other, _)| other == name)
                .map_or(0, |(_, n)| *n);
            (listed != *n).then(|| format!("{name}: {n} in the text, {listed} in the table"))
        })
        .collect();
    (!wrong.is_empty()).then(|| wrong.join("; "))
}
