//! What a living review is told between searches: notices on its reports, trials without results.
//!
//! Both read the log's tables and decide nothing: a person does (Cochrane's guidance for living
//! systematic reviews, 2019; PRISMA-LSR).

pub mod notices;
pub mod unreported;
