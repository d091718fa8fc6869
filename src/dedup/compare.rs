//! What two prepared records say of each other, field by field: agree, unknown or conflict.
//!
//! A missing value is never a disagreement. Titles are compared as words first (a cheap gate),
//! then by edit distance, and a word replaced by another word is kept apart from a word spelt
//! differently: "in women" and "in men" differ by two letters and by everything.

mod align;
mod edit;
mod glance;
mod title;
mod words;

pub(super) use glance::Glances;

use super::Sign;
use super::normalise::Prepared;
use super::normalise::notice::Notice;
use super::normalise::numbers::{Number, Pages};
use super::normalise::registry;
use crate::model::RecordKind;

/// The comparison of two records.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a finding that a rule names; no two of them form a state"
)]
pub(super) struct Evidence {
    /// Both may be one record at all: neither deleted, not a trial entry beside an article.
    pub(super) kind: Sign,
    /// Both are entries of a trial registry: only their numbers count.
    pub(super) trials: bool,
    /// Every value is the same, as the sources wrote it.
    pub(super) identical: bool,
    /// Every field agrees or is missing on both sides.
    pub(super) alike: bool,
    /// Similarity of the best pair of titles, 0 to 1.
    pub(super) title: f64,
    /// Both records have a title.
    pub(super) titled: bool,
    /// The titles are equal but for spelling.
    pub(super) equal: bool,
    /// Letters in the shorter title.
    pub(super) length: usize,
    /// One title is the beginning or end of the other: a subtitle is missing.
    pub(super) contained: bool,
    /// A word stands in the place of another word.
    pub(super) replaced: bool,
    /// One of the titles says too little to tell publications apart.
    pub(super) generic: bool,
    /// One of the titles is a column's name.
    pub(super) column: bool,
    /// A letter, number or opposite stands in the place of another.
    pub(super) apart: bool,
    /// One title has a letter or number that the other lacks.
    pub(super) marked: bool,
    /// Words one slip, or little more, from the word in their place.
    pub(super) near: usize,
    /// One of them is more than a slip of the pen away, and may be another word.
    pub(super) loose: bool,
    /// The numbers of two letters under one heading.
    pub(super) letter: Sign,
    /// Nothing but a title that says nothing: no author, page, identifier or abstract.
    pub(super) empty: bool,
    /// One of the titles is a translation.
    pub(super) translated: bool,
    pub(super) digits: Sign,
    pub(super) part: Sign,
    pub(super) notice: Sign,
    pub(super) authors: Sign,
    /// Years between them; absent where one of them has none.
    pub(super) gap: Option<u16>,
    pub(super) journal: Sign,
    /// Both name a journal.
    pub(super) named: bool,
    pub(super) volume: Sign,
    /// Both have the same spreadsheet's date for pages: little, but no other paper's.
    pub(super) dates: bool,
    /// One page stands where a day of the month may stand.
    pub(super) day: bool,
    /// Neither has a volume.
    pub(super) unnumbered: bool,
    pub(super) issue: Sign,
    pub(super) pages: Sign,
    /// First and last page agree.
    pub(super) exact_pages: bool,
    /// They are three pages or more, or an article number: no second paper stands there.
    pub(super) own_pages: bool,
    /// They may be those of a section of a meeting's abstracts, which many texts share.
    pub(super) section: bool,
    pub(super) doi: Sign,
    pub(super) pmid: Sign,
    pub(super) registry: Sign,
    /// Share of the shorter abstract's words that the other has.
    pub(super) overlap: Option<f64>,
    /// One is a meeting's abstract and the other is not.
    pub(super) meeting: Sign,
    /// One is a thesis and the other is not.
    pub(super) thesis: Sign,
    /// Versions of one work: Cochrane updates, a preprint and its article.
    pub(super) version: Sign,
}

