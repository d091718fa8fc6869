//! The archived bytes of one record, shown and not only hashed.

use crate::formats;
use crate::model::{Digest, RecordId};
use crate::store::{Archive, Reader, StoreError};
use serde::Serialize;

/// Lines of an archived file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// SHA-256 of the file.
    pub archive: Digest,
    /// Number of the record in it, from 1.
    pub record: u64,
    /// Its first line, from 1.
    pub line: u64,
    /// Its lines as the source sent them; bytes that are no UTF-8 are replaced for display only.
    pub text: String,
}

/// At most so many lines of one record are shown; the archive holds the rest.
const LINES: usize = 200;

/// The lines of a record in every file that gave it.
pub(super) fn of_record(
    reader: Reader<'_>,
    archive: &Archive,
    id: RecordId,
) -> Result<Vec<Excerpt>, StoreError> {
    let mut out = Vec::new();
    for revision in reader.revisions(id)? {
        // A file that is gone or changed is the audit's to tell.
        let Ok(bytes) = archive.get(revision.archive) else {
            continue;
        };
        let Ok(parsed) = formats::read(&bytes, None) else {
            continue;
        };
        let start = parsed
            .records
            .iter()
            .find(|r| r.n == revision.file_n)
            .and_then(|r| r.line);
        let Some(start) = start else { continue };
        let next = parsed
            .records
            .iter()
            .filter_map(|r| r.line)
            .filter(|line| *line > start)
            .min();
        let text = String::from_utf8_lossy(&bytes);
        let from = usize::try_from(start.saturating_sub(1)).unwrap_or(usize::MAX);
        let upto = next
            .and_then(|next| usize::try_from(next - start).ok())
            .unwrap_or(LINES);
        let lines: Vec<&str> = text.lines().skip(from).take(upto.min(LINES)).collect();
        out.push(Excerpt {
            archive: revision.archive,
            record: revision.file_n,
            line: start,
            text: lines.join("\n").trim_end().to_owned(),
        });
    }
    Ok(out)
}
