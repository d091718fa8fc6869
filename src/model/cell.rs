//! What a cell of a table may begin with: a spreadsheet runs a text as a formula when it begins
//! with `=`, `+`, `-`, `@`, a tab or a carriage return (OWASP, "CSV injection").
//!
//! Every table that the program writes has its cells through [`guard`], every table that may have
//! come from it through [`unguard`]; each takes back exactly what the other did. A number with a
//! sign is not a formula, and neither is a sign alone: they stay as they are.

use std::borrow::Cow;

/// The text with one apostrophe in front where a spreadsheet would run it.
///
/// ```
/// use perennial::model::cell::{guard, unguard};
/// assert_eq!(guard("=1+1"), "'=1+1");
/// assert_eq!(unguard("'=1+1"), "=1+1");
/// assert_eq!(guard("-0.35"), "-0.35");
/// ```
pub fn guard(text: &str) -> Cow<'_, str> {
    // What already looks guarded gets one more, so that taking one away gives it back.
    if runs(text.trim_start_matches('\'')) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text as it was before [`guard`].
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if runs(rest.trim_start_matches('\'')) => rest,
        Some(_) | None => text,
    }
}

/// Whether a spreadsheet would run the text.
fn runs(text: &str) -> bool {
    match text.chars().next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => !is_number(text) && text.chars().any(char::is_alphanumeric),
        Some(_) | None => false,
    }
}

/// A number with a sign: digits with points or commas, a power of ten, a per cent sign.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let unsigned = unsigned.strip_suffix('%').unwrap_or(unsigned);
    let (mantissa, power) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let power = power.strip_prefix(['+', '-']).unwrap_or(power);
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let plain = mantissa
        .bytes()
        .all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    let some = mantissa.bytes().any(|b| b.is_ascii_digit());
    plain && some && !power.is_empty() && digits(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_written_comes_back() {
        for text in [
            "=1+1",
            "'=1+1",
            "''=1+1",
            "+1 555",
            "-omics",
            "'-omics' of sleep",
            "@risk",
            "\tx",
            "\rx",
            "-5",
            "'-5",
            "+3,5%",
            "-1e-3",
            "-",
            "--",
            "+/-",
            "",
            "'",
            "'quoted'",
            "a=b",
            "-5 to 3",
            "- a list",
            "=",
            "'",
            "-.5",
            "-e5",
            "+.",
            "-1e",
            "\u{2212}5",
        ] {
            let guarded = guard(text);
            assert_eq!(unguard(&guarded), text, "{text}");
            assert!(!runs(&guarded), "{guarded}");
        }
    }

    #[test]
    fn only_what_a_spreadsheet_would_run_is_guarded() {
        for text in [
            "-5",
            "+3,5%",
            "-1e-3",
            "-1,234.5",
            "-",
            "'quoted' title",
            "a title",
            "",
        ] {
            assert_eq!(guard(text), text);
        }
        for text in [
            "=HYPERLINK(\"x\")",
            "-2+3+cmd|' /C calc'!A0",
            "+A1",
            "@SUM(A1)",
            "-omics",
        ] {
            assert_eq!(guard(text), format!("'{text}"));
        }
        // A title in quotation marks is as it was.
        assert_eq!(unguard("'quoted' title"), "'quoted' title");
    }
}
