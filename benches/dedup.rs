//! Deduplication of 10,000, 80,000 and 1,000,000 generated records, beside an anchor.
//!
//! `cargo bench --bench dedup` prints, for each size, the time from records to clusters, the records
//! a second, the most memory so far, and the time over that of the anchor in the same run: SHA-256
//! of the same texts. One record in five is an altered copy of another one; words, surnames and
//! journals are drawn as they are in a literature (few often, most rarely). Those of 80,000 have
//! whole abstracts, those of a million have 300 characters of them. Nothing here is judged.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot run"
)]

use perennial::dedup::{Entry, Pool};
use perennial::model::{Digest, Doi, Record, RecordId};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// So many records are made and added at a time.
const PART: usize = 8192;
const VOCABULARY: usize = 40_000;

/// A small generator of random numbers (SplitMix64): the same records on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % (n as u64)).expect("a place in memory")
    }

    /// A place below `n` by Zipf's law: each doubling of the ranks is as likely as the next.
    fn zipf(&mut self, n: usize) -> usize {
        let low = 1 << self.below(usize::try_from(n.ilog2()).expect("small") + 1);
        (low + self.below(low) - 1).min(n - 1)
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

/// Words as Latin and Greek make them.
fn words(dice: &mut Dice, count: usize) -> Vec<String> {
    const STARTS: [&str; 16] = [
        "b", "c", "d", "f", "gl", "h", "l", "m", "n", "p", "r", "st", "t", "v", "tr", "ph",
    ];
    const MIDDLES: [&str; 8] = ["a", "e", "i", "o", "u", "ia", "io", "ae"];
    const ENDS: [&str; 12] = [
        "n", "r", "l", "sis", "mia", "tion", "tic", "in", "ol", "ase", "itis", "oma",
    ];
    let mut out: Vec<String> = Vec::with_capacity(count);
    while out.len() < count {
        let mut word = String::new();
        for _ in 0..=dice.below(3) {
            word.push_str(STARTS[dice.below(STARTS.len())]);
            word.push_str(MIDDLES[dice.below(MIDDLES.len())]);
        }
        word.push_str(ENDS[dice.below(ENDS.len())]);
        out.push(word);
    }
    out
}

/// A literature, record by record.
struct Literature {
    dice: Dice,
    vocabulary: Vec<String>,
    surnames: Vec<String>,
    journals: Vec<String>,
    recent: Vec<Record>,
    abstract_words: usize,
    cut: usize,
}

impl Literature {
    fn new(abstract_words: usize, cut: usize) -> Self {
        let mut dice = Dice(7);
        let vocabulary = words(&mut dice, VOCABULARY);
        let surnames = words(&mut dice, VOCABULARY);
        let mut new = Self {
            dice,
            vocabulary,
            surnames,
            journals: Vec::new(),
            recent: Vec::new(),
            abstract_words,
            cut,
        };
        for _ in 0..5_000 {
            let count = 1 + new.dice.below(3);
            let name = format!("Journal of {}", new.text(count));
            new.journals.push(name);
        }
        new
    }

    fn text(&mut self, count: usize) -> String {
        let mut out = String::new();
        for n in 0..count {
            if n > 0 {
                out.push_str(if self.dice.chance(30) {
                    " of the "
                } else {
                    " "
                });
            }
            let at = self.dice.zipf(VOCABULARY);
            out.push_str(&self.vocabulary[at]);
        }
        out
    }

    fn record(&mut self, n: usize) -> Record {
        if !self.recent.is_empty() && self.dice.chance(20) {
            let at = self.dice.below(self.recent.len());
            let copy = self.recent[at].clone();
            return self.altered(copy);
        }
        let count = 6 + self.dice.below(9);
        let mut abstract_text = self.text(self.abstract_words);
        abstract_text.truncate(self.cut);
        let year = 1980 + u16::try_from(self.dice.below(45)).expect("small");
        let page = 1 + self.dice.below(2500);
        let title = self.text(count);
        let journal = self.dice.zipf(self.journals.len());
        let authors = (0..=self.dice.below(8))
            .map(|_| {
                let at = self.dice.zipf(VOCABULARY);
                format!("{}, A. B.", self.surnames[at])
            })
            .collect();
        let record = Record {
            title: Some(title),
            authors,
            year: Some(year),
            journal: Some(self.journals[journal].clone()),
            volume: Some((year - 1950).to_string()),
            issue: Some((1 + self.dice.below(12)).to_string()),
            pages: Some(format!("{page}-{}", page + 2 + self.dice.below(12))),
            doi: Doi::parse(&format!("10.1000/{n}"))
                .ok()
                .filter(|_| self.dice.chance(80)),
            abstract_text: Some(abstract_text).filter(|_| self.dice.chance(90)),
            ..Record::default()
        };
        if self.recent.len() < 3_000 {
            self.recent.push(record.clone());
        } else {
            let at = self.dice.below(3_000);
            self.recent[at] = record.clone();
        }
        record
    }

    /// The same publication as another database writes it.
    fn altered(&mut self, mut record: Record) -> Record {
        if self.dice.chance(30) {
            record.title = record.title.map(|t| t.to_uppercase());
        }
        if self.dice.chance(50) {
            record.authors = record
                .authors
                .iter()
                .map(|a| a.replace(", A. B.", " AB"))
                .collect();
        }
        if self.dice.chance(50) {
            record.doi = None;
        }
        if self.dice.chance(30) {
            record.pages = record
                .pages
                .as_deref()
                .and_then(|p| p.split('-').next())
                .map(str::to_owned);
        }
        if self.dice.chance(10) {
            record.abstract_text = None;
        }
        record
    }
}

/// The most memory that this process has had, in megabytes, where the system says so.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.map_or_else(|| "?".to_owned(), |k| (k / 1024).to_string())
}

