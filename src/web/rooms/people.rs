//! People: who is here, what waits for each, invitations, roles, ends.

use crate::ledger::{Actor, Stamp};
use crate::model::{PersonId, Phase, Role};
use crate::screen::people as acts;
use crate::screen::{Work, desk};
use crate::store::read::Person;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::people::INVITED;
use crate::web::problem::{Clash, Problem};
use crate::web::secret::{Secret, invite_address};
use crate::web::shell::Shell;
use crate::web::site::{Site, shifted};
use crate::web::words::{day, many};
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "people.html")]
struct PeoplePage {
    #[serde(skip)]
    shell: Shell,
    #[serde(rename = "state")]
    title: String,
    #[serde(skip)]
    lede: String,
    people: Vec<One>,
    #[serde(skip)]
    blind: bool,
    #[serde(skip)]
    invited: Option<Invitation>,
    #[serde(skip)]
    said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
    tokens: Vec<Token>,
    #[serde(skip)]
    typed: String,
}

struct Invitation {
    name: String,
    address: String,
    ends: String,
}

#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what a page shows or leaves out"
)]
struct One {
    id: PersonId,
    name: String,
    roles: String,
    enabled: bool,
    #[serde(skip)]
    state: &'static str,
    /// What waits; not told where it would tell how another votes.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<String>,
    seen: String,
    #[serde(skip)]
    you: bool,
    #[serde(skip)]
    erased: bool,
    #[serde(skip)]
    may_invite: bool,
    #[serde(skip)]
    invited: bool,
    #[serde(skip)]
    last_lead: bool,
    #[serde(skip)]
    options: Vec<(&'static str, bool)>,
}

#[derive(Serialize)]
struct Token {
    id: i64,
    kind: String,
    person: String,
    ends: String,
    #[serde(skip)]
    this: bool,
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let said = match ask.query.get("done") {
        Some("roles") => Some("The roles are changed.".to_owned()),
        Some("disabled") => {
            Some("Disabled: every sign-in and token has ended; the votes stay.".to_owned())
        }
        Some("enabled") => Some("Enabled: a new address lets the person in.".to_owned()),
        Some("withdrawn") => Some("The invitation is withdrawn.".to_owned()),
        Some("ended") => Some("That sign-in has ended.".to_owned()),
        _ => None,
    };
    let page = page(site, who, said)?;
    Answer::page(ask.json, &page)
}

fn page(site: &Site, who: &Signed, said: Option<String>) -> Result<PeoplePage, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let now = site.now();
    let workflow = site.protocol(reader)?;
    let everybody = reader.people()?;
    let shown = desk::sees_work_of_others(reader, &everybody, &who.person)?;
    let work = if shown {
        crate::pipeline::work(reader, &workflow)?
    } else {
        Vec::new()
    };
    let invited = reader.invitations(&now)?;
    let seen = reader.last_seen()?;
    let leads = everybody
        .iter()
        .filter(|p| p.enabled && p.is(Role::Lead))
        .count();
    let one = |person: &Person| {
        let state = match (&person.name, person.enabled) {
            (None, _) => "erased",
            (Some(_), false) => "disabled",
            (Some(_), true) if invited.contains_key(&person.id) => "invited",
            (Some(_), true) => "",
        };
        let roles: Vec<&str> = person.roles.iter().map(|role| role.as_str()).collect();
        let mine = work.iter().find(|work| work.person == person.display());
        One {
            id: person.id,
            name: person.display(),
            roles: roles.join(", "),
            enabled: person.enabled,
            state,
            waits: if person.id == who.person.id || shown {
                Some(match mine {
                    Some(work) => waits(work),
                    None if person.id == who.person.id => "see Overview".to_owned(),
                    None => "nothing".to_owned(),
                })
            } else {
                None
            },
            seen: seen
                .get(&person.id)
                .cloned()
                .unwrap_or_else(|| "never".to_owned()),
            you: person.id == who.person.id,
            erased: person.name.is_none(),
            may_invite: person.enabled && person.name.is_some(),
            invited: invited.contains_key(&person.id),
            last_lead: leads == 1 && person.enabled && person.is(Role::Lead),
            options: Role::ALL
                .iter()
                .map(|role| (role.as_str(), person.is(*role)))
                .collect(),
        }
    };
    let people: Vec<One> = everybody.iter().map(one).collect();
    let count = |state: &str| people.iter().filter(|one| one.state == state).count() as u64;
    let (open, disabled, pending) = (
        people.iter().filter(|one| one.enabled).count() as u64,
        count("disabled"),
        count("invited"),
    );
    let mut title = format!("{} at work", many(open - pending, "person", "people"));
    if pending > 0 {
        title.push_str(&format!(", {pending} invited"));
    }
    if disabled > 0 {
        title.push_str(&format!(", {disabled} disabled"));
    }
    let rules = reader.screening_rules()?;
    let reviewers = everybody
        .iter()
        .filter(|p| p.enabled && p.is(Role::Reviewer))
        .count();
    let needed = rules
        .required(Phase::TitleAbstract)
        .max(rules.required(Phase::FullText));
    let lede = if reviewers >= needed {
        "Every open report has enough people who can decide it.".to_owned()
    } else {
        format!(
            "The workflow asks for {needed} reviewers on each report, and there {}.",
            match reviewers {
                0 => "is none".to_owned(),
                1 => "is one".to_owned(),
                n => format!("are {n}"),
            }
        )
    };
    let name = |id: PersonId| {
        everybody
            .iter()
            .find(|person| person.id == id)
            .map_or_else(|| id.to_string(), Person::display)
    };
    let tokens = reader
        .sign_ins(&now)?
        .into_iter()
        .take(50)
        .map(|one| Token {
            kind: if one.script {
                format!("Script, {}", one.label)
            } else {
                "Browser".to_owned()
            },
            person: name(one.person),
            ends: if one.script {
                day(&one.ends).to_owned()
            } else {
                "12 h idle".to_owned()
            },
            this: Some(one.id) == who.id,
            id: one.id,
        })
        .collect();
    Ok(PeoplePage {
        shell: Shell::of(site, reader, who, ("People", "/people"))?,
        title,
        lede,
        people,
        blind: !shown,
        invited: None,
        said,
        wrong: None,
        tokens,
        typed: String::new(),
    })
}