/// Compares two records; symmetric.
pub(super) fn compare(a: &Prepared, b: &Prepared) -> Evidence {
    // The order of the two changes nothing, not even a tie between two pairs of titles.
    let (a, b) = if (a.identity, a.issue.value) <= (b.identity, b.issue.value) {
        (a, b)
    } else {
        (b, a)
    };
    let (pages, exact_pages) = a.pages.compare(&b.pages);
    let mut evidence = Evidence {
        kind: kind(a, b),
        trials: a.own.is_some() && b.own.is_some(),
        identical: a.identity != 0 && a.identity == b.identity && a.issue == b.issue,
        alike: false,
        title: 0.0,
        titled: !a.titles.is_empty() && !b.titles.is_empty(),
        equal: false,
        length: 0,
        contained: false,
        replaced: false,
        generic: true,
        column: false,
        apart: false,
        marked: false,
        near: 0,
        loose: false,
        letter: Sign::Unknown,
        empty: bare(a) || bare(b),
        translated: false,
        digits: Sign::Unknown,
        part: Sign::Unknown,
        notice: agree_or_conflict(a.notice == b.notice),
        authors: Sign::Unknown,
        gap: gap(a, b),
        journal: Sign::Unknown,
        named: a.journal.is_named() && b.journal.is_named(),
        volume: volume(a, b),
        unnumbered: a.volume == Number::default() && b.volume == Number::default(),
        issue: issue(a, b),
        dates: a.pages.dated && b.pages.dated && a.pages.same_date(&b.pages),
        day: day(&a.pages) && b.pages.several(0) || day(&b.pages) && a.pages.several(0),
        pages,
        exact_pages,
        own_pages: exact_pages
            && (a.pages.locator.is_some() || a.pages.several(2) || b.pages.several(2)),
        section: sectioned(a, b),
        doi: both(a.doi.as_ref(), b.doi.as_ref()),
        pmid: both(a.pmid.as_ref(), b.pmid.as_ref()),
        registry: registry(a, b),
        overlap: None,
        meeting: meeting(a, b),
        thesis: agree_or_conflict(a.thesis == b.thesis),
        version: Sign::Unknown,
    };
    if pushed(a, b) || pushed(b, a) {
        (evidence.volume, evidence.issue) = (Sign::Agree, Sign::Agree);
        (evidence.pages, evidence.exact_pages) = (Sign::Unknown, false);
        evidence.own_pages = false;
    }
    title::compare(a, b, &mut evidence);
    // A notice by its citation alone may be the paper itself under a database's remark.
    // Where both stand in one place, one source left the word "Erratum" out.
    let paper = a.notice == Notice::None || b.notice == Notice::None;
    let erratum = paper && (a.notice == Notice::Erratum || b.notice == Notice::Erratum);
    if evidence.notice == Sign::Conflict
        && (a.cited || b.cited || erratum && evidence.exact_pages)
        && evidence.volume == Sign::Agree
        && evidence.pages == Sign::Agree
    {
        evidence.notice = Sign::Unknown;
    }
    if hopeless(&evidence) {
        return evidence;
    }
    evidence.authors = authors(a, b);
    if evidence.authors == Sign::Conflict && evidence.title < 0.4 {
        return evidence;
    }
    evidence.journal = journal(a, b);
    evidence.overlap = overlap(&a.words, &b.words);
    evidence.version = version(a, b, &evidence);
    evidence.alike = alike(a, b, &evidence);
    evidence
}

/// Whether nothing that follows could make the two one record: most candidates end here.
fn hopeless(e: &Evidence) -> bool {
    let place = e.volume == Sign::Agree && e.pages == Sign::Agree;
    let ids = e.doi == Sign::Agree || e.pmid == Sign::Agree || e.registry == Sign::Agree;
    e.title < 0.4 && !place && !ids && !e.identical && !e.contained && e.titled
}

/// Whether a record has nothing by which it could be known, its title apart.
fn bare(p: &Prepared) -> bool {
    p.authors.names.is_empty()
        && !p.authors.group
        && p.pages.is_empty()
        && p.doi.is_none()
        && p.pmid.is_none()
        && p.registry.is_empty()
        && p.words.is_empty()
}

/// Whether the two say the same in every field, and are silent in the same fields.
fn alike(a: &Prepared, b: &Prepared, e: &Evidence) -> bool {
    let same = |sign: Sign, x: bool, y: bool| sign == Sign::Agree || !(x || y);
    e.equal
        && same(
            e.authors,
            !a.authors.names.is_empty(),
            !b.authors.names.is_empty(),
        )
        && a.year == b.year
        && e.journal == Sign::Agree
        && same(e.volume, a.volume.value.is_some(), b.volume.value.is_some())
        && same(e.issue, a.issue.value.is_some(), b.issue.value.is_some())
        && same(e.pages, !a.pages.is_empty(), !b.pages.is_empty())
        && e.doi != Sign::Conflict
        && e.pmid != Sign::Conflict
        && e.overlap.is_none_or(|o| o > 0.6)
}

