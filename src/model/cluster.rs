//! Which records are one report, given the program's joins and people's verdicts.
//!
//! People's "same" come first, then the program's joins in log order; a join is refused where it
//! would bring together two records that a person has told apart. Of two verdicts on one pair the
//! later counts. The result does not depend on the order of `members`.

use std::collections::{BTreeMap, BTreeSet};

/// A person's word on a pair: the same report, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairVerdict {
    /// One record of the pair.
    pub a: u32,
    /// The other record.
    pub b: u32,
    /// Whether they are the same report.
    pub same: bool,
}

/// Gives each member the first record of its cluster.
///
/// `verdicts` and `joins` are in log order; those that name a record outside `members` are left
/// out.
///
/// ```
/// use perennial::model::cluster::{PairVerdict, clusters};
/// let split = [PairVerdict { a: 2, b: 3, same: false }];
/// let got = clusters(&[1, 2, 3], &[(1, 2), (1, 3)], &split);
/// assert_eq!(got.into_iter().collect::<Vec<_>>(), [(1, 1), (2, 1), (3, 3)]);
/// ```
pub fn clusters(
    members: &[u32],
    joins: &[(u32, u32)],
    verdicts: &[PairVerdict],
) -> BTreeMap<u32, u32> {
    let mut groups: BTreeMap<u32, BTreeSet<u32>> =
        members.iter().map(|m| (*m, BTreeSet::from([*m]))).collect();
    let mut head: BTreeMap<u32, u32> = members.iter().map(|m| (*m, *m)).collect();
    let mut last: BTreeMap<(u32, u32), (usize, bool)> = BTreeMap::new();
    for (n, v) in verdicts.iter().enumerate() {
        last.insert((v.a.min(v.b), v.a.max(v.b)), (n, v.same));
    }
    let mut same: Vec<(usize, (u32, u32))> = last
        .iter()
        .filter(|(_, (_, same))| *same)
        .map(|(pair, (n, _))| (*n, *pair))
        .collect();
    same.sort_unstable();
    let apart: BTreeSet<(u32, u32)> = last
        .iter()
        .filter(|(_, (_, same))| !same)
        .map(|(pair, _)| *pair)
        .collect();

    let wanted = same
        .iter()
        .map(|(_, pair)| *pair)
        .chain(joins.iter().copied());
    for (a, b) in wanted {
        let (Some(&ha), Some(&hb)) = (head.get(&a), head.get(&b)) else {
            continue;
        };
        if ha == hb {
            continue;
        }
        let (Some(ga), Some(gb)) = (groups.get(&ha), groups.get(&hb)) else {
            continue;
        };
        let told_apart = ga
            .iter()
            .any(|x| gb.iter().any(|y| apart.contains(&(*x.min(y), *x.max(y)))));
        if told_apart {
            continue;
        }
        let (keep, drop) = (ha.min(hb), ha.max(hb));
        let moved = groups.remove(&drop).unwrap_or_default();
        for member in &moved {
            head.insert(*member, keep);
        }
        groups.entry(keep).or_default().extend(moved);
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(a: u32, b: u32, same: bool) -> PairVerdict {
        PairVerdict { a, b, same }
    }

    #[test]
    fn people_outrank_joins_and_the_later_verdict_counts() {
        let got = clusters(&[1, 2], &[(1, 2)], &[verdict(1, 2, false)]);
        assert_eq!(got[&2], 2);
        let got = clusters(&[1, 2], &[], &[verdict(1, 2, false), verdict(2, 1, true)]);
        assert_eq!(got[&2], 1);
    }

    #[test]
    fn a_split_keeps_the_rest_together() {
        // 1 was the hub of both joins; the person took it out and kept 2 and 3 together.
        let verdicts = [
            verdict(1, 2, false),
            verdict(1, 3, false),
            verdict(2, 3, true),
        ];
        let got = clusters(&[1, 2, 3], &[(1, 2), (1, 3)], &verdicts);
        assert_eq!((got[&1], got[&2], got[&3]), (1, 2, 2));
    }

    #[test]
    fn a_join_is_refused_between_any_two_members_told_apart() {
        let got = clusters(
            &[1, 2, 3, 4],
            &[(1, 2), (3, 4), (2, 3)],
            &[verdict(1, 4, false)],
        );
        assert_eq!((got[&2], got[&3], got[&4]), (1, 3, 3));
    }
}
