//! Baujat's plot: metafor's numbers in their places, names clear of points.

use super::*;
use crate::plot::samples::{bcg, circles, every_width, hard, pooled, straight, studies};
use crate::pool::{Extra, Measure, Method, analyse};

fn drawn(plot: &BaujatPlot) -> [String; 3] {
    every_width(|page| {
        let plot = BaujatPlot {
            page,
            ..plot.clone()
        };
        baujat(&plot).unwrap()
    })
}

#[test]
fn texts_stand_clear_at_every_width() {
    let samples = [1, 2, 8, 60, 200].map(|n| (Measure::Hr, studies(n)));
    for (measure, effects) in samples.into_iter().chain(hard()) {
        let (pooled, spec) = pooled(measure, &effects, &[Extra::Baujat]);
        let plot = of_pooled(&pooled, &spec, "b", "Overall survival");
        // One study has nothing to be compared with.
        assert_eq!(plot.is_some(), effects.len() > 1);
        if let Some(plot) = plot {
            drawn(&plot);
        }
    }
}

#[test]
fn points_lie_where_metafor_puts_the_bcg_trials() {
    let spec = Spec::new(Measure::Or)
        .method(Method::Fe)
        .with(Extra::Baujat);
    let pooled = analyse(&bcg(), &spec).unwrap();
    let plot = of_pooled(&pooled, &spec, "b", "Tuberculosis").unwrap();
    // metafor 3.8-1: baujat(rma(measure = "OR", data = dat.bcg, method = "FE")).
    for (at, x, y) in [
        (0, 0.70720791559367, 0.00355529698525659),
        (1, 7.26954147882365, 0.0629335239148868),
        (3, 51.2454491969638, 4.94079535930613),
    ] {
        let study = &plot.studies[at];
        assert!((study.contribution - x).abs() < 1e-9 && (study.influence - y).abs() < 1e-9);
    }
    // The contributions add up to Q.
    let sum: f64 = plot.studies.iter().map(|one| one.contribution).sum();
    assert!((sum - pooled.q).abs() < 1e-9);
    let [_, svg, _] = drawn(&plot);
    let seen = circles(&svg);
    let pairs = |value: fn(&BaujatPoint) -> f64, place: Vec<f64>| -> Vec<(f64, f64)> {
        plot.studies.iter().map(value).zip(place).collect()
    };
    let across = pairs(|one| one.contribution, seen.iter().map(|c| c.x).collect());
    let upwards = pairs(|one| one.influence, seen.iter().map(|c| c.y).collect());
    assert!(straight(&across) > 0.0 && straight(&upwards) < 0.0);
    assert!(svg.contains("Contribution to Cochran&#39;s Q"));
    assert!(svg.contains("Hart 1977 51.25, 4.941"), "{svg}");
}

#[test]
fn a_random_effects_model_has_pearson_residuals_and_names_do_no_harm() {
    let mut effects = studies(8);
    effects[3].0 = "<script>alert('&')</script>".into();
    let (pooled, spec) = pooled(Measure::Hr, &effects, &[Extra::Baujat]);
    let plot = of_pooled(&pooled, &spec, "b <i>", "A & B").unwrap();
    assert!(plot.random);
    let [svg, ..] = drawn(&plot);
    assert!(svg.contains("squared Pearson residual") && svg.contains("A &amp; B"));
}
