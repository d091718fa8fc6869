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

use super::decide::{Ballot, cast};
use super::exchange::{ImportedDecisions, made, row_error};
use super::{Acting, ScreenError, people};
use crate::ledger::Via;
use crate::ledger::event::RowRef;
use crate::model::{Choice, Clock, Digest, Phase, Progress, RecordId, time};
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
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// What came of the rows that were found in the review.
    pub decisions: ImportedDecisions,
    /// Rows of no report of this review: line and title.
    pub unknown: Vec<(u64, String)>,
}

/// One decision of a row.
struct Vote {
    /// The person, as the file calls them; nobody where it does not.
    who: Option<String>,
    choice: Choice,
    reason: Option<String>,
    note: Option<String>,
    at: Option<String>,
    phase: Phase,
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
    let digest = Digest::of(bytes);
    let known = Known::of(writer.read())?;
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
        rows.push((line, known.find(writer.read(), &row)?, row.title(), votes));
    }
    let mut out = Imported::default();
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
            let (reason, note) = reason_of(writer.read(), &vote)?;
            let ballot = Ballot {
                report: report.to_string(),
                phase,
                choice: vote.choice,
                reason,
                note,
                from: Some(RowRef { digest, line }),
                made: match &vote.at {
                    Some(at) => made(at, clock).map_err(wrong)?,
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
            let people = reader.people()?;
            let found = people
                .iter()
                .find_map(|one| one.name.as_deref().filter(|n| same(n, who)));
            let name = found.ok_or_else(|| ScreenError::UnknownPerson(who.clone()))?;
            people::acting(reader, name)?;
            Ok(Some(name.to_owned()))
        }
    }
}

/// The reason as the workflow knows it, by code or text; what it does not know goes into the note.
fn reason_of(
    reader: Reader<'_>,
    vote: &Vote,
) -> Result<(Option<String>, Option<String>), ScreenError> {
    let Some(text) = &vote.reason else {
        return Ok((None, vote.note.clone()));
    };
    let fold = |text: &str| text.trim().to_lowercase();
    for reason in reader.reasons()? {
        let parts = text.split(',').map(fold);
        let is = [fold(&reason.code), fold(&reason.text)];
        if is.contains(&fold(text)) || parts.into_iter().any(|part| is.contains(&part)) {
            return Ok((Some(reason.code), vote.note.clone()));
        }
    }
    let note = match &vote.note {
        Some(note) => format!("{text}; {note}"),
        None => text.clone(),
    };
    Ok((None, Some(note)))
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
        note: None,
        at: None,
        phase,
    }])
}
