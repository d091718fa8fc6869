//! People by name. The log calls them p1, p2, …; who reads a page or an explanation reads names, with a
//! legend that leads back to the log. A name that was erased is gone: its number stands in its place.

use crate::model::PersonId;
use crate::store::{Reader, StoreError};
use std::collections::BTreeMap;

/// What everybody is called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    known: BTreeMap<PersonId, String>,
}

impl Names {
    /// The name of a person, else the number.
    pub fn of(&self, person: PersonId) -> String {
        let found = self.known.get(&person);
        found.cloned().unwrap_or_else(|| person.to_string())
    }
}

/// The names of everybody in the review.
pub fn names(reader: Reader<'_>) -> Result<Names, StoreError> {
    let people = reader.people()?.into_iter();
    Ok(Names {
        known: people
            .filter_map(|person| Some((person.id, person.name?)))
            .collect(),
    })
}
