//! People: joining, roles, names, disabling, and the table of a wave.
//!
//! Until someone is a lead anybody may add people; from then on only leads change them, and the
//! review is never without one again. A name stands outside the log and can be erased.

use super::ScreenError;
use super::exchange::{row_error, rows};
use super::names::look;
use crate::ledger::{Actor, Body, Stamp, Via};
use crate::model::visible::steers;
use crate::model::{Clock, Digest, PersonId, Role, time};
use crate::store::read::Person;
use crate::store::{Reader, Store, Writer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The person called `name`, who must still act.
pub fn acting(reader: Reader<'_>, name: &str) -> Result<Person, ScreenError> {
    let person = anybody(reader, name)?;
    if person.enabled {
        Ok(person)
    } else {
        Err(ScreenError::Disabled(person.display()))
    }
}

/// Refuses what tells of open votes to anybody who may not see them: to all but an auditor, who votes
/// on nothing.
pub fn not_blind(person: &Person, what: &'static str) -> Result<(), ScreenError> {
    let audits = person.is(Role::Auditor) && person.roles.len() == 1;
    if audits {
        return Ok(());
    }
    Err(ScreenError::Blind {
        person: person.display(),
        what,
    })
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

/// Lets only a lead do what changes the review as a whole, once someone is a lead. `what` follows
/// "may": `change people`, `publish`.
pub fn lead_only(reader: Reader<'_>, actor: Actor, what: &'static str) -> Result<(), ScreenError> {
    let leads = leads(reader)?;
    if leads.is_empty() {
        return Ok(());
    }
    match actor {
        Actor::Program => Err(ScreenError::NeedsLead {
            what,
            leads: leads
                .iter()
                .map(Person::display)
                .collect::<Vec<_>>()
                .join(", "),
        }),
        Actor::Person(id) => match reader.person_by_id(id)? {
            Some(person) => require(&person, what, &[Role::Lead]),
            None => Err(ScreenError::UnknownPerson(id.to_string())),
        },
    }
}

/// The leads who still act.
fn leads(reader: Reader<'_>) -> Result<Vec<Person>, ScreenError> {
    let mut people = reader.people()?;
    people.retain(|person| person.enabled && person.is(Role::Lead));
    Ok(people)
}

/// Refuses to take the part of the only lead away: a review that has a lead is never without one.
fn keeps_a_lead(reader: Reader<'_>, person: &Person) -> Result<(), ScreenError> {
    match leads(reader)?.as_slice() {
        [only] if only.id == person.id => Err(ScreenError::LastLead(person.display())),
        _ => Ok(()),
    }
}

const CHANGE: &str = "change people";

/// Longest name of a person, in characters.
const LONGEST: usize = 100;

/// A name that can be shown and typed: some text without control characters, no id such as `p3`,
/// and nobody else's, capitals aside.
fn free_name(reader: Reader<'_>, name: &str, own: Option<PersonId>) -> Result<String, ScreenError> {
    let name = composed(name);
    let shown = !name.is_empty()
        && name.chars().count() <= LONGEST
        && !name.chars().any(|c| char::is_control(c) || steers(c))
        && name.chars().any(char::is_alphanumeric)
        && name != "perennial";
    if !shown || name.parse::<PersonId>().is_ok() {
        return Err(ScreenError::Name(name));
    }
    // Letters of another script that look the same make no other name.
    let wanted = looks(&name);
    let others = reader
        .people()?
        .into_iter()
        .filter(|one| Some(one.id) != own);
    let mut names = others.filter_map(|one| one.name);
    match names.find(|other| looks(other).iter().any(|look| wanted.contains(look))) {
        Some(other) => Err(ScreenError::NameTaken(other)),
        None => Ok(name),
    }
}

/// What a name looks like as it is written, and in small letters: in these `I` and `l` differ.
fn looks(name: &str) -> [String; 2] {
    let name = composed(name);
    [look(&name).to_lowercase(), look(&name.to_lowercase())]
}

/// The person called `name`, whether they still act or not.
pub fn anybody(reader: Reader<'_>, name: &str) -> Result<Person, ScreenError> {
    if let Some(found) = reader.person(&composed(name))? {
        return Ok(found);
    }
    Err(unknown(reader, name)?)
}

/// Nobody has this name: somebody may have one like it.
pub fn unknown(reader: Reader<'_>, name: &str) -> Result<ScreenError, ScreenError> {
    let wanted = bare(name);
    let first = |name: &str| name.split_whitespace().next().map(str::to_owned);
    let mut best: Option<(f64, String)> = None;
    for known in reader.people()?.into_iter().filter_map(|one| one.name) {
        let other = bare(&known);
        let mut likeness = strsim::jaro_winkler(&wanted, &other);
        if wanted == other {
            likeness = 2.0;
        } else if first(&wanted) == first(&other) {
            likeness = likeness.max(0.95);
        }
        if likeness >= 0.9 && best.as_ref().is_none_or(|(top, _)| likeness > *top) {
            best = Some((likeness, known));
        }
    }
    let name = name.to_owned();
    Ok(match best {
        Some((_, near)) => ScreenError::MistakenPerson { name, near },
        None => ScreenError::UnknownPerson(name),
    })
}

/// A name as it is kept: without blanks at its ends, each letter with its accent as one character,
/// however a keyboard or a file puts them together.
fn composed(name: &str) -> String {
    name.trim().nfc().collect()
}

/// A name without capitals and accents, to find the one that was meant.
fn bare(name: &str) -> String {
    let plain = name.nfkd().filter(|c| !is_combining_mark(*c));
    let plain: String = plain.flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds a person.
pub fn add(
    store: &Store,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
) -> Result<PersonId, ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        join(writer, name, roles, stamp, None)
    })
}

