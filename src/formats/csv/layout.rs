//! Which column holds what, and what separates its authors: by the profile, by name, by a near
//! name, by what stands in it.
//!
//! A column without a known name is judged by the rows in the head of the file
//! ([`super::header::HEAD`]), so that a table that is read row by row is judged as one that is read
//! whole. Only what few things can be is taken from content: DOIs, years, abstracts, titles,
//! authors. Numbers are never taken for PMIDs without a name that says so.

use super::header::{Again, HEAD, Header, again, by_names, by_shape, head};
use super::names::{Role, is_kept, key, known, near, nearest};
use super::people::{self, Split};
use super::profile::{GENERIC, Profile, Special};
use super::rows::{RawRow, Rows};
use super::source::citation;
use crate::formats::account::{ColumnUse, How};
use crate::formats::values::year_between;
use crate::model::Doi;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Rows that are looked at.
const ROWS: usize = 2_000;
/// Rows by which the number of cells is told.
const FIRST: usize = 50;
/// Columns that are looked at.
const COLUMNS: usize = 1_000;
/// A rank behind every profile's own.
const BY_NAME: u16 = 300;
const NEARLY: u16 = 600;
const BY_CONTENT: u16 = 700;

/// One column of the header.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Its name as written.
    pub(super) name: String,
    pub(super) role: Option<Role>,
    rank: u16,
    how: How,
}

/// The columns of a table, and where each kind of value stands.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) profile: &'static Profile,
    pub(super) columns: Vec<Column>,
    places: HashMap<Role, Vec<usize>>,
    splits: HashMap<usize, Split>,
    /// How many cells a row has.
    pub(super) width: usize,
    /// Whether tabs stand between the cells.
    pub(super) tabs: bool,
    /// Whether `Source` is the only column with journal, year or pages.
    pub(super) cites: bool,
}

impl Layout {
    /// Judges the columns of a text by its header row and the rows behind it.
    pub(super) fn of(text: &str, header: &Header) -> Self {
        Self::of_head(head(text), text.len() >= HEAD, header)
    }

    /// The same by the head of a file alone; `more` says whether it goes on behind it.
    pub(super) fn of_head(head: &str, more: bool, header: &Header) -> Self {
        let mut keys = header.keys();
        let mut names = header.cells.clone();
        let sample = Sample::of(head, more, header);
        // R writes row names without a name for their column.
        if sample.row_names {
            names.insert(0, String::new());
            keys.insert(0, String::new());
        }
        let profile = Profile::of(&keys);
        let mut columns: Vec<Column> = names
            .iter()
            .zip(&keys)
            .map(|(name, key)| column(profile, name, key))
            .collect();
        if !header.named {
            for column in &mut columns {
                column.how = How::Left;
            }
        }
        nearly(&mut columns, profile);
        by_content(&mut columns, &sample, profile);
        first_author(&mut columns);
        let mut layout = Self {
            profile,
            columns,
            places: HashMap::new(),
            splits: HashMap::new(),
            width: sample.width,
            tabs: header.delimiter == b'\t',
            cites: false,
        };
        layout.source(&sample);
        layout.place();
        layout.separate(&sample);
        layout
    }

    /// The columns of a role, the one to prefer first.
    pub(super) fn places(&self, role: Role) -> &[usize] {
        self.places.get(&role).map_or(&[], Vec::as_slice)
    }

    /// What separates the authors of a column.
    pub(super) fn split(&self, column: usize) -> Split {
        self.splits.get(&column).copied().unwrap_or(Split::Whole)
    }

    /// Whether a row is a header row again, this table's or another's.
    pub(super) fn header_again(&self, cells: &[&str]) -> Option<Again> {
        let names = self.columns.iter().map(|column| column.name.as_str());
        again(cells, &names.collect::<Vec<_>>())
    }

    fn has(&self, role: Role) -> bool {
        self.columns.iter().any(|column| column.role == Some(role))
    }

