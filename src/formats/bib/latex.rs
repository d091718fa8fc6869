//! LaTeX inside values: accents, symbols, braces.

use crate::formats::values::{filled, is_power, without_entities};
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization as _;

/// Accent commands and the combining characters they stand for.
const ACCENTS: [(char, char); 14] = [
    ('`', '\u{300}'),
    ('\'', '\u{301}'),
    ('^', '\u{302}'),
    ('~', '\u{303}'),
    ('"', '\u{308}'),
    ('=', '\u{304}'),
    ('.', '\u{307}'),
    ('u', '\u{306}'),
    ('v', '\u{30c}'),
    ('H', '\u{30b}'),
    ('c', '\u{327}'),
    ('k', '\u{328}'),
    ('r', '\u{30a}'),
    ('d', '\u{323}'),
];

/// Commands that stand for a character.
const SYMBOLS: [(&str, &str); 52] = [
    ("textless", "<"),
    ("textgreater", ">"),
    ("textbar", "|"),
    ("textbackslash", "\\"),
    ("textasciitilde", "~"),
    ("textasciicircum", "^"),
    ("textquotesingle", "'"),
    ("textquoteright", "’"),
    ("textquoteleft", "‘"),
    ("textendash", "–"),
    ("textemdash", "—"),
    ("textregistered", "®"),
    ("texttrademark", "™"),
    ("textcopyright", "©"),
    ("textdegree", "°"),
    ("textmu", "µ"),
    ("ss", "ß"),
    ("ae", "æ"),
    ("AE", "Æ"),
    ("oe", "œ"),
    ("OE", "Œ"),
    ("o", "ø"),
    ("O", "Ø"),
    ("aa", "å"),
    ("AA", "Å"),
    ("l", "ł"),
    ("L", "Ł"),
    ("i", "ı"),
    ("j", "ȷ"),
    ("dh", "ð"),
    ("th", "þ"),
    ("alpha", "α"),
    ("beta", "β"),
    ("gamma", "γ"),
    ("delta", "δ"),
    ("epsilon", "ε"),
    ("kappa", "κ"),
    ("lambda", "λ"),
    ("mu", "μ"),
    ("pi", "π"),
    ("sigma", "σ"),
    ("tau", "τ"),
    ("chi", "χ"),
    ("omega", "ω"),
    ("Delta", "Δ"),
    ("pm", "±"),
    ("times", "×"),
    ("leq", "≤"),
    ("geq", "≥"),
    ("le", "≤"),
    ("ge", "≥"),
    ("sim", "~"),
];

/// The plain text of a value, white space collapsed.
pub(super) fn plain(value: &str) -> Option<String> {
    if !value.contains(['\\', '{', '}', '$', '~', '&']) {
        return filled(value);
    }
    filled(&without_entities(&decoded(value)))
}

/// A value without its braces, otherwise as written: for identifiers and addresses.
pub(super) fn without_braces(value: &str) -> String {
    let bare: Cow<'_, str> = Cow::Borrowed(value.trim());
    bare.chars().filter(|c| !matches!(c, '{' | '}')).collect()
}

fn decoded(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut math = false;
    while let Some(c) = rest.chars().next() {
        let tail = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\\' => rest = command(tail, &mut out),
            '{' | '}' => rest = tail,
            '$' if math || tail.contains('$') => {
                math = !math;
                rest = tail;
            }
            // `CO$_{2}$`: a lowered sign is written without a mark, as in HTML.
            '_' if math => rest = tail,
            '~' if !value.contains("://") => {
                out.push('\u{a0}');
                rest = tail;
            }
            _ => {
                out.push(c);
                rest = tail;
            }
        }
    }
    out
}

