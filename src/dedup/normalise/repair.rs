//! The fields of a record as they were meant: read before anything is compared, never written back.
//!
//! Exports put a whole source string into the journal column (Ovid's Embase and MEDLINE, citations
//! as the NLM writes them), push columns by one ("pp S431" as issue, the year as pages), and write
//! article numbers, months or remarks where a number belongs. What is done here is named in
//! `explain`, so that a person sees why two values that look unlike were taken as one.

mod column;
mod doi;
mod source;

use crate::model::Record;
use std::borrow::Cow;

/// One repair: the field, and what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Repair {
    pub(crate) field: &'static str,
    pub(crate) what: &'static str,
}

/// The fields that place a record, repaired.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields<'a> {
    pub(crate) year: Option<u16>,
    pub(crate) volume: Option<Cow<'a, str>>,
    pub(crate) issue: Option<Cow<'a, str>>,
    pub(crate) pages: Option<Cow<'a, str>>,
    pub(crate) doi: Option<Box<str>>,
    pub(crate) repairs: Vec<Repair>,
}

/// The journal's name in the journal column: what stands before the volume in a source string.
/// "Conference:" stays at the end of it where the string has one.
pub(crate) fn journal_name(raw: &str) -> &str {
    source::read(raw).map_or(raw, |found| found.journal)
}

impl<'a> Fields<'a> {
    /// Reads the fields of a record.
    pub(crate) fn read(record: &'a Record) -> Self {
        let mut fields = Self {
            year: record.year,
            volume: own(record.volume.as_deref()),
            issue: own(record.issue.as_deref()),
            pages: own(record.pages.as_deref()),
            ..Self::default()
        };
        fields.doi = doi::read(record, &mut fields.repairs);
        let found = record.journal.as_deref().and_then(source::read);
        if let Some(found) = found {
            fields.take(&found);
        }
        column::mend(&mut fields);
        fields
    }

    fn repaired(&mut self, field: &'static str, what: &'static str) {
        self.repairs.push(Repair { field, what });
    }

    /// A source string says more than the columns beside it, which its exporter filled by rote.
    fn take(&mut self, found: &source::Source<'a>) {
        let numbers = [
            (found.volume, &mut self.volume),
            (found.issue, &mut self.issue),
            (found.pages, &mut self.pages),
        ];
        for (from, to) in numbers {
            if let Some(from) = from {
                *to = Some(Cow::Borrowed(from));
            }
        }
        if let Some(year) = found.year
            && self.year.is_none_or(|own| own.abs_diff(year) > 2)
        {
            self.year = Some(year);
            self.repaired("year", "read from the source string in the journal column");
        }
        self.repaired("journal", "name and numbers read from a source string");
    }
}

