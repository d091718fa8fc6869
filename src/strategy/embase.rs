//! What Embase.com would refuse or read otherwise in a strategy.
//!
//! Terms carry their fields behind a colon (`cd38:ti,ab`), subject terms of Emtree behind a slash
//! (`'multiple myeloma'/exp`), words side by side are joined by AND unless they are quoted,
//! operators run from left to right without precedence (Elsevier support, “Can I use Boolean
//! operators, wildcards and proximity operators in Embase?”, 2025).

use super::check::{Checker, Code, Finding, Platform};
use super::foreign;
use super::lines::lines;
use super::structure::{self, Class, Item, Step, Term};
use super::tokens::{Kind, Style, Token, tokens};
use super::words::{operator, wildcards};
use std::ops::Range;

/// What stands behind a colon.
const FIELDS: &[&str] = &[
    "ab", "ad", "af", "an", "au", "bp", "br", "ca", "cb", "cd", "cl", "cn", "ct", "cy", "dc", "de",
    "df", "dm", "dn", "do", "doi", "dt", "dtype", "dv", "ed", "em", "exp", "ff", "fn", "gb", "ib",
    "id", "ii", "is", "isbn", "iss", "it", "ja", "jt", "kw", "la", "lc", "lnk", "mj", "mn", "ms",
    "na", "nc", "nct", "oa", "oc", "oid", "ok", "ol", "pa", "pd", "pg", "pii", "ps", "pt", "pub",
    "py", "rn", "sd", "sp", "st", "syn", "ta", "ti", "tn", "tt", "ui", "vol", "yr",
];

/// What stands behind a slash.
const SLASHED: &[&str] = &[
    "au", "br", "cl", "ct", "de", "dd", "dm", "dtype", "dv", "exp", "ff", "gb", "it", "jt", "la",
    "lim", "lnk", "mj", "pd", "ps", "py", "rn", "sd", "syn", "tn", "ui",
];

/// Fields and suffixes that limit by time.
const DATES: &[&str] = &["sd", "py", "pd", "yr"];

/// Everything that Embase.com would refuse or read otherwise.
///
/// ```
/// use perennial::strategy::embase::check;
/// let found = check("#1 'multiple myeloma'/exp OR myelom$:tw\n", "q.txt");
/// assert_eq!(found[0].code.as_str(), "unknown-field");
/// assert!(check("#1 myelom*:ti,ab,kw\n#2 #1 AND cd38:ti", "q.txt").is_empty());
/// ```
pub fn check(text: &str, file: &str) -> Vec<Finding> {
    let mut checker = Checker::new(Platform::Embase, text, file);
    let steps = steps(&mut checker);
    structure::check(&mut checker, &steps);
    checker.found
}

/// The strategy in its parts.
pub(super) fn steps(checker: &mut Checker) -> Vec<Step> {
    let style = Style {
        single: true,
        ..Style::default()
    };
    let lines = lines(checker.text, |line| line.contains('#'));
    lines
        .into_iter()
        .map(|line| {
            let tokens = tokens(checker, &line, style);
            let items = items(checker, &tokens);
            Step { line, items }
        })
        .collect()
}

fn items(checker: &mut Checker, tokens: &[Token]) -> Vec<Item> {
    let mut out = Vec::new();
    // A list of fields that goes on after a comma and a space.
    let mut fields_go_on = false;
    for token in tokens {
        let begins = token.text.starts_with([':', '/']);
        let behind = match out.last() {
            Some(Item::Close(_) | Item::Term(_)) => token.glued,
            _ => false,
        };
        if token.kind == Kind::Word && fields_go_on {
            fields_go_on = fields(checker, token.text, token.span.start, &mut out);
        } else if token.kind == Kind::Word && begins && behind {
            fields_go_on = suffix(checker, token.text, token.span.start, &mut out);
        } else {
            fields_go_on = operand(checker, token, &mut out);
        }
    }
    structure::drop_count(&mut out);
    out
}

