//! People: joining, roles, disabling, and the table of a wave.

use super::ScreenError;
use super::exchange::{row_error, rows};
use crate::ledger::Stamp;
use crate::ledger::{Actor, Body, Draft, Via};
use crate::model::{Clock, PersonId, Role, time};
use crate::store::read::Person;
use crate::store::{Reader, Store, Writer};

/// The person called `name`, who must still act.
pub fn acting(reader: Reader<'_>, name: &str) -> Result<Person, ScreenError> {
    let person = reader
        .person(name)?
        .ok_or_else(|| ScreenError::UnknownPerson(name.to_owned()))?;
    if person.enabled {
        Ok(person)
    } else {
        Err(ScreenError::Disabled(person.display()))
    }
}

/// Refuses a person without one of `roles`.
pub fn require(person: &Person, what: &'static str, roles: &[Role]) -> Result<(), ScreenError> {
    if roles.iter().any(|role| person.is(*role)) {
        return Ok(());
    }
    let needs = roles
        .iter()
        .map(|role| role.as_str())
        .collect::<Vec<_>>()
        .join(" or ");
    Err(ScreenError::Role {
        person: person.display(),
        what,
        needs,
    })
}

/// Reads `lead,reviewer`.
pub fn roles(text: &str) -> Result<Vec<Role>, ScreenError> {
    let mut out: Vec<Role> = Vec::new();
    for word in text
        .split([',', ';'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        let role = word.parse()?;
        if !out.contains(&role) {
            out.push(role);
        }
    }
    if out.is_empty() {
        return Err(crate::model::IdError {
            text: text.to_owned(),
            expected: "a role",
        }
        .into());
    }
    Ok(out)
}

/// Adds a person.
pub fn add(
    store: &mut Store,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
) -> Result<PersonId, ScreenError> {
    store.write(|writer| join(writer, name, roles, stamp))
}

fn join(
    writer: &mut Writer<'_>,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
) -> Result<PersonId, ScreenError> {
    if writer.read().person(name)?.is_some() || name.parse::<PersonId>().is_ok() {
        return Err(ScreenError::NameTaken(name.to_owned()));
    }
    let person = PersonId(writer.next_person()?);
    writer.append(&stamp.draft(Body::PersonAdded { person, roles }))?;
    writer.name_person(person, name)?;
    Ok(person)
}

/// Gives a person other roles.
pub fn change(
    store: &mut Store,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
) -> Result<(), ScreenError> {
    store.write(|writer| {
        let person = acting(writer.read(), name)?;
        if person.roles != roles {
            writer.append(&stamp.draft(Body::PersonRolesChanged {
                person: person.id,
                roles,
            }))?;
        }
        Ok(())
    })
}

/// Ends a person's part in the review; what they decided stays.
pub fn disable(store: &mut Store, name: &str, stamp: &Stamp) -> Result<(), ScreenError> {
    store.write(|writer| {
        let person = acting(writer.read(), name)?;
        writer.append(&stamp.draft(Body::PersonDisabled { person: person.id }))?;
        Ok(())
    })
}

/// Reads `name,role,at` and adds whoever is not there; the whole file or nothing.
pub fn import(
    writer: &mut Writer<'_>,
    path: &str,
    bytes: &[u8],
    clock: &dyn Clock,
) -> Result<u64, ScreenError> {
    let table = rows(path, bytes, &["name", "role", "at"])?;
    let mut added = 0;
    for row in &table {
        let [name, role, at] = row.cells.as_slice() else {
            continue;
        };
        let wrong = |error: ScreenError| row_error(path, row.line, &error);
        let roles = roles(role).map_err(wrong)?;
        clock.set(&time::utc(at).map_err(|error| wrong(error.into()))?);
        if writer.read().person(name)?.is_some() {
            continue;
        }
        let stamp = Stamp {
            at: clock.now(),
            actor: Actor::Program,
            via: Via::Import,
        };
        join(writer, name, roles, &stamp).map_err(wrong)?;
        added += 1;
    }
    Ok(added)
}

/// A draft by a person on the command line.
pub fn by(person: &Person, at: String, via: Via, body: Body) -> Draft {
    Draft {
        at,
        actor: Actor::Person(person.id),
        via,
        body,
    }
}