    /// What is done with each column, for people.
    pub(super) fn uses(&self) -> Vec<ColumnUse> {
        let columns = self.columns.iter().take(COLUMNS).enumerate();
        columns
            .map(|(at, column)| ColumnUse {
                name: named(&column.name, at),
                field: column.role.map(Role::field),
                how: column.how,
            })
            .collect()
    }

    /// The names of the columns that are not understood.
    pub(super) fn left(&self) -> Vec<String> {
        let columns = self.columns.iter().take(COLUMNS).enumerate();
        let left = columns.filter(|(_, column)| column.how == How::Left);
        left.map(|(at, column)| named(&column.name, at)).collect()
    }

    /// What was taken for what without a known name, and what was left.
    pub(super) fn guesses(&self) -> Option<String> {
        let guessed: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .filter_map(|(at, column)| {
                let by = match column.how {
                    How::NearName => "name",
                    How::Content => "content",
                    How::Name | How::Kept | How::Left => return None,
                };
                let name = named(&column.name, at);
                let field = column.role?.field();
                Some(format!(
                    "`{}` is taken for {field} by its {by}",
                    short(&name)
                ))
            })
            .take(30)
            .collect();
        if guessed.is_empty() {
            return None;
        }
        let mut text = guessed.join(", ");
        let left = self.left();
        if !left.is_empty() {
            let names = left
                .iter()
                .take(10)
                .map(|name| format!("`{}`", short(name)));
            text.push_str("; not understood: ");
            text.push_str(&names.collect::<Vec<_>>().join(", "));
            if left.len() > 10 {
                text.push_str(&format!(" and {} more", left.len() - 10));
            }
        }
        Some(text)
    }

    /// Why no record has a title: the columns that are not understood, with the nearest name known.
    pub(super) fn why_no_title(&self) -> String {
        let left = self.left();
        let shown = left.iter().take(10).map(|name| match nearest(&key(name)) {
            Some(near) => format!("`{}` (nearest known: {near})", short(name)),
            None => format!("`{}`", short(name)),
        });
        let shown: Vec<String> = shown.collect();
        if self.has(Role::Title) {
            "its title column is empty".to_owned()
        } else if shown.is_empty() {
            "it has no column with titles".to_owned()
        } else {
            format!("columns not understood: {}", shown.join(", "))
        }
    }

    /// Decides whether a column `Source` names journals, holds citations or names databases.
    fn source(&mut self, sample: &Sample) {
        let alone = !self.has(Role::Journal);
        for (at, column) in self.columns.iter_mut().enumerate() {
            if column.role != Some(Role::Source) {
                continue;
            }
            let cells = sample.cells(at);
            let cited = cells.iter().filter(|cell| citation(cell).is_some()).count();
            if cited * 2 > cells.len() {
                continue;
            }
            let databases = cells.iter().filter(|cell| is_database(cell)).count();
            if alone && databases * 2 <= cells.len() {
                column.role = Some(Role::Journal);
            } else {
                column.role = None;
                column.how = How::Kept;
            }
        }
        let own = [Role::Journal, Role::Year, Role::Pages, Role::PageStart];
        self.cites = self.has(Role::Source) && !own.into_iter().all(|role| self.has(role));
    }

    fn place(&mut self) {
        for (at, column) in self.columns.iter().enumerate() {
            if let Some(role) = column.role {
                self.places.entry(role).or_default().push(at);
            }
        }
        for places in self.places.values_mut() {
            places.sort_by_key(|at| (self.columns.get(*at).map_or(u16::MAX, |c| c.rank), *at));
        }
    }

    fn separate(&mut self, sample: &Sample) {
        for role in [Role::Authors, Role::AuthorPart, Role::FirstAuthor] {
            for at in self.places.get(&role).cloned().unwrap_or_default() {
                let split = match (role, self.profile.split) {
                    (Role::Authors, Some(split)) => split,
                    (Role::Authors, None) => {
                        people::decide(sample.cells(at).iter().map(String::as_str))
                    }
                    _ => Split::Whole,
                };
                self.splits.insert(at, split);
            }
        }
    }
}

