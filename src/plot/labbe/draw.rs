//! Square frame, diagonal, curve, circles and legend of a L'Abbé plot.

use super::{LAbbe, LAbbePoint};
use crate::plot::PlotError;
use crate::plot::page::Page;
use crate::plot::scatter::labels::Spot;
use crate::plot::scatter::legend::{self, Key, Sign};
use crate::plot::scatter::{self, DASH, Extent, Field, Scale, dashes, square};
use crate::plot::svg::{Figure, GREY, INK, Rect};
use crate::plot::words;

/// Steps of a curve.
const STEPS: u32 = 120;
/// The side of the frame and the gap beside it, where the legend stands at its right.
const SIDE: f64 = 300.0;
const GAP: f64 = 20.0;

pub(super) fn draw(plot: &LAbbe, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let top = scatter::heading(figure, &plot.title, width)?;
    let weights: Vec<f64> = plot.studies.iter().map(|study| study.weight).collect();
    let most = scatter::heaviest(plot.page, plot.studies.len());
    let (radii, lifted) = scatter::radii(&weights, most);
    let field = field(plot, top, most)?;
    let [experimental, control] = &plot.arms;
    field.name_above(figure, &format!("Events, {experimental} (%)"));
    curves(plot, &field, figure);
    circles(plot, &field, &radii, figure)?;
    field.scales(figure);
    let name = format!("Events, {control} (%)");
    let right = field.frame.right();
    let y = field.name_below(figure, &name, right)?;
    let mut notes = plot.notes.clone();
    notes.push(scatter::area_note(lifted));
    let keys = keys(plot);
    if plot.page == Page::Full {
        // Beside the frame, row by row.
        let (left, mut down) = (right + GAP, top + 8.0);
        for key in &keys {
            let key = std::slice::from_ref(key);
            down = legend::draw(figure, key, (left, down), width)? + 12.5;
        }
        let from = (left, down + 4.0);
        let end = scatter::ending(figure, &plot.results, &notes, from, width - left)?;
        return Ok(end.max(y + 5.0));
    }
    let y = legend::draw(figure, &keys, (0.0, y + 15.0), width)?;
    scatter::ending(figure, &plot.results, &notes, (0.0, y + 13.0), width)
}

/// Shares in per cent.
fn shares(study: &LAbbePoint) -> [f64; 2] {
    let share = |(events, people): (f64, f64)| 100.0 * events / people;
    [share(study.control), share(study.experimental)]
}

/// A square with the same scale on both sides.
fn field(plot: &LAbbe, top: f64, most: f64) -> Result<Field, PlotError> {
    let all = plot.studies.iter().flat_map(shares);
    let highest = all.fold(0.0, f64::max);
    let highest = match highest {
        h if h > 60.0 => 100.0,
        h if h > 0.0 => h,
        _ => 1.0,
    };
    let extent = Extent::between(0.0, highest, most + 2.0);
    let width = plot.page.points();
    // The numbers are as wide whatever the height: one try tells how much they leave.
    let left = scatter::left_of(&Scale::upright(&extent, (top + SIDE, top)))?;
    let side = if plot.page == Page::Full {
        SIDE
    } else {
        width - left - 8.0
    };
    let y = Scale::upright(&extent, (top + side, top));
    let left = scatter::left_of(&y)?;
    let side = side.min(width - left - 8.0);
    let y = Scale::upright(&extent, (top + side, top));
    let x = y.level((left, left + side));
    Ok(Field {
        frame: Rect::new(left, top, side, side),
        y: y.ticked_as(&x),
        x,
    })
}

/// Band, diagonal and curve, from 0 to the end of the scale or to 100 per cent.
fn curves(plot: &LAbbe, field: &Field, figure: &mut Figure) {
    let last = field.x.ends()[1].min(100.0);
    let (pooled, [lo, hi]) = plot.pooled;
    let along = |effect: f64| -> Vec<(f64, f64)> {
        (0..=STEPS)
            .map(|step| last * f64::from(step) / f64::from(STEPS))
            .map(|control| {
                let share = 100.0 * plot.effect.share(effect, control / 100.0);
                (control, share)
            })
            .collect()
    };
    let place = |line: Vec<(f64, f64)>| line.into_iter().map(|(x, y)| field.at(x, y));
    if lo.is_finite() && hi.is_finite() {
        let mut band: Vec<(f64, f64)> = place(along(lo)).collect();
        band.extend(place(along(hi)).rev());
        figure.polyline(&band, &square(GREY, "none", 0.0), false);
    }
    let diagonal = [field.at(0.0, 0.0), field.at(last, last)];
    figure.polyline(&diagonal, &square("none", INK, 0.75), false);
    let curve: Vec<(f64, f64)> = place(within(&along(pooled), last)).collect();
    figure.polyline(&curve, &dashes(INK, 0.9, DASH), false);
}

/// The part of a curve strictly between 0 and `last`, with the points where it enters and leaves.
fn within(curve: &[(f64, f64)], last: f64) -> Vec<(f64, f64)> {
    let mut out: Vec<(f64, f64)> = Vec::new();
    let inside = |y: f64| (0.0..=last).contains(&y);
    // At its bounds a curve of shares lies flat: only one point of that is of use.
    let flat = |y: f64| y <= 0.0 || y >= 100.0;
    for pair in curve.windows(2) {
        let &[(x0, y0), (x1, y1)] = pair else {
            continue;
        };
        if flat(y0) && flat(y1) {
            continue;
        }
        if out.is_empty() && inside(y0) {
            out.push((x0, y0));
        }
        match (inside(y0), inside(y1)) {
            (_, true) => out.push((x1, y1)),
            (true, false) => out.push((x0 + (last - y0) / (y1 - y0) * (x1 - x0), last)),
            (false, false) => {}
        }
    }
    out
}

fn circles(
    plot: &LAbbe,
    field: &Field,
    radii: &[f64],
    figure: &mut Figure,
) -> Result<(), PlotError> {
    let spots: Vec<Spot<'_>> = plot
        .studies
        .iter()
        .zip(radii)
        .map(|(study, radius)| {
            let [x, y] = shares(study);
            Spot {
                at: field.at(x, y),
                radius: *radius,
                name: &study.label,
            }
        })
        .collect();
    scatter::bubbles(figure, spots, &[], &field.frame)
}

fn keys(plot: &LAbbe) -> Vec<Key> {
    let level = words::tick(plot.level);
    vec![
        (Sign::Dot(3.6, scatter::bubble()), "trial".into()),
        (Sign::solid(), "no effect".into()),
        (Sign::dashed(), format!("pooled {}", plot.short)),
        (Sign::Ground(GREY), format!("its {level}% interval")),
    ]
}
