//! STUDY-CI: a study's estimate is the centre of its interval.

use crate::lint::asymmetry;
use crate::lint::groups::Groups;
use crate::lint::measure::{self, Kind};
use crate::lint::paper::{Paper, StudyRow, key};
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};
use std::collections::HashMap;

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "STUDY-CI",
    checks: "a study's estimate is the centre of its interval.",
    why: "An interval of 90 % or one copied from the wrong line of a paper shows here; so do honest exact and adjusted intervals, so that a linter may only ask.",
    formula: "As STAT-CI, on the scale of the pooled row of its subgroup or table, and on either where none is known; a warning always. An estimate outside its own interval is an error.",
    source: "Cochrane Handbook, chapter 6.3",
    fires: r#"[[study]]
table = "Fig 2"
study = "Hochberg 1990"
estimate = 0.90
ci_lo = 0.50
ci_hi = 1.80
[[result]]
table = "Fig 2"
row = "all"
measure = "RR""#,
    silent: r#"[[study]]
table = "Fig 2"
study = "Efird 2004"
estimate = 1.70
ci_lo = 0.80
ci_hi = 3.60
[[result]]
table = "Fig 2"
row = "all"
measure = "RR""#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    let scales = Scales::of(paper);
    for row in &paper.studies {
        let Some([estimate, low, high]) = row.interval() else {
            continue;
        };
        found.look(RULE.id);
        let (x, a, b) = (estimate.span(), low.span(), high.span());
        if a.low > b.high {
            let text = format!(
                "Inconsistent as printed: the lower limit {low} lies above the upper {high}."
            );
            found.add(Finding::new(RULE.id, Severity::Error, row.place(), text));
            continue;
        }
        if x.high < a.low || x.low > b.high {
            let text = format!(
                "Inconsistent as printed: {estimate} lies outside its interval, {low} to {high}."
            );
            found.add(
                Finding::new(RULE.id, Severity::Error, row.place(), text)
                    .bar("interval", low.value, high.value)
                    .bar("estimate", x.low, x.high),
            );
            continue;
        }
        let Some(scales) = scales.of_row(row) else {
            continue;
        };
        // A ratio that is printed as its logarithm.
        let below = [x, a, b].iter().any(|n| n.high < 0.0);
        let scales = if below { &[false][..] } else { scales };
        if let Some(asymmetry) = asymmetry::either([estimate, low, high], scales) {
            // A limit of two digits after a 0 is too coarse for a gap to mean anything.
            let severity = if asymmetry.slight {
                Severity::Info
            } else {
                Severity::Warn
            };
            found.add(asymmetry.finding(RULE.id, severity, row.place()));
        }
    }
}

/// On which scales the pooled rows of each table, and of each of its subgroups, are.
struct Scales(HashMap<(String, Option<String>), Option<&'static [bool]>>);

impl Scales {
    fn of(paper: &Paper) -> Self {
        let mut scales = HashMap::new();
        for row in &paper.results {
            // Proportions and their like have intervals of other scales.
            let own = (!row.other_scale()).then(|| row.scales());
            let own = own.map(|own| {
                if row.is_logarithm() {
                    &[true, false][..]
                } else {
                    own
                }
            });
            for key in [
                (key(&row.table), Some(key(&row.row))),
                (key(&row.table), None),
            ] {
                scales
                    .entry(key)
                    .and_modify(|known: &mut Option<&'static [bool]>| {
                        // Rows that differ leave it open.
                        *known = match (*known, own) {
                            (Some(a), Some(b)) if a == b => Some(a),
                            (Some(_), Some(_)) => Some(&[true, false]),
                            _ => None,
                        };
                    })
                    .or_insert(own);
            }
        }
        Self(scales)
    }

    /// Nothing where its scale is of its own.
    fn of_row(&self, row: &StudyRow) -> Option<&'static [bool]> {
        let named = match measure::named(&row.measure).0 {
            Kind::Ratio => Some(&[true][..]),
            Kind::Difference | Kind::Logarithm => Some(&[false][..]),
            Kind::Other => return None,
            Kind::Unknown => None,
        };
        if let Some(named) = named {
            return Some(named);
        }
        let of = |row: Option<String>, table: &str| self.0.get(&(key(table), row)).copied();
        of(Some(key(&row.subgroup)), &row.table)
            .or_else(|| of(None, &row.table))
            .unwrap_or(Some(&[true, false]))
    }
}
