//! A review that was published before it came here.
//!
//! Its studies and reports are the *previous* column of the updated flow (PRISMA 2020, templates V3 and
//! V4). They are known to deduplication, so that a search which finds one of them again finds a copy,
//! and they stand in no box of this review: who found, screened and assessed them is in the published
//! review, not here. Every number of them opens down to the file that they were read from.

use crate::formats::{self, Parsed};
use crate::ledger::event::{BaselineStudyRef, FileRef, ReceivedRecord};
use crate::ledger::{Body, Stamp};
use crate::model::version::is_version_name;
use crate::model::{Digest, EventSeq, Record, RecordId, RegistryId, StudyId};
use crate::store::archive::ArchiveError;
use crate::store::{Archive, Store, StoreError};
use std::collections::BTreeMap;

/// Why a baseline is not set.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// The file cannot be read as what it is.
    #[error("{path}: {source}")]
    Format {
        /// Its name.
        path: String,
        /// Why.
        source: formats::FormatError,
    },
    /// The file was not read whole.
    #[error("{path}: {why}")]
    Damaged {
        /// Its name.
        path: String,
        /// The first fault.
        why: String,
        /// The line on which it stands.
        line: Option<u64>,
    },
    /// A row names no document.
    #[error("{path}: record {n} has neither a title nor an identifier")]
    Nameless {
        /// The name of the file.
        path: String,
        /// The number of the record in it.
        n: u64,
        /// The line on which it begins.
        line: Option<u64>,
    },
    /// The file holds no record.
    #[error("{0} holds no record")]
    NoRecords(String),
    /// The name is none that a version may have.
    #[error("`{0}` cannot be the name of a version")]
    Name(String),
    /// There is one.
    #[error("the baseline of this review is {0}")]
    Taken(String),
    /// The review has records already.
    #[error("a baseline comes before the first search: this review has {0} records already")]
    Late(u64),
    /// The archive cannot be written.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A study of the published review.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BaselineStudy {
    /// What the review calls it.
    pub label: String,
    /// Its registry numbers.
    pub registry: Vec<RegistryId>,
    /// Its reports, by their place in the list.
    pub reports: Vec<usize>,
}

/// A report of the published review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineReport {
    /// What the file says of it.
    pub record: Record,
    /// The number of its record in the file, from 1; of several the first.
    pub n: u64,
    /// The line on which that begins.
    pub line: Option<u64>,
}

/// What a file says that the published review included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    /// Its studies, in the order of the file.
    pub studies: Vec<BaselineStudy>,
    /// Their reports, in the order of the file.
    pub reports: Vec<BaselineReport>,
    /// What a person should look at: a report of two studies, a registry number of two.
    pub notes: Vec<String>,
}

/// Names of fields that hold a study's key, in the order in which they are asked.
const KEYS: [&str; 8] = [
    "study",
    "study id",
    "study name",
    "study label",
    "trial",
    "trial name",
    "label",
    "lb",
];
/// Names of fields that hold what a study is called, where its key is a number.
const LABELS: [&str; 5] = ["label", "study label", "study name", "trial name", "lb"];

/// What a record has in the first of these fields that is not empty.
fn field<'a>(record: &'a Record, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|name| {
        let written = |key: &str| key.replace(['_', '-', '.'], " ").trim().to_lowercase();
        let found = record.extra.iter().find(|(key, _)| written(key) == *name);
        let value = found.and_then(|(_, values)| values.first())?.trim();
        (!value.is_empty()).then_some(value)
    })
}

