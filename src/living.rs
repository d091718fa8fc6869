//! The review over time: what sources say of its reports between searches ([`notices`], [`unreported`]),
//! its versions and what changed between them ([`publish`], [`changes`]), and its history as the report
//! tells it ([`history`], [`report`](mod@report)).
//!
//! Nothing here decides: a person does (Cochrane's guidance for living systematic reviews, 2019; PRISMA-LSR,
//! BMJ 2024;387:e079183).

pub mod changes;
pub mod dates;
pub mod history;
pub mod kept;
pub mod lines;
pub mod notices;
pub mod publish;
pub mod report;
pub mod unreported;
