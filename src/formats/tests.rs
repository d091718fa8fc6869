//! Traps of real files, in small inputs typed for these tests.