/// Reads the studies and reports out of what a file holds.
///
/// A row is a report of a study. Rows that name the same document (DOI, PMID, or title and year) are one
/// report, of several studies where they say so. A study is known by its label, else by its registry
/// number; a report without either is a study of its own.
pub fn read(path: &str, parsed: &Parsed) -> Result<Baseline, BaselineError> {
    let damage = parsed
        .problems
        .iter()
        .find(|problem| problem.kind.is_damage());
    if let Some(first) = damage {
        return Err(BaselineError::Damaged {
            path: path.to_owned(),
            why: first.text.clone(),
            line: first.line,
        });
    }
    // A table whose column of ids is called after studies.
    let own_key = parsed.account.columns.iter().any(|column| {
        let name = column.name.to_lowercase();
        column.field == Some("id") && (name.contains("study") || name.contains("trial"))
    });
    let mut out = Baseline::default();
    let mut studies: BTreeMap<String, usize> = BTreeMap::new();
    let mut reports: BTreeMap<String, usize> = BTreeMap::new();
    for entry in &parsed.records {
        let mut record = entry.record.clone();
        if record.title.is_none() && record.doi.is_none() && record.pmid.is_none() {
            return Err(BaselineError::Nameless {
                path: path.to_owned(),
                n: entry.n,
                line: entry.line,
            });
        }
        if record.authors.is_empty() {
            record.authors = cited(&record);
        }
        let names = names(&record);
        let known = names.iter().find_map(|name| reports.get(name).copied());
        let report = known.unwrap_or(out.reports.len());
        if known.is_none() {
            out.reports.push(BaselineReport {
                record: record.clone(),
                n: entry.n,
                line: entry.line,
            });
        }
        for name in names {
            reports.entry(name).or_insert(report);
        }
        let named =
            field(&record, &KEYS).or(own_key.then_some(record.source_id.as_deref()).flatten());
        let key = match named {
            Some(key) => format!("label {}", key.to_lowercase()),
            None => match record.registry.first() {
                Some(number) => format!("registry {}", number.as_str()),
                None => format!("report {report}"),
            },
        };
        let study = *studies.entry(key).or_insert(out.studies.len());
        if study == out.studies.len() {
            let label = field(&record, &LABELS).or(named);
            out.studies.push(BaselineStudy {
                label: match (label, record.registry.first()) {
                    (Some(label), _) => label.to_owned(),
                    (None, Some(number)) => number.as_str().to_owned(),
                    (None, None) => record.short_citation(),
                },
                ..BaselineStudy::default()
            });
        }
        if let Some(study) = out.studies.get_mut(study) {
            for number in &record.registry {
                if !study.registry.contains(number) {
                    study.registry.push(number.clone());
                }
            }
            if !study.reports.contains(&report) {
                study.reports.push(report);
            }
        }
    }
    if out.reports.is_empty() {
        return Err(BaselineError::NoRecords(path.to_owned()));
    }
    out.notes = doubts(&out);
    Ok(out)
}

/// What may be one study under two names: a report or a registry number that two have.
fn doubts(found: &Baseline) -> Vec<String> {
    let mut out = Vec::new();
    for (at, report) in found.reports.iter().enumerate() {
        let of: Vec<&str> = found
            .studies
            .iter()
            .filter(|study| study.reports.contains(&at))
            .map(|study| study.label.as_str())
            .collect();
        if of.len() > 1 {
            out.push(format!(
                "`{}` is a report of {}",
                report
                    .record
                    .title
                    .as_deref()
                    .unwrap_or("a report without a title"),
                of.join(" and of ")
            ));
        }
    }
    let mut numbers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for study in &found.studies {
        for number in &study.registry {
            numbers
                .entry(number.as_str())
                .or_default()
                .push(&study.label);
        }
    }
    for (number, of) in numbers {
        if of.len() > 1 {
            out.push(format!(
                "{number} is the number of {}: one study under two names?",
                of.join(" and of ")
            ));
        }
    }
    out
}

/// What tells that two rows are one document.
fn names(record: &Record) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(doi) = &record.doi {
        out.push(format!("doi {}", doi.as_str()));
    }
    if let Some(pmid) = &record.pmid {
        out.push(format!("pmid {}", pmid.as_str()));
    }
    if out.is_empty()
        && let Some(title) = &record.title
    {
        let year = record.year.map(|year| year.to_string()).unwrap_or_default();
        let authors = record.authors.join(";");
        out.push(format!("title {} {year} {authors}", title.to_lowercase()));
    }
    out
}

/// The authors before the title of a citation as our own table of included reports has it.
fn cited(record: &Record) -> Vec<String> {
    let (Some(citation), Some(title)) = (field(record, &["citation"]), &record.title) else {
        return Vec::new();
    };
    let Some((before, _)) = citation.split_once(title.as_str()) else {
        return Vec::new();
    };
    let names = before.trim().trim_end_matches('.').split(", ");
    names
        .map(str::trim)
        .filter(|name| !name.is_empty() && !name.starts_with("et al"))
        .map(str::to_owned)
        .collect()
}

/// A baseline that was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    /// The event that set it.
    pub seq: EventSeq,
    /// Studies and reports.
    pub baseline: Baseline,
}

