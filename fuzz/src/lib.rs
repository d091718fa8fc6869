//! What every fuzz target checks: no reader panics, every physical line has a class, a file
//! without a record is never called whole, and what was read can be written.
//!
//! `cargo fuzz run ris` and so on, one target per reader (cargo-fuzz, nightly).

use perennial::formats::{self, Format, Output};

/// Reads `data` as `format`, and once more by its content alone.
pub fn check(data: &[u8], format: Option<Format>) {
    for from in [format, None] {
        let Ok(parsed) = formats::read(data, from) else {
            continue;
        };
        assert!(parsed.lines.closes(), "{:?}", parsed.lines);
        assert!(!parsed.records.is_empty() || !parsed.is_whole());
        for output in Output::ALL {
            formats::write(output, &parsed.records);
        }
    }
}
