//! Analyses that the tests of figures draw.

use super::Page;
use super::legible::{assert_legible, assert_sound};
use crate::pool::{Data, Extra, Level, Measure, Pooled, Row, Spec, analyse};

/// Names, effects on the scale of pooling and standard errors.
pub(super) type Effects = Vec<(String, f64, f64)>;

/// A name that leaves nothing in a figure its place.
pub(super) const LONG: &str =
    "A trial of a very long name that nobody should have given it, extended follow-up";

/// Effects as hazard ratios or as they are.
pub(super) fn rows(measure: Measure, effects: &Effects) -> Vec<Row> {
    effects
        .iter()
        .map(|(study, yi, se)| Row {
            study: study.clone(),
            line: None,
            data: Some(if measure == Measure::Hr {
                hazard(*yi, *se)
            } else {
                Data::Generic {
                    yi: *yi,
                    vi: se * se,
                }
            }),
            columns: vec![("dose".into(), (10.0 * se + yi).to_string())],
        })
        .collect()
}

/// The analysis of the sample studies.
pub(super) fn pooled(measure: Measure, effects: &Effects, extras: &[Extra]) -> (Pooled, Spec) {
    let mut spec = Spec::new(measure);
    for extra in extras {
        spec = spec.with(*extra);
    }
    (analyse(&rows(measure, effects), &spec).unwrap(), spec)
}

/// A hazard ratio whose logarithm and standard error are given.
fn hazard(log: f64, se: f64) -> Data {
    let half = 1.959963984540054 * se;
    Data::Hr {
        hr: log.exp(),
        ci_lb: (log - half).exp(),
        ci_ub: (log + half).exp(),
        level: Level::P95,
    }
}

/// Studies on both sides of an effect that grows with the standard error.
pub(super) fn studies(n: u32) -> Effects {
    (0..n)
        .map(|at| {
            let step = f64::from(at % 17) / 17.0;
            let se = 0.05 + 0.4 * step;
            let yi = -0.3 - 0.9 * step + 0.35 * f64::from(at * 7 % 13) / 13.0;
            (format!("Trial {at}"), yi, se)
        })
        .collect()
}

/// Effects that strain a figure: long names, far apart, tiny, vast.
pub(super) fn hard() -> Vec<(Measure, Effects)> {
    let named = |name: &str, yi, se| (name.to_owned(), yi, se);
    let (hr, any) = (Measure::Hr, Measure::Gen);
    vec![
        (hr, vec![named(LONG, -0.4, 0.2), named(LONG, -0.4, 0.21)]),
        (hr, vec![named("Huge", 6.0, 3.0), named("Small", -6.0, 0.2)]),
        (
            any,
            vec![named("Tiny", 2e-7, 1e-8), named("Tinier", -1e-7, 2e-8)],
        ),
        (
            any,
            vec![named("Vast", 250_000.0, 9_000.0), named("More", -4e5, 3e4)],
        ),
        (
            hr,
            vec![
                named("One", -0.4, 0.2),
                named("Same", -0.4, 0.2),
                named("Same", -0.4, 0.2),
            ],
        ),
    ]
}

/// Tables of two arms: events and people, experimental then control.
pub(super) fn tables(cells: &[(&str, [f64; 4], &str)]) -> Vec<Row> {
    cells
        .iter()
        .map(|(study, [e1, n1, e2, n2], latitude)| Row {
            study: (*study).to_owned(),
            line: None,
            data: Some(Data::Binary {
                e1: *e1,
                n1: *n1,
                e2: *e2,
                n2: *n2,
            }),
            columns: vec![("ablat".into(), (*latitude).to_owned())],
        })
        .collect()
}

/// Thirteen trials of BCG vaccine against tuberculosis with their latitude (Colditz et al., JAMA
/// 1994;271:698): cases and people, vaccinated then not.
pub(super) fn bcg() -> Vec<Row> {
    tables(&[
        ("Aronson 1948", [4.0, 123.0, 11.0, 139.0], "44"),
        ("Ferguson 1949", [6.0, 306.0, 29.0, 303.0], "55"),
        ("Rosenthal 1960", [3.0, 231.0, 11.0, 220.0], "42"),
        ("Hart 1977", [62.0, 13598.0, 248.0, 12867.0], "52"),
        ("Frimodt-Moller 1973", [33.0, 5069.0, 47.0, 5808.0], "13"),
        ("Stein 1953", [180.0, 1541.0, 372.0, 1451.0], "44"),
        ("Vandiviere 1973", [8.0, 2545.0, 10.0, 629.0], "19"),
        ("TPT Madras 1980", [505.0, 88391.0, 499.0, 88391.0], "13"),
        ("Coetzee 1968", [29.0, 7499.0, 45.0, 7277.0], "27"),
        ("Rosenthal 1961", [17.0, 1716.0, 65.0, 1665.0], "42"),
        ("Comstock 1974", [186.0, 50634.0, 141.0, 27338.0], "18"),
        ("Comstock 1969", [5.0, 2498.0, 3.0, 2341.0], "33"),
        ("Comstock 1976", [27.0, 16913.0, 29.0, 17854.0], "33"),
    ])
}

/// Draws a figure at every width and looks at each.
#[track_caller]
pub(super) fn every_width(draw: impl Fn(Page) -> String) -> [String; 3] {
    [Page::Column, Page::Panel, Page::Full].map(|page| {
        let svg = draw(page);
        assert_legible(&svg);
        assert_sound(&svg);
        assert_eq!(svg, draw(page));
        svg
    })
}

/// A circle of a figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Circle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) radius: f64,
    pub(super) fill: String,
}

/// Every circle of a figure, in the order it was drawn.
pub(super) fn circles(svg: &str) -> Vec<Circle> {
    svg.split("<circle ")
        .skip(1)
        .map(|part| {
            let read = |name: &str| {
                let rest = part.split(&format!(" {name}=\"")).nth(1);
                let rest = rest.or_else(|| part.split(&format!("{name}=\"")).nth(1));
                rest.unwrap().split('"').next().unwrap().to_owned()
            };
            let [x, y, radius] = ["cx", "cy", "r"].map(|name| read(name).parse().unwrap());
            Circle {
                x,
                y,
                radius,
                fill: read("fill"),
            }
        })
        .collect()
}

/// Whether places are straight in the numbers, as on a scale; gives points by unit.
#[track_caller]
pub(super) fn straight(pairs: &[(f64, f64)]) -> f64 {
    let order = |a: &&(f64, f64), b: &&(f64, f64)| a.0.total_cmp(&b.0);
    let (first, last) = (
        pairs.iter().min_by(order).unwrap(),
        pairs.iter().max_by(order).unwrap(),
    );
    let scale = (last.1 - first.1) / (last.0 - first.0);
    for (value, place) in pairs {
        let want = first.1 + (value - first.0) * scale;
        assert!(
            (want - place).abs() < 0.02,
            "{value} at {place}, not {want}"
        );
    }
    scale
}
