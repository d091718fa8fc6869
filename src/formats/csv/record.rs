//! From the cells of one row to its fields.

use super::profile::{Profile, Role};
use crate::formats::values::{
    add_once, collapse, doi_of, filled, is_nothing, page_range, trial_numbers, typed_pages, year,
};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem, ProblemKind};
use crate::model::{Doi, IdError, Pmcid, Pmid, Record, RecordKind, RegistryId};
use std::collections::BTreeMap;

/// One column of the header.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name as written.
    pub(super) name: String,
    pub(super) role: Option<Role>,
}

/// One row: its cells and which of them have found their place.
pub(super) struct Row<'a> {
    pub(super) n: u64,
    pub(super) line: u64,
    pub(super) cells: Vec<&'a str>,
    pub(super) columns: &'a [Column],
    used: Vec<bool>,
}

impl<'a> Row<'a> {
    pub(super) fn new(n: u64, line: u64, cells: Vec<&'a str>, columns: &'a [Column]) -> Self {
        let used = vec![false; cells.len()];
        Self {
            n,
            line,
            cells,
            columns,
            used,
        }
    }

    /// The filled cells of a role with their places.
    fn of(&self, role: Role) -> impl Iterator<Item = (usize, &'a str)> {
        let pairs = self
            .columns
            .iter()
            .zip(self.cells.iter().copied())
            .enumerate();
        pairs
            .filter(move |(_, (column, cell))| column.role == Some(role) && !cell.trim().is_empty())
            .map(|(at, (_, cell))| (at, cell))
    }

    fn mark(&mut self, at: usize) {
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
    }

    fn first(&mut self, role: Role) -> Option<String> {
        let (at, cell) = self.of(role).next()?;
        self.mark(at);
        filled(cell)
    }

    fn all(&mut self, role: Role) -> Vec<String> {
        let found: Vec<_> = self.of(role).collect();
        for (at, _) in &found {
            self.mark(*at);
        }
        found
            .into_iter()
            .filter_map(|(_, cell)| filled(cell))
            .collect()
    }

    /// The values of lists: split at `;` or `|`.
    fn lists(&mut self, role: Role) -> Vec<String> {
        let cells = self.all(role);
        let parts = cells.iter().flat_map(|cell| {
            let separator = if cell.contains('|') { '|' } else { ';' };
            cell.split(separator)
        });
        parts.filter_map(filled).collect()
    }

    /// An identifier; a cell that is none is reported and stays under its column.
    fn parsed<T>(
        &mut self,
        role: Role,
        parse: impl Fn(&str) -> Result<T, IdError>,
        out: &mut Vec<Problem>,
    ) -> Option<T> {
        let (at, cell) = self.of(role).next()?;
        // Rayyan's damage: the next tag of an import buried behind several blanks.
        let head = cell.trim().split("   ").next().unwrap_or_default();
        if is_nothing(head) {
            return None;
        }
        match parse(head) {
            Ok(value) => {
                self.used
                    .get_mut(at)
                    .into_iter()
                    .for_each(|u| *u = head.len() == cell.trim().len());
                Some(value)
            }
            Err(error) => {
                let kind = ProblemKind::BadIdentifier;
                out.push(Problem::at(self.line, self.n, kind, error.to_string()));
                None
            }
        }
    }

    /// The first DOI; a cell that is none, or holds others, is reported and stays under its column.
    fn doi(&mut self, out: &mut Vec<Problem>) -> Option<Doi> {
        let cells: Vec<_> = self.of(Role::Doi).collect();
        let found = doi_of(cells.iter().map(|(_, cell)| *cell));
        match found.problem {
            Some((kind, text)) => out.push(Problem::at(self.line, self.n, kind, text)),
            None => cells.iter().for_each(|(at, cell)| {
                if !cell.trim().contains(char::is_whitespace) {
                    self.mark(*at);
                }
            }),
        }
        found.doi
    }

    fn year(&mut self, out: &mut Vec<Problem>) -> Option<u16> {
        let cell = self
            .of(Role::Year)
            .next()
            .map(|(at, cell)| (at, cell.trim()));
        let (at, cell) = cell?;
        let found = year(cell);
        match found {
            Some(_) if cell.len() == 4 => self.mark(at),
            Some(_) => {}
            None if is_nothing(cell) => self.mark(at),
            None => {
                let text = format!("no year in `{cell}`");
                out.push(Problem::at(self.line, self.n, ProblemKind::BadDate, text));
            }
        }
        found
    }

    fn rest(self) -> BTreeMap<String, Vec<String>> {
        let mut rest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let cells = self.cells.iter().zip(&self.used).enumerate();
        for (at, (cell, used)) in cells {
            let cell = cell.trim();
            if *used || cell.is_empty() {
                continue;
            }
            let name = match self.columns.get(at) {
                Some(column) if !column.name.is_empty() => column.name.clone(),
                _ => format!("column {}", at + 1),
            };
            rest.entry(name).or_default().push(cell.to_owned());
        }
        rest
    }
}

/// Builds one record and the entry that `convert` writes.
pub(super) fn build(row: Row<'_>, profile: Profile, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (row.n, row.line);
    let (record, id) = fields(row, profile, out);
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(record.publication_types.first().cloned()),
        title: record.title.clone(),
        authors: record.authors.clone(),
        authors_truncated: record.authors_truncated,
        year: record.year,
        journal: record.journal.clone(),
        volume: record.volume.clone(),
        issue: record.issue.clone(),
        pages: record.pages.clone(),
        doi: record.doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: record.pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: record.abstract_text.clone(),
        own: Own::Csv { id },
    };
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(entry)),
    }
}

