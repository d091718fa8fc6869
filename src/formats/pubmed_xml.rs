//! PubMed XML: what EFetch answers and the NLM baseline files hold.
//!
//! Articles, books and `DeleteCitation` notices, in document order, by the fields of the NLM
//! DTD of 2025. A file that breaks off keeps its complete records and says at which byte and in
//! which record; several answers joined into one file are read as one.

mod article;
mod fields;
mod stream;
#[cfg(test)]
mod tests;
mod walk;

pub use self::fields::{Article, Author, CommentsCorrection, Dates, Deleted, Heading};
pub use self::stream::{Streamed, stream, stream_records};

use self::walk::{Damage, Walk, Walked};
use super::foreign;
use super::text::{LineCounter, count_lines};
use super::{
    Format, FormatError, LineClass, Lines, Native, Parsed, ParsedRecord, Problem, ProblemKind,
};
use crate::model::{Pmid, Record, RecordKind};
use quick_xml::events::{BytesStart, Event};

/// Reads one file; `native` keeps the articles beside the records.
pub(super) fn read(text: &str, native: bool) -> Result<Parsed, FormatError> {
    let mut lines = Lines {
        total: count_lines(text),
        ..Lines::default()
    };
    lines.add_many(LineClass::Markup, super::text::lines(text).count() as u64);
    let file = File {
        walk: Walk::new(text),
        counter: LineCounter::new(text),
        records: Vec::new(),
        native,
        problems: Vec::new(),
        in_record: None,
        broken_at: None,
        base: 0,
    };
    whole(file, text, lines)
}

fn whole(mut file: File<'_>, text: &str, lines: Lines) -> Result<Parsed, FormatError> {
    if let Err(damage) = file.top(&mut Vec::new(), true) {
        let at = file.damage_at(&damage, text.len());
        file.damaged(damage, at)?;
    }
    Ok(Parsed {
        account: super::Account::default(),
        format: Format::PubmedXml,
        dialect: "pubmed",
        records: file.records,
        problems: file.problems,
        lines,
        declared: None,
        query: None,
    })
}

struct File<'a> {
    walk: Walk<'a>,
    counter: LineCounter<'a>,
    records: Vec<ParsedRecord>,
    /// Whether the articles are kept beside the records that are made of them.
    native: bool,
    problems: Vec<Problem>,
    /// The line on which the record begins that is being read.
    in_record: Option<u64>,
    /// Where an end stands that closes nothing.
    broken_at: Option<usize>,
    /// Where the text begins in the file.
    base: usize,
}

impl<'a> File<'a> {
    /// The root elements: one record set, several joined, or bare records. `open` names the sets
    /// that are open, `last` tells whether the file ends with this text.
    ///
    /// A set inside a set is where an answer that broke off was joined with the next.
    fn top(&mut self, open: &mut Vec<String>, last: bool) -> Walked<()> {
        loop {
            let before = self.walk.at();
            match self.walk.event()? {
                Event::Start(start) => match start.name().as_ref() {
                    name @ ("PubmedArticleSet" | "PubmedBookArticleSet" | "MedlineCitationSet") => {
                        open.push(name.to_owned());
                    }
                    _ => self.record(&start, before)?,
                },
                Event::End(end) => {
                    let name = end.name();
                    if let Err(damage) = walk::closes(open.pop(), name.as_ref()) {
                        self.broken_at = Some(before);
                        return Err(damage);
                    }
                }
                Event::Eof if last && !open.is_empty() => return Err(Damage::Cut),
                Event::Eof => return Ok(()),
                Event::Text(text) => self.stray(&text, before),
                Event::Empty(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_)
                | Event::GeneralRef(_) => {}
            }
        }
    }

    /// Where the walk stopped.
    fn damage_at(&self, damage: &Damage, length: usize) -> usize {
        match damage {
            // A tag that the end cuts is an error with a place; an end between tags has none.
            Damage::Cut if self.walk.error_at() == 0 => length,
            Damage::Cut | Damage::Broken(_) => self
                .broken_at
                .unwrap_or_else(|| self.walk.error_at())
                .min(length),
        }
    }

    fn stray(&mut self, text: &str, at: usize) {
        let words = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if !words.is_empty() {
            let line = self.counter.line_at(at);
            if let Some((format, below)) = foreign::within(text, Format::PubmedXml) {
                self.problems
                    .push(foreign::problem(format, line + below - 1));
            }
            let message = format!("text outside the records: {}", shortened(words));
            self.problems
                .push(Problem::line(line, ProblemKind::StrayLine, message));
        }
    }

