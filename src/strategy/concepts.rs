//! Concepts that differ between the strategies of one review.
//!
//! A strategy joins its concepts by AND, and the terms of a concept by OR. The strategies for
//! several databases are translations of one another, so that a term which most of them have and
//! one lacks was likely forgotten there (PRESS 2015, item 1: translation). Subject headings cover
//! a term but are never asked for, as each database has its own.

use super::check::{Checker, Code, Finding, Platform};
use super::structure::{Class, Item, Op, Refs, Step, Term};
use super::tokens::{Kind, Style, tokens};
use super::tree::{Node, parse};
use super::{cochrane, embase, lines, ovid, wos};
use crate::workflow::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What most strategies have and one lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The source whose strategy lacks it.
    pub source: String,
    /// What it lacks.
    pub lacks: Lacks,
    /// The sources that have it.
    pub have: Vec<String>,
    /// The bytes of the strategy where it would stand; none where the whole concept lacks.
    pub place: Option<Range<usize>>,
}

/// What a strategy lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lacks {
    /// A term of a concept, in normalised words.
    Term(String),
    /// A whole concept, named by some of its terms.
    Concept(Vec<String>),
}

impl Difference {
    /// The difference as a warning about the strategy that lacks something.
    pub fn finding(&self, text: &str, file: &str) -> Finding {
        let have: Vec<&str> = self.have.iter().map(String::as_str).collect();
        let have = match have.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => have.concat(),
        };
        let place = self.place.clone().unwrap_or_else(|| last_line(text));
        let (code, message, label, help) = match &self.lacks {
            Lacks::Term(term) => (
                Code::ConceptTerm,
                format!("`{term}` is missing here: {have} search for it"),
                "this concept's terms end here",
                "add it, or leave it where this source has no use for it",
            ),
            Lacks::Concept(terms) => (
                Code::ConceptMissing,
                format!(
                    "the concept of `{}` is missing here: {have} search for it",
                    terms.join("`, `")
                ),
                "the strategy ends without it",
                "add it with AND, or leave it where this source holds nothing else",
            ),
        };
        let diagnostic = Diagnostic::new(message, file, text, place)
            .label(label)
            .help(help);
        Finding {
            code,
            severity: code.severity(),
            diagnostic,
        }
    }
}

/// The last line that is sent.
fn last_line(text: &str) -> Range<usize> {
    let lines = lines::lines(text, |_| true);
    let last = lines.last().and_then(|line| line.parts.last());
    last.cloned().unwrap_or_default()
}

/// One strategy's concept.
#[derive(Debug, Default)]
struct Concept {
    /// Terms of the text, as patterns: lower case, one space, `*` and `?`.
    free: BTreeSet<String>,
    /// The subject headings of the concept.
    headings: BTreeSet<String>,
    /// Where its last term of the text stands.
    place: Option<Range<usize>>,
}

/// What differs between the concepts of `strategies`: source, platform and text of each.
///
/// ```
/// use perennial::strategy::{Platform, concepts::{Lacks, compare}};
/// let found = compare(&[
///     ("PubMed", Platform::Pubmed, "(asthma[tiab] OR wheez*[tiab]) AND child[tiab]"),
///     ("Embase", Platform::Embase, "(asthma:ti OR wheez*:ti) AND child:ti"),
///     ("WoS", Platform::Wos, "TS=asthma AND TS=child"),
/// ]);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].source, "WoS");
/// assert_eq!(found[0].lacks, Lacks::Term("wheez".to_owned()));
/// ```
pub fn compare(strategies: &[(&str, Platform, &str)]) -> Vec<Difference> {
    let all: Vec<(usize, Concept)> = strategies
        .iter()
        .enumerate()
        .flat_map(|(n, (_, platform, text))| {
            concepts(*platform, text).into_iter().map(move |c| (n, c))
        })
        .collect();
    let mut out = Vec::new();
    for group in groups(&all) {
        differences(strategies, &group, &mut out);
    }
    out.sort_by_key(|d| {
        let number = strategies.iter().position(|(name, ..)| *name == d.source);
        (number, d.place.as_ref().map(|p| p.start), words(&d.lacks))
    });
    out
}

