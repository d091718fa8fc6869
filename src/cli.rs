//! The command line: the only part that prints, reads the environment or picks an exit code.

pub mod diagnostic;
