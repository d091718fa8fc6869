//! A living systematic review, from search to flow report, in one program and one folder.

pub mod appraise;
pub mod cli;
pub mod dedup;
pub mod extract;
pub mod filter;
pub mod formats;
pub mod ledger;
pub mod lint;
pub mod living;
pub mod model;
pub mod pipeline;
pub mod plot;
pub mod pool;
pub mod prisma;
pub mod report;
pub mod screen;
pub mod search;
pub mod store;
pub mod strategy;
pub mod table;
pub mod web;
pub mod workflow;
