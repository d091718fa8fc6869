//! What PubMed never reports about a strategy, found before it is sent.
//!
//! An unknown field tag is ignored, a tag on a group is dropped, a typographic asterisk is no
//! wildcard, a lower-case operator may be a word, and AND, OR and NOT run left to right without
//! precedence (PubMed User Guide; measured against the service in 2026). Each finding points at
//! its bytes in the query file. A date limit in a strategy that is run again and again hides
//! records that enter PubMed late (PRESS 2015, item 6; Bramer and Bain, JMLA 2017).

use super::is_comment;
use crate::workflow::Diagnostic;
use std::ops::Range;

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// A field tag that PubMed does not have.
    UnknownTag,
    /// A tag behind a group in brackets.
    TagOnGroup,
    /// A typographic quotation mark.
    Quote,
    /// An asterisk of another alphabet.
    Asterisk,
    /// Brackets or quotation marks that do not pair.
    Unbalanced,
    /// `and`, `or`, `not`.
    LowerCase,
    /// AND and OR side by side.
    Mixed,
    /// An operator without something on both sides.
    Dangling,
    /// A proximity search without quotation marks.
    Proximity,
    /// A date limit.
    DateLimit,
}

impl Rule {
    /// The word of `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownTag => "unknown-tag",
            Self::TagOnGroup => "tag-on-group",
            Self::Quote => "typographic-quote",
            Self::Asterisk => "typographic-asterisk",
            Self::Unbalanced => "unbalanced",
            Self::LowerCase => "lower-case-operator",
            Self::Mixed => "mixed-operators",
            Self::Dangling => "dangling-operator",
            Self::Proximity => "proximity-without-quotes",
            Self::DateLimit => "date-limit",
        }
    }
}

/// Something that a check found in a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: Rule,
    /// Where, and what to do.
    pub diagnostic: Diagnostic,
}

/// The tags that PubMed reads, in lower case without spaces around hyphens and slashes.
const TAGS: &[&str] = &[
    "1au",
    "ab",
    "abstract",
    "ad",
    "aff",
    "affiliation",
    "affl",
    "aid",
    "all",
    "all fields",
    "au",
    "aucl",
    "auid",
    "author",
    "author cluster id",
    "author-corporate",
    "author-first",
    "author-identifier",
    "author-last",
    "book",
    "cn",
    "cntr",
    "cntry",
    "cdat",
    "cnty",
    "coln",
    "cois",
    "conflict of interest statements",
    "corporate author",
    "crdt",
    "create date",
    "date-completion",
    "date-create",
    "date-entry",
    "date-entrez",
    "date-mesh",
    "date-modification",
    "date-publication",
    "date of publication",
    "dcom",
    "dep",
    "dp",
    "dso",
    "ec/rn number",
    "ecno",
    "ed",
    "edat",
    "editor",
    "eid",
    "electronic publication date",
    "entry date",
    "epdat",
    "epdt",
    "extended pmid",
    "fau",
    "faut",
    "filt",
    "filter",
    "finv",
    "fir",
    "first author",
    "first author name",
    "full",
    "full author name",
    "full investigator name",
    "gr",
    "grant number",
    "grnt",
    "grants and funding",
    "investigator",
    "ip",
    "ir",
    "is",
    "isbn",
    "iss",
    "issn",
    "issue",
    "jid",
    "jour",
    "journal",
    "jt",
    "la",
    "lang",
    "language",
    "last author",
    "last author name",
    "lastau",
    "laut",
    "lid",
    "location id",
    "lr",
    "majr",
    "majr:noexp",
    "mdat",
    "mesh",
    "mesh date",
    "mesh major topic",
    "mesh major topic:noexp",
    "mesh subheading",
    "mesh subheading:noexp",
    "mesh subheadings",
    "mesh terms",
    "mesh terms:noexp",
    "mesh:noexp",
    "mh",
    "mh:noexp",
    "mhda",
    "modification date",
    "nlm unique id",
    "nm",
    "ot",
    "other term",
    "otrm",
    "owner",
    "own",
    "pa",
    "page",
    "pages",
    "pagination",
    "papx",
    "pdat",
    "personal name as subject",
    "pg",
    "pharmacological action",
    "pid",
    "pl",
    "place of publication",
    "pmc",
    "pmcid",
    "pmid",
    "ppdat",
    "ppdt",
    "print publication date",
    "ps",
    "pt",
    "pt:noexp",
    "ptyp",
    "publication date",
    "publication type",
    "publication type:noexp",
    "publisher",
    "publisher id",
    "pubn",
    "pubmed id",
    "rn",
    "sb",
    "secondary source id",
    "sh",
    "sh:noexp",
    "si",
    "stat",
    "subh",
    "subheading",
    "subject-personal name",
    "subs",
    "subset",
    "substance name",
    "supplementary concept",
    "ta",
    "text word",
    "text words",
    "ti",
    "tiab",
    "titl",
    "title",
    "title/abstract",
    "transliterated title",
    "tt",
    "tw",
    "uid",
    "vi",
    "vol",
    "volume",
    "word",
];

