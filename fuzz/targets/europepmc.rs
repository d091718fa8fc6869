//! Any bytes, read as this format and by content.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    perennial_fuzz::check(data, Some(perennial::formats::Format::EuropePmc));
});