    /// One record element.
    fn record(&mut self, start: &BytesStart<'a>, before: usize) -> Walked<()> {
        let line = self.counter.line_at(before);
        self.in_record = Some(line);
        match start.name().as_ref() {
            "PubmedArticle" | "PubmedBookArticle" => {
                let article = article::article(&mut self.walk, start)?;
                self.add_article(article, line);
            }
            "MedlineCitation" => {
                let article = article::citation_alone(&mut self.walk, start)?;
                self.add_article(article, line);
            }
            "DeleteCitation" | "DeleteDocument" => {
                let mut pmids = Vec::new();
                self.walk
                    .children(|walk, child| match child.name().as_ref() {
                        "PMID" => walk.add_text(&mut pmids),
                        _ => walk.skip(),
                    })?;
                for pmid in pmids {
                    self.add_deleted(pmid, line);
                }
            }
            other => {
                if matches!(other, "xml" | "records" | "record") {
                    self.problems
                        .push(foreign::problem(Format::EndnoteXml, line));
                } else if matches!(other, "Trials_downloaded_from_ICTRP" | "Trial") {
                    self.problems.push(foreign::problem(Format::Ictrp, line));
                }
                let message = format!("<{other}> is no PubMed record");
                self.problems
                    .push(Problem::line(line, ProblemKind::StrayLine, message));
                self.walk.skip()?;
            }
        }
        self.in_record = None;
        Ok(())
    }

    fn next_number(&self) -> u64 {
        self.records.len() as u64 + 1
    }

    fn add_article(&mut self, mut article: Article, line: u64) {
        let n = self.next_number();
        for (offset, written) in std::mem::take(&mut self.walk.unresolved) {
            let at = self.base + offset;
            let text = format!("`{written}` at byte {at} is no entity of XML; left as written");
            let line = self.counter.line_at(offset);
            self.problems
                .push(Problem::at(line, n, ProblemKind::UndeclaredEntity, text));
        }
        if article.is_empty() {
            let text = "a record element with nothing in it".to_owned();
            self.problems
                .push(Problem::line(line, ProblemKind::EmptyRecord, text));
            return;
        }
        let (record, wrong) = article.make_record(self.native);
        for text in wrong {
            self.problems
                .push(Problem::at(line, n, ProblemKind::BadIdentifier, text));
        }
        if record.year.is_none() && article.pubdate_text.is_some() {
            let shown = article.pubdate_text.as_deref().unwrap_or_default();
            let text = format!("no year in `{shown}`");
            self.problems
                .push(Problem::at(line, n, ProblemKind::BadDate, text));
        }
        let native = if self.native {
            Native::PubmedXml(Box::new(article))
        } else {
            Native::Entry(Box::default())
        };
        self.records.push(ParsedRecord {
            n,
            line: Some(line),
            record,
            native,
        });
    }

    fn add_deleted(&mut self, pmid: String, line: u64) {
        let record = Record {
            kind: RecordKind::Deleted,
            source_id: Some(pmid.clone()),
            pmid: Pmid::parse(&pmid).ok(),
            ..Record::default()
        };
        self.records.push(ParsedRecord {
            n: self.next_number(),
            line: Some(line),
            record,
            native: Native::Deleted(Deleted::of(pmid)),
        });
    }

    /// Where and why the file breaks: a record that the end cuts is named by the line on which it
    /// begins, as in every format; wrong markup by its own line.
    fn broken(&mut self, damage: Damage, at: usize) -> (u64, ProblemKind, String) {
        let line = self.counter.line_at(at);
        match damage {
            Damage::Cut => (
                self.in_record.unwrap_or(line),
                ProblemKind::TruncatedFile,
                "the file ends inside an element".to_owned(),
            ),
            Damage::Broken(why) => (line, ProblemKind::DamagedMarkup, why),
        }
    }

    /// Reports where the file breaks; without one complete record it is not a file at all.
    fn damaged(&mut self, damage: Damage, at: usize) -> Result<(), FormatError> {
        let (line, kind, why) = self.broken(damage, at);
        if self.records.is_empty() {
            let byte = at as u64;
            return Err(FormatError::DamagedXml { byte, line, why });
        }
        let text = format!("{why} (byte {at}); the records before it are kept");
        self.problems.push(Problem {
            line: Some(line),
            record: self.in_record.map(|_| self.next_number()),
            kind,
            text,
        });
        Ok(())
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(120).collect()
}
