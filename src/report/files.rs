//! The files of a report, and writing them.

use super::data::ReportData;
use super::{ReportError, page, tables};
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
}

/// Makes every file of the report: name and bytes.
pub fn render(data: &ReportData) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let figure = flow(&data.counts, &page::figure_options(data, None))?;
    let files = [
        ("index.html", page::html(data)?.into_bytes()),
        ("prisma.svg", figure.into_bytes()),
        ("prisma.json", tables::json("prisma.json", &data.counts)?),
        (
            "prisma.csv",
            tables::harmless("prisma.csv", &template_csv::write(&data.counts))?,
        ),
        ("records.csv", tables::records(data)?),
        ("included.csv", tables::included(data)?),
        ("excluded-full-text.csv", tables::excluded(data)?),
        ("searches.json", tables::searches(data)?),
        (
            "results.json",
            tables::json("results.json", &data.results.json)?,
        ),
    ];
    Ok(files
        .into_iter()
        .map(|(name, bytes)| (name.to_owned(), bytes))
        .collect())
}

/// Writes the files into `folder`, each whole or not at all; those that hold the same bytes are
/// left alone. Other files in the folder are not touched.
pub fn write(folder: &Path, files: Vec<(String, Vec<u8>)>) -> Result<Written, ReportError> {
    let mut written = Written::default();
    for (name, bytes) in files {
        let path = folder.join(&name);
        sweep_leftovers(&path);
        if std::fs::read(&path).is_ok_and(|there| there == bytes) {
            written.unchanged.push(name);
            continue;
        }
        write_durably(&path, &bytes).map_err(|source| ReportError::Write { path, source })?;
        written.changed.push(name);
    }
    Ok(written)
}