/// Whether a text without a tag of another format is a table by its shape and what stands in it.
pub(in crate::formats) fn is_unknown_table(text: &str) -> bool {
    by_shape(text, is_bibliographic).is_some()
}

/// The header row of a text that is read as a table.
pub(super) fn find(text: &str) -> Option<Header> {
    match by_names(text) {
        Some(header) if header.is_certain() => Some(header),
        other => by_shape(text, is_bibliographic).or(other),
    }
}

/// Whether the columns of a table of nobody known hold enough to be one of records.
fn is_bibliographic(text: &str, header: &Header) -> bool {
    let layout = Layout::of(text, header);
    let roles = [
        Role::Title,
        Role::Authors,
        Role::Year,
        Role::Doi,
        Role::Pmid,
        Role::Abstract,
    ];
    let found = roles.into_iter().filter(|role| layout.has(*role)).count();
    let title = layout.has(Role::Title) || layout.has(Role::Doi) || layout.has(Role::Pmid);
    title && found >= if header.named { 2 } else { 3 }
}

fn column(profile: &Profile, name: &str, key: &str) -> Column {
    let (role, rank, how) = match profile.own(key) {
        Some(Some((role, rank))) => (Some(role), u16::from(rank), How::Name),
        Some(None) => (None, 0, How::Kept),
        None => match known(key) {
            _ if profile.special == Special::Trials && !of_trials(key) => (None, 0, How::Kept),
            Some((role, rank)) => (Some(role), BY_NAME + u16::from(rank), How::Name),
            None if is_kept(key) => (None, 0, How::Kept),
            None if is_author_part(key) => (Some(Role::AuthorPart), 0, How::Name),
            None => (None, 0, How::Left),
        },
    };
    Column {
        name: name.trim_matches(['\u{feff}', ' ', '"']).to_owned(),
        role,
        rank,
        how,
    }
}

/// The columns of a register that mean what they mean elsewhere.
fn of_trials(key: &str) -> bool {
    let role = known(key).map(|(role, _)| role);
    matches!(
        role,
        Some(
            Role::Id
                | Role::Title
                | Role::Acronym
                | Role::Url
                | Role::Abstract
                | Role::Keywords
                | Role::Type
                | Role::Notes
                | Role::OtherTitle
        )
    ) && key != "tags"
}

/// `Author 1`, `著者名2`: one author in each of several columns.
fn is_author_part(key: &str) -> bool {
    let name = key.trim_end_matches(|c: char| c.is_ascii_digit());
    name.len() < key.len()
        && ["author", "authors", "creator", "著者名", "著者", "autor"].contains(&name)
}

/// Only the first author, where all of them stand in another column.
fn first_author(columns: &mut [Column]) {
    let all = |column: &Column| matches!(column.role, Some(Role::Authors | Role::AuthorPart));
    if columns.iter().any(all) {
        for column in columns
            .iter_mut()
            .filter(|c| c.role == Some(Role::FirstAuthor))
        {
            column.role = None;
            column.how = How::Kept;
        }
    }
}

/// Fields that are missing are looked for among names that are near a known one.
fn nearly(columns: &mut [Column], profile: &Profile) {
    if profile.special == Special::Trials {
        return;
    }
    let held: HashSet<Role> = columns.iter().filter_map(|column| column.role).collect();
    for column in columns
        .iter_mut()
        .take(COLUMNS)
        .filter(|column| column.how == How::Left)
    {
        if let Some(role) = near(&column.name).filter(|role| !held.contains(role)) {
            let pages = role == Role::Pages && held.contains(&Role::PageStart);
            if !pages {
                column.role = Some(role);
                column.rank = NEARLY;
                column.how = How::NearName;
            }
        }
    }
}

