//! The identities themselves: which counts stand on which side.

use super::{Check, Relation, Term};
use crate::prisma::counts::{Counts, Named};

fn term(label: &str, path: &str, n: u64) -> Term {
    Term {
        minus: false,
        label: label.to_owned(),
        path: path.to_owned(),
        n,
    }
}

fn less(label: &str, path: &str, n: u64) -> Term {
    Term {
        minus: true,
        ..term(label, path, n)
    }
}

/// A pending term is written only where something is pending.
fn open(label: &str, path: &str, n: u64) -> Option<Term> {
    (n > 0).then(|| term(label, path, n))
}

fn parts(path: &str, named: &[Named]) -> Vec<Term> {
    named
        .iter()
        .map(|p| term(&p.name, &format!("{path}[{}]", p.name), p.n))
        .collect()
}

/// Every identity of the flow, in order. `pooled` is the number of studies pooled for at least one
/// outcome; without it I7 is not asserted.
pub fn check(counts: &Counts, pooled: Option<u64>) -> Vec<Check> {
    let mut out = Vec::new();
    part_lists(counts, &mut out);
    main_lane(counts, &mut out);
    if counts.has_other_lane() {
        other_lane(counts, &mut out);
    }
    included(counts, pooled, &mut out);
    out.sort_by_key(|check| check.id);
    out
}

fn equal(id: &'static str, rule: &'static str, left: Vec<Term>, right: Vec<Term>) -> Check {
    Check {
        id,
        rule,
        relation: Relation::Equal,
        left,
        right,
    }
}

fn at_most(id: &'static str, rule: &'static str, left: Term, right: Vec<Term>) -> Check {
    Check {
        id,
        rule,
        relation: Relation::AtMost,
        left: vec![left],
        right,
    }
}

/// Lists of named parts add up to their totals: I0 for sources, I1 for rules, I4 for reasons.
fn part_lists(counts: &Counts, out: &mut Vec<Check>) {
    let identified = &counts.identified;
    let removed = &counts.removed;
    let lane = &counts.other_methods;
    let lists = [
        (
            "I0",
            "sum of named databases = databases",
            "databases",
            "identified.databases",
            "by_source",
            &identified.databases.by_source,
            identified.databases.total,
        ),
        (
            "I0",
            "sum of named registers = registers",
            "registers",
            "identified.registers",
            "by_source",
            &identified.registers.by_source,
            identified.registers.total,
        ),
        (
            "I0",
            "sum of named other methods = other methods",
            "other methods",
            "identified.other",
            "by_source",
            &identified.other.by_source,
            identified.other.total,
        ),
        (
            "I1",
            "sum of named automation rules = ineligible by automation tools",
            "ineligible by automation tools",
            "removed.automation",
            "by_rule",
            &removed.automation.by_rule,
            removed.automation.total,
        ),
        (
            "I1",
            "sum of named other reasons = removed for other reasons",
            "removed for other reasons",
            "removed.other",
            "by_rule",
            &removed.other.by_rule,
            removed.other.total,
        ),
        (
            "I4",
            "sum of reasons = reports excluded",
            "reports excluded",
            "excluded_full_text",
            "by_reason",
            &counts.excluded_full_text.by_reason,
            counts.excluded_full_text.total,
        ),
        (
            "I4",
            "sum of reasons\u{2032} = reports excluded\u{2032}",
            "reports excluded (other methods)",
            "other_methods.excluded_full_text",
            "by_reason",
            &lane.excluded_full_text.by_reason,
            lane.excluded_full_text.total,
        ),
    ];
    for (id, rule, label, path, key, named, total) in lists {
        if !named.is_empty() {
            let right = vec![term(label, &format!("{path}.total"), total)];
            out.push(equal(
                id,
                rule,
                parts(&format!("{path}.{key}"), named),
                right,
            ));
        }
    }
}

fn main_lane(counts: &Counts, out: &mut Vec<Check>) {
    let pending = &counts.pending;
    let screened = || term("records screened", "screened", counts.screened);
    let sought = || term("reports sought", "sought", counts.sought);
    let excluded = || term("records excluded", "excluded.total", counts.excluded.total);
    let removed = &counts.removed;

    let mut right = vec![screened()];
    let waiting = pending.before_screening;
    right.extend(open(
        "pending before screening",
        "pending.before_screening",
        waiting,
    ));
    out.push(equal(
        "I1",
        "identified \u{2212} duplicates \u{2212} automation \u{2212} other = screened + pending \
         before screening",
        vec![
            term(
                "databases",
                "identified.databases.total",
                counts.identified.databases.total,
            ),
            term(
                "registers",
                "identified.registers.total",
                counts.identified.registers.total,
            ),
            less("duplicates", "removed.duplicates", removed.duplicates),
            less(
                "automation",
                "removed.automation.total",
                removed.automation.total,
            ),
            less("other reasons", "removed.other.total", removed.other.total),
        ],
        right,
    ));

    let mut right = vec![excluded(), sought()];
    let waiting = pending.title_abstract;
    right.extend(open(
        "pending title and abstract",
        "pending.title_abstract",
        waiting,
    ));
    let rule = "screened = excluded + sought + pending title and abstract";
    out.push(equal("I2", rule, vec![screened()], right));

    let (human, tool) = (counts.excluded.by_human, counts.excluded.by_tool);
    if human.is_some() || tool.is_some() {
        out.push(equal(
            "I2h",
            "excluded = excluded by human + excluded by tool",
            vec![excluded()],
            vec![
                term("by human", "excluded.by_human", human.unwrap_or(0)),
                term("by tool", "excluded.by_tool", tool.unwrap_or(0)),
            ],
        ));
    }

    let mut right = vec![
        term(
            "reports not retrieved",
            "not_retrieved",
            counts.not_retrieved,
        ),
        term("reports assessed", "assessed", counts.assessed),
    ];
    right.extend(open(
        "pending retrieval",
        "pending.retrieval",
        pending.retrieval,
    ));
    let rule = "sought = not retrieved + assessed + pending retrieval";
    out.push(equal("I3", rule, vec![sought()], right));

    out.push(assessed(counts));
}

