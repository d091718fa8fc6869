//! Relations between publications that stay apart: what a merge would lose.
//!
//! Three sources: links that PubMed states (`ErratumFor`, `CommentOn`, `RetractionOf`), titles
//! that name or cite their paper ("Erratum to: ...", "Blood. 2025;146(24):2902-2913"), and pairs
//! that would be duplicates but for a version or a meeting. PRISMA 2020 groups reports under
//! studies; a retraction or erratum of an included report must reach the reviewer (MECIR C48).

use super::Sign::{Agree, Conflict};
use super::cluster::Clusters;
use super::compare::Evidence;
use super::normalise::Prepared;
use super::normalise::notice::Notice;
use super::{Relation, RelationKind};
use crate::model::RecordId;
use std::collections::{BTreeMap, BTreeSet};

/// A relation between two places, before clusters are known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) kind: RelationKind,
    pub(super) why: String,
}

/// The relation that two unlike records have by what they say, if any.
pub(super) fn between(
    (one, x): (usize, &Prepared),
    (other, y): (usize, &Prepared),
    e: &Evidence,
) -> Option<Found> {
    let found = |from_first: bool, kind, why: String| {
        let (from, to) = if from_first {
            (one, other)
        } else {
            (other, one)
        };
        Some(Found {
            from,
            to,
            kind,
            why,
        })
    };
    if e.kind == Conflict || e.title < 0.6 {
        return None;
    }
    let named = e.title >= 0.85 || (e.contained && e.length >= 25);
    if e.notice == Conflict {
        let first = x.notice > y.notice;
        let (notice, paper) = if first { (x, y) } else { (y, x) };
        let before = notice.year.zip(paper.year).is_some_and(|(n, p)| n < p);
        if !named || before || e.replaced {
            return None;
        }
        let kind = if notice.notice == Notice::Protocol {
            RelationKind::ReportOf
        } else {
            RelationKind::NoticeOf
        };
        let why = format!("the title of the {} names it", notice.notice.as_str());
        return found(first, kind, why);
    }
    let same_work = e.title >= 0.85 && !e.generic && e.authors != Conflict;
    if e.version == Conflict && same_work {
        let preprint = x.preprint != y.preprint;
        let (first, why) = if preprint {
            (y.preprint, "preprint and article with the same title")
        } else {
            let later = (y.year, y.doi.as_deref()) < (x.year, x.doi.as_deref());
            (later, "another version of the same Cochrane review")
        };
        return found(first, RelationKind::Version, why.to_owned());
    }
    // Two places in one supplement are one meeting: that is a question, not two reports.
    let meeting = |p: &Prepared| p.meeting || p.supplement;
    let one_issue = e.journal == Agree && e.volume == Agree && meeting(x) == meeting(y);
    let apart =
        !one_issue && (e.journal == Conflict || e.pages == Conflict || e.volume == Conflict);
    let abstracts = meeting(x) || meeting(y);
    if abstracts && same_work && e.title >= 0.9 && !e.replaced && apart && e.authors == Agree {
        let first = meeting(x) && (!meeting(y) || (x.year, one) > (y.year, other));
        let why = if e.meeting == Conflict {
            "conference abstract with the title and authors of a report elsewhere"
        } else {
            "conference abstract with the same title and authors"
        };
        return found(first, RelationKind::ReportOf, why.to_owned());
    }
    None
}

/// PubMed's word for a link: what it means, and whether this record is the one that `from` names.
fn meaning(kind: &str) -> Option<(RelationKind, bool)> {
    let of = |word: &str| kind.ends_with(word);
    let stem = kind.to_ascii_lowercase();
    let relation = if ["update", "republished", "preprint"]
        .iter()
        .any(|w| stem.contains(w))
    {
        RelationKind::Version
    } else if [
        "erratum",
        "comment",
        "retraction",
        "concern",
        "reply",
        "correct",
    ]
    .iter()
    .any(|w| stem.contains(w))
    {
        RelationKind::NoticeOf
    } else {
        return None;
    };
    if of("In") {
        Some((relation, false))
    } else if ["For", "On", "Of", "From"].iter().any(|w| of(w)) {
        Some((relation, true))
    } else {
        None
    }
}

