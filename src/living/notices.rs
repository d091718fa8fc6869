//! Retractions, errata and expressions of concern on reports that are in use.
//!
//! PubMed states them by revising the paper: by publication type ("Retracted Publication") or by a
//! link to the notice (`RetractionIn`). The notice itself carries the mirror image ("Retraction of
//! Publication", `RetractionOf`) and is not a retracted paper; mixing the two up is the common error.

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
    if typed && !retracted {
        out.insert((Flag::Retracted, None));
    }
    out
}

/// Notices that a revision brought to a report in use after the last decision on it.
pub fn open_notices(reader: Reader<'_>) -> Result<Vec<Notice>, StoreError> {
    let mut out = Vec::new();
    for place in Place::IN_USE {
        for report in reader.reports_in(place)? {
            let decided = reader.last_decision_on(report.id)?;
            for row in reader.records_of(report.id)? {
                let revisions = reader.revisions(row.id)?;
                if revisions.len() < 2 {
                    continue; // what the first says is not news
                }
                let mut known = BTreeSet::new();
                for revision in revisions {
                    let Some(record) = reader.content(revision.hash)? else {
                        continue;
                    };
                    let says = flags(&record);
                    let first = revision.n == 1;
                    for (flag, pmid) in says.difference(&known).cloned().collect::<Vec<_>>() {
                        // A PMID that is added to a notice known without one is not news.
                        let told = pmid.is_some() && known.contains(&(flag, None));
                        if !first && !told && revision.seq.0 > decided {
                            out.push(Notice {
                                report: report.id,
                                citation: report.citation.clone(),
                                flag,
                                pmid,
                                seq: revision.seq.0,
                            });
                        }
                    }
                    known.extend(says);
                }
            }
        }
    }
    out.sort_by_key(|notice| (notice.report, notice.flag, notice.seq));
    out.dedup_by_key(|notice| (notice.report, notice.flag, notice.pmid.clone()));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Link, Pmid};

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
