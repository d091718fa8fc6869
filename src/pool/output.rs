//! A result outside the numerics: a table for a terminal, JSON, the working step by step, a script
//! for R. Nothing here computes an estimate.

pub mod digits;
pub mod json;
pub mod script;
pub mod show;
pub mod steps;
