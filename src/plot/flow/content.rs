//! What stands in the boxes: PRISMA 2020's exact texts with their counts.

use crate::plot::rich::Run;
use crate::plot::text::Weight;
use crate::prisma::{Counts, Named, Pending, Reasons, Tally, Template};

/// One paragraph of a box.
#[derive(Debug, Clone)]
pub(super) struct Para {
    /// Whether it is a part of the paragraph above it.
    pub(super) part: bool,
    /// Its text, weight by weight.
    pub(super) runs: Vec<Run>,
}

fn heading(text: &str) -> Para {
    Para {
        part: false,
        runs: vec![Run::plain(text)],
    }
}

fn counted(part: bool, text: &str, path: &str, n: u64, after: &'static str) -> Para {
    let runs = vec![
        Run::plain(format!("{text} ")),
        Run::solid("("),
        Run::count(format!("n = {n}"), Weight::SemiBold, path),
        Run::solid(format!("){after}")),
    ];
    Para { part, runs }
}

fn line(text: &str, path: &str, n: u64) -> Para {
    counted(false, text, path, n, "")
}

fn part(text: &str, path: &str, n: u64) -> Para {
    counted(true, text, path, n, "")
}

fn parts(named: &[Named], path: &str) -> Vec<Para> {
    named
        .iter()
        .map(|p| part(&p.name, &format!("{path}[{}]", p.name), p.n))
        .collect()
}

/// The paragraphs of a box without the lines whose counts nobody gave; a box that would be empty keeps
/// its text with room for a number.
pub(super) fn given(counts: &Counts, paras: &[Para]) -> Vec<Para> {
    let lacks = |para: &Para| {
        let mut paths = para.runs.iter().filter_map(|run| run.path.as_ref());
        paths.any(|path| counts.not_given.contains(path))
    };
    let kept: Vec<Para> = paras.iter().filter(|para| !lacks(para)).cloned().collect();
    if !kept.is_empty() {
        return kept;
    }
    let first = paras.iter().take(1).cloned();
    first
        .map(|para| Para {
            runs: para
                .runs
                .into_iter()
                .map(|run| match run.path {
                    Some(_) => Run::solid("n = "),
                    None => run,
                })
                .collect(),
            ..para
        })
        .collect()
}

/// The studies and reports in the meta-analysis: a box of their own below what is included.
pub(super) fn in_meta_analysis(counts: &Counts) -> Vec<Para> {
    let Some((studies, reports)) = counts.in_meta_analysis else {
        return Vec::new();
    };
    let path = "included.studies";
    let mut out = vec![line("Studies included in meta-analysis", path, studies)];
    if let Some(reports) = reports {
        let text = "Reports of studies included in meta-analysis";
        out.push(line(text, path, reports));
    }
    out
}

/// The head of the main lane.
pub(super) fn main_head(template: Template) -> &'static str {
    if template.is_update() {
        "Identification of new studies via databases and registers"
    } else {
        "Identification of studies via databases and registers"
    }
}

/// The head of the other-methods lane.
pub(super) fn other_head(template: Template) -> &'static str {
    if template.is_update() {
        "Identification of new studies via other methods"
    } else {
        "Identification of studies via other methods"
    }
}

pub(super) fn previous(previous: &Tally) -> Vec<Para> {
    let reports = "Reports of studies included in previous version of review";
    vec![
        line(
            "Studies included in previous version of review",
            "previous.studies",
            previous.studies,
        ),
        line(reports, "previous.reports", previous.reports),
    ]
}

pub(super) fn identified(counts: &Counts) -> Vec<Para> {
    let identified = &counts.identified;
    vec![
        heading("Records identified from*:"),
        part(
            "Databases",
            "identified.databases.total",
            identified.databases.total,
        ),
        part(
            "Registers",
            "identified.registers.total",
            identified.registers.total,
        ),
    ]
}

pub(super) fn identified_other(counts: &Counts) -> Vec<Para> {
    let other = &counts.identified.other;
    let mut paras = vec![heading("Records identified from:")];
    if other.by_source.is_empty() {
        paras.push(part("Other methods", "identified.other.total", other.total));
    }
    paras.extend(parts(&other.by_source, "identified.other.by_source"));
    paras
}

pub(super) fn removed(counts: &Counts) -> Vec<Para> {
    let removed = &counts.removed;
    vec![
        heading("Records removed before screening:"),
        part(
            "Duplicate records removed",
            "removed.duplicates",
            removed.duplicates,
        ),
        part(
            "Records marked as ineligible by automation tools",
            "removed.automation.total",
            removed.automation.total,
        ),
        part(
            "Records removed for other reasons",
            "removed.other.total",
            removed.other.total,
        ),
    ]
}

pub(super) fn screened(counts: &Counts) -> Vec<Para> {
    vec![line("Records screened", "screened", counts.screened)]
}

pub(super) fn excluded(counts: &Counts) -> Vec<Para> {
    vec![line(
        "Records excluded**",
        "excluded.total",
        counts.excluded.total,
    )]
}

/// `lane` is the empty text or `other_methods.`.
pub(super) fn sought(lane: &str, n: u64) -> Vec<Para> {
    vec![line(
        "Reports sought for retrieval",
        &format!("{lane}sought"),
        n,
    )]
}

