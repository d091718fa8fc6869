//! Explain.
use crate::model::Record;
/// x
#[derive(Debug)]
pub struct Field {}
/// x
#[derive(Debug)]
pub struct Explanation {}
/// x
pub fn explain(_a: &Record, _b: &Record) -> Explanation { Explanation {} }
