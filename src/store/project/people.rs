//! People, roles and the screening rules in force.

use super::super::StoreError;
use crate::ledger::event::ReasonRef;
use crate::model::{EventSeq, PersonId, Role, Rules};
use rusqlite::{Connection, params};

fn words(roles: &[Role]) -> String {
    roles
        .iter()
        .map(|role| role.as_str())
        .collect::<Vec<_>>()
        .join(",")
}

pub(super) fn rules(
    conn: &Connection,
    rules: Rules,
    reasons: &[ReasonRef],
    adjudicators: &[Role],
) -> Result<(), StoreError> {
    let mut set = conn.prepare("INSERT OR REPLACE INTO setting (key, value) VALUES (?1, ?2)")?;
    set.execute(params![
        "reviewers.title-abstract",
        rules.title_abstract.to_string()
    ])?;
    set.execute(params!["reviewers.full-text", rules.full_text.to_string()])?;
    set.execute(params!["adjudicators", words(adjudicators)])?;
    conn.execute("DELETE FROM reason", [])?;
    let mut add = conn.prepare("INSERT INTO reason (code, text, ord) VALUES (?1, ?2, ?3)")?;
    for (ord, reason) in reasons.iter().enumerate() {
        add.execute(params![reason.code, reason.text, ord])?;
    }
    Ok(())
}

pub(super) fn add(
    conn: &Connection,
    seq: EventSeq,
    person: PersonId,
    roles: &[Role],
) -> Result<(), StoreError> {
    conn.execute(
        "INSERT INTO person (id, roles, enabled, seq) VALUES (?1, ?2, 1, ?3)",
        params![person.0, words(roles), seq.0],
    )?;
    Ok(())
}

pub(super) fn change(
    conn: &Connection,
    person: PersonId,
    roles: &[Role],
) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE person SET roles = ?2 WHERE id = ?1",
        params![person.0, words(roles)],
    )?;
    Ok(())
}

pub(super) fn enable(conn: &Connection, person: PersonId, acts: bool) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE person SET enabled = ?2 WHERE id = ?1",
        params![person.0, acts],
    )?;
    Ok(())
}
