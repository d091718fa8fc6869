//! From what people entered to the value that is pooled.
//!
//! Every extractor works alone; a cell holds when as many people as the workflow asks for entered
//! the same value, or when a person settled it (Cochrane Handbook 5.5.4; MECIR C46). The latest
//! entry of a person counts. Nothing is averaged or chosen by rule.

use super::{Cell, CellKey, Entry};
use std::collections::BTreeMap;

/// What a cell waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Open {
    /// Too few people have entered it.
    Awaiting {
        /// People who have.
        have: usize,
        /// People who must.
        need: usize,
    },
    /// The values differ, in these columns.
    Differ(Vec<&'static str>),
}

impl Open {
    /// In words: `entered by 1 of 2 people`, `values differ: events, n`.
    pub fn words(&self) -> String {
        match self {
            Self::Awaiting { have, need } => format!("entered by {have} of {need} people"),
            Self::Differ(columns) => format!("values differ: {}", columns.join(", ")),
        }
    }
}

/// Where a cell stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Too few people have entered it.
    Awaiting {
        /// People who have.
        have: usize,
        /// People who must.
        need: usize,
    },
    /// Everybody entered the same.
    Agreed(Cell),
    /// The values differ, in these columns.
    Disagree(Vec<&'static str>),
    /// A person settled it.
    Settled(Cell),
    /// A value that was published or settled stands, and what was entered since waits.
    Stands(Cell, Open),
}

impl Standing {
    /// The value that holds, where one does.
    pub fn cell(&self) -> Option<&Cell> {
        match self {
            Self::Agreed(cell) | Self::Settled(cell) | Self::Stands(cell, _) => Some(cell),
            Self::Awaiting { .. } | Self::Disagree(_) => None,
        }
    }

    /// What it waits for, where it does.
    pub fn open(&self) -> Option<Open> {
        match self {
            Self::Agreed(_) | Self::Settled(_) => None,
            Self::Awaiting { have, need } => Some(Open::Awaiting {
                have: *have,
                need: *need,
            }),
            Self::Disagree(columns) => Some(Open::Differ(columns.clone())),
            Self::Stands(_, open) => Some(open.clone()),
        }
    }

    /// The same with a value that was published before, which stands until another one is agreed or
    /// settled.
    #[must_use]
    pub fn over(self, published: &Cell) -> Self {
        match self {
            Self::Awaiting { have, need } => {
                Self::Stands(published.clone(), Open::Awaiting { have, need })
            }
            Self::Disagree(columns) => Self::Stands(published.clone(), Open::Differ(columns)),
            Self::Agreed(_) | Self::Settled(_) | Self::Stands(..) => self,
        }
    }
}

/// Where every cell stands, by its address. `entries` are in the order in which they were made.
pub fn reconcile(entries: &[Entry], extractors: u8) -> BTreeMap<&CellKey, Standing> {
    let mut by_cell: BTreeMap<&CellKey, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        by_cell.entry(&entry.cell.key).or_default().push(entry);
    }
    by_cell
        .into_iter()
        .map(|(key, entries)| (key, standing(&entries, extractors)))
        .collect()
}

/// Where one cell stands: `entries` are all of it, in the order in which they were made.
pub fn standing(entries: &[&Entry], extractors: u8) -> Standing {
    if let Some(at) = entries.iter().rposition(|entry| entry.reconciles) {
        let Some((settled, since)) = entries.get(at..).and_then(<[_]>::split_first) else {
            return alone(entries, extractors);
        };
        // What somebody found since is not settled by what was settled before it.
        let mut latest: BTreeMap<&str, &Entry> = BTreeMap::new();
        for entry in since {
            latest.insert(&entry.extractor, entry);
        }
        let differ = differences(settled, latest.values().copied());
        return if differ.is_empty() {
            Standing::Settled(settled.cell.clone())
        } else {
            Standing::Stands(settled.cell.clone(), Open::Differ(differ))
        };
    }
    alone(entries, extractors)
}

fn differences<'a>(one: &Entry, others: impl Iterator<Item = &'a Entry>) -> Vec<&'static str> {
    let mut differ: Vec<&'static str> = Vec::new();
    for other in others {
        for column in one.cell.value.differences(&other.cell.value) {
            if !differ.contains(&column) {
                differ.push(column);
            }
        }
    }
    differ
}

