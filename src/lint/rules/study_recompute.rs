//! STUDY-RECOMP: a study's estimate follows from its own counts or means.

use crate::lint::arithmetic;
use crate::lint::effects::Way;
use crate::lint::groups::Groups;
use crate::lint::paper::{Paper, StudyRow, tables};
use crate::lint::printed::Span;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STUDY-RECOMP",
    checks: "a study's estimate follows from its own counts or means.",
    why: "Either the counts or the estimate were copied wrongly, and the pooled result contains one of them.",
    formula: "Risk ratio, odds ratio, risk difference and mean difference with their Wald intervals, 0.5 added where a cell is empty, over the rounding of means. The way that gives most rows of the table is taken; a row that no such way gives is reported, as an error where it is off by more than a quarter of its half width.",
    source: "Cochrane Handbook, chapter 6.4 and 6.5",
    fires: r#"[[study]]
table = "Fig 2"
study = "A"
e1 = 19
n1 = 53
e0 = 31
n0 = 49
estimate = 0.57
ci_lo = 0.37
ci_hi = 0.86
[[study]]
table = "Fig 2"
study = "B"
e1 = 10
n1 = 29
e0 = 20
n0 = 30
estimate = 0.52
ci_lo = 0.29
ci_hi = 0.91
[[study]]
table = "Fig 2"
study = "C"
e1 = 9
n1 = 30
e0 = 10
n0 = 30
estimate = 0.40
ci_lo = 0.20
ci_hi = 0.80"#,
    silent: r#"[[study]]
table = "Fig 2"
study = "A"
e1 = 19
n1 = 53
e0 = 31
n0 = 49
estimate = 0.57
ci_lo = 0.37
ci_hi = 0.86
[[study]]
table = "Fig 2"
study = "B"
e1 = 10
n1 = 29
e0 = 20
n0 = 30
estimate = 0.52
ci_lo = 0.29
ci_hi = 0.91
[[study]]
table = "Fig 2"
study = "C"
e1 = 0
n1 = 30
e0 = 2
n0 = 30
estimate = 0.20
ci_lo = 0.01
ci_hi = 4.00"#,
    run,
};

/// How far a study is from one way: 0 where it fits; nothing where that way gives nothing.
fn miss(row: &StudyRow, way: Way) -> Option<f64> {
    let all = way.all(row);
    all.into_iter()
        .filter_map(|made| miss_of(row, way, made))
        .min_by(f64::total_cmp)
}

fn miss_of(row: &StudyRow, way: Way, made: [Span; 3]) -> Option<f64> {
    let [estimate, low, high] = row.interval()?;
    let mut worst = 0.0_f64;
    for (printed, made) in [estimate, low, high].iter().zip(made) {
        let Some(span) = arithmetic::scaled(printed.either(), way.is_ratio()) else {
            return Some(f64::INFINITY);
        };
        worst = worst.max(span.gap(made));
    }
    let [_, a, b] = made;
    let half = (b.middle() - a.middle()) / 2.0;
    Some(if half > 0.0 {
        worst / half
    } else {
        f64::INFINITY
    })
}

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    for (_, rows) in tables(&paper.studies) {
        let rows: Vec<&StudyRow> = rows
            .into_iter()
            .filter(|row| row.interval().is_some())
            .collect();
        let misses: Vec<(Way, Vec<Option<f64>>)> = Way::ALL
            .iter()
            .map(|way| (*way, rows.iter().map(|row| miss(row, *way)).collect()))
            .collect();
        let fitting = |m: &[Option<f64>]| m.iter().filter(|m| m.is_some_and(|m| m <= 0.01)).count();
        let most = misses.iter().map(|(_, m)| fitting(m)).max().unwrap_or(0);
        let asked = rows
            .iter()
            .enumerate()
            .filter(|(n, _)| {
                misses
                    .iter()
                    .any(|(_, m)| m.get(*n).copied().flatten().is_some())
            })
            .count();
        // Adjusted estimates follow from no counts: then most rows fit no way. One row alone that fits to
        // the last digit tells the way as well, and a person is asked to look at the others.
        if most == 0 || (most > 1 && most * 2 <= asked) || (most == 1 && asked > 4) {
            continue;
        }
        let few = most < 2;
        let ways: Vec<&(Way, Vec<Option<f64>>)> =
            misses.iter().filter(|(_, m)| fitting(m) == most).collect();
        for (n, row) in rows.iter().enumerate() {
            let own: Vec<(Way, f64)> = ways
                .iter()
                .filter_map(|(way, m)| Some((*way, m.get(n).copied().flatten()?)))
                .collect();
            let Some((way, least)) = own.into_iter().min_by(|a, b| a.1.total_cmp(&b.1)) else {
                continue;
            };
            found.look(RULE.id);
            if least <= 0.01 {
                continue;
            }
            let (Some([estimate, low, high]), Some(made)) = (row.interval(), way.of(row)) else {
                continue;
            };
            let back = |s: Span| if way.is_ratio() { s.exp() } else { s };
            let [e, l, h] = made.map(back);
            // What is added to an empty cell differs between programs.
            let empty = row
                .events()
                .is_some_and(|[e1, n1, e0, n0]| e1 == 0 || e0 == 0 || e1 == n1 || e0 == n0);
            if few && (least <= 0.25 || empty) {
                continue;
            }
            let severity = if least > 0.25 && !empty && !few {
                Severity::Error
            } else {
                Severity::Warn
            };
            let text = format!(
                "Inconsistent as printed: {estimate} ({low} to {high}), but its own numbers give a {} of {} ({} to {}).",
                way.words(),
                e.about(),
                l.about(),
                h.about()
            );
            found.add(
                Finding::new(RULE.id, severity, row.place(), text)
                    .number("estimate", arithmetic::number(e))
                    .number("ci_lo", arithmetic::number(l))
                    .number("ci_hi", arithmetic::number(h))
                    .fits(format!("{} ({} to {})", e.about(), l.about(), h.about()))
                    .bar("printed interval", low.value, high.value)
                    .bar("recomputed interval", l.middle(), h.middle()),
            );
        }
    }
}
