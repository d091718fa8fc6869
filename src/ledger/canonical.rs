//! Canonical JSON: RFC 8785 (JSON Canonicalization Scheme) without floats.
//!
//! Two programs that agree on a value agree on its bytes, so its hash means something. Numbers
//! that are not integers are refused; they travel as decimal strings. Integers reach to 2^53 − 1,
//! the largest that every JSON reader keeps exactly (RFC 7493, section 2.2).

use serde_json::Value;
use std::fmt::Write as _;

/// The largest integer that every JSON reader keeps exactly.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why a value has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CanonicalError {
    /// A number that is not an integer up to 2^53 − 1 in size.
    #[error("`{0}` is not an integer up to 2^53 - 1; such numbers travel as decimal strings")]
    Number(String),
    /// The value could not be turned into JSON at all.
    #[error("the value has no JSON form: {0}")]
    Value(String),
}

/// The canonical bytes of any serialisable value, as text.
///
/// ```
/// use perennial::ledger::canonical;
/// let value = serde_json::json!({"b": 1, "a": ["é\n", null]});
/// assert_eq!(canonical(&value).unwrap(), r#"{"a":["é\n",null],"b":1}"#);
/// assert!(canonical(&serde_json::json!(0.5)).is_err());
/// ```
pub fn canonical<T: serde::Serialize>(value: &T) -> Result<String, CanonicalError> {
    let value =
        serde_json::to_value(value).map_err(|error| CanonicalError::Value(error.to_string()))?;
    let mut out = String::new();
    write_value(&value, &mut out)?;
    Ok(out)
}

fn write_value(value: &Value, out: &mut String) -> Result<(), CanonicalError> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => {
            let fits = number.as_u64().is_some_and(|n| n <= MAX_INTEGER)
                || number
                    .as_i64()
                    .is_some_and(|n| n.unsigned_abs() <= MAX_INTEGER);
            if !fits {
                return Err(CanonicalError::Number(number.to_string()));
            }
            out.push_str(&number.to_string());
        }
        Value::String(text) => write_string(text, out),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_value(item, out)?;
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<(&String, &Value)> = map.iter().collect();
            keys.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
            out.push('{');
            for (n, (key, item)) in keys.into_iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                write_string(key, out);
                out.push(':');
                write_value(item, out)?;
            }
            out.push('}');
        }
    }
    Ok(())
}

/// RFC 8785, section 3.2.2.2: only what must be escaped is, in its shortest form.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // Most text has nothing to escape and goes over in one piece.
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut tail = tail.chars();
        match tail.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{9}') => out.push_str("\\t"),
            Some('\u{a}') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\u{d}') => out.push_str("\\r"),
            Some(c) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            None => {}
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_by_utf16_unit_as_in_rfc_8785() {
        // RFC 8785, section 3.2.3, the example of that section.
        let value = json!({
            "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh",
            "1": "One", "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis"
        });
        let got = canonical(&value).unwrap();
        let order: Vec<usize> = [
            "Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew",
        ]
        .iter()
        .map(|word| got.find(word).unwrap())
        .collect();
        assert!(order.is_sorted(), "{got}");
    }

    #[test]
    fn control_characters_are_escaped_in_their_shortest_form() {
        let got = canonical(&json!("\u{1}\u{8}\t\n\u{c}\r\"\\/\u{7f}é")).unwrap();
        assert_eq!(got, "\"\\u0001\\b\\t\\n\\f\\r\\\"\\\\/\u{7f}é\"");
    }

    #[test]
    fn numbers_that_readers_would_round_are_refused() {
        assert_eq!(canonical(&json!(MAX_INTEGER)).unwrap(), "9007199254740991");
        assert!(canonical(&json!(MAX_INTEGER + 1)).is_err());
        assert!(canonical(&json!(1.5)).is_err());
    }
}
