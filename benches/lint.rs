//! Speed of the linter in processor time, beside what it is to reach.
//!
//! `cargo bench --bench lint` prints the mean of ten checks of a review of 60 pooled rows and 300 study
//! rows: at most half a second.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and fails where what it measures does"
)]

use perennial::lint::{Paper, check, read};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

fn main() {
    let mut results = String::from("table,row,k,i2,p_het,model,estimate,ci_lo,ci_hi,p,measure\n");
    let mut studies = String::from("table,study,e1,n1,e0,n0,estimate,ci_lo,ci_hi,weight\n");
    for n in 0..60 {
        writeln!(
            results,
            "Fig {n},row {n},5,0,0.62,R,0.85,0.74,0.98,0.026,RR"
        )
        .unwrap();
        for s in 0..5 {
            let (events, people) = (10 + s + n % 7, 100 + n);
            writeln!(
                studies,
                "Fig {n},study {n} {s},{events},{people},20,{people},0.60,0.31,1.16,20.0"
            )
            .unwrap();
        }
    }
    let mut paper = Paper::default();
    read::results(&mut paper, results.as_bytes()).unwrap();
    read::studies(&mut paper, studies.as_bytes()).unwrap();
    let rounds = 10;
    let start = Instant::now();
    for _ in 0..rounds {
        black_box(check(black_box(&paper)));
    }
    let mean = start.elapsed().as_secs_f64() / f64::from(rounds);
    println!("lint: 60 pooled rows, 300 study rows: {mean:.4} s (at most 0.5 s)");
}
