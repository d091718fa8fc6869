//! The door: name and password, the people of a demonstration, one-time addresses.

use crate::ledger::{Actor, Stamp, Via};
use crate::model::{PersonId, Role};
use crate::screen::people;
use crate::store::Reader;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::people::{begin, no_cookie};
use crate::web::problem::Problem;
use crate::web::secret;
use crate::web::shell::Shell;
use crate::web::site::Site;
use askama::Template;
use axum::http::{StatusCode, header};
use serde::Serialize;
use std::time::Instant;

#[derive(Template, Serialize)]
#[template(path = "sign_in.html")]
struct SignInPage {
    #[serde(skip)]
    shell: Shell,
    review: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<Offered>,
    /// Whether somebody of a demonstration has a password all the same.
    #[serde(skip)]
    secured: bool,
    /// Whether a live decision has made the demonstration its own.
    #[serde(skip)]
    lived: bool,
    #[serde(skip)]
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    #[serde(skip)]
    to: Option<String>,
}

/// A person of a demonstration.
#[derive(Serialize)]
struct Offered {
    id: PersonId,
    name: String,
    /// What the person does here. It counts nothing that a vote could change.
    does: &'static str,
    #[serde(skip)]
    key: String,
}

/// The page.
pub(in crate::web) fn show(
    site: &Site,
    ask: &Ask,
    who: Option<&Signed>,
) -> Result<Answer, Problem> {
    let to = asked_back(ask.query.get("to"));
    if who.is_some() && !ask.json {
        return Ok(Answer::to(&format!(
            "{}{}",
            site.base,
            to.as_deref().unwrap_or("/")
        )));
    }
    let page = page(site, to, None, "")?;
    Answer::page(ask.json, &page)
}

fn page(
    site: &Site,
    to: Option<String>,
    wrong: Option<String>,
    name: &str,
) -> Result<SignInPage, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let review = site.protocol(reader)?.review.title().to_owned();
    let offered = offered(site, reader)?;
    Ok(SignInPage {
        shell: Shell::outside(
            site,
            if offered.is_empty() {
                "Sign in"
            } else {
                "Choose who you are"
            },
        ),
        review,
        secured: !reader.with_password()?.is_empty(),
        lived: !offered.is_empty() && reader.was_lived()?,
        people: offered,
        name: name.to_owned(),
        wrong,
        to,
    })
}

/// The people of a demonstration without a password; nobody anywhere else.
fn offered(site: &Site, reader: Reader<'_>) -> Result<Vec<Offered>, Problem> {
    if !site.open {
        return Ok(Vec::new());
    }
    let secured = reader.with_password()?;
    let mut people = reader.people()?;
    people.retain(|p| p.enabled && p.name.is_some() && !secured.contains(&p.id));
    people.sort_by_key(|p| {
        let order = [
            Role::Reviewer,
            Role::Adjudicator,
            Role::Lead,
            Role::Extractor,
            Role::Auditor,
        ];
        (order.iter().position(|role| p.is(*role)), p.id)
    });
    Ok(people
        .into_iter()
        .enumerate()
        .map(|(n, p)| Offered {
            id: p.id,
            name: spoken(&p.display()),
            does: does(&p),
            key: if n < 9 {
                (n + 1).to_string()
            } else {
                String::new()
            },
        })
        .collect())
}

/// "Reviewer 1" for "reviewer-1".
fn spoken(name: &str) -> String {
    let mut letters = name.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    format!("{first}{}", letters.as_str().replace('-', " "))
}

fn does(person: &crate::store::read::Person) -> &'static str {
    if person.is(Role::Reviewer) {
        "Marks inclusions: the titles of the last update wait"
    } else if person.is(Role::Adjudicator) {
        "Settles what two reviewers decided differently"
    } else if person.is(Role::Lead) {
        "Runs the review: people, searches, versions"
    } else if person.is(Role::Extractor) {
        "Enters the figures of the included trials"
    } else {
        "Reads everything that is settled, changes nothing"
    }
}

