//! Reads export files of any format and says which of their records are one publication.
//!
//! `cargo run --example read_and_deduplicate -- first.ris second.nbib`

use perennial::dedup::{Entry, deduplicate};
use perennial::formats;
use perennial::model::{Record, RecordId};
use std::collections::BTreeMap;
use std::error::Error;
use std::io::Write as _;

fn main() -> Result<(), Box<dyn Error>> {
    let mut records: Vec<(String, Record)> = Vec::new();
    for path in std::env::args().skip(1) {
        for record in read(&std::fs::read(&path)?)? {
            records.push((path.clone(), record));
        }
    }
    Ok(std::io::stdout().write_all(found(&records).as_bytes())?)
}

/// The records of a file, whatever its format: it is told by the content, not by the name.
fn read(bytes: &[u8]) -> Result<Vec<Record>, Box<dyn Error>> {
    let parsed = formats::read(bytes, None)?;
    // Nothing is dropped in silence: what could not be read is named with its line.
    for problem in &parsed.problems {
        let line = problem.line.unwrap_or_default();
        writeln!(std::io::stderr(), "line {line}: {}", problem.text)?;
    }
    Ok(parsed.records.into_iter().map(|one| one.record).collect())
}

/// The pairs that were joined, and those that a person has to look at.
fn found(records: &[(String, Record)]) -> String {
    let entries: Vec<Entry<'_>> = (1..)
        .zip(records)
        .map(|(n, (source, record))| Entry {
            id: RecordId(n),
            record,
            source,
            new: true,
        })
        .collect();
    // No record is in a report yet, and nobody has decided on a pair.
    let outcome = deduplicate(&entries, &BTreeMap::new(), &[]);
    let mut text = String::new();
    for join in &outcome.joins {
        text.push_str(&format!(
            "{} and {} are one, by {}\n",
            join.a, join.b, join.rule
        ));
    }
    for pair in &outcome.queue {
        text.push_str(&format!("{} and {}: a person decides\n", pair.a, pair.b));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_paper_from_two_databases_is_one_publication() {
        let ris = b"TY  - JOUR\nTI  - Daratumumab for multiple myeloma in older adults\n\
            AU  - Facon, T.\nPY  - 2019\nDO  - 10.1056/NEJMoa1817249\nER  - \n";
        let nbib = b"PMID- 31141632\nTI  - Daratumumab for Multiple Myeloma in Older Adults.\n\
            AU  - Facon T\nDP  - 2019\nLID - 10.1056/NEJMoa1817249 [doi]\n";
        let mut all = Vec::new();
        for (name, bytes) in [("a.ris", &ris[..]), ("b.nbib", &nbib[..])] {
            all.extend(
                read(bytes)
                    .unwrap()
                    .into_iter()
                    .map(|r| (name.to_owned(), r)),
            );
        }
        assert!(
            found(&all).starts_with("r1 and r2 are one, by "),
            "{}",
            found(&all)
        );
    }
}
