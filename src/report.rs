//! From the store to the flow report: counts with their sets, data, pages and files.
//!
//! [`flow`] asks the store for every count of the PRISMA 2020 flow and for the set behind it.

pub mod data;
pub mod flow;

#[cfg(test)]
mod fixture;
