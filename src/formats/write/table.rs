//! A table of the common fields, which our reader knows by its columns.

use super::origin::Origin;
use super::{Item, authors, text};
use crate::formats::kind;
use crate::model::cell::guard;
use crate::model::{Record, RegistryId};

/// The columns of a written table.
pub const COLUMNS: [&str; 22] = [
    "id",
    "title",
    "authors",
    "year",
    "journal",
    "volume",
    "issue",
    "pages",
    "doi",
    "pmid",
    "pmcid",
    "registry",
    "abstract",
    "type",
    "keywords",
    "issn",
    "language",
    "url",
    "reference_type",
    "database",
    "headings",
    "other_titles",
];

/// A table with its header.
pub(super) fn write<'a>(items: impl Iterator<Item = Item<'a>>) -> String {
    let mut out = COLUMNS.join(",");
    out.push('\n');
    for item in items {
        let record = item.record;
        let id = record.source_id.clone();
        let id = id.unwrap_or_else(|| item.n.to_string());
        row(&mut out, &with(record, id, &item.origin.databases));
    }
    out
}

/// The cells of a record under [`COLUMNS`], not yet guarded; `source` is the database it came from,
/// where the record does not name it.
pub fn cells(record: &Record, source: Option<&str>) -> [String; 22] {
    let id = record.source_id.clone().unwrap_or_default();
    with(record, id, &Origin::of(record, None, source).databases)
}

fn with(record: &Record, id: String, databases: &[String]) -> [String; 22] {
    let own = |value: &Option<String>| text(value.as_ref()).to_owned();
    let registry: Vec<_> = record.registry.iter().map(RegistryId::to_string).collect();
    let shown =
        |value: Option<&dyn std::fmt::Display>| value.map(ToString::to_string).unwrap_or_default();
    [
        id,
        own(&record.title),
        list(&authors(record)),
        shown(record.year.as_ref().map(|y| y as _)),
        own(&record.journal),
        own(&record.volume),
        own(&record.issue),
        own(&record.pages),
        shown(record.doi.as_ref().map(|d| d as _)),
        shown(record.pmid.as_ref().map(|p| p as _)),
        shown(record.pmcid.as_ref().map(|p| p as _)),
        list(&registry),
        own(&record.abstract_text),
        list(&record.publication_types),
        list(&record.keywords),
        list(&record.issn),
        own(&record.language),
        own(&record.url),
        kind::label(record).to_owned(),
        list(databases),
        list(&record.headings),
        list(&record.other_titles),
    ]
}

/// The values of a list in one cell: between semicolons, or between bars where a value has a
/// semicolon of its own.
fn list(values: &[String]) -> String {
    let bars = values.iter().any(|value| value.contains(';'));
    values.join(if bars { " | " } else { "; " })
}

/// Adds a row; each cell quoted where it must be, harmless in a spreadsheet.
pub(super) fn row(out: &mut String, cells: &[String]) {
    for (n, value) in cells.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        let value = guard(value);
        if value.contains([',', '"', '\n', '\r']) {
            out.push('"');
            out.push_str(&value.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&value);
        }
    }
    out.push('\n');
}
