//! The radial plot: points where metafor puts them, rays that meet the arc at their effects.

use super::sector::Sector;
use super::*;
use crate::plot::samples::{bcg, circles, every_width, hard, pooled, straight, studies};
use crate::pool::{Data, Measure, Method, Row, analyse};

fn drawn(plot: &Radial) -> [String; 3] {
    every_width(|page| {
        let plot = Radial {
            page,
            ..plot.clone()
        };
        radial(&plot).unwrap()
    })
}

#[test]
fn texts_stand_clear_at_every_width() {
    let samples = [1, 2, 8, 60, 200].map(|n| (Measure::Hr, studies(n)));
    for (measure, effects) in samples.into_iter().chain(hard()) {
        let (pooled, spec) = pooled(measure, &effects, &[]);
        drawn(&of_pooled(&pooled, &spec, "r", "Overall survival").unwrap());
    }
    for method in [Method::Fe, Method::Dl] {
        for measure in [Measure::Rr, Measure::Rd, Measure::As] {
            let spec = Spec::new(measure).method(method);
            let pooled = analyse(&bcg(), &spec).unwrap();
            drawn(&of_pooled(&pooled, &spec, "r", "Tuberculosis").unwrap());
        }
    }
}

#[test]
fn proportions_have_no_line_of_no_effect() {
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
        let [svg, ..] = drawn(&of_pooled(&pooled, &spec, "r", "Response").unwrap());
        assert!(!svg.contains("no effect"));
    }
}

#[test]
fn points_lie_at_precision_and_standardised_effect() {
    for method in [Method::Fe, Method::Reml] {
        let spec = Spec::new(Measure::Rr).method(method);
        let pooled = analyse(&bcg(), &spec).unwrap();
        let plot = of_pooled(&pooled, &spec, "r", "Tuberculosis").unwrap();
        // Aronson: log RR and variance as metafor's escalc gives them.
        let (yi, vi) = (-0.889311333920205, 0.325584765003961);
        let spread = f64::sqrt(vi + pooled.tau2);
        let (x, z) = plot.place(&plot.studies[0]);
        assert!((x - 1.0 / spread).abs() < 1e-9 && (z - yi / spread).abs() < 1e-9);
        let [_, svg, _] = drawn(&plot);
        let mut seen = circles(&svg);
        // The circle of the legend is not a study.
        seen.pop();
        let places: Vec<(f64, f64)> = plot.studies.iter().map(|one| plot.place(one)).collect();
        let across: Vec<(f64, f64)> = places.iter().zip(&seen).map(|(p, c)| (p.0, c.x)).collect();
        let upwards: Vec<(f64, f64)> = places.iter().zip(&seen).map(|(p, c)| (p.1, c.y)).collect();
        assert!(straight(&across) > 0.0 && straight(&upwards) < 0.0);
    }
}

#[test]
fn a_ray_through_a_study_meets_the_arc_at_its_effect() {
    let spec = Spec::new(Measure::Rr);
    let pooled = analyse(&bcg(), &spec).unwrap();
    let plot = of_pooled(&pooled, &spec, "r", "Tuberculosis").unwrap();
    let sector = Sector::new(&plot, (20.0, 20.0), 250.0, 3.0);
    for study in &plot.studies {
        let (x, y) = sector.at(plot.place(study));
        let slope = (sector.origin.1 - y) / (x - sector.origin.0);
        let (a, b) = sector.turned(sector.angle(study.effect), sector.radius);
        let ray = (sector.origin.1 - b) / (a - sector.origin.0);
        assert!((slope - ray).abs() < 1e-9, "{}", study.label);
        let far = libm::hypot(x - sector.origin.0, y - sector.origin.1);
        assert!(far <= sector.radius);
    }
    // The number at a tick is the effect of its ray.
    for (angle, text) in sector.ticks(&plot) {
        let value: f64 = text.parse().unwrap();
        assert!((sector.angle(value.ln()) - angle).abs() < 1e-9);
    }
    assert!(sector.ticks(&plot).len() > 3);
}

#[test]
fn the_description_has_the_numbers_and_names_do_no_harm() {
    let effects = vec![("<i>&\"".to_owned(), -0.46, 0.157)];
    let (pooled, spec) = pooled(Measure::Hr, &effects, &[]);
    let plot = of_pooled(&pooled, &spec, "r", "<b>").unwrap();
    let [svg, ..] = drawn(&plot);
    assert!(svg.contains("&lt;i&gt;&amp;&quot; 0.63, 6.37, \u{2212}2.93"));
    assert!(svg.contains("Pooled hazard ratio 0.63 [0.46, 0.86]."));
}
