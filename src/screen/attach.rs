//! Full texts and supplements: attached to a report, listed, removed.
//!
//! What a file is, its bytes say ([`file_type`]); what is no attachment is refused with a sentence, and
//! the others of the same upload are kept all the same. The bytes are on the disk before the event that
//! names them is written, and are erased after the event that removes them. The same file twice on a
//! report is one.

mod matching;

pub use matching::{Match, matched};

use super::people::require;
use super::{Acting, ScreenError, decide};
use crate::ledger::Body;
use crate::model::attachment::{FileType, Refused, doubt, file_name, file_type};
use crate::model::fault::{Fault, FaultKind};
use crate::model::{Digest, RecordId, Role};
use crate::store::read::AttachmentRow;
use crate::store::{ArchiveError, Attachments, Reader, Store, StoreError};

/// Who may attach and remove files.
const MAY: [Role; 4] = [
    Role::Lead,
    Role::Reviewer,
    Role::Adjudicator,
    Role::Extractor,
];

/// A file as somebody offers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// Its name; folders in it are dropped.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What became of an offered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name as it is kept.
    pub name: String,
    /// SHA-256 of the bytes.
    pub digest: Digest,
    /// How many bytes it has.
    pub bytes: u64,
    /// What was done.
    pub outcome: Outcome,
    /// What is plainly wrong with a file that is kept all the same, as the end of a sentence.
    pub doubt: Option<&'static str>,
}

/// What was done with an offered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is attached from now on.
    Added(FileType),
    /// The report has the same bytes already.
    Already(FileType),
    /// It is no attachment.
    Refused(Refused),
}