/// Where a cell stands that nobody settled.
fn alone(entries: &[&Entry], extractors: u8) -> Standing {
    let mut latest: BTreeMap<&str, &Entry> = BTreeMap::new();
    for entry in entries {
        latest.insert(&entry.extractor, entry);
    }
    // The value shown is of the person who began, so that a second reading moves nothing.
    let first = entries.first().map(|entry| entry.extractor.as_str());
    let Some(one) = first.and_then(|who| latest.get(who)) else {
        return Standing::Awaiting {
            have: 0,
            need: usize::from(extractors),
        };
    };
    let differ = differences(one, latest.values().copied());
    if !differ.is_empty() {
        return Standing::Disagree(differ);
    }
    if latest.len() < usize::from(extractors) {
        return Standing::Awaiting {
            have: latest.len(),
            need: usize::from(extractors),
        };
    }
    Standing::Agreed(one.cell.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::CellValue;

    fn entry(who: &str, effect: &str, reconciles: bool) -> Entry {
        let mut entry = Entry {
            extractor: who.into(),
            reconciles,
            ..Entry::default()
        };
        entry.cell.value = CellValue {
            effect: Some(effect.parse().unwrap()),
            ..CellValue::default()
        };
        entry
    }

    fn state(entries: &[Entry]) -> Standing {
        let found = reconcile(entries, 2);
        assert_eq!(found.len(), 1);
        found.into_values().next().unwrap()
    }

    #[test]
    fn two_people_who_enter_the_same_number_agree_whatever_zeros_end_it() {
        let one = [entry("a", "0.40", false)];
        assert_eq!(state(&one), Standing::Awaiting { have: 1, need: 2 });
        let both = [entry("b", "0.40", false), entry("a", "0.4", false)];
        let Standing::Agreed(cell) = state(&both) else {
            panic!();
        };
        assert_eq!(cell.value.effect.unwrap().as_str(), "0.40");
        assert!(matches!(
            reconcile(&one, 1).into_values().next(),
            Some(Standing::Agreed(_))
        ));
    }

    #[test]
    fn a_disagreement_stands_until_one_corrects_it_or_a_third_settles() {
        let mut entries = vec![entry("a", "0.40", false), entry("b", "0.44", false)];
        assert_eq!(state(&entries), Standing::Disagree(vec!["effect"]));
        entries.push(entry("c", "0.44", true));
        assert_eq!(state(&entries), Standing::Settled(entries[2].cell.clone()));
        entries.truncate(2);
        entries.push(entry("a", "0.44", false));
        assert!(matches!(state(&entries), Standing::Agreed(_)));
    }

    #[test]
    fn what_is_entered_after_a_value_was_settled_or_published_waits_beside_it() {
        let mut entries = vec![
            entry("a", "0.40", false),
            entry("b", "0.44", false),
            entry("c", "0.44", true),
            entry("a", "0.440", false),
        ];
        assert_eq!(state(&entries), Standing::Settled(entries[2].cell.clone()));
        entries.push(entry("b", "0.50", false));
        let open = Open::Differ(vec!["effect"]);
        assert_eq!(
            state(&entries),
            Standing::Stands(entries[2].cell.clone(), open.clone())
        );
        entries.push(entry("c", "0.50", true));
        assert_eq!(state(&entries), Standing::Settled(entries[5].cell.clone()));

        let published = entry("a", "0.40", false).cell;
        let now = [entry("a", "0.40", false), entry("b", "0.50", false)];
        let stands = state(&now).over(&published);
        assert_eq!(stands, Standing::Stands(published.clone(), open));
        assert_eq!(stands.cell(), Some(&published));
        assert_eq!(stands.open().unwrap().words(), "values differ: effect");
        let both = [entry("a", "0.50", false), entry("b", "0.50", false)];
        assert!(matches!(state(&both).over(&published), Standing::Agreed(_)));
    }

    #[test]
    fn one_person_twice_is_one_extractor() {
        let twice = [entry("a", "0.4", false), entry("a", "0.4", false)];
        assert_eq!(state(&twice), Standing::Awaiting { have: 1, need: 2 });
    }
}