/// "18 titles, 1 full text".
pub(super) fn waits(work: &Work) -> String {
    let parts = [
        (work.title_abstract, "title", "titles"),
        (work.retrieval, "to retrieve", "to retrieve"),
        (work.full_text, "full text", "full texts"),
        (work.conflicts, "conflict", "conflicts"),
        (work.pairs, "uncertain pair", "uncertain pairs"),
        (work.studies, "study to extract", "studies to extract"),
        (work.values, "value to enter again", "values to enter again"),
        (work.differing, "value to settle", "values to settle"),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, several)| many(n, one, several))
        .collect();
    if said.is_empty() {
        "nothing".to_owned()
    } else {
        said.join(", ")
    }
}

/// What a lead does with a person.
pub(in crate::web) fn act(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let now = site.now();
    let stamp = Stamp {
        at: now.clone(),
        actor: Actor::Person(who.person.id),
        via: who.via,
    };
    let what = ask.form.get("act").unwrap_or_default();
    let there = |done: &str| -> Result<Answer, Problem> {
        if ask.json {
            return Answer::json(&serde_json::json!({"done": done}));
        }
        Ok(Answer::to(&format!("{}/people?done={done}", site.base)))
    };
    let wrong = |problem: Problem, typed: &str| -> Result<Answer, Problem> {
        let text = match &problem {
            Problem::Bad(_) | Problem::Input(_) | Problem::NotFound(_) | Problem::Forbidden(_) => {
                problem.text()
            }
            Problem::Conflict(clash) => clash.text.clone(),
            _ => return Err(problem),
        };
        let mut page = page(site, who, None)?;
        page.wrong = Some(text);
        typed.clone_into(&mut page.typed);
        Answer::page_with(problem.status(), ask.json, &page)
    };
    if what == "add" {
        let name = ask.form.get("name").unwrap_or_default().to_owned();
        let roles: Vec<Role> = ask
            .form
            .all("role")
            .filter_map(|role| role.parse().ok())
            .collect();
        if roles.is_empty() {
            return wrong(
                Problem::Bad("choose what the person does here".to_owned()),
                &name,
            );
        }
        let added: Result<PersonId, Problem> = site.store.write(|writer| {
            acts::lead_only(writer.read(), stamp.actor, "change people")?;
            Ok(acts::join(writer, &name, roles, &stamp, None)?)
        });
        return match added {
            Ok(id) => invite(site, ask, who, id, &now),
            Err(problem) => wrong(problem, &name),
        };
    }
    let id: PersonId = ask
        .form
        .get("person")
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Problem::Bad("say which person".to_owned()))?;
    let name = id.to_string();
    let done: Result<&str, Problem> = match what {
        "invite" => {
            let there = site.store.snapshot()?.read().person_by_id(id)?;
            if !there.is_some_and(|person| person.enabled && person.name.is_some()) {
                return wrong(Problem::Bad("nobody who acts has this id".to_owned()), "");
            }
            return invite(site, ask, who, id, &now);
        }
        "withdraw" => {
            site.store.write(|writer| writer.withdraw_invitation(id))?;
            Ok("withdrawn")
        }
        "roles" => {
            let roles: Vec<Role> = ask
                .form
                .all("role")
                .filter_map(|role| role.parse().ok())
                .collect();
            if roles.is_empty() {
                Err(Problem::Bad(
                    "a person has at least one role; disable whoever has none".to_owned(),
                ))
            } else {
                acts::change(&site.store, &name, roles, &stamp)
                    .map(|()| "roles")
                    .map_err(Problem::from)
            }
        }
        "disable" if id == who.person.id => Err(Problem::Conflict(Box::new(Clash {
            text: "Another lead disables you.".to_owned(),
            ..Clash::default()
        }))),
        "disable" => acts::disable(&site.store, &name, &stamp)
            .map(|()| "disabled")
            .map_err(Problem::from),
        "enable" => acts::enable(&site.store, &name, &stamp)
            .map(|_| "enabled")
            .map_err(Problem::from),
        "end" => {
            let sign_in = ask
                .form
                .get("sign-in")
                .and_then(|id| id.parse::<i64>().ok());
            let sign_in = sign_in.ok_or_else(|| Problem::Bad("say which sign-in".to_owned()))?;
            site.store
                .write(|writer| writer.end_sign_in(sign_in, None))?;
            Ok("ended")
        }
        _ => Err(Problem::Bad("nothing is done by that name here".to_owned())),
    };
    match done {
        Ok(done) => there(done),
        Err(problem) => wrong(problem, ""),
    }
}

