//! Retractions, errata and expressions of concern on reports that are in use.
//!
//! PubMed states them by revising the paper: by publication type ("Retracted Publication") or by a
//! link to the notice (`RetractionIn`). The notice itself carries the mirror image ("Retraction of
//! Publication", `RetractionOf`) and is not a retracted paper; mixing the two up is the common error.
//! Other sources put it into the title of the paper ("RETRACTED: …"), or only have the notice, which is
//! then linked to the paper by its title.

use crate::model::{Place, Record, RecordId};
use crate::store::{Reader, StoreError};
use serde::Serialize;
use std::collections::BTreeSet;

/// What a source says of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flag {
    /// It was retracted.
    Retracted,
    /// It was corrected, or corrected and published again.
    Corrected,
    /// Its editors are concerned.
    Concern,
}

impl Flag {
    /// "was retracted".
    pub fn words(self) -> &'static str {
        match self {
            Self::Retracted => "was retracted",
            Self::Corrected => "was corrected",
            Self::Concern => "has an expression of concern",
        }
    }
}

/// A notice that nobody has decided on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The report that the notice is about.
    pub report: RecordId,
    /// "Attal 2019".
    pub citation: String,
    /// What is said of it.
    pub flag: Flag,
    /// The notice's PMID, where the source gives one.
    pub pmid: Option<String>,
    /// The event that brought it.
    pub seq: u64,
}

/// What a record says of the paper it describes, with the notice's PMID.
pub fn flags(record: &Record) -> BTreeSet<(Flag, Option<String>)> {
    let mut out = BTreeSet::new();
    for link in &record.links {
        let flag = match link.kind.as_str() {
            "RetractionIn" | "RetractedandRepublishedIn" => Flag::Retracted,
            "ErratumIn" | "CorrectedandRepublishedIn" => Flag::Corrected,
            "ExpressionOfConcernIn" => Flag::Concern,
            _ => continue,
        };
        out.insert((
            flag,
            link.pmid.as_ref().map(|pmid| pmid.as_str().to_owned()),
        ));
    }
    let retracted = out.iter().any(|(flag, _)| *flag == Flag::Retracted);
    let typed = record
        .publication_types
        .iter()
        .any(|kind| kind.eq_ignore_ascii_case("Retracted Publication"));
    if (typed || titled(record)) && !retracted {
        out.insert((Flag::Retracted, None));
    }
    out
}

/// Whether publishers wrote "RETRACTED:" or the like in front of the title; a paper about retracted
/// papers has no such mark.
fn titled(record: &Record) -> bool {
    let title = record.title.as_deref().unwrap_or_default().to_lowercase();
    let bare = title.trim_start_matches(['[', '(', '*', ' ']);
    let Some(mut rest) = bare.strip_prefix("retracted") else {
        return false;
    };
    for word in [
        " article",
        " paper",
        " publication",
        " manuscript",
        " study",
        " chapter",
    ] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let closed = bare.len() < title.trim_start().len() && rest.starts_with([']', ')', '*']);
    closed
        || rest
            .trim_start()
            .starts_with([':', '.', '-', '\u{2013}', '\u{2014}'])
}

/// What a notice says of the paper it belongs to: by its type, else by the beginning of its title.
fn announces(record: &Record) -> Option<Flag> {
    let title = record.title.as_deref().unwrap_or_default().to_lowercase();
    let title = title.trim_start_matches(|c: char| !c.is_alphabetic());
    let begins = |words: &[&str]| words.iter().any(|word| title.starts_with(word));
    let typed = |kind: &str| {
        let mut kinds = record.publication_types.iter();
        kinds.any(|one| one.eq_ignore_ascii_case(kind))
    };
    if typed("Retraction of Publication")
        || begins(&[
            "retraction",
            "notice of retraction",
            "statement of retraction",
        ])
    {
        Some(Flag::Retracted)
    } else if typed("Expression of Concern")
        || begins(&["expression of concern", "editorial expression of concern"])
    {
        Some(Flag::Concern)
    } else if typed("Published Erratum") || begins(&["erratum", "corrigendum", "correction"]) {
        Some(Flag::Corrected)
    } else {
        None
    }
}

