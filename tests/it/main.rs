//! One integration binary, one module per area.

mod blinding;
mod example;
mod faults;
mod files;
mod kill;
mod prefix;
mod published;
mod support;
