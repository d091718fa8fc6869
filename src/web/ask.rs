//! A request, read.

use crate::ledger::Via;
use crate::screen::attach::Offered;
use crate::store::read::Person;
use axum::http::{HeaderMap, Method, Uri, header};
use std::net::IpAddr;

/// Names and values, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// `a=1&b=2`, as forms and addresses write it.
    pub(super) fn decoded(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The members of a JSON object: texts, numbers and truth values.
    pub(super) fn json(text: &[u8]) -> Option<Self> {
        let serde_json::Value::Object(members) = serde_json::from_slice(text).ok()? else {
            return None;
        };
        let mut out = Vec::new();
        for (name, value) in members {
            let text = match value {
                serde_json::Value::String(text) => text,
                serde_json::Value::Number(n) => n.to_string(),
                serde_json::Value::Bool(is) => is.to_string(),
                serde_json::Value::Null => continue,
                serde_json::Value::Array(_) | serde_json::Value::Object(_) => return None,
            };
            out.push((name, text));
        }
        Some(Self(out))
    }

    /// The value of a field that says something.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// The value of a field to the letter, be it empty.
    pub(super) fn exact(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A request whose host, origin and size were found in order.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) method: Method,
    /// The path below the base, without `.json`: `/screen/r17`.
    pub(super) path: String,
    pub(super) query: Fields,
    pub(super) form: Fields,
    /// Files of a form: their names and bytes.
    pub(super) files: Vec<Offered>,
    /// Whether the answer is to be JSON.
    pub(super) json: bool,
    pub(super) headers: HeaderMap,
    /// Where it comes from: the peer, or whom a trusted proxy names.
    pub(super) from: IpAddr,
}

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) person: Person,
    /// The sign-in, where one was made here.
    pub(super) id: Option<i64>,
    pub(super) via: Via,
}

impl Ask {
    /// A part of the path without its escapes, from 0.
    pub(super) fn part(&self, n: usize) -> Option<String> {
        let raw = self.path.split('/').skip(1).nth(n)?;
        decoded(raw).filter(|part| !part.is_empty())
    }

    /// A cookie.
    pub(super) fn cookie(&self, name: &str) -> Option<&str> {
        cookie(&self.headers, name)
    }

    /// Who is named by a token of a script.
    pub(super) fn bearer(&self) -> Option<&str> {
        let value = self.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
        let (kind, token) = value.split_once(' ')?;
        kind.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

/// A cookie among the headers.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// A part of a path without its escapes; nothing where that is no text.
pub(super) fn decoded(raw: &str) -> Option<String> {
    let bytes: Vec<u8> = {
        let mut out = Vec::with_capacity(raw.len());
        let mut rest = raw.bytes();
        while let Some(byte) = rest.next() {
            if byte == b'%' {
                let pair = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&pair).ok()?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
            } else {
                out.push(byte);
            }
        }
        out
    };
    let text = String::from_utf8(bytes).ok()?;
    (!text.chars().any(char::is_control)).then_some(text)
}

/// The path of an address without its `.json`, and whether it had it.
pub(super) fn twin(path: &str) -> (&str, bool) {
    match path.strip_suffix(".json") {
        Some("/" | "" | "/index") => ("/", true),
        Some(rest) => (rest, true),
        None => (path, false),
    }
}

/// The same address with another path.
pub(super) fn with_path(uri: &Uri, path: &str) -> Option<Uri> {
    let path = if path.is_empty() { "/" } else { path };
    let text = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_twin_of_a_page_is_found() {
        assert_eq!(twin("/screen/r17.json"), ("/screen/r17", true));
        assert_eq!(twin("/screen"), ("/screen", false));
        assert_eq!(twin("/.json"), ("/", true));
        assert_eq!(twin("/index.json"), ("/", true));
    }

    #[test]
    fn json_and_forms_are_read_alike() {
        let form = Fields::decoded(b"decision=exclude&note=a+b%26c");
        let json = Fields::json(br#"{"decision":"exclude","note":"a b&c"}"#).unwrap();
        assert_eq!(form, json);
        assert_eq!(Fields::json(b"[1]"), None);
        assert_eq!(Fields::json(br#"{"a":[1]}"#), None);
    }

    #[test]
    fn escapes_that_are_no_text_are_refused() {
        assert_eq!(decoded("r17%20x").as_deref(), Some("r17 x"));
        assert_eq!(decoded("%ff"), None);
        assert_eq!(decoded("%0d%0a"), None);
        assert_eq!(decoded("%2"), None);
    }
}
