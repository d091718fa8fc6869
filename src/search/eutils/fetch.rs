//! Records by an explicit list of ids, each answer checked against what was asked.
//!
//! An answer counts only when it is whole: UTF-8, well formed to its closing tag, no record twice,
//! none that was not asked for. Ids without a record are asked for again, alone; what then is not
//! returned is told, not forgotten. An answer that is damaged each time is halved until the record
//! at fault stands alone and can be named.

use super::{Client, EutilsError};
use crate::formats::{self, Format, Parsed, Problem, ProblemKind};
use crate::search::http::Fault;
use std::collections::BTreeSet;

/// Ids in one request.
pub const PAGE: usize = 200;
/// How often an id without a record is asked for.
const ASKED: u32 = 3;
/// Answers that may be damaged one after the other before the service is at fault, not a record.
const DAMAGED: u32 = 10;

/// So many ids may all be without a usable record.
const FEW: usize = 3;

/// One answer with records.
#[derive(Debug)]
pub struct Answer {
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
    /// What was read from them.
    pub parsed: Parsed,
}

/// What came of a list of ids.
#[derive(Debug, Default)]
pub struct Fetched {
    /// The answers with records.
    pub answers: Vec<Answer>,
    /// Ids without a record, and why.
    pub missing: Vec<(String, String)>,
}

impl Client<'_> {
    /// Fetches the records of `ids`.
    pub fn fetch(&mut self, ids: &[String]) -> Result<Fetched, EutilsError> {
        let mut out = Fetched::default();
        let mut damaged = 0;
        let mut open: Vec<Vec<String>> = vec![ids.to_vec()];
        while let Some(list) = open.pop() {
            match self.fetch_list(&list, &mut out) {
                Ok(()) => damaged = 0,
                Err(EutilsError::Damaged(cause)) => {
                    damaged += 1;
                    if damaged >= DAMAGED {
                        return Err(EutilsError::Damaged(cause));
                    }
                    match list.split_at_checked(list.len() / 2) {
                        Some((a, b)) if !a.is_empty() => {
                            open.push(b.to_vec());
                            open.push(a.to_vec());
                        }
                        _ => {
                            let why = format!("its record is damaged each time: {cause}");
                            out.missing
                                .extend(list.into_iter().map(|id| (id, why.clone())));
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
        // A few new records alone tell no damage of theirs from one of the service: they are told,
        // and asked for again by the next search.
        if out.answers.is_empty() && damaged > 0 && ids.len() > FEW {
            let cause = out.missing.first().map(|(_, why)| why.clone());
            return Err(EutilsError::Damaged(cause.unwrap_or_default()));
        }
        Ok(out)
    }

    fn fetch_list(&mut self, ids: &[String], out: &mut Fetched) -> Result<(), EutilsError> {
        let mut open: BTreeSet<String> = ids.iter().cloned().collect();
        let before = out.answers.len();
        for _ in 0..ASKED {
            let asked: Vec<&str> = ids
                .iter()
                .map(String::as_str)
                .filter(|id| open.contains(*id))
                .collect();
            let list = asked.join(",");
            let parameters = [("id", list.as_str()), ("retmode", "xml")];
            let answer = self.ask(
                "efetch.fcgi",
                "the fetch of records",
                &parameters,
                |body, n| read(body, &open, n),
            );
            let (parsed, bytes) = match answer {
                Ok(answer) => answer,
                Err(error) => {
                    // What the halves bring is asked for anew: nothing is counted twice.
                    out.answers.truncate(before);
                    return Err(error);
                }
            };
            for record in &parsed.records {
                if let Some(id) = &record.record.source_id {
                    open.remove(id);
                }
            }
            if !parsed.records.is_empty() {
                out.answers.push(Answer { bytes, parsed });
            }
            if open.is_empty() {
                break;
            }
        }
        let why = format!("asked for {ASKED} times, never returned");
        out.missing
            .extend(open.into_iter().map(|id| (id, why.clone())));
        Ok(())
    }
}

/// Reads one answer. A record twice or not asked for is asked about again, then left out and told.
fn read(body: &[u8], asked: &BTreeSet<String>, attempt: u32) -> Result<Parsed, Fault> {
    let text = std::str::from_utf8(body)
        .map_err(|error| Fault::Damaged(format!("no UTF-8 at byte {}", error.valid_up_to())))?;
    if !text.contains("<PubmedArticleSet") && !text.contains("<PubmedBookArticleSet") {
        return Err(Fault::Damaged("no set of PubMed records".to_owned()));
    }
    let mut parsed = formats::read(body, Some(Format::PubmedXml))
        .map_err(|error| Fault::Damaged(error.to_string()))?;
    // A set without a record is an answer: the ids are not there.
    parsed.problems.retain(|p| p.kind != ProblemKind::NoRecords);
    if let Some(problem) = parsed.problems.iter().find(|p| p.kind.breaks_page()) {
        return Err(Fault::Damaged(problem.text.clone()));
    }
    let mut seen = BTreeSet::new();
    let mut odd = Vec::new();
    parsed.records.retain(|entry| {
        let id = entry.record.source_id.clone().unwrap_or_default();
        let wrong = if !asked.contains(&id) {
            Some("was not asked for")
        } else if !seen.insert((
            id.clone(),
            crate::store::write::record_hash(&entry.record).ok(),
        )) {
            Some("came twice")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            odd.push((
                entry.line,
                entry.n,
                format!("record `{id}` {wrong}; left in the archive"),
            ));
        }
        wrong.is_none()
    });
    if let Some((.., first)) = odd.first()
        && attempt < ASKED
    {
        return Err(Fault::again(first.clone()));
    }
    for (line, n, text) in odd {
        parsed.problems.push(Problem {
            line,
            record: Some(n),
            kind: ProblemKind::StrayLine,
            text,
        });
    }
    Ok(parsed)
}
