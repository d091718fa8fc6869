//! Parse arguments, run, print the error, choose the exit code.

fn main() {}
