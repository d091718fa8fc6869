//! One person's desk: what they have still to decide in a phase, what they put off, what they
//! decided. It holds nothing of another's open vote, nor anything that one could change: a report
//! stays on the desk until its own person has decided or it is settled, whatever others voted.

use super::ScreenError;
use super::rank::Ranks;
use crate::model::{Choice, Digest, Phase, RecordId, Role};
use crate::store::Reader;
use crate::store::read::{OwnDecision, Person};
use std::collections::{BTreeSet, HashMap};

/// In which order the desk gives reports.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Order {
    /// As they were found.
    #[default]
    Found,
    /// The latest year of publication first; without a year last.
    Newest,
    /// The earliest year first; without a year last.
    Oldest,
    /// By chance, the same for the same seed on every machine.
    Random(String),
    /// The likeliest to go forward first, as the decisions so far say.
    Ranked,
    /// What a register has a record of first, the rest as they were found.
    Registry,
}

/// The preference that holds a person's order.
pub const ORDER: &str = "order";

/// What a ranked order is made with.
#[derive(Debug, Clone, Copy)]
pub struct Learning<'a> {
    /// Models at rest.
    pub ranks: &'a Ranks,
    /// The text of what is looked for.
    pub question: &'a str,
}

impl Order {
    /// The words that it reads, for messages.
    pub const WORDS: &'static str =
        "ranked, found, newest, oldest, registry, random or random:SEED";

    /// The order that a person keeps.
    pub fn kept(reader: Reader<'_>, person: &Person) -> Result<Self, ScreenError> {
        let kept = reader.preference(person.id, ORDER)?;
        Ok(kept.as_deref().and_then(Self::parse).unwrap_or_default())
    }

    /// Reads one of [`Order::WORDS`].
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':').unwrap_or((text, "1")) {
            ("found", _) => Some(Self::Found),
            ("newest", _) => Some(Self::Newest),
            ("oldest", _) => Some(Self::Oldest),
            ("ranked", _) => Some(Self::Ranked),
            ("registry", _) => Some(Self::Registry),
            ("random", seed) if seed.len() <= 40 => Some(Self::Random(seed.to_owned())),
            _ => None,
        }
    }

    /// The word that [`Order::parse`] reads.
    pub fn word(&self) -> String {
        match self {
            Self::Found => "found".to_owned(),
            Self::Newest => "newest".to_owned(),
            Self::Oldest => "oldest".to_owned(),
            Self::Ranked => "ranked".to_owned(),
            Self::Registry => "registry".to_owned(),
            Self::Random(seed) => format!("random:{seed}"),
        }
    }

    /// Puts open reports, which come as they were found with their years, into this order.
    pub fn arrange(
        &self,
        reader: Reader<'_>,
        person: Option<&Person>,
        learning: Learning<'_>,
        open: &mut [(RecordId, Option<u16>)],
    ) -> Result<(), ScreenError> {
        match self {
            Self::Ranked => {
                let ranking = learning.ranks.ranking(reader, person, learning.question)?;
                let places: HashMap<RecordId, usize> = ranking
                    .placed
                    .iter()
                    .enumerate()
                    .map(|(place, (report, _))| (*report, place))
                    .collect();
                let last = places.len();
                open.sort_by_key(|(id, _)| places.get(id).copied().unwrap_or(last));
            }
            Self::Registry => {
                let first = reader.in_registers()?;
                open.sort_by_key(|(id, _)| !first.contains(id));
            }
            other => other.sort(open),
        }
        Ok(())
    }

    fn sort(&self, open: &mut [(RecordId, Option<u16>)]) {
        match self {
            Self::Found | Self::Ranked | Self::Registry => {}
            Self::Newest => {
                open.sort_by_key(|(id, year)| (std::cmp::Reverse(*year), std::cmp::Reverse(*id)));
            }
            Self::Oldest => open.sort_by_key(|(id, year)| (year.is_none(), *year, *id)),
            Self::Random(seed) => {
                open.sort_by_cached_key(|(id, _)| Digest::of(format!("{seed} {id}").as_bytes()).0);
            }
        }
    }
}

/// What a person's desk holds in one phase.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Still to decide, in order, without what was put off.
    pub to_decide: Vec<RecordId>,
    /// Put off, in order.
    pub skipped: Vec<RecordId>,
    /// Own decisions that stand, in the order in which they were made.
    pub own: Vec<OwnDecision>,
    /// Reports in this phase that are settled or open.
    pub all: u64,
}

