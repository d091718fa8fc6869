//! What stands on a timeline as a table, by day.

use super::{Timeline, TimelineKind, TimelineMark};
use crate::plot::FigureTable;

impl Timeline {
    /// What happened, by day, with the numbers of the searches.
    pub fn table(&self) -> FigureTable {
        let mut marks: Vec<&TimelineMark> = self.marks.iter().collect();
        marks.sort_by(|a, b| a.at.cmp(&b.at));
        let mut rows: Vec<Vec<String>> = marks.into_iter().map(row).collect();
        if let Some(next) = &self.next {
            rows.push(cells(next, "Next search".to_owned(), None));
        }
        FigureTable {
            caption: self.title.clone(),
            head: ["Day", "What", "New records", "Included"]
                .map(str::to_owned)
                .to_vec(),
            words: 1,
            rows,
        }
    }
}

fn row(mark: &TimelineMark) -> Vec<String> {
    let (what, said, news) = match &mark.kind {
        TimelineKind::NoNews => ("Search".to_owned(), "", Some((0, 0))),
        TimelineKind::News { records, included } => {
            ("Search".to_owned(), "", Some((*records, *included)))
        }
        TimelineKind::Version { name } => (format!("Version {name}"), "", None),
        TimelineKind::Protocol => ("Protocol change".to_owned(), "", None),
        TimelineKind::Retraction { label } => ("Retraction".to_owned(), label.as_str(), None),
    };
    let said: Vec<&str> = [said, &mark.note]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect();
    let what = if said.is_empty() {
        what
    } else {
        format!("{what}: {}", said.join("; "))
    };
    cells(&mark.at, what, news)
}

fn cells(day: &str, what: String, news: Option<(u64, u64)>) -> Vec<String> {
    let [records, included] = match news {
        Some((records, included)) => [records.to_string(), included.to_string()],
        None => [String::new(), String::new()],
    };
    vec![day.to_owned(), what, records, included]
}