pub(super) fn not_retrieved(lane: &str, n: u64) -> Vec<Para> {
    vec![line(
        "Reports not retrieved",
        &format!("{lane}not_retrieved"),
        n,
    )]
}

pub(super) fn assessed(lane: &str, n: u64) -> Vec<Para> {
    vec![line(
        "Reports assessed for eligibility",
        &format!("{lane}assessed"),
        n,
    )]
}

pub(super) fn reasons(lane: &str, reasons: &Reasons) -> Vec<Para> {
    let after = if reasons.by_reason.is_empty() {
        ""
    } else {
        ":"
    };
    let path = format!("{lane}excluded_full_text");
    let total = format!("{path}.total");
    let mut paras = vec![counted(
        false,
        "Reports excluded",
        &total,
        reasons.total,
        after,
    )];
    paras.extend(parts(&reasons.by_reason, &format!("{path}.by_reason")));
    paras
}

pub(super) fn included(counts: &Counts) -> Vec<Para> {
    let (studies, reports) = if counts.previous.is_some() {
        (
            "New studies included in review",
            "Reports of new included studies",
        )
    } else {
        ("Studies included in review", "Reports of included studies")
    };
    vec![
        line(studies, "included.studies", counts.included.studies),
        line(reports, "included.reports", counts.included.reports),
    ]
}

pub(super) fn total(counts: &Counts) -> Vec<Para> {
    vec![
        line(
            "Total studies included in review",
            "total.studies",
            counts.total.studies,
        ),
        line(
            "Reports of total included studies",
            "total.reports",
            counts.total.reports,
        ),
    ]
}

/// The boxes a pending state hangs from, in the order of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Identified,
    Screened,
    Sought,
    Assessed,
}

/// What waits at a box: its words and its path. Nothing where nothing waits.
pub(super) fn waiting(lane: &str, pending: &Pending, stage: Stage) -> Option<(String, String)> {
    let (n, one, several, key) = match stage {
        Stage::Identified => (
            pending.before_screening,
            "screening",
            "screening",
            "before_screening",
        ),
        Stage::Screened => (
            pending.title_abstract,
            "a decision",
            "decisions",
            "title_abstract",
        ),
        Stage::Sought => (pending.retrieval, "retrieval", "retrieval", "retrieval"),
        Stage::Assessed => (pending.full_text, "a decision", "decisions", "full_text"),
    };
    let what = if n == 1 { one } else { several };
    (n > 0).then(|| {
        (
            format!("{n} awaiting {what}"),
            format!("{lane}pending.{key}"),
        )
    })
}

/// The figure's title.
pub(super) fn title(counts: &Counts) -> String {
    let kind = if counts.previous.is_some() {
        "updated review"
    } else {
        "new review"
    };
    let lanes = if counts.has_other_lane() {
        "databases, registers and other methods"
    } else {
        "databases and registers"
    };
    format!("PRISMA 2020 flow diagram: {kind}, {lanes}")
}

fn plural(n: u64, one: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{n} {one}s")
    }
}

fn tally(tally: &Tally, adjective: &str) -> String {
    let studies = if tally.studies == 1 {
        "study"
    } else {
        "studies"
    };
    let reports = plural(tally.reports, "report");
    format!("{} {adjective}{studies} in {reports}", tally.studies)
}

/// The flow in one paragraph, for who cannot see the figure.
pub(super) fn description(counts: &Counts) -> String {
    let identified = &counts.identified;
    let records = identified
        .databases
        .total
        .saturating_add(identified.registers.total);
    let removed = [counts.removed.duplicates, counts.removed.automation.total]
        .into_iter()
        .fold(counts.removed.other.total, u64::saturating_add);
    let mut out = Vec::new();
    if let Some(previous) = &counts.previous {
        out.push(format!("Previous version: {}.", tally(previous, "")));
    }
    out.push(format!(
        "{} identified from databases and registers, {removed} removed before screening, {} \
         screened, {} excluded; {} sought, {} not retrieved, {} assessed, {} excluded.",
        plural(records, "record"),
        counts.screened,
        counts.excluded.total,
        plural(counts.sought, "report"),
        counts.not_retrieved,
        counts.assessed,
        counts.excluded_full_text.total
    ));
    if counts.has_other_lane() {
        let lane = &counts.other_methods;
        out.push(format!(
            "Other methods: {} identified; {} sought, {} not retrieved, {} assessed, {} excluded.",
            plural(identified.other.total, "record"),
            plural(lane.sought, "report"),
            lane.not_retrieved,
            lane.assessed,
            lane.excluded_full_text.total
        ));
    }
    if counts.previous.is_some() {
        let new = tally(&counts.included, "new ");
        out.push(format!("{new}; {} in total.", tally(&counts.total, "")));
    } else {
        out.push(format!("{} included.", tally(&counts.included, "")));
    }
    if let Some((studies, reports)) = counts.in_meta_analysis {
        let of = if studies == 1 { "study" } else { "studies" };
        let reports = reports.map_or_else(String::new, |n| format!(" in {}", plural(n, "report")));
        out.push(format!("Meta-analysis: {studies} {of}{reports}."));
    }
    match counts.pending_total() {
        0 => {}
        n => out.push(format!("Provisional: {n} pending.")),
    }
    out.join(" ")
}
