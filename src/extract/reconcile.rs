//! From what people entered to the value that is pooled.
//!
//! Every extractor works alone; a cell holds when as many people as the workflow asks for entered
//! the same value, or when a person settled it (Cochrane Handbook 5.5.4; MECIR C46). The latest
//! entry of a person counts. Nothing is averaged or chosen by rule.

use super::{Cell, CellKey, Entry};
use std::collections::BTreeMap;

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
}

impl Standing {
    /// The value that holds, where one does.
    pub fn cell(&self) -> Option<&Cell> {
        match self {
            Self::Agreed(cell) | Self::Settled(cell) => Some(cell),
            Self::Awaiting { .. } | Self::Disagree(_) => None,
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
    if let Some(settled) = entries.iter().rev().find(|entry| entry.reconciles) {
        return Standing::Settled(settled.cell.clone());
    }
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
    let mut differ: Vec<&'static str> = Vec::new();
    for other in latest.values() {
        for column in one.cell.value.differences(&other.cell.value) {
            if !differ.contains(&column) {
                differ.push(column);
            }
        }
    }
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
    fn one_person_twice_is_one_extractor() {
        let twice = [entry("a", "0.4", false), entry("a", "0.4", false)];
        assert_eq!(state(&twice), Standing::Awaiting { have: 1, need: 2 });
    }
}