fn words(lacks: &Lacks) -> String {
    match lacks {
        Lacks::Term(term) => term.clone(),
        Lacks::Concept(terms) => terms.join(" "),
    }
}

/// Concepts that share a term, and those that share one with them.
fn groups(all: &[(usize, Concept)]) -> Vec<Vec<&(usize, Concept)>> {
    let mut groups: Vec<Vec<&(usize, Concept)>> = Vec::new();
    for concept in all {
        let shares = |other: &&(usize, Concept)| {
            let plain =
                |c: &Concept| -> BTreeSet<String> { c.free.iter().map(|t| stem(t)).collect() };
            !plain(&other.1).is_disjoint(&plain(&concept.1))
        };
        let (mut together, apart): (Vec<_>, Vec<_>) = groups
            .into_iter()
            .partition(|group| group.iter().any(&shares));
        groups = apart;
        let mut joined: Vec<_> = together.drain(..).flatten().collect();
        joined.push(concept);
        groups.push(joined);
    }
    groups
}

fn differences(
    strategies: &[(&str, Platform, &str)],
    group: &[&(usize, Concept)],
    out: &mut Vec<Difference>,
) {
    let mut by_source: BTreeMap<usize, Vec<&Concept>> = BTreeMap::new();
    for (source, concept) in group {
        by_source.entry(*source).or_default().push(concept);
    }
    let name = |n: usize| strategies.get(n).map_or("", |(name, ..)| *name).to_owned();
    let names = |numbers: &[usize]| numbers.iter().map(|n| name(*n)).collect();
    let here: Vec<usize> = by_source.keys().copied().collect();
    let terms: BTreeMap<String, &str> = by_source
        .values()
        .flatten()
        .flat_map(|concept| &concept.free)
        .map(|pattern| (stem(pattern), pattern.as_str()))
        .filter(|(term, _)| !term.contains(['*', '?']) && term.len() > 1)
        .collect();
    if most(here.len(), strategies.len()) {
        for n in (0..strategies.len()).filter(|n| !by_source.contains_key(n)) {
            // Terms that every strategy of the group has name the concept best.
            let common = |(term, pattern): &(&String, &&str)| {
                let mut each = by_source.values();
                each.all(|concepts| covers(concepts, term, pattern))
            };
            let shared = terms.iter().filter(common).take(4);
            let named: Vec<String> = shared.map(|(term, _)| term.clone()).collect();
            let any = terms.keys().take(4).cloned().collect();
            out.push(Difference {
                source: name(n),
                lacks: Lacks::Concept(if named.is_empty() { any } else { named }),
                have: names(&here),
                place: None,
            });
        }
    }
    for (term, pattern) in terms {
        let (have, lack): (Vec<usize>, Vec<usize>) = here.iter().partition(|n| {
            by_source
                .get(n)
                .is_some_and(|concepts| covers(concepts, &term, pattern))
        });
        // A source that only has it in wider words does not ask for it.
        let written = by_source.values().filter(|concepts| {
            concepts
                .iter()
                .any(|c| c.free.iter().any(|pattern| same(pattern, &term)))
        });
        if !most(have.len(), here.len()) || written.count() < 2 {
            continue;
        }
        for n in lack {
            let concepts = by_source.get(&n).into_iter().flatten();
            out.push(Difference {
                source: name(n),
                lacks: Lacks::Term(term.clone()),
                have: names(&have),
                place: concepts.filter_map(|c| c.place.clone()).next_back(),
            });
        }
    }
}

/// More than half of at least three.
fn most(n: usize, of: usize) -> bool {
    of >= 3 && n * 2 > of && n < of
}

/// Whether a strategy finds `term`: as it stands, in wider words, by a heading, or, where another
/// writes it as `pattern`, by words that this pattern stands for.
fn covers(concepts: &[&Concept], term: &str, pattern: &str) -> bool {
    concepts.iter().any(|concept| {
        let mut all = concept.free.iter().chain(&concept.headings);
        all.any(|ours| wider(ours, term) || matches(pattern, &stem(ours)))
    })
}