fn agree_or_conflict(same: bool) -> Sign {
    if same { Sign::Agree } else { Sign::Conflict }
}

fn both<T: PartialEq>(a: Option<T>, b: Option<T>) -> Sign {
    match (a, b) {
        (Some(a), Some(b)) => agree_or_conflict(a == b),
        _ => Sign::Unknown,
    }
}

fn kind(a: &Prepared, b: &Prepared) -> Sign {
    use RecordKind::{Article, Book, Deleted, Trial};
    match (a.kind, b.kind) {
        (Deleted, _) | (_, Deleted) | (Trial, Article | Book) | (Article | Book, Trial) => {
            Sign::Conflict
        }
        (Trial, Trial) | (Article | Book, Article | Book) => Sign::Agree,
    }
}

fn common(a: &[u32], b: &[u32]) -> usize {
    let mut other = b.iter().peekable();
    a.iter()
        .filter(|x| {
            while other.next_if(|y| y < x).is_some() {}
            other.next_if(|y| y == x).is_some()
        })
        .count()
}

/// `part / whole`; 0 of nothing.
fn share(part: usize, whole: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if whole == 0 {
        0.0
    } else {
        number(part) / number(whole)
    }
}

fn overlap(a: &[u32], b: &[u32]) -> Option<f64> {
    let fewer = a.len().min(b.len());
    (fewer >= 15).then(|| share(common(a, b), fewer))
}

fn authors(a: &Prepared, b: &Prepared) -> Sign {
    let (x, y) = (&a.authors, &b.authors);
    if x.names.is_empty() || y.names.is_empty() {
        return Sign::Unknown;
    }
    let shared = common(&x.names, &y.names);
    let fewer = x.names.len().min(y.names.len());
    let first = same_surname(&x.first, &y.first);
    let led = first && (shared > 1 || x.count.min(y.count) <= 2 || 4 * shared >= fewer);
    let half = 2 * shared >= fewer && (fewer > 1 || x.count.min(y.count) == 1);
    if led || half {
        Sign::Agree
    } else if shared > 0 || first || x.group || y.group {
        Sign::Unknown
    } else {
        Sign::Conflict
    }
}

/// Whether one is a meeting's abstract and the other a paper. One page, or a place in a supplement,
/// may be the abstract itself in another source's words.
fn meeting(a: &Prepared, b: &Prepared) -> Sign {
    if a.meeting == b.meeting {
        return Sign::Agree;
    }
    let other = if a.meeting { b } else { a };
    let one_page = other.pages.start.is_some() && other.pages.start == other.pages.end;
    if other.supplement || one_page {
        Sign::Unknown
    } else {
        Sign::Conflict
    }
}

/// Years apart; a year that is one of the pages tells nothing.
fn gap(a: &Prepared, b: &Prepared) -> Option<u16> {
    let (x, y) = a.year.zip(b.year)?;
    let page = |year: u16| {
        let year = Some(u32::from(year));
        a.pages.holds(year) || b.pages.holds(year)
    };
    (x == y || !(page(x) || page(y))).then(|| x.abs_diff(y))
}

/// Whether the pages are many, or stand in a supplement: a section of a meeting's abstracts.
fn sectioned(a: &Prepared, b: &Prepared) -> bool {
    let lettered = a.pages.letter.is_some() || b.pages.letter.is_some();
    a.supplement || b.supplement || a.pages.several(80) || lettered && a.pages.several(12)
}

/// A volume without issue and pages that can be a day of the month: an article in press.
fn pressed(p: &Prepared) -> bool {
    p.issue == Number::default()
        && p.pages.is_empty()
        && p.volume.value.is_some_and(|v| (1..=31).contains(&v))
}

/// A lone page that can be a day of the month.
fn day(pages: &Pages) -> bool {
    pages.end.is_none()
        && pages.letter.is_none()
        && pages.start.is_some_and(|p| (1..=31).contains(&p))
}

