//! How fast export files are read: megabytes per CPU second, and the ratio to an anchor of the same run.
//!
//! The files are made here, 20,000 records each, of the size that databases export. The anchor
//! walks the lines of the same bytes and does nothing else, so that figures of different machines
//! can be set side by side. Nothing here is judged.
//!
//! `cargo bench --bench formats -- mutants [N] [SEED]` reads N damaged inputs instead (one million
//! by default) and asks of each what a reader owes to any bytes; `mutants only K [SEED]` prints input
//! K and reads it alone.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot run"
)]

#[path = "formats/mutants.rs"]
mod mutants;
#[path = "formats/seeds.rs"]
mod seeds;

use perennial::formats::{self, Format};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How often each closure runs; the best time counts.
const ROUNDS: u32 = 5;
/// Records per file.
const RECORDS: usize = 20_000;
const WORDS: [&str; 24] = [
    "patients",
    "myeloma",
    "daratumumab",
    "lenalidomide",
    "dexamethasone",
    "randomised",
    "trial",
    "response",
    "survival",
    "progression",
    "median",
    "hazard",
    "ratio",
    "confidence",
    "interval",
    "relapsed",
    "refractory",
    "induction",
    "maintenance",
    "toxicity",
    "β2-microglobulin",
    "naïve",
    "overall",
    "phase",
];

/// A small generator of numbers, the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap_or(0) % sides
    }

    fn words(&mut self, count: usize) -> String {
        let words = (0..count).map(|_| WORDS.get(self.roll(WORDS.len())).copied().unwrap_or(""));
        words.collect::<Vec<_>>().join(" ")
    }
}

fn ris() -> String {
    let (mut dice, mut out) = (Dice(7), String::new());
    for n in 0..RECORDS {
        let _ = write!(out, "TY  - JOUR\nTI  - {} {n}\n", dice.words(12));
        for _ in 0..6 {
            let _ = writeln!(out, "AU  - {}, {}", dice.words(1), dice.words(1));
        }
        let _ = write!(
            out,
            "T2  - Journal of {}\nVL  - {}\nIS  - 3\nSP  - 12\nEP  - 19\nPY  - 2019\nDO  - 10.1000/a.{n}\n\
             AN  - WOS:{n:015}\nSN  - 1234-5678\n",
            dice.words(2),
            n % 90,
        );
        for _ in 0..8 {
            let _ = writeln!(out, "KW  - {}", dice.words(2));
        }
        let _ = write!(out, "AB  - {}\nER  - \n\n", dice.words(120));
    }
    out
}

fn nbib() -> String {
    let (mut dice, mut out) = (Dice(7), String::new());
    for n in 0..RECORDS {
        let _ = write!(
            out,
            "PMID- {}\nOWN - NLM\nSTAT- MEDLINE\nIS  - 1234-5678 (Print)\nVI  - 3\nIP  - 2\nDP  - 2019 Jan\nTI  - {} {n}\n\
             PG  - 12-9\nLID - 10.1000/a.{n} [doi]\nAB  - {}\n",
            30_000_000 + n,
            dice.words(10),
            dice.words(8),
        );
        for _ in 0..13 {
            let _ = writeln!(out, "      {}", dice.words(9));
        }
        for _ in 0..6 {
            let (last, fore) = (dice.words(1), dice.words(1));
            let _ = write!(
                out,
                "FAU - {last}, {fore}\nAU  - {last} X\nAD  - Department of {last}.\n"
            );
        }
        out.push_str("LA  - eng\nPT  - Journal Article\nTA  - J Test\nJT  - Journal of tests\n");
        for _ in 0..8 {
            let _ = writeln!(out, "MH  - {}", dice.words(2));
        }
        out.push_str("SO  - J Test. 2019.\n\n");
    }
    out
}

fn best(mut run: impl FnMut()) -> Duration {
    let times = (0..ROUNDS).map(|_| {
        let start = (cpu(), Instant::now());
        run();
        match (start.0, cpu()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => start.1.elapsed(),
        }
    });
    times.min().unwrap_or_default()
}

/// The CPU time of this thread, where the system tells; what else runs is not in it.
fn cpu() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    if let Some(at) = words.iter().position(|word| word == "mutants") {
        let number = |place: usize, default| {
            let word = words.get(at + place).map(|word| word.parse());
            word.map_or(default, |n| n.expect("a whole number"))
        };
        let faults = if words.get(at + 1).is_some_and(|word| word == "only") {
            let (n, seed) = (number(2, 0), number(3, 1));
            mutants::show(seed, n);
            mutants::run(seed, n, n + 1)
        } else {
            mutants::run(number(2, 1), 0, number(1, 1_000_000))
        };
        assert!(faults == 0, "{faults} faults");
        return;
    }
    println!(
        "{:<6} {:<10} {:>8} {:>10} {:>10} {:>8}",
        "file", "what", "MB", "ms", "MB/s", "ratio"
    );
    for (name, format, text) in [("ris", Format::Ris, ris()), ("nbib", Format::Nbib, nbib())] {
        let bytes = text.as_bytes();
        let megabytes = u32::try_from(bytes.len()).map_or(0.0, f64::from) / 1e6;
        let anchor = best(|| {
            black_box(text.lines().map(str::len).fold(0, usize::wrapping_add));
        });
        let read = best(|| {
            let parsed = formats::read(bytes, Some(format)).expect("the file is readable");
            assert_eq!(parsed.records.len(), RECORDS);
            black_box(parsed);
        });
        let scan = best(|| {
            let scanned = formats::scan(bytes, Some(format), &mut |record| {
                black_box(record);
            });
            assert_eq!(
                scanned.expect("the file is readable").records,
                RECORDS as u64
            );
        });
        for (what, time) in [("line walk", anchor), ("read", read), ("scan", scan)] {
            let seconds = time.as_secs_f64();
            println!(
                "{name:<6} {what:<10} {megabytes:>8.1} {:>10.1} {:>10.1} {:>8.1}",
                seconds * 1e3,
                megabytes / seconds,
                seconds / anchor.as_secs_f64()
            );
        }
    }
}