/// Adds a person within a transaction, without asking who may: for the first lead and for tables.
pub fn join(
    writer: &mut Writer<'_>,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
    row: Option<(Digest, u64)>,
) -> Result<PersonId, ScreenError> {
    let name = free_name(writer.read(), name, None)?;
    let person = PersonId(writer.next_person()?);
    let salt = writer.salt(row)?;
    writer.append(&stamp.draft(Body::PersonAdded {
        person,
        roles,
        name: Some(salt.hash_name(&name)),
    }))?;
    writer.name_person(person, &name, salt)?;
    Ok(person)
}

/// Gives a person other roles; the only lead stays one.
pub fn change(
    store: &Store,
    name: &str,
    roles: Vec<Role>,
    stamp: &Stamp,
) -> Result<(), ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        let person = acting(writer.read(), name)?;
        if !roles.contains(&Role::Lead) {
            keeps_a_lead(writer.read(), &person)?;
        }
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
pub fn disable(store: &Store, name: &str, stamp: &Stamp) -> Result<(), ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        let person = acting(writer.read(), name)?;
        keeps_a_lead(writer.read(), &person)?;
        writer.append(&stamp.draft(Body::PersonDisabled { person: person.id }))?;
        writer.end_sign_ins(person.id)?;
        Ok(())
    })
}

/// Lets a person act again, in the roles they had; says whether they had stopped.
pub fn enable(store: &Store, name: &str, stamp: &Stamp) -> Result<bool, ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        let person = anybody(writer.read(), name)?;
        if person.name.is_none() {
            return Err(ScreenError::Erased(person.id.to_string()));
        }
        if !person.enabled {
            writer.append(&stamp.draft(Body::PersonEnabled { person: person.id }))?;
        }
        Ok(!person.enabled)
    })
}

/// Calls a person otherwise. The log keeps who it is by number, and that the name changed.
pub fn rename(store: &Store, name: &str, new: &str, stamp: &Stamp) -> Result<(), ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        let person = anybody(writer.read(), name)?;
        if person.name.is_none() {
            return Err(ScreenError::Erased(person.id.to_string()));
        }
        if person.name == Some(composed(new)) {
            return Ok(());
        }
        let new = free_name(writer.read(), new, Some(person.id))?;
        let salt = writer.salt(None)?;
        writer.append(&stamp.draft(Body::PersonRenamed {
            person: person.id,
            name: Some(salt.hash_name(&new)),
        }))?;
        writer.rename_person(person.id, &new, salt)?;
        Ok(())
    })
}

/// Erases a person's name for good and ends their part; what they decided stays, under their number.
pub fn erase(store: &Store, name: &str, stamp: &Stamp) -> Result<PersonId, ScreenError> {
    store.write(|writer| {
        lead_only(writer.read(), stamp.actor, CHANGE)?;
        let person = anybody(writer.read(), name)?;
        if person.name.is_none() {
            return Err(ScreenError::Erased(person.id.to_string()));
        }
        keeps_a_lead(writer.read(), &person)?;
        writer.append(&stamp.draft(Body::PersonErased { person: person.id }))?;
        writer.forget_person(person.id)?;
        Ok(person.id)
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
    let digest = Digest::of(bytes);
    let mut added = 0;
    for row in &table {
        let [name, role, at] = row.cells.as_slice() else {
            continue;
        };
        let wrong = |error: ScreenError| row_error(path, row.line, &error);
        let roles = roles(role).map_err(wrong)?;
        clock.set(&time::utc(at).map_err(|error| wrong(error.into()))?);
        if writer.read().person(&composed(name))?.is_some() {
            continue;
        }
        let stamp = Stamp {
            at: clock.now(),
            actor: Actor::Program,
            via: Via::Import,
        };
        join(writer, name, roles, &stamp, Some((digest, row.line))).map_err(wrong)?;
        added += 1;
    }
    Ok(added)
}