/// Why files cannot be attached or removed. Nothing was written to the log.
#[derive(Debug, thiserror::Error)]
pub enum AttachError {
    /// The person, the report or the store says no.
    #[error(transparent)]
    Screen(#[from] ScreenError),
    /// The bytes cannot be kept or read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The report has no such file.
    #[error("{report} has no attachment called `{text}`")]
    Unknown {
        /// The report that was named.
        report: RecordId,
        /// What was given.
        text: String,
    },
    /// Several files of the report are called so.
    #[error("{report} has several attachments called `{text}`; give the digest of one: {digests}")]
    Several {
        /// The report that was named.
        report: RecordId,
        /// What was given.
        text: String,
        /// Their digests, joined by commas.
        digests: String,
    },
    /// A removal needs a reason.
    #[error("an attachment is removed for good: say why")]
    ReasonMissing,
}

impl From<StoreError> for AttachError {
    fn from(error: StoreError) -> Self {
        Self::Screen(error.into())
    }
}

impl From<&AttachError> for Fault {
    fn from(error: &AttachError) -> Self {
        let kind = match error {
            AttachError::Screen(error) => return error.into(),
            AttachError::Archive(error) => return error.into(),
            AttachError::Unknown { .. } => FaultKind::Missing,
            AttachError::Several { .. } | AttachError::ReasonMissing => FaultKind::Input,
        };
        Self::new(kind, error.to_string())
    }
}

/// Attaches files to a report, in the order in which they are offered.
pub fn add(
    store: &Store,
    files: &Attachments,
    acting: &Acting,
    report: &str,
    offered: &[Offered],
) -> Result<(RecordId, Vec<Attached>), AttachError> {
    let id = {
        let snapshot = store.snapshot()?;
        let person = acting.present(snapshot.read())?;
        require(&person, "attach files", &MAY)?;
        decide::find(snapshot.read(), report)?.id
    };
    let mut out = Vec::new();
    for file in offered {
        out.push(add_one(store, files, acting, id, file)?);
    }
    Ok((id, out))
}

fn add_one(
    store: &Store,
    files: &Attachments,
    acting: &Acting,
    report: RecordId,
    file: &Offered,
) -> Result<Attached, AttachError> {
    let name = file_name(&file.name);
    let mut out = Attached {
        name: name.clone(),
        digest: Digest::of(&file.bytes),
        bytes: file.bytes.len() as u64,
        outcome: Outcome::Refused(Refused::Other),
        doubt: None,
    };
    let kind = match file_type(&file.name, &file.bytes) {
        Ok(kind) => kind,
        Err(why) => {
            out.outcome = Outcome::Refused(why);
            return Ok(out);
        }
    };
    out.doubt = doubt(kind, &file.bytes);
    files.keep(&file.bytes)?;
    out.outcome = store.write(|writer| {
        // Who removed the same bytes meanwhile has erased them; nobody does so while this is open.
        if !files.has(out.digest) {
            files.keep(&file.bytes)?;
        }
        let person = acting.present(writer.read())?;
        require(&person, "attach files", &MAY)?;
        let there = writer.read().attachments(report)?;
        let same = |row: &&AttachmentRow| row.removed.is_none() && row.digest == out.digest;
        if let Some(row) = there.iter().find(same) {
            let kind = FileType::parse(&row.kind).unwrap_or(kind);
            return Ok::<_, AttachError>(Outcome::Already(kind));
        }
        let body = Body::AttachmentAdded {
            report,
            digest: out.digest,
            name,
            kind: kind.as_str().to_owned(),
            bytes: out.bytes,
        };
        writer.append(&acting.draft(body))?;
        Ok(Outcome::Added(kind))
    })?;
    Ok(out)
}

/// The file of a report that a text calls: its name, or the beginning of its digest.
pub fn find(reader: Reader<'_>, report: &str, text: &str) -> Result<AttachmentRow, AttachError> {
    let report = decide::find(reader, report)?.id;
    let mut there = reader.attachments(report)?;
    there.retain(|row| row.removed.is_none());
    let by_digest = |row: &AttachmentRow| {
        text.len() >= 6 && row.digest.to_string().starts_with(&text.to_lowercase())
    };
    let named = file_name(text);
    let mut found: Vec<AttachmentRow> = there
        .iter()
        .filter(|row| row.name == named)
        .cloned()
        .collect();
    if found.is_empty() {
        found = there.into_iter().filter(by_digest).collect();
    }
    let text = text.to_owned();
    if found.len() > 1 {
        let digests: Vec<String> = found.iter().map(|row| row.digest.short()).collect();
        return Err(AttachError::Several {
            report,
            text,
            digests: digests.join(", "),
        });
    }
    found.pop().ok_or(AttachError::Unknown { report, text })
}

/// What a removal took away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The file as it was named.
    pub file: AttachmentRow,
    /// Every report that had these bytes, that one with them.
    pub reports: Vec<RecordId>,
}

/// Removes a file from every report that has it, and erases its bytes. The log keeps its name, its
/// digest and the reason. Whoever attached it may, and a lead.
pub fn remove(
    store: &Store,
    files: &Attachments,
    acting: &Acting,
    (report, text): (&str, &str),
    reason: &str,
) -> Result<Removed, AttachError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(AttachError::ReasonMissing);
    }
    let done = store.write(|writer| {
        let person = acting.present(writer.read())?;
        let file = find(writer.read(), report, text)?;
        let everywhere = writer.read().attached(file.digest)?;
        let own = everywhere.iter().all(|row| row.person == Some(person.id));
        let roles: &[Role] = if own { &MAY } else { &[Role::Lead] };
        require(&person, "remove what somebody else attached", roles)?;
        let body = Body::AttachmentRemoved {
            digest: file.digest,
            reason: reason.to_owned(),
        };
        writer.append(&acting.draft(body))?;
        Ok::<_, AttachError>(Removed {
            file,
            reports: everywhere.iter().map(|row| row.report).collect(),
        })
    })?;
    erase(store, files, done.file.digest)?;
    Ok(done)
}

/// Erases bytes that are attached nowhere, while nobody attaches any.
fn erase(store: &Store, files: &Attachments, digest: Digest) -> Result<(), AttachError> {
    store.write(|writer| {
        if writer.read().attached(digest)?.is_empty() {
            files.remove(digest)?;
        }
        Ok(())
    })
}
