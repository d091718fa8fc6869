//! What a file gave and what of it was not understood, so that no gap is silent.
//!
//! Counted for every format alike, as the records come: how many have a title, authors, a year, a
//! journal, a DOI, a PMID and an abstract, and which tags or columns no reader knows. A file in
//! which no record has a title is damaged; a field that its columns have and no record is a warning.

use super::{Format, Parsed, Problem, ProblemKind};
use crate::model::{Record, RecordKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Names of tags or columns that are counted; a file with more is not an export.
const NAMES: usize = 2_000;
/// From this many records on, an identifier or an abstract that none of them has is worth a word.
const MANY: u64 = 10;

/// How many records have each field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Filled {
    /// How many records have a title.
    pub title: u64,
    /// How many have at least one author.
    pub authors: u64,
    /// How many records have a year.
    pub year: u64,
    /// How many have a journal, book or proceedings.
    pub journal: u64,
    /// How many have a DOI.
    pub doi: u64,
    /// How many have a PMID.
    pub pmid: u64,
    /// How many records have an abstract.
    #[serde(rename = "abstract")]
    pub abstract_text: u64,
}

impl Filled {
    /// Each field by its name and its count.
    pub fn fields(&self) -> [(&'static str, u64); 7] {
        [
            ("title", self.title),
            ("authors", self.authors),
            ("year", self.year),
            ("journal", self.journal),
            ("doi", self.doi),
            ("pmid", self.pmid),
            ("abstract", self.abstract_text),
        ]
    }
}

/// A tag or column that no reader knows; its values stay in the records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotUnderstood {
    /// The tag or column.
    pub name: String,
    /// How many records have it.
    pub records: u64,
}

/// How the use of a column was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// By a name that is known.
    Name,
    /// By a name that is near a known one.
    NearName,
    /// By what stands in it.
    Content,
    /// Known, without a field of its own: it stays under its name.
    Kept,
    /// Not understood: it stays under its name.
    Left,
}

/// What a column of a table was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ColumnUse {
    /// Its name as written.
    pub name: String,
    /// The field that it fills.
    pub field: Option<&'static str>,
    /// How that was found.
    pub how: How,
}

/// What a file gave, what was taken for what, and what was left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Account {
    /// How many records have each field.
    pub filled: Filled,
    /// Tags and columns that no reader knows, in the order of their names.
    pub not_understood: Vec<NotUnderstood>,
    /// The columns of a table.
    pub columns: Vec<ColumnUse>,
    /// How many entries say that the source withdrew a record (`DeleteCitation`): no records.
    pub withdrawn: u64,
    /// Why no record has a title, where a table tells.
    pub(super) untitled: Option<String>,
}

/// Counts records as they come.
#[derive(Debug, Default)]
pub(super) struct Counter {
    pub(super) filled: Filled,
    records: u64,
    withdrawn: u64,
    /// Entries of trial registers, which name no authors.
    trials: u64,
    rest: BTreeMap<String, u64>,
}

impl Counter {
    pub(super) fn see(&mut self, record: &Record) {
        self.records += 1;
        if record.kind == RecordKind::Deleted {
            self.withdrawn += 1;
            return;
        }
        self.trials += u64::from(record.kind == RecordKind::Trial);
        let filled = &mut self.filled;
        for (count, has) in [
            (&mut filled.title, record.title.is_some()),
            (&mut filled.authors, !record.authors.is_empty()),
            (&mut filled.year, record.year.is_some()),
            (&mut filled.journal, record.journal.is_some()),
            (&mut filled.doi, record.doi.is_some()),
            (&mut filled.pmid, record.pmid.is_some()),
            (&mut filled.abstract_text, record.abstract_text.is_some()),
        ] {
            *count += u64::from(has);
        }
        for name in record.extra.keys() {
            if let Some(count) = self.rest.get_mut(name) {
                *count += 1;
            } else if self.rest.len() < NAMES {
                self.rest.insert(name.clone(), 1);
            }
        }
    }

