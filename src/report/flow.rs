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

mod columns;
mod names;
mod paths;
#[cfg(test)]
mod tests;
pub mod words;

pub use columns::{Column, Layout, columns, layout};
pub use words::words;

use crate::model::{Lane, SourceKind};
use crate::prisma::{
    Counts, Excluded, Identified, Named, OtherMethods, Pending, Reasons, Removals, Removed,
    Sources, Tally,
};
use crate::store::flow::{FlowBox, Member, Span, Unit};
use crate::store::{Reader, StoreError};
use names::Names;
use paths::Set;
use std::collections::BTreeSet;

/// The counts of the flow at this moment: of the last column, where versions are published.
///
/// While no version is published there is no previous version, nothing can be withdrawn, and the
/// total is what is included.
pub fn counts(reader: Reader<'_>) -> Result<Counts, StoreError> {
    column(reader, &Names::of(reader)?, &current(reader, None)?)
}

/// Everything in one column, whatever is published.
pub fn combined(reader: Reader<'_>) -> Result<Counts, StoreError> {
    let all = layout(reader, Layout::Combined, None)?;
    all.into_iter().next().map_or_else(|| counts(reader), Ok)
}

/// The last column, which the report shows; with `name` as that version.
pub fn current(reader: Reader<'_>, name: Option<&str>) -> Result<Column, StoreError> {
    let mut all = columns(reader, Layout::Separate, name)?;
    all.pop()
        .ok_or_else(|| StoreError::Value("a flow without columns".to_owned()))
}

/// The counts of a column.
pub fn of_column(reader: Reader<'_>, of: &Column) -> Result<Counts, StoreError> {
    column(reader, &Names::of(reader)?, of)
}

/// Included studies and reports of some columns.
fn sum_included(reader: Reader<'_>, span: &Span) -> Result<Tally, StoreError> {
    let n = |flow_box: FlowBox| reader.count_in(&flow_box, span);
    Ok(Tally::new(
        n(FlowBox::IncludedStudies)? + n(FlowBox::IncludedUngrouped)?,
        n(FlowBox::IncludedReports)?,
    ))
}

/// Studies beyond the number of reports that a column may have: a report of several studies, or
/// a study that a known report joined.
fn further(reader: Reader<'_>, span: &Span, included: Tally) -> Result<u64, StoreError> {
    let several = reader.further_studies()?;
    Ok(match span {
        Span::Whole => several,
        Span::Of(_) => several.max(included.studies.saturating_sub(included.reports)),
    })
}

fn column(reader: Reader<'_>, names: &Names, of: &Column) -> Result<Counts, StoreError> {
    let span = &of.span;
    let n = |flow_box: FlowBox| reader.count_in(&flow_box, span);
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
    let removals = |to| removals(to).map(|all| shown(span, all, |r| &mut r.by_rule));
    let reasons = |lane| reasons(lane).map(|all| shown(span, all, |r| &mut r.by_reason));
    let included = sum_included(reader, span)?;
    let counts = Counts {
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
        pending: pending(Lane::Main)?,
        further_studies: further(reader, span, included)?,
        ..Counts::default()
    };
    Ok(of.close(reader, counts)?.finish())
}

/// Of some columns only what is not 0 is listed by rule and by reason.
fn shown<T>(span: &Span, mut all: T, list: impl Fn(&mut T) -> &mut Vec<Named>) -> T {
    if *span != Span::Whole {
        list(&mut all).retain(|named| named.n > 0);
    }
    all
}

/// The set behind the count at `path`, or `None` where no count has that path.
///
/// Paths are those of [`Counts::leaves`]: `removed.duplicates`,
/// `identified.databases.by_source[PubMed]`. They are of the last column; `columns[0].screened` is
/// of the first, `combined.screened` of all together.
pub fn members(reader: Reader<'_>, path: &str) -> Result<Option<Vec<Member>>, StoreError> {
    let Some((of, path)) = located(reader, path)? else {
        return Ok(None);
    };
    match Names::of(reader)?.set(path, &of) {
        Some(set) => collect(reader, &set).map(Some),
        None => Ok(None),
    }
}

/// The column that a path names, and the path within it.
pub fn located<'a>(
    reader: Reader<'_>,
    path: &'a str,
) -> Result<Option<(Column, &'a str)>, StoreError> {
    if let Some(rest) = path.strip_prefix("combined.") {
        let all = columns(reader, Layout::Combined, None)?;
        return Ok(all.into_iter().next().map(|of| (of, rest)));
    }
    if let Some(rest) = path.strip_prefix("columns[") {
        let Some((n, rest)) = rest.split_once("].") else {
            return Ok(None);
        };
        let Ok(n) = n.parse::<usize>() else {
            return Ok(None);
        };
        let all = columns(reader, Layout::Separate, None)?;
        return Ok(all.into_iter().nth(n).map(|of| (of, rest)));
    }
    Ok(Some((current(reader, None)?, path)))
}

/// Every count of a column with its path and its set, in the order of the flow.
pub fn sets(
    reader: Reader<'_>,
    of: &Column,
    counts: &Counts,
) -> Result<Vec<(String, u64, Vec<(Unit, u32)>)>, StoreError> {
    let names = Names::of(reader)?;
    counts
        .leaves()
        .into_iter()
        .map(|(path, n)| {
            let set = names.set(&path, of).unwrap_or_default();
            Ok((path, n, numbers(reader, &set)?))
        })
        .collect()
}

/// The members of a set by their numbers, each once.
fn numbers(reader: Reader<'_>, set: &Set) -> Result<Vec<(Unit, u32)>, StoreError> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    // The members of one box differ.
    let several = set.len() > 1;
    for (flow_box, span) in set {
        let unit = flow_box.unit();
        for id in reader.numbers_in(flow_box, span)? {
            if !several || seen.insert((unit, id)) {
                out.push((unit, id));
            }
        }
    }
    Ok(out)
}

/// The union of the boxes of a set, each member once.
fn collect(reader: Reader<'_>, set: &Set) -> Result<Vec<Member>, StoreError> {
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    for (flow_box, span) in set {
        for member in reader.members_in(flow_box, span)? {
            if seen.insert((member.unit, member.id.clone())) {
                out.push(member);
            }
        }
    }
    Ok(out)
}
