//! How the parts of a step hang together: brackets, operators, references to other steps.
//!
//! Every platform turns its tokens into [`Item`]s; what is wrong between them, and the tree that
//! they make, is the same everywhere.

use super::check::{Checker, Code, Platform};
use super::lines::Line;
use super::tokens::Token;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What joins two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    And,
    Or,
    Not,
    /// A proximity operator.
    Near,
}

/// What kind of operand a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Words of the record's text.
    Free,
    /// A subject heading or a publication type.
    Heading,
    /// A limit: a date, a language, a species.
    Limit,
}

/// What an operator joins: a term, a line or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) span: Range<usize>,
    /// The words as written, without quotation marks and fields.
    pub(super) words: String,
    pub(super) class: Class,
}

/// Steps that are referred to, joined by one operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refs {
    pub(super) span: Range<usize>,
    pub(super) op: Op,
    /// Ranges of numbers, both ends included, and where they stand.
    pub(super) ranges: Vec<(u32, u32, Range<usize>)>,
}

/// One part of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    Open(Range<usize>),
    Close(Range<usize>),
    Op(Op, Range<usize>),
    Term(Term),
    Refs(Refs),
}

/// A step with its parts.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) line: Line,
    pub(super) items: Vec<Item>,
}

/// The longest range that is counted: no history has more lines.
const LONGEST: u32 = 10_000;

impl Refs {
    /// A reference to one line.
    pub(super) fn one(number: u32, span: Range<usize>) -> Self {
        Self {
            ranges: vec![(number, number, span.clone())],
            span,
            op: Op::Or,
        }
    }

    /// Every number that is referred to; a range that is written backwards counts as meant.
    pub(super) fn numbers(&self) -> impl Iterator<Item = u32> {
        let each = |(from, to, _): &(u32, u32, Range<usize>)| {
            let (low, high) = (*from.min(to), *from.max(to));
            low..=high.min(low.saturating_add(LONGEST))
        };
        self.ranges.iter().flat_map(each)
    }
}

/// Everything between the items of every step, and between the steps.
pub(super) fn check(checker: &mut Checker, steps: &[Step]) {
    for step in steps {
        Walk::default().over(checker, &step.items);
        near(checker, &super::tree::parse(&step.items));
    }
    references(checker, steps);
}

/// AND inside a group that a proximity operator joins.
fn near(checker: &mut Checker, node: &super::tree::Node) {
    if let super::tree::Node::Near(parts) = node {
        for part in parts {
            if let Some(span) = part.and_span() {
                checker.add(
                    Code::Proximity,
                    span,
                    "AND inside a proximity search",
                    "what must stand near has to be joined by OR",
                    "join the words of the group by OR, or take the AND out of the group",
                );
            }
        }
    }
    for part in node.parts() {
        near(checker, part);
    }
}

#[derive(Debug, Default)]
struct Group {
    open: Option<Range<usize>>,
    first: Option<(Op, Range<usize>)>,
    pending: Option<Range<usize>>,
    operand: Option<Range<usize>>,
    told: bool,
}

#[derive(Debug, Default)]
struct Walk {
    groups: Vec<Group>,
}

impl Walk {
    fn over(&mut self, checker: &mut Checker, items: &[Item]) {
        self.groups.push(Group::default());
        for item in items {
            match item {
                Item::Open(span) => {
                    self.operand(checker, span);
                    self.groups.push(Group {
                        open: Some(span.clone()),
                        ..Group::default()
                    });
                }
                Item::Close(span) => self.close(checker, span),
                Item::Op(op, span) => self.operator(checker, *op, span),
                Item::Term(Term { span, .. }) | Item::Refs(Refs { span, .. }) => {
                    self.operand(checker, span);
                }
            }
        }
        while let Some(group) = self.groups.pop() {
            if let Some(span) = group.pending {
                dangling(checker, span);
            }
            if let Some(open) = group.open {
                checker.add(
                    Code::Unbalanced,
                    open,
                    "a bracket is never closed",
                    "opened here",
                    "close the group with `)`",
                );
            }
        }
    }

