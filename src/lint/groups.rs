//! Which study rows belong to which pooled row.
//!
//! A `map` statement says so; else the subgroup of that name in the same table, or the whole table
//! where it has one pooled row. What is guessed from the number of studies is marked as a guess, and
//! no finding on it is more than a warning.

use super::paper::{Model, Paper, Pooled, StudyRow, grouped, key, same, tables};
use super::printed::Span;
use std::cell::OnceCell;
use std::collections::HashMap;

/// What one convention gives for the studies of a row, on the scale of analysis; I² in per cent.
#[derive(Debug, Clone)]
pub struct Recomputed {
    /// The convention in words.
    pub name: &'static str,
    /// Which model it is.
    pub model: Model,
    /// Whether it is one of the usual ones.
    pub usual: bool,
    /// Whether its values are logarithms of the printed ones.
    pub ratio: bool,
    /// Estimate, lower limit, upper limit, I².
    pub values: [Span; 4],
}

/// The study rows of a pooled row.
#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// The pooled row.
    pub pooled: &'a Pooled,
    /// Its studies.
    pub studies: Vec<&'a StudyRow>,
    /// Whether names or a statement say so, and not the number of studies.
    pub sure: bool,
    /// What the conventions give, worked out once.
    pub(super) results: OnceCell<Vec<Recomputed>>,
}

impl Group<'_> {
    /// Whether every study that is pooled stands in a row: as many as k says.
    pub fn complete(&self) -> bool {
        self.pooled
            .k
            .is_none_or(|k| usize::try_from(k).is_ok_and(|k| k == self.studies.len()))
    }
}

/// The groups of a paper.
#[derive(Debug, Clone, Default)]
pub struct Groups<'a>(pub Vec<Group<'a>>);

impl<'a> Groups<'a> {
    /// Maps pooled rows to study rows.
    pub fn of(paper: &'a Paper) -> Self {
        let tables: HashMap<String, Vec<&StudyRow>> = tables(&paper.studies)
            .into_iter()
            .map(|(table, rows)| (key(table), rows))
            .collect();
        let siblings: HashMap<String, Vec<&Pooled>> = grouped(&paper.results, |row| &row.table)
            .into_iter()
            .map(|(table, rows)| (key(table), rows))
            .collect();
        Self(
            paper
                .results
                .iter()
                .filter_map(|row| group(paper, &tables, &siblings, row))
                .collect(),
        )
    }
}

fn group<'a>(
    paper: &'a Paper,
    tables: &HashMap<String, Vec<&'a StudyRow>>,
    siblings: &HashMap<String, Vec<&'a Pooled>>,
    pooled: &'a Pooled,
) -> Option<Group<'a>> {
    let made = |studies: Vec<&'a StudyRow>, sure: bool| {
        (!studies.is_empty()).then_some(Group {
            pooled,
            studies,
            sure,
            results: OnceCell::new(),
        })
    };
    let of_table =
        |table: &str| -> Vec<&'a StudyRow> { tables.get(&key(table)).cloned().unwrap_or_default() };
    let claim = paper
        .claims("map")
        .find(|claim| same(&claim.location, &pooled.place()));
    if let Some(claim) = claim {
        let mut rows = of_table(claim.arg("table").unwrap_or(&pooled.table));
        if let Some(sub) = claim.arg("sub").filter(|sub| !sub.is_empty()) {
            rows.retain(|row| same(&row.subgroup, sub));
        }
        return made(rows, true);
    }
    if pooled.is_text() {
        return None;
    }
    let rows = of_table(&pooled.table);
    let named: Vec<_> = rows
        .iter()
        .copied()
        .filter(|row| !row.subgroup.is_empty() && same(&row.subgroup, &pooled.row))
        .collect();
    if !named.is_empty() {
        return made(named, true);
    }
    let siblings = siblings.get(&key(&pooled.table))?;
    let subgroups = grouped(rows.iter().copied(), |row| &row.subgroup);
    let k = pooled.k.and_then(|k| usize::try_from(k).ok());
    if siblings.len() == 1 && (subgroups.len() == 1 || k == Some(rows.len())) {
        return made(rows, true);
    }
    if siblings.len() == 1 {
        return None;
    }
    // Several pooled rows: by the number of studies, where exactly one set of rows has it.
    let k = k?;
    let mut sets: Vec<Vec<&StudyRow>> = subgroups.iter().map(|(_, rows)| rows.clone()).collect();
    if sets.len() > 1 {
        sets.push(rows);
    }
    let mut fits = sets.into_iter().filter(|set| set.len() == k);
    let (first, second) = (fits.next()?, fits.next());
    let alone = siblings.iter().filter(|other| other.k == pooled.k).count() == 1;
    if second.is_some() || !alone {
        return None;
    }
    made(first, false)
}
