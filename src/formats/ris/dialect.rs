//! Who wrote a RIS record, by evidence in it: where the PMID stands depends on that.
//!
//! Evidence is looked for per record, since people join exports of several databases into one
//! file; a record without any takes what most of its file shows.

use crate::formats::tagged::Fields;

/// Whose RIS it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Cochrane,
    Embase,
    Ovid,
    Scopus,
    WebOfScience,
    Endnote,
    Zotero,
    Rayyan,
    Covidence,
    Asreview,
    Ebsco,
    Proquest,
    Refworks,
    Citavi,
    Perennial,
    Generic,
}

impl Dialect {
    const ALL: [Self; 16] = [
        Self::Cochrane,
        Self::Embase,
        Self::Ovid,
        Self::Scopus,
        Self::WebOfScience,
        Self::Endnote,
        Self::Zotero,
        Self::Rayyan,
        Self::Covidence,
        Self::Asreview,
        Self::Ebsco,
        Self::Proquest,
        Self::Refworks,
        Self::Citavi,
        Self::Perennial,
        Self::Generic,
    ];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Cochrane => "cochrane",
            Self::Embase => "embase.com",
            Self::Ovid => "ovid",
            Self::Scopus => "scopus",
            Self::WebOfScience => "web of science",
            Self::Endnote => "endnote",
            Self::Zotero => "zotero",
            Self::Rayyan => "rayyan",
            Self::Covidence => "covidence",
            Self::Asreview => "asreview",
            Self::Ebsco => "ebsco",
            Self::Proquest => "proquest",
            Self::Refworks => "refworks",
            Self::Citavi => "citavi",
            Self::Perennial => "perennial",
            Self::Generic => "generic",
        }
    }
}

/// The dialect of one record; reference managers come before the databases they exported from.
pub(super) fn of(fields: &Fields<'_>) -> Option<Dialect> {
    let any = |tags: &[&str], test: &dyn Fn(&str) -> bool| fields.of(tags).any(|f| test(&f.value));
    let starts = |tags: &[&str], with: &str| any(tags, &|v| v.starts_with(with));
    let holds = |tags: &[&str], part: &str| any(tags, &|v| v.contains(part));
    let has = |tag: &str| fields.has(tag);
    let found = if starts(&["C1"], crate::formats::write::MARK) || starts(&["DB"], "perennial") {
        Dialect::Perennial
    } else if starts(&["AN", "ID"], "rayyan-") {
        Dialect::Rayyan
    } else if starts(&["ID"], "RefID:") {
        Dialect::Refworks
    } else if starts(&["M4"], "Citavi") {
        Dialect::Citavi
    } else if has("NS") && (has("PD") || has("PG")) {
        Dialect::Covidence
    } else if starts(&["N1"], "ASReview_") {
        Dialect::Asreview
    } else if starts(&["AN"], "CN-") {
        Dialect::Cochrane
    } else if starts(&["AN"], "WOS:") || (has("J9") && has("JI")) {
        Dialect::WebOfScience
    } else if has("ST") && (has("ID") || has("TI")) {
        Dialect::Endnote
    } else if any(&["DA"], &|v| {
        v.ends_with('/') && v.matches('/').count() == 3
    }) {
        Dialect::Zotero
    } else if starts(&["DP"], "EBSCO") || holds(&["UR"], "ebscohost.com") {
        Dialect::Ebsco
    } else if holds(&["UR", "L1", "L2"], "proquest.com") || starts(&["DP"], "ProQuest") {
        Dialect::Proquest
    } else if any(&["U2"], &|v| is_embase_id(v)) {
        Dialect::Embase
    } else if any(&["DB", "XT"], &|v| v.contains('<') && v.ends_with('>'))
        || holds(&["UR"], "ovid")
        || holds(&["L1", "L2", "LK"], "ovidweb.cgi")
        || starts(&["DB"], "Ovid ")
    {
        Dialect::Ovid
    } else if holds(&["UR"], "scopus.com/inward") || starts(&["DB"], "Scopus") {
        Dialect::Scopus
    } else {
        return None;
    };
    Some(found)
}

/// `L` and digits: the accession number of Embase.
pub(super) fn is_embase_id(value: &str) -> bool {
    let digits = value.strip_prefix('L').unwrap_or_default();
    digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())
}

/// How many records show which dialect.
#[derive(Debug, Default)]
pub(super) struct Votes([u64; Dialect::ALL.len()]);

impl Votes {
    pub(super) fn add(&mut self, dialect: Option<Dialect>) {
        let place = Dialect::ALL.iter().position(|d| Some(*d) == dialect);
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count += 1;
        }
    }

    /// The dialect of most records; of equals the first.
    pub(super) fn most(&self) -> Option<Dialect> {
        let counted = self.0.iter().zip(Dialect::ALL).rev();
        let (count, dialect) = counted.max_by_key(|(count, _)| **count)?;
        (*count > 0).then_some(dialect)
    }
}

/// `Record #3 of 81` of the Cochrane Library: the number the search found.
pub(super) fn record_header(line: &str) -> Option<u64> {
    let (number, total) = line.trim().strip_prefix("Record #")?.split_once(" of ")?;
    number.parse::<u64>().ok()?;
    total.trim().parse().ok()
}
