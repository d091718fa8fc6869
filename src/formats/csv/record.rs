//! From the cells of one row to its fields.

use super::layout::Layout;
use super::names::{Role, key};
use super::people::{self, listed};
use super::profile::Special;
use super::rows::is_nothing;
use super::source::{Citation, citation};
use crate::formats::kind;
use crate::formats::values::{
    add_once, bare_pmid, collapse, doi_in_address, doi_of, filled, page_range, pmid_in_note,
    trial_numbers, typed_pages, year,
};
use crate::formats::{Entry, EntryKind, Native, Own, ParsedRecord, Problem, ProblemKind};
use crate::model::{Doi, IdError, Pmcid, Pmid, Record, RecordKind, RegistryId};
use std::collections::BTreeMap;

/// One row: its cells and which of them have found their place.
pub(super) struct Row<'a> {
    n: u64,
    line: u64,
    cells: Vec<&'a str>,
    layout: &'a Layout,
    used: Vec<bool>,
}

impl<'a> Row<'a> {
    pub(super) fn new(n: u64, line: u64, cells: Vec<&'a str>, layout: &'a Layout) -> Self {
        let used = vec![false; cells.len()];
        Self {
            n,
            line,
            cells,
            layout,
            used,
        }
    }

    /// The filled cells of a role with their places, the one to prefer first.
    fn of(&self, role: Role) -> impl Iterator<Item = (usize, &'a str)> + use<'_, 'a> {
        let places = self.layout.places(role).iter();
        let cells = places.filter_map(|at| Some((*at, *self.cells.get(*at)?)));
        cells.filter(|(_, cell)| !is_nothing(cell))
    }

