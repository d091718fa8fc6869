//! RefWorks tagged format: two letters, a blank, a value.
//!
//! CNKI, Wanfang, VIP, ProQuest and others export it beside RefWorks itself. `RT` opens a record;
//! the tags are those of RefWorks' own list, in capitals or (CNKI's `vo`) small letters. A line
//! without one of them goes on with the value above. CNKI keeps all authors under one `A1` and the
//! whole range of pages under `OP`.

use super::tagged::Fields;
use super::text::{Line, count_lines, lines};
use super::values::{
    bare_pmid, doi_alone, doi_in_address, is_address, is_et_al, numbered_author, page_range,
    people, stated,
};
use super::{
    Entry, EntryKind, Format, LineClass, Lines, Native, Own, Parsed, ParsedRecord, Problem,
    ProblemKind,
};
use super::{kind as kind_of, wrapper};
use crate::model::{Doi, Record, RecordKind};

/// The tags of RefWorks.
const TAGS: [&str; 62] = [
    "RT", "SR", "ID", "A1", "T1", "JF", "JO", "YR", "FD", "VO", "IS", "SP", "OP", "K1", "AB", "NO",
    "A2", "T2", "ED", "PB", "PP", "A3", "T3", "A4", "A5", "A6", "SN", "AV", "AD", "AN", "LA", "CL",
    "SF", "OT", "LK", "DO", "CN", "DB", "DS", "IP", "RD", "ST", "U1", "U2", "U3", "U4", "U5", "U6",
    "U7", "U8", "U9", "UL", "WP", "WT", "WV", "OL", "PM", "PN", "CP", "CO", "FL", "JP",
];
/// Tags of which a record has one at least.
const HEADS: [&str; 4] = ["A1", "T1", "JF", "SR"];

/// Whether a text begins as RefWorks text does.
pub(super) fn is_header(text: &str) -> bool {
    let filled = text.lines().filter(|l| !l.trim().is_empty());
    let mut known = filled.skip_while(|l| wrapper::of(l).is_some()).take(12);
    let first = known.next().and_then(split_tag);
    let opens = first.is_some_and(|(tag, value)| tag == "RT" && !value.is_empty());
    opens
        && known
            .filter_map(split_tag)
            .any(|(tag, _)| HEADS.contains(&tag))
}

fn split_tag(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start_matches('\u{feff}');
    let own = line.get(..2)?;
    let rest = line.get(2..)?;
    if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
        return None;
    }
    let tag = TAGS.iter().find(|tag| tag.eq_ignore_ascii_case(own))?;
    // A small-letter tag is one only where it can be no word: `is`, `no`, `id` begin lines too.
    let small = own.bytes().any(|b| b.is_ascii_lowercase());
    (!small || *tag == "VO").then(|| (*tag, rest.trim()))
}

/// Reads one file.
pub(super) fn read(text: &str) -> Parsed {
    let mut file = File::default();
    file.lines.total = count_lines(text);
    for line in lines(text) {
        let class = file.line(line);
        file.lines.add(class);
    }
    file.close();
    file.problems.sort_by_key(|p| p.line);
    Parsed {
        format: Format::Refworks,
        dialect: "refworks",
        records: file.records,
        problems: file.problems,
        lines: file.lines,
        declared: None,
        query: None,
        account: super::Account::default(),
    }
}

#[derive(Default)]
struct File<'a> {
    open: Option<Fields<'a>>,
    records: Vec<ParsedRecord>,
    lines: Lines,
    problems: Vec<Problem>,
}

impl<'a> File<'a> {
    fn line(&mut self, line: Line<'a>) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}').trim_end();
        if text.trim().is_empty() {
            return LineClass::Blank;
        }
        match (split_tag(text), &mut self.open) {
            (Some(("RT", value)), _) => {
                self.close();
                let n = self.records.len() as u64 + 1;
                let mut fields = Fields::new(n, line.n);
                fields.push("RT", line.n, value, &mut self.problems);
                self.open = Some(fields);
                LineClass::Tag
            }
            (Some((tag, value)), Some(fields)) => {
                fields.push(tag, line.n, value, &mut self.problems);
                LineClass::Tag
            }
            (Some((tag, value)), None) => {
                let n = self.records.len() as u64 + 1;
                let text = "no RT line at the start of this record";
                self.problems
                    .push(Problem::at(line.n, n, ProblemKind::MissingTy, text));
                let mut fields = Fields::new(n, line.n);
                fields.push(tag, line.n, value, &mut self.problems);
                self.open = Some(fields);
                LineClass::Tag
            }
            (None, Some(fields)) => {
                fields.extend(line.n, text, &mut self.problems);
                LineClass::Continuation
            }
            (None, None) if wrapper::of(text).is_some() => LineClass::Wrapper,
            (None, None) => {
                let shown: String = text.trim().chars().take(120).collect();
                let message = format!("not understood: {shown}");
                self.problems
                    .push(Problem::line(line.n, ProblemKind::StrayLine, message));
                LineClass::Problem
            }
        }
    }

    fn close(&mut self) {
        if let Some(fields) = self.open.take() {
            self.records.push(build(fields, &mut self.problems));
        }
    }
}

