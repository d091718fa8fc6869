//! A person's own sign-ins and password.

use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::people::begin;
use crate::web::problem::Problem;
use crate::web::secret;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{day, minute};
use askama::Template;
use axum::http::{StatusCode, header};
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "account.html")]
struct AccountPage {
    #[serde(skip)]
    shell: Shell,
    name: String,
    roles: String,
    sign_ins: Vec<One>,
    has_password: bool,
    #[serde(skip)]
    said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

#[derive(Serialize)]
struct One {
    id: i64,
    script: bool,
    label: String,
    made: String,
    seen: String,
    ends: String,
    this: bool,
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let said = match ask.query.get("done") {
        Some("ended") => Some("That sign-in has ended.".to_owned()),
        Some("password") => {
            Some("The password is changed, and every other sign-in has ended.".to_owned())
        }
        _ => None,
    };
    Answer::page(ask.json, &page(site, who, said, None)?)
}

fn page(
    site: &Site,
    who: &Signed,
    said: Option<String>,
    wrong: Option<String>,
) -> Result<AccountPage, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let own = reader.sign_ins(&site.now())?;
    let own = own.into_iter().filter(|one| one.person == who.person.id);
    let roles: Vec<&str> = who.person.roles.iter().map(|role| role.as_str()).collect();
    Ok(AccountPage {
        shell: Shell::of(site, reader, who, ("You", "/account"))?,
        name: who.person.display(),
        roles: roles.join(", "),
        sign_ins: own
            .map(|one| One {
                id: one.id,
                script: one.script,
                label: one.label,
                made: minute(&one.made),
                seen: day(&one.seen).to_owned(),
                ends: day(&one.ends).to_owned(),
                this: Some(one.id) == who.id,
            })
            .collect(),
        has_password: reader.password(who.person.id)?.is_some(),
        said,
        wrong,
    })
}

/// Ends a sign-in, or changes the password.
pub(in crate::web) fn act(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let there = |done: &str| Answer::to(&format!("{}/account?done={done}", site.base));
    if let Some(id) = ask.form.get("end") {
        let id: i64 = id
            .parse()
            .map_err(|_| Problem::Bad("that is no sign-in".to_owned()))?;
        let person = who.person.id;
        site.store
            .write(|writer| writer.end_sign_in(id, Some(person)))?;
        return Ok(there("ended"));
    }
    let new = ask.form.exact("new").unwrap_or_default();
    let kept = {
        let snapshot = site.store.snapshot()?;
        snapshot.read().password(who.person.id)?
    };
    let again = |wrong: String| {
        let page = page(site, who, None, Some(wrong))?;
        Answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, ask.json, &page)
    };
    if let Some(kept) = &kept {
        let old = ask.form.exact("old").unwrap_or_default();
        if !secret::is_right(old, Some(kept)) {
            return again("The password of now is another one. Nothing was changed.".to_owned());
        }
    }
    if let Some(why) = secret::refused(new, &who.person.display()) {
        return again(why);
    }
    let hash = secret::kept(new)
        .ok_or_else(|| Problem::Internal("the machine gives no random bits".to_owned()))?;
    let now = site.now();
    site.store
        .write(|writer| writer.set_password(who.person.id, &hash, &now))?;
    let cookie = begin(site, who.person.id)?;
    Ok(there("password").with(header::SET_COOKIE, &cookie))
}
