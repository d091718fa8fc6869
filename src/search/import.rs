//! `import`: an export file that a person brought from a database, a register or a list.

use super::SearchError;
use super::receive::{ReadFile, Received, receive};
use crate::formats::{self, Parsed};
use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::FileRef;
use crate::model::Digest;
use crate::store::{Archive, Store};
use crate::workflow::{Access, Source};

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many records were new, revised, known.
    pub received: Received,
    /// Files that this source had given before, byte for byte.
    pub repeated: Vec<String>,
}

/// Reads one file and checks it: a damaged file is refused unless `accept_damaged`.
pub fn read(path: &str, bytes: &[u8], accept_damaged: bool) -> Result<Parsed, SearchError> {
    let parsed = formats::read(bytes, None).map_err(|source| SearchError::Format {
        path: path.to_owned(),
        source,
    })?;
    check(path, &parsed, accept_damaged)?;
    Ok(parsed)
}

/// Refuses a file that was not read whole.
pub(super) fn check(path: &str, parsed: &Parsed, accept_damaged: bool) -> Result<(), SearchError> {
    let damage: Vec<_> = parsed
        .problems
        .iter()
        .filter(|p| p.kind.is_damage())
        .collect();
    if let Some(first) = damage.first()
        && !accept_damaged
    {
        return Err(SearchError::Damaged {
            path: path.to_owned(),
            first: format!("{}: {}", first.kind.as_str(), first.text),
            line: first.line,
            problems: damage.len(),
        });
    }
    if !parsed.lines.closes() {
        return Err(SearchError::Damaged {
            path: path.to_owned(),
            first: "not every line could be accounted for".to_owned(),
            line: None,
            problems: 1,
        });
    }
    Ok(())
}

/// Imports files of one source as one search run: archived first, then one transaction.
///
/// Files that the same source gave before, byte for byte, are left out; where all were, nothing
/// is written.
pub fn import(
    store: &mut Store,
    archive: &Archive,
    source: &Source,
    query: Option<FileRef>,
    files: Vec<(String, Vec<u8>, Parsed)>,
    stamp: &Stamp,
) -> Result<Imported, SearchError> {
    let mut imported = Imported::default();
    let mut fresh = Vec::new();
    for (path, bytes, parsed) in files {
        if store
            .read()
            .was_received(&source.name, Digest::of(&bytes))?
        {
            imported.repeated.push(path);
        } else {
            fresh.push((path, archive.keep(&bytes)?, parsed));
        }
    }
    if fresh.is_empty() {
        return Ok(imported);
    }
    imported.received = store.write(|writer| {
        let run = writer.read().next_run()?;
        let mut total = Received::default();
        let mut responses = Vec::new();
        let (mut declared, mut retrieved) = (None, 0);
        for (path, stored, parsed) in fresh {
            writer.put_archive(&stored, &path)?;
            declared = match (declared, parsed.declared) {
                (Some(a), Some(b)) => Some(a + b),
                (a, b) => a.or(b),
            };
            retrieved += parsed.records.len() as u64;
            let file = ReadFile {
                path,
                role: "export",
                digest: stored.digest,
                parsed,
            };
            total.add(receive(writer, stamp, &source.name, run, &file)?);
            responses.push(file.response());
        }
        let hits = match &source.access {
            Access::File { hits, .. } => *hits,
            Access::Eutils { .. } => None,
        };
        writer.append(&stamp.draft(Body::SearchCompleted {
            run,
            source: source.name.clone(),
            interface: "file".to_owned(),
            query,
            hits,
            declared,
            retrieved,
            known: 0,
            translation: None,
            warnings: Vec::new(),
            responses,
        }))?;
        Ok::<_, SearchError>(total)
    })?;
    Ok(imported)
}
