//! What differs between two versions, and what lies between them.

use super::{Cause, Causes, Change, Member, Setting, State};
use crate::pool::row::Data;
use crate::pool::spec::{AddTo, Spec};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of each study that have data.
type Rows<'a> = BTreeMap<&'a str, Vec<&'a Member>>;

/// The two versions study by study.
pub(super) struct Versions<'a> {
    old: Rows<'a>,
    new: Rows<'a>,
    /// Every study, in the order of the new version; those that left stand where they stood.
    order: Vec<&'a str>,
}

/// A study that differs between the versions.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moved<'a> {
    pub(super) study: &'a str,
    pub(super) cause: Cause,
}

impl<'a> Versions<'a> {
    pub(super) fn new(old: &'a State, new: &'a State) -> Self {
        Self {
            old: by_study(old),
            new: by_study(new),
            order: order(old, new),
        }
    }

    /// The studies that differ, in order, each with its cause; or who left and nobody said why.
    pub(super) fn moved(&self, causes: &Causes) -> Result<Vec<Moved<'a>>, String> {
        let mut moved = Vec::new();
        for study in &self.order {
            let (old, new) = (self.old.get(study), self.new.get(study));
            let default = match (old, new) {
                (Some(old), Some(new)) if data(old) == data(new) => continue,
                (Some(old), Some(new)) if reports(old) == reports(new) => {
                    Some(Cause::CorrectedData)
                }
                (Some(_), Some(_)) => Some(Cause::OtherReport),
                (None, Some(_)) => Some(Cause::NewStudy),
                (_, None) => None,
            };
            // A study does not switch the model, and only what comes is new.
            let given = causes.get(*study).copied().filter(|cause| match cause {
                Cause::ModelSwitch => false,
                Cause::NewStudy => old.is_none(),
                _ => true,
            });
            let cause = given
                .or(default)
                .ok_or_else(|| format!("{study} left, and no cause is given"))?;
            moved.push(Moved { study, cause });
        }
        Ok(moved)
    }

    /// The rows where the studies in `done` are as in the new version and all others as in the old.
    pub(super) fn between(&self, done: &BTreeSet<&str>) -> Vec<&'a Member> {
        self.order
            .iter()
            .filter_map(|study| {
                let side = if done.contains(study) {
                    &self.new
                } else {
                    &self.old
                };
                side.get(study)
            })
            .flatten()
            .copied()
            .collect()
    }

    /// The numbers of a study before and after, where it has one row in both versions.
    pub(super) fn change(&self, study: &str) -> Option<Change> {
        let one = |rows: &Rows<'_>| match rows.get(study)?.as_slice() {
            [member] => member.row.data,
            _ => None,
        };
        Some(Change {
            study: study.to_owned(),
            was: one(&self.old)?,
            now: one(&self.new)?,
        })
    }
}

fn by_study(state: &State) -> Rows<'_> {
    let mut rows = Rows::new();
    for member in state
        .members
        .iter()
        .filter(|member| member.row.data.is_some())
    {
        rows.entry(&member.study).or_default().push(member);
    }
    rows
}

/// The studies of both versions: the new version's order, each that left behind the study it
/// followed in the old one.
fn order<'a>(old: &'a State, new: &'a State) -> Vec<&'a str> {
    let mut order: Vec<&str> = Vec::new();
    for member in &new.members {
        if !order.contains(&member.study.as_str()) {
            order.push(&member.study);
        }
    }
    let mut before: Option<&str> = None;
    for member in &old.members {
        let study = member.study.as_str();
        if !order.contains(&study) {
            let place = before
                .and_then(|before| order.iter().position(|known| *known == before))
                .map_or(0, |at| at + 1);
            order.insert(place, study);
        }
        before = Some(study);
    }
    order
}

fn data(rows: &[&Member]) -> Vec<Option<Data>> {
    rows.iter().map(|member| member.row.data).collect()
}

fn reports<'a>(rows: &[&'a Member]) -> Vec<Option<&'a str>> {
    rows.iter().map(|member| member.report.as_deref()).collect()
}

/// What changed in the specification, as far as it can move the estimate.
pub(super) fn settings(old: &Spec, new: &Spec) -> Vec<Setting> {
    let yes = |value: bool| if value { "yes" } else { "no" }.to_owned();
    let texts = |spec: &Spec| {
        [
            ("measure", spec.measure.word().to_owned()),
            ("method", spec.method.word().to_owned()),
            ("added to empty cells", spec.add.to_string()),
            ("zero cells", place(spec.zero_cells()).to_owned()),
            (
                "studies without events left out",
                yes(spec.drops_double_zero()),
            ),
            ("Mantel-Haenszel adds too", yes(spec.mh_add)),
        ]
    };
    texts(old)
        .into_iter()
        .zip(texts(new))
        .filter(|((_, was), (_, now))| was != now)
        .map(|((name, was), (_, now))| Setting { name, was, now })
        .collect()
}

fn place(add_to: AddTo) -> &'static str {
    match add_to {
        AddTo::Only0 => "studies with an empty cell",
        AddTo::All => "every study",
        AddTo::If0All => "every study if any has an empty cell",
        AddTo::None => "nowhere",
    }
}
