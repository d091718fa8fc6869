//! People, their names and roles, and the reasons in force.

use super::super::StoreError;
use super::{Reader, value};
use crate::model::{PersonId, Role, Rules};
use rusqlite::{OptionalExtension, Row};

/// A person as the log and the table of names tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The pseudonymous id.
    pub id: PersonId,
    /// The name, unless it was erased.
    pub name: Option<String>,
    /// What the person may do.
    pub roles: Vec<Role>,
    /// Whether the person still acts.
    pub enabled: bool,
}

impl Person {
    /// The name where there is one, else the id.
    pub fn display(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }

    /// Whether the person has `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// An exclusion reason at full text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What decisions carry.
    pub code: String,
    /// What people read.
    pub text: String,
}

const PERSON: &str = "SELECT p.id, n.name, p.roles, p.enabled FROM person p
    LEFT JOIN person_name n ON n.person = p.id";

fn person(row: &Row<'_>) -> rusqlite::Result<(u32, Option<String>, String, bool)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
}

fn built(
    (id, name, roles, enabled): (u32, Option<String>, String, bool),
) -> Result<Person, StoreError> {
    let roles = roles_of(&roles)?;
    Ok(Person {
        id: PersonId(id),
        name,
        roles,
        enabled,
    })
}

fn roles_of(words: &str) -> Result<Vec<Role>, StoreError> {
    words
        .split(',')
        .filter(|word| !word.is_empty())
        .map(value)
        .collect()
}

impl Reader<'_> {
    /// Everybody, in log order.
    pub fn people(&self) -> Result<Vec<Person>, StoreError> {
        let mut all = self.conn.prepare(&format!("{PERSON} ORDER BY p.id"))?;
        all.query_map([], person)?.map(|row| built(row?)).collect()
    }

    /// The person with this name, else with this id.
    pub fn person(&self, name: &str) -> Result<Option<Person>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{PERSON} WHERE n.name = ?1"))?;
        if let Some(row) = find.query_row([name], person).optional()? {
            return built(row).map(Some);
        }
        match name.parse::<PersonId>() {
            Ok(id) => self.person_by_id(id),
            Err(_) => Ok(None),
        }
    }

    /// The person with this id.
    pub fn person_by_id(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let mut find = self
            .conn
            .prepare_cached(&format!("{PERSON} WHERE p.id = ?1"))?;
        find.query_row([id.0], person)
            .optional()?
            .map(built)
            .transpose()
    }

    /// Exclusion reasons at full text, in order.
    pub fn reasons(&self) -> Result<Vec<Reason>, StoreError> {
        let mut all = self
            .conn
            .prepare_cached("SELECT code, text FROM reason ORDER BY ord")?;
        let rows = all.query_map([], |row| {
            Ok(Reason {
                code: row.get(0)?,
                text: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Roles that may settle a disagreement.
    pub fn adjudicator_roles(&self) -> Result<Vec<Role>, StoreError> {
        roles_of(&self.setting("adjudicators")?.unwrap_or_default())
    }

    /// People required per report.
    pub fn screening_rules(&self) -> Result<Rules, StoreError> {
        super::super::project::rules(self.conn)
    }
}