/// What a column is by its content alone: how likely, from 0 to 1.
fn likely(role: Role, cells: &[String], rows: usize) -> f64 {
    if cells.is_empty() || cells.len() * 5 < rows {
        return 0.0;
    }
    let share = |fits: &dyn Fn(&str) -> bool| {
        let count = cells.iter().filter(|cell| fits(cell)).count();
        ratio(count, cells.len())
    };
    let words = |cell: &str| cell.split_whitespace().count();
    match role {
        Role::Doi => share(&|cell| is_doi(cell)),
        Role::Year => share(&|cell| {
            let bare = cell.strip_suffix(".0").unwrap_or(cell);
            bare.len() == 4 && year_between(bare, 1900, 2040).is_some()
        }),
        Role::Abstract => share(&|cell| words(cell) >= 40),
        Role::Authors => share(&is_people),
        Role::Title => {
            let different: HashSet<&String> = cells.iter().collect();
            let unique = ratio(different.len(), cells.len());
            let titled = share(&|cell| {
                (3..=40).contains(&words(cell))
                    && !cell.contains("://")
                    && !is_people(cell)
                    && cell.chars().filter(char::is_ascii_digit).count() * 4 < cell.len()
                    && !cell.contains(';')
            });
            if unique < 0.9 { 0.0 } else { titled }
        }
        _ => 0.0,
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows that were looked at"
)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn is_doi(cell: &str) -> bool {
    let bare = cell.trim();
    let lower = bare.to_ascii_lowercase();
    let labelled = [
        "10.",
        "doi",
        "https://doi.org/",
        "http://dx.doi.org/",
        "http://doi.org/",
        "https://dx.doi.org/",
    ];
    labelled.iter().any(|label| lower.starts_with(label)) && Doi::parse(bare).is_ok()
}

/// Whether a cell is a list of people or one in the form `Ames, B`.
fn is_people(cell: &str) -> bool {
    if cell.len() > 20_000 || cell.contains("://") || cell.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let how = people::decide(std::iter::once(cell));
    let list = people::split(cell, how);
    let name = |person: &String| {
        let words: Vec<&str> = person.split_whitespace().collect();
        let capital = |word: &&&str| {
            word.chars()
                .next()
                .is_some_and(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()))
        };
        let particles = [
            "de", "van", "der", "den", "von", "la", "le", "di", "da", "dos", "del", "el", "al",
            "bin", "ten", "te", "et",
        ];
        (1..=6).contains(&words.len())
            && words
                .iter()
                .all(|word| capital(&word) || particles.contains(word))
    };
    let initials = cell.split([' ', ',', ';']).any(|word| {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        (1..=3).contains(&letters)
            && word
                .chars()
                .all(|c| c.is_uppercase() || c == '.' || c == '-')
    });
    !list.is_empty() && list.iter().all(name) && (list.len() > 1 || cell.contains(',') || initials)
}

/// Fields that are still missing are looked for in the cells of columns without a known name.
fn by_content(columns: &mut [Column], sample: &Sample, profile: &Profile) {
    if profile.special == Special::Trials || sample.rows.is_empty() {
        return;
    }
    for (role, least) in [
        (Role::Doi, 0.8),
        (Role::Year, 0.9),
        (Role::Abstract, 0.6),
        (Role::Authors, 0.7),
        (Role::Title, 0.7),
    ] {
        let held = columns.iter().any(|column| {
            column.role == Some(role)
                || role == Role::Authors && column.role == Some(Role::AuthorPart)
        });
        // A profile that is known says what it has; only titles and authors are never done without.
        if held || profile != &GENERIC && !matches!(role, Role::Title | Role::Authors) {
            continue;
        }
        let left = columns.iter().take(COLUMNS).enumerate();
        let left = left.filter(|(_, column)| column.how == How::Left);
        let mut best: Option<(usize, f64, usize)> = None;
        for (at, _) in left {
            let cells = sample.cells(at);
            let chance = likely(role, &cells, sample.rows.len());
            let length = cells.iter().map(String::len).sum::<usize>();
            let better = best.is_none_or(|(_, other, long)| {
                (chance > other + 0.1) || (chance >= other - 0.1 && length > long)
            });
            if chance >= least && better {
                best = Some((at, chance, length));
            }
        }
        if let Some(column) = best.and_then(|(at, ..)| columns.get_mut(at)) {
            column.role = Some(role);
            column.rank = BY_CONTENT;
            column.how = How::Content;
        }
    }
}

