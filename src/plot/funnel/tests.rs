//! The funnel plot: every number is the analysis's own, nothing overlaps, nothing leaves.

use super::*;
use crate::plot::legible::{assert_legible, assert_sound};
use crate::pool::{Data, Extra, Row, analyse};

fn pooled(measure: Measure, effects: &[(String, f64, f64)], extras: &[Extra]) -> (Pooled, Spec) {
    let rows: Vec<Row> = effects
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
            columns: Vec::new(),
        })
        .collect();
    let mut spec = Spec::new(measure);
    for extra in extras {
        spec = spec.with(*extra);
    }
    (analyse(&rows, &spec).unwrap(), spec)
}

/// A hazard ratio whose logarithm and standard error are given.
fn hazard(log: f64, se: f64) -> Data {
    let half = 1.959963984540054 * se;
    Data::Hr {
        hr: log.exp(),
        ci_lb: (log - half).exp(),
        ci_ub: (log + half).exp(),
        level: crate::pool::Level::P95,
    }
}

/// Studies on both sides of an effect that grows with the standard error.
fn studies(n: u32) -> Vec<(String, f64, f64)> {
    (0..n)
        .map(|at| {
            let step = f64::from(at % 17) / 17.0;
            let se = 0.05 + 0.4 * step;
            let yi = -0.3 - 0.9 * step + 0.35 * f64::from(at * 7 % 13) / 13.0;
            (format!("Trial {at}"), yi, se)
        })
        .collect()
}

fn drawn(measure: Measure, effects: &[(String, f64, f64)]) -> [String; 3] {
    let (pooled, spec) = pooled(measure, effects, &[Extra::SmallStudy, Extra::TrimFill]);
    let plot = of_pooled(&pooled, &spec, "f", "Overall survival").unwrap();
    [Page::Column, Page::Panel, Page::Full].map(|page| {
        let svg = funnel(&Funnel {
            page,
            ..plot.clone()
        })
        .unwrap();
        assert_legible(&svg);
        assert_sound(&svg);
        svg
    })
}

#[test]
fn texts_stand_clear_at_every_width() {
    let named = |name: &str, yi, se| (name.to_owned(), yi, se);
    for n in [1, 2, 8, 10, 60] {
        drawn(Measure::Hr, &studies(n));
        drawn(Measure::Gen, &studies(n));
    }
    let long = "A trial of a very long name that nobody should have given it, extended follow-up";
    drawn(
        Measure::Hr,
        &[named(long, -0.4, 0.2), named(long, -0.4, 0.21)],
    );
    drawn(
        Measure::Hr,
        &[named("Huge", 6.0, 3.0), named("Small", -6.0, 0.2)],
    );
    drawn(
        Measure::Gen,
        &[named("Tiny", 2e-7, 1e-8), named("Tinier", -1e-7, 2e-8)],
    );
    drawn(
        Measure::Gen,
        &[named("Vast", 250_000.0, 9_000.0), named("More", -4e5, 3e4)],
    );
}

/// Every circle of a figure: place and fill.
fn circles(svg: &str) -> Vec<(f64, f64, String)> {
    svg.split("<circle ")
        .skip(1)
        .map(|part| {
            let read = |name: &str| {
                let rest = part.split(&format!("{name}=\"")).nth(1).unwrap();
                rest.split('"').next().unwrap().to_owned()
            };
            let [x, y] = ["cx", "cy"].map(|name| read(name).parse().unwrap());
            (x, y, read("fill"))
        })
        .collect()
}

