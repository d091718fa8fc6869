//! A labelled set of records as CSV: title, abstract and the decision of a finished screening.
//!
//! Columns are known by the names that ASReview, SYNERGY and their like use, whatever the case and
//! whether words are parted by spaces, hyphens or underscores. Cells are parted by commas, semicolons or tabs.

use crate::table::{ReadError, Table};
use std::collections::HashMap;

/// Names of the label, the final decision before that on title and abstract.
const LABEL: [&str; 15] = [
    "label_included",
    "included_label",
    "final_label",
    "included_final",
    "label_final",
    "included",
    "included_flag",
    "include",
    "label",
    "asreview_label",
    "relevant",
    "relevance",
    "inclusion",
    "decision",
    "label_abstract_included",
];
const TITLE: [&str; 4] = ["title", "primary_title", "article_title", "ti"];
const ABSTRACT: [&str; 5] = [
    "abstract",
    "abstract_note",
    "notes_abstract",
    "abstract_text",
    "ab",
];
const ID: [&str; 9] = [
    "id",
    "record_id",
    "article_id",
    "openalex_id",
    "pmid",
    "doi",
    "asreview_id",
    "key",
    "number",
];

/// A labelled set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Labelled {
    /// What each record is called; the number of its row, from 1, where no column says so.
    pub ids: Vec<String>,
    /// Titles; empty where there is none.
    pub titles: Vec<String>,
    /// Abstracts; empty where there is none.
    pub abstracts: Vec<String>,
    /// Whether each record was relevant.
    pub labels: Vec<bool>,
    /// The column that the labels come from.
    pub column: String,
    /// The column that the ids come from.
    pub id_column: Option<String>,
}

impl Labelled {
    /// Reads a set; `label` names the column of the labels where it is not one of the usual.
    pub fn read(bytes: &[u8], label: Option<&str>) -> Result<Self, ReadError> {
        let table = Table::read(bytes)?;
        let names: Vec<String> = table.header().iter().map(|name| plain(name)).collect();
        let find = |known: &[&str]| {
            known
                .iter()
                .find_map(|one| names.iter().position(|name| name == one))
        };
        let shown = |place: usize| table.header().get(place).cloned().unwrap_or_default();
        let missing = |what: &str, known: &[&str]| {
            ReadError::File(format!(
                "it has no column of {what}: one of {}; its columns are {}",
                known.join(", "),
                table.header().join(", ")
            ))
        };
        let label_at = match label {
            Some(name) => table
                .place(name)
                .or_else(|| find(&[plain(name).as_str()]))
                .ok_or_else(|| missing("labels", &[name]))?,
            None => find(&LABEL).ok_or_else(|| missing("labels", &LABEL))?,
        };
        let title_at = find(&TITLE).ok_or_else(|| missing("titles", &TITLE))?;
        let abstract_at = find(&ABSTRACT);
        let id_at = find(&ID).filter(|place| *place != label_at);
        let mut out = Self {
            column: shown(label_at),
            id_column: id_at.map(shown),
            ..Self::default()
        };
        let mut met: HashMap<String, u64> = HashMap::new();
        let mut unlabelled: Vec<u64> = Vec::new();
        for (line, cells) in table.cells() {
            let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
            let id = match id_at {
                Some(place) => cell(place).to_owned(),
                None => (out.ids.len() + 1).to_string(),
            };
            let at = |place: Option<usize>, reason: String| ReadError::Cell {
                line,
                column: place.map(shown).unwrap_or_default(),
                reason,
            };
            if id.is_empty() {
                return Err(at(id_at, "the record has no id".into()));
            }
            if let Some(first) = met.insert(id.clone(), line) {
                return Err(at(id_at, format!("{id} stands in line {first} already")));
            }
            match value(cell(label_at)) {
                Some(label) => out.labels.push(label),
                None if is_unlabelled(cell(label_at)) => unlabelled.push(line),
                None => {
                    let reason = format!("`{}` is no label: 1 or 0", cell(label_at));
                    return Err(at(Some(label_at), reason));
                }
            }
            out.ids.push(id);
            out.titles.push(cell(title_at).to_owned());
            out.abstracts
                .push(abstract_at.map(cell).unwrap_or_default().to_owned());
        }
        if let Some(line) = unlabelled.first() {
            let others = match unlabelled.len() {
                1 => String::new(),
                more => format!(", as have {} others", more - 1),
            };
            return Err(ReadError::Cell {
                line: *line,
                column: out.column,
                reason: format!("the record has no label{others}; a simulation needs all"),
            });
        }
        Ok(out)
    }

