//! Decisions made in another tool: what Rayyan, ASReview and Covidence write.
//!
//! - Rayyan's table carries `RAYYAN-INCLUSION: {"Ann"=>"Included"}` and `RAYYAN-EXCLUSION-REASONS:`
//!   in the column `notes`, of every person.
//! - ASReview's table carries 1 or 0 in `included`, `asreview_label` or `label`, of one person.
//! - Covidence writes one file for each list, `irrelevant`, `included` or `excluded` by its name, and
//!   `Exclusion reason:` in the column `Notes`.
//!
//! A row belongs to a report by the id that this review gave it, its DOI, its PMID, or its title;
//! rows of no report and rows without a decision are counted and told. The file is taken whole or not
//! at all.
//!
//! Reasons of exclusion are those of the workflow, by code or text, or as the person who imports says
//! ([`Said::reasons`]). A reason that is none of them is told with its count ([`unknown_reasons`]): at
//! title and abstract, where a decision needs none, it goes into the note; at full text the file is
//! refused, since every excluded report has one reason there (PRISMA 2020, item 16b).

use super::decide::{Ballot, cast};
use super::exchange::{ImportedDecisions, made, row_error};
use super::{Acting, ScreenError, people};
use crate::ledger::Via;
use crate::ledger::event::RowRef;
use crate::model::{Choice, Clock, Digest, Phase, Progress, RecordId, time};
use crate::store::read::Reason;
use crate::store::{Reader, Writer};
use crate::table::Table;
use std::collections::BTreeMap;

/// The tools whose tables of decisions are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// Rayyan.
    Rayyan,
    /// ASReview.
    Asreview,
    /// Covidence.
    Covidence,
}

/// Who decided, and in which phase, where the file does not say.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// The person whose decisions they are; of several in the file, the one of this name.
    pub reviewer: Option<&'a str>,
    /// The phase; that of the file, else title and abstract.
    pub phase: Option<Phase>,
    /// What reasons of the file are in this review: its words, and the code of the workflow; nothing
    /// where they belong into the note.
    pub reasons: &'a [(String, Option<String>)],
}

/// A reason of exclusion that the workflow does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownReason {
    /// As the file gives it.
    pub text: String,
    /// In how many decisions.
    pub n: u64,
    /// Whether one of them is on a full text, where a reason of the workflow is needed.
    pub needed: bool,
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// What came of the rows that were found in the review.
    pub decisions: ImportedDecisions,
    /// Rows of no report of this review: line and title.
    pub unknown: Vec<(u64, String)>,
    /// Reasons that stand in notes, since the workflow does not have them.
    pub reasons: Vec<UnknownReason>,
}

/// One decision of a row.
struct Vote {
    /// The person, as the file calls them; nobody where it does not.
    who: Option<String>,
    choice: Choice,
    reason: Option<String>,
    /// Whether commas part several reasons.
    several: bool,
    note: Option<String>,
    at: Option<String>,
    phase: Phase,
}

/// A row: its line, the report it is of, its title, and what it says.
type Read = (u64, Option<RecordId>, String, Vec<Vote>);

/// The rows of a file, and the names that it gives.
fn read(
    reader: Reader<'_>,
    tool: Tool,
    (path, bytes): (&str, &[u8]),
) -> Result<(Vec<Read>, Vec<String>), ScreenError> {
    let table = Table::read(bytes).map_err(|error| ScreenError::Row {
        path: path.to_owned(),
        line: error.line().unwrap_or(1),
        reason: error.reason().to_owned(),
    })?;
    let columns: Vec<String> = table
        .header()
        .iter()
        .map(|name| name.to_lowercase())
        .collect();
    let known = Known::of(reader)?;
    let mut rows = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for (line, cells) in table.cells() {
        let row = Row {
            columns: &columns,
            cells,
        };
        let wrong = |error: ScreenError| row_error(path, line, &error);
        let votes = match tool {
            Tool::Rayyan => rayyan(&row),
            Tool::Asreview => asreview(&row).map_err(wrong)?,
            Tool::Covidence => covidence(&row, path).map_err(wrong)?,
        };
        for who in votes.iter().filter_map(|vote| vote.who.as_ref()) {
            if !names.contains(who) {
                names.push(who.clone());
            }
        }
        rows.push((line, known.find(reader, &row)?, row.title(), votes));
    }
    Ok((rows, names))
}

