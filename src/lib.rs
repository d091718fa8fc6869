//! A living systematic review, from search to flow report, in one program and one folder.

pub mod dedup;
pub mod model;