fn is_database(cell: &str) -> bool {
    let databases = [
        "pubmed",
        "medline",
        "embase",
        "scopus",
        "webofscience",
        "wos",
        "cochrane",
        "central",
        "cinahl",
        "psycinfo",
        "googlescholar",
        "ieee",
        "lens",
        "openalex",
        "ovid",
        "proquest",
        "ebsco",
        "lilacs",
        "crossref",
        "clinicaltrials",
        "ictrp",
        "semanticscholar",
        "dimensions",
        "eric",
        "scholar",
        "handsearch",
        "manual",
        "med",
        "ppr",
        "pmc",
        "acm",
        "sciencedirect",
    ];
    let key = key(cell);
    key.len() <= 40
        && databases
            .iter()
            .any(|name| key.starts_with(name) && (name.len() > 4 || key.len() <= name.len() + 6))
}

fn named(name: &str, at: usize) -> String {
    if name.is_empty() {
        format!("column {}", at + 1)
    } else {
        name.to_owned()
    }
}

fn short(name: &str) -> String {
    let mut short: String = name.chars().filter(|c| !c.is_control()).take(60).collect();
    if name.chars().count() > 60 {
        short.push('…');
    }
    short
}

/// The rows by which columns are judged.
struct Sample {
    rows: Vec<Vec<String>>,
    /// How many cells a row has.
    width: usize,
    /// Whether the first cell of each row is a name that the header row leaves out.
    row_names: bool,
}

impl Sample {
    fn of(head: &str, more: bool, header: &Header) -> Self {
        let start = header.rows.min(head.len());
        let names = header.cells.len();
        let filled = |cell: Option<&Cow<'_, str>>| cell.is_some_and(|c| !c.trim().is_empty());
        let blank = |row: &RawRow<'_>| row.cells.iter().all(|cell| cell.trim().is_empty());
        // R writes row names without a name for their column, others a separator too many.
        let first: Vec<_> = Rows::new(head, start, header.delimiter, None)
            .take(FIRST)
            .filter(|r| !blank(r))
            .collect();
        let whole = if more {
            first.len().saturating_sub(1)
        } else {
            first.len()
        };
        let first = first.get(..whole).unwrap_or_default();
        let longer = !first.is_empty() && first.iter().all(|row| row.cells.len() == names + 1);
        let row_names = header.named
            && longer
            && first.iter().all(|row| filled(row.cells.first()))
            && first.iter().any(|row| filled(row.cells.last()));
        let width = names
            + usize::from(longer && (row_names || first.iter().all(|r| !filled(r.cells.last()))));
        let mut rows: Vec<_> = Rows::new(head, start, header.delimiter, Some(width))
            .take(ROWS)
            .collect();
        // What stands at the end of the head may be half a row.
        if more && rows.len() < ROWS && rows.len() > 1 {
            rows.pop();
        }
        rows.retain(|row| !blank(row));
        let cells = |row: RawRow<'_>| {
            let cells = row.cells.into_iter().take(COLUMNS + 1);
            cells.map(|cell| cell.trim().to_owned()).collect()
        };
        Self {
            rows: rows.into_iter().map(cells).collect(),
            width,
            row_names,
        }
    }

    /// The filled cells of a column.
    fn cells(&self, at: usize) -> Vec<String> {
        let cells = self.rows.iter().filter_map(|row| row.get(at));
        cells
            .filter(|cell| !super::rows::is_nothing(cell))
            .cloned()
            .collect()
    }
}