    /// Closes the account of a file: fills it in and adds what is wrong with the file as a whole.
    pub(super) fn close(self, parsed: &mut Parsed) {
        parsed.account.filled = self.filled;
        parsed.account.withdrawn = self.withdrawn;
        let known: BTreeMap<&str, bool> = parsed
            .account
            .columns
            .iter()
            .map(|column| (column.name.as_str(), column.how != How::Left))
            .collect();
        let format = parsed.format;
        let is_known = |name: &str| match known.get(name) {
            Some(known) => *known,
            None => is_known(format, name),
        };
        let left = self.rest.into_iter().filter(|(name, _)| !is_known(name));
        let left = left.map(|(name, records)| NotUnderstood { name, records });
        parsed.account.not_understood = left.collect();
        let real = self.records - self.withdrawn;
        if real == 0 {
            parsed.account.untitled = None;
            return;
        }
        let mut found = Vec::new();
        if self.filled.title == 0 {
            let mut text = match real {
                1 => "the record has no title".to_owned(),
                n => format!("none of {n} records has a title"),
            };
            if let Some(why) = parsed.account.untitled.take() {
                text.push_str(": ");
                text.push_str(&why);
            }
            found.push(Problem::file(ProblemKind::NoTitles, text));
        }
        // Our own tables have every column, whatever the records have.
        let ours = parsed.dialect == "perennial";
        for (field, count) in self.filled.fields() {
            let rare = matches!(field, "doi" | "pmid" | "abstract");
            if ours || count > 0 || field == "title" || (rare && real < MANY) {
                continue;
            }
            let columns = parsed.account.columns.iter();
            let columns = columns.filter(|column| column.field == Some(field));
            let names: Vec<String> = columns.map(|c| format!("`{}`", c.name)).take(5).collect();
            let expected = match field {
                "authors" => real - self.trials,
                _ => real,
            };
            let tagged = parsed.account.columns.is_empty()
                && expected >= MANY
                && matches!(field, "authors" | "year")
                && !matches!(format, Format::Csv | Format::Ictrp | Format::Ctgov);
            if tagged {
                let text = format!("no record has {field}");
                found.push(Problem::file(ProblemKind::EmptyField, text));
            } else if !names.is_empty() {
                let text = format!(
                    "no record has {field}, although there is {}",
                    names.join(", ")
                );
                found.push(Problem::file(ProblemKind::EmptyField, text));
            }
        }
        parsed.account.untitled = None;
        parsed.problems.splice(0..0, found);
    }
}

/// Whether a tag is one of its format's own that has no field here.
fn is_known(format: Format, name: &str) -> bool {
    let one_of = |list: &str| list.split(' ').any(|known| known == name);
    match format {
        // Web of Science writes its own tags into RIS as well.
        Format::Ris => {
            let other = matches!(name, "CT" | "PM" | "DI");
            one_of(RIS) || (one_of(WOS) && !other)
        }
        Format::Nbib => one_of(MEDLINE),
        Format::Wos => one_of(WOS),
        Format::Enw => name.starts_with('%') || one_of(ENW),
        // `funding_text 1` of Scopus is one of several.
        Format::Bib => {
            let several = |c: char| c.is_ascii_digit() || c.is_whitespace();
            let known = |name: &str| BIB.split(' ').any(|known| known == name);
            known(name) || known(name.trim_end_matches(several))
        }
        Format::Csv => false,
        // RefWorks names its tags as RIS does; `RT` begins a record, `SR` says how it was had.
        Format::Refworks => one_of(RIS) || one_of("BT CP CT DI ED J1 NO PM VO YR"),
        // Labels that Ovid's field guides list are mapped; any other is a field of its own.
        Format::Text => true,
        // Their elements and keys are those of a schema.
        Format::PubmedXml
        | Format::EndnoteXml
        | Format::Ictrp
        | Format::Ctgov
        | Format::Crossref
        | Format::EuropePmc => true,
    }
}

/// RIS as the Research Information Systems specification and its successors list it.
const RIS: &str = "TY A1 A2 A3 A4 AB AD AN AU AV C1 C2 C3 C4 C5 C6 C7 C8 CA CN CR CY DA DB \
    DO DP DS EP ER ET ID IP IS J2 JA JF JO KW L1 L2 L3 L4 LA LB LK LM M1 M2 M3 N1 N2 NV OL \
    OP PA PB PMID PP PT PY RD RI RN RP RT SE SF SL SN SO SP SR ST SV T1 T2 T3 TA TI TN TO TT U1 U2 U3 \
    U4 U5 UR VL WP WT WV Y1 Y2 CC AI NL";
/// MEDLINE/PubMed data element (field) descriptions, National Library of Medicine.
const MEDLINE: &str = "AB AD AID AIR AU AUID BTI CDAT CI CIN CN COI COIS CON CP CRDT CRF CRI CTDT CTI \
    DA DB DCOM DDIN DEP DP DRDT DRIN ECF ECI EDAT EFR EIN EN ENG ETD FAU FED FIR FPS GN GR GS IP IR IRAD \
    IS ISBN IRF JID JT LA LID LR MH MHDA MID NM OAB OABL OCI OID ORI OT OTO OWN PB PG PHST PL PMC PMCR \
    PMID PRIN PROF PS PST PT PUBM RCN RF RIN RN ROF RPF RPI RRF RRI SB SI SO SPIN STAT SFM TA TI TT UIN \
    UOF VI VTI";