/// Whether records with `term` are found by `pattern`: its words stand in it, in their order.
fn wider(pattern: &str, term: &str) -> bool {
    if same(pattern, term) {
        return true;
    }
    let ours: Vec<&str> = pattern.split(' ').collect();
    let theirs: Vec<&str> = term.split(' ').collect();
    theirs
        .windows(ours.len().max(1))
        .any(|window| window.iter().zip(&ours).all(|(word, p)| matches(p, word)))
}

/// Whether a pattern and a term without signs are one: `wheez*` is `wheez`.
fn same(pattern: &str, term: &str) -> bool {
    stem(pattern) == *term || matches(pattern, term)
}

/// A pattern without the signs at its ends.
fn stem(pattern: &str) -> String {
    pattern.trim_matches(['*', '?']).to_owned()
}

/// `*` is any letters, `?` is one or none.
fn matches(pattern: &str, text: &str) -> bool {
    let mut reach: BTreeSet<usize> = BTreeSet::from([0]);
    let text: Vec<char> = text.chars().collect();
    for sign in pattern.chars() {
        let Some(first) = reach.first().copied() else {
            return false;
        };
        reach = match sign {
            '*' => (first..=text.len()).collect(),
            '?' => reach
                .iter()
                .flat_map(|at| [*at, (at + 1).min(text.len())])
                .collect(),
            c => reach
                .iter()
                .filter(|at| text.get(**at) == Some(&c))
                .map(|at| at + 1)
                .collect(),
        };
    }
    reach.contains(&text.len())
}

/// The concepts of one strategy, without those that hold no words.
fn concepts(platform: Platform, text: &str) -> Vec<Concept> {
    let mut checker = Checker::new(platform, text, "");
    let steps = match platform {
        Platform::Pubmed => pubmed(&mut checker),
        Platform::Ovid => ovid::steps(&mut checker),
        Platform::Embase => embase::steps(&mut checker),
        Platform::Cochrane => cochrane::steps(&mut checker),
        Platform::Wos => wos::steps(&mut checker),
    };
    let mut reader = Reader {
        platform,
        steps: steps
            .iter()
            .map(|s| (s.line.number, parse(&s.items)))
            .collect(),
        open: BTreeSet::new(),
        budget: 20_000,
    };
    let Some(last) = reader.steps.keys().next_back().copied() else {
        return Vec::new();
    };
    let mut out = reader.line(last);
    out.retain(|concept| !concept.free.is_empty());
    out
}

struct Reader {
    platform: Platform,
    steps: BTreeMap<u32, Node>,
    /// Lines that are being read: a circle of references ends here.
    open: BTreeSet<u32>,
    /// References that are still followed.
    budget: u32,
}

impl Reader {
    /// The concepts that a line joins by AND.
    fn line(&mut self, number: u32) -> Vec<Concept> {
        let Some(node) = self.steps.get(&number).cloned() else {
            return Vec::new();
        };
        if self.budget == 0 || !self.open.insert(number) {
            return Vec::new();
        }
        self.budget -= 1;
        let out = self.joined(&node);
        self.open.remove(&number);
        out
    }

    /// The concepts of a part.
    fn joined(&mut self, node: &Node) -> Vec<Concept> {
        match node {
            Node::And(parts, _) => parts.iter().flat_map(|part| self.joined(part)).collect(),
            Node::Not(both) => self.joined(&both.0),
            Node::Refs(refs) => {
                let single = refs.numbers().take(2).count() == 1;
                if refs.op == Op::And || single {
                    refs.numbers().flat_map(|n| self.line(n)).collect()
                } else {
                    vec![self.alternatives(node)]
                }
            }
            Node::Or(_) | Node::Term(_) | Node::Near(_) => vec![self.alternatives(node)],
            Node::Empty => Vec::new(),
        }
    }

    /// The terms that a part joins by OR; combinations inside are left out.
    fn alternatives(&mut self, node: &Node) -> Concept {
        let mut out = Concept::default();
        match node {
            Node::Or(parts) => {
                for part in parts {
                    out.take(self.alternatives(part));
                }
            }
            Node::Not(both) => out.take(self.alternatives(&both.0)),
            Node::Term(term) => out.term(self.platform, term),
            Node::Refs(refs) => self.lines(refs, &mut out),
            Node::And(..) | Node::Near(_) | Node::Empty => {}
        }
        out
    }

