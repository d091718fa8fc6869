//! What the Cochrane Library would refuse or read otherwise in a strategy of its search manager.
//!
//! Terms carry their fields behind a colon (`cd38:ti,ab,kw`), MeSH headings are lines of their own
//! (`MeSH descriptor: [Multiple Myeloma] explode all trees`) or stand in a line as `[mh "…"]`,
//! lines are joined as `#1 OR #2` or `{OR #1-#3}`, words side by side are joined by AND, and no
//! wildcard works in quotation marks (Cochrane Library, Search manager help).

use super::check::{Checker, Code, Finding, Platform};
use super::foreign;
use super::lines::{Line, lines};
use super::structure::{self, Class, Item, Op, Refs, Step, Term};
use super::tokens::{Kind, Style, Token, tokens};
use super::words::{operator, wildcards};
use std::ops::Range;

/// What stands behind a colon.
const FIELDS: &[&str] = &[
    "ab", "an", "au", "crg", "dl", "do", "doi", "kw", "la", "pt", "py", "so", "ti", "tx", "yr",
];

/// What opens a bracket that holds a heading.
const HEADINGS: &[&str] = &["mh", "mj", "mesh"];

/// Everything that the Cochrane Library would refuse or read otherwise.
///
/// ```
/// use perennial::strategy::cochrane::check;
/// let found = check("#1 (\"plasma cell*\" OR myelom*):ti,ab,kw\n", "q.txt");
/// assert_eq!(found[0].code.as_str(), "wildcard-in-phrase");
/// assert!(check("#1 [mh \"Multiple Myeloma\"]\n#2 {OR #1-#1} AND cd38:ti", "q.txt").is_empty());
/// ```
pub fn check(text: &str, file: &str) -> Vec<Finding> {
    let mut checker = Checker::new(Platform::Cochrane, text, file);
    let steps = steps(&mut checker);
    structure::check(&mut checker, &steps);
    checker.found
}

/// The strategy in its parts.
pub(super) fn steps(checker: &mut Checker) -> Vec<Step> {
    let style = Style {
        braces: true,
        ..Style::default()
    };
    let lines = lines(checker.text, |line| line.contains('#'));
    lines
        .into_iter()
        .map(|line| {
            let items = match descriptor(checker, &line) {
                Some(item) => vec![item],
                None => {
                    let tokens = tokens(checker, &line, style);
                    let tokens = without_notes(checker, &tokens);
                    let mut items = items(checker, tokens);
                    structure::drop_count(&mut items);
                    items
                }
            };
            Step { line, items }
        })
        .collect()
}

/// A step that is a MeSH heading.
fn descriptor(checker: &mut Checker, line: &Line) -> Option<Item> {
    let span = line.span();
    let text = checker.at(&span);
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("mesh descriptor")?;
    let inside = rest
        .split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'));
    let whole = inside.filter(|(name, after)| {
        let how = after.contains("explode") || after.contains("this term only");
        rest.trim_start().starts_with(':') && !name.trim().is_empty() && how
    });
    let words = inside.map_or("", |(name, _)| name).to_owned();
    if whole.is_none() {
        checker.add(
            Code::Heading,
            span.clone(),
            "this is no line of the MeSH search",
            "it is searched as words, or refused",
            "write `MeSH descriptor: [Multiple Myeloma] explode all trees`, or `this term only`",
        );
    }
    Some(Item::Term(Term {
        span,
        words,
        class: Class::Heading,
    }))
}

/// The tokens before what the search manager adds at the end of a step: `in Trials`, `(Word
/// variations have been searched)`, and a limit by date, which is told.
fn without_notes<'t, 'a>(checker: &mut Checker, tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    let is = |n: usize, words: &[&str]| {
        tokens.get(n).is_some_and(|t| {
            let text = t.text.trim_end_matches([',', ')']);
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        })
    };
    let dated = |n: usize| (n + 1..n + 5).any(|n| is(n, &["date", "year", "publication"]));
    let parts = [
        "Trials",
        "Cochrane",
        "Other",
        "Technology",
        "Economic",
        "Methods",
        "Clinical",
        "Editorials",
    ];
    let from = (0..tokens.len()).find(|n| {
        let variations = is(*n, &["("]) && is(n + 1, &["Word"]) && is(n + 2, &["variations"]);
        variations || is(*n, &["in"]) && is(n + 1, &parts) || is(*n, &["with"]) && dated(*n)
    });
    let Some(from) = from else {
        return tokens;
    };
    let (before, notes) = tokens.split_at_checked(from).unwrap_or((tokens, &[]));
    let limit = (from..tokens.len()).find(|n| is(*n, &["with"]) && dated(*n));
    if let (Some(first), Some(last)) = (limit.and_then(|n| tokens.get(n)), notes.last()) {
        checker.date_limit(first.span.start..last.span.end);
    }
    before
}

fn items(checker: &mut Checker, tokens: &[Token]) -> Vec<Item> {
    let mut out = Vec::new();
    let mut fields_go_on = false;
    for token in tokens {
        let behind = token.glued && matches!(out.last(), Some(Item::Close(_) | Item::Term(_)));
        if token.kind == Kind::Word && (fields_go_on || behind && token.text.starts_with(':')) {
            let list = token.text.strip_prefix(':').unwrap_or(token.text);
            fields_go_on = fields(checker, list, token.span.end - list.len(), &mut out);
        } else {
            fields_go_on = operand(checker, token, &mut out);
        }
    }
    out
}