/// One token that is not a suffix; whether its list of fields goes on.
fn operand(checker: &mut Checker, token: &Token, out: &mut Vec<Item>) -> bool {
    let span = token.span.clone();
    match token.kind {
        Kind::Open => out.push(Item::Open(span)),
        Kind::Close => out.push(Item::Close(span)),
        Kind::Phrase => {
            wildcards(checker, token.bare(), token.bare_start(), true);
            out.push(term(span, token.bare(), Class::Free));
        }
        Kind::Square | Kind::Brace => {
            foreign::tag(checker, token, "`:ti,ab` behind the term");
            out.push(term(span, "", Class::Limit));
        }
        Kind::Word => {
            if let Some(refs) = structure::hash_reference(token) {
                out.push(Item::Refs(refs));
            } else if let Some(item) = operator(checker, token) {
                out.push(item);
            } else if let Some(refs) = foreign::list(checker, token, "#1 OR #2 OR #3") {
                out.push(Item::Refs(refs));
            } else {
                return word(checker, token, out);
            }
        }
    }
    false
}

fn word(checker: &mut Checker, token: &Token, out: &mut Vec<Item>) -> bool {
    let cut = token.text.find([':', '/']).unwrap_or(token.text.len());
    let (head, tail) = token.text.split_at_checked(cut).unwrap_or_default();
    let start = token.span.start;
    wildcards(checker, head, start, false);
    foreign::field(checker, token, "`:ti,ab` behind the term");
    out.push(term(start..start + cut, head, Class::Free));
    if tail.is_empty() {
        return false;
    }
    suffix(checker, tail, start + cut, out)
}

fn term(span: Range<usize>, words: &str, class: Class) -> Item {
    Item::Term(Term {
        span,
        words: words.to_owned(),
        class,
    })
}

/// What stands behind an operand; whether its list of fields goes on.
fn suffix(checker: &mut Checker, text: &str, start: usize, out: &mut [Item]) -> bool {
    if let Some(list) = text.strip_prefix(':') {
        return fields(checker, list, start + 1, out);
    }
    let list = text.strip_prefix('/').unwrap_or(text);
    let mut at = start + 1;
    for part in list.split(['/', ',']) {
        let name = part.to_ascii_lowercase();
        // Subheadings: `dm_dt` and their like.
        if !SLASHED.contains(&name.as_str()) && !name.contains('_') && !part.is_empty() {
            unknown(checker, part, at..at + part.len(), "`/exp`, `/de` or `/mj`");
        }
        at += part.len() + 1;
    }
    let date = list
        .split(['/', ','])
        .any(|part| DATES.contains(&part.to_ascii_lowercase().as_str()));
    close_term(checker, out, start + text.len(), date, true);
    false
}

/// A list of fields behind a colon; whether it goes on.
fn fields(checker: &mut Checker, list: &str, start: usize, out: &mut [Item]) -> bool {
    let mut at = start;
    let mut date = false;
    for part in list.split(',') {
        let name = part.to_ascii_lowercase();
        date |= DATES.contains(&name.as_str());
        if !FIELDS.contains(&name.as_str()) && !part.is_empty() {
            unknown(checker, part, at..at + part.len(), "`:ti,ab,kw`");
        }
        at += part.len() + 1;
    }
    close_term(checker, out, start + list.len(), date, false);
    list.ends_with(',')
}

/// Makes the last operand what its suffix says.
fn close_term(checker: &mut Checker, out: &mut [Item], end: usize, date: bool, slash: bool) {
    let Some(Item::Term(term)) = out.last_mut() else {
        return;
    };
    term.span.end = end;
    if date {
        term.class = Class::Limit;
        checker.date_limit(term.span.clone());
    } else if slash && term.class == Class::Free {
        term.class = Class::Heading;
        if term.words.contains(['*', '?', '$']) {
            checker.add(
                Code::Heading,
                term.span.clone(),
                "a subject term with a wildcard",
                "Emtree is searched by whole terms",
                "write the whole term, or search the words with `:ti,ab`",
            );
        }
    }
}

fn unknown(checker: &mut Checker, name: &str, span: Range<usize>, right: &str) {
    checker.add(
        Code::UnknownField,
        span,
        &format!("Embase.com has no field `{name}`"),
        "the line is refused, or the word is searched",
        &format!("write {right}"),
    );
}
