//! Judgements as tables: study by domain, and the shares of the evidence at each risk.

use super::{Rob, RobDomain, shares};
use crate::plot::{FigureTable, words};

impl Rob {
    /// Every judgement, as the traffic light has it.
    pub fn table(&self) -> FigureTable {
        let mut head = vec!["Study".to_owned()];
        head.extend(self.domains.iter().map(RobDomain::title));
        let overall = self.has_overall();
        if overall {
            head.push("Overall".to_owned());
        }
        let rows = self.studies.iter().map(|study| {
            let mut cells = vec![study.label.clone()];
            cells.extend(study.domains.iter().map(|one| one.word().to_owned()));
            if overall {
                let word = study.overall.map(|one| one.word().to_owned());
                cells.push(word.unwrap_or_default());
            }
            cells
        });
        FigureTable {
            caption: self.heading(),
            words: head.len(),
            rows: rows.collect(),
            head,
        }
    }

    /// The share of the evidence at each risk, in per cent, as the summary has it.
    pub fn summary_table(&self) -> FigureTable {
        let rows = shares::rows(self);
        let judged: Vec<_> = self.explained();
        let mut head = vec!["Share of the evidence, %".to_owned()];
        head.extend(judged.iter().map(|one| one.word().to_owned()));
        let cells = |row: &shares::Row| {
            let share = |kind| {
                let part = row.parts.iter().find(|(one, _)| *one == kind);
                words::fixed(part.map_or(0.0, |(_, share)| *share), 1)
            };
            let title = std::iter::once(row.title.clone());
            title.chain(judged.iter().map(|one| share(*one))).collect()
        };
        FigureTable {
            caption: format!("{}. {}", self.heading(), self.counted()),
            rows: rows.iter().map(cells).collect(),
            head,
            words: 0,
        }
    }
}
