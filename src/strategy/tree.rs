//! The items of a step as a tree, for what needs to know which operator joins what.
//!
//! Proximity binds first, the rest runs from left to right; a group is one operand. Brackets that
//! do not pair are read as if they did: other rules tell of them.

use super::structure::{Item, Op, Refs, Term};
use std::ops::Range;

/// A part of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Term(Term),
    Refs(Refs),
    /// The parts, and where the first AND stands.
    And(Vec<Node>, Range<usize>),
    Or(Vec<Node>),
    /// What is kept, and what is taken out.
    Not(Box<(Node, Node)>),
    Near(Vec<Node>),
    Empty,
}

/// Groups in groups that are followed; deeper ones are left out.
const DEEPEST: usize = 50;
/// Changes of operator in one group that are followed.
const CHANGES: usize = 40;

impl Node {
    /// The parts it is made of.
    pub(super) fn parts(&self) -> Vec<&Node> {
        match self {
            Self::And(parts, _) | Self::Or(parts) | Self::Near(parts) => parts.iter().collect(),
            Self::Not(both) => vec![&both.0, &both.1],
            Self::Term(_) | Self::Refs(_) | Self::Empty => Vec::new(),
        }
    }

    /// Where the first AND in it stands.
    pub(super) fn and_span(&self) -> Option<Range<usize>> {
        match self {
            Self::And(_, span) => Some(span.clone()),
            other => other.parts().into_iter().find_map(Node::and_span),
        }
    }

    fn join(self, op: Op, right: Node, at: &Range<usize>) -> Node {
        match (op, self) {
            (Op::And, Self::And(mut parts, span)) => {
                parts.push(right);
                Self::And(parts, span)
            }
            (Op::Or, Self::Or(mut parts)) => {
                parts.push(right);
                Self::Or(parts)
            }
            (Op::Near, Self::Near(mut parts)) => {
                parts.push(right);
                Self::Near(parts)
            }
            (Op::And, left) => Self::And(vec![left, right], at.clone()),
            (Op::Or, left) => Self::Or(vec![left, right]),
            (Op::Not, left) => Self::Not(Box::new((left, right))),
            (Op::Near, left) => Self::Near(vec![left, right]),
        }
    }
}

/// The tree of `items`.
pub(super) fn parse(items: &[Item]) -> Node {
    let mut parser = Parser {
        items: items.iter(),
    };
    let mut whole = parser.group(0);
    // A `)` too many ends a group early: what follows is joined to it.
    while let Some((rest, at)) = parser.after() {
        whole = whole.join(Op::And, rest, &at);
    }
    whole
}

struct Parser<'a> {
    items: std::slice::Iter<'a, Item>,
}

impl Parser<'_> {
    fn after(&mut self) -> Option<(Node, Range<usize>)> {
        let left = self.items.as_slice();
        let at = match left.first()? {
            Item::Open(span) | Item::Close(span) | Item::Op(_, span) => span.clone(),
            Item::Term(term) => term.span.clone(),
            Item::Refs(refs) => refs.span.clone(),
        };
        Some((self.group(0), at))
    }

    /// The operands up to the end of the group, joined.
    fn group(&mut self, depth: usize) -> Node {
        let mut parts: Vec<(Op, Range<usize>, Node)> = Vec::new();
        let mut pending: Option<(Op, Range<usize>)> = None;
        while let Some(item) = self.items.next() {
            let (node, at) = match item {
                Item::Close(_) => break,
                Item::Op(op, span) => {
                    pending = Some((*op, span.clone()));
                    continue;
                }
                Item::Open(span) if depth < DEEPEST => (self.group(depth + 1), span.clone()),
                Item::Open(_) => {
                    self.skip();
                    continue;
                }
                Item::Term(term) => (Node::Term(term.clone()), term.span.clone()),
                Item::Refs(refs) => (Node::Refs(refs.clone()), refs.span.clone()),
            };
            let (op, at) = pending.take().unwrap_or((Op::And, at));
            match parts.pop() {
                Some((first, from, left)) if op == Op::Near => {
                    parts.push((first, from, left.join(op, node, &at)));
                }
                before => {
                    parts.extend(before);
                    parts.push((op, at, node));
                }
            }
        }
        let mut parts = parts.into_iter();
        let mut whole = parts.next().map_or(Node::Empty, |(_, _, node)| node);
        let (mut before, mut changes) = (Op::Near, 0);
        for (op, at, right) in parts {
            changes += usize::from(op != before || op == Op::Not);
            before = op;
            if changes <= CHANGES {
                whole = whole.join(op, right, &at);
            }
        }
        whole
    }

    fn skip(&mut self) {
        let mut open = 1;
        for item in self.items.by_ref() {
            match item {
                Item::Open(_) => open += 1,
                Item::Close(_) => open -= 1,
                Item::Op(..) | Item::Term(_) | Item::Refs(_) => {}
            }
            if open == 0 {
                return;
            }
        }
    }
}
