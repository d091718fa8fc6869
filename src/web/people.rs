//! Who asks: by the cookie of a sign-in, the token of a script, or the word of a believed proxy.

use super::ask::{Ask, Signed};
use super::problem::Problem;
use super::secret::{self, Secret};
use super::site::{Site, shifted};
use crate::ledger::Stamp;
use crate::ledger::Via;
use crate::model::PersonId;
use crate::screen::{ScreenError, people as acts};
use crate::store::{Store, StoreError};
use axum::http::HeaderValue;
use std::net::IpAddr;

/// Without use a sign-in ends after this; after that at the latest. In seconds.
const IDLE: i64 = 12 * 3_600;
const LONGEST: i64 = 30 * 86_400;
/// A use is noted when the last note is older.
const NOTED: i64 = 600;

/// Who asks; nobody where no sign-in, or one that has ended, is shown.
pub(super) fn signed(site: &Site, ask: &Ask, peer: IpAddr) -> Result<Option<Signed>, Problem> {
    if let Some(header) = &site.sign_in_header {
        if !site.proxies.trust(peer) {
            return Ok(None);
        }
        return by_proxy(site, ask.headers.get(header));
    }
    let (token, via) = match ask.bearer() {
        Some(token) => (token, Via::Token),
        None => match ask.cookie(&site.cookie) {
            Some(token) => (token, Via::Web),
            None => return Ok(None),
        },
    };
    let now = site.now();
    let (found, person) = {
        let snapshot = site.store.snapshot()?;
        let reader = snapshot.read();
        let Some(found) = reader.sign_in(secret::digest(token))? else {
            return Ok(None);
        };
        let Some(person) = reader.person_by_id(found.person)? else {
            return Ok(None);
        };
        (found, person)
    };
    let script = via == Via::Token;
    let idle = !script && shifted(&found.seen, IDLE) <= now;
    if found.script != script || found.ends <= now || idle || !person.enabled {
        return Ok(None);
    }
    if shifted(&found.seen, NOTED) <= now {
        let noted = site
            .store
            .write(|writer| writer.see_sign_in(found.id, found.person, &now));
        match noted {
            // That somebody was seen is worth less than that they are answered.
            Ok(()) | Err(StoreError::Busy | StoreError::Full | StoreError::ReadOnly(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(Some(Signed {
        person,
        id: Some(found.id),
        via,
    }))
}

/// The person whom the institute's own sign-in names.
fn by_proxy(site: &Site, name: Option<&HeaderValue>) -> Result<Option<Signed>, Problem> {
    let Some(name) = name.and_then(|name| name.to_str().ok()).map(str::trim) else {
        return Ok(None);
    };
    let snapshot = site.store.snapshot()?;
    let person = snapshot.read().person(name)?;
    // An id is no name: the proxy names people as this review does.
    let person = person.filter(|person| person.enabled && person.name.as_deref() == Some(name));
    Ok(person.map(|person| Signed {
        person,
        id: None,
        via: Via::Web,
    }))
}

/// Begins a sign-in; gives the cookie that carries it.
pub(super) fn begin(site: &Site, person: PersonId) -> Result<String, Problem> {
    let secret = Secret::draw()
        .ok_or_else(|| Problem::Internal("the machine gives no random bits".to_owned()))?;
    let now = site.now();
    let ends = shifted(&now, LONGEST);
    site.store.write(|writer| {
        writer.add_sign_in(secret.digest(), person, None, (&now, &ends))?;
        writer.prefer(person, "seen", now.get(..10).unwrap_or(&now))
    })?;
    Ok(cookie(site, secret.text(), LONGEST))
}

/// The cookie that takes the sign-in away.
pub(super) fn no_cookie(site: &Site) -> String {
    cookie(site, "", 0)
}

fn cookie(site: &Site, value: &str, age: i64) -> String {
    let secure = if site.secure { "; Secure" } else { "" };
    let path = if site.cookie.starts_with("__Host-") || site.base.is_empty() {
        "/"
    } else {
        site.base.as_str()
    };
    format!(
        "{}={value}; Path={path}; HttpOnly; SameSite=Lax; Max-Age={age}{secure}",
        site.cookie
    )
}

/// Keeps the index of words up to date, in short batches, until `stop`.
pub(super) fn keep_words(site: &Site, stop: &dyn Fn() -> bool) {
    const BATCH: u32 = 100;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);
    let Ok(mut changes) = site.store.changes() else {
        return;
    };
    while !stop() {
        match add_words(site, BATCH) {
            Ok(0) | Err(_) => {}
            Ok(_) => continue,
        }
        while !stop() {
            match changes.wait(PAUSE) {
                Ok(true) => break,
                Ok(false) => {}
                Err(_) => std::thread::sleep(PAUSE),
            }
        }
    }
}

/// Puts the words of some records into the index; says how many.
pub(super) fn add_words(site: &Site, batch: u32) -> Result<usize, StoreError> {
    let found = {
        let snapshot = site.store.snapshot()?;
        let reader = snapshot.read();
        let mut found = Vec::new();
        for row in reader.without_words(batch)? {
            let record = reader.content(row.hash)?.unwrap_or_default();
            found.push((row, record));
        }
        found
    };
    if found.is_empty() {
        return Ok(0);
    }
    site.store.write(|writer| {
        for (row, record) in &found {
            writer.put_words(row, record)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(found.len())
}

/// An invitation is good for this long, in seconds.
pub(super) const INVITED: i64 = 7 * 86_400;

/// Invites a person who acts; only a lead does, once someone is one. Gives the time at which it ends.
pub fn invite(
    store: &Store,
    name: &str,
    secret: &Secret,
    stamp: &Stamp,
) -> Result<String, ScreenError> {
    let ends = shifted(&stamp.at, INVITED);
    store.write(|writer| {
        acts::lead_only(writer.read(), stamp.actor, "change people")?;
        let person = acts::acting(writer.read(), name)?;
        writer.invite(secret.digest(), person.id, (&stamp.at, &ends))?;
        Ok::<_, ScreenError>(())
    })?;
    Ok(ends)
}

/// Gives a person a token for scripts, for some days; gives the time at which it ends.
pub fn add_token(
    store: &Store,
    name: &str,
    (secret, label): (&Secret, &str),
    days: u16,
    stamp: &Stamp,
) -> Result<String, ScreenError> {
    let ends = shifted(&stamp.at, i64::from(days) * 86_400);
    store.write(|writer| {
        acts::lead_only(writer.read(), stamp.actor, "change people")?;
        let person = acts::acting(writer.read(), name)?;
        let times = (stamp.at.as_str(), ends.as_str());
        writer.add_sign_in(secret.digest(), person.id, Some(label), times)?;
        Ok::<_, ScreenError>(())
    })?;
    Ok(ends)
}

/// Ends every token of a person; says how many there were.
pub fn end_tokens(store: &Store, name: &str, stamp: &Stamp) -> Result<usize, ScreenError> {
    store.write(|writer| {
        acts::lead_only(writer.read(), stamp.actor, "change people")?;
        let person = acts::anybody(writer.read(), name)?;
        Ok(writer.end_tokens(person.id)?)
    })
}
