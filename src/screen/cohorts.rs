//! The reports of a study by their roles, and studies that may report the same people.
//!
//! A role is a reading of what the source says of the publication: it decides nothing. MECIR C42: several
//! reports of one study are collated, so that the study is the unit of interest; people counted twice
//! through two studies are the fault that this looks for (Cochrane Handbook 5.2.1).

use super::ScreenError;
use crate::model::{Publication, Record, RecordId, RecordKind, StudyId};
use crate::store::Reader;
use crate::store::read::{ReportRow, StudyReport};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a report is to its study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReportRole {
    /// The entry of a register.
    RegisterEntry,
    /// Its protocol, or its rationale and design.
    Protocol,
    /// The first full publication.
    Main,
    /// A later one.
    Update,
    /// An abstract of a conference.
    Abstract,
}

impl ReportRole {
    /// As pages call it.
    pub fn words(self) -> &'static str {
        match self {
            Self::RegisterEntry => "register entry",
            Self::Protocol => "protocol",
            Self::Main => "main",
            Self::Update => "update",
            Self::Abstract => "abstract",
        }
    }
}

/// A report of a study.
#[derive(Debug, Clone)]
pub struct Member {
    /// The report.
    pub row: ReportRow,
    /// Why it is linked: a registry number, `person`, `report`.
    pub basis: String,
    /// What it is to the study.
    pub role: ReportRole,
    /// The record that speaks for it.
    pub record: Record,
}

/// A study with what is known of its reports.
#[derive(Debug, Clone)]
pub struct Cohort {
    /// The study.
    pub study: StudyId,
    /// What people call it.
    pub label: String,
    /// Its registry numbers.
    pub registry: Vec<String>,
    /// Its reports: the register entry first, then by year.
    pub members: Vec<Member>,
}

impl Cohort {
    /// Registry numbers that its records state and it does not have.
    pub fn further_numbers(&self) -> BTreeSet<String> {
        let stated = self.members.iter().flat_map(|one| &one.record.registry);
        let stated = stated.map(|number| number.as_str().to_owned());
        stated
            .filter(|number| !self.registry.contains(number))
            .collect()
    }
}

/// Why two studies may have people in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The other study.
    pub study: StudyId,
    /// What people call it.
    pub label: String,
    /// The reasons, strongest first, each the end of a sentence.
    pub because: Vec<String>,
}

/// Every study with the roles of its reports, in order.
pub fn all(reader: Reader<'_>) -> Result<Vec<Cohort>, ScreenError> {
    let mut out = Vec::new();
    for found in reader.study_reports()? {
        out.push(cohort(reader, found)?);
    }
    Ok(out)
}

fn cohort(reader: Reader<'_>, found: StudyReport) -> Result<Cohort, ScreenError> {
    let mut members = Vec::new();
    for (row, basis) in found.reports {
        let record = match reader.record(row.primary)? {
            Some(primary) => reader.content(primary.hash)?.unwrap_or_default(),
            None => Record::default(),
        };
        members.push(Member {
            role: role(&record),
            row,
            basis,
            record,
        });
    }
    members.sort_by_key(|one| {
        let entry = one.role != ReportRole::RegisterEntry;
        (entry, one.record.year.unwrap_or(u16::MAX), one.row.id)
    });
    // Of the full publications the first is the main one.
    let mut first = true;
    for one in &mut members {
        if one.role == ReportRole::Main && !std::mem::take(&mut first) {
            one.role = ReportRole::Update;
        }
    }
    Ok(Cohort {
        study: found.study.id,
        label: found.study.label,
        registry: found.study.registry,
        members,
    })
}

