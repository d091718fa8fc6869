//! The sheet of keys, and what a person changes in it.

use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use askama::Template;
use axum::http::StatusCode;
use serde::Serialize;
use std::collections::BTreeMap;

/// The preference that holds changed keys: `include=1 undo=u`, or `off`.
pub(in crate::web) const KEYS: &str = "keys";

/// Every act that has a key: its name in pages, the usual key, what it does.
pub(in crate::web) const ACTS: [(&str, &str, &str); 19] = [
    ("include", "i", "Include"),
    ("unsure", "u", "Unsure: goes on to the full text"),
    ("exclude", "e", "Exclude"),
    ("undo", "z", "Take the last decision back, again and again"),
    ("skip", "s", "Skip: put off until the others are done"),
    ("note", "n", "Write a note"),
    ("highlights", "h", "Highlights on and off"),
    (
        "fulltext",
        "f",
        "Open the full text, where a free one is known",
    ),
    ("publisher", "o", "Open the publisher's page"),
    ("next", "j", "Next without deciding"),
    ("previous", "k", "Previous"),
    ("search", "/", "Search"),
    ("keys", "?", "This sheet"),
    ("same", "y", "Duplicates: one report"),
    ("different", "d", "Duplicates: two reports"),
    ("back", "b", "Conflicts: back for discussion"),
    ("attach", "a", "Full text: choose files"),
    ("missing", "x", "Full text: not to be had"),
    ("study", "t", "Duplicates: two reports of one study"),
];

#[derive(Template, Serialize)]
#[template(path = "keys.html")]
struct KeysPage {
    #[serde(skip)]
    shell: Shell,
    keys: Vec<Key>,
    off: bool,
    #[serde(skip)]
    said: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wrong: Option<String>,
}

#[derive(Serialize)]
struct Key {
    act: &'static str,
    now: String,
    usual: &'static str,
    does: &'static str,
}

/// The keys as they stand.
fn read(kept: &str) -> (BTreeMap<&str, &str>, bool) {
    let changed = kept
        .split(' ')
        .filter_map(|pair| pair.split_once('='))
        .collect();
    (changed, kept.split(' ').any(|word| word == "off"))
}

/// The page.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let said = (ask.query.get("done") == Some("kept")).then(|| "Kept.".to_owned());
    Answer::page(ask.json, &page(site, who, said, None)?)
}

fn page(
    site: &Site,
    who: &Signed,
    said: Option<String>,
    wrong: Option<String>,
) -> Result<KeysPage, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let kept = reader.preference(who.person.id, KEYS)?.unwrap_or_default();
    let (changed, off) = read(&kept);
    Ok(KeysPage {
        shell: Shell::of(site, reader, who, ("Keys", "/keys"))?,
        keys: ACTS
            .iter()
            .map(|(act, usual, does)| Key {
                act,
                now: (*changed.get(act).unwrap_or(usual)).to_owned(),
                usual,
                does,
            })
            .collect(),
        off,
        said,
        wrong,
    })
}

/// Keeps other keys.
pub(in crate::web) fn act(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let kept = if ask.form.get("reset").is_some() {
        String::new()
    } else {
        match chosen(ask) {
            Ok(kept) => kept,
            Err(wrong) => {
                let page = page(site, who, None, Some(wrong))?;
                return Answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, ask.json, &page);
            }
        }
    };
    site.store
        .write(|writer| writer.prefer(who.person.id, KEYS, &kept))?;
    if ask.json {
        return Answer::json(&serde_json::json!({"keys": kept}));
    }
    Ok(Answer::to(&format!("{}/keys?done=kept", site.base)))
}

/// The keys of a form, each once and none a digit, which is a reason's.
fn chosen(ask: &Ask) -> Result<String, String> {
    let mut taken: BTreeMap<String, &str> = BTreeMap::new();
    let mut out = Vec::new();
    for (act, usual, does) in ACTS {
        let typed = ask.form.get(act).unwrap_or(usual).to_lowercase();
        let mut letters = typed.chars();
        let one = letters
            .next()
            .filter(|c| !c.is_ascii_digit() && !c.is_control() && !c.is_whitespace() && *c != '=');
        let (Some(_), None) = (one, letters.next()) else {
            return Err(format!(
                "`{typed}` cannot be the key for “{does}”: it takes one letter or sign, no digit."
            ));
        };
        if let Some(other) = taken.insert(typed.clone(), does) {
            return Err(format!(
                "`{typed}` stands for “{other}” and for “{does}”. Each key does one thing."
            ));
        }
        if typed != usual {
            out.push(format!("{act}={typed}"));
        }
    }
    if ask.form.get("off").is_some() {
        out.push("off".to_owned());
    }
    Ok(out.join(" "))
}