impl Desk {
    /// The desk of a person.
    pub fn of(
        reader: Reader<'_>,
        person: &Person,
        phase: Phase,
        order: &Order,
        learning: Learning<'_>,
    ) -> Result<Self, ScreenError> {
        let own = reader.own_decisions(person.id, phase)?;
        let decided: BTreeSet<RecordId> = own.iter().map(|vote| vote.report).collect();
        let put_off = reader.skipped(person.id, phase)?;
        let (mut to_decide, mut skipped) = (Vec::new(), Vec::new());
        if may_decide(person) {
            let mut open = reader.open_reports(phase)?;
            if phase == Phase::TitleAbstract {
                order.arrange(reader, Some(person), learning, &mut open)?;
            } else {
                order.sort(&mut open);
            }
            for (report, _) in open {
                if decided.contains(&report) {
                    continue;
                }
                if put_off.contains(&report) {
                    skipped.push(report);
                } else {
                    to_decide.push(report);
                }
            }
        }
        let (open, settled) = open_of(reader, phase)?;
        Ok(Self {
            to_decide,
            skipped,
            own,
            all: open + settled,
        })
    }

    /// Without a decision of this person: to decide or put off.
    pub fn left(&self) -> usize {
        self.to_decide.len() + self.skipped.len()
    }

    /// Own decisions that say `choice`.
    pub fn said(&self, choice: Choice) -> impl Iterator<Item = &OwnDecision> {
        self.own.iter().filter(move |vote| vote.choice == choice)
    }

    /// Own decisions on reports that are not settled.
    pub fn unsettled(&self) -> impl Iterator<Item = &OwnDecision> {
        self.own.iter().filter(|vote| vote.place.is_open())
    }

    /// Own decisions with a note.
    pub fn noted(&self) -> impl Iterator<Item = &OwnDecision> {
        self.own.iter().filter(|vote| vote.note.is_some())
    }
}

/// Whether a person decides on reports at all.
pub fn may_decide(person: &Person) -> bool {
    person.enabled && (person.is(Role::Reviewer) || person.is(Role::Lead))
}

/// Whether a person is asked to decide: a reviewer, else a lead where nobody is a reviewer.
pub fn is_asked(people: &[Person], person: &Person) -> bool {
    let reviewers = people.iter().any(|p| p.enabled && p.is(Role::Reviewer));
    person.enabled && (person.is(Role::Reviewer) || (!reviewers && person.is(Role::Lead)))
}

/// Whether a person may be shown what waits for others. What waits for a reviewer tells how many
/// votes they cast, so it is shown to a lead who casts none.
pub fn sees_work_of_others(
    reader: Reader<'_>,
    people: &[Person],
    person: &Person,
) -> Result<bool, ScreenError> {
    Ok(person.is(Role::Lead) && !is_asked(people, person) && !reader.ever_decided(person.id)?)
}

/// How many reports a person is asked to decide on in a phase.
pub fn waiting(reader: Reader<'_>, person: &Person, phase: Phase) -> Result<u64, ScreenError> {
    let (open, _) = open_of(reader, phase)?;
    Ok(open.saturating_sub(reader.own_open(person.id, phase)?))
}

/// Open reports of a phase where people still decide, and those that went through it.
fn open_of(reader: Reader<'_>, phase: Phase) -> Result<(u64, u64), ScreenError> {
    let (mut open, mut settled) = (0, 0);
    for (place, n) in reader.places()? {
        if place.is_settled(phase) {
            settled += n;
        } else if place.phase() == Some(phase) {
            open += n;
        }
    }
    Ok((open, settled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_the_same_everywhere() {
        let open = vec![
            (RecordId(1), Some(2020)),
            (RecordId(2), None),
            (RecordId(3), Some(2024)),
            (RecordId(4), Some(2020)),
        ];
        let ids = |order: &str| {
            let mut list = open.clone();
            Order::parse(order).unwrap().sort(&mut list);
            list.iter().map(|(id, _)| id.0).collect::<Vec<_>>()
        };
        assert_eq!(ids("found"), [1, 2, 3, 4]);
        assert_eq!(ids("newest"), [3, 4, 1, 2]);
        assert_eq!(ids("oldest"), [1, 4, 3, 2]);
        assert_eq!(ids("random:7"), ids("random:7"));
        assert_ne!(ids("random:1"), ids("random:2"));
        assert_eq!(Order::parse("best"), None);
        for word in [
            "found", "newest", "oldest", "random:7", "ranked", "registry",
        ] {
            assert_eq!(Order::parse(word).unwrap().word(), word);
        }
    }
}