/// Where to go after the door: a path of this site, never another one.
fn asked_back(to: Option<&str>) -> Option<String> {
    let to = to?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
    let own = to.starts_with('/') && !to.starts_with("//") && to.chars().all(plain);
    (own && to.len() < 200 && !to.starts_with("/sign") && !to.starts_with("/i/"))
        .then(|| to.to_owned())
}

/// Someone says who they are.
pub(in crate::web) fn enter(site: &Site, ask: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    let to = asked_back(ask.form.get("to"));
    if let (true, Some(id)) = (site.open, ask.form.get("person")) {
        let person = {
            let snapshot = site.store.snapshot()?;
            let offered = offered(site, snapshot.read())?;
            offered.into_iter().find(|one| one.id.to_string() == id)
        };
        let person = person.ok_or_else(|| {
            Problem::Bad("nobody of this demonstration is offered by that id".to_owned())
        })?;
        return entered(site, ask, person.id, to);
    }
    let name = ask.form.get("name").unwrap_or_default().to_owned();
    let password = ask.form.exact("password").unwrap_or_default();
    let found = {
        let snapshot = site.store.snapshot()?;
        let reader = snapshot.read();
        let person = reader
            .person(&name)?
            .filter(|person| person.enabled && person.name.as_deref() == Some(name.as_str()));
        match person {
            Some(person) => reader.password(person.id)?.map(|kept| (person.id, kept)),
            None => None,
        }
    };
    let kept = found.as_ref().map(|(_, kept)| kept.as_str());
    let right = secret::is_right(password, kept);
    site.gate.note(&name, ask.from, right, Instant::now());
    match (right, found) {
        (true, Some((person, _))) => entered(site, ask, person, to),
        _ => {
            let wrong = "Name and password do not belong together. Nothing else is told, so that \
                         nobody learns who is here."
                .to_owned();
            let page = page(site, to, Some(wrong), &name)?;
            Answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, ask.json, &page)
        }
    }
}

fn entered(
    site: &Site,
    ask: &Ask,
    person: PersonId,
    to: Option<String>,
) -> Result<Answer, Problem> {
    // A sign-in of before, which this one takes the place of, ends.
    leave_old(site, ask)?;
    let cookie = begin(site, person)?;
    let answer = if ask.json {
        Answer::json(&serde_json::json!({"person": person}))?
    } else {
        Answer::to(&format!("{}{}", site.base, to.as_deref().unwrap_or("/")))
    };
    Ok(answer.with(header::SET_COOKIE, &cookie))
}

fn leave_old(site: &Site, ask: &Ask) -> Result<(), Problem> {
    let Some(token) = ask.cookie(&site.cookie) else {
        return Ok(());
    };
    let old = site
        .store
        .snapshot()?
        .read()
        .sign_in(secret::digest(token))?;
    if let Some(old) = old.filter(|old| !old.script) {
        site.store
            .write(|writer| writer.end_sign_in(old.id, Some(old.person)))?;
    }
    Ok(())
}

/// Ends the sign-in.
pub(in crate::web) fn leave(site: &Site, ask: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    leave_old(site, ask)?;
    let answer = if ask.json {
        Answer::json(&serde_json::json!({"signed_out": true}))?
    } else {
        Answer::to(&format!("{}/sign-in", site.base))
    };
    Ok(answer.with(header::SET_COOKIE, &no_cookie(site)))
}

