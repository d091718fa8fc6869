//! The programs of `examples/` do what they say.

#[path = "../../examples/follow_a_count.rs"]
#[expect(dead_code, reason = "`main` is for `cargo run --example`")]
mod follow_a_count;
#[path = "../../examples/pool_a_table.rs"]
#[expect(dead_code, reason = "`main` is for `cargo run --example`")]
mod pool_a_table;
#[path = "../../examples/read_and_deduplicate.rs"]
#[expect(dead_code, reason = "`main` is for `cargo run --example`")]
mod read_and_deduplicate;