    fn operand(&mut self, checker: &mut Checker, span: &Range<usize>) {
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        let before = group.operand.replace(span.clone());
        if group.pending.take().is_none()
            && let Some(before) = before
        {
            checker.add_with(
                Code::ImplicitAnd,
                span.clone(),
                [
                    "no operator stands before this",
                    "it is joined by AND, or refused",
                    "put a phrase in quotation marks, or write the operator that is meant",
                ],
                (before, "after this"),
            );
        }
    }

    fn operator(&mut self, checker: &mut Checker, op: Op, span: &Range<usize>) {
        let Some(group) = self.groups.last_mut() else {
            return;
        };
        if group.operand.is_none() || group.pending.is_some() {
            dangling(checker, span.clone());
            group.pending = Some(span.clone());
            return;
        }
        group.pending = Some(span.clone());
        if op == Op::Near {
            return;
        }
        match &group.first {
            None => group.first = Some((op, span.clone())),
            Some((first, at)) if (*first == Op::Or) != (op == Op::Or) && !group.told => {
                group.told = true;
                let at = at.clone();
                mixed(checker, span.clone(), at);
            }
            Some(_) => {}
        }
    }

    fn close(&mut self, checker: &mut Checker, span: &Range<usize>) {
        if self.groups.len() < 2 {
            checker.add(
                Code::Unbalanced,
                span.clone(),
                "a `)` closes no group",
                "nothing was opened",
                "leave it out, or open the group where it begins",
            );
            return;
        }
        let Some(group) = self.groups.pop() else {
            return;
        };
        if let Some(pending) = group.pending {
            dangling(checker, pending);
        } else if group.operand.is_none() {
            let from = group.open.map_or(span.start, |open| open.start);
            checker.add(
                Code::Dangling,
                from..span.end,
                "a group holds nothing",
                "there is no term in it",
                "leave it out",
            );
        }
        // The next operand is judged by where the whole group ended.
        if let Some(outer) = self.groups.last_mut()
            && let Some(operand) = &mut outer.operand
        {
            operand.end = span.end;
        }
    }
}

fn dangling(checker: &mut Checker, span: Range<usize>) {
    checker.add(
        Code::Dangling,
        span,
        "an operator has no term beside it",
        "it joins nothing",
        "leave it out, or write the term that is missing",
    );
}

fn mixed(checker: &mut Checker, span: Range<usize>, other: Range<usize>) {
    let order = match checker.platform {
        Platform::Pubmed | Platform::Embase => "they run from left to right",
        Platform::Wos => "NOT runs first, then AND, then OR",
        Platform::Ovid | Platform::Cochrane => "the platform's order decides",
    };
    let word = format!("`{}` in the same group", checker.at(&other));
    checker.add_with(
        Code::Mixed,
        span,
        [
            "AND or NOT beside OR without brackets",
            order,
            "put the terms that belong together in brackets",
        ],
        (other, &word),
    );
}

/// References between the steps: missing, to itself or forward; numbers twice; steps not used.
fn references(checker: &mut Checker, steps: &[Step]) {
    let mut by_number: BTreeMap<u32, &Step> = BTreeMap::new();
    for step in steps {
        if let Some(first) = by_number.get(&step.line.number) {
            checker.add_with(
                Code::LineTwice,
                step.line.label.clone(),
                [
                    "two lines have this number",
                    "a reference to it has two meanings",
                    "number the lines as the platform shows them",
                ],
                (first.line.label.clone(), "used first here"),
            );
        } else {
            by_number.insert(step.line.number, step);
        }
    }
    for step in steps {
        for (from, to, span) in refs(step).flat_map(|refs| &refs.ranges) {
            reference(checker, step.line.number, (*from, *to), span, &by_number);
        }
    }
    let Some((last, _)) = by_number.last_key_value() else {
        return;
    };
    let used = reached(*last, &by_number);
    for (number, step) in by_number.iter().filter(|(n, _)| !used.contains(n)) {
        checker.add(
            Code::LineUnused,
            step.line.span(),
            &format!("line {number} is not used"),
            &format!("line {last}, the last, does not come back to it"),
            "join it to the line it belongs to, or leave it out",
        );
    }
}

fn refs(step: &Step) -> impl Iterator<Item = &Refs> {
    step.items.iter().filter_map(|item| match item {
        Item::Refs(refs) => Some(refs),
        Item::Open(_) | Item::Close(_) | Item::Op(..) | Item::Term(_) => None,
    })
}

