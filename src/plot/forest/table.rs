//! The numbers of a forest plot as a table: its columns, and one row for everything that has one.

use super::{Forest, ForestSummary};
use crate::plot::FigureTable;
use crate::plot::words;

impl Forest {
    /// The numbers of the figure, written as it writes them.
    pub fn table(&self) -> FigureTable {
        let counted = self.rows().any(|row| row.counts.is_some());
        let weighted = self.rows().any(|row| row.weight.is_some());
        let banded = self.rows().any(|row| row.band.is_some());
        let mut head = vec![self.first.clone()];
        if counted {
            let [first, second] = &self.arms;
            head.push(format!("{first}, events / total"));
            head.push(format!("{second}, events / total"));
        }
        if weighted {
            head.push("Weight, %".into());
        }
        head.push(format!(
            "{} [{}% CI]",
            self.measure,
            words::tick(self.level)
        ));
        if banded {
            head.push("At every look".into());
        }
        let line = |name: String,
                    counts: Option<[(u64, u64); 2]>,
                    weight: Option<f64>,
                    effect: (f64, f64, f64),
                    band: Option<(f64, f64)>| {
            let mut cells = vec![name];
            if counted {
                for at in [0, 1] {
                    let pair = counts.and_then(|pair| pair.get(at).copied());
                    cells.push(pair.map(super::lines::fraction).unwrap_or_default());
                }
            }
            if weighted {
                cells.push(weight.map(|w| words::fixed(w, 1)).unwrap_or_default());
            }
            let (estimate, lo, hi) = effect;
            cells.push(format!(
                "{} {}",
                words::effect(estimate),
                words::interval(lo, hi)
            ));
            if banded {
                cells.push(
                    band.map(|(lo, hi)| words::interval(lo, hi))
                        .unwrap_or_default(),
                );
            }
            cells
        };
        let mut rows = Vec::new();
        for group in &self.groups {
            let of = group.label.as_deref();
            for row in &group.rows {
                let name = match (of, row.detail.as_str()) {
                    (None, "") => row.label.clone(),
                    (None, detail) => format!("{} {detail}", row.label),
                    (Some(of), _) => format!("{of}: {}", row.label),
                };
                rows.push(line(name, row.counts, row.weight, row.effect, row.band));
            }
            if let Some(pooled) = &group.subtotal {
                let name = of.map_or_else(
                    || pooled.label.clone(),
                    |of| format!("{of}: {}", pooled.label),
                );
                rows.push(summed(&line, name, pooled));
            }
        }
        if let Some(pooled) = &self.overall {
            rows.push(summed(&line, pooled.label.clone(), pooled));
        }
        if let Some((lo, hi)) = self.prediction {
            let mut cells = vec![String::new(); head.len()];
            let at = head.len() - usize::from(banded) - 1;
            if let Some(first) = cells.first_mut() {
                *first = format!("{}% prediction interval", words::tick(self.level));
            }
            if let Some(cell) = cells.get_mut(at) {
                *cell = words::interval(lo, hi);
            }
            rows.push(cells);
        }
        FigureTable {
            caption: self.title.clone(),
            head,
            rows,
            ..FigureTable::default()
        }
    }
}

type Line<'a> = dyn Fn(
        String,
        Option<[(u64, u64); 2]>,
        Option<f64>,
        (f64, f64, f64),
        Option<(f64, f64)>,
    ) -> Vec<String>
    + 'a;

fn summed(line: &Line<'_>, name: String, pooled: &ForestSummary) -> Vec<String> {
    line(name, pooled.counts, pooled.weight, pooled.effect, None)
}
