//! Speed of figures in processor time, beside what they are to reach.
//!
//! `cargo bench --bench figures` prints the mean of a thousand drawings of a forest plot and of a
//! funnel plot of 8 studies, and of fifty pictures of each at 300 dots per inch and pages as PDF.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and fails where what it measures does"
)]

use perennial::plot::forest::pooled::{ForestWords, of_pooled};
use perennial::plot::{forest, funnel, pdf, raster};
use perennial::pool::{Data, Measure, Row, Spec, analyse};
use std::hint::black_box;
use std::time::Duration;

fn main() {
    let spec = Spec::new(Measure::Rr);
    let pooled = analyse(&rows(), &spec).unwrap();
    let words = ForestWords {
        name: "forest".into(),
        title: "Overall response".into(),
        arms: ["Antibody".into(), "Control".into()],
        favours: ["Favours control".into(), "Favours antibody".into()],
        ..ForestWords::default()
    };
    let trees = || forest(&of_pooled(&pooled, &spec, &words)).unwrap();
    let funnels = || {
        let plot = funnel::of_pooled(&pooled, &spec, "funnel", "Overall response").unwrap();
        funnel(&plot).unwrap()
    };
    let (tree, cone) = (trees(), funnels());
    row("forest plot, 8 studies", 2.0, mean(1000, trees));
    row("funnel plot, 8 studies", 2.0, mean(1000, funnels));
    let picture = |svg: &str| raster::png(svg, raster::DPI).unwrap();
    row("forest plot as PNG", 50.0, mean(50, || picture(&tree)));
    row("funnel plot as PNG", 50.0, mean(50, || picture(&cone)));
    let page = |svg: &String| pdf::pages(std::slice::from_ref(svg)).unwrap();
    row("forest plot as PDF", 50.0, mean(50, || page(&tree)));
}

fn rows() -> Vec<Row> {
    (0..8_u32)
        .map(|at| Row {
            study: format!("TRIAL-{at}"),
            line: None,
            data: Some(Data::Binary {
                e1: f64::from(60 + 17 * at % 40),
                n1: 150.0,
                e2: f64::from(40 + 11 * at % 30),
                n2: 150.0,
            }),
            columns: Vec::new(),
        })
        .collect()
}

fn row(what: &str, reach: f64, took: Duration) {
    let took = took.as_secs_f64() * 1e3;
    println!("{what:<24} {took:>8.3} ms   to reach {reach:>4.0} ms");
}

/// The mean of `n` runs, after one that is not counted: a clock that ticks every few milliseconds
/// does not tell them apart one by one.
fn mean<T>(n: u32, mut run: impl FnMut() -> T) -> Duration {
    black_box(run());
    let before = processor_time();
    for _ in 0..n {
        black_box(run());
    }
    processor_time().saturating_sub(before) / n
}

/// The processor time of this thread so far: what others do on the machine is not in it.
fn processor_time() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}