/// Builds one record; gives with it the key that the table has for it.
pub(super) fn fields(
    mut row: Row<'_>,
    profile: Profile,
    out: &mut Vec<Problem>,
) -> (Record, Option<String>) {
    let written = row.first(Role::Authors).unwrap_or_default();
    let mut authors = split_authors(&written, profile);
    let authors_truncated = authors
        .last()
        .is_some_and(|a| a.trim_end_matches('.').eq_ignore_ascii_case("et al"));
    if authors_truncated {
        authors.pop();
    }
    let doi = row.doi(out);
    let pmid = row.parsed(Role::Pmid, Pmid::parse, out);
    let (start, end) = (row.first(Role::PageStart), row.first(Role::PageEnd));
    let id = row.first(Role::Id);
    let pages = row.first(Role::Pages);
    let pages = pages.or_else(|| page_range(start.as_deref(), end.as_deref()));
    let pages = pages.as_deref().and_then(typed_pages);
    let pages = pages.or_else(|| row.first(Role::ArticleNumber));
    let key = match profile {
        Profile::Pubmed => pmid.as_ref().map(|p| p.as_str().to_owned()),
        Profile::Cochrane
        | Profile::Embase
        | Profile::Scopus
        | Profile::Rayyan
        | Profile::Covidence
        | Profile::Zotero
        | Profile::ClinicalTrials
        | Profile::Generic => id,
    };
    let kind = row.first(Role::Type);
    let year = row.year(out);
    let registry = registry(&mut row, key.as_deref(), profile);
    let accession = row.first(Role::Accession);
    let record = Record {
        kind: if profile == Profile::ClinicalTrials {
            RecordKind::Trial
        } else {
            RecordKind::Article
        },
        source_id: match profile {
            Profile::Covidence => accession.or_else(|| key.clone()),
            _ => key.clone().or(accession),
        },
        title: row.first(Role::Title),
        other_titles: row.all(Role::OtherTitle),
        authors,
        authors_truncated,
        year,
        journal: row.first(Role::Journal),
        volume: row.first(Role::Volume),
        issue: row.first(Role::Issue),
        pages,
        issn: row.lists(Role::Issn),
        doi,
        pmid,
        pmcid: row.parsed(Role::Pmcid, Pmcid::parse, out),
        registry,
        abstract_text: row.first(Role::Abstract),
        publication_types: kind.into_iter().collect(),
        keywords: row.lists(Role::Keywords),
        headings: match profile {
            Profile::Embase => emtree(&row.all(Role::Headings)),
            _ => row.lists(Role::Headings),
        },
        language: row.first(Role::Language),
        acronym: row.first(Role::Acronym),
        url: row.first(Role::Url),
        extra: row.rest(),
        ..Record::default()
    };
    (record, key)
}

fn split_authors(cell: &str, profile: Profile) -> Vec<String> {
    let cell = match profile {
        Profile::Pubmed => cell.trim_end_matches('.'),
        _ => cell,
    };
    match profile.author_separator(cell) {
        Some(separator) => cell.split(separator).filter_map(filled).collect(),
        None => filled(cell).into_iter().collect(),
    }
}

/// Emtree cells join their terms with ", "; a term may hold a comma only inside brackets.
fn emtree(cells: &[String]) -> Vec<String> {
    let parts = cells.iter().flat_map(|cell| cell.split(", "));
    parts
        .map(|p| collapse(p).into_owned())
        .filter(|p| !p.is_empty())
        .collect()
}

/// Trial numbers of the registry columns, the key, the keywords and the notes.
fn registry(row: &mut Row<'_>, key: Option<&str>, profile: Profile) -> Vec<RegistryId> {
    let mut found = Vec::new();
    let columns: Vec<_> = row.of(Role::Registry).collect();
    for (at, cell) in columns {
        let before = found.len();
        let words = cell
            .split([';', ',', '|', ' ', '\n'])
            .filter(|w| !w.is_empty());
        for id in words.filter_map(|word| RegistryId::parse(word).ok()) {
            add_once(&mut found, id);
        }
        if found.len() > before {
            row.mark(at);
        }
    }
    let free = [Role::Keywords, Role::Notes, Role::Accession];
    let free: Vec<_> = free.into_iter().flat_map(|role| row.of(role)).collect();
    for text in free.iter().map(|(_, cell)| *cell).chain(key) {
        for id in trial_numbers(text) {
            add_once(&mut found, id);
        }
    }
    if profile == Profile::ClinicalTrials {
        for (_, cell) in row.of(Role::Notes) {
            let eudract = cell
                .split(['|', ',', ';', ' '])
                .filter(|word| is_eudract(word));
            for id in eudract.filter_map(|word| RegistryId::parse(word).ok()) {
                add_once(&mut found, id);
            }
        }
        // The key of the row stands first.
        found.sort_by_key(|id| Some(id.as_str()) != key);
    }
    found
}

/// `2014-002272-88`.
fn is_eudract(word: &str) -> bool {
    let parts: Vec<_> = word.split('-').collect();
    let digits = |part: &&str, length: usize| {
        part.len() == length && part.bytes().all(|b| b.is_ascii_digit())
    };
    matches!(parts.as_slice(), [a, b, c] if digits(a, 4) && digits(b, 6) && digits(c, 2))
}
