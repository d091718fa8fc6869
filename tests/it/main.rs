//! One integration binary, one module per area.

mod blinding;
#[cfg(test)]
mod docs;
mod example;
mod faults;
mod files;
mod kill;
mod prefix;
mod support;
