//! The numbers of a forest plot as a table: its columns, and one row for everything that has one.

use super::{Forest, ForestSummary, NOT_ESTIMABLE};
use crate::plot::FigureTable;
use crate::plot::words;

impl Forest {
    /// The numbers of the figure, written as it writes them.
    pub fn table(&self) -> FigureTable {
        let heads = self.data.heads(&self.arms, false);
        let shown = self.rows().any(|row| !row.cells.is_empty());
        let columns = if shown { heads.len() } else { 0 };
        let weighted = self.rows().any(|row| row.weight.is_some());
        let banded = self.rows().any(|row| row.band.is_some());
        let mut head = vec![self.first.clone()];
        for (above, below) in heads.iter().take(columns) {
            head.push(if above.is_empty() {
                (*below).to_owned()
            } else {
                format!("{above}, {below}")
            });
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
                    data: &[String],
                    weight: Option<f64>,
                    effect: Option<(f64, f64, f64)>,
                    band: Option<(f64, f64)>| {
            let mut cells = vec![name];
            for at in 0..columns {
                cells.push(data.get(at).cloned().unwrap_or_default());
            }
            if weighted {
                cells.push(weight.map(|w| words::fixed(w, 1)).unwrap_or_default());
            }
            cells.push(match effect {
                Some(effect) => {
                    let [estimate, lo, hi] = self.written(effect);
                    format!("{estimate} [{lo}, {hi}]")
                }
                None => NOT_ESTIMABLE.to_owned(),
            });
            if banded {
                cells.push(band.map(|band| self.range(band)).unwrap_or_default());
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
                rows.push(line(name, &row.cells, row.weight, row.effect, row.band));
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
        if let Some(ends) = self.prediction {
            let mut cells = vec![String::new(); head.len()];
            let at = head.len() - usize::from(banded) - 1;
            if let Some(first) = cells.first_mut() {
                *first = format!("{}% prediction interval", words::tick(self.level));
            }
            if let Some(cell) = cells.get_mut(at) {
                *cell = self.range(ends);
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

    fn range(&self, (lo, hi): (f64, f64)) -> String {
        let [lo, hi] = self.digits.ends([lo, hi]);
        format!("[{lo}, {hi}]")
    }
}

type Line<'a> = dyn Fn(String, &[String], Option<f64>, Option<(f64, f64, f64)>, Option<(f64, f64)>) -> Vec<String>
    + 'a;

fn summed(line: &Line<'_>, name: String, pooled: &ForestSummary) -> Vec<String> {
    line(
        name,
        &pooled.cells,
        pooled.weight,
        Some(pooled.effect),
        None,
    )
}
