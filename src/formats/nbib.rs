//! MEDLINE text as PubMed saves it (`.nbib`, "PubMed format").
//!
//! The tag is padded to four characters and followed by `- `; a continuation is indented. A record
//! begins with its `PMID` line, or where the file begins its records with another tag, with that
//! tag; blank lines alone are not reliable. Others write the format without PMIDs (ERIC, NASA ADS,
//! ourselves): there a record begins behind a blank line with a tag of which a record has one alone
//! and the open one has it. Whose the file is then says its `OWN`. The fields are those of
//! <https://pubmed.ncbi.nlm.nih.gov/help/#pubmed-format>.

use super::kind;
use super::tagged::{Field, Fields};
use super::text::{Line, count_lines, lines};
use super::values::{add_once, filled, is_et_al, is_trial_registry, trial_numbers};
use super::{
    Entry, EntryKind, Format, LineClass, Lines, Native, Own, Parsed, ParsedRecord, Problem,
    ProblemKind, Sink,
};
use super::{wrapper, write};
use crate::model::{Doi, Link, Pmcid, Pmid, Record, RecordKind, RegistryId};

/// A tag line: two to four capitals or digits, padded to four, and a dash.
pub(super) fn split_tag(line: &str) -> Option<(&str, &str)> {
    let padded = line.get(..4)?;
    let value = line.get(4..)?.strip_prefix('-')?;
    let tag = padded.trim_end();
    let capital = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let named = tag.len() >= 2 && tag.bytes().all(capital);
    let open = value.is_empty() || value.starts_with(' ') || tag.len() < 4;
    let pmid = tag == "PMID" && value.starts_with(|c: char| c.is_ascii_digit());
    let first = tag.starts_with(|c: char| c.is_ascii_uppercase());
    (named && first && (open || pmid)).then(|| (tag, value.trim()))
}

/// Tags that stand once in a record.
const ONCE: [&str; 9] = ["PMID", "OWN", "UI", "TI", "STAT", "DP", "VI", "SO", "AB"];

/// Reads one file.
pub(super) fn read(text: &str, sink: &mut Sink<'_>) -> Parsed {
    let mut file = File {
        sink,
        open: None,
        room: Vec::new(),
        after_blank: false,
        sources: 0,
        leader: None,
        owner: None,
        numbered: false,
        lines: Lines::default(),
        problems: Vec::new(),
    };
    file.lines.total = count_lines(text);
    let mut ended = true;
    for line in lines(text) {
        let class = file.line(line);
        file.lines.add(class);
        ended = line.ended;
    }
    file.end(ended);
    file.problems.sort_by_key(|p| p.line);
    Parsed {
        account: super::Account::default(),
        format: Format::Nbib,
        dialect: file.dialect(),
        records: Vec::new(),
        problems: file.problems,
        lines: file.lines,
        declared: None,
        query: None,
    }
}

struct File<'a, 's, 'e> {
    sink: &'s mut Sink<'e>,
    open: Option<Fields<'a>>,
    /// The room of a record that is done, for the next.
    room: Vec<Field<'a>>,
    after_blank: bool,
    sources: u64,
    /// The first tag of the file: records of old MEDLINE text begin with their `UI`.
    leader: Option<&'a str>,
    /// The first owner that is named.
    owner: Option<String>,
    /// Whether a record has a PMID.
    numbered: bool,
    lines: Lines,
    problems: Vec<Problem>,
}