    /// The cell of a column by its key.
    fn cell(&self, name: &str) -> Option<&'a str> {
        let mut columns = self.layout.columns.iter();
        let at = columns.position(|column| key(&column.name) == name)?;
        self.cells.get(at).copied()
    }

    /// One value of a cell that is an object as Python or JSON prints it:
    /// `{'DOI': '10.1000/x', 'PubMed': '123'}` of Semantic Scholar.
    fn named(&self, column: &str, name: &str) -> Option<String> {
        if self.layout.profile.name != "semantic scholar" {
            return None;
        }
        let cell = self.cell(column)?;
        let quoted = ['\'', '"'].iter().find_map(|quote| {
            let (_, tail) = cell.split_once(&format!("{quote}{name}{quote}"))?;
            tail.trim_start().strip_prefix(':')
        })?;
        let value = quoted.split([',', '}']).next()?;
        filled(value.trim().trim_matches(['\'', '"']))
    }

    /// The accession number of a row of Ovid MEDLINE, which is the PMID.
    fn of_medline(&self) -> Option<Pmid> {
        if self.layout.profile.name != "ovid" {
            return None;
        }
        let database = self
            .cell("db")
            .or_else(|| self.cell("database"))?
            .to_lowercase();
        let medline = database.contains("medline") && !database.contains("embase");
        bare_pmid(self.cell("ui").filter(|_| medline)?)
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

    /// An identifier; where no cell holds one, the first is reported and stays under its column.
    fn parsed<T>(
        &mut self,
        role: Role,
        parse: impl Fn(&str) -> Result<T, IdError>,
        out: &mut Vec<Problem>,
    ) -> Option<T> {
        let mut wrong: Option<IdError> = None;
        let cells: Vec<_> = self.of(role).collect();
        for (at, cell) in cells {
            // Rayyan's damage: the next tag of an import buried behind several blanks.
            let head = cell.trim().split("   ").next().unwrap_or_default();
            match parse(head) {
                Ok(value) => {
                    if head.len() == cell.trim().len() {
                        self.mark(at);
                    }
                    return Some(value);
                }
                Err(error) => {
                    wrong.get_or_insert(error);
                }
            }
        }
        if let Some(error) = wrong {
            let kind = ProblemKind::BadIdentifier;
            out.push(Problem::at(self.line, self.n, kind, error.to_string()));
        }
        None
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

    /// The year of the first cell that has one.
    fn year(&mut self, out: &mut Vec<Problem>) -> Option<u16> {
        let cells: Vec<_> = self
            .of(Role::Year)
            .map(|(at, cell)| (at, cell.trim()))
            .collect();
        for (at, cell) in &cells {
            if let Some(found) = year(cell) {
                if cell.len() == 4 {
                    self.mark(*at);
                }
                return Some(found);
            }
        }
        let (_, cell) = cells.first()?;
        let text = format!("no year in `{cell}`");
        out.push(Problem::at(self.line, self.n, ProblemKind::BadDate, text));
        None
    }

    fn authors(&mut self) -> Vec<String> {
        let first = self.of(Role::Authors).next();
        if let Some((at, cell)) = first {
            self.mark(at);
            return people::split(cell, self.layout.split(at));
        }
        let parts = self.all(Role::AuthorPart);
        if !parts.is_empty() {
            return parts;
        }
        self.first(Role::FirstAuthor).into_iter().collect()
    }

    /// What a column `Source` says, where no other column has journal, year or pages.
    fn citation(&mut self) -> Citation {
        if !self.layout.cites {
            return Citation::default();
        }
        let found = self.of(Role::Source).next();
        found
            .and_then(|(_, cell)| citation(cell))
            .unwrap_or_default()
    }

    fn rest(self) -> BTreeMap<String, Vec<String>> {
        let mut rest: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let cells = self.cells.iter().zip(&self.used).enumerate();
        for (at, (cell, used)) in cells {
            let cell = cell.trim();
            if *used || cell.is_empty() {
                continue;
            }
            let name = match self.layout.columns.get(at) {
                Some(column) if !column.name.is_empty() => column.name.clone(),
                _ => format!("column {}", at + 1),
            };
            rest.entry(name).or_default().push(cell.to_owned());
        }
        rest
    }
}

/// Builds one record and the entry that `convert` writes.
pub(super) fn build(row: Row<'_>, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (row.n, row.line);
    let (record, id) = fields(row, out);
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
pub(super) fn fields(mut row: Row<'_>, out: &mut Vec<Problem>) -> (Record, Option<String>) {
    let profile = row.layout.profile;
    let special = profile.special;
    let first_only = row.layout.places(Role::Authors).is_empty()
        && row.layout.places(Role::AuthorPart).is_empty();
    let mut authors = row.authors();
    let mut authors_truncated = people::cut(&mut authors) || first_only && !authors.is_empty();
    if special == Special::Pubmed {
        for author in &mut authors {
            author.truncate(author.trim_end_matches('.').len());
        }
    }
    if authors.is_empty() {
        authors_truncated = false;
    }
    let doi = row.doi(out);
    let doi = doi.or_else(|| row.of(Role::Url).find_map(|(_, cell)| doi_in_address(cell)));
    let pmid = row.parsed(Role::Pmid, pmid, out);
    let pmid = pmid.or_else(|| {
        row.named("externalids", "PubMed")
            .and_then(|id| bare_pmid(&id))
    });
    let pmid = pmid.or_else(|| row.of_medline());
    let pmid = pmid.or_else(|| {
        let mut notes = row.of(Role::Notes).filter(|_| special != Special::Own);
        notes.find_map(|(_, cell)| pmid_in_note(cell))
    });
    let doi = doi.or_else(|| Doi::parse(&row.named("externalids", "DOI")?).ok());
    let (start, end) = (row.first(Role::PageStart), row.first(Role::PageEnd));
    let id = row.first(Role::Id);
    let pages = row.first(Role::Pages);
    let pages = pages.or_else(|| page_range(start.as_deref(), end.as_deref()));
    let pages = pages.as_deref().and_then(typed_pages);
    let pages = pages.or_else(|| row.first(Role::ArticleNumber));
    let pages = pages.map(|pages| plain_pages(&pages));
    let key = match special {
        Special::Pubmed => pmid.as_ref().map(|p| p.as_str().to_owned()),
        Special::None
        | Special::Emtree
        | Special::Covidence
        | Special::Trials
        | Special::Glued
        | Special::Own => id,
    };
    let types = match (row.first(Role::Type), special) {
        (Some(cell), Special::Own) => cell.split(listed(&cell)).filter_map(filled).collect(),
        (cell, _) => cell.into_iter().collect(),
    };
    let label = row.first(Role::Kind).unwrap_or_default();
    let named = kind::endnote(&label);
    let cited = row.citation();
    let year = row.year(out).or(cited.year);
    let registry = registry(&mut row, key.as_deref(), special);
    let accession = row.first(Role::Accession);
    let title = row.first(Role::Title);
    let mut other_titles = row.all(Role::OtherTitle);
    // A title in the original language, or the scientific one of a trial, is better than none.
    let title = title.or_else(|| (!other_titles.is_empty()).then(|| other_titles.remove(0)));
    let record = Record {
        kind: if special == Special::Trials || label == kind::ENTRY {
            RecordKind::Trial
        } else {
            RecordKind::Article
        },
        source_id: match special {
            Special::Covidence => accession.or_else(|| key.clone()),
            _ => key.clone().or(accession),
        },
        title,
        other_titles,
        authors,
        authors_truncated,
        year,
        journal: row.first(Role::Journal).or(cited.journal),
        volume: row.first(Role::Volume).or(cited.volume),
        issue: row.first(Role::Issue).or(cited.issue),
        pages: pages.or(cited.pages),
        issn: row.lists(Role::Issn),
        doi,
        pmid,
        pmcid: row.parsed(Role::Pmcid, pmcid, out),
        registry,
        abstract_text: row.first(Role::Abstract),
        publication_types: types,
        keywords: row.lists(Role::Keywords),
        headings: match special {
            Special::Emtree => emtree(&row.all(Role::Headings)),
            _ => row.lists(Role::Headings),
        },
        language: row.first(Role::Language),
        acronym: row.first(Role::Acronym),
        url: row.first(Role::Url),
        extra: row.rest(),
        ..Record::default()
    };
    (kind::settled(record, named), key)
}

/// A PMID as tables write it: bare, as an address, as a number with decimals, the first of several.
fn pmid(cell: &str) -> Result<Pmid, IdError> {
    Pmid::parse(number_in(
        cell,
        &["pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/"],
    ))
}

fn pmcid(cell: &str) -> Result<Pmcid, IdError> {
    Pmcid::parse(number_in(
        cell,
        &[
            "ncbi.nlm.nih.gov/pmc/articles/",
            "pmc.ncbi.nlm.nih.gov/articles/",
        ],
    ))
}

fn number_in<'a>(cell: &'a str, addresses: &[&str]) -> &'a str {
    let cell = cell.trim();
    let behind = addresses
        .iter()
        .find_map(|address| cell.split_once(address));
    let cell = behind.map_or(cell, |(_, number)| number.trim_end_matches('/'));
    let cell = cell.strip_prefix("MEDLINE:").unwrap_or(cell);
    let first = cell.split([';', '|', ',']).next().unwrap_or(cell).trim();
    // What a program for numbers made of it.
    first.strip_suffix(".0").unwrap_or(first)
}

