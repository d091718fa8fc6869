//! The risk of bias of each result, as people assess it: answers to the signalling questions of RoB 2,
//! from which the judgements follow, and what a person judges otherwise (Cochrane Handbook 8.2; MECIR
//! C53: at least two people work independently).
//!
//! A result is a study's outcome, and where there are several, a comparison, population and time; it is
//! assessed for one effect of interest. As many assessors are needed as extractors
//! (`[extraction] extractors`). Until so many have answered every question that is asked, nobody sees
//! another's answers, as with votes and values (module `view`). Then:
//!
//! - A question holds when all assessors gave an answer that leads to the same (`Y` and `PY`, `N` and
//!   `PN`): the more careful of the two, `PY` or `PN`. Else it is settled by a person who did not assess.
//! - A domain is judged by the algorithm from the answers that hold ([`crate::appraise::rob2`]). What an
//!   assessor judges otherwise, with the reason, holds when all did so, or when it is settled.
//! - Overall follows from the domains, and may be judged otherwise in the same way.

pub mod enter;
pub mod exchange;
mod judgements;
mod view;

pub use judgements::{Settled, judgements, settled};
pub use view::{Seen, Sight, hidden, seen};

use crate::appraise::rob2::{Answer, Assessed, Effect, assess, domains, overall, question};
use crate::model::{EventSeq, Judgement, PersonId, StudyId};
use crate::store::read::RobEntry;
use std::collections::{BTreeMap, BTreeSet};

/// The word of the result as a whole, where domains stand.
pub const OVERALL: &str = "Overall";

/// A result that is assessed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The study.
    pub study: StudyId,
    /// Code of the outcome.
    pub outcome: String,
    /// The comparison, or empty.
    pub comparison: String,
    /// Who is counted, or empty.
    pub population: String,
    /// The time point, or empty.
    pub time: String,
    /// The effect of interest.
    pub effect: Effect,
}

impl Key {
    /// What the result is called beside its study: outcome, comparison, population and time.
    pub fn result(&self) -> String {
        let all = [
            &self.outcome,
            &self.comparison,
            &self.population,
            &self.time,
        ];
        let some: Vec<&str> = all
            .into_iter()
            .map(String::as_str)
            .filter(|one| !one.is_empty())
            .collect();
        some.join(", ")
    }
}

/// What a person said of a question or a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The event.
    pub seq: EventSeq,
    /// Who.
    pub person: PersonId,
    /// The number of a question, a domain, or [`OVERALL`].
    pub item: String,
    /// The answer or the judgement, as the log has it.
    pub value: String,
    /// Note or reason, quote and page.
    pub texts: [Option<String>; 3],
    /// When.
    pub at: String,
    /// Whether it settles.
    pub reconciles: bool,
}

/// Where the assessment of a result stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The domains, by the answers that hold.
    pub domains: Vec<Held>,
    /// Overall, where it holds.
    pub overall: Option<Judgement>,
    /// Why overall was judged otherwise than follows from the domains.
    pub reason: Option<String>,
    /// Who has assessed it whole.
    pub done: BTreeSet<PersonId>,
    /// Whether enough people have.
    pub closed: bool,
    /// Questions, domains and [`OVERALL`] that wait for a person to settle them; nothing before it is
    /// closed.
    pub differ: Vec<String>,
}

/// A domain as it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// By the answers that hold.
    pub assessed: Assessed,
    /// The judgement that holds, where one does.
    pub judgement: Option<Judgement>,
    /// Why it was judged otherwise than the algorithm does.
    pub reason: Option<String>,
}

impl Standing {
    /// Whether the result is assessed, and nothing of it is hidden any more.
    pub fn is_settled(&self) -> bool {
        self.closed && self.differ.is_empty() && self.overall.is_some()
    }
}

/// What stands, by result, in log order.
pub fn by_result(entries: Vec<RobEntry>) -> BTreeMap<Key, Vec<Said>> {
    let mut out: BTreeMap<Key, Vec<Said>> = BTreeMap::new();
    for entry in entries.into_iter().filter(|entry| !entry.undone) {
        let Some(key) = key(&entry) else { continue };
        out.entry(key).or_default().push(Said {
            seq: entry.seq,
            person: entry.person,
            item: entry.item,
            value: entry.value,
            texts: entry.texts,
            at: entry.at,
            reconciles: entry.reconciles,
        });
    }
    out
}

/// The result that an entry is about.
fn key(entry: &RobEntry) -> Option<Key> {
    let [outcome, comparison, population, time, effect] = entry.address.clone();
    Some(Key {
        study: entry.study,
        outcome,
        comparison,
        population,
        time,
        effect: Effect::from_word(&effect)?,
    })
}

/// What each person said last of each item.
fn last<'a>(
    said: impl Iterator<Item = &'a Said>,
) -> BTreeMap<PersonId, BTreeMap<&'a str, &'a Said>> {
    let mut out: BTreeMap<PersonId, BTreeMap<&str, &Said>> = BTreeMap::new();
    for one in said {
        out.entry(one.person).or_default().insert(&one.item, one);
    }
    out
}

