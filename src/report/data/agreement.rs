//! How far people agreed, in the words and digits that a page prints.

use crate::report::names::Names;
use crate::screen::agreement::{Between, Stratum, agreement, percent};
use crate::store::read::Reason;
use crate::store::{Reader, StoreError};

/// The agreement in the review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AgreementView {
    /// By phase, the whole review before its versions.
    pub strata: Vec<StratumView>,
    /// Settled reports that are left out because a lead reopened them.
    pub reopened: u64,
}

/// What is compared at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StratumView {
    /// Phase and part.
    pub title: String,
    /// Settled reports that at least two people voted on.
    pub reports: u64,
    /// Every two people.
    pub pairs: Vec<BetweenView>,
    /// A sentence on all people together, where more than two voted.
    pub together: Option<String>,
}

/// Two people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BetweenView {
    /// Both, by name.
    pub people: [String; 2],
    /// Reports that both voted on.
    pub n: u32,
    /// How many both include, only the first, only the second, and neither.
    pub cells: [u32; 4],
    /// Observed agreement, κ with its interval, PABAK and AC1.
    pub words: [String; 4],
    /// What these say and what they cannot.
    pub sentence: String,
    /// Reasons of what both exclude: the reason, how often each gave it and both did, and the share.
    pub reasons: Vec<(String, [u32; 3], String)>,
}

pub(super) fn view(
    reader: Reader<'_>,
    names: &Names,
    reasons: &[Reason],
) -> Result<AgreementView, StoreError> {
    let found = agreement(reader)?;
    let between = |one: &Between| BetweenView {
        people: one.people.map(|id| names.of(id)),
        n: one.pair.n,
        cells: one.cells(),
        words: one.pair.words(),
        sentence: one.sentence(),
        reasons: one
            .reasons
            .iter()
            .map(|reason| {
                let counts = [reason.first, reason.second, reason.both];
                let text = reason_text(reasons, &reason.code);
                (text, counts, percent(reason.same()))
            })
            .collect(),
    };
    let stratum = |one: &Stratum| StratumView {
        title: one.title(),
        reports: one.reports,
        pairs: one.pairs.iter().map(between).collect(),
        together: one.together(),
    };
    Ok(AgreementView {
        strata: found.strata.iter().map(stratum).collect(),
        reopened: found.reopened,
    })
}

/// What a reason says, by its code; the code where the protocol has it no more.
fn reason_text(reasons: &[Reason], code: &str) -> String {
    let found = reasons.iter().find(|reason| reason.code == code);
    found.map_or(code, |reason| reason.text.as_str()).to_owned()
}