/// Tags of dates that limit a result by time.
const DATES: &[&str] = &[
    "cdat",
    "crdt",
    "create date",
    "date-completion",
    "date-create",
    "date-entry",
    "date-entrez",
    "date-mesh",
    "date-modification",
    "date-publication",
    "date of publication",
    "dcom",
    "dep",
    "dp",
    "edat",
    "electronic publication date",
    "entry date",
    "epdat",
    "epdt",
    "lr",
    "mdat",
    "mesh date",
    "mhda",
    "modification date",
    "pdat",
    "ppdat",
    "ppdt",
    "print publication date",
    "publication date",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Word,
    Phrase,
    Tag,
}

/// Everything that PubMed would read otherwise than it is written.
///
/// ```
/// use perennial::strategy::pubmed::{Rule, check};
/// let found = check("asthma[foo] or wheeze[tiab]", "q.txt");
/// let rules: Vec<Rule> = found.iter().map(|f| f.rule).collect();
/// assert_eq!(rules, [Rule::UnknownTag, Rule::LowerCase]);
/// assert!(check("(asthma[tiab] OR wheez*[tiab]) AND child[mh]", "q.txt").is_empty());
/// ```
pub fn check(text: &str, file: &str) -> Vec<Finding> {
    let mut checker = Checker {
        text,
        file,
        found: Vec::new(),
    };
    let tokens = checker.tokens();
    checker.structure(&tokens);
    checker
        .found
        .sort_by_key(|f| (f.diagnostic.span.start, f.rule));
    checker.found
}

struct Checker<'a> {
    text: &'a str,
    file: &'a str,
    found: Vec<Finding>,
}