/// Relations by the links that the sources state, where at least one side is new.
fn by_links(new: &[bool], records: &[Prepared], out: &mut Vec<Found>) {
    if records.iter().all(|record| record.links.is_empty()) {
        return;
    }
    let mut by_pmid: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if let Some(pmid) = &record.pmid {
            by_pmid.entry(pmid).or_default().push(place);
        }
    }
    for (place, record) in records.iter().enumerate() {
        for link in &record.links {
            let Some((kind, from)) = meaning(&link.kind) else {
                continue;
            };
            for &other in by_pmid.get(&*link.pmid).into_iter().flatten() {
                if other == place || !(is_new(new, place) || is_new(new, other)) {
                    continue;
                }
                let (from, to) = if from { (place, other) } else { (other, place) };
                out.push(Found {
                    from,
                    to,
                    kind,
                    why: format!("the source states {}", link.kind),
                });
            }
        }
    }
}

/// Relations of corrections whose title is a citation: found by year, volume and first page.
fn by_citation(new: &[bool], records: &[Prepared], out: &mut Vec<Found>) {
    let citing: Vec<_> = records
        .iter()
        .enumerate()
        .filter_map(|(place, record)| Some((place, record.cites?)))
        .collect();
    if citing.is_empty() {
        return;
    }
    let mut places: BTreeMap<(u64, u32), Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if let (Some(volume), Some(start)) = (record.volume.value, record.pages.start) {
            places.entry((volume, start)).or_default().push(place);
        }
    }
    for (place, cited) in citing {
        for &other in places
            .get(&(cited.volume, cited.page))
            .into_iter()
            .flatten()
        {
            let year = records.get(other).and_then(|r| r.year);
            if other != place
                && year == Some(cited.year)
                && (is_new(new, place) || is_new(new, other))
            {
                out.push(Found {
                    from: place,
                    to: other,
                    kind: RelationKind::NoticeOf,
                    why: "the title cites it".to_owned(),
                });
            }
        }
    }
}

fn is_new(new: &[bool], place: usize) -> bool {
    new.get(place).copied().unwrap_or(false)
}

/// Adds what links and citations say, and gives each relation between two publications once.
pub(super) fn relations(
    ids: &[RecordId],
    new: &[bool],
    records: &[Prepared],
    mut found: Vec<Found>,
    clusters: &mut Clusters,
) -> Vec<Relation> {
    by_links(new, records, &mut found);
    by_citation(new, records, &mut found);
    found.sort();
    found.dedup();
    let mut seen = BTreeSet::new();
    found.retain(|f| {
        let (from, to) = (clusters.root(f.from), clusters.root(f.to));
        from != to && seen.insert((from.min(to), from.max(to), f.kind))
    });
    found
        .into_iter()
        .filter_map(|f| {
            Some(Relation {
                from: *ids.get(f.from)?,
                to: *ids.get(f.to)?,
                kind: f.kind,
                why: f.why,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_pubmed_give_the_direction() {
        use RelationKind::{NoticeOf, Version};
        for (word, want) in [
            ("ErratumFor", Some((NoticeOf, true))),
            ("ErratumIn", Some((NoticeOf, false))),
            ("CommentOn", Some((NoticeOf, true))),
            ("RetractionIn", Some((NoticeOf, false))),
            ("ExpressionOfConcernFor", Some((NoticeOf, true))),
            ("UpdateOf", Some((Version, true))),
            ("Cites", None),
            ("ReprintOf", None),
        ] {
            assert_eq!(meaning(word), want, "{word}");
        }
    }
}