/// A column's value; what exporters write for none is none.
fn own(raw: Option<&str>) -> Option<Cow<'_, str>> {
    let text = raw?.trim();
    (!column::says_nothing(text)).then_some(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(journal: &str, [volume, issue, pages]: [&str; 3], year: u16) -> String {
        let value = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let record = Record {
            journal: value(journal),
            volume: value(volume),
            issue: value(issue),
            pages: value(pages),
            year: Some(year),
            ..Record::default()
        };
        let f = Fields::read(&record);
        let show = |t: &Option<Cow<'_, str>>| t.as_deref().unwrap_or("-").to_owned();
        format!(
            "{} | {} | {} | {} | {}",
            journal_name(journal),
            show(&f.volume),
            show(&f.issue),
            show(&f.pages),
            f.year.map_or_else(|| "-".into(), |y| y.to_string()),
        )
    }

    #[test]
    fn source_strings_are_read_into_their_fields() {
        for (journal, columns, want) in [
            (
                "Invented Letters.3 (2) ()(pp 90) 1981.Date of Publication: 1981.",
                ["", "2", "90"],
                "Invented Letters | 3 | 2 | 90 | 1981",
            ),
            (
                "Invented Research. 189 (1) (pp 9-16), 2008. Date of Publication: 16 May 2008.",
                ["", "1", "Sep-16"],
                "Invented Research | 189 | 1 | 9-16 | 2008",
            ),
            (
                "Invented One.10 (4) (no pagination) 2015.Article Number: e0123682.Date of Publication: 13 Apr 2015.",
                ["", "4", ""],
                "Invented One | 10 | 4 | e0123682 | 2015",
            ),
            (
                "Invented Inflammation.10 (no pagination) 2013.Article Number: 116.Date of Publication: 19 Sep 2013.",
                ["", "no pagination", ""],
                "Invented Inflammation | 10 | - | 116 | 2013",
            ),
            (
                "J.Invent.Clin.()(pp 607-612) 1970.Date of Publication: 1970.",
                ["", "", "607-612"],
                "J.Invent.Clin | - | - | 607-612 | 1970",
            ),
            (
                "INVENTOLOGIA 33 (3) ()(pp 267-275) 1973.Date of Publication: 1973.",
                ["", "3", "267-275"],
                "INVENTOLOGIA | 33 | 3 | 267-275 | 1973",
            ),
            (
                "Acta Invent Scand - Section B Microbiology.81 B (3) ()(pp 273-281) 1973.Date of Publication: 1973.",
                ["", "3", "273-281"],
                "Acta Invent Scand - Section B Microbiology | 81 B | 3 | 273-281 | 1973",
            ),
            (
                "Invented psychopharmacology.8 Suppl 1 ()(pp 3-62) 1993.Date of Publication: Sep 1993.",
                ["", "", "Mar-62"],
                "Invented psychopharmacology | 8 Suppl 1 | - | 3-62 | 1993",
            ),
            (
                "Inventology.Conference: 64th Annual Meeting Oslo Norway.Conference Start: 20090514 Conference End: 20090516.Conference Publication: (var.pagings).65 (8 Suppl 1) ()(pp 36S) 2009.Date of Publication: 2009.",
                ["", "var.pagings", "36S"],
                "Inventology.Conference: | 65 | 8 Suppl 1 | 36S | 2009",
            ),
            (
                "Inventology.Conference: 22nd Biennial Meeting Busan.Conference Start: 20090823 Conference End: 20090828.110 ()(pp 247) 2009.Date of Publication: September 2009.",
                ["", "", "247"],
                "Inventology.Conference: | 110 | - | 247 | 2009",
            ),
            (
                "Inventology.Conference: Purines 2014 an International Conference on Nucle",
                ["", "var.pagings", "750"],
                "Inventology.Conference: | - | - | 750 | 2014",
            ),
            (
                "Invented Circulation. 123(4):373-8, 2011 Feb 1.",
                ["", "", ""],
                "Invented Circulation | 123 | 4 | 373-8 | 2011",
            ),
            (
                "J Invent Med. 2009 Jan 29;360(5):544-6",
                ["", "", ""],
                "J Invent Med | 360 | 5 | 544-6 | 2009",
            ),
            (
                "Invented Review, vol. 12, no. 3, pp. 123-130, 2010",
                ["", "", ""],
                "Invented Review | 12 | 3 | 123-130 | 2010",
            ),
        ] {
            let year = want.rsplit(' ').next().unwrap().parse().unwrap();
            assert_eq!(fields(journal, columns, year), want, "{journal}");
        }
    }

    #[test]
    fn journal_names_with_numbers_stay_whole() {
        for name in [
            "3 Biotech",
            "Journal of Physics: Section B 12",
            "50th Annual Invented Conference on Systems 2017, vols 1-3",
            "Cancer. Part 2 (Oncology)",
            "Proceedings of the 2010 (3rd) meeting: a series",
        ] {
            assert_eq!(journal_name(name), name);
        }
    }

    #[test]
    fn columns_shifted_or_misused_are_mended() {
        for (columns, year, want) in [
            (["19", "pp S431", "2009"], 2009, "19 | - | S431 | 2009"),
            (["5", "22", "2010"], 2010, "5 | 22 | - | 2010"),
            (["302", "4", "April"], 2010, "302 | 4 | - | 2010"),
            (["pp 12-19", "", ""], 2010, "- | - | 12-19 | 2010"),
            (
                ["2017 (6) (no pagination)", "CD907028", ""],
                2017,
                "2017 | - | CD907028 | 2017",
            ),
            (["8", "e1234", ""], 2010, "8 | - | e1234 | 2010"),
            (
                ["27 (Supplement 1)", "", "19"],
                2018,
                "27 | Supplement 1 | 19 | 2018",
            ),
            (
                ["394", "10214", "2096-2107"],
                2019,
                "394 | 10214 | 2096-2107 | 2019",
            ),
            (["12(3)", "", "5-9"], 2001, "12 | 3 | 5-9 | 2001"),
            (["244", "19", "2141-2147"], 2146, "244 | 19 | 2141-2147 | -"),
            (["37", "", "20100529/0604"], 2010, "37 | - | - | 2010"),
        ] {
            let got = fields("J", columns, year);
            assert_eq!(got.split_once(" | ").unwrap().1, want, "{columns:?}");
        }
    }
}