/// Notices on a report in use that came after the last decision on it: with a revision, with a copy from
/// another source, or as a record of their own that is linked to the report.
pub fn open_notices(reader: Reader<'_>) -> Result<Vec<Notice>, StoreError> {
    let mut out = Vec::new();
    for place in Place::IN_USE {
        for report in reader.reports_in(place)? {
            let decided = reader.last_decision_on(report.id)?;
            let mut said = said_of(reader, report.id)?;
            said.sort_unstable();
            let mut known: BTreeSet<(Flag, Option<String>)> = BTreeSet::new();
            for (seq, flag, pmid) in said {
                // A PMID that is added to a notice known without one is not news.
                let told = pmid.is_some() && known.contains(&(flag, None));
                let new = known.insert((flag, pmid.clone())) && !told;
                if new && seq > decided {
                    out.push(Notice {
                        report: report.id,
                        citation: report.citation.clone(),
                        flag,
                        pmid,
                        seq,
                    });
                }
            }
        }
    }
    out.sort_by_key(|notice| (notice.report, notice.flag, notice.seq));
    out.dedup_by_key(|notice| (notice.report, notice.flag, notice.pmid.clone()));
    Ok(out)
}

/// Whether anything says that the report was retracted, decided on or not.
pub fn is_retracted(reader: Reader<'_>, report: RecordId) -> Result<bool, StoreError> {
    let said = said_of(reader, report)?;
    Ok(said.iter().any(|(_, flag, _)| *flag == Flag::Retracted))
}

/// Everything that is said of a report, with the event that brought it.
fn said_of(
    reader: Reader<'_>,
    report: RecordId,
) -> Result<Vec<(u64, Flag, Option<String>)>, StoreError> {
    let mut out = Vec::new();
    let own = reader.records_of(report)?;
    for row in &own {
        for revision in reader.revisions(row.id)? {
            let record = reader.content(revision.hash)?.unwrap_or_default();
            let says = flags(&record).into_iter();
            out.extend(says.map(|(flag, pmid)| (revision.seq.0, flag, pmid)));
        }
    }
    for (notice, paper, relation, _) in reader.relations_of(report)? {
        let is_own = |id: RecordId| own.iter().any(|row| row.id == id);
        if relation != "notice-of" || !is_own(paper) || is_own(notice) {
            continue;
        }
        let Some(row) = reader.record(notice)? else {
            continue;
        };
        let record = reader.content(row.hash)?.unwrap_or_default();
        let first = reader.revisions(notice)?.first().map(|first| first.seq.0);
        if let (Some(flag), Some(seq)) = (announces(&record), first) {
            out.push((seq, flag, row.pmid));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Link, Pmid};

    #[test]
    fn publishers_marks_in_front_of_a_title_are_known_and_papers_about_retraction_are_not() {
        let titled = |title: &str| Record {
            title: Some(title.into()),
            ..Record::default()
        };
        for title in [
            "RETRACTED: Honey for cough",
            "Retracted Article: Honey for cough",
            "[Retracted] Honey for cough",
            "[RETRACTED ARTICLE] Honey for cough",
            "RETRACTED PAPER - Honey for cough",
            "Retracted. Honey for cough",
        ] {
            let found = flags(&titled(title));
            assert_eq!(
                found.into_iter().next(),
                Some((Flag::Retracted, None)),
                "{title}"
            );
        }
        for title in [
            "Retracted publications in medicine: a review",
            "Retraction: Honey for cough",
            "Retracted papers (2001-2010): a bibliometric study",
            "Honey for cough [retracted before print: a story]",
        ] {
            assert!(flags(&titled(title)).is_empty(), "{title}");
        }
        for (title, want) in [
            ("Retraction: Honey for cough", Some(Flag::Retracted)),
            ("Notice of retraction to: Honey", Some(Flag::Retracted)),
            (
                "Editorial Expression of Concern: Honey",
                Some(Flag::Concern),
            ),
            ("Erratum to: Honey", Some(Flag::Corrected)),
            ("Reply: Honey", None),
        ] {
            assert_eq!(announces(&titled(title)), want, "{title}");
        }
    }

    #[test]
    fn the_paper_is_flagged_and_its_notice_is_not() {
        let with = |kind: &str, link: &str| Record {
            publication_types: vec![kind.into()],
            links: vec![Link {
                kind: link.into(),
                pmid: Pmid::parse("99000002").ok(),
            }],
            ..Record::default()
        };
        let paper = flags(&with("Retracted Publication", "RetractionIn"));
        assert_eq!(
            paper.into_iter().collect::<Vec<_>>(),
            [(Flag::Retracted, Some("99000002".into()))]
        );
        assert!(flags(&with("Retraction of Publication", "RetractionOf")).is_empty());
        assert_eq!(flags(&with("Retracted Publication", "CommentIn")).len(), 1);
        assert_eq!(flags(&with("Journal Article", "RetractionIn")).len(), 1);
    }
}