#[derive(Template, Serialize)]
#[template(path = "invited.html")]
struct InvitedPage {
    #[serde(skip)]
    shell: Shell,
    review: String,
    name: String,
    roles: String,
    /// Whether the first lead comes, whom nobody invited.
    first: bool,
    #[serde(skip)]
    may_name: bool,
    #[serde(skip)]
    action: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

/// Whom a one-time address is for.
enum Invited {
    /// The first lead: one who has no password yet, or a person to be added.
    First(Option<(PersonId, String)>),
    Person(PersonId, String, String),
}

fn find(site: &Site, ask: &Ask, reader: Reader<'_>) -> Result<Invited, Problem> {
    let gone = || {
        Problem::NotFound(
            "this address was used, has ended or was withdrawn; a lead gives you a new one"
                .to_owned(),
        )
    };
    let token = secret::digest(&ask.part(1).unwrap_or_default());
    if site.is_first(token) && reader.with_password()?.is_empty() {
        let lead = reader
            .people()?
            .into_iter()
            .find(|p| p.enabled && p.is(Role::Lead) && p.name.is_some());
        return Ok(Invited::First(lead.map(|lead| (lead.id, lead.display()))));
    }
    let (id, _) = reader.invited(token, &site.now())?.ok_or_else(gone)?;
    let person = reader
        .person_by_id(id)?
        .filter(|person| person.enabled)
        .ok_or_else(gone)?;
    let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
    Ok(Invited::Person(id, person.display(), roles.join(", ")))
}

fn invited_page(
    site: &Site,
    ask: &Ask,
    reader: Reader<'_>,
    wrong: Option<String>,
) -> Result<InvitedPage, Problem> {
    let found = find(site, ask, reader)?;
    let typed = ask.form.get("name").unwrap_or_default().to_owned();
    let (name, roles, first, may_name) = match found {
        Invited::First(Some((_, name))) => (name, "lead".to_owned(), true, false),
        Invited::First(None) => (typed, "lead".to_owned(), true, true),
        Invited::Person(_, name, roles) => (name, roles, false, false),
    };
    Ok(InvitedPage {
        shell: Shell::outside(site, "Welcome"),
        review: site.protocol(reader)?.review.title().to_owned(),
        name,
        roles,
        first,
        may_name,
        action: format!("{}{}", site.base, ask.path),
        wrong,
    })
}

/// The page behind a one-time address.
pub(in crate::web) fn invited(
    site: &Site,
    ask: &Ask,
    _: Option<&Signed>,
) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let page = invited_page(site, ask, snapshot.read(), None)?;
    Answer::page(ask.json, &page)
}

/// An invited person sets a password.
pub(in crate::web) fn accept(
    site: &Site,
    ask: &Ask,
    _: Option<&Signed>,
) -> Result<Answer, Problem> {
    let found = find(site, ask, site.store.snapshot()?.read())?;
    let password = ask.form.exact("password").unwrap_or_default();
    let typed = ask.form.get("name").unwrap_or_default();
    let known = match &found {
        Invited::First(Some((_, name))) | Invited::Person(_, name, _) => name.clone(),
        Invited::First(None) => typed.to_owned(),
    };
    let again = |wrong: String| {
        let snapshot = site.store.snapshot()?;
        let page = invited_page(site, ask, snapshot.read(), Some(wrong))?;
        Answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, ask.json, &page)
    };
    if let Some(why) = secret::refused(password, &known) {
        return again(why);
    }
    let hash = secret::kept(password)
        .ok_or_else(|| Problem::Internal("the machine gives no random bits".to_owned()))?;
    let now = site.now();
    let token = secret::digest(&ask.part(1).unwrap_or_default());
    let done: Result<PersonId, Problem> = site.store.write(|writer| {
        let person = match &found {
            Invited::First(lead) => {
                // Two who open it at once: the second comes too late.
                if !site.is_first(token) || !writer.read().with_password()?.is_empty() {
                    return Err(Problem::NotFound("somebody was faster".to_owned()));
                }
                match lead {
                    Some((id, _)) => *id,
                    None => {
                        let stamp = Stamp {
                            at: now.clone(),
                            actor: Actor::Program,
                            via: Via::Web,
                        };
                        people::join(writer, typed, vec![Role::Lead], &stamp, None)?
                    }
                }
            }
            Invited::Person(id, ..) => {
                if writer.read().invited(token, &now)?.is_none() {
                    return Err(Problem::NotFound("this address was used".to_owned()));
                }
                *id
            }
        };
        writer.set_password(person, &hash, &now)?;
        Ok(person)
    });
    match done {
        Ok(person) => {
            *site
                .first
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = None;
            entered(site, ask, person, None)
        }
        Err(Problem::Bad(why) | Problem::Input(why)) => again(why),
        Err(Problem::Conflict(clash)) => again(clash.text),
        Err(problem) => Err(problem),
    }
}
