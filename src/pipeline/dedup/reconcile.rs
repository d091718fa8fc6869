//! From the clusters that hold to the joins that the log must gain and lose.
//!
//! The log has joins in the order in which they were made; a new record may show that one of them
//! should not have been made (a stronger copy came later). What holds is computed for the whole
//! component; the joins that stand between its clusters are withdrawn, and only what is missing is
//! added.

use crate::dedup::Join;
use crate::model::RecordId;
use std::collections::{BTreeMap, BTreeSet};

/// Which records are together.
#[derive(Debug, Clone, Default)]
pub(super) struct Together {
    parent: BTreeMap<RecordId, RecordId>,
}

impl Together {
    /// The lowest record known to be together with this one.
    pub(super) fn head(&self, id: RecordId) -> RecordId {
        let mut at = id;
        while let Some(&up) = self.parent.get(&at) {
            if up == at {
                break;
            }
            at = up;
        }
        at
    }

    /// Puts two together; whether they were apart.
    pub(super) fn join(&mut self, a: RecordId, b: RecordId) -> bool {
        let (a, b) = (self.head(a), self.head(b));
        self.parent.insert(a.max(b), a.min(b));
        a != b
    }
}

/// What the log must lose and gain.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Change {
    pub(super) withdrawn: Vec<(RecordId, RecordId)>,
    pub(super) added: Vec<Join>,
}

/// Compares what should hold with what the log has: its `edges`, people's `same`, and the present
/// `reports` of the records that were compared before.
pub(super) fn change(
    should: &Together,
    joins: &[Join],
    edges: &BTreeSet<(RecordId, RecordId)>,
    same: &[(RecordId, RecordId)],
    reports: &BTreeMap<RecordId, RecordId>,
) -> Change {
    let mut change = Change::default();
    let mut now = Together::default();
    for (a, b) in edges {
        // A join that people's verdicts hold back is left to them.
        let works = reports.get(a) == reports.get(b);
        if should.head(*a) == should.head(*b) {
            if works {
                now.join(*a, *b);
            }
        } else if works {
            change.withdrawn.push((*a, *b));
        }
    }
    for (a, b) in same {
        now.join(*a, *b);
    }
    for join in joins.iter().filter(|join| join.rule != "verdict") {
        if now.join(join.a, join.b) {
            change.added.push(join.clone());
        }
    }
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(a: u32, b: u32) -> Join {
        Join {
            a: RecordId(a),
            b: RecordId(b),
            rule: "same-doi",
            score: 1.0,
        }
    }

    fn pair(a: u32, b: u32) -> (RecordId, RecordId) {
        (RecordId(a), RecordId(b))
    }

    #[test]
    fn a_stronger_copy_takes_the_weaker_ones_place() {
        // 1 and 2 were joined; 3 is the copy of 2, and 1 is not.
        let joins = [join(2, 3)];
        let mut should = Together::default();
        should.join(RecordId(2), RecordId(3));
        let reports = BTreeMap::from([pair(1, 1), pair(2, 1)]);
        let got = change(
            &should,
            &joins,
            &BTreeSet::from([pair(1, 2)]),
            &[],
            &reports,
        );
        assert_eq!(got.withdrawn, [pair(1, 2)]);
        assert_eq!(got.added, [join(2, 3)]);
    }

    #[test]
    fn what_holds_already_is_not_said_again() {
        let joins = [join(1, 3), join(1, 2)];
        let mut should = Together::default();
        should.join(RecordId(1), RecordId(2));
        should.join(RecordId(1), RecordId(3));
        let reports = BTreeMap::from([pair(1, 1), pair(2, 1)]);
        let got = change(
            &should,
            &joins,
            &BTreeSet::from([pair(1, 2)]),
            &[],
            &reports,
        );
        assert_eq!(got.withdrawn, []);
        assert_eq!(got.added, [join(1, 3)]);
    }
}
