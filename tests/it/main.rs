//! One integration binary, one module per area.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]
// Helpers beside the tests may unwrap, as the tests may: the lints ask for this line.
#![cfg(test)]

mod blinding;
mod dedup;
mod docs;
mod example;
mod faults;
mod files;
mod kill;
mod prefix;
mod support;
