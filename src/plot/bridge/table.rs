//! The numbers of a bridge as a table: the old version, its parts, the new version.

use super::{BridgeEnd, BridgePlot};
use crate::plot::FigureTable;

impl BridgePlot {
    /// The numbers of the figure.
    pub fn table(&self) -> FigureTable {
        let end = |end: &BridgeEnd, shift: &str| {
            let after = self.shown(end.estimate);
            vec![
                end.label.clone(),
                end.detail.clone(),
                shift.to_owned(),
                after,
            ]
        };
        let parts = self.rows.iter().map(|row| {
            let (label, detail) = (row.label.clone(), row.detail.clone());
            vec![label, detail, row.shown.clone(), self.shown(row.to)]
        });
        let rows = std::iter::once(end(&self.start, "")).chain(parts);
        FigureTable {
            caption: self.title.clone(),
            head: vec![
                "Version or cause".to_owned(),
                "Studies, or what changed".to_owned(),
                format!("\u{394} {}", self.unit()),
                format!("{} after", self.measure.word()),
            ],
            words: 1,
            rows: rows.chain([end(&self.end, &self.total)]).collect(),
        }
    }
}