#[test]
fn points_lie_where_the_numbers_of_the_analysis_put_them() {
    let (pooled, spec) = pooled(Measure::Hr, &studies(12), &[Extra::TrimFill]);
    let plot = of_pooled(&pooled, &spec, "f", "Survival").unwrap();
    let svg = funnel(&plot).unwrap();
    let trim = pooled.trim_fill.as_ref().unwrap();
    let all: Vec<(f64, f64)> = trim
        .filled
        .iter()
        .map(|one| (one.yi, one.vi.sqrt()))
        .chain(
            pooled
                .studies
                .iter()
                .map(|one| (one.yi.unwrap(), one.vi.unwrap().sqrt())),
        )
        .collect();
    let mut seen = circles(&svg);
    // The open circle of the legend is no study.
    if trim.k0 > 0 {
        seen.pop();
    }
    assert_eq!(seen.len(), all.len());
    // Places are straight in the numbers: two points fix the scale, the others must lie on it.
    let straight = |ours: fn(&(f64, f64)) -> f64, theirs: fn(&(f64, f64, String)) -> f64| {
        let pairs: Vec<(f64, f64)> = all.iter().map(ours).zip(seen.iter().map(theirs)).collect();
        let far = |sign: f64| {
            let order = |a: &&(f64, f64), b: &&(f64, f64)| (sign * a.0).total_cmp(&(sign * b.0));
            *pairs.iter().max_by(order).unwrap()
        };
        let (first, last) = (far(-1.0), far(1.0));
        let scale = (last.1 - first.1) / (last.0 - first.0);
        for (value, place) in &pairs {
            let want = first.1 + (value - first.0) * scale;
            assert!(
                (want - place).abs() < 0.02,
                "{value} at {place}, not {want}"
            );
        }
        scale
    };
    assert!(straight(|p| p.0, |c| c.0) > 0.0);
    // Larger standard errors lie lower.
    assert!(straight(|p| p.1, |c| c.1) > 0.0);
    let open = seen.iter().filter(|circle| circle.2 == "#FFFFFF").count();
    assert_eq!(open, trim.k0);
}

#[test]
fn eggers_line_is_the_regression_of_the_analysis() {
    let (pooled, spec) = pooled(Measure::Hr, &studies(12), &[Extra::SmallStudy]);
    let plot = of_pooled(&pooled, &spec, "f", "Survival").unwrap();
    let line = plot.egger.unwrap();
    let egger = pooled.small_study.unwrap().egger.unwrap();
    // Least squares: residuals of y / se sum to zero, also weighted with 1 / se.
    let [mut sum, mut weighted] = [0.0, 0.0];
    for study in &plot.studies {
        let residual = (study.effect - line.at_zero) / study.se - line.per_se;
        sum += residual;
        weighted += residual / study.se;
    }
    assert!(
        sum.abs() < 1e-9 && weighted.abs() < 1e-7,
        "{sum} {weighted}"
    );
    assert!((line.per_se - egger.intercept).abs() < 1e-15);
    let p = words::p_value(egger.p);
    assert!(plot.results[0].contains(&p), "{:?}", plot.results);
    assert!(funnel(&plot).unwrap().contains("Egger&#39;s line"));
}

#[test]
fn below_ten_studies_a_note_stands_where_the_test_would() {
    let (pooled, spec) = pooled(Measure::Hr, &studies(9), &[Extra::SmallStudy]);
    let plot = of_pooled(&pooled, &spec, "f", "Survival").unwrap();
    assert!(plot.egger.is_none() && plot.results.is_empty());
    let svg = funnel(&plot).unwrap();
    assert!(svg.contains("9 studies: fewer than 10, so no asymmetry test is reported"));
    assert!(!svg.contains("Egger"));
}

#[test]
fn without_a_value_of_no_effect_there_are_no_contours() {
    let rows: Vec<Row> = [(3.0, 40.0), (9.0, 70.0), (20.0, 90.0)]
        .iter()
        .map(|(e, n)| Row {
            study: format!("{e}/{n}"),
            line: None,
            data: Some(Data::Proportion { e: *e, n: *n }),
            columns: Vec::new(),
        })
        .collect();
    for measure in [Measure::Pr, Measure::Pln, Measure::Plo, Measure::Pft] {
        let spec = Spec::new(measure);
        let pooled = analyse(&rows, &spec).unwrap();
        let plot = of_pooled(&pooled, &spec, "f", "Response").unwrap();
        let svg = funnel(&plot).unwrap();
        assert!(!svg.contains("0.05\u{2013}0.10"));
        assert_legible(&svg);
    }
}

#[test]
fn the_description_has_the_numbers_of_every_study() {
    let effects = [("CANDOR <x>".to_owned(), -0.46, 0.157)];
    let [svg, ..] = drawn(Measure::Hr, &effects);
    assert!(svg.contains("CANDOR &lt;x&gt; 0.63, 0.157"), "{svg}");
    assert_eq!(svg, drawn(Measure::Hr, &effects)[0]);
}
