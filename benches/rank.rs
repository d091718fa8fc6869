//! The order of reading after each decision, beside what it is to reach.
//!
//! `cargo bench --bench rank` makes reviews of 5,000 and of 50,000 reports with words as frequent as those of a
//! language, and prints in processor time:
//!
//! | what | at 5,000 | at 50,000 |
//! |---|---|---|
//! | ready: texts read, the first order made | 1 s | |
//! | a new order after a decision, 95th percentile, half of the reports decided | 20 ms | 150 ms |
//! | peak memory | 64 MB | 400 MB |
//!
//! `RANK_REPORTS=5000` takes one size alone: peak memory is that of the process.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    reason = "a bench prints its figures and fails where what it measures does"
)]

use perennial::rank::order::{Memory, Reading};
use std::hint::black_box;

struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A text as abstracts are: of 217 words, about 360 features that others share too. The nth most
    /// frequent word stands for 1/n of it, few words follow a word, and some come again.
    fn text(&mut self, words: usize, about: bool) -> String {
        let mut out = String::new();
        let mut last = 0_u64;
        let mut said = Vec::new();
        for at in 0..words {
            let draw = self.unit();
            let rank = if draw < 0.4 {
                // One of twenty that follow the last word.
                (last.wrapping_mul(2_654_435_761) >> 7) % 3_000 + (self.unit() * 20.0) as u64
            } else if about && draw < 0.5 {
                40_000 + (self.unit() * 40.0) as u64
            } else if at > 20 && draw < 0.75 {
                said[(self.unit() * at as f64) as usize]
            } else {
                40_000_f64.powf(self.unit()) as u64
            };
            said.push(rank);
            last = rank;
            let mut n = rank + 3;
            while n > 0 {
                out.push(char::from(b'a' + (n % 13) as u8));
                out.push(char::from(b'n' + (n / 13 % 13) as u8));
                n /= 169;
            }
            out.push(' ');
        }
        out
    }
}

/// Processor seconds of this process, which has one thread.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    let nanoseconds: f64 = stat.split_whitespace().next().unwrap().parse().unwrap();
    nanoseconds / 1e9
}

fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kb.unwrap_or(0.0) / 1024.0
}

fn measure(reports: usize, at_most: [f64; 3]) {
    let mut dice = Dice(88_172_645_463_325_252);
    let relevant: Vec<bool> = (0..reports).map(|_| dice.unit() < 0.03).collect();
    let chance: Vec<u64> = (0..reports as u64)
        .map(|n| n.wrapping_mul(0x9e37_79b9))
        .collect();
    let half = reports / 2;
    let labels: Vec<(usize, bool)> = relevant.iter().copied().enumerate().collect();
    let mut reading = Reading::default();
    let start = cpu();
    for is in &relevant {
        let (title, text) = (dice.text(12, *is), dice.text(205, *is));
        reading.push(&title, &text);
    }
    let pool = reading.done("what is looked for");
    let read = cpu() - start;
    let mut memory = Memory::default();
    let open: Vec<usize> = (half..reports).collect();
    let scoring = pool.learn(&labels[..half], &mut memory);
    black_box(pool.order(&scoring, &open, &chance, half));
    let ready = cpu() - start;
    let mut times = Vec::new();
    for clicks in 1..=120 {
        let start = cpu();
        let scoring = pool.learn(&labels[..half + clicks], &mut memory);
        black_box(pool.order(&scoring, &open[clicks..], &chance, half + clicks));
        times.push((cpu() - start) * 1000.0);
    }
    times.sort_unstable_by(f64::total_cmp);
    println!(
        "rank: {reports} reports: texts {read:.2} s, ready {ready:.2} s (at most {:.0} s), again p50 {:.1} ms, p95 {:.1} ms \
         (at most {:.0} ms), worst {:.1} ms, peak {:.0} MB (at most {:.0} MB)",
        at_most[0],
        times[60],
        times[114],
        at_most[1],
        times[119],
        peak(),
        at_most[2]
    );
}

fn main() {
    let only: Option<usize> = std::env::var("RANK_REPORTS")
        .ok()
        .map(|n| n.parse().unwrap());
    for (reports, at_most) in [(5_000, [1.0, 20.0, 64.0]), (50_000, [10.0, 150.0, 400.0])] {
        if only.is_none_or(|only| only == reports) {
            measure(reports, at_most);
        }
    }
}
