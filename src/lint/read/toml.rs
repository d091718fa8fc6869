//! A review in one TOML file, for short cases.
//!
//! ```toml
//! title = "A review"
//! random_if = "i2>50"
//! [[flow]]
//! where = "Fig 1"
//! screened = 190
//! [[result]]
//! table = "Table 2"
//! row = "age<65"
//! k = 4
//! i2 = 53
//! p_het = 0.06
//! [[study]]
//! table = "Fig 2"
//! study = "Lu 2021"
//! estimate = 1.50
//! [[claim]]
//! kind = "sum"
//! location = "Table 1"
//! args = "1+2"
//! reported = 3
//! ```
//!
//! Numbers are read as they are written: `0.50` keeps its second decimal.

use super::ReadError;
use super::folder::{Typed, WORDS, comma_of, count};
use crate::lint::paper::{Claim, Paper};
use crate::lint::printed::{Comma, Printed};
use toml::de::{DeTable, DeValue};

/// The line of a place in the text.
fn line(text: &str, at: usize) -> u64 {
    let before = text.get(..at).unwrap_or("");
    u64::try_from(before.matches('\n').count()).unwrap_or(u64::MAX) + 1
}

/// The text of a value, numbers as they are written.
fn written(value: &DeValue<'_>, raw: &str) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            Some(raw.trim().replace('_', ""))
        }
        DeValue::Array(_) | DeValue::Table(_) => None,
    }
}

/// Reads a review.
pub fn paper(text: &str) -> Result<Paper, ReadError> {
    let table = DeTable::parse(text).map_err(|error| ReadError {
        line: error.span().map(|span| line(text, span.start)),
        what: error.message().to_owned(),
    })?;
    let mut paper = Paper::default();
    let numbers = table
        .get_ref()
        .iter()
        .flat_map(|(_, list)| texts(list.get_ref()));
    let comma = comma_of(false, numbers);
    for (name, value) in table.get_ref() {
        let at = line(text, name.span().start);
        let raw = text.get(value.span()).unwrap_or("");
        match (name.get_ref().as_ref(), value.get_ref()) {
            ("title", v) => paper.title = written(v, raw).unwrap_or_default(),
            ("random_if", v) => paper.random_if = written(v, raw).unwrap_or_default(),
            (list @ ("flow" | "result" | "study" | "claim"), DeValue::Array(entries)) => {
                for entry in entries {
                    let DeValue::Table(entry) = entry.get_ref() else {
                        return Err(ReadError::at(at, format!("`{list}` is a list of tables")));
                    };
                    row(&mut paper, list, entry, text, comma)?;
                }
            }
            (other, _) => {
                let what = format!(
                    "unknown key `{other}`; the keys are title, random_if, [[flow]], [[result]], [[study]], [[claim]]"
                );
                return Err(ReadError::at(at, what));
            }
        }
    }
    Ok(paper)
}

/// The texts of a list of tables that may be numbers.
fn texts<'a>(list: &'a DeValue<'_>) -> Vec<&'a str> {
    let DeValue::Array(entries) = list else {
        return Vec::new();
    };
    entries
        .iter()
        .filter_map(|entry| match entry.get_ref() {
            DeValue::Table(entry) => Some(entry),
            _ => None,
        })
        .flat_map(|entry| entry.iter())
        .filter(|(name, _)| !WORDS.contains(&name.get_ref().as_ref()))
        .filter_map(|(_, value)| match value.get_ref() {
            DeValue::String(text) => Some(text.as_ref()),
            DeValue::Float(float) => Some(float.as_str()),
            _ => None,
        })
        .collect()
}

/// What each list of tables may say.
fn keys(list: &str) -> &'static [&'static str] {
    match list {
        "result" => &[
            "table", "row", "k", "i2", "p_het", "model", "estimate", "ci_lo", "ci_hi", "p",
            "measure", "scale", "level",
        ],
        "study" => &[
            "table", "subgroup", "study", "e1", "n1", "e0", "n0", "m1", "sd1", "m0", "sd0",
            "estimate", "ci_lo", "ci_hi", "weight", "measure",
        ],
        _ => &["kind", "location", "args", "reported"],
    }
}

fn row(
    paper: &mut Paper,
    list: &str,
    entry: &DeTable<'_>,
    text: &str,
    comma: Comma,
) -> Result<(), ReadError> {
    let mut cells: Vec<(String, String, u64)> = Vec::new();
    for (name, value) in entry {
        let at = line(text, name.span().start);
        let raw = text.get(value.span()).unwrap_or("");
        let name = name.get_ref().to_string();
        let Some(value) = written(value.get_ref(), raw) else {
            return Err(ReadError::at(
                at,
                format!("`{name}` is neither text nor a number"),
            ));
        };
        if list != "flow" && !keys(list).contains(&name.as_str()) {
            let what = format!(
                "unknown key `{name}`; the keys are {}",
                keys(list).join(", ")
            );
            return Err(ReadError::at(at, what));
        }
        cells.push((name, value, at));
    }
    let first = cells.iter().map(|(.., at)| *at).min().unwrap_or(1);
    let get = |name: &str| -> String {
        let found = cells.iter().find(|(key, ..)| key == name);
        found.map(|(_, value, _)| value.clone()).unwrap_or_default()
    };
    let typed = Typed {
        get: &get,
        comma,
        line: first,
        unread: None,
    };
    match list {
        "flow" => {
            let witness = get("where");
            for (name, value, at) in cells.iter().filter(|(name, ..)| name != "where") {
                let n = Printed::parse(value).and_then(|n| n.whole());
                let n = n.ok_or_else(|| ReadError::at(*at, format!("`{value}` is no count")))?;
                paper.flow.push(count(name, n, &witness, *at)?);
            }
        }
        "result" => paper.results.push(typed.pooled()?),
        "study" => paper.studies.push(typed.study()?),
        _ => paper.claims.push(Claim {
            kind: get("kind").to_lowercase(),
            location: get("location"),
            args: get("args"),
            reported: get("reported"),
        }),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_decimals() {
        let text = "random_if = \"i2>50\"\n[[flow]]\nwhere = \"text\"\ndb = 1_133\n[[result]]\ntable = \"T\"\nrow = \"r\"\nestimate = 0.50\np = \"<0.001\"\n";
        let paper = paper(text).unwrap();
        assert_eq!(paper.results[0].estimate.as_ref().unwrap().decimals, 2);
        assert_eq!(paper.flow[0].n, 1133);
        assert_eq!(paper.random_if, "i2>50");
    }

    #[test]
    fn faults_carry_their_line() {
        let fault = |text: &str| paper(text).unwrap_err();
        assert_eq!(fault("[[result]]\nestimat = 1\n").line, Some(2));
        assert_eq!(fault("[[flow]]\nscreend = 1\n").line, Some(2));
        assert_eq!(fault("x = 1\n").line, Some(1));
        assert!(fault("[[flow]\n").line.is_some());
    }
}