    fn lines(&mut self, refs: &Refs, out: &mut Concept) {
        for number in refs.numbers() {
            // A line that joins several concepts is not an alternative to one.
            let mut found = self.line(number);
            if let (Some(one), true) = (found.pop(), found.is_empty()) {
                out.take(one);
            }
        }
    }
}

impl Concept {
    fn take(&mut self, other: Concept) {
        self.free.extend(other.free);
        self.headings.extend(other.headings);
        self.place = other.place.or(self.place.take());
    }

    fn term(&mut self, platform: Platform, term: &Term) {
        let words = normal(platform, &term.words);
        match term.class {
            _ if words.is_empty() => {}
            Class::Free => {
                self.free.insert(words);
                self.place = Some(term.span.clone());
            }
            Class::Heading => {
                self.headings.insert(words);
            }
            Class::Limit => {}
        }
    }
}

/// Words in lower case with one space between, the wildcards as `*` and `?`.
fn normal(platform: Platform, words: &str) -> String {
    let mut out = String::new();
    for c in words.to_lowercase().chars() {
        match (platform, c) {
            (Platform::Ovid, '$' | ':') => out.push('*'),
            (Platform::Ovid, '#') | (Platform::Embase | Platform::Wos, '$') => out.push('?'),
            (_, '*' | '?') => out.push(c),
            (_, c) if c.is_alphanumeric() => out.push(c),
            (_, '\'' | '’') => {}
            _ => out.push(' '),
        }
    }
    // `antibod$2`: the number belongs to the sign.
    let words = out
        .split_whitespace()
        .map(|word| match word.split_once('*') {
            Some((root, rest)) if rest.chars().all(|c| c.is_ascii_digit()) => format!("{root}*"),
            _ => word.to_owned(),
        });
    words.collect::<Vec<_>>().join(" ")
}

/// A PubMed strategy in its parts: terms run up to their tag.
fn pubmed(checker: &mut Checker) -> Vec<Step> {
    let lines = lines::lines(checker.text, |_| false);
    let mut steps = Vec::new();
    for line in lines {
        let tokens = tokens(checker, &line, Style::default());
        let mut items: Vec<Item> = Vec::new();
        let mut joins = false;
        for token in &tokens {
            let span = token.span.clone();
            let item = match (token.kind, token.text.to_ascii_uppercase().as_str()) {
                (Kind::Open, _) => Item::Open(span),
                (Kind::Close, _) => Item::Close(span),
                (Kind::Word, "AND") => Item::Op(Op::And, span),
                (Kind::Word, "OR") => Item::Op(Op::Or, span),
                (Kind::Word, "NOT") => Item::Op(Op::Not, span),
                (Kind::Square | Kind::Brace, tag) => {
                    if let Some(Item::Term(term)) = items.last_mut() {
                        term.class = tagged(tag);
                        term.span.end = span.end;
                    }
                    joins = false;
                    continue;
                }
                (Kind::Word | Kind::Phrase, _) => {
                    if let (true, Some(Item::Term(term))) = (joins, items.last_mut()) {
                        term.words = format!("{} {}", term.words, token.bare());
                        term.span.end = span.end;
                        continue;
                    }
                    joins = true;
                    items.push(Item::Term(Term {
                        span,
                        words: token.bare().to_owned(),
                        class: Class::Free,
                    }));
                    continue;
                }
            };
            joins = false;
            items.push(item);
        }
        steps.push(Step { line, items });
    }
    steps
}