/// Sets the baseline of a review that has no records yet.
///
/// # Errors
///
/// A name that no version may have, a baseline that is there, records that are there, a file that cannot
/// be read as studies and their reports.
pub fn set(
    store: &Store,
    archive: &Archive,
    version: &str,
    (path, bytes): (&str, &[u8]),
    stamp: &Stamp,
) -> Result<Set, BaselineError> {
    named(version)?;
    let parsed = parse(path, bytes)?;
    let baseline = read(path, &parsed)?;
    let digest = Digest::of(bytes);
    let kept = archive.keep(bytes)?;
    let seq = store.write(|writer| {
        if let Some(there) = writer.read().baseline()? {
            return Err(BaselineError::Taken(there.name));
        }
        let records = writer.read().record_count()?;
        if records > 0 {
            return Err(BaselineError::Late(records));
        }
        writer.put_archive(&kept, path)?;
        let first = writer.next_record()?;
        let mut records = Vec::with_capacity(baseline.reports.len());
        for (id, report) in (first..).zip(&baseline.reports) {
            let hash = writer.put_record(&report.record)?;
            records.push(ReceivedRecord {
                record: RecordId(id),
                key: format!("sha256:{hash}"),
                hash,
                n: report.n,
                line: report.line,
            });
        }
        let number = |report: &usize| records.get(*report).map(|received| received.record);
        let next = writer.next_study()?;
        let mut studies = Vec::with_capacity(baseline.studies.len());
        for (next, study) in (next..).zip(&baseline.studies) {
            studies.push(BaselineStudyRef {
                study: StudyId(next),
                label: study.label.clone(),
                registry: study.registry.clone(),
                reports: study.reports.iter().filter_map(number).collect(),
            });
        }
        Ok(writer.append(&stamp.draft(Body::BaselineSet {
            version: version.to_owned(),
            file: FileRef {
                path: path.to_owned(),
                digest,
            },
            format: parsed.format.as_str().to_owned(),
            records,
            studies,
        }))?)
    })?;
    Ok(Set { seq, baseline })
}

/// Refuses what cannot be the name of a version.
pub fn named(version: &str) -> Result<(), BaselineError> {
    if is_version_name(version) {
        Ok(())
    } else {
        Err(BaselineError::Name(version.to_owned()))
    }
}

/// The records of a file.
pub fn parse(path: &str, bytes: &[u8]) -> Result<Parsed, BaselineError> {
    formats::read(bytes, None).map_err(|source| BaselineError::Format {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(text: &str) -> Result<Baseline, BaselineError> {
        read("b.csv", &parse("b.csv", text.as_bytes()).unwrap())
    }

    #[test]
    fn rows_are_reports_of_studies_by_label_number_or_alone() {
        let found = baseline(
            "study,label,registry,title,year,doi,pmid\n\
             s1,IKEMA,NCT03275285,First results of IKEMA,2021,,34097854\n\
             s1,IKEMA,NCT03275285,Updated results of IKEMA,2023,10.1038/s41408-023-00797-8,\n\
             s2,ICARIA,NCT02990338,A pooled report of both trials,2022,10.1000/both,\n\
             s1,IKEMA,NCT03275285,A pooled report of both trials,2022,10.1000/both,\n\
             ,,NCT02076009,A trial with its number alone,2016,10.1000/number,\n\
             ,,,A trial without anything,2015,10.1000/alone,\n",
        )
        .unwrap();
        let told: Vec<(&str, &[usize])> = found
            .studies
            .iter()
            .map(|study| (study.label.as_str(), study.reports.as_slice()))
            .collect();
        assert_eq!(
            told,
            [
                ("IKEMA", &[0, 1, 2][..]),
                ("ICARIA", &[2]),
                ("NCT02076009", &[3]),
                ("A trial without anything", &[4]),
            ]
        );
        assert_eq!(found.reports.len(), 5);
        assert_eq!(found.studies[0].registry[0].as_str(), "NCT03275285");
    }

    #[test]
    fn authors_are_taken_from_a_citation_where_they_have_no_column() {
        let found = baseline(
            "study,citation,title,year\n\
             s1,\"Moreau P, Attal M, et al. A title. Lancet 2021\",A title,2021\n",
        )
        .unwrap();
        assert_eq!(found.reports[0].record.authors, ["Moreau P", "Attal M"]);
    }

    #[test]
    fn a_row_that_names_no_document_is_refused_with_its_line() {
        let error = baseline("study,title,year\nA,A title,2021\nB,,2020\n").unwrap_err();
        assert!(
            matches!(
                error,
                BaselineError::Nameless {
                    n: 2,
                    line: Some(3),
                    ..
                }
            ),
            "{error:?}"
        );
    }
}
