//! A living systematic review, from search to flow report, in one program and one folder.

pub mod cli;
pub mod ledger;
pub mod model;
pub mod plot;
pub mod prisma;
pub mod report;
pub mod store;
pub mod workflow;
