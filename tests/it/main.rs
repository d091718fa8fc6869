//! One integration binary, one module per area.

// Helpers beside the tests may unwrap, as the tests may: the lints ask for this line.
#![cfg(test)]

mod blinding;
mod docs;
mod example;
mod explain;
mod faults;
mod files;
mod kill;
mod prefix;
mod support;