fn reference(
    checker: &mut Checker,
    own: u32,
    (from, to): (u32, u32),
    span: &Range<usize>,
    lines: &BTreeMap<u32, &Step>,
) {
    let upwards = from..=to.min(from.saturating_add(LONGEST));
    if from > to {
        checker.add(
            Code::LineMissing,
            span.clone(),
            &format!("lines {from} to {to} are no range"),
            "it ends before it begins",
            &format!("write the smaller number first: {to}-{from}"),
        );
        return;
    }
    if let Some(number) = upwards.clone().find(|n| !lines.contains_key(n)) {
        checker.add(
            Code::LineMissing,
            span.clone(),
            &format!("there is no line {number}"),
            "a reference to nothing",
            "write the number of the line that is meant",
        );
    }
    let message = if upwards.contains(&own) {
        format!("line {own} refers to itself")
    } else if let Some(number) = upwards.clone().find(|n| *n > own && lines.contains_key(n)) {
        format!("line {own} refers to line {number}, which comes later")
    } else {
        return;
    };
    checker.add(
        Code::LineLater,
        span.clone(),
        &message,
        "it has no result yet",
        "refer to the lines before it",
    );
}

/// The lines that `last` comes back to, itself among them.
fn reached(last: u32, lines: &BTreeMap<u32, &Step>) -> BTreeSet<u32> {
    let mut found = BTreeSet::new();
    let mut open = vec![last];
    while let Some(number) = open.pop() {
        if found.insert(number)
            && let Some(step) = lines.get(&number)
        {
            open.extend(refs(step).flat_map(Refs::numbers));
        }
    }
    found
}

/// `#12`.
pub(super) fn hash_reference(token: &Token) -> Option<Refs> {
    let number = token.text.strip_prefix('#')?.parse().ok()?;
    Some(Refs::one(number, token.span.clone()))
}

/// A count of hits that was copied with the step: digits at its end, behind an operand.
pub(super) fn drop_count(items: &mut Vec<Item>) {
    // In brackets: `exp Asthma/ (1234)`.
    if let [.., before, Item::Open(_), number, Item::Close(_)] = items.as_slice()
        && counts(before, number)
    {
        items.truncate(items.len() - 3);
        return;
    }
    if let [.., before, last] = items.as_slice()
        && counts(before, last)
    {
        items.pop();
    }
}

/// Whether `last` is a bare number behind an operand.
fn counts(before: &Item, last: &Item) -> bool {
    let digits =
        |words: &str| !words.is_empty() && words.bytes().all(|b| b.is_ascii_digit() || b == b',');
    let count = match last {
        Item::Term(term) => term.class == Class::Free && digits(&term.words),
        // A number without its `#`, which is a reference on Ovid.
        Item::Refs(refs) => match refs.ranges.as_slice() {
            [(number, _, span)] => span.len() == number.to_string().len(),
            _ => false,
        },
        Item::Open(_) | Item::Close(_) | Item::Op(..) => false,
    };
    count && matches!(before, Item::Close(_) | Item::Term(_) | Item::Refs(_))
}

/// `or/1-3,5`, as Ovid joins lines.
pub(super) fn slash_list(token: &Token) -> Option<Refs> {
    let lower = token.text.to_ascii_lowercase();
    let (op, list) = match lower.split_once('/')? {
        ("or", list) => (Op::Or, list),
        ("and", list) => (Op::And, list),
        _ => return None,
    };
    if !list.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let mut at = token.span.end - list.len();
    let mut ranges = Vec::new();
    for part in list.split(',') {
        if let Some((from, to)) = range(part) {
            ranges.push((from, to, at..at + part.len()));
        }
        at += part.len() + 1;
    }
    Some(Refs {
        span: token.span.clone(),
        op,
        ranges,
    })
}

/// `3`, `3-5`, `#3-#5`.
pub(super) fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let text = text.trim();
        text.strip_prefix('#').unwrap_or(text).parse().ok()
    };
    match text.split_once('-') {
        Some((from, to)) => Some((number(from)?, number(to)?)),
        None => number(text).map(|n| (n, n)),
    }
}
