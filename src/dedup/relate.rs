//! Relations between publications that stay apart: what a merge would lose.
//!
//! Five sources: links that PubMed states (`ErratumFor`, `CommentOn`, `RetractionOf`), titles
//! that name or cite their paper ("Erratum to: ...", "Blood. 2025;146(24):2902-2913"), pairs
//! that would be duplicates but for a version or a meeting, the number of a Cochrane review
//! (`CD001234`, which its protocol and every update carry whatever their titles), and numbers of
//! trial registers that two reports name. PRISMA 2020 groups reports under studies; a retraction or
//! erratum of an included report must reach the reviewer (MECIR C48).

use super::Sign::{Agree, Conflict};
use super::cluster::Clusters;
use super::compare::Evidence;
use super::normalise::Prepared;
use super::normalise::notice::Notice;
use super::normalise::title::Title;
use super::{Relation, RelationKind};
use crate::model::{RecordId, RecordKind};
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
    if e.kind == Conflict {
        return None;
    }
    if let Some(first) = protocol_first(x, y).filter(|_| e.authors != Conflict) {
        let why = "a protocol, and a report with what its title names".to_owned();
        return found(first, RelationKind::ReportOf, why);
    }
    if e.title < 0.6 {
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

/// How many letters of a title name a study and no subject.
const NAMES: usize = 24;

/// Whether one is a protocol and the other what came of it: the title of the report begins with what
/// the protocol's title names ("X: protocol for a review", "X: a review"). True where the first is the
/// protocol.
fn protocol_first(x: &Prepared, y: &Prepared) -> Option<bool> {
    let first = x.notice == Notice::Protocol;
    if first == (y.notice == Notice::Protocol) {
        return None;
    }
    let (protocol, report) = if first { (x, y) } else { (y, x) };
    let later = protocol.year.zip(report.year).is_some_and(|(p, r)| p > r);
    let names = protocol.titles.iter().any(|named| {
        let same = |title: &Title| title.key.starts_with(&*named.key);
        named.key.len() >= NAMES && report.titles.iter().any(same)
    });
    (names && !later && report.notice == Notice::None).then_some(first)
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
    if records.iter().all(|record| record.links().is_empty()) {
        return;
    }
    let mut by_pmid: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if let Some(pmid) = &record.pmid {
            by_pmid.entry(pmid).or_default().push(place);
        }
    }
    for (place, record) in records.iter().enumerate() {
        for link in record.links() {
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
        .filter_map(|(place, record)| Some((place, record.cites()?)))
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

/// The versions of each Cochrane review, each linked to the one before: the number of the review is
/// in the DOI or stands as its page, and an update may have another title.
fn by_review_number(new: &[bool], records: &[Prepared], out: &mut Vec<Found>) {
    let mut reviews: BTreeMap<u64, Vec<(u16, u32, usize)>> = BTreeMap::new();
    let mut known: BTreeMap<usize, Option<u32>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        let (review, version) = match review_of(record) {
            Some((review, version)) => (review, Some(version)),
            None if record.journal.cochrane => match record.pages.locator {
                Some(review) => (review, None),
                None => continue,
            },
            None => continue,
        };
        known.insert(place, version);
        let all = reviews.entry(review).or_default();
        all.push((record.year.unwrap_or(0), version.unwrap_or(0), place));
    }
    for mut versions in reviews.into_values() {
        versions.sort_unstable();
        for pair in versions.windows(2) {
            let [(before, _, to), (after, _, from)] = *pair else {
                continue;
            };
            if !(is_new(new, from) || is_new(new, to)) {
                continue;
            }
            let other = match (known.get(&from), known.get(&to)) {
                (Some(Some(v)), Some(Some(w))) => v != w,
                // Without versions in the DOIs, years tell updates of one review apart.
                _ => before > 0 && after.abs_diff(before) > 1,
            };
            let protocol = |place: usize| {
                records
                    .get(place)
                    .is_some_and(|r| r.notice == Notice::Protocol)
            };
            if other && protocol(to) && !protocol(from) {
                out.push(Found {
                    from: to,
                    to: from,
                    kind: RelationKind::ReportOf,
                    why: "the protocol of this Cochrane review".to_owned(),
                });
            } else if other {
                out.push(Found {
                    from,
                    to,
                    kind: RelationKind::Version,
                    why: "another version of the same Cochrane review".to_owned(),
                });
            }
        }
    }
}

/// The number and version of a Cochrane review: `10.1002/14651858.cd006273.pub2`.
fn review_of(record: &Prepared) -> Option<(u64, u32)> {
    let tail = record.doi.as_deref()?.strip_prefix("10.1002/14651858.cd")?;
    let (number, version) = tail.split_once('.').unwrap_or((tail, "pub1"));
    let version = version.strip_prefix("pub")?.parse().ok()?;
    Some((number.parse().ok()?, version))
}

/// A paper that names more numbers than this reviews trials rather than reporting one.
const NUMBERS: usize = 2;

/// Reports of one study: they name the same number of a trial register. Each is linked with the
/// register's entry, else with the earliest; what is linked otherwise already is left as it is.
pub(super) fn of_one_study(
    ids: &[RecordId],
    new: &[bool],
    records: &[Prepared],
    linked: &[Relation],
    clusters: &mut Clusters,
) -> Vec<Relation> {
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for relation in linked {
        let place = |id| ids.binary_search(&id).ok();
        if let (Some(a), Some(b)) = (place(relation.from), place(relation.to)) {
            let (a, b) = (clusters.root(a), clusters.root(b));
            seen.insert((a.min(b), a.max(b)));
        }
    }
    let mut by_number: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (place, record) in records.iter().enumerate() {
        if record.registry.len() <= NUMBERS && record.kind != RecordKind::Deleted {
            for number in &record.registry {
                by_number.entry(*number).or_default().push(place);
            }
        }
    }
    let mut out = Vec::new();
    for places in by_number.into_values().filter(|all| all.len() > 1) {
        let of = |place: &usize| {
            let record = records.get(*place);
            let entry = record.is_some_and(|r| r.kind == RecordKind::Trial);
            let year = record.and_then(|r| r.year).unwrap_or(u16::MAX);
            (!entry, year, *place)
        };
        let Some(to) = places.iter().copied().min_by_key(of) else {
            continue;
        };
        for from in places {
            let (a, b) = (clusters.root(from), clusters.root(to));
            let fresh = is_new(new, from) || is_new(new, to);
            if a == b || !fresh || !seen.insert((a.min(b), a.max(b))) {
                continue;
            }
            if let (Some(from), Some(to)) = (ids.get(from), ids.get(to)) {
                out.push(Relation {
                    from: *from,
                    to: *to,
                    kind: RelationKind::SameStudy,
                    why: "both name the same number of a trial register".to_owned(),
                });
            }
        }
    }
    out.sort_by_key(|r| (r.from, r.to));
    out
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
    by_review_number(new, records, &mut found);
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
