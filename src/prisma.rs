//! The PRISMA 2020 flow as values: its counts, the identities they obey, its exchange format.
//!
//! Takes counts (from the store's queries, or typed from a published review) and gives the object
//! of `prisma --json`, the checks of both sides of every identity, and the CSV of the PRISMA2020
//! R package. Pure: no store, no clock, no printing.
//!
//! Rules: PRISMA 2020 statement and its four flow templates (Page et al., BMJ 2021;372:n71); unit
//! words record, report and study as in its Box 1; living layouts after Kahale et al. 2022.

pub mod counts;
pub mod identities;
mod leaves;
pub mod template_csv;

pub use counts::{
    Counts, Excluded, Identified, Named, OtherMethods, Pending, Reasons, Removals, Removed,
    Sources, Tally, Template,
};
pub use identities::{Check, Identity};

#[cfg(test)]
mod properties;
