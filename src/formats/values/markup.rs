//! HTML and JATS inside values, and words that stand for nothing.

use std::borrow::Cow;

/// Tags that publishers leave in titles and abstracts; other words in angle brackets are text.
const TAGS: [&str; 30] = [
    "sup",
    "sub",
    "inf",
    "i",
    "b",
    "u",
    "em",
    "strong",
    "it",
    "bold",
    "italic",
    "scp",
    "sc",
    "span",
    "font",
    "a",
    "p",
    "br",
    "div",
    "title",
    "sec",
    "h1",
    "h2",
    "h3",
    "h4",
    "li",
    "ul",
    "small",
    "underline",
    "tt",
];

/// The text with its markup read: `10<sup>6</sup>` as 10^6, `H<sub>2</sub>O` as H2O, others
/// without their tags. `<5` and `<LOQ>` are text.
pub(in crate::formats) fn without_markup(text: &str) -> Cow<'_, str> {
    read_markup(text, |_| true)
}

/// The text with raised and lowered signs alone read, and every other tag as written.
pub(in crate::formats) fn with_powers(text: &str) -> Cow<'_, str> {
    read_markup(text, |name| matches!(name, "sup" | "sub" | "inf"))
}

fn read_markup(text: &str, wanted: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('<') {
        out.push_str(before);
        let tag = tail.split_once('>').and_then(|(tag, behind)| {
            let (name, given) = name_of(tag);
            // `a<b and c>d` is not a tag: behind a tag's name stand attributes or nothing.
            let is_tag = TAGS.contains(&name.as_str()) && (given.is_empty() || given.contains('='));
            is_tag.then_some((name, tag, behind))
        });
        let Some((name, tag, behind)) = tag.filter(|(name, ..)| wanted(name)) else {
            out.push('<');
            rest = tail;
            continue;
        };
        let closes = tag.starts_with('/');
        if name == "sup" && !closes && is_power(&out, behind) {
            out.push('^');
        }
        if [
            "p", "br", "div", "title", "sec", "li", "h1", "h2", "h3", "h4",
        ]
        .contains(&name.as_str())
            && !out.ends_with(char::is_whitespace)
            && !out.is_empty()
        {
            out.push(' ');
        }
        rest = behind;
    }
    out.push_str(rest);
    Cow::Owned(super::collapse_lines(&out))
}

/// The name of a tag without its namespace, and what stands behind it.
fn name_of(tag: &str) -> (String, &str) {
    let bare = tag.trim_start_matches('/').trim_end_matches('/').trim();
    let (name, given) = bare.split_once(char::is_whitespace).unwrap_or((bare, ""));
    let name = name.rsplit_once(':').map_or(name, |(_, name)| name);
    (name.to_ascii_lowercase(), given.trim())
}

/// The text with the entities of HTML decoded once: `&#38;`, `&amp;`, `&lt;`.
pub(in crate::formats) fn without_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, tail)) = rest.split_once('&') {
        out.push_str(before);
        let named = tail.split_once(';').filter(|(name, _)| name.len() <= 8);
        match named.and_then(|(name, behind)| Some((entity(name)?, behind))) {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None => {
                out.push('&');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of an entity that XML or everybody knows.
fn entity(name: &str) -> Option<char> {
    let number = name.strip_prefix('#');
    let hex = number.and_then(|n| n.strip_prefix(['x', 'X']));
    let code = match (hex, number) {
        (Some(hex), _) => u32::from_str_radix(hex, 16).ok(),
        (None, Some(number)) => number.parse().ok(),
        (None, None) => None,
    };
    if let Some(c) = code.and_then(char::from_u32) {
        return (!c.is_control()).then_some(c);
    }
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        "plusmn" => Some('±'),
        "times" => Some('×'),
        "le" => Some('≤'),
        "ge" => Some('≥'),
        "micro" => Some('µ'),
        "alpha" => Some('α'),
        "beta" => Some('β'),
        "gamma" => Some('γ'),
        "ndash" => Some('–'),
        "mdash" => Some('—'),
        "rsquo" => Some('’'),
        "lsquo" => Some('‘'),
        _ => None,
    }
}

/// Whether a raised sign is an exponent: a number that stands on a number. `m<sup>2</sup>` and
/// `CD38<sup>+</sup>` are read without a mark, as everybody writes them.
pub(in crate::formats) fn is_power(before: &str, raised: &str) -> bool {
    let exponent = raised.trim_start_matches(['-', '−', '–', '\u{2010}', '+']);
    before.ends_with(|c: char| c.is_ascii_digit())
        && exponent.starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a value says that there is none: R's `NA`, a spreadsheet's `#N/A`, Ovid's
/// `No-Specified`.
pub(in crate::formats) fn is_placeholder(value: &str) -> bool {
    const WORDS: [&str; 13] = [
        "no-specified",
        "no specified",
        "not specified",
        "none",
        "null",
        "nan",
        "na",
        "n/a",
        "undefined",
        "(null)",
        "[null]",
        "not available",
        "no data",
    ];
    let value = value.trim();
    value.len() <= 16
        && (is_placeholder_name(value) || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word)))
}

/// The same for titles and people, where `None` and `Na` are names: what programs write alone.
pub(in crate::formats) fn is_placeholder_name(value: &str) -> bool {
    const WORDS: [&str; 18] = [
        "NA",
        "N/A",
        "<NA>",
        "NULL",
        "null",
        "NaN",
        "NaT",
        "nan",
        "#N/A",
        "#NAME?",
        "#VALUE!",
        "#REF!",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "(null)",
        "No-Specified",
        "undefined",
    ];
    let value = value.trim();
    value.len() <= 12
        && matches!(
            value.bytes().next(),
            Some(b'N' | b'n' | b'<' | b'#' | b'(' | b'u')
        )
        && WORDS.contains(&value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_marked_and_other_tags_are_taken_out() {
        for (text, want) in [
            ("10<sup>6</sup> cells", "10^6 cells"),
            ("1.5 x 10<sup>-3</sup>", "1.5 x 10^-3"),
            ("10<SUP>9</SUP>/L", "10^9/L"),
            ("10<jats:sup>6</jats:sup>", "10^6"),
            ("H<sub>2</sub>O and VO<inf>2</inf>", "H2O and VO2"),
            (
                "CD38<sup>+</sup>, m<sup>2</sup>, <sup>18</sup>F",
                "CD38+, m2, 18F",
            ),
            ("62<sup>ND</sup> meeting", "62ND meeting"),
            ("<i>in vitro</i> <b>x</b>", "in vitro x"),
            ("<span class=\"x\">A</span> title", "A title"),
            (
                "p<0.05 and n>3, <LOQ>, a<b, 3 <sup",
                "p<0.05 and n>3, <LOQ>, a<b, 3 <sup",
            ),
            ("<p>One</p><p>two</p>", "One two"),
        ] {
            assert_eq!(without_markup(text), want, "{text}");
        }
        assert_eq!(with_powers("<i>A</i> 10<sup>6</sup>"), "<i>A</i> 10^6");
    }

    #[test]
    fn nothing_is_placeholder_and_a_name_is_a_name() {
        for text in [
            "NA",
            "n/a",
            "null",
            "None",
            "nan",
            "#N/A",
            "No-Specified",
            " NA ",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "0", "NAT1", "Nat", "nana", "e12", "Nature"] {
            assert!(!is_placeholder(text), "{text}");
        }
        for (text, nothing) in [
            ("NA", true),
            ("Na", false),
            ("None", false),
            ("#NAME?", true),
        ] {
            assert_eq!(is_placeholder_name(text), nothing, "{text}");
        }
    }
}