/// What a tag of PubMed makes of its term.
fn tagged(tag: &str) -> Class {
    let tag = tag.trim_matches(['[', ']']).to_ascii_lowercase();
    let name = tag.split(':').next().unwrap_or_default().trim();
    match name {
        "ti" | "ab" | "tiab" | "title" | "abstract" | "title/abstract" | "tw" | "text word"
        | "all" | "all fields" | "ot" | "other term" => Class::Free,
        "mesh"
        | "mh"
        | "mesh terms"
        | "majr"
        | "nm"
        | "supplementary concept"
        | "pt"
        | "publication type"
        | "sh"
        | "subheading"
        | "substance name" => Class::Heading,
        _ => Class::Limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(platform: Platform, text: &str) -> Vec<Vec<String>> {
        let concepts = concepts(platform, text);
        let free = concepts.into_iter().map(|c| c.free.into_iter().collect());
        free.collect()
    }

    #[test]
    fn one_strategy_in_five_languages_has_the_same_concepts() {
        let asked = [vec!["heart failure", "wheez*"], vec!["child*", "wom?n"]];
        for (platform, text) in [
            (
                Platform::Pubmed,
                "(heart failure[tiab] OR \"Asthma\"[Mesh] OR wheez*[tw]) AND (child*[ti] OR wom?n[tiab]) NOT (x[mh])",
            ),
            (
                Platform::Ovid,
                "1 exp Asthma/\n2 (heart failure or wheez$).ti,ab.\n3 or/1-2\n4 child*.ti. or wom#n.tw.\n5 3 and 4\n6 limit 5 to humans",
            ),
            (
                Platform::Embase,
                "#1 'asthma'/exp OR 'heart failure':ti OR wheez*:ti,ab\n#2 child*:ti OR wom?n:ti\n#3 #1 AND #2 NOT [medline]/lim",
            ),
            (
                Platform::Cochrane,
                "#1 MeSH descriptor: [Asthma] explode all trees\n#2 (\"heart failure\" OR wheez*):ti,ab\n#3 {OR #1-#2}\n#4 (child* OR wom?n):ti\n#5 #3 AND #4",
            ),
            (
                Platform::Wos,
                "#1 TS=(\"heart-failure\" OR wheez*)\n#2 TI=(child* OR wom?n)\n#3 #1 AND #2 AND LA=English",
            ),
        ] {
            assert_eq!(terms(platform, text), asked, "{text}");
        }
    }

    #[test]
    fn a_wider_word_or_a_heading_covers_a_term() {
        let of = |wos| {
            let all = [
                (
                    "A",
                    Platform::Pubmed,
                    "(cd38[tiab] OR anti-cd38 antibody[tiab] OR darzalex[tiab]) AND b[ti]",
                ),
                (
                    "B",
                    Platform::Embase,
                    "(cd38:ti OR 'anti cd38 antibody':ti OR darzalex:ti) AND b:ti",
                ),
                ("C", Platform::Ovid, wos),
            ];
            let found = compare(&all);
            found
                .iter()
                .map(|d| (d.source.clone(), words(&d.lacks)))
                .collect::<Vec<_>>()
        };
        assert_eq!(of("(cd38 or exp Darzalex/).ti. and b.ti."), []);
        assert_eq!(
            of("cd38.ti. and b.ti."),
            [("C".to_owned(), "darzalex".to_owned())]
        );
        assert_eq!(of("(cd38 or darz*).ti. and b*.ti."), []);
        assert!(!matches("random*", "phase 3") && matches("random*", "randomised"));
    }

    #[test]
    fn a_concept_that_one_strategy_lacks_is_named_once() {
        let found = compare(&[
            (
                "A",
                Platform::Wos,
                "TS=(asthma) AND TS=(random* OR placebo)",
            ),
            (
                "B",
                Platform::Embase,
                "asthma:ti AND (random*:ti OR placebo:ab)",
            ),
            ("C", Platform::Cochrane, "asthma:ti"),
        ]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].source, "C");
        assert_eq!(found[0].have, ["A", "B"]);
        assert_eq!(found[0].place, None);
        assert_eq!(
            found[0].lacks,
            Lacks::Concept(vec!["placebo".to_owned(), "random".to_owned()])
        );
    }

    #[test]
    fn two_strategies_have_no_most() {
        let two = [
            ("A", Platform::Wos, "TS=(asthma OR wheeze)"),
            ("B", Platform::Wos, "TS=asthma"),
        ];
        assert_eq!(compare(&two), []);
        assert_eq!(compare(&[]), []);
    }

    #[test]
    fn lines_that_go_round_in_circles_end() {
        let circle = "#1 #2 OR a:ti\n#2 #1 OR b:ti\n#3 #1 AND #2 AND {OR #1-#99999999}";
        for platform in Platform::ALL {
            let _ = terms(platform, circle);
        }
    }
}