fn measure(count: usize, abstract_words: usize, cut: usize) {
    let mut literature = Literature::new(abstract_words, cut);
    let mut pool = Pool::default();
    let (mut took, mut anchor) = (Duration::ZERO, Duration::ZERO);
    let mut made = 0;
    while made < count {
        let part: Vec<Record> = (made..count.min(made + PART))
            .map(|n| literature.record(n))
            .collect();
        let entries: Vec<Entry<'_>> = part
            .iter()
            .zip(made + 1..)
            .map(|(record, n)| Entry {
                id: RecordId(u32::try_from(n).expect("below four thousand million")),
                record,
                source: "generated",
                new: true,
            })
            .collect();
        let began = Instant::now();
        pool.add(&entries);
        took += began.elapsed();
        let began = Instant::now();
        for record in &part {
            for text in [&record.title, &record.abstract_text].into_iter().flatten() {
                black_box(Digest::of(text.as_bytes()));
            }
        }
        anchor += began.elapsed();
        made += part.len();
    }
    let began = Instant::now();
    let outcome = pool.deduplicate(&std::collections::BTreeMap::new(), &[]);
    took += began.elapsed();
    let seconds = took.as_secs_f64();
    let rate = f64::from(u32::try_from(count).expect("small")) / seconds;
    println!(
        "{count:>9} records {:>8} copies {seconds:>8.2} s {rate:>9.0}/s {:>6} MB {:>7.1} x SHA-256 of the texts",
        outcome.joins.len(),
        peak(),
        seconds / anchor.as_secs_f64(),
    );
}

fn main() {
    // One size alone, for a profiler: `cargo bench --bench dedup -- 300000`.
    if let Some(count) = std::env::args().find_map(|argument| argument.parse().ok()) {
        measure(count, 45, 300);
        return;
    }
    // As a test, or with a filter, a small one shows that it runs.
    if std::env::args()
        .skip(1)
        .any(|argument| argument != "--bench")
    {
        measure(500, 170, usize::MAX);
        return;
    }
    measure(10_000, 170, usize::MAX);
    measure(80_000, 170, usize::MAX);
    measure(1_000_000, 45, 300);
}
