//! The columns of a living review: one for each published version and one for what is not
//! published yet, and the four ways in which published living reviews show them (Kahale 2022).

use super::{Names, column, sum_included};
use crate::prisma::{Counts, Tally};
use crate::store::flow::{Counted, FlowBox, Span, VersionRole};
use crate::store::read::Version;
use crate::store::{Reader, StoreError};

/// How the columns of a living review are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Layout {
    /// The first version and each update by itself.
    #[default]
    Separate,
    /// Everything in one column.
    Combined,
    /// The first version, and all updates together.
    BaseUpdates,
    /// Everything before together, and the latest by itself.
    PreviousLatest,
}

/// Some neighbouring columns that are counted as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The version that it leads up to; nothing where that is not published yet.
    pub version: Option<String>,
    /// What is counted.
    pub(super) span: Span,
    /// What the review included before it.
    before: Before,
    /// Whether nothing comes after it.
    last: bool,
    /// Where the members that were withdrawn in it are found.
    pub(super) withdrawn: Withdrawn,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Before {
    Nothing,
    /// What a version included, as it was published.
    Published(Version),
    /// What of these columns is still included.
    Still(Span),
}

/// The set of members that a column withdraws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withdrawn {
    /// There are none.
    None,
    /// Those of the last version that are not counted so any more.
    Now,
    /// Those of this version.
    At(u32),
    /// Only their number is known: several versions are shown as one.
    Number,
}

impl Column {
    /// Everything in one column.
    fn whole(version: Option<String>) -> Self {
        Self {
            version,
            span: Span::Whole,
            before: Before::Nothing,
            last: true,
            withdrawn: Withdrawn::None,
        }
    }

    /// The version that the review had before it, where the column shows its numbers.
    pub(super) fn previous(&self) -> Option<u32> {
        match &self.before {
            Before::Published(version) => Some(version.n),
            Before::Nothing | Before::Still(_) => None,
        }
    }

    /// The columns that came before it, where it shows what of them is still included.
    pub(super) fn still(&self) -> Option<&Span> {
        match &self.before {
            Before::Still(span) => Some(span),
            Before::Nothing | Before::Published(_) => None,
        }
    }

    /// Whether nothing comes after it.
    pub(super) fn is_last(&self) -> bool {
        self.last
    }

    /// Adds what was included before and in all to the counts of the column.
    pub(super) fn close(
        &self,
        reader: Reader<'_>,
        mut counts: Counts,
    ) -> Result<Counts, StoreError> {
        let included = counts.included;
        counts.previous = match &self.before {
            Before::Nothing => None,
            Before::Published(version) => Some(Tally::new(version.studies, version.reports)),
            Before::Still(span) => Some(sum_included(reader, span)?),
        };
        let before = counts.previous.unwrap_or_default();
        let with = Tally::new(
            before.studies + included.studies,
            before.reports + included.reports,
        );
        counts.total = if self.last {
            sum_included(reader, &Span::Whole)?
        } else {
            with
        };
        counts.withdrawn = Tally::new(
            with.studies.saturating_sub(counts.total.studies),
            with.reports.saturating_sub(counts.total.reports),
        );
        counts.version.clone_from(&self.version);
        Ok(counts)
    }

    /// The boxes of what was withdrawn.
    pub(super) fn withdrawn(&self, studies: bool) -> Vec<FlowBox> {
        let of = |counted| match self.withdrawn {
            Withdrawn::None | Withdrawn::Number => None,
            Withdrawn::Now => Some(FlowBox::Gone(counted)),
            Withdrawn::At(n) => Some(FlowBox::Version(n, VersionRole::Withdrawn, counted)),
        };
        counted(studies).into_iter().filter_map(of).collect()
    }
}

/// What a tally of studies or reports counts.
pub(super) fn counted(studies: bool) -> Vec<Counted> {
    if studies {
        vec![Counted::Studies, Counted::Ungrouped]
    } else {
        vec![Counted::Reports]
    }
}

/// The columns of a layout. Before anything is published there is one, whatever the layout.
///
/// With `name` what is not published yet is shown as that version.
pub fn columns(
    reader: Reader<'_>,
    layout: Layout,
    name: Option<&str>,
) -> Result<Vec<Column>, StoreError> {
    let versions = reader.versions()?;
    let mut atoms: Vec<(Option<String>, u32)> = versions
        .iter()
        .map(|version| (Some(version.name.clone()), version.n))
        .collect();
    if atoms.is_empty() || name.is_some() || reader.is_moved()? {
        atoms.push((name.map(str::to_owned), 0));
    }
    let n = atoms.len();
    let parts: Vec<std::ops::Range<usize>> = match layout {
        Layout::Combined => std::iter::once(0..n).collect(),
        _ if n == 1 => std::iter::once(0..n).collect(),
        Layout::Separate => (0..n).map(|at| at..at + 1).collect(),
        Layout::BaseUpdates => vec![0..1, 1..n],
        Layout::PreviousLatest => vec![0..n - 1, n - 1..n],
    };
    let baseline = reader.baseline()?;
    Ok(parts
        .into_iter()
        .map(|part| of_atoms(&atoms, (baseline.as_ref(), &versions), &part))
        .collect())
}

fn of_atoms(
    atoms: &[(Option<String>, u32)],
    (baseline, versions): (Option<&Version>, &[Version]),
    part: &std::ops::Range<usize>,
) -> Column {
    let last = part.end == atoms.len();
    let of = |range: std::ops::Range<usize>| -> Vec<u32> {
        let inside = atoms.get(range).unwrap_or_default();
        inside.iter().map(|(_, n)| *n).collect()
    };
    let version = part.end.checked_sub(1).and_then(|at| atoms.get(at));
    let version = version.and_then(|(name, _)| name.clone());
    if part.start == 0 && last && baseline.is_none() {
        return Column::whole(version);
    }
    let earlier = match part.start.checked_sub(1) {
        Some(at) => versions.get(at),
        None => baseline,
    };
    let before = match (earlier, last) {
        (None, _) => Before::Nothing,
        (Some(version), true) => Before::Published(version.clone()),
        // What was published before stays what was published.
        (Some(version), false) if part.start == 0 => Before::Published(version.clone()),
        (Some(_), false) => {
            let baseline = baseline.map(|version| version.n);
            Before::Still(Span::Of(
                baseline.into_iter().chain(of(0..part.start)).collect(),
            ))
        }
    };
    let first = part.start == 0 && baseline.is_none();
    let withdrawn = match (first, last, part.len(), of(part.clone()).first()) {
        (true, ..) | (_, false, ..) => Withdrawn::None,
        (_, true, 1, Some(0)) => Withdrawn::Now,
        (_, true, 1, Some(n)) => Withdrawn::At(*n),
        _ => Withdrawn::Number,
    };
    Column {
        version,
        span: Span::Of(of(part.clone())),
        before,
        last,
        withdrawn,
    }
}

/// The counts of every column of a layout.
pub fn layout(
    reader: Reader<'_>,
    layout: Layout,
    name: Option<&str>,
) -> Result<Vec<Counts>, StoreError> {
    let names = Names::of(reader)?;
    columns(reader, layout, name)?
        .iter()
        .map(|of| column(reader, &names, of))
        .collect()
}
