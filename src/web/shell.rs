//! The frame of every page: the bar with the person's rooms, the footer of a problem.

use super::answer::Answer;
use super::ask::{Ask, Signed};
use super::assets::{SCRIPT_NAME, STYLE_NAME};
use super::problem::Problem;
use super::rooms::{duplicates, full_text, keys};
use super::site::Site;
use super::words::escaped;
use crate::model::{Phase, Role};
use crate::screen::{conflict, desk};
use crate::store::Reader;
use askama::Template;
use serde::Serialize;

/// A room in the bar.
#[derive(Debug, Clone)]
pub(super) struct Link {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    pub(super) badge: Option<u64>,
    pub(super) here: bool,
}

/// What stands around every page.
#[derive(Debug, Clone, Default)]
pub(super) struct Shell {
    /// Of the window.
    pub(super) title: String,
    pub(super) base: String,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
    /// The person's name, and the id by which a device keeps what is not sent.
    pub(super) name: Option<String>,
    pub(super) id: String,
    pub(super) rooms: Vec<Link>,
    pub(super) aside: Vec<Link>,
    /// Keys that the person chose otherwise: `include=1 undo=u`, or `off`.
    pub(super) keys: String,
    /// Whether a sign-in can be ended here.
    pub(super) can_leave: bool,
}

impl Shell {
    /// Around a page that nobody is signed in for.
    pub(super) fn outside(site: &Site, title: &str) -> Self {
        Self {
            title: title.to_owned(),
            base: site.base.clone(),
            style: STYLE_NAME.as_str(),
            script: SCRIPT_NAME.as_str(),
            ..Self::default()
        }
    }

    /// Around a page of a person; `here` is the path of its room.
    pub(super) fn of(
        site: &Site,
        reader: Reader<'_>,
        who: &Signed,
        (title, here): (&str, &str),
    ) -> Result<Self, Problem> {
        let person = &who.person;
        let people = reader.people()?;
        let link = |name, path, badge: Option<u64>| Link {
            name,
            path,
            badge: badge.filter(|n| *n > 0),
            here: here == path,
        };
        let mut rooms = vec![link("Overview", "/", None)];
        if let Some(waits) = duplicates::waiting(reader, who)? {
            rooms.push(link("Duplicates", "/duplicates", Some(waits)));
        }
        if desk::may_decide(person) {
            let waits = if desk::is_asked(&people, person) {
                Some(desk::waiting(reader, person, Phase::TitleAbstract)?)
            } else {
                None
            };
            rooms.push(link("Screen", "/screen", waits));
            let waits = full_text::waiting(reader, &people, person)?;
            rooms.push(link("Full text", "/full-text", waits));
        }
        let waits = conflict::waiting(reader, person)?.len() as u64;
        if conflict::may_settle(reader, person)? {
            rooms.push(link("Conflicts", "/conflicts", Some(waits)));
        } else if waits > 0 {
            rooms.push(link("Discussion", "/conflicts", Some(waits)));
        }
        rooms.push(link("Flow", "/flow", None));
        let mut aside = vec![
            link("Studies", "/studies", None),
            link("Records", "/records", None),
        ];
        if person.is(Role::Lead) {
            aside.push(link("People", "/people", None));
        }
        Ok(Self {
            name: Some(person.display()),
            id: person.id.to_string(),
            rooms,
            aside,
            keys: reader
                .preference(person.id, keys::KEYS)?
                .unwrap_or_default(),
            can_leave: who.id.is_some(),
            ..Self::outside(site, title)
        })
    }
}

/// The page of a problem.
#[derive(Template, Serialize)]
#[template(path = "problem.html")]
struct ProblemPage {
    #[serde(skip)]
    shell: Shell,
    error: Told,
    #[serde(skip)]
    on: Option<(String, String)>,
}

#[derive(Serialize)]
struct Told {
    kind: &'static str,
    message: String,
    why: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    kept: Vec<Kept>,
}

#[derive(Serialize)]
struct Kept {
    name: &'static str,
    value: String,
}

/// The page of a problem, or its twin.
pub(super) fn problem_page(
    site: &Site,
    problem: &Problem,
    who: Option<&Signed>,
    json: bool,
) -> Result<Answer, Problem> {
    let title = problem.title();
    let shell = match who {
        Some(who) => {
            let snapshot = site.store.snapshot()?;
            Shell::of(site, snapshot.read(), who, (&title, "none"))
        }
        None => Ok(Shell::outside(site, &title)),
    };
    let shell = shell.unwrap_or_else(|_| Shell::outside(site, &title));
    let (kept, on) = match problem {
        Problem::Conflict(clash) => (
            clash
                .kept
                .iter()
                .map(|(name, value)| Kept {
                    name,
                    value: value.clone(),
                })
                .collect(),
            clash.on.clone(),
        ),
        Problem::SignIn => (
            Vec::new(),
            Some(("Sign in".to_owned(), "/sign-in".to_owned())),
        ),
        _ => (Vec::new(), None),
    };
    let page = ProblemPage {
        error: Told {
            kind: problem.kind(),
            message: title,
            why: problem.text(),
            kept,
        },
        on,
        shell,
    };
    let mut answer = Answer::page_with(problem.status(), json, &page)?;
    if let Problem::TooMany(seconds) = problem {
        answer = answer.with(axum::http::header::RETRY_AFTER, &seconds.to_string());
    }
    if *problem == Problem::Method {
        answer = answer.with(axum::http::header::ALLOW, "GET, HEAD");
    }
    Ok(answer)
}

/// To the door, and from there back to where one wanted to go.
pub(super) fn to_sign_in(site: &Site, ask: &Ask) -> Answer {
    let back = if ask.path == "/" {
        String::new()
    } else {
        format!("?to={}", escaped(&ask.path))
    };
    Answer::to(&format!("{}/sign-in{back}", site.base))
}