fn term(span: Range<usize>, words: &str, class: Class) -> Item {
    Item::Term(Term {
        span,
        words: words.to_owned(),
        class,
    })
}

/// One token that is not a list of fields; whether a list begins with it that goes on.
fn operand(checker: &mut Checker, token: &Token, out: &mut Vec<Item>) -> bool {
    let span = token.span.clone();
    match token.kind {
        Kind::Open => out.push(Item::Open(span)),
        Kind::Close => out.push(Item::Close(span)),
        Kind::Phrase => {
            wildcards(checker, token.bare(), token.bare_start(), true);
            out.push(term(span, token.bare(), Class::Free));
        }
        Kind::Square => out.push(heading(checker, token)),
        Kind::Brace => out.push(Item::Refs(brace(checker, token))),
        Kind::Word => {
            if let Some(refs) = structure::hash_reference(token) {
                out.push(Item::Refs(refs));
            } else if let Some(item) = operator(checker, token) {
                out.push(item);
            } else if let Some(refs) = foreign::list(checker, token, "{OR #1-#3}") {
                out.push(Item::Refs(refs));
            } else {
                return word(checker, token, out);
            }
        }
    }
    false
}

fn word(checker: &mut Checker, token: &Token, out: &mut Vec<Item>) -> bool {
    let cut = token.text.find(':').unwrap_or(token.text.len());
    let (head, tail) = token.text.split_at_checked(cut).unwrap_or_default();
    let start = token.span.start;
    foreign::field(checker, token, "`:ti,ab,kw` behind the term");
    if let Some(at) = head.find('/').filter(|at| {
        matches!(head.get(at + 1..), Some("exp" | "de" | "mj")) || at + 1 == head.len()
    }) {
        checker.add(
            Code::Heading,
            start + at..start + head.len(),
            "a subject heading as another platform writes it",
            "it is searched as words",
            "write `[mh \"…\"]`",
        );
    } else {
        wildcards(checker, head, start, false);
    }
    out.push(term(start..start + cut, head, Class::Free));
    match tail.strip_prefix(':') {
        Some(list) => fields(checker, list, start + cut + 1, out),
        None => false,
    }
}

/// `[mh "Multiple Myeloma"/DT]`.
fn heading(checker: &mut Checker, token: &Token) -> Item {
    let inside = token.text.trim_matches(['[', ']']).trim();
    let (kind, name) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    let lower = kind.to_ascii_lowercase();
    let known = HEADINGS.contains(&lower.as_str());
    let quotes = name.matches('"').count();
    if !known {
        foreign::tag(
            checker,
            token,
            "`:ti,ab,kw` behind the term, or `[mh \"…\"]`",
        );
    } else if name.trim().is_empty() || quotes % 2 == 1 {
        checker.add(
            Code::Heading,
            token.span.clone(),
            "a heading without its name, or with one quotation mark",
            "it finds nothing",
            "write `[mh \"Multiple Myeloma\"]`, or `[mh ^\"…\"]` for this term only",
        );
    }
    let words = name.split('/').next().unwrap_or_default();
    let words = words.trim_matches(|c: char| c == '"' || c == '^' || c.is_whitespace());
    term(
        token.span.clone(),
        words,
        if known { Class::Heading } else { Class::Limit },
    )
}

/// `{OR #1-#3, #5}`.
fn brace(checker: &mut Checker, token: &Token) -> Refs {
    let inside = token.text.trim_matches(['{', '}']);
    let body = inside.trim_start();
    let (word, list) = body.split_once(char::is_whitespace).unwrap_or((body, ""));
    let op = match word.to_ascii_lowercase().as_str() {
        "and" => Op::And,
        "or" => Op::Or,
        _ => {
            checker.add(
                Code::UnknownOperator,
                token.span.clone(),
                "the lines in braces have no operator",
                "`OR` or `AND` stands first",
                "write `{OR #1-#3}`",
            );
            Op::Or
        }
    };
    let mut at = token.span.end - 1 - list.len();
    let mut ranges = Vec::new();
    for part in list.split(',') {
        let lead = part.len() - part.trim_start().len();
        let span = at + lead..at + lead + part.trim().len();
        match structure::range(part) {
            Some((from, to)) => ranges.push((from, to, span)),
            None => checker.add(
                Code::LineMissing,
                span,
                "this is no line number",
                "a reference to nothing",
                "write `{OR #1-#3, #5}`",
            ),
        }
        at += part.len() + 1;
    }
    Refs {
        span: token.span.clone(),
        op,
        ranges,
    }
}

/// A list of fields; whether it goes on.
fn fields(checker: &mut Checker, list: &str, start: usize, out: &mut [Item]) -> bool {
    let mut at = start;
    let mut date = false;
    for part in list.split(',') {
        let name = part.to_ascii_lowercase();
        date |= matches!(name.as_str(), "py" | "yr");
        if !FIELDS.contains(&name.as_str()) && !part.is_empty() {
            checker.add(
                Code::UnknownField,
                at..at + part.len(),
                &format!("the Cochrane Library has no field `{part}`"),
                "the line is refused, or the word is searched",
                "write `:ti,ab,kw`",
            );
        }
        at += part.len() + 1;
    }
    if let Some(Item::Term(term)) = out.last_mut() {
        term.span.end = start + list.len();
        if date {
            term.class = Class::Limit;
            checker.date_limit(term.span.clone());
        }
    }
    list.ends_with(',')
}
