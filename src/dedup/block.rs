//! Candidate pairs without comparing everything with everything.
//!
//! Every record gives some thirty hashed keys; records that share one are candidates. No block is
//! compared whole when it is large: it is sorted by title and only neighbours are compared, so
//! ten thousand "Editorial" cost ten thousand times a constant. Keys depend on the record alone,
//! not on what else is in the review, so batches find what one run would find.

use super::compare::Glances;
use super::normalise::Prepared;
use super::normalise::text::{hash, mix};
use super::normalise::title::Title;
use super::parallel;
use crate::model::RecordKind;

/// Blocks above this are compared by neighbourhood only.
const WHOLE: usize = 60;
/// Blocks of one DOI or PMID are compared whole up to this size.
const WHOLE_ID: usize = 200;
/// How far neighbours may stand apart in a large block.
const WINDOW: usize = 25;
/// The same for keys of three title words, of which a record has ten: one topic shares many.
const WHOLE_WORDS: usize = 30;
const WINDOW_WORDS: usize = 8;

/// The class of keys by an exact identifier, and of those by three title words.
const EXACT: u64 = 1;
const WORDS: u64 = 2;
/// Where in a key its class stands.
const CLASS_AT: u32 = 62;

/// The kinds of key; an exact identifier is allowed larger blocks.
#[derive(Clone, Copy)]
enum Kind {
    Doi = 1,
    Pmid,
    Registry,
    Identity,
    TitleStart,
    TitleEnd,
    TitleWords,
    AuthorTitle,
    VolumePage,
    AuthorPage,
    YearPages,
    AuthorVolume,
    Abstract,
}

/// A million records have more keys than should lie in memory at once: they are looked at in so
/// many passes, each over its share of the keys.
const PASSES: u64 = 6;

/// The pairs to compare, as places in `records` with the lower first, sorted, each once.
///
/// Pairs that have nothing in common but the key are left out.
pub(super) fn candidates(records: &[Prepared], new: &[bool]) -> Vec<(u32, u32)> {
    let glances = Glances::of(records);
    let passes = if records.len() < 100_000 { 1 } else { PASSES };
    let mut pairs = Vec::new();
    for pass in 0..passes {
        pass_of(records, new, &glances, (pass, passes), &mut pairs);
        // A pair shares several keys: what is kept of it is one.
        parallel::sort(&mut pairs);
        pairs.dedup();
    }
    pairs
}

/// The candidates by every key whose turn it is.
fn pass_of(
    records: &[Prepared],
    new: &[bool],
    glances: &Glances,
    (pass, passes): (u64, u64),
    pairs: &mut Vec<(u32, u32)>,
) {
    let places = Places::of(records.len());
    let every: Vec<u32> = (0..).take(records.len()).collect();
    let mut keys = parallel::chunks(&every, |part| {
        let mut keys = Vec::with_capacity(part.len() * 24 / usize::try_from(passes).unwrap_or(1));
        for &place in part {
            if let Some(record) = at(records, place) {
                keys_of(record, |key| {
                    if (key >> 32) % passes == pass {
                        keys.push(places.pack(key, place));
                    }
                });
            }
        }
        keys
    });
    parallel::sort(&mut keys);
    keys.dedup();
    let is_new = |key: &u64| at(new, places.place(*key)).copied().unwrap_or(false);
    let blocks: Vec<&[u64]> = keys
        .chunk_by(|a, b| places.key(*a) == places.key(*b))
        .filter(|block| block.len() > 1 && block.iter().any(is_new))
        .collect();
    let found = parallel::chunks(&blocks, |part| {
        let mut found = Vec::new();
        for block in part {
            let (whole, window) = Key(block.first().copied().unwrap_or(0)).reach();
            let mut block: Vec<u32> = block.iter().map(|key| places.place(*key)).collect();
            let mut reach = block.len();
            if block.len() > whole {
                sort_by_title(&mut block, records, glances);
                reach = window;
            }
            pair_up(&block, reach, new, glances, &mut found);
        }
        found
    });
    pairs.extend(found);
}