/// The reasons of a file that the workflow does not have, in the order in which they come; nothing is
/// written.
pub fn unknown_reasons(
    reader: Reader<'_>,
    tool: Tool,
    file: (&str, &[u8]),
    said: Said<'_>,
) -> Result<Vec<UnknownReason>, ScreenError> {
    let (rows, names) = read(reader, tool, file)?;
    let reasons = Reasons::of(reader, said.reasons)?;
    let mut out: Vec<UnknownReason> = Vec::new();
    for (line, report, _, votes) in rows {
        if report.is_none() {
            continue;
        }
        for vote in votes {
            let who = person(reader, &vote, said.reviewer, &names);
            if who
                .map_err(|error| row_error(file.0, line, &error))?
                .is_none()
            {
                continue;
            }
            let phase = said.phase.unwrap_or(vote.phase);
            let found = reasons.read(&vote);
            let needed =
                phase == Phase::FullText && vote.choice == Choice::Exclude && found.code.is_none();
            for text in found.unknown {
                match out.iter_mut().find(|one| one.text == text) {
                    Some(one) => {
                        one.n += 1;
                        one.needed |= needed;
                    }
                    None => out.push(UnknownReason { text, n: 1, needed }),
                }
            }
        }
    }
    Ok(out)
}

/// Reads such a file into the log.
pub fn import(
    writer: &mut Writer<'_>,
    tool: Tool,
    (path, bytes): (&str, &[u8]),
    said: Said<'_>,
    clock: &dyn Clock,
    progress: &dyn Progress,
) -> Result<Imported, ScreenError> {
    let unknown = unknown_reasons(writer.read(), tool, (path, bytes), said)?;
    if unknown.iter().any(|one| one.needed) {
        let needed = unknown.into_iter().filter(|one| one.needed);
        return Err(ScreenError::UnknownReasons(needed.collect()));
    }
    let digest = Digest::of(bytes);
    let (rows, names) = read(writer.read(), tool, (path, bytes))?;
    let reasons = Reasons::of(writer.read(), said.reasons)?;
    let mut out = Imported {
        reasons: unknown,
        ..Imported::default()
    };
    progress.begin("decisions", rows.len() as u64);
    for (line, report, title, votes) in rows {
        progress.advance(1);
        let wrong = |error: ScreenError| row_error(path, line, &error);
        if votes.is_empty() {
            out.decisions.blank += 1;
            continue;
        }
        let Some(report) = report else {
            out.unknown.push((line, title));
            continue;
        };
        for vote in votes {
            let Some(person) =
                person(writer.read(), &vote, said.reviewer, &names).map_err(wrong)?
            else {
                continue;
            };
            let phase = said.phase.unwrap_or(vote.phase);
            let found = reasons.read(&vote);
            let ballot = Ballot {
                report: report.to_string(),
                phase,
                choice: vote.choice,
                reason: found.code,
                note: found.note,
                from: Some(RowRef { digest, line }),
                made: match &vote.at {
                    Some(at) => made(at, clock, writer.last_at()).map_err(wrong)?,
                    None => None,
                },
            };
            let acting = Acting::named(writer.read(), &person, clock.now(), Via::Import);
            let outcome = cast(writer, &acting.map_err(wrong)?, &ballot).map_err(wrong)?;
            out.decisions.add(&outcome);
        }
    }
    progress.end();
    Ok(out)
}

/// What can be done about reasons that the workflow does not have.
pub fn what_helps(reasons: &[UnknownReason]) -> Vec<String> {
    let mut out = Vec::new();
    let Some(first) = reasons.first() else {
        return out;
    };
    let code = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric());
        let words: Vec<String> = words
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        words.join("-")
    };
    let mut table =
        String::from("add to workflow.toml what is a reason of this review, then `perennial run`:");
    for one in reasons {
        let text = serde_json::Value::from(one.text.clone());
        table.push_str(&format!(
            "\n  [[screening.reason]]\n  code = \"{}\"\n  text = {text}",
            code(&one.text)
        ));
    }
    out.push(table);
    let map = first.text.replace('\'', "'\\''");
    out.push(format!(
        "or say which of its reasons it is: `--map-reason '{map}=CODE'`; without a code it stays a note"
    ));
    out
}

/// Whose vote it is in this review; nobody's where another person is asked for.
fn person(
    reader: Reader<'_>,
    vote: &Vote,
    reviewer: Option<&str>,
    names: &[String],
) -> Result<Option<String>, ScreenError> {
    let same = |who: &str, name: &str| who.trim().to_lowercase() == name.trim().to_lowercase();
    match (&vote.who, reviewer) {
        (None, None) => Err(ScreenError::Foreign(
            "the file does not say who decided: `--reviewer NAME`".to_owned(),
        )),
        (None, Some(name)) => Ok(Some(name.to_owned())),
        (Some(who), Some(name)) if same(who, name) => Ok(Some(name.to_owned())),
        (Some(_), Some(name)) if names.len() == 1 => Ok(Some(name.to_owned())),
        (Some(_), Some(name)) if !names.iter().any(|who| same(who, name)) => {
            Err(ScreenError::Foreign(format!(
                "the file has decisions of {}, and of nobody called {name}",
                names.join(", ")
            )))
        }
        (Some(_), Some(_)) => Ok(None),
        (Some(who), None) => {
            let mut names = reader.people()?.into_iter().filter_map(|one| one.name);
            let Some(name) = names.find(|name| same(name, who)) else {
                return Err(people::unknown(reader, who)?);
            };
            people::acting(reader, &name)?;
            Ok(Some(name))
        }
    }
}