impl Checker<'_> {
    fn add(&mut self, rule: Rule, span: Range<usize>, message: &str, label: &str, help: &str) {
        let diagnostic = Diagnostic::new(message, self.file, self.text, span)
            .label(label)
            .help(help);
        self.found.push(Finding { rule, diagnostic });
    }

    /// The tokens of every line that is sent.
    fn tokens(&mut self) -> Vec<(Token, Range<usize>)> {
        let text = self.text;
        let mut sent = Vec::new();
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let bare = line
                .trim_end_matches(['\r', '\n'])
                .trim_start_matches('\u{feff}');
            if !is_comment(bare) {
                sent.extend(line.char_indices().map(|(n, c)| (at + n, c)));
            }
            at += line.len();
        }
        let mut out = Vec::new();
        let mut n = 0;
        while let Some(&(start, c)) = sent.get(n) {
            n += 1;
            match c {
                '(' => out.push((Token::Open, start..start + 1)),
                ')' => out.push((Token::Close, start..start + 1)),
                '"' => {
                    let rest = sent.get(n..).unwrap_or_default();
                    if let Some(length) = rest.iter().position(|(_, c)| *c == '"') {
                        let end = rest.get(length).map_or(start, |(at, _)| *at) + 1;
                        for (at, c) in rest.get(..length).unwrap_or_default() {
                            self.odd(*at, *c);
                        }
                        n += length + 1;
                        out.push((Token::Phrase, start..end));
                    } else {
                        self.add(
                            Rule::Unbalanced,
                            start..start + 1,
                            "a quotation mark is never closed",
                            "opened here",
                            "close the phrase with `\"`",
                        );
                    }
                }
                '[' => {
                    let rest = sent.get(n..).unwrap_or_default();
                    let length = rest.iter().position(|(_, c)| matches!(c, ']' | '[' | '('));
                    match length.and_then(|l| rest.get(l).map(|(at, c)| (l, *at, *c))) {
                        Some((length, end, ']')) => {
                            n += length + 1;
                            let span = start..end + 1;
                            let inside = text.get(start + 1..end).unwrap_or_default().to_owned();
                            self.tag(&inside, span.clone(), out.last());
                            out.push((Token::Tag, span));
                        }
                        _ => self.add(
                            Rule::Unbalanced,
                            start..start + 1,
                            "a field tag is never closed",
                            "opened here",
                            "close the tag with `]`",
                        ),
                    }
                }
                ']' => self.add(
                    Rule::Unbalanced,
                    start..start + 1,
                    "a `]` closes no field tag",
                    "nothing was opened",
                    "write the tag as `[tiab]`, or leave this out",
                ),
                c if c.is_whitespace() => {}
                c => {
                    self.odd(start, c);
                    let mut end = start + c.len_utf8();
                    while let Some(&(at, c)) = sent.get(n) {
                        if c.is_whitespace() || "()[]\"".contains(c) {
                            break;
                        }
                        self.odd(at, c);
                        end = at + c.len_utf8();
                        n += 1;
                    }
                    let word = text.get(start..end).unwrap_or_default();
                    out.push((self.word(word, start..end), start..end));
                }
            }
        }
        out
    }

    fn word(&mut self, word: &str, span: Range<usize>) -> Token {
        let (token, right) = match word.to_ascii_lowercase().as_str() {
            "and" => (Token::And, "AND"),
            "or" => (Token::Or, "OR"),
            "not" => (Token::Not, "NOT"),
            _ => return Token::Word,
        };
        if word != right {
            self.add(
                Rule::LowerCase,
                span,
                &format!("the operator `{word}` is not in upper case"),
                "PubMed may take it for a word",
                &format!("write `{right}`; a word that is meant stands in quotation marks"),
            );
        }
        token
    }

    fn odd(&mut self, at: usize, c: char) {
        let span = at..at + c.len_utf8();
        match c {
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '′' | '″' | '＂' =>
            {
                self.add(
                    Rule::Quote,
                    span,
                    &format!("`{c}` is a typographic quotation mark"),
                    "PubMed searches no phrase with it",
                    "write `\"` (or `'` inside a word); word processors change it",
                );
            }
            '∗' | '＊' | '⁎' | '✱' | '٭' | '﹡' | '✻' => self.add(
                Rule::Asterisk,
                span,
                &format!("`{c}` is no asterisk of the keyboard"),
                "PubMed takes it for no wildcard",
                "write `*`",
            ),
            '（' | '）' | '［' | '］' => self.add(
                Rule::Unbalanced,
                span,
                &format!("`{c}` is no bracket of the keyboard"),
                "PubMed groups nothing with it",
                "write `(`, `)`, `[` or `]`",
            ),
            _ => {}
        }
    }

    fn tag(&mut self, inside: &str, span: Range<usize>, before: Option<&(Token, Range<usize>)>) {
        let name = normal(inside);
        let (name, near) = match name.split_once(":~") {
            Some((name, n)) => (name.to_owned(), Some(n.to_owned())),
            None => (name, None),
        };
        if let Some(distance) = near {
            let field = matches!(
                name.as_str(),
                "ti" | "title" | "tiab" | "title/abstract" | "ad" | "affiliation"
            );
            if !field || distance.is_empty() || !distance.bytes().all(|b| b.is_ascii_digit()) {
                self.add(
                    Rule::UnknownTag,
                    span.clone(),
                    &format!("`[{inside}]` is no proximity search that PubMed has"),
                    "it is ignored without a word",
                    "proximity works as `\"two words\"[tiab:~3]`, in ti, tiab and ad",
                );
            } else if before.is_none_or(|(token, _)| *token != Token::Phrase) {
                self.add(
                    Rule::Proximity,
                    span.clone(),
                    "a proximity search without quotation marks",
                    "PubMed ignores the distance",
                    "put its words in quotation marks: `\"two words\"[tiab:~3]`",
                );
            }
        } else if !TAGS.contains(&name.as_str()) {
            let near = crate::workflow::nearest(&name, TAGS.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `[{near}]`?"),
                None => "the tags are listed in the PubMed User Guide, “Search field tags”".into(),
            };
            self.add(
                Rule::UnknownTag,
                span.clone(),
                &format!("PubMed has no field tag `[{inside}]`"),
                "it is ignored without a word, and all fields are searched",
                &help,
            );
        }
        match before.map(|(token, _)| *token) {
            Some(Token::Close) => self.add(
                Rule::TagOnGroup,
                span.clone(),
                "a field tag stands behind a group",
                "PubMed drops it",
                "put the tag behind each term of the group",
            ),
            Some(Token::Word | Token::Phrase) => {}
            Some(Token::Open | Token::And | Token::Or | Token::Not | Token::Tag) | None => self
                .add(
                    Rule::Dangling,
                    span.clone(),
                    "a field tag stands behind no term",
                    "there is nothing that it could limit",
                    "write the term before the tag",
                ),
        }
        if DATES.contains(&name.as_str()) {
            let from = before.map_or(span.start, |(_, before)| before.start);
            self.add(
                Rule::DateLimit,
                from..span.end,
                "a date limit in a living strategy",
                "records that enter PubMed late are never found",
                "leave the date out: each update sends the whole strategy and keeps what is new",
            );
        }
    }

    /// Brackets, and the operators between the terms of each group.
    fn structure(&mut self, tokens: &[(Token, Range<usize>)]) {
        // For each open group: its bracket, the first AND and OR in it, whether an operand is due.
        let mut groups: Vec<Group> = vec![Group::default()];
        for (token, span) in tokens {
            let Some(group) = groups.last_mut() else {
                return;
            };
            match token {
                Token::Open => {
                    group.operand = true;
                    group.pending = None;
                    groups.push(Group {
                        open: Some(span.clone()),
                        ..Group::default()
                    });
                }
                Token::Close => {
                    if groups.len() == 1 {
                        self.add(
                            Rule::Unbalanced,
                            span.clone(),
                            "a `)` closes no group",
                            "nothing was opened",
                            "leave it out, or open the group where it begins",
                        );
                    } else if let Some(group) = groups.pop() {
                        self.close(&group, span);
                    }
                }
                Token::And | Token::Or | Token::Not => {
                    if !group.operand || group.pending.is_some() {
                        // `AND NOT` is not PubMed's, `NOT` alone at the start neither.
                        self.dangling(span.clone());
                    }
                    if let Some(group) = groups.last_mut() {
                        group.pending = Some(span.clone());
                        match token {
                            Token::And => group.and = group.and.clone().or(Some(span.clone())),
                            Token::Or => group.or = group.or.clone().or(Some(span.clone())),
                            _ => group.not = group.not.clone().or(Some(span.clone())),
                        }
                        let mixed = match (&group.and, &group.not, &group.or) {
                            (Some(a), _, Some(o)) | (None, Some(a), Some(o)) if !group.told => {
                                Some((a.clone(), o.clone()))
                            }
                            _ => None,
                        };
                        if let Some((a, o)) = mixed {
                            group.told = true;
                            self.mixed(span.clone(), &a, &o);
                        }
                    }
                }
                Token::Word | Token::Phrase | Token::Tag => {
                    group.operand = true;
                    group.pending = None;
                }
            }
        }
        while let Some(group) = groups.pop() {
            if let Some(span) = group.pending.clone() {
                self.dangling(span);
            }
            if let Some(open) = group.open {
                self.add(
                    Rule::Unbalanced,
                    open,
                    "a bracket is never closed",
                    "opened here",
                    "close the group with `)`",
                );
            }
        }
    }

    fn close(&mut self, group: &Group, span: &Range<usize>) {
        if let Some(pending) = group.pending.clone() {
            self.dangling(pending);
        } else if !group.operand {
            let from = group.open.as_ref().map_or(span.start, |open| open.start);
            self.add(
                Rule::Dangling,
                from..span.end,
                "a group holds nothing",
                "there is no term in it",
                "leave it out",
            );
        }
    }

    fn dangling(&mut self, span: Range<usize>) {
        self.add(
            Rule::Dangling,
            span,
            "an operator has no term beside it",
            "it joins nothing",
            "leave it out, or write the term that is missing",
        );
    }

    fn mixed(&mut self, span: Range<usize>, a: &Range<usize>, o: &Range<usize>) {
        let other = if span == *o { a.clone() } else { o.clone() };
        let word = self.text.get(other.clone()).unwrap_or_default().to_owned();
        let diagnostic = Diagnostic::new(
            "AND, NOT and OR stand side by side without brackets",
            self.file,
            self.text,
            span,
        )
        .label("PubMed runs them from left to right")
        .help("put the terms that belong together in brackets")
        .context(other, format!("`{word}` in the same group"));
        self.found.push(Finding {
            rule: Rule::Mixed,
            diagnostic,
        });
    }
}