/// Brings alike titles together: in a large block only neighbours are compared.
fn sort_by_title(block: &mut [u32], records: &[Prepared], glances: &Glances) {
    let title = |place: u32| -> &str {
        let record = at(records, place);
        record.and_then(|r| r.titles.first()).map_or("", |t| &t.key)
    };
    let identity = |place: u32| at(records, place).map_or(0, |r| r.identity);
    block.sort_unstable_by(|a, b| {
        glances
            .order(*a, *b)
            .then_with(|| title(*a).cmp(title(*b)))
            .then_with(|| identity(*a).cmp(&identity(*b)))
            .then(a.cmp(b))
    });
}

/// What an index keeps of one record, so that later records find it without its text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// The keys by which it finds others.
    pub keys: Vec<Key>,
    /// The beginning of its title as a number: in a large block only neighbours are candidates.
    pub near: u64,
}

/// One key of a record: those who share it are candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(pub u64);

impl Key {
    /// The largest block that is compared whole, and how far neighbours stand apart in a larger.
    pub fn reach(self) -> (usize, usize) {
        match self.0 >> CLASS_AT {
            EXACT => (WHOLE_ID, WINDOW),
            WORDS => (WHOLE_WORDS, WINDOW_WORDS),
            _ => (WHOLE, WINDOW),
        }
    }
}

impl Keys {
    pub(super) fn of(record: &Prepared) -> Self {
        let mut keys = Vec::new();
        keys_of(record, |key| keys.push(Key(key)));
        keys.sort_unstable();
        keys.dedup();
        let title = record.titles.first().map_or("", |t| &t.key);
        let mut start = [0; 8];
        for (to, from) in start.iter_mut().zip(title.bytes()) {
            *to = from;
        }
        Self {
            keys,
            near: u64::from_be_bytes(start),
        }
    }
}

/// A key and the place of its record in one number: the place takes the lowest bits, as many as
/// the count of records needs. A key that loses bits to it may meet another one, which costs a
/// comparison and changes nothing.
#[derive(Clone, Copy)]
struct Places {
    mask: u64,
}

impl Places {
    fn of(count: usize) -> Self {
        Self {
            mask: u64::try_from(count.next_power_of_two() - 1).unwrap_or(u64::MAX >> 32),
        }
    }

    fn pack(self, key: u64, place: u32) -> u64 {
        (key & !self.mask) | u64::from(place)
    }

    fn key(self, packed: u64) -> u64 {
        packed & !self.mask
    }

    fn place(self, packed: u64) -> u32 {
        u32::try_from(packed & self.mask).unwrap_or(u32::MAX)
    }
}

fn at<T>(list: &[T], place: u32) -> Option<&T> {
    usize::try_from(place).ok().and_then(|i| list.get(i))
}

fn pair_up(
    block: &[u32],
    reach: usize,
    new: &[bool],
    glances: &Glances,
    pairs: &mut Vec<(u32, u32)>,
) {
    let is_new = |place: u32| at(new, place).copied().unwrap_or(false);
    for (n, a) in block.iter().enumerate() {
        for b in block.iter().skip(n + 1).take(reach) {
            if (is_new(*a) || is_new(*b)) && !glances.strangers(*a, *b) {
                pairs.push((*a.min(b), *a.max(b)));
            }
        }
    }
}

