//! The files of a report, and writing them.

use super::data::ReportData;
use super::{ReportError, page, tables};
use crate::model::visible::visible_in_page;
use crate::plot::flow;
use crate::prisma::template_csv;
use crate::store::archive::{sweep_leftovers, write_durably};
use std::path::Path;

/// What was written and what was left alone because it was there already.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Files whose bytes are new.
    pub changed: Vec<String>,
    /// Files that held the same bytes.
    pub unchanged: Vec<String>,
    /// Pages of an earlier report that this one does not have: a register that became shorter.
    pub removed: Vec<String>,
}

/// Makes every file of the report: name and bytes.
pub fn render(data: &ReportData) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let figure = flow(&data.counts, &page::figure_options(data, None))?;
    // The largest table is written while the pages are.
    let (records, beside) = std::thread::scope(|scope| {
        let records = scope.spawn(|| tables::records(data));
        let beside = page::beside(data);
        let records = records.join();
        (
            records.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            beside,
        )
    });
    let beside = beside?;
    let files = [
        (
            "index.html",
            visible_in_page(page::html(data)?).into_bytes(),
        ),
        ("prisma.svg", figure.into_bytes()),
        ("prisma.json", tables::json("prisma.json", &data.counts)?),
        (
            "prisma.csv",
            tables::harmless("prisma.csv", &template_csv::write(&data.counts))?,
        ),
        ("records.csv", records?),
        ("included.csv", tables::included(data)?),
        ("excluded-full-text.csv", tables::excluded(data)?),
        ("checklists.csv", tables::checklists(data)?),
        ("searches.json", tables::searches(data)?),
        (
            "results.json",
            tables::json("results.json", &data.results.json)?,
        ),
    ];
    let files = files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes));
    // Nothing in a title may steer whoever reads it.
    let beside = beside.into_iter().map(|(name, bytes)| {
        let bytes = match String::from_utf8(bytes) {
            Ok(html) => visible_in_page(html).into_bytes(),
            Err(error) => error.into_bytes(),
        };
        (name, bytes)
    });
    Ok(files.chain(beside).collect())
}

/// Writes the files into `folder`, each whole or not at all; those that hold the same bytes are
/// left alone. Pages beside an earlier report that this one does not have are removed: they would
/// show what no longer is. Other files in the folder are not touched.
pub fn write(folder: &Path, files: Vec<(String, Vec<u8>)>) -> Result<Written, ReportError> {
    let mut written = Written::default();
    for (name, bytes) in files {
        let path = folder.join(&name);
        sweep_leftovers(&path);
        let length = std::fs::metadata(&path).map(|meta| meta.len());
        let alike = length.is_ok_and(|length| length == bytes.len() as u64);
        if alike && std::fs::read(&path).is_ok_and(|there| there == bytes) {
            written.unchanged.push(name);
            continue;
        }
        write_durably(&path, &bytes).map_err(|source| ReportError::Write { path, source })?;
        written.changed.push(name);
    }
    let of_report = |name: &str| {
        let known = written.changed.iter().chain(&written.unchanged);
        known.into_iter().any(|own| own == name)
    };
    let mut left: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Ok(name) = entry.file_name().into_string()
            && is_page_beside(&name)
            && !of_report(&name)
        {
            left.push(name);
        }
    }
    left.sort();
    for name in left {
        let path = folder.join(&name);
        std::fs::remove_file(&path).map_err(|source| ReportError::Write { path, source })?;
        written.removed.push(name);
    }
    Ok(written)
}

/// Whether a file is called as one of the pages beside a report: `register-12.html`.
fn is_page_beside(name: &str) -> bool {
    let Some(stem) = name.strip_suffix(".html") else {
        return false;
    };
    let number = ["register-", "counts-"]
        .iter()
        .find_map(|kind| stem.strip_prefix(kind));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    stem == "excluded" || number.is_some_and(is_number)
}