fn role(record: &Record) -> ReportRole {
    let types: Vec<String> = record
        .publication_types
        .iter()
        .map(|word| word.to_lowercase())
        .collect();
    let is = |word: &str| types.iter().any(|one| one.contains(word));
    let title = record.title.as_deref().unwrap_or_default().to_lowercase();
    if record.kind == RecordKind::Trial {
        ReportRole::RegisterEntry
    } else if is("protocol")
        || title.contains("study protocol")
        || title.contains("protocol for a")
        || title.contains("rationale and design")
        || title.contains("design and rationale")
    {
        ReportRole::Protocol
    } else if is("abstract")
        || matches!(
            record.publication,
            Some(Publication::Abstract | Publication::Conference | Publication::ConferencePaper)
        )
    {
        ReportRole::Abstract
    } else {
        ReportRole::Main
    }
}

/// Fewer authors in common than this say little.
const AUTHORS: usize = 3;
/// Years between publications of one cohort.
const YEARS: u16 = 3;

/// The other studies that may have people in common with one.
pub fn overlaps(of: &Cohort, all: &[Cohort]) -> Vec<Overlap> {
    let mut out = Vec::new();
    for other in all.iter().filter(|other| other.study != of.study) {
        let mut because = Vec::new();
        let shared: Vec<RecordId> = of
            .members
            .iter()
            .filter(|one| other.members.iter().any(|two| two.row.id == one.row.id))
            .map(|one| one.row.id)
            .collect();
        if let [first, ..] = shared.as_slice() {
            because.push(format!("{first} reports people of both"));
        }
        let numbers = |cohort: &Cohort| -> BTreeSet<String> {
            let own = cohort.registry.iter().cloned();
            own.chain(cohort.further_numbers()).collect()
        };
        let (mine, theirs) = (numbers(of), numbers(other));
        let both: Vec<&String> = mine.intersection(&theirs).collect();
        if let [number, ..] = both.as_slice() {
            because.push(format!("records of both state {number}"));
        }
        // Two registrations are two trials, whoever wrote them.
        let registered = !of.registry.is_empty() && !other.registry.is_empty();
        if because.is_empty() && !registered && same_hands(of, other) {
            because
                .push("the same authors, within three years, and a registration is missing".into());
        }
        if !because.is_empty() {
            out.push(Overlap {
                study: other.study,
                label: other.label.clone(),
                because,
            });
        }
    }
    out
}

/// Whether two publications share their first author and two more, within three years.
fn same_hands(one: &Cohort, other: &Cohort) -> bool {
    let family = |name: &String| -> String {
        let name = name.to_lowercase();
        name.split([',', ' ']).next().unwrap_or_default().to_owned()
    };
    one.members.iter().any(|a| {
        other.members.iter().any(|b| {
            let (Some(x), Some(y)) = (a.record.year, b.record.year) else {
                return false;
            };
            let authors =
                |record: &Record| -> Vec<String> { record.authors.iter().map(family).collect() };
            let (mine, theirs) = (authors(&a.record), authors(&b.record));
            let shared = mine.iter().filter(|name| theirs.contains(name)).count();
            x.abs_diff(y) <= YEARS && mine.first() == theirs.first() && shared >= AUTHORS
        })
    })
}

/// A report that states a registry number which another states too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sister {
    /// The report.
    pub report: RecordId,
    /// What they have in common: `POLLUX`, else the number.
    pub how: String,
    /// Its title.
    pub title: Option<String>,
}

/// More sisters than this are not listed.
const SISTERS: usize = 12;

/// The reports that state a registry number of this one, whatever became of them: of a study of the
/// review where the number is one's. Nothing of a decision is told.
pub fn sisters(reader: Reader<'_>, report: RecordId) -> Result<Vec<Sister>, ScreenError> {
    let mut out: Vec<Sister> = Vec::new();
    for number in reader.identifiers("registry", report)? {
        let label = match reader.study_by_registry(&number)? {
            Some(study) => reader.studies()?.into_iter().find(|one| one.id == study),
            None => None,
        };
        let how = label.map_or_else(|| number.clone(), |one| one.label);
        for id in reader.by_identifier("registry", &number)? {
            if id == report || out.len() >= SISTERS || out.iter().any(|one| one.report == id) {
                continue;
            }
            if let Some(row) = reader.report(id)? {
                out.push(Sister {
                    report: id,
                    how: how.clone(),
                    title: row.title,
                });
            }
        }
    }
    Ok(out)
}