/// An assessment by itself: the domains of one person's answers, and their judgements.
pub fn alone(effect: Effect, said: &[&Said]) -> (Vec<Held>, Option<Judgement>) {
    let items: BTreeMap<&str, &Said> = said.iter().map(|one| (one.item.as_str(), *one)).collect();
    let judged = |item: &str| {
        let one = items.get(item)?;
        Some((
            Judgement::from_word(&one.value)?,
            one.texts.first().cloned().flatten(),
        ))
    };
    let held: Vec<Held> = domains(effect)
        .iter()
        .map(|domain| {
            let assessed = assess(domain, |id| Answer::from_word(&items.get(id)?.value));
            let otherwise = judged(domain.short);
            Held {
                judgement: match &otherwise {
                    Some((judgement, _)) if assessed.judgement.is_some() => Some(*judgement),
                    _ => assessed.judgement,
                },
                reason: otherwise.and_then(|(_, reason)| reason),
                assessed,
            }
        })
        .collect();
    let judgements: Vec<Option<Judgement>> = held.iter().map(|one| one.judgement).collect();
    let whole = overall(&judgements);
    let otherwise = judged(OVERALL).filter(|_| whole.is_some());
    (held, otherwise.map(|(judgement, _)| judgement).or(whole))
}

/// Where a result stands by everything that was said of it; `need` assessors are needed.
pub fn standing(effect: Effect, said: &[Said], need: usize) -> Standing {
    let own = last(said.iter().filter(|one| !one.reconciles));
    let done: BTreeSet<PersonId> = own
        .iter()
        .filter(|(_, items)| {
            let items: Vec<&Said> = items.values().copied().collect();
            alone(effect, &items).1.is_some()
        })
        .map(|(person, _)| *person)
        .collect();
    let closed = done.len() >= need.max(1);
    let mut settled: BTreeMap<&str, &Said> = BTreeMap::new();
    for one in said.iter().filter(|one| one.reconciles) {
        settled.insert(&one.item, one);
    }
    let theirs = |item: &str| -> Vec<Option<&Said>> {
        let all = own.iter().filter(|(person, _)| done.contains(person));
        all.map(|(_, items)| items.get(item).copied()).collect()
    };
    let mut differ = Vec::new();
    let answer = |id: &str| -> Option<Answer> {
        if let Some(one) = settled.get(id) {
            return Answer::from_word(&one.value);
        }
        let all: Option<Vec<Answer>> = theirs(id)
            .into_iter()
            .map(|one| Answer::from_word(&one?.value))
            .collect();
        one_of(&all?)
    };
    // What was judged otherwise than the algorithm does: nothing by nobody is agreement.
    let mut judged = |item: &str| -> Option<(Judgement, Option<String>)> {
        let reason = |one: &Said| one.texts.first().cloned().flatten();
        if let Some(one) = settled.get(item) {
            return Some((Judgement::from_word(&one.value)?, reason(one)));
        }
        let all = theirs(item);
        let values: BTreeSet<Option<&str>> = all
            .iter()
            .map(|one| one.map(|one| one.value.as_str()))
            .collect();
        if values.len() > 1 {
            differ.push(item.to_owned());
        }
        let one = all
            .first()
            .copied()
            .flatten()
            .filter(|_| values.len() == 1)?;
        Some((Judgement::from_word(&one.value)?, reason(one)))
    };
    let mut held: Vec<Held> = Vec::new();
    for domain in domains(effect) {
        let assessed = assess(domain, answer);
        let otherwise = judged(domain.short);
        held.push(Held {
            judgement: otherwise.as_ref().map(|one| one.0).or(assessed.judgement),
            reason: otherwise.and_then(|one| one.1),
            assessed,
        });
    }
    let whole = judged(OVERALL);
    for one in &mut held {
        if differ.iter().any(|item| item == one.assessed.domain.short) {
            one.judgement = None;
        }
        // A judgement that was settled stands whatever the answers are.
        let by_person = settled.contains_key(one.assessed.domain.short);
        if !by_person && one.assessed.judgement.is_none() {
            one.judgement = None;
            differ.extend(one.assessed.missing().map(|one| one.question.id.to_owned()));
        }
    }
    let judgements: Vec<Option<Judgement>> = held.iter().map(|one| one.judgement).collect();
    let follows = overall(&judgements).filter(|_| !differ.iter().any(|item| item == OVERALL));
    differ.sort();
    Standing {
        overall: whole
            .as_ref()
            .filter(|_| follows.is_some() || settled.contains_key(OVERALL))
            .map(|one| one.0)
            .or(follows)
            .filter(|_| closed),
        reason: whole.and_then(|one| one.1),
        domains: held,
        done,
        closed,
        differ: if closed { differ } else { Vec::new() },
    }
}

/// The answer that several agree in: the same, or the careful one of two that lead to the same.
fn one_of(all: &[Answer]) -> Option<Answer> {
    let first = *all.first()?;
    let careful = match first {
        Answer::Yes | Answer::ProbablyYes => Answer::ProbablyYes,
        Answer::No | Answer::ProbablyNo => Answer::ProbablyNo,
        other => other,
    };
    if all.iter().all(|one| *one == first) {
        return Some(first);
    }
    let same = |one: &Answer| match one {
        Answer::Yes | Answer::ProbablyYes => careful == Answer::ProbablyYes,
        Answer::No | Answer::ProbablyNo => careful == Answer::ProbablyNo,
        other => *other == first,
    };
    all.iter().all(same).then_some(careful)
}

/// The item of a text: a question of the effect, a domain, or the result as a whole.
pub fn item(effect: Effect, text: &str) -> Option<&'static str> {
    let plain = text.trim().replace(',', ".");
    if plain.eq_ignore_ascii_case(OVERALL) {
        return Some(OVERALL);
    }
    let mut shorts = domains(effect).iter().map(|domain| domain.short);
    let domain = shorts.find(|short| short.eq_ignore_ascii_case(&plain));
    domain.or_else(|| question(effect, &plain).map(|question| question.id))
}

#[cfg(test)]
mod tests;