/// Web of Science Core Collection and MEDLINE field tags, Clarivate.
const WOS: &str = "FN VR PT AU AF BA BF CA GP BE TI SO SE BS LA DT CT CY CL SP HO DE ID AB C1 C3 RP EM RI \
    OI FU FX CR NR TC Z9 Z8 Z1 Z2 Z3 Z4 Z7 U1 U2 PU PI PA SN EI EY BN J9 JI PD PY VL IS PN SU SI MA BP EP \
    AR DI DL D2 EA PG WC WE SC GA PM UT OA HC HP DA ER EF P1 P2 P3 PS MC MH MQ CN RN CE AN NM TS DS SS CB";
/// EndNote's tags without `%`, as older readers name them.
const ENW: &str = "0 A B C D E F G H I J K L M N O P Q R S T U V W X Y Z";
/// Fields of BibTeX, BibLaTeX and of the exports of Scopus, Web of Science, Zotero and JabRef.
const BIB: &str = "key abstract address affiliation affiliations abbrev_source_title annote annotation art_number article-number book-group-author \
    article_no articleno author author_keywords authorids bookauthor booksubtitle booktitle chemicals_cas \
    chapter coden collaboration contributor copyright correspondence_address1 crossref da date date-added \
    date-modified day document_type doi earlyaccessdate edition editor eid eissn eprint eprinttype \
    eventdate eventtitle file funding_details funding_text funding-acknowledgement funding-text group \
    groups howpublished institution isbn issn issue issue_date journal journal-iso journaltitle keyword \
    keywords keywords-plus language langid location manufacturers mendeley-groups month \
    number number-of-cited-references numpages note oa openaccess organization orcid-numbers page \
    page_count pages pagetotal pii place pmcid pmid publication_stage publisher pubstate \
    pubmed_id references research-areas researcherid-numbers rights school series shortjournal \
    shorttitle source sponsors subtitle times-cited title tradenames type unique-id url urldate \
    usage-count-last-180-days usage-count-since-2013 venue volume web-of-science-categories \
    web-of-science-index year";

#[cfg(test)]
mod tests {
    use crate::formats::{ProblemKind, read};

    #[test]
    fn every_format_counts_what_its_records_have_and_names_what_it_does_not_know() {
        let ris = "TY  - JOUR\nTI  - A\nAU  - B, C\nXQ  - odd\nER  - \nTY  - JOUR\nTI  - D\nPY  - 2019\nER  - \n";
        let account = read(ris.as_bytes(), None).unwrap().account;
        assert_eq!(
            (
                account.filled.title,
                account.filled.authors,
                account.filled.year
            ),
            (2, 1, 1)
        );
        assert_eq!(account.not_understood.len(), 1);
        assert_eq!(
            (
                account.not_understood[0].name.as_str(),
                account.not_understood[0].records
            ),
            ("XQ", 1)
        );
        let nbib = "PMID- 1\nTI  - A\nDP  - 2019\n";
        let account = read(nbib.as_bytes(), None).unwrap().account;
        assert_eq!(
            (
                account.filled.title,
                account.filled.pmid,
                account.filled.doi
            ),
            (1, 1, 0)
        );
    }

    #[test]
    fn a_file_without_one_title_is_damaged_in_any_format() {
        for text in [
            "TY  - JOUR\nAU  - B, C\nPY  - 2019\nER  - \n",
            "PMID- 1\nAU  - B C\n",
            "DOI,Year,Authors\n10.1000/a,2019,\"B, C\"\n",
            "@article{a,\n author={B, C},\n year=2019\n}\n",
        ] {
            let parsed = read(text.as_bytes(), None).unwrap();
            assert_eq!(parsed.problems[0].kind, ProblemKind::NoTitles, "{text}");
            assert!(!parsed.is_whole() && !parsed.records.is_empty());
        }
        let withdrawn =
            "<PubmedArticleSet><DeleteCitation><PMID>1</PMID></DeleteCitation></PubmedArticleSet>";
        let parsed = read(withdrawn.as_bytes(), None).unwrap();
        assert!(
            parsed
                .problems
                .iter()
                .all(|p| p.kind != ProblemKind::NoTitles)
        );
    }
}
