//! Pooling speed in processor time, each figure beside an anchor timed in the same run.
//!
//! The anchors: for the batch, a bare walk over the same CSV that parses every number and adds it up;
//! for the single fits, twenty plain Fisher scoring steps over the same studies, which is what a
//! solver without scan, bracket or second maximum would do. `cargo bench --bench pool -- proof` runs
//! 100,000 random analyses against brute force as well.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and fails where what it measures does"
)]

#[expect(
    clippy::indexing_slicing,
    reason = "a test's own module, read here too"
)]
#[path = "../tests/it/published/brute_force.rs"]
mod brute_force;

use perennial::pool::read::Table;
use perennial::pool::{Data, Extra, Kind, Measure, Row, Spec, analyse, json};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

fn main() {
    batch();
    large();
    leave_one_out();
    if std::env::args().any(|arg| arg == "proof") {
        let start = Instant::now();
        let pooled = brute_force::try_random(34_000, 99);
        println!(
            "{pooled} random analyses agree with brute force, {:.1} s",
            start.elapsed().as_secs_f64()
        );
    }
}

/// The processor time of this thread so far, where the system tells it: what others do on the
/// machine is not in it.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ')
        .next()?
        .parse()
        .ok()
        .map(Duration::from_nanos)
}

/// The least processor time of some runs, or elapsed time where that is all there is. A run repeats
/// what is short: the system counts processor time in steps of some milliseconds.
fn least(runs: usize, repeats: u32, mut what: impl FnMut()) -> Duration {
    (0..runs)
        .map(|_| {
            let (start, before) = (Instant::now(), processor_time());
            for _ in 0..repeats {
                what();
            }
            let spent = match (before, processor_time()) {
                (Some(before), Some(after)) => after.saturating_sub(before),
                _ => start.elapsed(),
            };
            spent / repeats
        })
        .min()
        .unwrap_or_default()
}

fn report(name: &str, ours: Duration, anchor: Duration, reach: &str) {
    println!(
        "{name}: {:.2} ms (reach {reach}); anchor {:.2} ms, ratio {:.1}",
        ours.as_secs_f64() * 1e3,
        anchor.as_secs_f64() * 1e3,
        ours.as_secs_f64() / anchor.as_secs_f64()
    );
}

fn batch() {
    let mut dice = brute_force::Dice(5);
    let mut text = String::from("analysis,study,e1,n1,e2,n2\n");
    for analysis in 0..10_000 {
        let effect = 0.4 + dice.unit();
        for study in 0..10 {
            let n1 = 40.0 + (dice.unit() * 400.0).floor();
            let n2 = 40.0 + (dice.unit() * 400.0).floor();
            let risk = 0.05 + 0.3 * dice.unit();
            let e1 = (risk * effect * (0.7 + 0.6 * dice.unit()) * n1)
                .floor()
                .min(n1);
            let e2 = (risk * n2).floor();
            let _ = writeln!(text, "a{analysis},study {study},{e1},{n1},{e2},{n2}");
        }
    }
    let spec = Spec::new(Measure::Rr);
    let ours = least(5, 1, || {
        let table = Table::read(text.as_bytes()).unwrap();
        let mut out = Vec::new();
        let columns = table.columns(Some(Kind::Binary), None).unwrap();
        for analysis in table.analyses(&columns).unwrap() {
            let rows = analysis.rows(&table, &columns).unwrap();
            let pooled = analyse(&rows, &spec).unwrap();
            json::line(&pooled, &mut out).unwrap();
            if out.len() > 1 << 18 {
                black_box(&mut out).clear();
            }
        }
        black_box(out);
    });
    let anchor = least(5, 1, || {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut sum = 0.0;
        for record in reader.records() {
            for cell in record.unwrap().iter().skip(2) {
                sum += cell.parse::<f64>().unwrap();
            }
        }
        black_box(sum);
    });
    report("10,000 REML of k = 10, CSV to JSON", ours, anchor, "100 ms");
}

fn generic(k: usize) -> (Vec<Row>, Vec<(f64, f64)>) {
    let mut dice = brute_force::Dice(8);
    let pairs: Vec<(f64, f64)> = (0..k)
        .map(|_| {
            let vi = 0.01 + 0.2 * dice.unit();
            (4.0 * (dice.unit() - 0.5) * vi.sqrt() + dice.unit(), vi)
        })
        .collect();
    let rows = pairs
        .iter()
        .enumerate()
        .map(|(n, (yi, vi))| Row {
            study: format!("s{n}"),
            line: None,
            data: Some(Data::Generic { yi: *yi, vi: *vi }),
            columns: Vec::new(),
        })
        .collect();
    (rows, pairs)
}

/// Twenty steps of Fisher scoring for REML.
fn fisher(pairs: &[(f64, f64)]) -> f64 {
    let mut tau2 = 0.1;
    for _ in 0..20 {
        let (mut w1, mut wy) = (0.0, 0.0);
        for (y, v) in pairs {
            let w = 1.0 / (v + tau2);
            w1 += w;
            wy += w * y;
        }
        let mu = wy / w1;
        let (mut w2, mut w3, mut q) = (0.0, 0.0, 0.0);
        for (y, v) in pairs {
            let w = 1.0 / (v + tau2);
            w2 += w * w;
            w3 += w * w * w;
            q += w * w * (y - mu) * (y - mu);
        }
        let trace = w1 - w2 / w1;
        tau2 += (q - trace) / (w2 - 2.0 * w3 / w1 + w2 * w2 / (w1 * w1));
        tau2 = tau2.max(0.0);
    }
    tau2
}

fn large() {
    let (rows, pairs) = generic(2000);
    let spec = Spec::new(Measure::Gen);
    let ours = least(5, 500, || {
        black_box(analyse(&rows, &spec).unwrap());
    });
    let anchor = least(5, 500, || {
        black_box(fisher(&pairs));
    });
    report(
        "one REML of k = 2,000 with every interval",
        ours,
        anchor,
        "5 ms",
    );
}

fn leave_one_out() {
    let (rows, pairs) = generic(500);
    let spec = Spec::new(Measure::Gen).with(Extra::LeaveOneOut);
    let ours = least(5, 10, || {
        black_box(analyse(&rows, &spec).unwrap());
    });
    let anchor = least(5, 10, || {
        for n in 0..pairs.len() {
            let mut left = pairs.clone();
            left.remove(n);
            black_box(fisher(&left));
        }
    });
    report("leave one out of k = 500, REML", ours, anchor, "20 ms");
}