/// Makes a one-time address and shows it this once.
fn invite(
    site: &Site,
    ask: &Ask,
    who: &Signed,
    id: PersonId,
    now: &str,
) -> Result<Answer, Problem> {
    let secret = Secret::draw()
        .ok_or_else(|| Problem::Internal("the machine gives no random bits".to_owned()))?;
    let ends = shifted(now, INVITED);
    site.store
        .write(|writer| writer.invite(secret.digest(), id, (now, &ends)))?;
    let public = match &site.origin {
        Some(origin) => format!("{origin}{}", site.base),
        None => {
            let host = ask
                .headers
                .get(axum::http::header::HOST)
                .and_then(|host| host.to_str().ok())
                .unwrap_or("127.0.0.1");
            let scheme = if site.secure { "https" } else { "http" };
            format!("{scheme}://{host}{}", site.base)
        }
    };
    let address = invite_address(&public, &secret);
    if ask.json {
        return Answer::json(&serde_json::json!({"person": id, "address": address, "ends": ends}));
    }
    let mut page = page(site, who, None)?;
    let name = page
        .people
        .iter()
        .find(|one| one.id == id)
        .map_or_else(|| id.to_string(), |one| one.name.clone());
    page.invited = Some(Invitation {
        name,
        address,
        ends: day(&ends).to_owned(),
    });
    Answer::page(false, &page)
}