#[derive(Debug, Default)]
struct Group {
    open: Option<Range<usize>>,
    and: Option<Range<usize>>,
    or: Option<Range<usize>>,
    not: Option<Range<usize>>,
    pending: Option<Range<usize>>,
    operand: bool,
    told: bool,
}

/// A tag in lower case, white space collapsed, none around hyphens and slashes.
fn normal(tag: &str) -> String {
    let lower = tag.to_ascii_lowercase();
    let mut out = lower.split_whitespace().collect::<Vec<_>>().join(" ");
    for mark in ["-", "/", ":"] {
        out = out.replace(&format!(" {mark} "), mark);
        out = out.replace(&format!(" {mark}"), mark);
        out = out.replace(&format!("{mark} "), mark);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<(&'static str, String)> {
        check(text, "q.txt")
            .into_iter()
            .map(|f| {
                let at = text.get(f.diagnostic.span.clone()).unwrap().to_owned();
                (f.rule.as_str(), at)
            })
            .collect()
    }

    #[test]
    fn each_silent_fault_is_found_at_its_place() {
        for (text, rule, at) in [
            ("asthma[foo]", "unknown-tag", "[foo]"),
            ("(a OR b)[tiab]", "tag-on-group", "[tiab]"),
            ("“heart failure”[tiab]", "typographic-quote", "“"),
            ("myelom∗[tiab]", "typographic-asterisk", "∗"),
            ("(a[ti] OR b[ti]", "unbalanced", "("),
            ("a[ti] OR b[ti])", "unbalanced", ")"),
            ("\"heart failure[ti]", "unbalanced", "\""),
            ("a[ti] OR b[ti", "unbalanced", "["),
            ("a[ti] and b[ti]", "lower-case-operator", "and"),
            ("a[ti] Or b[ti]", "lower-case-operator", "Or"),
            ("a[ti] AND b[ti] OR c[ti]", "mixed-operators", "OR"),
            ("a[ti] OR b[ti] NOT c[ti]", "mixed-operators", "NOT"),
            ("a[ti] AND OR b[ti]", "dangling-operator", "OR"),
            ("(a[ti] OR)", "dangling-operator", "OR"),
            ("a[ti] AND 2020:2024[dp]", "date-limit", "2020:2024[dp]"),
            (
                "a[ti] AND \"2020\"[Date - Publication]",
                "date-limit",
                "\"2020\"[Date - Publication]",
            ),
            (
                "two words[tiab:~3]",
                "proximity-without-quotes",
                "[tiab:~3]",
            ),
        ] {
            let found = rules(text);
            assert!(found.contains(&(rule, at.to_owned())), "{text}: {found:?}");
        }
    }

    #[test]
    fn good_strategies_have_no_finding() {
        for text in [
            "(\"Multiple Myeloma\"[Mesh] OR myelom*[tiab]) AND trial[pt] NOT (animals[mh] NOT humans[mh])",
            "# a comment (with [this and that\nasthma[tiab]\nOR wheeze[Title/Abstract]",
            "\"drug therapy\"[Mesh Subheading] OR \"x and y\"[tiab] OR \"a b\"[tiab:~5]",
            "randomized controlled trial[Publication Type] OR \"asthma\"[MeSH Terms:noexp]",
            "smith j[au] OR 12345678[uid] OR systematic[sb]",
        ] {
            assert_eq!(rules(text), [], "{text}");
        }
    }

    #[test]
    fn any_text_can_be_checked() {
        for text in [
            "",
            "[",
            "]",
            "(((",
            "\"",
            "[]",
            "()",
            "é[",
            "\u{feff}# x\n",
            "NOT",
            "[ti]",
        ] {
            let _ = check(text, "q.txt");
        }
    }
}
