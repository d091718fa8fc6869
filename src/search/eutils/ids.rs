//! All ids of a strategy, however many.
//!
//! One answer lists at most 9,999 ids, and no paging reaches beyond; where a strategy finds more,
//! the range of UIDs is halved until every part fits, as EDirect does. The ranges cover every
//! possible id, so that the parts add up to the whole; where they add up to less than the service
//! counted, ids were lost and the search is not complete.

use super::{Client, EutilsError};
use crate::search::esearch::{self, EsearchAnswer};
use crate::search::http::Fault;
use std::collections::BTreeSet;

/// Ids in one answer; the documentation says one more, the service does not give it.
pub const WINDOW: u64 = 9_999;
/// No PMID is larger.
const LAST: u64 = 999_999_999;
/// How often the parts are asked again where they add up to less than the whole.
const ROUNDS: u32 = 3;

/// What a strategy finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Hits that the service reported for the whole strategy.
    pub count: u64,
    /// The ids, each once, by number.
    pub ids: BTreeSet<u64>,
    /// How PubMed read the strategy.
    pub translation: Option<String>,
    /// What it did not find or left out.
    pub warnings: Vec<String>,
    /// The answers, byte for byte.
    pub answers: Vec<Vec<u8>>,
}

impl Client<'_> {
    /// Every id that `strategy` finds.
    pub fn find(&mut self, strategy: &str) -> Result<Found, EutilsError> {
        for round in 1.. {
            let (whole, body) = self.esearch(strategy)?;
            let mut found = Found {
                count: whole.count,
                ids: numbers(&whole)?,
                translation: whole.translation,
                warnings: whole.warnings,
                answers: vec![body],
            };
            if found.count <= WINDOW {
                return Ok(found);
            }
            self.bisect(strategy, &mut found)?;
            let sum = found.ids.len() as u64;
            if sum >= found.count {
                return Ok(found);
            }
            if round >= ROUNDS {
                return Err(EutilsError::Inconsistent(format!(
                    "the ranges of UIDs hold {sum} ids, the whole strategy {}",
                    found.count
                )));
            }
        }
        Ok(Found::default())
    }

    /// The ids that `limit` leaves of `strategy`: at most [`WINDOW`], and how many there are.
    pub fn find_within(
        &mut self,
        strategy: &str,
        limit: &str,
    ) -> Result<(u64, BTreeSet<u64>, Vec<u8>), EutilsError> {
        let (answer, body) = self.esearch(&format!("({strategy}) AND {limit}"))?;
        Ok((answer.count, numbers(&answer)?, body))
    }

    fn bisect(&mut self, strategy: &str, found: &mut Found) -> Result<(), EutilsError> {
        // The first answer lists the newest records: what lies above them is one range, last.
        let top = found.ids.last().copied().unwrap_or(LAST - 1).min(LAST - 1);
        let mut ranges = vec![(top + 1, LAST), (1, top)];
        while let Some((low, high)) = ranges.pop() {
            let (answer, body) = self.esearch(&format!("({strategy}) AND {low}:{high}[UID]"))?;
            if answer.count > WINDOW && low < high {
                let middle = low + (high - low) / 2;
                ranges.push((middle + 1, high));
                ranges.push((low, middle));
                continue;
            }
            found.ids.extend(numbers(&answer)?);
            found.answers.push(body);
        }
        Ok(())
    }

    fn esearch(&mut self, term: &str) -> Result<(EsearchAnswer, Vec<u8>), EutilsError> {
        let window = WINDOW.to_string();
        let parameters = [("term", term), ("retmax", &window), ("retmode", "xml")];
        self.ask(
            "esearch.fcgi",
            "the search for ids",
            &parameters,
            |body, _| {
                let answer = esearch::parse(body).map_err(Fault::again)?;
                let listed: BTreeSet<&String> = answer.ids.iter().collect();
                let want = answer.count.min(WINDOW);
                if listed.len() as u64 != want || listed.len() != answer.ids.len() {
                    return Err(Fault::again(format!(
                        "{} ids listed where the answer counts {}",
                        listed.len(),
                        answer.count
                    )));
                }
                if answer.ids.iter().any(|id| id.parse::<u64>().is_err()) {
                    return Err(Fault::again("an id that is no number"));
                }
                Ok(answer)
            },
        )
    }
}

fn numbers(answer: &EsearchAnswer) -> Result<BTreeSet<u64>, EutilsError> {
    let number = |id: &String| {
        id.parse()
            .map_err(|_| EutilsError::Damaged("an id that is no number".to_owned()))
    };
    answer.ids.iter().map(number).collect()
}
