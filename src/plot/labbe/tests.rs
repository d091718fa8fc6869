//! L'Abbé's plot: shares as counted, the curve of every measure, nothing overlaps.

use super::*;
use crate::plot::samples::{LONG, bcg, circles, every_width, straight, tables};
use crate::pool::{Method, Row, analyse};

fn plotted(rows: &[Row], measure: Measure) -> LAbbe {
    let spec = Spec::new(measure).method(if measure == Measure::Peto {
        Method::Peto
    } else {
        Method::Dl
    });
    let pooled = analyse(rows, &spec).unwrap();
    of_pooled(&pooled, &spec, "l", "Tuberculosis").unwrap()
}

fn drawn(plot: &LAbbe) -> [String; 3] {
    every_width(|page| {
        let plot = LAbbe {
            page,
            ..plot.clone()
        };
        labbe(&plot).unwrap()
    })
}

/// Trials of all sizes and risks.
fn trials(n: u32) -> Vec<Row> {
    let names: Vec<String> = (0..n).map(|at| format!("Trial {at}")).collect();
    let cells: Vec<(&str, [f64; 4], &str)> = names
        .iter()
        .zip(0..n)
        .map(|(name, at)| {
            let people = f64::from(20 + at * 37 % 400);
            let control = (people * f64::from(5 + at * 11 % 60) / 100.0).round();
            let fewer = (control * f64::from(30 + at * 7 % 90) / 100.0).round();
            (name.as_str(), [fewer, people, control, people], "")
        })
        .collect();
    tables(&cells)
}

#[test]
fn texts_stand_clear_at_every_width() {
    for n in [1, 2, 8, 60, 200] {
        drawn(&plotted(&trials(n), Measure::Rr));
    }
    for measure in [Measure::Or, Measure::Rd, Measure::As, Measure::Peto] {
        drawn(&plotted(&bcg(), measure));
    }
    let long = [
        (LONG, [3.0, 20.0, 9.0, 20.0], ""),
        (LONG, [4.0, 20.0, 9.0, 21.0], ""),
    ];
    drawn(&plotted(&tables(&long), Measure::Rr));
    let zero = [
        ("No event", [0.0, 20.0, 0.0, 20.0], ""),
        ("All events", [30.0, 30.0, 30.0, 30.0], ""),
        ("One arm empty", [0.0, 12.0, 5.0, 12.0], ""),
    ];
    drawn(&plotted(&tables(&zero), Measure::Rd));
    drawn(&plotted(&tables(&zero[2..]), Measure::Or));
    let rare = [
        ("Vast", [2.0, 4e6, 9.0, 4e6], ""),
        ("Vaster", [3.0, 5e6, 8.0, 5e6], ""),
    ];
    drawn(&plotted(&tables(&rare), Measure::Rr));
}

#[test]
fn circles_lie_at_the_shares_and_have_the_areas_of_the_weights() {
    let plot = plotted(&bcg(), Measure::Rr);
    let [_, svg, _] = drawn(&plot);
    let mut seen = circles(&svg);
    // Grounds and the circle of the legend are not trials.
    seen.retain(|circle| circle.fill == "none");
    let mut studies = plot.studies.clone();
    studies.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    assert_eq!(seen.len(), 13);
    let pairs = |value: fn(&LAbbePoint) -> f64, place: Vec<f64>| -> Vec<(f64, f64)> {
        studies.iter().map(value).zip(place).collect()
    };
    let control = |one: &LAbbePoint| one.control.0 / one.control.1;
    let experimental = |one: &LAbbePoint| one.experimental.0 / one.experimental.1;
    let across = straight(&pairs(control, seen.iter().map(|c| c.x).collect()));
    let upwards = straight(&pairs(experimental, seen.iter().map(|c| c.y).collect()));
    // One scale on both sides: the diagonal is a diagonal.
    assert!((across + upwards).abs() < 0.5, "{across} {upwards}");
    let area = |n: usize| seen[n].radius * seen[n].radius / studies[n].weight;
    for n in 1..13 {
        assert!((area(n) / area(0) - 1.0).abs() < 0.02, "{n}");
    }
    assert!(svg.contains("Aronson 1948 4 of 123 (3.3%), 11 of 139 (7.9%), "));
}

#[test]
fn curves_follow_their_measure() {
    use LAbbeEffect::{Arcsine, OddsRatio, RiskDifference, RiskRatio};
    let cases = [
        (RiskRatio, 0.5_f64.ln(), 0.3, 0.15),
        (RiskRatio, 4.0_f64.ln(), 0.3, 1.0),
        (OddsRatio, 2.0_f64.ln(), 0.5, 2.0 / 3.0),
        (OddsRatio, 900.0, 0.5, 1.0),
        (RiskDifference, -0.1, 0.3, 0.2),
        (RiskDifference, -0.4, 0.3, 0.0),
        // sin²(arcsin √0.25 + π/12) = sin²(π/4).
        (Arcsine, std::f64::consts::PI / 12.0, 0.25, 0.5),
        (Arcsine, 2.0, 0.25, 1.0),
    ];
    for (effect, value, control, want) in cases {
        let got = effect.share(value, control);
        assert!((got - want).abs() < 1e-12, "{effect:?}: {got} for {want}");
    }
    assert!(LAbbeEffect::of(Measure::Hr).is_none());
}

#[test]
fn hostile_names_do_no_harm() {
    let hostile = [
        (
            "</text><script>alert('&')</script>",
            [3.0, 20.0, 9.0, 20.0],
            "",
        ),
        ("<b>", [4.0, 20.0, 9.0, 21.0], ""),
    ];
    let mut plot = plotted(&tables(&hostile), Measure::Rr);
    plot.arms = ["<x>".into(), "\"y\" & z".into()];
    let [svg, ..] = drawn(&plot);
    assert!(svg.contains("&lt;x&gt;") && svg.contains("&amp; z"));
}
