//! The counts of the flow from the store, and the set behind each of them.
//!
//! Every number is the size of a [`FlowBox`] or of a union of boxes; [`members`] lists the same
//! boxes, so a count and its set cannot differ. The boxes, units and lanes are those of
//! `docs/design/0005-prisma.md`; the identities are checked by [`Counts::finish`].
//!
//! Names: a source and a rule by their own, a reason by the text that people read, or by its code
//! where no workflow explains it or another reason has the same text. Sources are listed with 0;
//! rules and reasons where they removed or excluded something. A tool excludes nothing at title
//! and abstract, because ranking orders and never excludes.

mod names;
mod paths;
#[cfg(test)]
mod tests;
pub mod words;

pub use words::words;

use crate::model::{Lane, SourceKind};
use crate::prisma::{
    Counts, Excluded, Identified, Named, OtherMethods, Pending, Reasons, Removals, Removed,
    Sources, Tally,
};
use crate::store::flow::{FlowBox, Member};
use crate::store::{Reader, StoreError};
use names::Names;
use paths::Set;
use std::collections::BTreeSet;

/// The counts of the flow at this moment.
///
/// While no version is published there is no previous version, nothing can be withdrawn, and the
/// total is what is included.
pub fn counts(reader: Reader<'_>) -> Result<Counts, StoreError> {
    let names = Names::of(reader)?;
    let n = |flow_box: FlowBox| reader.count(&flow_box);
    let sources = |kind| -> Result<Sources, StoreError> {
        Ok(Sources {
            total: n(FlowBox::Identified(kind, None))?,
            by_source: names
                .sources_of(kind)
                .map(|name| {
                    let of = FlowBox::Identified(kind, Some(name.to_owned()));
                    Ok(Named::new(name, n(of)?))
                })
                .collect::<Result<_, StoreError>>()?,
        })
    };
    let removals = |to: &'static str| -> Result<Removals, StoreError> {
        Ok(Removals {
            total: n(FlowBox::Removed(to, None))?,
            by_rule: names
                .rules_of(to)
                .map(|name| {
                    let of = FlowBox::Removed(to, Some(name.to_owned()));
                    Ok(Named::new(name, n(of)?))
                })
                .collect::<Result<_, StoreError>>()?,
        })
    };
    let reasons = |lane| -> Result<Reasons, StoreError> {
        Ok(Reasons {
            total: n(FlowBox::FulltextExcluded(lane, None))?,
            by_reason: names
                .reasons_of(lane)
                .iter()
                .map(|(code, name)| {
                    let of = FlowBox::FulltextExcluded(lane, Some(code.clone()));
                    Ok(Named::new(name.clone(), n(of)?))
                })
                .collect::<Result<_, StoreError>>()?,
        })
    };
    let pending = |lane| -> Result<Pending, StoreError> {
        Ok(Pending {
            before_screening: n(FlowBox::BeforeScreening(lane))?,
            title_abstract: n(FlowBox::TitlePending(lane))?,
            retrieval: n(FlowBox::RetrievalPending(lane))?,
            full_text: n(FlowBox::FulltextPending(lane))?,
        })
    };
    let included = Tally::new(
        n(FlowBox::IncludedStudies)? + n(FlowBox::IncludedUngrouped)?,
        n(FlowBox::IncludedReports)?,
    );
    Ok(Counts {
        version: None,
        previous: None,
        identified: Identified {
            databases: sources(SourceKind::Database)?,
            registers: sources(SourceKind::Register)?,
            other: sources(SourceKind::Other)?,
        },
        removed: Removed {
            duplicates: n(FlowBox::Copies(Lane::Main))?,
            automation: removals("automation")?,
            other: removals("other")?,
        },
        screened: n(FlowBox::Screened(Lane::Main))?,
        excluded: Excluded::split(n(FlowBox::TitleExcluded(Lane::Main))?, 0),
        sought: n(FlowBox::Sought(Lane::Main))?,
        not_retrieved: n(FlowBox::NotRetrieved(Lane::Main))?,
        assessed: n(FlowBox::Assessed(Lane::Main))?,
        excluded_full_text: reasons(Lane::Main)?,
        other_methods: OtherMethods {
            duplicates: n(FlowBox::Copies(Lane::Other))?,
            excluded: n(FlowBox::TitleExcluded(Lane::Other))?,
            sought: n(FlowBox::Sought(Lane::Other))?,
            not_retrieved: n(FlowBox::NotRetrieved(Lane::Other))?,
            assessed: n(FlowBox::Assessed(Lane::Other))?,
            excluded_full_text: reasons(Lane::Other)?,
            pending: pending(Lane::Other)?,
        },
        included,
        withdrawn: Tally::default(),
        total: included,
        pending: pending(Lane::Main)?,
        further_studies: reader.further_studies()?,
        ..Counts::default()
    }
    .finish())
}

/// The set behind the count at `path`, or `None` where no count has that path.
///
/// Paths are those of [`Counts::leaves`]: `removed.duplicates`,
/// `identified.databases.by_source[PubMed]`.
pub fn members(reader: Reader<'_>, path: &str) -> Result<Option<Vec<Member>>, StoreError> {
    let names = Names::of(reader)?;
    match names.set(path) {
        Some(set) => collect(reader, &set).map(Some),
        None => Ok(None),
    }
}

/// Every count with its path and its set, in the order of the flow.
pub fn sets(
    reader: Reader<'_>,
    counts: &Counts,
) -> Result<Vec<(String, u64, Vec<Member>)>, StoreError> {
    let names = Names::of(reader)?;
    counts
        .leaves()
        .into_iter()
        .map(|(path, n)| {
            let set = names.set(&path).unwrap_or_default();
            Ok((path, n, collect(reader, &set)?))
        })
        .collect()
}

/// The union of the boxes of a set, each member once.
fn collect(reader: Reader<'_>, set: &Set) -> Result<Vec<Member>, StoreError> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for flow_box in set {
        for member in reader.members(flow_box)? {
            if seen.insert((member.unit, member.id.clone())) {
                out.push(member);
            }
        }
    }
    Ok(out)
}