/// I4: both lanes meet in the included reports.
fn assessed(counts: &Counts) -> Check {
    let lane = &counts.other_methods;
    let other = counts.has_other_lane();
    let reasons = &counts.excluded_full_text;
    let mut left = vec![term("reports assessed", "assessed", counts.assessed)];
    let mut right = vec![term(
        "reports excluded",
        "excluded_full_text.total",
        reasons.total,
    )];
    if other {
        let path = "other_methods.assessed";
        left.push(term(
            "reports assessed (other methods)",
            path,
            lane.assessed,
        ));
        let path = "other_methods.excluded_full_text.total";
        let total = lane.excluded_full_text.total;
        right.push(term("reports excluded (other methods)", path, total));
    }
    right.push(term(
        "reports included",
        "included.reports",
        counts.included.reports,
    ));
    right.extend(open(
        "pending full text",
        "pending.full_text",
        counts.pending.full_text,
    ));
    let label = "pending full text (other methods)";
    right.extend(open(
        label,
        "other_methods.pending.full_text",
        lane.pending.full_text,
    ));
    let rule = if other {
        "assessed + assessed\u{2032} = reasons + reasons\u{2032} + reports included + pending \
         full text"
    } else {
        "assessed = reasons + reports included + pending full text"
    };
    equal("I4", rule, left, right)
}

fn other_lane(counts: &Counts, out: &mut Vec<Check>) {
    let lane = &counts.other_methods;
    let pending = &lane.pending;
    let sought = || term("reports sought", "other_methods.sought", lane.sought);
    let mut right = vec![
        term(
            "copies of known reports",
            "other_methods.duplicates",
            lane.duplicates,
        ),
        term(
            "set aside at title",
            "other_methods.excluded",
            lane.excluded,
        ),
        sought(),
    ];
    let path = "other_methods.pending.before_screening";
    right.extend(open(
        "pending before screening",
        path,
        pending.before_screening,
    ));
    let path = "other_methods.pending.title_abstract";
    right.extend(open(
        "pending title and abstract",
        path,
        pending.title_abstract,
    ));
    let total = counts.identified.other.total;
    out.push(equal(
        "O1",
        "identified by other methods = copies of known reports + set aside at title + \
         sought\u{2032} + pending\u{2032}",
        vec![term(
            "identified by other methods",
            "identified.other.total",
            total,
        )],
        right,
    ));

    let mut right = vec![
        term(
            "reports not retrieved",
            "other_methods.not_retrieved",
            lane.not_retrieved,
        ),
        term("reports assessed", "other_methods.assessed", lane.assessed),
    ];
    let path = "other_methods.pending.retrieval";
    right.extend(open("pending retrieval", path, pending.retrieval));
    out.push(equal(
        "O2",
        "sought\u{2032} = not retrieved\u{2032} + assessed\u{2032} + pending\u{2032}",
        vec![sought()],
        right,
    ));
}

fn included(counts: &Counts, pooled: Option<u64>, out: &mut Vec<Check>) {
    let (new, total) = (&counts.included, &counts.total);
    // A report that covers several studies stands for each of them.
    let further = counts.further_studies;
    let bound = |reports: Term| {
        let mut right = vec![reports];
        if further > 0 {
            right.push(term(
                "further studies of these reports",
                "included.reports",
                further,
            ));
        }
        right
    };
    out.push(at_most(
        "I5",
        "studies included \u{2264} reports of included studies",
        term("studies included", "included.studies", new.studies),
        bound(term("reports", "included.reports", new.reports)),
    ));
    if counts.previous.is_some() {
        out.push(at_most(
            "I5",
            "total studies \u{2264} reports of total studies",
            term("total studies", "total.studies", total.studies),
            bound(term("reports", "total.reports", total.reports)),
        ));
    }
    let sides = |key: &str, all: u64, before: Option<u64>, added: u64, gone: u64| {
        let path = |group: &str| format!("{group}.{key}");
        let mut right = Vec::new();
        if let Some(before) = before {
            right.push(term(&format!("previous {key}"), &path("previous"), before));
        }
        right.push(term(&format!("new {key}"), &path("included"), added));
        if gone > 0 {
            right.push(less(&format!("withdrawn {key}"), &path("withdrawn"), gone));
        }
        (
            vec![term(&format!("total {key}"), &path("total"), all)],
            right,
        )
    };
    let (previous, withdrawn) = (counts.previous, &counts.withdrawn);
    let before = previous.map(|p| p.studies);
    let (left, right) = sides(
        "studies",
        total.studies,
        before,
        new.studies,
        withdrawn.studies,
    );
    out.push(equal(
        "I6",
        "total studies = previous + new \u{2212} withdrawn",
        left,
        right,
    ));
    let before = previous.map(|p| p.reports);
    let (left, right) = sides(
        "reports",
        total.reports,
        before,
        new.reports,
        withdrawn.reports,
    );
    out.push(equal(
        "I6",
        "total reports = previous + new \u{2212} withdrawn",
        left,
        right,
    ));
    if let Some(pooled) = pooled {
        out.push(at_most(
            "I7",
            "studies pooled \u{2264} total studies",
            term("studies pooled", "pooled", pooled),
            vec![term("total studies", "total.studies", total.studies)],
        ));
    }
}