impl<'a> File<'a, '_, '_> {
    fn line(&mut self, line: Line<'a>) -> LineClass {
        let text = line.text.trim_start_matches('\u{feff}');
        let text = text.strip_prefix("<pre>").unwrap_or(text);
        if text.trim().is_empty() {
            self.after_blank = true;
            return LineClass::Blank;
        }
        let after_blank = std::mem::take(&mut self.after_blank);
        if let Some((tag, value)) = split_tag(text) {
            let leader = *self.leader.get_or_insert(tag) == tag;
            let numbered = self.open.as_ref().is_some_and(|f| f.has("PMID"));
            let again = ONCE.contains(&tag) && self.open.as_ref().is_some_and(|f| f.has(tag));
            let titled = self.open.as_ref().is_some_and(|f| f.has("TI"));
            let leads = leader && ((after_blank && (numbered || titled)) || again);
            // A record that PubMed does not have begins behind the blank line after a source line.
            let ended = |fields: &Fields<'_>| fields.last_tag() == Some("SO");
            let behind = after_blank && self.open.as_ref().is_some_and(ended);
            // Tags above the first PMID of a record are its own; a title there is another record's.
            let begins = (tag == "PMID" && (numbered || titled)) || leads || (after_blank && again);
            if behind || begins {
                self.close();
            } else if again && tag == "TI" {
                let text = "a second title in one record: two records may be read as one here";
                let n = self.sink.next();
                let problem = Problem::at(line.n, n, ProblemKind::MissingEr, text);
                self.problems.push(problem);
            }
            let n = self.sink.next();
            let room = &mut self.room;
            let begin = || Fields::in_room(n, line.n, std::mem::take(room));
            let fields = self.open.get_or_insert_with(begin);
            fields.push(tag, line.n, value, &mut self.problems);
            return LineClass::Tag;
        }
        let outside = self.open.is_none() || !text.starts_with([' ', '\t']);
        if outside && wrapper::of(text).is_some() {
            return LineClass::Wrapper;
        }
        if let Some(fields) = &mut self.open {
            if !text.starts_with([' ', '\t']) {
                let shown: String = text.chars().take(120).collect();
                let message =
                    format!("neither tag nor indented; kept with the field above: {shown}");
                let problem = Problem::at(line.n, fields.n, ProblemKind::StrayLine, message);
                self.problems.push(problem);
            }
            fields.extend(line.n, text, &mut self.problems);
            return LineClass::Continuation;
        }
        let shown: String = text.trim().chars().take(120).collect();
        let message = format!("not understood: {shown}");
        self.problems
            .push(Problem::line(line.n, ProblemKind::StrayLine, message));
        LineClass::Problem
    }

    fn close(&mut self) {
        if let Some(mut fields) = self.open.take() {
            self.sources += u64::from(fields.of(&["SO"]).next().is_some());
            self.numbered |= fields.has("PMID");
            if self.owner.is_none() {
                self.owner = fields.of(&["OWN"]).next().map(|f| f.value.to_lowercase());
            }
            let record = build(&mut fields, self.sink.native, &mut self.problems);
            self.room = fields.room();
            self.sink.push(record);
        }
    }

    /// Whose file it is: PubMed's where a record has a PMID and we did not write it.
    fn dialect(&self) -> &'static str {
        match self.owner.as_deref() {
            Some("perennial") => "perennial",
            _ if self.numbered => "pubmed",
            Some("eric") => "eric",
            Some(_) | None => "generic",
        }
    }

    /// PubMed ends every record with its `SO`; a last record without one has been cut off.
    fn end(&mut self, ended: bool) {
        if let Some(fields) = &self.open {
            let whole = fields.of(&["SO"]).next().is_some();
            let expected = self.sources > 0 && self.sources == self.sink.count;
            let first = self.sink.count == 0 && !ended;
            if !whole && (expected || first) {
                let text = "the file ends inside this record; what is there is kept";
                let kind = ProblemKind::TruncatedRecord;
                self.problems
                    .push(Problem::at(fields.line, fields.n, kind, text));
            }
        }
        self.close();
    }
}

