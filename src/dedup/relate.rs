//! Relations.
use super::cluster::Clusters;
use super::compare::Evidence;
use super::normalise::Prepared;
use super::{Entry, Relation};
pub(super) fn worth_it(_e: &Evidence) -> bool { false }
pub(super) fn relations(_entries: &[&Entry<'_>], _records: &[Prepared], _vetoed: &[(usize, usize)], _clusters: &mut Clusters) -> Vec<Relation> { Vec::new() }