fn keys_of(record: &Prepared, mut push: impl FnMut(u64)) {
    let mut key = |kind: Kind, parts: &[u64]| {
        let mixed = parts
            .iter()
            .fold(mix(kind as u64), |sum, part| mix(sum ^ part));
        let class = match kind {
            Kind::Doi | Kind::Pmid | Kind::Registry => EXACT,
            Kind::TitleWords => WORDS,
            Kind::Identity
            | Kind::TitleStart
            | Kind::TitleEnd
            | Kind::AuthorTitle
            | Kind::VolumePage
            | Kind::AuthorPage
            | Kind::YearPages
            | Kind::AuthorVolume
            | Kind::Abstract => 0,
        };
        push((mixed >> 2) | (class << CLASS_AT));
    };
    let text = |t: &str| hash(t.as_bytes());
    if record.kind == RecordKind::Deleted {
        return;
    }
    if record.kind == RecordKind::Trial {
        for id in &record.registry {
            key(Kind::Registry, &[*id]);
        }
        if record.own.is_some() {
            return;
        }
    }
    if let Some(doi) = &record.doi {
        key(Kind::Doi, &[text(doi)]);
    }
    if let Some(pmid) = &record.pmid {
        key(Kind::Pmid, &[text(pmid)]);
    }
    // What a link or a citation names is found by the same keys.
    for link in record.links() {
        key(Kind::Pmid, &[text(&link.pmid)]);
    }
    if let Some(cited) = record.cites() {
        key(Kind::VolumePage, &[cited.volume, u64::from(cited.page)]);
    }
    if record.identity != 0 {
        key(Kind::Identity, &[record.identity]);
    }
    let author = Some(&record.authors.first)
        .filter(|a| !a.is_empty())
        .map(|a| text(prefix(a, 5)));
    for title in &record.titles {
        title_keys(title, author, &mut key);
    }
    let start = record.pages.start.map(u64::from).or(record.pages.locator);
    let year = record.year.map(u64::from);
    if let (Some(volume), Some(start)) = (record.volume.value, start) {
        key(Kind::VolumePage, &[volume, start]);
    }
    if let (Some(author), Some(start)) = (author, start) {
        key(Kind::AuthorPage, &[author, start]);
    }
    if let (Some(year), Some(start), Some(end)) = (year, start, record.pages.end) {
        key(Kind::YearPages, &[year, start, u64::from(end)]);
    }
    if let (Some(author), Some(year), Some(volume)) = (author, year, record.volume.value) {
        key(Kind::AuthorVolume, &[author, year, volume]);
    }
    abstract_keys(&record.words, &mut key);
}

fn title_keys(title: &Title, author: Option<u64>, key: &mut impl FnMut(Kind, &[u64])) {
    let text = |t: &str| hash(t.as_bytes());
    key(Kind::TitleStart, &[text(prefix(&title.key, 28))]);
    key(Kind::TitleEnd, &[text(suffix(&title.key, 28))]);
    if let Some(author) = author {
        key(Kind::AuthorTitle, &[author, text(prefix(&title.key, 10))]);
    }
    // The longest words stand for the rarest: no count over the review is needed.
    let mut words: Vec<&str> = title.text.split(' ').collect();
    words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    words.dedup();
    words.truncate(5);
    let hashes: Vec<u64> = words.iter().map(|w| text(w)).collect();
    for (i, a) in hashes.iter().enumerate() {
        for (j, b) in hashes.iter().enumerate().skip(i + 1) {
            for c in hashes.iter().skip(j + 1) {
                let (low, high) = (*a.min(b).min(c), *a.max(b).max(c));
                let sum = a.wrapping_add(*b).wrapping_add(*c);
                key(Kind::TitleWords, &[low, high, sum]);
            }
        }
    }
}

/// Two signatures of an abstract: the eight words that hash lowest, and highest.
fn abstract_keys(words: &[u32], key: &mut impl FnMut(Kind, &[u64])) {
    if words.len() < 20 {
        return;
    }
    let low: Vec<u64> = words.iter().take(8).map(|w| u64::from(*w)).collect();
    let high: Vec<u64> = words.iter().rev().take(8).map(|w| u64::from(*w)).collect();
    key(Kind::Abstract, &low);
    key(Kind::Abstract, &high);
}

fn prefix(text: &str, chars: usize) -> &str {
    text.char_indices()
        .nth(chars)
        .and_then(|(end, _)| text.get(..end))
        .unwrap_or(text)
}

fn suffix(text: &str, chars: usize) -> &str {
    text.char_indices()
        .rev()
        .nth(chars.saturating_sub(1))
        .and_then(|(start, _)| text.get(start..))
        .unwrap_or(text)
}
