//! What of a record fits into one line of the processor's cache, to see at a glance that two
//! records have nothing in common. Most candidates end here: what costs is not the comparison but
//! the way to the records, which lie all over the memory.

use super::{common, share};
use crate::dedup::normalise::Prepared;
use crate::dedup::normalise::notice::Notice;
use crate::dedup::normalise::text::hash32;
use std::cmp::Ordering;

/// The share of words in common from which on two texts without a common place are looked at: no rule
/// accepts titles of fewer, and none asks about them.
const CLOSER: f64 = 0.45;

/// One record: identifiers as hashes, 0 where there is none.
#[derive(Debug, Clone, Copy)]
struct Glance {
    /// The beginning of the title, as a number that sorts as the title does.
    near: u64,
    /// A bit for each surname, at the place that its hash names.
    people: u64,
    from: u32,
    identity: u32,
    volume: u32,
    page: u32,
    doi: u32,
    pmid: u32,
    count: u16,
    /// The first and the last letter of the first surname.
    ends: (u8, u8),
    /// Several titles, none, trial numbers and the like: a glance does not tell.
    closer: bool,
}

/// All records of a run, as [`strangers`](Self::strangers) sees them.
#[derive(Debug, Default)]
pub(in crate::dedup) struct Glances {
    records: Vec<Glance>,
    /// The words of the titles, one record's behind another's.
    words: Vec<u32>,
}

impl Glances {
    pub(in crate::dedup) fn of(records: &[Prepared]) -> Self {
        let words = |r: &Prepared| r.titles.first().map_or(0, |title| title.tokens.len());
        let mut all = Self {
            records: Vec::with_capacity(records.len()),
            words: Vec::with_capacity(records.iter().map(words).sum()),
        };
        let low = |n: u64| u32::try_from(n & u64::from(u32::MAX)).unwrap_or(0);
        let id = |text: &Option<Box<str>>| text.as_deref().map_or(0, |text| hash32(text).max(1));
        for record in records {
            let from = all.words.len();
            let title = match &*record.titles {
                [title] => Some(title),
                _ => None,
            };
            let count = title.and_then(|title| u16::try_from(title.tokens.len()).ok());
            if let (Some(title), Some(_)) = (title, count) {
                all.words.extend_from_slice(&title.tokens);
            }
            let pages = &record.pages;
            let page = pages.start.map(u64::from).or(pages.locator);
            let pushed = record.volume.value.is_none() && record.issue.value.is_some();
            let first = record.authors.first.as_bytes();
            let end = |byte: Option<&u8>| byte.copied().unwrap_or(0);
            let bit = |sum: u64, name: &u32| sum | 1 << (name & 63);
            all.records.push(Glance {
                near: near(record),
                people: record.authors.names.iter().fold(0, bit),
                from: u32::try_from(from).unwrap_or(u32::MAX),
                identity: low(record.identity),
                volume: record.volume.value.map_or(0, |n| low(n ^ (n >> 32)).max(1)),
                page: page.map_or(0, |n| low(n).max(1)),
                doi: id(&record.doi),
                pmid: id(&record.pmid),
                count: count.unwrap_or(0),
                ends: (end(first.first()), end(first.last())),
                closer: count.is_none_or(|count| count == 0)
                    || pushed
                    || pages.dated
                    || record.own.is_some()
                    || !record.registry.is_empty()
                    || record.notice == Notice::Protocol,
            });
        }
        all
    }

    /// The order of two records by their titles, as far as a glance tells.
    pub(in crate::dedup) fn order(&self, a: u32, b: u32) -> Ordering {
        let near = |place: u32| {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            self.records.get(place).map_or(0, |glance| glance.near)
        };
        near(a).cmp(&near(b))
    }

    /// Whether two records have nothing in common that [`super::compare`] would find more in: no
    /// identifier, no place in print with the same people, and not enough words of their titles.
    pub(in crate::dedup) fn strangers(&self, a: u32, b: u32) -> bool {
        let at = |place: u32| {
            let place = usize::try_from(place).unwrap_or(usize::MAX);
            self.records.get(place)
        };
        let (Some(x), Some(y)) = (at(a), at(b)) else {
            return false;
        };
        let same = |x: u32, y: u32| x != 0 && x == y;
        if x.closer
            || y.closer
            || x.identity == y.identity
            || same(x.doi, y.doi)
            || same(x.pmid, y.pmid)
        {
            return false;
        }
        // One place, and perhaps one author: a translation has other words.
        let placed = same(x.volume, y.volume) && same(x.page, y.page);
        let known = x.people & y.people != 0 || x.ends.0 == y.ends.0 || x.ends.1 == y.ends.1;
        if placed && known {
            return false;
        }
        let (p, q) = (self.title(x), self.title(y));
        let shared = common(p, q);
        // A title that the other begins or ends with has nearly all of its words there.
        3 * shared < 2 * p.len().min(q.len()) && share(2 * shared, p.len() + q.len()) < CLOSER
    }

    fn title(&self, glance: &Glance) -> &[u32] {
        let place = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let from = place(glance.from);
        let end = from.saturating_add(usize::from(glance.count));
        self.words.get(from..end).unwrap_or_default()
    }
}

/// The first eight bytes of the first title.
fn near(record: &Prepared) -> u64 {
    let title = record.titles.first().map_or("", |title| &title.key);
    let mut start = [0; 8];
    for (to, from) in start.iter_mut().zip(title.bytes()) {
        *to = from;
    }
    u64::from_be_bytes(start)
}
