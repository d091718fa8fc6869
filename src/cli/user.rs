//! `user`: add people and give them roles.

use super::args::{Global, UserArgs, UserCommand};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::pipeline::Workspace;
use crate::screen::people;
use crate::web::{self, Secret, invite_address};
use serde_json::json;

pub(super) fn run(args: UserArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = if matches!(args.command, UserCommand::List) {
        Workspace::open_reading_or_empty(&root)?
    } else {
        Workspace::open(&root, false)?
    };
    let stamp = super::screen::stamp(&workspace, global)?;
    match args.command {
        UserCommand::Add { name, role } => {
            let roles = people::roles(&role)?;
            let id = people::add(&workspace.store, &name, roles, &stamp)?;
            out.line(&format!("{name} is {id}, {role}"))?;
            out.json(&json!({"person": id, "name": name, "roles": role}))?;
        }
        UserCommand::Role { name, role } => {
            let roles = people::roles(&role)?;
            people::change(&workspace.store, &name, roles, &stamp)?;
            out.line(&format!("{name} is {role} now"))?;
            out.json(&json!({"name": name, "roles": role}))?;
        }
        UserCommand::Disable { name } => {
            people::disable(&workspace.store, &name, &stamp)?;
            out.line(&format!("{name} acts no more; what they decided stays"))?;
            out.json(&json!({"name": name, "enabled": false}))?;
        }
        UserCommand::Enable { name } => {
            let changed = people::enable(&workspace.store, &name, &stamp)?;
            let said = if changed {
                "acts again"
            } else {
                "acts already"
            };
            out.line(&format!("{name} {said}"))?;
            out.json(&json!({"name": name, "enabled": true, "changed": changed}))?;
        }
        UserCommand::Rename { name, new } => {
            people::rename(&workspace.store, &name, &new, &stamp)?;
            out.line(&format!("{name} is called {} now", new.trim()))?;
            out.json(&json!({"name": new.trim(), "before": name}))?;
        }
        UserCommand::Erase { name } => {
            let id = people::erase(&workspace.store, &name, &stamp)?;
            out.line(&format!(
                "The name of {id} is erased and {id} acts no more; what {id} decided stays. Backups \
                 made before and published files still hold what they held."
            ))?;
            out.json(&json!({"person": id, "erased": true, "enabled": false}))?;
        }
        UserCommand::Invite { name, url } => {
            let url = url
                .or_else(super::serve::public_url)
                .unwrap_or_else(|| "http://127.0.0.1:8080".to_owned());
            let secret = drawn()?;
            let ends = web::invite(&workspace.store, &name, &secret, &stamp)?;
            let address = invite_address(&url, &secret);
            out.line(&format!(
                "{}\nShown this once, good until {}; {name} sets a password there.",
                out.ink(Ink::Bold, &address),
                ends.get(..10).unwrap_or(&ends)
            ))?;
            out.json(&json!({"name": name, "address": address, "ends": ends}))?;
        }
        UserCommand::Token {
            name, end: true, ..
        } => {
            let ended = web::end_tokens(&workspace.store, &name, &stamp)?;
            let said = crate::pipeline::many(ended as u64, "token", "tokens");
            out.line(&format!("{said} of {name} ended"))?;
            out.json(&json!({"name": name, "ended": ended}))?;
        }
        UserCommand::Token {
            name, days, label, ..
        } => {
            let secret = drawn()?;
            let ends = web::add_token(&workspace.store, &name, (&secret, &label), days, &stamp)?;
            out.line(&format!(
                "{}\nShown this once, good until {}. Send it as `Authorization: Bearer TOKEN`.",
                secret.text(),
                ends.get(..10).unwrap_or(&ends)
            ))?;
            out.json(&json!({"name": name, "token": secret.text(), "ends": ends}))?;
        }
        UserCommand::List => {
            let list = workspace.store.snapshot()?.read().people()?;
            for person in &list {
                let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
                let state = match (&person.name, person.enabled) {
                    (None, _) => "erased",
                    (Some(_), false) => "disabled",
                    (Some(_), true) => "",
                };
                out.line(&format!(
                    "{} {} {} {}",
                    fit(&person.id.to_string(), 5),
                    out.ink(Ink::Bold, &fit(&person.display(), 24)),
                    fit(&roles.join(", "), 30),
                    out.ink(Ink::Dim, state)
                ))?;
            }
            if list.is_empty() {
                out.line("Nobody yet. Next: perennial user add NAME --role lead")?;
            }
            let rows: Vec<_> = list
                .iter()
                .map(|p| {
                    json!({
                        "person": p.id, "name": p.name, "roles": p.roles, "enabled": p.enabled,
                        "erased": p.name.is_none(),
                    })
                })
                .collect();
            out.json(&json!({"people": rows}))?;
        }
    }
    Ok(0)
}

fn drawn() -> Result<Secret, CliError> {
    Secret::draw().ok_or_else(|| CliError::new(Kind::Io, "the machine gives no random bits"))
}
