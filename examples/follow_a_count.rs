//! Follows a count of the flow down to the bytes that a database sent.
//!
//! `cargo run --example follow_a_count -- FOLDER excluded.total`, where the folder holds a review:
//! the count's rule, each member, and for the first of them the archived bytes.

use perennial::report::explain::explain;
use perennial::workspace::{Workspace, find};
use std::error::Error;
use std::io::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("which folder?")?;
    let count = words
        .next()
        .unwrap_or_else(|| "identified.total".to_owned());
    let text = follow(Path::new(&folder), &count)?;
    Ok(std::io::stdout().write_all(text.as_bytes())?)
}

/// The count in words, its members, and the beginning of the bytes behind the first of them.
fn follow(folder: &Path, count: &str) -> Result<String, Box<dyn Error>> {
    let review = Workspace::open_reading(&find(folder)?)?;
    // Everything that is read belongs to one moment, whatever others write meanwhile.
    let snapshot = review.store.snapshot()?;
    let reader = snapshot.read();
    let Some(found) = explain(reader, &review.archive, count)? else {
        return Ok(format!("there is no count `{count}`\n"));
    };
    let mut text = format!("{}: {}\n", found.what, found.value);
    text.push_str(&format!("{}\n", found.rule));
    for member in &found.members {
        text.push_str(&format!("  {} {}\n", member.id, member.title));
    }
    let Some(first) = found.members.first() else {
        return Ok(text);
    };
    let of = explain(reader, &review.archive, &format!("record:{}", first.id))?;
    for digest in of.map(|record| record.bytes).unwrap_or_default() {
        let bytes = review.archive.get(digest)?;
        text.push_str(&format!("{digest}: {} bytes\n", bytes.len()));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_review_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(follow(folder.path(), "identified.total").is_err());
    }
}