    /// How many records are relevant.
    pub fn relevant(&self) -> usize {
        self.labels.iter().filter(|label| **label).count()
    }

    /// How many records have no abstract.
    pub fn without_abstract(&self) -> usize {
        let none = |text: &&String| text.trim().is_empty();
        self.abstracts.iter().filter(none).count()
    }

    /// How many records have neither title nor abstract.
    pub fn without_text(&self) -> usize {
        let texts = self.titles.iter().zip(&self.abstracts);
        texts
            .filter(|(title, text)| title.trim().is_empty() && text.trim().is_empty())
            .count()
    }
}

/// A column's name in lower case, its words parted by `_`.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | ':' | '.'));
    let words: Vec<String> = words
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    words.join("_")
}

/// A label as people and programs write it.
fn value(cell: &str) -> Option<bool> {
    match cell.to_lowercase().as_str() {
        "1" | "1.0" | "yes" | "y" | "true" | "t" | "include" | "included" | "relevant" => {
            Some(true)
        }
        "0" | "0.0" | "no" | "n" | "false" | "f" | "exclude" | "excluded" | "irrelevant"
        | "not relevant" => Some(false),
        _ => None,
    }
}

/// What stands where nobody decided; ASReview writes −1.
fn is_unlabelled(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    matches!(
        cell.as_str(),
        "" | "-1" | "-1.0" | "na" | "n/a" | "nan" | "none" | "null" | "?"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Labelled, ReadError> {
        Labelled::read(text.as_bytes(), None)
    }

    #[test]
    fn columns_are_known_by_the_names_of_the_field() {
        for header in [
            "record_id,title,abstract,label_included",
            "ID;Primary Title;Notes abstract;Included",
            "pmid\tTI\tAB\tfinal label",
        ] {
            let parted = header.chars().find(|c| ",;\t".contains(*c)).unwrap();
            let row = |cells: [&str; 4]| cells.join(&parted.to_string());
            let text = format!(
                "{header}\n{}\n{}\n",
                row(["a1", "One", "Text", "1"]),
                row(["a2", "Two", "", "no"])
            );
            let set = read(&text).unwrap();
            assert_eq!(set.ids, ["a1", "a2"]);
            assert_eq!(set.titles, ["One", "Two"]);
            assert_eq!((set.relevant(), set.without_abstract()), (1, 1));
        }
    }

    #[test]
    fn a_set_without_ids_is_numbered_and_one_without_abstracts_is_read() {
        let set = read("title,included\nOne,1\nTwo,0\n,0\n").unwrap();
        assert_eq!(set.ids, ["1", "2", "3"]);
        assert_eq!((set.id_column.as_deref(), set.without_text()), (None, 1));
    }

    #[test]
    fn the_final_label_goes_before_others_unless_one_is_named() {
        let text = "id,title,label,label_included,kind\n1,a,1,0,1\n2,b,1,1,0\n";
        assert_eq!(read(text).unwrap().labels, [false, true]);
        let named = Labelled::read(text.as_bytes(), Some("Kind")).unwrap();
        assert_eq!(named.labels, [true, false]);
    }

    #[test]
    fn what_is_no_labelled_set_is_told() {
        let told = |text: &str| read(text).unwrap_err().to_string();
        for (text, part) in [
            ("id,title\n1,a\n", "no column of labels"),
            ("id,label\n1,1\n", "no column of titles"),
            (
                "id,title,label\n1,a,1\n1,b,0\n",
                "line 3, column id: 1 stands in line 2",
            ),
            ("id,title,label\n,a,1\n", "no id"),
            ("id,title,label\n1,a,maybe\n", "`maybe` is no label"),
            (
                "id,title,label\n1,a,\n2,b,-1\n3,c,1\n",
                "no label, as have 1 others",
            ),
            ("id,title,label\n", "no rows"),
            ("", "empty"),
        ] {
            assert!(told(text).contains(part), "{}", told(text));
        }
    }
}