/// Ranges lose the blanks around their dash, and long dashes are hyphens.
fn plain_pages(pages: &str) -> String {
    let plain = pages
        .replace(['\u{2013}', '\u{2014}', '\u{2212}'], "-")
        .replace("--", "-");
    let parts: Vec<&str> = plain.split('-').map(str::trim).collect();
    parts.join("-")
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
fn registry(row: &mut Row<'_>, key: Option<&str>, special: Special) -> Vec<RegistryId> {
    let trials = special == Special::Trials;
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
    if special == Special::Own {
        return found;
    }
    let free = [Role::Keywords, Role::Notes, Role::Accession];
    let free: Vec<_> = free.into_iter().flat_map(|role| row.of(role)).collect();
    for text in free.iter().map(|(_, cell)| *cell).chain(key) {
        for id in trial_numbers(text) {
            add_once(&mut found, id);
        }
    }
    if trials {
        let prefixed = |key: &str| {
            let isrctn = row.layout.profile.name == "isrctn";
            isrctn
                .then(|| RegistryId::parse(&format!("ISRCTN{key}")).ok())
                .flatten()
        };
        let own = key.and_then(|key| {
            let bare = key.bytes().all(|b| b.is_ascii_digit());
            let named = || RegistryId::parse(key).ok();
            if bare {
                prefixed(key).or_else(named)
            } else {
                named()
            }
        });
        if let Some(id) = own {
            add_once(&mut found, id);
        }
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