/// Whether the columns of `a` are pushed by one: its issue is the volume of `b`, its page the issue.
fn pushed(a: &Prepared, b: &Prepared) -> bool {
    let page = a.pages.start.map(u64::from);
    a.volume.value.is_none()
        && a.pages.end.is_none()
        && page.is_some()
        && b.volume.value.is_some()
        && a.issue.value == b.volume.value
        && page == b.issue.value
}

fn same_surname(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() {
        return false;
    }
    short == long
        || (short.len() >= 4 && (long.starts_with(short) || long.ends_with(short)))
        // "Novack Frances" and "Novak": one slip in the name, a given name behind it.
        || (short.len() >= 5
            && [short.len(), short.len() + 1]
                .iter()
                .any(|n| long.get(..*n).is_some_and(|head| words::one_slip(short, head))))
        || strsim::jaro_winkler(a, b) > 0.87
}

fn journal(a: &Prepared, b: &Prepared) -> Sign {
    if common64(&a.issn, &b.issn) {
        return Sign::Agree;
    }
    a.journal.compare(&b.journal)
}

fn common64(a: &[u64], b: &[u64]) -> bool {
    a.iter().any(|x| b.contains(x))
}

fn volume(a: &Prepared, b: &Prepared) -> Sign {
    let sign = both(a.volume.value, b.volume.value);
    if sign != Sign::Conflict {
        return sign;
    }
    // A year in place of the volume, or volume and issue in each other's place, tell nothing.
    let year = |x: &Prepared, y: &Prepared| {
        x.volume.value.is_some_and(|v| {
            let year = x.year.or(y.year).map(u64::from);
            (1900..2100).contains(&v)
                && year.is_some_and(|year| v.abs_diff(year) <= 3)
                && y.volume.value.is_none_or(|w| w < 1000)
        })
    };
    let swapped = |x: &Prepared, y: &Prepared| {
        x.volume.value == y.issue.value
            && (x.issue.value.is_none() || x.issue.value == y.volume.value)
    };
    // A volume that may be the day on which an article went to press.
    let press = pressed(a) || pressed(b);
    if press || year(a, b) || year(b, a) || swapped(a, b) || swapped(b, a) {
        Sign::Unknown
    } else {
        Sign::Conflict
    }
}

fn issue(a: &Prepared, b: &Prepared) -> Sign {
    let sign = both(a.issue.value, b.issue.value);
    if sign == Sign::Conflict && a.issue.supplement != b.issue.supplement {
        return Sign::Unknown;
    }
    sign
}

/// Of entries their own numbers count: an extension may name the number of its parent. On articles
/// two numbers of one register are two trials; of two registers they may be one.
fn registry(a: &Prepared, b: &Prepared) -> Sign {
    let own = both(a.own, b.own);
    if own != Sign::Unknown {
        own
    } else if common64(&a.registry, &b.registry) {
        Sign::Agree
    } else if registry::conflict(&a.registry, &b.registry) {
        Sign::Conflict
    } else {
        Sign::Unknown
    }
}

/// The Cochrane review number and version of a DOI: `10.1002/14651858.cd006273.pub2`.
fn cochrane(p: &Prepared) -> Option<(&str, &str)> {
    let tail = p.doi.as_deref()?.strip_prefix("10.1002/14651858.")?;
    let (number, version) = tail.split_once('.').unwrap_or((tail, ""));
    Some((number, version))
}

fn version(a: &Prepared, b: &Prepared, e: &Evidence) -> Sign {
    if let (Some((x, v)), Some((y, w))) = (cochrane(a), cochrane(b)) {
        return if x != y {
            Sign::Unknown
        } else if v == w {
            Sign::Agree
        } else {
            Sign::Conflict
        };
    }
    // Without versions in the DOIs, years tell updates of one review apart.
    if a.journal.cochrane
        && b.journal.cochrane
        && e.gap.is_some_and(|gap| gap > 1)
        && a.pages.locator.is_some()
        && a.pages.locator == b.pages.locator
    {
        return Sign::Conflict;
    }
    if a.preprint != b.preprint {
        return if e.doi == Sign::Agree || e.pmid == Sign::Agree {
            Sign::Unknown
        } else {
            Sign::Conflict
        };
    }
    Sign::Unknown
}
