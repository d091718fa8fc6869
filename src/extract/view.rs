//! What a person may see of values that are not agreed: open cells are blind, as votes are.
//!
//! Until a cell holds, an extractor sees only what they entered themselves, and nothing tells a value
//! that is missing from one that differs. Who settles a difference sees the values as A, B, … without
//! names, in an order that is drawn from the address of the cell.

use super::state::{Standings, entries, read, settlers};
use crate::extract::{Cell, CellKey, Entry, Open, Spellings};
use crate::ledger::{Body, Event};
use crate::model::{Digest, EventSeq, PersonId, Role};
use crate::store::read::Person;
use crate::store::{Reader, StoreError};
use crate::workflow::Workflow;
use std::collections::{BTreeMap, BTreeSet};

/// A cell as somebody may see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Its address.
    pub key: CellKey,
    /// Where it stands for whoever looks.
    pub sight: Sight,
    /// The value that holds, where one does.
    pub held: Option<Cell>,
    /// What the person who looks entered, while it does not hold.
    pub own: Option<Cell>,
    /// The values that differ, for who settles them.
    pub values: Vec<Cell>,
}

/// Where a cell stands for whoever looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Everybody entered the same.
    Holds,
    /// A person settled it.
    Settled,
    /// It is not agreed; whether a value is missing or differs is not told.
    Open,
    /// The person has not entered it, and is asked to.
    ToDo,
    /// The person has entered it, and it is not agreed.
    Entered,
    /// The values differ in these columns, and the person settles them.
    ToSettle(Vec<&'static str>),
}

impl Sight {
    /// In words.
    pub fn words(&self) -> String {
        match self {
            Self::Holds => "holds".to_owned(),
            Self::Settled => "settled".to_owned(),
            Self::Open => "open".to_owned(),
            Self::ToDo => "to do".to_owned(),
            Self::Entered => "entered".to_owned(),
            Self::ToSettle(columns) => format!("to settle: {}", columns.join(", ")),
        }
    }

    /// Whether nothing waits.
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Holds | Self::Settled)
    }
}

/// Every cell as `person` may see it, by its address; without a person nothing of what is open.
pub fn seen(
    reader: Reader<'_>,
    workflow: &Workflow,
    person: Option<&Person>,
) -> Result<Vec<Seen>, StoreError> {
    let all = entries(reader)?;
    let standings = Standings::of(reader, workflow)?;
    let mut by_cell: BTreeMap<CellKey, Vec<(PersonId, EventSeq, Entry)>> = BTreeMap::new();
    for (row, entry) in all {
        let of = by_cell.entry(entry.cell.key.clone()).or_default();
        of.push((row.person, row.seq, entry));
    }
    let everybody: Vec<Person> = reader.people()?.into_iter().filter(|p| p.enabled).collect();
    let extractors = everybody.iter().any(|p| p.is(Role::Extractor));
    let enters =
        |person: &Person| person.is(Role::Extractor) || (!extractors && person.is(Role::Lead));
    let mut out = Vec::new();
    for (key, standing) in &standings.now {
        let none = Vec::new();
        let told = standings.told(key);
        let entered = by_cell.get(key).unwrap_or(&none);
        let mut one = Seen {
            key: key.clone(),
            sight: Sight::Open,
            held: standing.cell().cloned(),
            own: None,
            values: Vec::new(),
        };
        let Some(open) = standing.open() else {
            one.sight = if matches!(standing, crate::extract::Standing::Settled(_)) {
                Sight::Settled
            } else {
                Sight::Holds
            };
            out.push(one);
            continue;
        };
        let Some(person) = person else {
            out.push(one);
            continue;
        };
        let mine = entered.iter().rev().find(|(who, ..)| *who == person.id);
        one.own = mine.map(|(.., entry)| entry.cell.clone());
        let alone: BTreeSet<PersonId> = entered
            .iter()
            .filter(|(.., entry)| !entry.reconciles)
            .map(|(who, ..)| *who)
            .collect();
        one.sight = match open {
            Open::Differ(columns)
                if settlers(&everybody, &alone, workflow.extraction.settle_own)
                    .contains(&person.id) =>
            {
                one.values = differing(key, standing.cell(), entered, told);
                Sight::ToSettle(columns)
            }
            _ if alone.contains(&person.id) => Sight::Entered,
            Open::Awaiting { .. } if enters(person) => Sight::ToDo,
            Open::Awaiting { .. } | Open::Differ(_) => Sight::Open,
        };
        out.push(one);
    }
    Ok(out)
}

/// The values that differ: what each person last entered since the value that stands, and that value.
fn differing(
    key: &CellKey,
    held: Option<&Cell>,
    entered: &[(PersonId, EventSeq, Entry)],
    told: EventSeq,
) -> Vec<Cell> {
    let mut last: BTreeMap<PersonId, &Cell> = BTreeMap::new();
    for (who, seq, entry) in entered {
        if *seq > told && !entry.reconciles {
            last.insert(*who, &entry.cell);
        }
    }
    let mut out: Vec<Cell> = held.cloned().into_iter().collect();
    for cell in last.into_values() {
        // The same value of two people is one value here.
        if !out.iter().any(|known| known.value.agrees(&cell.value)) {
            out.push(cell.clone());
        }
    }
    let hash = Digest::of(format!("order of values of {key}").as_bytes()).to_string();
    let drawn = hash.bytes().next_back().is_some_and(|last| last % 2 == 1);
    // The value that stands comes first.
    if drawn && held.is_none() {
        out.reverse();
    }
    out
}

/// The events that entered values which are not agreed, of which nothing may be told: neither the value
/// nor who entered it when.
pub fn hidden(reader: Reader<'_>, workflow: &Workflow) -> Result<BTreeSet<EventSeq>, StoreError> {
    let standings = Standings::of(reader, workflow)?;
    let fold = |key: &CellKey| CellKey {
        arm: Spellings::folded(&key.arm),
        ..key.clone()
    };
    // Arms have the spelling of their first entry here, also where that was taken back.
    let mut places = BTreeMap::new();
    for (key, standing) in &standings.now {
        places.insert(fold(key), (standing.open().is_some(), standings.told(key)));
    }
    let mut out = BTreeSet::new();
    for (row, entry) in read(reader.cell_entries_ever()?)? {
        let blind = match places.get(&fold(&entry.cell.key)) {
            None => true,
            Some((open, told)) => *open && row.seq > *told,
        };
        if blind {
            out.insert(row.seq);
        }
    }
    out.extend(super::appraisal::hidden(reader, workflow)?);
    Ok(out)
}

/// Whether an event is one of the `hidden` ones, or takes one of them back.
pub fn is_hidden(
    reader: Reader<'_>,
    hidden: &BTreeSet<EventSeq>,
    event: &Event,
) -> Result<bool, StoreError> {
    if hidden.is_empty() || hidden.contains(&event.seq) {
        return Ok(hidden.contains(&event.seq));
    }
    if event.kind != "event_undone" {
        return Ok(false);
    }
    let Body::EventUndone { event: target, .. } = event.body()? else {
        return Ok(false);
    };
    match reader.event(target)? {
        Some(found) => is_hidden(reader, hidden, &found),
        None => Ok(false),
    }
}
