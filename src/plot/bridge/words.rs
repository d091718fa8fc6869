//! From a bridge to its figure: labels, details, printed numbers.

use super::{BridgeEnd, BridgePlot, BridgeRow, places};
use crate::plot::Page;
use crate::plot::words::{fixed, tick};
use crate::pool::Data;
use crate::pool::Method;
use crate::pool::bridge::{Bridge, Cause, Change, End, Part};
use std::collections::BTreeMap;

/// What the figure says beside the numbers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BridgeWords {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// What is measured: `overall response`.
    pub outcome: String,
    /// What the versions are called, old then new.
    pub versions: [String; 2],
    /// What studies are called, by key; a study without a name shows its key.
    pub names: BTreeMap<String, String>,
    /// What stands below a cause instead of its studies.
    pub details: BTreeMap<Cause, String>,
}

/// The figure of a bridge; nothing where the versions cannot be compared.
pub fn of_bridge(bridge: &Bridge, words: &BridgeWords) -> Option<BridgePlot> {
    bridge.shift?;
    let shown = bridge.shown(places(bridge.measure, [bridge.from?, bridge.to?]));
    let [before, after] = &words.versions;
    let end = |label: &str, estimate: f64, model: &str, end: &End| BridgeEnd {
        label: label.to_owned(),
        detail: ending(model, end),
        estimate,
        ci: Some((end.ci[0], end.ci[1])),
    };
    let rows = bridge.parts.iter().zip(shown.parts_text());
    Some(BridgePlot {
        name: words.name.clone(),
        title: words.title.clone(),
        page: Page::default(),
        outcome: words.outcome.clone(),
        measure: bridge.measure,
        start: end(
            before,
            bridge.from?,
            bridge.old_model?.word(),
            bridge.old.as_ref()?,
        ),
        rows: rows
            .map(|(part, shown)| BridgeRow {
                label: label(part),
                detail: detail(bridge, part, words),
                from: part.from,
                to: part.to,
                shown,
            })
            .collect(),
        end: end(
            after,
            bridge.to?,
            bridge.new_model?.word(),
            bridge.new.as_ref()?,
        ),
        total: shown.total_text(),
        sum: shown.sum_text(),
    })
}

/// `2 trials, common effect (I² 36.8%)`
fn ending(model: &str, end: &End) -> String {
    let trials = if end.k == 1 {
        "1 trial".to_owned()
    } else {
        format!("{} trials", end.k)
    };
    let spread = if end.k > 1 {
        format!(" (I² {}%)", fixed(end.i2, 1))
    } else {
        String::new()
    };
    format!("{trials}, {}{spread}", kind(model, " effect", " effects"))
}

/// `common`, `random`, by the word of a method.
fn kind(model: &str, one: &str, many: &str) -> String {
    match Method::from_word(model) {
        Some(method) if method.is_random() => format!("random{many}"),
        _ => format!("common{one}"),
    }
}

/// `New studies`; `Retraction and new study` where causes share a part.
fn label(part: &Part) -> String {
    let titles: Vec<String> = part
        .causes
        .iter()
        .enumerate()
        .map(|(n, cause)| {
            let title = match cause {
                Cause::NewStudy if part.studies.len() == 1 => "New study",
                cause => cause.title(),
            };
            if n == 0 {
                title.to_owned()
            } else {
                title.to_lowercase()
            }
        })
        .collect();
    match titles.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => titles.concat(),
    }
}

fn detail(bridge: &Bridge, part: &Part, words: &BridgeWords) -> String {
    let texts: Vec<String> = part
        .causes
        .iter()
        .filter_map(|cause| match (words.details.get(cause), cause) {
            (Some(text), _) => Some(text.clone()),
            (None, Cause::Specification) => Some(settings(bridge)),
            (None, Cause::ModelSwitch) => switch(bridge),
            _ => None,
        })
        .filter(|text| !text.is_empty())
        .collect();
    let said = part
        .causes
        .iter()
        .any(|cause| *cause < Cause::Specification && words.details.contains_key(cause));
    if said || part.studies.is_empty() {
        return texts.join("; ");
    }
    let studies: Vec<String> = part
        .studies
        .iter()
        .map(|study| named(study, part, words))
        .collect();
    let studies = std::iter::once(studies.join(", "));
    studies.chain(texts).collect::<Vec<_>>().join("; ")
}

/// A study by its name; alone in its part with what changed in it.
fn named(study: &str, part: &Part, words: &BridgeWords) -> String {
    let name = words.names.get(study).map_or(study, String::as_str);
    match part.changes.as_slice() {
        [change] if part.studies.len() == 1 => match changed(change) {
            Some(change) => format!("{name}: {change}"),
            None => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}

/// `201 of 240 → 203 of 240`, where a table's arm changed; a hazard ratio likewise.
fn changed(change: &Change) -> Option<String> {
    match (change.was, change.now) {
        (
            Data::Binary { e1, n1, e2, n2 },
            Data::Binary {
                e1: a,
                n1: b,
                e2: c,
                n2: d,
            },
        ) => {
            let arms = [([e1, n1], [a, b]), ([e2, n2], [c, d])];
            let arm = |[e, n]: [f64; 2]| format!("{} of {}", tick(e), tick(n));
            let texts: Vec<String> = arms
                .into_iter()
                .map(|(was, now)| (arm(was), arm(now)))
                .filter(|(was, now)| was != now)
                .map(|(was, now)| format!("{was} \u{2192} {now}"))
                .collect();
            (!texts.is_empty()).then(|| texts.join(", "))
        }
        (Data::Hr { hr: was, .. }, Data::Hr { hr: now, .. }) => {
            Some(format!("{} \u{2192} {}", tick(was), tick(now)))
        }
        _ => None,
    }
}

/// `method FE → DL`
fn settings(bridge: &Bridge) -> String {
    let texts: Vec<String> = bridge
        .settings
        .iter()
        .map(|setting| format!("{} {} \u{2192} {}", setting.name, setting.was, setting.now))
        .collect();
    texts.join("; ")
}

/// `I² 75.9% > 50%: common → random`
fn switch(bridge: &Bridge) -> Option<String> {
    let i2 = bridge.new.as_ref()?.i2;
    let sign = if i2 > 50.0 { ">" } else { "\u{2264}" };
    let (was, now) = if i2 > 50.0 {
        ("common", "random")
    } else {
        ("random", "common")
    };
    let digits = (1..=4)
        .map(|digits| fixed(i2, digits))
        .find(|text| text.trim_end_matches('0') != "50.")
        .unwrap_or_else(|| fixed(i2, 1));
    Some(format!("I² {digits}% {sign} 50%: {was} \u{2192} {now}"))
}
