//! Who acts: a person, in their roles, at a time, through a door.
//!
//! The command line makes an [`Acting`] from `--as`, a page from whoever signed in, a file from the
//! name in a row. Whatever changes the review for a person takes one, so that no function asks for
//! a name, a time and a way apart.

use super::ScreenError;
use crate::ledger::{Actor, Body, Draft, Stamp, Via};
use crate::model::{PersonId, Role};
use crate::store::Reader;
use crate::store::read::Person;

/// A person who acts. It is made from the people of the review ([`Acting::named`], [`Acting::of`]),
/// so it stands for somebody who acted for the review when it was made; what writes looks again
/// ([`Acting::present`]), in its own transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The person, by number.
    pub person: PersonId,
    /// What the person is called; the id where the name was erased.
    pub name: String,
    /// The roles that the person had when this was made.
    pub roles: Vec<Role>,
    /// The time of the events that follow: UTC with milliseconds, as the log writes it.
    pub at: String,
    /// The door through which the person came.
    pub via: Via,
}

impl Acting {
    /// The person called `name` (a name or an id such as `p3`). Refused where nobody is called so,
    /// or where the person was disabled.
    pub fn named(
        reader: Reader<'_>,
        name: &str,
        at: impl Into<String>,
        via: Via,
    ) -> Result<Self, ScreenError> {
        Ok(Self::of(&super::people::acting(reader, name)?, at, via))
    }

    /// This person, who is taken as somebody who still acts.
    pub fn of(person: &Person, at: impl Into<String>, via: Via) -> Self {
        Self {
            person: person.id,
            name: person.display(),
            roles: person.roles.clone(),
            at: at.into(),
            via,
        }
    }

    /// Whether the person had this role when this was made.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The person as the review knows them at this moment: roles may have changed since this was
    /// made. Refused where the person no longer acts.
    pub fn present(&self, reader: Reader<'_>) -> Result<Person, ScreenError> {
        let person = reader
            .person_by_id(self.person)?
            .ok_or_else(|| ScreenError::UnknownPerson(self.name.clone()))?;
        if person.enabled {
            Ok(person)
        } else {
            Err(ScreenError::Disabled(person.display()))
        }
    }

    /// Person, time and door for the events of one step.
    pub fn stamp(&self) -> Stamp {
        Stamp {
            at: self.at.clone(),
            actor: Actor::Person(self.person),
            via: self.via,
        }
    }

    /// An event of this person, to be appended.
    pub fn draft(&self, body: Body) -> Draft {
        self.stamp().draft(body)
    }
}

#[cfg(test)]
mod tests {
    use super::super::people;
    use super::*;
    use crate::store::Store;

    const AT: &str = "2025-01-01T00:00:00.000Z";

    #[test]
    fn who_was_disabled_or_lost_a_role_since_is_found_out_when_it_counts() {
        let store = Store::in_memory("acting").unwrap();
        let stamp = Stamp::program(AT);
        let both = vec![Role::Reviewer, Role::Extractor];
        people::add(&store, "ada", both, &stamp).unwrap();
        let named = |store: &Store, name: &str| {
            let snapshot = store.snapshot().unwrap();
            Acting::named(snapshot.read(), name, AT, Via::Web)
        };
        let present = |store: &Store, acting: &Acting| {
            let snapshot = store.snapshot().unwrap();
            acting.present(snapshot.read())
        };
        let ada = named(&store, "ada").unwrap();
        assert_eq!(named(&store, "p1").unwrap(), ada, "by name or by id");
        assert!(ada.is(Role::Reviewer) && !ada.is(Role::Lead));
        assert_eq!(ada.stamp().via, Via::Web);
        people::change(&store, "ada", vec![Role::Extractor], &stamp).unwrap();
        assert!(ada.is(Role::Reviewer), "what it was when it was made");
        assert!(!present(&store, &ada).unwrap().is(Role::Reviewer));
        people::disable(&store, "ada", &stamp).unwrap();
        let gone = present(&store, &ada);
        assert!(matches!(gone, Err(ScreenError::Disabled(_))), "{gone:?}");
        let nobody = named(&store, "bo");
        assert!(matches!(nobody, Err(ScreenError::UnknownPerson(_))));
    }
}
