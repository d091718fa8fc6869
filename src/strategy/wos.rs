//! What Web of Science would refuse or read otherwise in a strategy of its advanced search.
//!
//! Fields stand before their terms (`TS=(myelom* OR "plasma cell")`), words side by side are
//! joined by AND, three letters stand before a wildcard, `$` does not work in quotation marks, and
//! NEAR takes up to 15 words (Web of Science help, “Search Rules”, “Wildcards”, “Search
//! Operators”).

use super::check::{Checker, Code, Finding, Platform};
use super::foreign;
use super::lines::lines;
use super::structure::{self, Class, Item, Step, Term};
use super::tokens::{Kind, Style, Token, tokens};
use super::words::{operator, wildcards};
use std::ops::Range;

/// What stands before `=`.
const FIELDS: &[&str] = &[
    "ab", "ad", "ai", "ak", "all", "au", "cf", "ci", "cl", "ct", "cu", "do", "doi", "dop", "dt",
    "ed", "fd", "fg", "fo", "fpy", "ft", "gp", "is", "isbn", "issn", "kp", "la", "ld", "lt", "oa",
    "og", "oo", "pi", "pmid", "ps", "publ", "py", "sa", "sdg", "sg", "si", "so", "su", "ta", "ti",
    "tmac", "tmic", "tmso", "ts", "ud", "ut", "wc", "zp",
];

/// Fields that limit by time.
const DATES: &[&str] = &["py", "fpy", "dop", "ld", "ud"];

/// Everything that Web of Science would refuse or read otherwise.
///
/// ```
/// use perennial::strategy::wos::check;
/// let found = check("#1 TS=(myelom# OR plasmacyt*)\n", "q.txt");
/// assert_eq!(found[0].code.as_str(), "wildcard");
/// assert!(check("#1 TS=(cd38 NEAR/3 antibod*)\n#2 TI=myelom* AND #1", "q.txt").is_empty());
/// ```
pub fn check(text: &str, file: &str) -> Vec<Finding> {
    let mut checker = Checker::new(Platform::Wos, text, file);
    let steps = steps(&mut checker);
    structure::check(&mut checker, &steps);
    checker.found
}

/// The strategy in its parts.
pub(super) fn steps(checker: &mut Checker) -> Vec<Step> {
    let lines = lines(checker.text, |line| line.contains('#'));
    lines
        .into_iter()
        .map(|line| {
            let tokens = tokens(checker, &line, Style::default());
            let mut reader = Reader::default();
            for token in &tokens {
                reader.read(checker, token);
            }
            structure::drop_count(&mut reader.out);
            Step {
                line,
                items: reader.out,
            }
        })
        .collect()
}

#[derive(Debug, Default)]
struct Reader {
    out: Vec<Item>,
    /// The field that the next operand belongs to, and where it stands.
    field: Option<(String, usize)>,
    /// The fields of the groups around this place.
    around: Vec<Option<String>>,
    /// Whether a term without a field was told.
    told: bool,
}

impl Reader {
    fn read(&mut self, checker: &mut Checker, token: &Token) {
        let span = token.span.clone();
        match token.kind {
            Kind::Open => {
                let outer = self.around.last().cloned().flatten();
                let own = self.field.take().map(|(name, _)| name);
                self.around.push(own.or(outer));
                self.out.push(Item::Open(span));
            }
            Kind::Close => {
                self.around.pop();
                self.out.push(Item::Close(span));
            }
            Kind::Phrase => {
                wildcards(checker, token.bare(), token.bare_start(), true);
                self.term(checker, span, token.bare());
            }
            Kind::Square | Kind::Brace => {
                foreign::tag(checker, token, "the field before the term: `TS=…`");
                self.out.push(Item::Term(Term {
                    span,
                    words: String::new(),
                    class: Class::Limit,
                }));
            }
            Kind::Word => self.word(checker, token),
        }
    }

    fn word(&mut self, checker: &mut Checker, token: &Token) {
        if let Some(refs) = structure::hash_reference(token) {
            self.out.push(Item::Refs(refs));
        } else if let Some(item) = operator(checker, token) {
            self.out.push(item);
        } else if let Some(refs) = foreign::list(checker, token, "#1 OR #2 OR #3") {
            self.out.push(Item::Refs(refs));
        } else if let Some((name, rest)) = token.text.split_once('=') {
            self.begin(checker, token, name);
            if !rest.is_empty() {
                let start = token.span.end - rest.len();
                wildcards(checker, rest, start, false);
                self.term(checker, start..token.span.end, rest);
            }
        } else {
            self.plain(checker, token);
        }
    }

    fn begin(&mut self, checker: &mut Checker, token: &Token, name: &str) {
        let lower = name.to_ascii_lowercase();
        if !FIELDS.contains(&lower.as_str()) {
            checker.add(
                Code::UnknownField,
                token.span.start..token.span.start + name.len(),
                &format!("Web of Science has no field `{name}`"),
                "the line is refused",
                "write `TS=` for topic, `TI=`, `AB=` or `AK=`",
            );
        }
        self.field = Some((lower, token.span.start));
    }

    fn plain(&mut self, checker: &mut Checker, token: &Token) {
        let start = token.span.start;
        let behind = token.glued && matches!(self.out.last(), Some(Item::Close(_) | Item::Term(_)));
        if behind && token.text.starts_with(['.', ':', '/']) {
            self.suffix(checker, token.span.clone(), token.text);
            return;
        }
        let cut = token.text.find([':', '/']).filter(|at| {
            let tail = token.text.get(at + 1..).unwrap_or_default();
            let name = |part: &str| matches!(part, "ti" | "ab" | "kw" | "exp" | "de" | "tw" | "mj");
            !tail.is_empty() && tail.to_ascii_lowercase().split(',').all(name)
        });
        if let Some((head, tail)) = cut.and_then(|cut| token.text.split_at_checked(cut)) {
            self.suffix(checker, start + head.len()..token.span.end, tail);
            self.term(checker, start..start + head.len(), head);
            return;
        }
        foreign::field(checker, token, "the field before the term: `TS=…`");
        wildcards(checker, token.text, start, false);
        self.term(checker, token.span.clone(), token.text);
    }

    /// A field behind a term, as other platforms write it.
    fn suffix(&mut self, checker: &mut Checker, span: Range<usize>, text: &str) {
        self.told = true;
        checker.add(
            Code::UnknownField,
            span,
            &format!("`{text}` is a field of another platform"),
            "Web of Science does not know it",
            "write the field before the term: `TS=…`, `TI=…`",
        );
    }

    fn term(&mut self, checker: &mut Checker, span: Range<usize>, words: &str) {
        let own = self.field.take();
        let start = own.as_ref().map_or(span.start, |(_, start)| *start);
        let name = own.map(|(name, _)| name);
        let name = name.or_else(|| self.around.last().cloned().flatten());
        let is_date = name.as_ref().is_some_and(|n| DATES.contains(&n.as_str()));
        let is_text = name
            .as_ref()
            .is_none_or(|n| matches!(n.as_str(), "ts" | "ti" | "ab" | "ak" | "kp" | "all"));
        if name.is_none() && !self.told {
            self.told = true;
            checker.add(
                Code::FieldMissing,
                span.clone(),
                "a term without a field",
                "all fields are searched, addresses too",
                "write the field before it: `TS=…` for topic",
            );
        }
        if is_date {
            checker.date_limit(start..span.end);
        }
        let class = if is_text { Class::Free } else { Class::Limit };
        self.out.push(Item::Term(Term {
            span: start..span.end,
            words: words.to_owned(),
            class,
        }));
    }
}