fn build(mut fields: Fields<'_>, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (fields.n, fields.line);
    let lines = fields.all_but(&["A1"], |author| numbered_author(author).is_some());
    let each = lines.into_iter().flat_map(|line| {
        let line = line.replace('\u{ff1b}', ";");
        let one = line.trim_end_matches([';', ' ']).to_owned();
        people(&line).unwrap_or_else(|| vec![one])
    });
    let mut authors: Vec<String> = each.collect();
    let authors_truncated = authors.last().is_some_and(|a| is_et_al(a));
    if authors_truncated {
        authors.pop();
    }
    let doi = doi(&mut fields, out);
    let medline = fields
        .of(&["DB", "DS"])
        .any(|f| ["medline", "pubmed"].contains(&f.value.to_lowercase().as_str()));
    let pmid = fields.of(&["PM"]).find_map(|f| bare_pmid(&f.value));
    let pmid = pmid.or_else(|| {
        let accession = fields.of(&["AN"]).find_map(|f| bare_pmid(&f.value));
        accession.filter(|_| medline)
    });
    let (start, end) = (fields.first(&["SP"]), fields.first(&["OP"]));
    // CNKI has no `SP`, and the whole range under `OP`.
    let pages = match start {
        None => end,
        start => page_range(start.as_deref(), end.as_deref()),
    };
    let entry = Entry {
        n,
        line,
        kind: EntryKind::One(fields.first(&["RT"])),
        title: fields.first(&["T1"]),
        authors,
        authors_truncated,
        year: fields.year(&["YR", "FD"], out),
        journal: fields.first_fit(&["JF", "JO", "T2"], |value| !is_address(value)),
        volume: fields.first(&["VO"]),
        issue: fields.first(&["IS"]),
        pages,
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: fields.first(&["AB"]),
        own: Own::Ris {},
    };
    let kind = match &entry.kind {
        EntryKind::One(Some(kind)) if kind.contains("Book") => RecordKind::Book,
        EntryKind::One(_) | EntryKind::Many(_) => RecordKind::Article,
    };
    let keywords = fields.all(&["K1"]);
    let keywords = keywords.iter().flat_map(|k| k.split([';', '\u{ff1b}']));
    let keywords = keywords.filter_map(stated).collect();
    let types = match &entry.kind {
        EntryKind::One(one) => one.clone().into_iter().collect(),
        EntryKind::Many(types) => types.clone(),
    };
    let registry = fields.trial_numbers(&["K1", "NO", "AN", "ID", "U1", "U2"]);
    let record = Record {
        kind,
        source_id: fields.first(&["AN", "ID"]),
        title: entry.title.clone(),
        other_titles: fields.all(&["OT"]),
        authors: entry.authors.clone(),
        authors_truncated,
        year: entry.year,
        journal: entry.journal.clone(),
        volume: entry.volume.clone(),
        issue: entry.issue.clone(),
        pages: entry.pages.clone(),
        issn: fields.all(&["SN"]),
        doi,
        pmid,
        registry,
        abstract_text: entry.abstract_text.clone(),
        publication_types: types,
        keywords,
        language: fields.first(&["LA"]),
        url: fields.first(&["UL", "LK"]),
        extra: fields.rest(),
        ..Record::default()
    };
    let named = record.publication_types.first();
    let named = named.and_then(|name| kind_of::endnote(name));
    ParsedRecord {
        n,
        line: Some(line),
        record: kind_of::settled(record, named),
        native: Native::Entry(Box::new(entry)),
    }
}

/// `DO`, else a doi.org address, else a note that is one.
fn doi(fields: &mut Fields<'_>, out: &mut Vec<Problem>) -> Option<Doi> {
    let stated = fields.doi(&["DO"], out);
    let linked = || {
        fields
            .of(&["UL", "LK"])
            .find_map(|f| doi_in_address(&f.value))
    };
    let noted = || fields.of(&["NO"]).find_map(|f| doi_alone(&f.value));
    stated.or_else(linked).or_else(noted)
}
