//! One integration binary, one module per area.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what is wrong by panicking"
)]

mod blinding;
mod example;
mod faults;
mod files;
mod kill;
mod prefix;
mod support;
