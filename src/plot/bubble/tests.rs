//! The bubble plot: metafor's regression of the BCG trials on latitude, drawn where it is.

use super::*;
use crate::plot::samples::{bcg, circles, every_width, hard, rows, straight, studies};
use crate::pool::{Interval, Measure, Method, analyse};

fn drawn(plot: &Bubble) -> [String; 3] {
    every_width(|page| {
        let plot = Bubble {
            page,
            ..plot.clone()
        };
        bubble(&plot).unwrap()
    })
}

fn latitude(interval: Interval) -> Bubble {
    let mut spec = Spec::new(Measure::Rr).method(Method::Dl).interval(interval);
    spec.moderators = vec!["ablat".into()];
    let pooled = analyse(&bcg(), &spec).unwrap();
    of_pooled(&pooled, &spec, "m", "Tuberculosis").unwrap()
}

#[test]
fn texts_stand_clear_at_every_width() {
    let samples = [3, 8, 60, 200].map(|n| (Measure::Hr, studies(n)));
    for (measure, effects) in samples.into_iter().chain(hard()) {
        let mut spec = Spec::new(measure);
        spec.moderators = vec!["dose".into()];
        let pooled = analyse(&rows(measure, &effects), &spec).unwrap();
        let plot = of_pooled(&pooled, &spec, "m", "Overall survival");
        if let Some(plot) = &plot {
            drawn(plot);
        }
        assert_eq!(plot.is_some(), pooled.meta_regression.is_some());
    }
    // Two studies have no regression, but the figure can be drawn of what is given.
    let mut plot = latitude(Interval::Wald);
    plot.studies.truncate(1);
    plot.moderator = "Latitude of the place where the trial was held, in degrees from the equator \
                      north or south, as the report states it or as an atlas gives it"
        .into();
    drawn(&plot);
}

#[test]
fn the_line_and_its_band_are_metafors() {
    let plot = latitude(Interval::Wald);
    // metafor 3.8-1: rma(measure = "RR", mods = ~ ablat, data = dat.bcg, method = "DL").
    let (b, se) = (
        [0.259543712434023, -0.0292287387551884],
        [0.232307473392695, 0.00673301083956727],
    );
    assert!((plot.line.intercept - b[0]).abs() < 1e-9);
    assert!((plot.line.slope - b[1]).abs() < 1e-9);
    assert!((plot.line.variances.0.sqrt() - se[0]).abs() < 1e-9);
    assert!((plot.line.variances.1.sqrt() - se[1]).abs() < 1e-9);
    assert!((plot.line.covariance + 0.00141159388205632).abs() < 1e-11);
    // By hand: the weighted covariance −x̄ · Var b₁, as the fit is through the weighted means.
    let mean: f64 = plot
        .studies
        .iter()
        .map(|one| one.weight * one.moderator / 100.0)
        .sum();
    let want = -mean * plot.line.variances.1;
    assert!((plot.line.covariance - want).abs() < 1e-12);
    // At the weighted mean the variance is 1 over the sum of the weights; everywhere else larger.
    let width = |x: f64| {
        let (_, [lo, hi]) = plot.line.at(x);
        hi - lo
    };
    assert!(width(mean) < width(mean + 1.0) && width(mean) < width(mean - 1.0));
    assert!(plot.results[0].starts_with(
        "ablat: coefficient \u{2212}0.0292 [\u{2212}0.0424, \u{2212}0.0160] (P < 0.001); R² = 79.5%"
    ));
    assert!(plot.results[1].contains("multiplies the risk ratio by 0.971 [0.958, 0.984]"));
    // Knapp and Hartung: t with 11 degrees of freedom.
    let knapp = latitude(Interval::Hksj);
    assert!((knapp.line.critical - 2.200985160082949).abs() < 1e-9);
    assert!((knapp.line.variances.1.sqrt() - 0.00793775578620567).abs() < 1e-9);
}

#[test]
fn circles_lie_at_moderator_and_effect() {
    let plot = latitude(Interval::Wald);
    let [_, svg, _] = drawn(&plot);
    let mut seen = circles(&svg);
    seen.retain(|circle| circle.fill == "none");
    let mut studies = plot.studies.clone();
    studies.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let across: Vec<(f64, f64)> = studies
        .iter()
        .zip(&seen)
        .map(|(s, c)| (s.moderator, c.x))
        .collect();
    let upwards: Vec<(f64, f64)> = studies
        .iter()
        .zip(&seen)
        .map(|(s, c)| (s.effect, c.y))
        .collect();
    assert!(straight(&across) > 0.0 && straight(&upwards) < 0.0);
    let total: f64 = studies.iter().map(|one| one.weight).sum();
    assert!((total - 100.0).abs() < 1e-9);
    assert!(svg.contains("Aronson 1948 44, 0.41, "));
}

#[test]
fn words_and_two_moderators_have_no_line() {
    let mut rows = bcg();
    for (at, row) in rows.iter_mut().enumerate() {
        let word = if at % 2 == 0 { "random" } else { "other" };
        row.columns.push(("alloc".into(), word.into()));
    }
    for moderators in [vec!["alloc"], vec!["ablat", "alloc"], Vec::new()] {
        let mut spec = Spec::new(Measure::Rr);
        spec.moderators = moderators.into_iter().map(str::to_owned).collect();
        let pooled = analyse(&rows, &spec).unwrap();
        assert!(of_pooled(&pooled, &spec, "m", "x").is_none());
    }
}

#[test]
fn hostile_names_do_no_harm() {
    let mut plot = latitude(Interval::Wald);
    plot.studies[5].label = "<script>&\"".into();
    plot.moderator = "<b>".into();
    let [svg, ..] = drawn(&plot);
    assert!(svg.contains("&lt;script&gt;&amp;&quot;"));
}
