//! A post that is one event, however often it is sent.

use super::answer::Answer;
use super::ask::{Ask, Signed};
use super::problem::{Clash, Problem};
use super::site::Site;
use crate::model::RecordId;
use crate::screen::Acting;
use crate::store::Writer;
use serde_json::Value;

/// Longest note, in characters.
const NOTE: usize = 4_000;

/// Lets a person act in one transaction, and keeps the answer under the post's `key`: the same key
/// again gives the same answer and does nothing. Keys of one room mean nothing in another.
pub(super) fn once(
    site: &Site,
    ask: &Ask,
    who: &Signed,
    room: &str,
    act: impl FnOnce(&mut Writer<'_>, &Acting) -> Result<Value, Problem>,
) -> Result<Value, Problem> {
    let key = match ask.form.get("key") {
        Some(key) if key.len() > 100 => {
            return Err(Problem::Bad("a key has at most 100 characters".to_owned()));
        }
        key => key.map(|key| format!("{room} {key}")),
    };
    let now = site.now();
    let person = who.person.id;
    let acting = Acting::of(&who.person, now.as_str(), who.via);
    site.store.write(|writer| {
        if let Some(key) = &key
            && let Some(before) = writer.read().posted(person, key)?
        {
            return serde_json::from_str(&before)
                .map_err(|error| Problem::Internal(error.to_string()));
        }
        let value = act(writer, &acting)?;
        if let Some(key) = &key {
            writer.keep_posted(person, key, &now, &value.to_string())?;
        }
        Ok(value)
    })
}

/// The answer to a post: JSON, or the page that comes next.
pub(super) fn onward(site: &Site, ask: &Ask, value: &Value, to: &str) -> Result<Answer, Problem> {
    if ask.json {
        return Answer::json(value);
    }
    Ok(Answer::to(&format!("{}{to}", site.base)))
}

/// The report that an address names: `r17`, a PMID, a DOI.
pub(super) fn report(ask: &Ask, n: usize) -> Result<RecordId, Problem> {
    let text = ask.part(n).unwrap_or_default();
    text.parse().map_err(|_| {
        Problem::NotFound(format!(
            "`{text}` is no report: they are called r17 and the like"
        ))
    })
}

/// A note of a form.
pub(super) fn note(ask: &Ask) -> Result<Option<String>, Problem> {
    match ask.form.get("note") {
        Some(note) if note.chars().count() > NOTE => Err(Problem::Bad(
            "a note has at most 4,000 characters".to_owned(),
        )),
        note => Ok(note.map(str::to_owned)),
    }
}

/// What was typed into fields, for the page of a post that no longer fits.
pub(super) fn kept(ask: &Ask, names: &[&'static str]) -> Vec<(&'static str, String)> {
    let typed = names.iter();
    typed
        .filter_map(|name| Some((*name, ask.form.get(name)?.to_owned())))
        .collect()
}

/// A post that no longer fits, with what was typed and the way on.
pub(super) fn stale(
    title: &str,
    text: &str,
    kept: Vec<(&'static str, String)>,
    on: (&str, String),
) -> Problem {
    Problem::Conflict(Box::new(Clash {
        title: title.to_owned(),
        text: text.to_owned(),
        kept,
        on: Some((on.0.to_owned(), on.1)),
    }))
}