/// The reasons of the workflow, in their order, and what the person who imports says of others.
struct Reasons<'a> {
    known: Vec<Reason>,
    said: &'a [(String, Option<String>)],
}

/// What a row's reasons are in this review.
#[derive(Default)]
struct FoundReason {
    /// The primary one: of several the first of the workflow.
    code: Option<String>,
    /// The note, with every other reason.
    note: Option<String>,
    /// Reasons that nobody knows.
    unknown: Vec<String>,
}

impl<'a> Reasons<'a> {
    fn of(reader: Reader<'_>, said: &'a [(String, Option<String>)]) -> Result<Self, ScreenError> {
        let known = reader.reasons()?;
        let strange = said.iter().filter_map(|(_, code)| code.as_ref());
        for code in strange {
            if known.iter().all(|reason| reason.code != *code) {
                let codes: Vec<&str> = known.iter().map(|one| one.code.as_str()).collect();
                return Err(ScreenError::UnknownReason {
                    reason: code.clone(),
                    known: codes.join(", "),
                });
            }
        }
        Ok(Self { known, said })
    }

    /// Where a reason stands among those of the workflow; `None` inside where it belongs into the note.
    #[expect(
        clippy::option_option,
        reason = "no answer, an answer that is a note, and a reason: three cases"
    )]
    fn place(&self, text: &str) -> Option<Option<usize>> {
        let fold = |text: &str| {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect::<String>()
        };
        let wanted = fold(text);
        let at = |is: &dyn Fn(&Reason) -> bool| self.known.iter().position(is);
        if let Some((_, code)) = self.said.iter().find(|(said, _)| fold(said) == wanted) {
            return Some(at(&|reason| Some(&reason.code) == code.as_ref()));
        }
        at(&|reason| [fold(&reason.code), fold(&reason.text)].contains(&wanted)).map(Some)
    }

    /// The reasons of a vote: the text as a whole, else its parts between commas.
    fn read(&self, vote: &Vote) -> FoundReason {
        let Some(text) = &vote.reason else {
            return FoundReason {
                note: vote.note.clone(),
                ..FoundReason::default()
            };
        };
        let parts: Vec<&str> = match self.place(text) {
            Some(_) => vec![text.as_str()],
            None if vote.several => text.split(',').map(str::trim).collect(),
            None => vec![text.as_str()],
        };
        let mut places: Vec<usize> = Vec::new();
        let mut rest: Vec<&str> = Vec::new();
        let mut unknown = Vec::new();
        for part in parts.into_iter().filter(|part| !part.is_empty()) {
            match self.place(part) {
                Some(Some(place)) => places.push(place),
                Some(None) => rest.push(part),
                None => {
                    rest.push(part);
                    unknown.push(part.to_owned());
                }
            }
        }
        places.sort_unstable();
        places.dedup();
        let mut codes = places.into_iter().filter_map(|place| self.known.get(place));
        let code = codes.next().map(|reason| reason.code.clone());
        let mut note: Vec<&str> = codes.map(|reason| reason.code.as_str()).collect();
        note.extend(rest);
        note.extend(vote.note.as_deref());
        FoundReason {
            code,
            note: (!note.is_empty()).then(|| note.join("; ")),
            unknown,
        }
    }
}

/// A row by the names of its columns, in small letters.
struct Row<'a> {
    columns: &'a [String],
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn get(&self, column: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|name| name == column)?;
        let cell = self.cells.get(at)?.trim();
        (!cell.is_empty()).then_some(cell)
    }

    fn first(&self, columns: &[&str]) -> Option<&'a str> {
        columns.iter().find_map(|column| self.get(column))
    }

    fn title(&self) -> String {
        let title = self.first(&["title", "primary_title"]);
        title.unwrap_or("(no title)").to_owned()
    }
}

/// The reports of the review by their titles.
struct Known {
    titles: BTreeMap<String, Vec<RecordId>>,
}

impl Known {
    fn of(reader: Reader<'_>) -> Result<Self, ScreenError> {
        let mut titles: BTreeMap<String, Vec<RecordId>> = BTreeMap::new();
        for report in reader.reports()? {
            if let Some(title) = &report.title {
                titles.entry(letters(title)).or_default().push(report.id);
            }
        }
        Ok(Self { titles })
    }

