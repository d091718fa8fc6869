//! What Ovid would refuse or read otherwise in a strategy.
//!
//! Words side by side are a phrase; fields stand behind between full stops (`myelom*.ti,ab.`),
//! subject headings end with a slash (`exp Multiple Myeloma/`), lines are joined as `or/1-5` or
//! `1 and 2`, `adj3` is the proximity operator, a word may not begin with a wildcard (Ovid,
//! “Command Line Syntax and Advanced Searching Techniques”). Letter case does not matter.

use super::check::{Checker, Code, Finding, Platform};
use super::foreign;
use super::lines::lines;
use super::structure::{self, Class, Item, Refs, Step, Term};
use super::tokens::{Kind, Style, Token, tokens};
use super::words::{operator, wildcards};
use std::ops::Range;

/// Field codes of MEDLINE, Embase, PsycInfo and CENTRAL on Ovid.
const FIELDS: &[&str] = &[
    "ab", "ac", "af", "ai", "an", "ar", "as", "at", "au", "ax", "ba", "be", "bi", "bs", "bt", "bw",
    "ca", "cc", "cf", "cg", "ci", "cl", "cm", "cn", "co", "cp", "cr", "cs", "ct", "cw", "cy", "da",
    "db", "dc", "dd", "de", "df", "dj", "dl", "dm", "dn", "do", "dp", "dq", "dt", "du", "dv", "dw",
    "ea", "ec", "ed", "ei", "em", "ep", "er", "et", "eu", "ez", "fa", "fc", "fd", "fe", "fi", "fs",
    "ft", "fx", "gc", "ge", "gi", "gn", "gr", "gs", "gw", "hw", "ib", "id", "ie", "if", "ig", "in",
    "ip", "ir", "is", "it", "iv", "ja", "jb", "jc", "jl", "jn", "jw", "jx", "kf", "kp", "kw", "lc",
    "lf", "lg", "lh", "li", "lj", "lm", "ln", "lo", "lu", "mc", "md", "me", "mf", "mh", "mj", "mm",
    "mn", "mo", "mp", "ms", "mt", "mv", "my", "na", "nc", "nh", "nj", "nl", "nm", "no", "np", "nr",
    "nt", "nu", "nw", "oa", "od", "oi", "oj", "on", "op", "or", "os", "ot", "ow", "ox", "pa", "pb",
    "pd", "pf", "pg", "ph", "pi", "pj", "pk", "pl", "pm", "pn", "po", "pp", "pr", "ps", "pt", "pu",
    "pw", "px", "py", "qw", "rc", "rd", "re", "rf", "rg", "ri", "rn", "ro", "rp", "rs", "rt", "rw",
    "rx", "ry", "sa", "sb", "sc", "sd", "se", "sf", "sh", "si", "sj", "sk", "sl", "sm", "so", "sp",
    "sr", "ss", "st", "su", "sw", "sy", "ta", "tc", "td", "tg", "ti", "tj", "tm", "tn", "to", "tp",
    "tr", "ts", "tt", "tw", "tx", "ty", "ui", "up", "ur", "us", "vc", "vi", "vo", "vs", "vx", "wa",
    "wd", "we", "wf", "wp", "wt", "xb", "xd", "xo", "xp", "xs", "yr", "za", "zd", "zz",
];

/// Fields that limit by time.
const DATES: &[&str] = &[
    "yr", "ed", "ez", "da", "dt", "up", "dp", "dc", "rd", "ep", "rs", "md",
];

/// Everything that Ovid would refuse or read otherwise.
///
/// ```
/// use perennial::strategy::ovid::check;
/// let found = check("1 exp Multiple Myeloma\n2 or/1-3\n", "q.txt");
/// let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
/// assert_eq!(codes, ["heading", "line-missing", "line-later"]);
/// assert!(check("1. exp Asthma/\n2. (wheez* adj3 child*).ti,ab.\n3. or/1-2", "q").is_empty());
/// ```
pub fn check(text: &str, file: &str) -> Vec<Finding> {
    let mut checker = Checker::new(Platform::Ovid, text, file);
    let steps = steps(&mut checker);
    structure::check(&mut checker, &steps);
    checker.found
}

/// The strategy in its parts.
pub(super) fn steps(checker: &mut Checker) -> Vec<Step> {
    let lines = lines(checker.text, refers);
    lines
        .into_iter()
        .map(|line| {
            let tokens = tokens(checker, &line, Style::default());
            let mut reader = Reader {
                checker,
                out: Vec::new(),
                run: Vec::new(),
            };
            let items = reader.items(&tokens);
            Step { line, items }
        })
        .collect()
}

/// Whether a line without a number refers to others.
fn refers(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let word = |w: &str| matches!(w, "and" | "or" | "not") || w.bytes().all(|b| b.is_ascii_digit());
    let list = lower.contains("or/") || lower.contains("and/") || lower.starts_with("limit ");
    list || lower
        .split_whitespace()
        .all(|w| word(w.trim_matches(['(', ')'])))
}

