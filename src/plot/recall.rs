//! The recall curve of an order of reading: relevant records found against records read.
//!
//! To the right lies the share of the records that are read, upwards that of the relevant records that are
//! found by then, both in per cent. The dashed diagonal is an order by chance; the dot on a curve is where
//! 95 % are found. The further a curve bends to the upper left, the earlier the relevant records come.

use super::page::Page;
use super::scatter::legend::{self, Key, Sign};
use super::scatter::{self, DASH, Extent, Field, dashes, square};
use super::svg::{EVERGREEN, Figure, INK, Paint};
use super::words::fixed;
use super::{FigureTable, PlotError};
use crate::model::many;

/// One order of reading.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallCurve {
    /// What tells it from the others.
    pub label: String,
    /// Whether each record was relevant, in the order of reading.
    pub labels: Vec<bool>,
}

/// A figure of recall curves.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Recall {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// The title above the figure.
    pub title: String,
    /// The width it is made for.
    pub page: Page,
    /// The curves, in the order of the runs.
    pub curves: Vec<RecallCurve>,
}

/// Where a share of the relevant records is found.
#[derive(Debug, Clone, Copy)]
struct Found {
    read: usize,
    percent: f64,
}

impl RecallCurve {
    fn relevant(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    /// The corners of the curve in per cent: read, found.
    fn corners(&self) -> Vec<(f64, f64)> {
        let (n, r) = (self.labels.len(), self.relevant());
        let mut points = vec![(0.0, 0.0)];
        let mut found = 0;
        for (at, label) in self.labels.iter().enumerate() {
            if *label {
                let read = percent(at + 1, n);
                points.push((read, percent(found, r)));
                found += 1;
                points.push((read, percent(found, r)));
            }
        }
        points.push((100.0, percent(found, r)));
        points
    }

    /// Where 95 % are found.
    fn most(&self) -> Option<Found> {
        let r = self.relevant();
        let needed = (95 * r).div_ceil(100).max(1);
        let mut places = (1..).zip(&self.labels).filter(|(_, label)| **label);
        let (read, _) = places.nth(needed - 1)?;
        Some(Found {
            read,
            percent: percent(read, self.labels.len()),
        })
    }

    fn sentence(&self) -> String {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let records = many(count(self.labels.len()), "record", "records");
        match self.most() {
            Some(found) => format!(
                "{}: 95% of {} relevant found after {} of {records} ({}%)",
                self.label,
                self.relevant(),
                found.read,
                fixed(found.percent, 1)
            ),
            None => format!("{}: none of {records} is relevant", self.label),
        }
    }
}

impl Recall {
    /// The numbers of the figure: records read at each tenth of recall.
    pub fn table(&self) -> FigureTable {
        let head = ["Order", "Records", "Relevant", "Read to find 95%", "%"];
        let row = |curve: &RecallCurve| {
            let most = curve.most();
            vec![
                curve.label.clone(),
                curve.labels.len().to_string(),
                curve.relevant().to_string(),
                most.map(|found| found.read.to_string()).unwrap_or_default(),
                most.map(|found| fixed(found.percent, 1))
                    .unwrap_or_default(),
            ]
        };
        FigureTable {
            caption: self.title.clone(),
            head: head.map(str::to_owned).to_vec(),
            rows: self.curves.iter().map(row).collect(),
            ..FigureTable::default()
        }
    }

    /// Sentences with the numbers, for those who do not see the figure.
    pub fn description(&self) -> String {
        let all: Vec<String> = self.curves.iter().map(RecallCurve::sentence).collect();
        format!(
            "Share of the relevant records found against share of records read; the diagonal is an order by \
             chance. {}.",
            all.join("; ")
        )
    }
}

/// Draws recall curves.
pub fn recall(plot: &Recall) -> Result<String, PlotError> {
    let size = (plot.page.points(), plot.page.millimetres());
    let mut figure = Figure::new(&plot.name, &plot.title, &plot.description(), size, None);
    let height = draw(plot, &mut figure)?;
    Ok(figure.finish(height))
}

fn draw(plot: &Recall, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let top = scatter::heading(figure, &plot.title, width)?;
    let side = Extent::between(0.0, 100.0, 0.0);
    let height = scatter::height(plot.page);
    let field = Field::new((top, height), width, &side, &side)?;
    field.name_above(figure, "Relevant records found (%)");
    let diagonal = [field.at(0.0, 0.0), field.at(100.0, 100.0)];
    figure.polyline(&diagonal, &chance(), false);
    for curve in &plot.curves {
        let corners = curve.corners();
        let points: Vec<(f64, f64)> = corners.iter().map(|(x, y)| field.at(*x, *y)).collect();
        figure.polyline(&points, &line(plot.curves.len()), false);
    }
    for curve in &plot.curves {
        if let Some(found) = curve.most() {
            let height = curve.corners();
            let height = height.iter().rev().find(|(x, _)| *x <= found.percent);
            let (x, y) = field.at(found.percent, height.map_or(0.0, |(_, y)| *y));
            figure.circle((x, y), 2.4, &dot());
        }
    }
    field.scales(figure);
    let y = field.name_below(figure, "Records read (%)", width)?;
    let y = legend::draw(figure, &keys(plot.curves.len()), (0.0, y + 15.0), width)?;
    let results: Vec<String> = plot
        .curves
        .iter()
        .map(|curve| format!("{}.", curve.sentence()))
        .collect();
    scatter::ending(figure, &results, &[], (0.0, y + 13.0), width)
}

fn keys(curves: usize) -> Vec<Key> {
    let order = if curves == 1 {
        "order by rank"
    } else {
        "orders by rank"
    };
    vec![
        (Sign::Line(line(curves)), order.to_owned()),
        (Sign::Dot(2.4, dot()), "95% found".to_owned()),
        (Sign::Line(chance()), "order by chance".to_owned()),
    ]
}

fn line(curves: usize) -> Paint {
    square("none", EVERGREEN, if curves > 1 { 0.75 } else { 1.25 })
}

fn dot() -> Paint {
    Paint::new(EVERGREEN, "none", 0.0)
}

fn chance() -> Paint {
    dashes(INK, 0.75, DASH)
}

#[expect(clippy::cast_precision_loss, reason = "records are far below 2^53")]
fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::samples::every_width;

    fn plot(curves: usize) -> Recall {
        let curve = |n: usize| RecallCurve {
            label: format!("seed {n}, priors {n},{}", n + 7),
            labels: (0..200).map(|at| at % (7 + n) == 0 && at < 90).collect(),
        };
        Recall {
            name: "recall".into(),
            title: "Recall curve: adhd".into(),
            page: Page::Panel,
            curves: (1..=curves).map(curve).collect(),
        }
    }

    #[test]
    fn texts_stand_clear_at_every_width() {
        for curves in [1, 2, 6] {
            every_width(|page| {
                recall(&Recall {
                    page,
                    ..plot(curves)
                })
                .unwrap()
            });
        }
    }

    #[test]
    fn the_curve_goes_from_nothing_to_everything() {
        let curve = RecallCurve {
            label: "a".into(),
            labels: vec![true, false, false, true],
        };
        assert_eq!(
            curve.corners(),
            [
                (0.0, 0.0),
                (25.0, 0.0),
                (25.0, 50.0),
                (100.0, 50.0),
                (100.0, 100.0),
                (100.0, 100.0)
            ]
        );
        assert_eq!(curve.most().unwrap().read, 4);
        assert!(plot(1).table().rows[0][3].parse::<usize>().unwrap() > 40);
    }
}