    /// The one report of a row.
    fn find(&self, reader: Reader<'_>, row: &Row<'_>) -> Result<Option<RecordId>, ScreenError> {
        for column in [
            "record_id",
            "key",
            "doi",
            "pubmed_id",
            "pmid",
            "accession number",
        ] {
            let Some(text) = row.get(column) else {
                continue;
            };
            // A number alone is a row's own in these columns, and no PMID.
            let number = text.bytes().all(|b| b.is_ascii_digit());
            if number && matches!(column, "record_id" | "key") {
                continue;
            }
            let text = text.trim_start_matches("rayyan-");
            if let [one] = reader.find_reports(text)?.as_slice() {
                return Ok(Some(*one));
            }
        }
        let found = self.titles.get(&letters(&row.title()));
        Ok(match found.map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        })
    }
}

/// The letters and digits of a title, in small letters.
fn letters(title: &str) -> String {
    let all = title.chars().filter(|c| c.is_alphanumeric());
    all.flat_map(char::to_lowercase).collect()
}

fn asreview(row: &Row<'_>) -> Result<Vec<Vote>, ScreenError> {
    let columns = [
        "included",
        "asreview_label",
        "label",
        "label_included",
        "final_included",
    ];
    if !columns
        .iter()
        .any(|column| row.columns.iter().any(|name| name == column))
    {
        return Err(ScreenError::Foreign(format!(
            "no column of ASReview's holds the labels: {}",
            columns.join(", ")
        )));
    }
    let choice = match row.first(&columns) {
        Some("1" | "1.0") => Choice::Include,
        Some("0" | "0.0") => Choice::Exclude,
        Some(_) | None => return Ok(Vec::new()),
    };
    let at = row.first(&["asreview_time", "time"]).and_then(|text| {
        let seconds: Option<f64> = text.parse().ok();
        match seconds {
            Some(seconds) => time::from_seconds(seconds),
            None => time::utc(text).ok(),
        }
    });
    Ok(vec![Vote {
        who: None,
        choice,
        reason: None,
        several: false,
        note: row.first(&["asreview_note", "note"]).map(str::to_owned),
        at,
        phase: Phase::TitleAbstract,
    }])
}

fn rayyan(row: &Row<'_>) -> Vec<Vote> {
    let mut inclusion = "";
    let mut reasons = None;
    for part in row.get("notes").unwrap_or_default().split('|') {
        let part = part.trim();
        if let Some(rest) = part.strip_prefix("RAYYAN-INCLUSION:") {
            inclusion = rest.trim();
        } else if let Some(rest) = part.strip_prefix("RAYYAN-EXCLUSION-REASONS:") {
            reasons = Some(rest.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }
    let mut out = Vec::new();
    // `{"Ann"=>"Included", "Ben"=>"Excluded"}`: every second text in quotes is a name.
    let texts: Vec<&str> = inclusion.split('"').skip(1).step_by(2).collect();
    for pair in texts.chunks(2) {
        let [who, word] = pair else { continue };
        let choice = match word.to_lowercase().as_str() {
            "included" => Choice::Include,
            "excluded" => Choice::Exclude,
            "maybe" => Choice::Unsure,
            _ => continue,
        };
        out.push(Vote {
            who: Some((*who).to_owned()),
            choice,
            reason: reasons.clone().filter(|_| choice == Choice::Exclude),
            several: true,
            note: None,
            at: None,
            phase: Phase::TitleAbstract,
        });
    }
    out
}

fn covidence(row: &Row<'_>, path: &str) -> Result<Vec<Vote>, ScreenError> {
    let notes = row.get("notes").unwrap_or_default();
    let reason = notes.split("Exclusion reason:").nth(1).map(|rest| {
        let end = rest.find([';', '\n', '|']).unwrap_or(rest.len());
        rest.get(..end).unwrap_or(rest).trim().to_owned()
    });
    let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let (choice, phase) = if reason.is_some() || name.contains("excluded") {
        (Choice::Exclude, Phase::FullText)
    } else if name.contains("irrelevant") {
        (Choice::Exclude, Phase::TitleAbstract)
    } else if name.contains("included") {
        (Choice::Include, Phase::FullText)
    } else {
        return Err(ScreenError::Foreign(
            "nothing says what was decided: Covidence writes a file for each list, whose name has \
             to contain `irrelevant`, `included` or `excluded`"
                .to_owned(),
        ));
    };
    Ok(vec![Vote {
        who: None,
        choice,
        reason,
        several: false,
        note: None,
        at: None,
        phase,
    }])
}
