//! The archived bytes of one record, shown and not only hashed.

use crate::formats;
use crate::model::{Digest, RecordId};
use crate::store::read::Revision;
use crate::store::{Archive, Reader, StoreError};
use flate2::read::MultiGzDecoder;
use serde::Serialize;
use std::io::Read as _;

/// Lines of an archived file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// SHA-256 of the file.
    pub archive: Digest,
    /// Number of the record in it, from 1.
    pub record: u64,
    /// Its first line, from 1.
    pub line: u64,
    /// Its lines as the source sent them; bytes that are not UTF-8 are replaced for display only.
    pub text: String,
}

/// At most so many lines of one record are shown; the archive holds the rest.
const LINES: usize = 200;

/// Files of more bytes are not read again for one record.
const LARGE: usize = 4 << 20;

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
        let Some((start, next)) = lines_of(reader, &bytes, &revision)? else {
            continue;
        };
        let bytes = unpacked(bytes);
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

/// The first line of a record and that of the record after it: as the store has them, else from
/// reading the file again.
fn lines_of(
    reader: Reader<'_>,
    bytes: &[u8],
    revision: &Revision,
) -> Result<Option<(u64, Option<u64>)>, StoreError> {
    // Records that the file repeats unchanged have no line in the store, so a small file is read.
    if let (Some(start), true) = (revision.line, bytes.len() > LARGE) {
        return Ok(Some((start, reader.line_after(revision.archive, start)?)));
    }
    let Ok(parsed) = formats::read(bytes, None) else {
        return Ok(None);
    };
    let own = parsed.records.iter().find(|r| r.n == revision.file_n);
    let Some(start) = own.and_then(|record| record.line) else {
        return Ok(None);
    };
    let lines = parsed.records.iter().filter_map(|record| record.line);
    Ok(Some((start, lines.filter(|line| *line > start).min())))
}

/// A file that came packed, as its reader saw it.
fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes;
    }
    let mut out = Vec::new();
    match MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut out) {
        Ok(_) => out,
        Err(_) => bytes,
    }
}
