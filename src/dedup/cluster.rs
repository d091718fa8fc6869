//! Accepted pairs become clusters, strongest rule first, every veto checked between all members.
//!
//! A pair of records may be one while a third, already joined to one of them, plainly is not the
//! other: a correction joined to neither paper, an update between two versions. Such a join is
//! refused and a person is asked.

use std::collections::{BTreeMap, BTreeSet};

/// Records joined so far, by their place.
pub(super) struct Clusters {
    parent: Vec<usize>,
    members: BTreeMap<usize, Vec<usize>>,
    /// Of each cluster one member of every kind of record: identical records answer for each other,
    /// so that thousands of them are not compared with each other one by one.
    faces: BTreeMap<usize, Vec<usize>>,
    /// What each record says, as one number; 0 where it stands for itself alone.
    classes: Vec<u64>,
    /// Pairs that people hold apart.
    apart: BTreeSet<(usize, usize)>,
}

/// Why a join did not happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// They are in one cluster already.
    Together,
    /// A person said that two of the members are not the same.
    Verdict,
    /// Two of the members have a veto between them.
    Veto(usize, usize, &'static str),
}

impl Clusters {
    pub(super) fn new(count: usize, apart: BTreeSet<(usize, usize)>) -> Self {
        Self {
            parent: (0..count).collect(),
            members: BTreeMap::new(),
            faces: BTreeMap::new(),
            classes: Vec::new(),
            apart,
        }
    }

    /// Says which records are the same in every field that is compared.
    pub(super) fn classify(&mut self, classes: Vec<u64>) {
        self.classes = classes;
    }

    /// One member of every kind in the cluster of `root`.
    fn faces(&self, root: usize) -> Vec<usize> {
        self.faces.get(&root).cloned().unwrap_or_else(|| vec![root])
    }

    /// The place that stands for the cluster of `place`: its lowest.
    pub(super) fn root(&mut self, place: usize) -> usize {
        let mut root = place;
        while let Some(&up) = self.parent.get(root) {
            if up == root {
                break;
            }
            root = up;
        }
        let mut at = place;
        while at != root {
            let Some(up) = self.parent.get_mut(at) else {
                break;
            };
            at = std::mem::replace(up, root);
        }
        root
    }

    /// Everything in the cluster of `place`.
    pub(super) fn members(&mut self, place: usize) -> Vec<usize> {
        let root = self.root(place);
        self.members
            .get(&root)
            .cloned()
            .unwrap_or_else(|| vec![root])
    }

    /// Whether people hold any member of the one cluster apart from any of the other.
    pub(super) fn held_apart(&mut self, a: usize, b: usize) -> bool {
        if self.apart.is_empty() {
            return false;
        }
        let (left, right) = (self.members(a), self.members(b));
        left.iter().any(|x| {
            right
                .iter()
                .any(|y| self.apart.contains(&(*x.min(y), *x.max(y))))
        })
    }

    /// Joins the clusters of `a` and `b` unless a person or `veto` forbids it.
    pub(super) fn join(
        &mut self,
        a: usize,
        b: usize,
        veto: impl Fn(usize, usize) -> Option<&'static str>,
    ) -> Result<(), Refused> {
        if self.root(a) == self.root(b) {
            return Err(Refused::Together);
        }
        if self.held_apart(a, b) {
            return Err(Refused::Verdict);
        }
        let class = |at: usize| self.classes.get(at).copied().unwrap_or(0);
        let pair = (class(a), class(b));
        let (left, right) = (self.root(a), self.root(b));
        let (left, right) = (self.faces(left), self.faces(right));
        let class = |place: usize| self.classes.get(place).copied().unwrap_or(0);
        for x in &left {
            for y in &right {
                let asked = pair.0 != 0 && pair.1 != 0 && (class(*x), class(*y)) == pair;
                if asked || (*x, *y) == (a, b) || (*y, *x) == (a, b) {
                    continue;
                }
                if let Some(name) = veto(*x, *y) {
                    return Err(Refused::Veto(*x, *y, name));
                }
            }
        }
        self.unite(a, b);
        Ok(())
    }

    /// Joins without asking anybody: what is already one report, or what a person decided.
    pub(super) fn unite(&mut self, a: usize, b: usize) {
        let (left, right) = (self.root(a), self.root(b));
        if left == right {
            return;
        }
        let (low, high) = (left.min(right), left.max(right));
        let mut faces = self.faces(low);
        for face in self.faces(high) {
            let class = self.classes.get(face).copied().unwrap_or(0);
            let known = faces
                .iter()
                .any(|other| class != 0 && self.classes.get(*other).copied() == Some(class));
            if !known {
                faces.push(face);
            }
        }
        self.faces.remove(&high);
        self.faces.insert(low, faces);
        let joining = self.members.remove(&high).unwrap_or_else(|| vec![high]);
        self.members
            .entry(low)
            .or_insert_with(|| vec![low])
            .extend(joining);
        if let Some(up) = self.parent.get_mut(high) {
            *up = low;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_veto_between_any_two_members_stops_a_join() {
        let mut clusters = Clusters::new(4, BTreeSet::new());
        let veto = |x: usize, y: usize| ((x.min(y), x.max(y)) == (0, 3)).then_some("place");
        assert_eq!(clusters.join(0, 1, veto), Ok(()));
        assert_eq!(clusters.join(2, 3, veto), Ok(()));
        assert_eq!(clusters.join(1, 2, veto), Err(Refused::Veto(0, 3, "place")));
        assert_eq!(clusters.join(0, 1, veto), Err(Refused::Together));
    }

    #[test]
    fn people_hold_clusters_apart() {
        let mut clusters = Clusters::new(3, BTreeSet::from([(0, 2)]));
        assert_eq!(clusters.join(0, 1, |_, _| None), Ok(()));
        assert_eq!(clusters.join(1, 2, |_, _| None), Err(Refused::Verdict));
    }
}