/// The register entries of a number that the review has records of.
pub fn entries(reader: Reader<'_>, number: &str) -> Result<Vec<ReportRow>, ScreenError> {
    let mut out = Vec::new();
    for id in reader.by_identifier("registry", number)? {
        let Some(row) = reader.report(id)? else {
            continue;
        };
        for record in reader.records_of(id)? {
            let content = reader.content(record.hash)?;
            if content.is_some_and(|record| record.kind == RecordKind::Trial) {
                out.push(row);
                break;
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Lane, Place, RegistryId};

    fn member(id: u32, year: u16, authors: &[&str], registry: &[&str]) -> Member {
        Member {
            row: ReportRow {
                id: RecordId(id),
                ..row()
            },
            basis: "person".into(),
            role: ReportRole::Main,
            record: Record {
                year: Some(year),
                authors: authors.iter().map(|name| (*name).to_owned()).collect(),
                registry: registry
                    .iter()
                    .map(|number| RegistryId::parse(number).unwrap())
                    .collect(),
                ..Record::default()
            },
        }
    }

    fn row() -> ReportRow {
        ReportRow {
            id: RecordId(1),
            lane: Lane::Main,
            stands: RecordId(1),
            primary: RecordId(1),
            place: Place::Included,
            rule: None,
            reason: None,
            reopened: false,
            title: None,
            citation: String::new(),
        }
    }

    fn cohort(study: u32, registry: &[&str], members: Vec<Member>) -> Cohort {
        Cohort {
            study: StudyId(study),
            label: format!("study {study}"),
            registry: registry.iter().map(|one| (*one).to_owned()).collect(),
            members,
        }
    }

    #[test]
    fn cohorts_overlap_by_report_number_or_hands() {
        let authors = ["Abel, A.", "Baker, B.", "Chen, C.", "Diaz, D."];
        let all = [
            cohort(
                1,
                &["NCT00000001"],
                vec![member(1, 2016, &authors, &["NCT00000002"])],
            ),
            cohort(2, &["NCT00000002"], vec![member(2, 2017, &authors, &[])]),
            cohort(3, &[], vec![member(3, 2018, &authors, &[])]),
            cohort(4, &[], vec![member(4, 2024, &authors, &[])]),
            cohort(5, &["NCT00000005"], vec![member(5, 2016, &authors, &[])]),
            cohort(
                6,
                &["NCT00000006"],
                vec![member(5, 2016, &["Solo, S."], &[])],
            ),
        ];
        let of = |n: usize| -> Vec<u32> {
            overlaps(&all[n], &all)
                .iter()
                .map(|one| one.study.0)
                .collect()
        };
        assert_eq!(of(0), [2, 3], "a number, hands");
        assert_eq!(of(2), [1, 2, 5]);
        assert_eq!(of(3), [0_u32; 0], "years apart");
        assert_eq!(of(5), [5], "one report of both");
    }

    #[test]
    fn roles_are_read_from_what_a_source_says() {
        let of = |title: &str, types: &[&str], kind| {
            role(&Record {
                title: Some(title.into()),
                publication_types: types.iter().map(|one| (*one).to_owned()).collect(),
                kind,
                ..Record::default()
            })
        };
        assert_eq!(of("x", &[], RecordKind::Trial), ReportRole::RegisterEntry);
        assert_eq!(
            of("x: study protocol of a trial", &[], RecordKind::Article),
            ReportRole::Protocol
        );
        assert_eq!(
            of("x", &["Clinical Trial Protocol"], RecordKind::Article),
            ReportRole::Protocol
        );
        assert_eq!(
            of("x", &["Meeting Abstract"], RecordKind::Article),
            ReportRole::Abstract
        );
        assert_eq!(of("x", &[], RecordKind::Article), ReportRole::Main);
    }
}