/// The tags of links between publications and PubMed's words for them.
const LINKS: [(&str, &str); 22] = [
    ("CIN", "CommentIn"),
    ("CON", "CommentOn"),
    ("CRI", "CorrectedandRepublishedIn"),
    ("CRF", "CorrectedandRepublishedFrom"),
    ("DDIN", "DatasetIn"),
    ("DRIN", "DatasetUseReportedIn"),
    ("ECI", "ExpressionOfConcernIn"),
    ("ECF", "ExpressionOfConcernFor"),
    ("EIN", "ErratumIn"),
    ("EFR", "ErratumFor"),
    ("ORI", "OriginalReportIn"),
    ("PRIN", "PartialRetractionIn"),
    ("PROF", "PartialRetractionOf"),
    ("RIN", "RetractionIn"),
    ("ROF", "RetractionOf"),
    ("RPI", "RepublishedIn"),
    ("RPF", "RepublishedFrom"),
    ("RRI", "RetractedandRepublishedIn"),
    ("RRF", "RetractedandRepublishedFrom"),
    ("SPIN", "SummaryForPatientsIn"),
    ("UIN", "UpdateIn"),
    ("UOF", "UpdateOf"),
];

fn build(fields: &mut Fields<'_>, native: bool, out: &mut Vec<Problem>) -> ParsedRecord {
    let (n, line) = (fields.n, fields.line);
    let mut authors = match fields.all(&["FAU"]) {
        full if full.is_empty() => fields.all(&["AU"]),
        full => full,
    };
    let authors_truncated = authors.last().is_some_and(|author| is_et_al(author));
    if authors_truncated {
        authors.pop();
    }
    let pmid = pmid(fields, out);
    let doi = doi(fields);
    let title = fields.first(&["TI"]);
    let journal = fields.first(&["JT", "TA"]);
    // A chapter's book stands in the place of its journal.
    let (title, journal) = match (title, journal) {
        (Some(title), None) => (Some(title), fields.first(&["BTI"])),
        (None, journal) => (fields.first(&["BTI"]), journal),
        both => both,
    };
    let entry = Entry {
        n,
        line,
        kind: EntryKind::Many(fields.all(&["PT"])),
        title,
        authors,
        authors_truncated,
        year: fields.year(&["DP"], out),
        journal,
        volume: fields.first(&["VI"]),
        issue: fields.first(&["IP"]),
        pages: fields.first(&["PG"]),
        doi: doi.as_ref().map(|d| d.as_str().to_owned()),
        pmid: pmid.as_ref().map(|p| p.as_str().to_owned()),
        abstract_text: fields.first(&["AB"]),
        own: Own::Nbib {
            corporate: fields.all(&["CN"]),
        },
    };
    let kept = if native {
        entry.clone()
    } else {
        Entry::default()
    };
    let record = record(fields, entry, doi, pmid);
    ParsedRecord {
        n,
        line: Some(line),
        record,
        native: Native::Entry(Box::new(kept)),
    }
}

fn pmid(fields: &mut Fields<'_>, out: &mut Vec<Problem>) -> Option<Pmid> {
    let pmid = fields.pmid("PMID");
    if pmid.is_none()
        && let Some(field) = fields.of(&["PMID"]).next()
    {
        let text = format!("`{}` is not a PMID", field.value);
        let kind = ProblemKind::BadIdentifier;
        out.push(Problem::at(field.line, fields.n, kind, text));
    }
    pmid
}

/// `LID` or `AID` that ends in `[doi]`.
fn doi(fields: &Fields<'_>) -> Option<Doi> {
    ["LID", "AID"].iter().find_map(|tag| {
        let mut of_tag = fields.of(std::slice::from_ref(tag));
        of_tag.find_map(|f| Doi::parse(f.value.strip_suffix("[doi]")?.trim()).ok())
    })
}

