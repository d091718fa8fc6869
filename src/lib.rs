//! A living systematic review, from search to flow report, in one program and one folder.

pub mod model;
pub mod plot;
pub mod prisma;