struct Reader<'c, 'a, 't> {
    checker: &'c mut Checker<'a>,
    out: Vec<Item>,
    /// Words, phrases and notes that make one operand.
    run: Vec<&'t Token<'a>>,
}

impl<'a, 't> Reader<'_, 'a, 't> {
    fn items(&mut self, tokens: &'t [Token<'a>]) -> Vec<Item> {
        let is = |n: usize, word: &str| {
            tokens
                .get(n)
                .is_some_and(|t| t.text.eq_ignore_ascii_case(word))
        };
        if is(0, "limit") {
            self.limit(tokens);
        } else if is(0, "remove") && is(1, "duplicates") && is(2, "from") {
            let rest = tokens.get(3..).unwrap_or_default();
            self.out
                .extend(rest.iter().find_map(number).map(Item::Refs));
        } else {
            for token in tokens {
                self.token(token);
            }
            self.flush();
        }
        let mut out = std::mem::take(&mut self.out);
        structure::drop_count(&mut out);
        out
    }

    /// `limit 5 to (english language and yr="2010 -Current")`.
    fn limit(&mut self, tokens: &[Token]) {
        let refs = tokens.get(1).and_then(number);
        self.out.extend(refs.map(Item::Refs));
        let dated = |t: &&Token| {
            let lower = t.text.to_ascii_lowercase();
            DATES.iter().any(|field| {
                let rest = lower.strip_prefix(field);
                rest.is_some_and(|rest| rest.starts_with('='))
            })
        };
        let words = tokens.get(2..).unwrap_or_default();
        if let Some(first) = words.iter().find(dated) {
            let next = words
                .iter()
                .find(|t| t.glued && t.span.start == first.span.end && t.kind == Kind::Phrase);
            self.checker
                .date_limit(first.span.start..next.map_or(first.span.end, |t| t.span.end));
        }
    }

    fn token(&mut self, token: &'t Token<'a>) {
        let span = token.span.clone();
        match token.kind {
            Kind::Open => {
                self.flush();
                self.out.push(Item::Open(span));
            }
            Kind::Close => {
                self.flush();
                self.out.push(Item::Close(span));
            }
            Kind::Square => {
                foreign::tag(
                    self.checker,
                    token,
                    "`.ti,ab.` behind the term, or `exp …/`",
                );
                self.run.push(token);
            }
            Kind::Phrase | Kind::Brace => self.run.push(token),
            Kind::Word => self.word(token),
        }
    }

    fn word(&mut self, token: &'t Token<'a>) {
        let behind = token.glued && self.run.is_empty();
        if behind && token.text.starts_with('.') && matches!(self.out.last(), Some(Item::Close(_)))
        {
            self.fields(token.text, token.span.start);
        } else if let Some(refs) = structure::slash_list(token) {
            self.flush();
            self.out.push(Item::Refs(refs));
        } else if let Some(item) = operator(self.checker, token) {
            self.flush();
            self.out.push(item);
        } else {
            self.run.push(token);
        }
    }

    /// The operand that the words since the last operator make.
    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let (Some(first), Some(last)) = (run.first(), run.last()) else {
            return;
        };
        let span = first.span.start..last.span.end;
        // A count of hits may follow.
        let counted = run.iter().skip(1).all(|t| is_count(t.text));
        if let Some(refs) = number(first).filter(|_| counted) {
            self.out.push(Item::Refs(refs));
            return;
        }
        // Notes that an export adds, and a count of hits, stand at the end.
        let words: Vec<&Token> = run
            .iter()
            .copied()
            .filter(|t| t.kind != Kind::Square)
            .collect();
        let text = self.checker.at(&span);
        let term = if is_heading(&words) {
            Some(self.heading(&words, span))
        } else {
            self.text(&words, text, span)
        };
        self.out.extend(term.map(Item::Term));
    }

    /// `exp *Multiple Myeloma/dt`.
    fn heading(&mut self, words: &[&Token], span: Range<usize>) -> Term {
        let text: Vec<&str> = words.iter().map(|t| t.bare()).collect();
        let text = text.join(" ");
        let name = text.split('/').next().unwrap_or_default();
        let name = name.trim();
        let name = name
            .get(..4)
            .filter(|start| start.eq_ignore_ascii_case("exp "))
            .and(name.get(4..))
            .unwrap_or(name);
        let name = name.trim().trim_start_matches('*').to_owned();
        let wild = name.contains(['*', '$', '?', '#']);
        if wild || name.is_empty() {
            self.checker.add(
                Code::Heading,
                span.clone(),
                "this is no subject heading",
                "headings are searched whole, without wildcards",
                "write the whole heading, or search the words: `myelom*.ti,ab.`",
            );
        }
        Term {
            span,
            words: name,
            class: Class::Heading,
        }
    }

    fn text(&mut self, words: &[&Token], text: &str, span: Range<usize>) -> Option<Term> {
        let first = words.first()?;
        if first.text.eq_ignore_ascii_case("exp") {
            self.checker.add(
                Code::Heading,
                span.clone(),
                "`exp` without a slash behind the heading",
                "it is searched as a word",
                "write `exp Multiple Myeloma/`",
            );
        }
        let body = self.suffix(words, text, &span);
        for token in words {
            let quoted = token.kind == Kind::Phrase;
            let start = if quoted {
                token.bare_start()
            } else {
                token.span.start
            };
            let end = body.end.min(token.span.end).max(token.span.start);
            let shown = self.checker.at(&(token.span.start..end));
            let bare = if quoted { token.bare() } else { shown };
            wildcards(self.checker, bare, start, quoted);
            if !quoted {
                self.foreign(token);
            }
        }
        let shown = self.checker.at(&body).replace('"', "");
        Some(Term {
            span,
            words: shown,
            class: Class::Free,
        })
    }

    /// The bytes before the fields of a term, which are checked.
    fn suffix(&mut self, words: &[&Token], text: &str, span: &Range<usize>) -> Range<usize> {
        // A count of hits may follow the last full stop.
        let end = words
            .iter()
            .rev()
            .find(|t| !is_count(t.text))
            .map_or(span.end, |t| t.span.end);
        let text = text.get(..end - span.start).unwrap_or(text);
        let Some(inner) = text.strip_suffix('.') else {
            return span.start..end;
        };
        let Some((before, list)) = inner.rsplit_once('.') else {
            return span.start..end;
        };
        let codes = |part: &str| {
            let part = part.trim();
            (2..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic())
        };
        if before.is_empty() && words.len() > 1 || !list.split(',').all(codes) {
            return span.start..end;
        }
        let cut = span.start + before.len();
        let whole = text.get(before.len()..).unwrap_or_default();
        let dated = self.fields(whole, cut);
        if dated && before.bytes().filter(u8::is_ascii_digit).count() >= 4 {
            self.checker.date_limit(span.start..end);
        }
        span.start..cut
    }

    /// `.ti,ab.`; whether a field limits by time.
    fn fields(&mut self, text: &str, start: usize) -> bool {
        let list = text.strip_prefix('.').unwrap_or(text);
        let list = list.strip_suffix('.').unwrap_or(list);
        let mut at = start + 1;
        let mut dated = false;
        for part in list.split(',') {
            let name = part.trim().to_ascii_lowercase();
            dated |= DATES.contains(&name.as_str());
            if !FIELDS.contains(&name.as_str()) && !name.is_empty() {
                self.checker.add(
                    Code::UnknownField,
                    at..at + part.len(),
                    &format!("Ovid has no field `{}`", part.trim()),
                    "the line is refused",
                    "write `.ti,ab,kf.`, or `.mp.` for the usual fields",
                );
            }
            at += part.len() + 1;
        }
        dated
    }

    /// Fields as Embase.com and Web of Science write them.
    fn foreign(&mut self, token: &Token) {
        let lower = token.text.to_ascii_lowercase();
        let colon = lower.find(':').filter(|at| {
            let list = lower.get(at + 1..).unwrap_or_default();
            !list.is_empty()
                && list
                    .split(',')
                    .all(|f| matches!(f, "ti" | "ab" | "kw" | "tn" | "de"))
        });
        let equals = ["ts=", "ti=", "ab=", "ak="];
        let span = if let Some(at) = colon {
            token.span.start + at..token.span.end
        } else if equals.iter().any(|field| lower.starts_with(field)) {
            token.span.start..token.span.start + 3
        } else {
            return;
        };
        self.checker.add(
            Code::UnknownField,
            span,
            "a field of another platform",
            "Ovid does not know it",
            "write the field behind the term: `.ti,ab.`",
        );
    }
}

/// A bare number: a reference.
fn number(token: &Token) -> Option<Refs> {
    if token.kind != Kind::Word || !token.text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number = token.text.parse().ok()?;
    Some(Refs::one(number, token.span.clone()))
}

/// Whether the words end as a heading does: with a slash, or with subheadings behind one.
fn is_heading(words: &[&Token]) -> bool {
    let Some(at) = words
        .iter()
        .position(|t| t.kind == Kind::Word && t.text.contains('/'))
    else {
        return false;
    };
    let slashed = words.get(at).map_or("", |t| t.text);
    let (_, after) = slashed.split_once('/').unwrap_or_default();
    let subheading = |text: &str| {
        text.split(',')
            .all(|part| part.len() <= 2 && part.bytes().all(|b| b.is_ascii_alphabetic()))
    };
    let rest = words.get(at + 1..).unwrap_or_default();
    subheading(after) && rest.iter().all(|t| subheading(t.text) || is_count(t.text))
}

/// Digits, with commas between thousands.
fn is_count(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b',')
}