fn record(fields: &mut Fields<'_>, entry: Entry, doi: Option<Doi>, pmid: Option<Pmid>) -> Record {
    let types = match entry.kind {
        EntryKind::Many(types) => types,
        EntryKind::One(one) => one.into_iter().collect(),
    };
    let mut links = Vec::new();
    for (tag, kind) in LINKS {
        for field in fields.of(&[tag]) {
            let number = field
                .value
                .rsplit_once("PMID:")
                .map(|(_, tail)| tail.trim());
            let pmid = number.and_then(|t| Pmid::parse(t.trim_end_matches('.')).ok());
            links.push(Link {
                kind: kind.to_owned(),
                pmid,
            });
        }
    }
    let mut registry: Vec<RegistryId> = Vec::new();
    for field in fields.of(&["SI"]) {
        let Some((bank, accession)) = field.value.split_once('/') else {
            continue;
        };
        let id = RegistryId::parse(accession).ok();
        let known = is_trial_registry(bank);
        id.into_iter()
            .filter(|_| known)
            .for_each(|id| add_once(&mut registry, id));
    }
    for field in fields.of(&["OT"]) {
        for id in trial_numbers(&field.value) {
            add_once(&mut registry, id);
        }
    }
    // People and groups in the order of the file.
    let people = if fields.of(&["FAU"]).next().is_some() {
        "FAU"
    } else {
        "AU"
    };
    let mut authors = fields.all(&[people, "CN"]);
    if entry.authors_truncated {
        authors.retain(|author| !is_et_al(author));
    }
    // Our own files say in a note what the types do not.
    let label = fields.of(&["GN"]).find_map(|field| {
        let label = field.value.strip_prefix(super::write::KIND)?;
        Some(label.to_owned())
    });
    let is_trial = label.iter().chain(&types).any(|word| word == kind::ENTRY);
    let own = fields.of(&["OWN"]).any(|f| f.value == write::OWNER);
    let ours = [
        write::DATABASE,
        write::RECORD,
        write::ADDRESS,
        write::NUMBER,
    ];
    let notes = fields.all_but(&["GN"], |note| {
        !own || !ours.iter().any(|name| note.starts_with(name))
    });
    let noted = |name: &'static str| notes.iter().filter_map(move |note| note.strip_prefix(name));
    let headings = fields.of(&["MH"]).filter_map(|f| {
        let descriptor = f.value.split('/').next()?;
        filled(descriptor.trim_start_matches('*'))
    });
    let headings = headings.collect();
    let retracted = types.iter().any(|t| t == "Retracted Publication")
        || links.iter().any(|l| l.kind == "RetractionIn");
    let record = Record {
        kind: if is_trial {
            RecordKind::Trial
        } else if fields.of(&["BTI", "ISBN"]).next().is_some() {
            RecordKind::Book
        } else {
            RecordKind::Article
        },
        source_id: noted(write::RECORD)
            .next()
            .map(str::to_owned)
            .or(entry.pmid),
        title: entry.title,
        other_titles: fields.all(&["TT"]),
        authors,
        authors_truncated: entry.authors_truncated,
        year: entry.year,
        journal: entry.journal,
        volume: entry.volume,
        issue: entry.issue,
        pages: entry.pages,
        issn: fields
            .all(&["IS", "ISBN"])
            .into_iter()
            .map(|number| bare_issn(&number).to_owned())
            .chain(noted(write::NUMBER).map(str::to_owned))
            .collect(),
        url: noted(write::ADDRESS).next().map(str::to_owned),
        doi,
        pmid,
        pmcid: fields.first(&["PMC"]).and_then(|t| Pmcid::parse(&t).ok()),
        registry,
        abstract_text: entry.abstract_text,
        publication_types: types,
        keywords: fields.all(&["OT"]),
        headings,
        language: fields.first(&["LA"]),
        links,
        retracted,
        extra: {
            let mut extra = fields.rest();
            let databases: Vec<_> = noted(write::DATABASE).map(str::to_owned).collect();
            if !databases.is_empty() {
                extra.insert("DB".to_owned(), databases);
            }
            extra
        },
        ..Record::default()
    };
    kind::settled(record, label.as_deref().and_then(kind::endnote))
}

/// An ISSN without the brackets that our own files have where its kind is not known.
fn bare_issn(number: &str) -> &str {
    let kind = number
        .rsplit_once(" (")
        .filter(|(_, kind)| kind.strip_suffix(')') == Some(super::write::UNDETERMINED));
    kind.map_or(number, |(bare, _)| bare)
}
