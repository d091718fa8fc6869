//! The funnel plot: every number is the analysis's own, nothing overlaps, nothing leaves.

use super::*;
use crate::plot::legible::assert_legible;
use crate::plot::samples::{Effects, circles, every_width, hard, pooled, straight, studies};
use crate::pool::{Data, Extra, Measure, Row, analyse};

fn drawn(measure: Measure, effects: &Effects) -> [String; 3] {
    let (pooled, spec) = pooled(measure, effects, &[Extra::SmallStudy, Extra::TrimFill]);
    let plot = of_pooled(&pooled, &spec, "f", "Overall survival").unwrap();
    every_width(|page| {
        let plot = Funnel {
            page,
            ..plot.clone()
        };
        funnel(&plot).unwrap()
    })
}

#[test]
fn texts_stand_clear_at_every_width() {
    for n in [1, 2, 8, 10, 60] {
        drawn(Measure::Hr, &studies(n));
        drawn(Measure::Gen, &studies(n));
    }
    for (measure, effects) in hard() {
        drawn(measure, &effects);
    }
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
    // The open circle of the legend is not a study.
    if trim.k0 > 0 {
        seen.pop();
    }
    assert_eq!(seen.len(), all.len());
    let across: Vec<(f64, f64)> = all.iter().zip(&seen).map(|(a, c)| (a.0, c.x)).collect();
    let down: Vec<(f64, f64)> = all.iter().zip(&seen).map(|(a, c)| (a.1, c.y)).collect();
    assert!(straight(&across) > 0.0);
    // Larger standard errors lie lower.
    assert!(straight(&down) > 0.0);
    let open = seen
        .iter()
        .filter(|circle| circle.fill == "#FFFFFF")
        .count();
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
    let effects = vec![("CANDOR <x>".to_owned(), -0.46, 0.157)];
    let [svg, ..] = drawn(Measure::Hr, &effects);
    assert!(svg.contains("CANDOR &lt;x&gt; 0.63, 0.157"), "{svg}");
    assert_eq!(svg, drawn(Measure::Hr, &effects)[0]);
}