/// Reads one command behind its backslash; gives what stands behind it.
fn command<'a>(text: &'a str, out: &mut String) -> &'a str {
    let Some(first) = text.chars().next() else {
        return text;
    };
    let tail = text.get(first.len_utf8()..).unwrap_or_default();
    if !first.is_ascii_alphabetic() {
        if let Some((_, mark)) = ACCENTS.iter().find(|(name, _)| *name == first)
            && let Some((letter, behind)) = letter(tail)
        {
            out.extend([letter, *mark].into_iter().nfc());
            return behind;
        }
        match first {
            '\\' => out.push(' '),
            '-' | '/' => {}
            _ => out.push(first),
        }
        return tail;
    }
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (name, behind) = text.split_at(end);
    // The blank that ends a command's name is not a blank of the text.
    let swallow = |behind: &'a str| behind.strip_prefix(' ').unwrap_or(behind);
    let mut letters = name.chars();
    if let (Some(one), None) = (letters.next(), letters.next())
        && let Some((_, mark)) = ACCENTS.iter().find(|(accent, _)| *accent == one)
        && let Some((letter, behind)) = letter(behind.trim_start())
    {
        out.extend([letter, *mark].into_iter().nfc());
        return behind;
    }
    match SYMBOLS.iter().find(|(known, _)| *known == name) {
        Some((_, symbol)) => {
            out.push_str(symbol);
            // Braces end the name as well, and a blank behind them is one of the text.
            behind.strip_prefix("{}").unwrap_or_else(|| swallow(behind))
        }
        // An address or a link's text stands as it is; the link's address is dropped.
        None if name == "href" && behind.trim_start().starts_with('{') => {
            behind.split_once('}').map_or("", |(_, text)| text)
        }
        None if name == "textsuperscript" => {
            let behind = behind.trim_start_matches(' ');
            if is_power(out, behind.trim_start_matches('{')) {
                out.push('^');
            }
            behind
        }
        None if [
            "url",
            "path",
            "text",
            "texttt",
            "textsl",
            "textup",
            "textmd",
            "textnormal",
            "mbox",
            "enquote",
            "underline",
            "uppercase",
            "lowercase",
            "noopsort",
            "textit",
            "textbf",
            "emph",
            "textrm",
            "textsc",
            "textsubscript",
            "mathrm",
            "it",
            "bf",
            "em",
        ]
        .contains(&name) =>
        {
            behind.trim_start_matches(' ')
        }
        None => {
            out.push('\\');
            out.push_str(name);
            behind
        }
    }
}

/// The letter an accent stands on: `o`, `{o}`, `\i`, `{\i}`.
fn letter(text: &str) -> Option<(char, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (letter, behind) = letter(inner)?;
        return Some((letter, behind.strip_prefix('}')?));
    }
    for (dotless, plain) in [("\\i", 'i'), ("\\j", 'j')] {
        if let Some(behind) = text.strip_prefix(dotless)
            && !behind.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            return Some((plain, behind.strip_prefix(' ').unwrap_or(behind)));
        }
    }
    let first = text.chars().next().filter(|c| c.is_alphabetic())?;
    Some((first, text.get(first.len_utf8()..)?))
}

/// The names of a list: split at ` and ` outside braces.
pub(super) fn split_names(value: &str) -> Vec<&str> {
    let bytes = value.as_bytes();
    let (mut names, mut start, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            b'a' | b'A' if depth == 0 => {
                let word = bytes
                    .get(at..at + 3)
                    .is_some_and(|w| w.eq_ignore_ascii_case(b"and"));
                let before = at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_whitespace);
                let after = bytes.get(at + 3).is_none_or(u8::is_ascii_whitespace);
                if word && before && after {
                    names.extend(value.get(start..at));
                    start = at + 3;
                    at += 2;
                }
            }
            _ => {}
        }
        at += 1;
    }
    names.extend(value.get(start..));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_symbols_and_braces_become_text() {
        for (written, want) in [
            (r#"{M}{\"u}ller"#, "Müller"),
            (r"Garc{\'\i}a-Sanz", "García-Sanz"),
            (r"\v{C}ern\'y", "Černý"),
            (r"Mart\'{\i}nez", "Martínez"),
            (r"\O{}rsted and {\AA}s", "Ørsted and Ås"),
            (r"p \textless 0.05 \& 10\%", "p <0.05 & 10%"),
            (r"$\beta_2$-microglobulin", "β2-microglobulin"),
            (r"50\$ a day", "50$ a day"),
            ("A {POLLUX} trial", "A POLLUX trial"),
        ] {
            assert_eq!(plain(written).as_deref(), Some(want), "{written}");
        }
    }

    #[test]
    fn names_are_split_outside_braces_only() {
        let names = split_names("{Ministry of Health and Welfare} and Sand, A\nAND Anderson, B");
        let names: Vec<_> = names.iter().filter_map(|n| plain(n)).collect();
        assert_eq!(
            names,
            ["Ministry of Health and Welfare", "Sand, A", "Anderson, B"]
        );
    }
}
