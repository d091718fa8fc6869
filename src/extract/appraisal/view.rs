//! What a person may see of assessments that are not settled: they are blind, as votes are.

use super::{Held, Key, Said, Standing, alone, by_result, key, standing};
use crate::model::{Digest, EventSeq, Judgement, PersonId, Role};
use crate::store::read::Person;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::{BTreeMap, BTreeSet};

/// A result as somebody may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The result.
    pub key: Key,
    /// Where it stands for whoever looks.
    pub sight: Sight,
    /// The assessment that holds, where one does.
    pub held: Option<Standing>,
    /// The assessment of the person who looks, while none holds.
    pub own: Option<(Vec<Held>, Option<Judgement>)>,
    /// What the assessors said of what differs, for who settles it: the item, and what each said, in
    /// an order that names nobody; `—` where one said nothing.
    pub differ: Vec<(String, Vec<String>)>,
}

/// Where a result stands for whoever looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It is assessed.
    Settled,
    /// It is not; whether an assessment is missing or differs is not told.
    Open,
    /// The person has begun and not answered every question that is asked.
    Begun,
    /// The person has assessed it whole.
    Done,
    /// The assessments differ, and the person settles them.
    ToSettle,
}

impl Sight {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Settled => "settled",
            Self::Open => "open",
            Self::Begun => "begun",
            Self::Done => "assessed",
            Self::ToSettle => "to settle",
        }
    }
}

/// Every result that somebody has begun to assess, as `person` may see it; without a person nothing of
/// what is open. A person learns of a result that only others have begun no more than that it is open.
pub fn seen(
    reader: Reader<'_>,
    workflow: &Workflow,
    person: Option<&Person>,
) -> Result<Vec<Seen>, StoreError> {
    let need = usize::from(workflow.extraction.extractors);
    let everybody: Vec<Person> = reader.people()?.into_iter().filter(|p| p.enabled).collect();
    let mut out = Vec::new();
    for (key, said) in by_result(reader.rob_entries()?) {
        let now = standing(key.effect, &said, need);
        let mut one = Seen {
            key,
            sight: Sight::Open,
            held: None,
            own: None,
            differ: Vec::new(),
        };
        if now.is_settled() {
            one.sight = Sight::Settled;
            one.held = Some(now);
            out.push(one);
            continue;
        }
        if let Some(person) = person {
            look(&mut one, &said, &now, person, &everybody, workflow);
        }
        out.push(one);
    }
    Ok(out)
}

fn look(
    one: &mut Seen,
    said: &[Said],
    now: &Standing,
    person: &Person,
    everybody: &[Person],
    workflow: &Workflow,
) {
    let own: Vec<&Said> = said
        .iter()
        .filter(|said| said.person == person.id && !said.reconciles)
        .collect();
    if !own.is_empty() {
        let assessment = alone(one.key.effect, &own);
        one.sight = match assessment.1 {
            Some(_) => Sight::Done,
            None => Sight::Begun,
        };
        one.own = Some(assessment);
    }
    let assessors: BTreeSet<PersonId> = said
        .iter()
        .filter(|said| !said.reconciles)
        .map(|said| said.person)
        .collect();
    let settles =
        crate::extract::state::settlers(everybody, &assessors, workflow.extraction.settle_own);
    let may = settles.contains(&person.id)
        && [Role::Extractor, Role::Adjudicator, Role::Lead]
            .iter()
            .any(|role| person.is(*role));
    if now.closed && may {
        one.sight = Sight::ToSettle;
        one.differ = now
            .differ
            .iter()
            .map(|item| (item.clone(), values(one, said, now, item)))
            .collect();
    }
}

/// What the assessors said of one item, in an order drawn from the result and the item.
fn values(one: &Seen, said: &[Said], now: &Standing, item: &str) -> Vec<String> {
    let mut last: BTreeMap<PersonId, &Said> = BTreeMap::new();
    for said in said
        .iter()
        .filter(|said| !said.reconciles && said.item == item)
    {
        last.insert(said.person, said);
    }
    let told = |person: &PersonId| match last.get(person) {
        None => "—".to_owned(),
        Some(said) => match said.texts.first() {
            Some(Some(note)) => format!("{} ({note})", said.value),
            _ => said.value.clone(),
        },
    };
    let mut out: Vec<String> = now.done.iter().map(told).collect();
    let hash = Digest::of(format!("order of assessments of {:?} {item}", one.key).as_bytes());
    if hash
        .to_string()
        .bytes()
        .next_back()
        .is_some_and(|last| last % 2 == 1)
    {
        out.reverse();
    }
    out
}

/// The events of results that are not settled, of which nothing may be told.
pub fn hidden(reader: Reader<'_>, workflow: &Workflow) -> Result<BTreeSet<EventSeq>, StoreError> {
    let entries = reader.rob_entries()?;
    if entries.is_empty() {
        return Ok(BTreeSet::new());
    }
    let need = usize::from(workflow.extraction.extractors);
    let settled: BTreeSet<Key> = by_result(entries.clone())
        .into_iter()
        .filter(|(key, said)| standing(key.effect, said, need).is_settled())
        .map(|(key, _)| key)
        .collect();
    let open = entries
        .iter()
        .filter(|entry| !key(entry).is_some_and(|key| settled.contains(&key)));
    Ok(open.map(|entry| entry.seq).collect())
}
