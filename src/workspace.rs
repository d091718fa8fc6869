//! A workspace on disk: `workflow.toml`, `queries/`, `db/`, `reports/`.

use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::{FileRef, ReasonRef, SourceRef};
use crate::model::{Clock, Digest};
use crate::search::eutils::{Contact, Timing};
use crate::search::watch::Watch;
use crate::store::{Archive, ArchiveError, Store, StoreError, inside};
use crate::strategy;
use crate::workflow::{Diagnostic, Extraction, Workflow};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) mod against;
pub(crate) mod traces;

use traces::Traces;

/// The name of the file that makes a folder a workspace.
pub const WORKFLOW: &str = "workflow.toml";

/// Where the database of a workspace lies.
pub(crate) const DATABASE: &str = "db/review.sqlite";

/// Whether there is a database: an empty file is none.
pub(crate) fn has_database(path: &Path) -> bool {
    path.metadata().is_ok_and(|file| file.len() > 0)
}

/// An open workspace. Threads share it: reading takes a snapshot of the store, writing goes through
/// the store's one writer.
#[derive(Debug)]
pub struct Workspace {
    /// The folder that holds `workflow.toml`.
    pub root: PathBuf,
    /// The valid workflow.
    pub workflow: Workflow,
    /// The bytes of `workflow.toml`.
    bytes: Vec<u8>,
    /// Query files: path as written, and bytes.
    queries: Vec<(String, Vec<u8>)>,
    /// The log and the tables made of it.
    pub store: Store,
    /// The archive of raw bytes.
    pub archive: Archive,
    /// Who asks NCBI in live searches; none where NCBI is not asked.
    pub contact: Option<Contact>,
    /// Whether the sources that the program asks are asked at all.
    pub live: bool,
    /// The sources that a run asks; all where none is named.
    pub sources: Vec<String>,
    /// Whether the files on disk are another protocol than the one that was adopted last, as far as
    /// [`Self::adopted`] has looked.
    pub ahead: bool,
    /// Pauses and limits of the services that give pages, where they are not the usual ones.
    pub timing: Option<Timing>,
    /// Who watches live searches.
    pub watch: Watch,
}

/// Why a workspace cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no `workflow.toml` here or above.
    #[error("no workflow.toml in {0} or any folder above it")]
    NotFound(PathBuf),
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file, by its whole path.
        path: PathBuf,
        /// What the operating system answered.
        source: std::io::Error,
    },
    /// A file is not UTF-8.
    #[error("{path} is not UTF-8: byte {at} begins no character")]
    NotUtf8 {
        /// The file, as it was named.
        path: String,
        /// The offset of the first byte that begins no character.
        at: usize,
    },
    /// The workflow or a query file is not valid.
    #[error("{} in {file}", crate::model::many(.found.len() as u64, "problem", "problems"))]
    Invalid {
        /// The file's name.
        file: String,
        /// Its text, for the picture.
        text: String,
        /// Everything that is wrong.
        found: Vec<Diagnostic>,
    },
    /// There was a database, and it is not there.
    #[error("{0}")]
    Lost(String),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a protocol cannot be put in force.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Its bytes cannot be kept.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The strategy of one source as the workflow in force has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strategy {
    /// The source, as the workflow names it.
    pub source: String,
    /// Path of the query file.
    pub path: String,
    /// What of it is sent.
    pub text: String,
}

/// The nearest folder upwards from `from` that holds a workflow.
pub fn find(from: &Path) -> Result<PathBuf, OpenError> {
    from.ancestors()
        .find(|folder| folder.join(WORKFLOW).is_file())
        .map(Path::to_owned)
        .ok_or_else(|| OpenError::NotFound(from.to_owned()))
}

impl Workspace {
    /// Opens the workspace at `root`: validates everything, then opens the store.
    pub fn open(root: &Path, replay: bool) -> Result<Self, OpenError> {
        Self::opened(root, replay, Store::open)
    }

    /// Opens the workspace at `root` to read it: nothing is made or changed, and it may lie where
    /// nothing can be written. Without a database it is refused ([`StoreError::Missing`]).
    pub fn open_reading(root: &Path) -> Result<Self, OpenError> {
        Self::opened(root, false, Store::open_reading)
    }

    /// The same, and where there is no database yet, as if it were empty.
    pub fn open_reading_or_empty(root: &Path) -> Result<Self, OpenError> {
        Self::opened(root, false, |path, review| {
            match Store::open_reading(path, review) {
                Err(StoreError::Missing(_)) => Store::in_memory(review),
                opened => opened,
            }
        })
    }

    fn opened(
        root: &Path,
        replay: bool,
        open: impl FnOnce(&Path, &str) -> Result<Store, StoreError>,
    ) -> Result<Self, OpenError> {
        let (workflow, bytes, queries) = load(root, replay)?;
        let path = root.join(DATABASE);
        if !has_database(&path)
            && let Some(lost) = Traces::look(root).without_database()
        {
            return Err(OpenError::Lost(lost));
        }
        let store = open(&path, &workflow.review.id)?;
        let mut workspace = Self {
            root: root.to_owned(),
            workflow,
            bytes,
            queries,
            store,
            archive: Archive::new(root.join("db/archive")),
            contact: None,
            live: false,
            sources: Vec::new(),
            ahead: false,
            timing: None,
            watch: Watch::default(),
        };
        workspace.recall()?;
        Ok(workspace)
    }

    /// Reads under which rules of extraction each version was published: a published value is judged by
    /// those, whatever the protocol says since.
    fn recall(&mut self) -> Result<(), StoreError> {
        let now = Digest::of(&self.bytes);
        let mut read: BTreeMap<Digest, Option<Extraction>> = BTreeMap::new();
        let mut published = BTreeMap::new();
        {
            let snapshot = self.store.snapshot()?;
            let reader = snapshot.read();
            for version in reader.versions()? {
                let Some(frozen) = reader.frozen(&version)? else {
                    continue;
                };
                let digest = frozen.workflow.digest;
                let then = read.entry(digest).or_insert_with(|| {
                    if digest == now {
                        return Some(self.workflow.extraction.clone());
                    }
                    let bytes = self.archive.get(digest).ok()?;
                    let text = String::from_utf8(bytes).ok()?;
                    Some(Workflow::load(&text, WORKFLOW).ok()?.extraction)
                });
                if let Some(then) = then {
                    published.insert(version.n, then.clone());
                }
            }
        }
        self.workflow.published = published;
        Ok(())
    }

    /// Opens the workspace at `root` to tell where the review stands: with the protocol that was
    /// adopted last, which may be older than the files on disk.
    ///
    /// Where nothing was adopted yet, or this program can no longer read what was, the files on disk
    /// stand. They are validated in either case.
    pub fn adopted(root: &Path) -> Result<Self, OpenError> {
        Self::open_reading(root)?.in_force()
    }

    /// The same workspace with the protocol that was adopted last.
    pub fn in_force(self) -> Result<Self, OpenError> {
        let mut workspace = self;
        let Some((workflow, queries)) = workspace.last_adopted()? else {
            return Ok(workspace);
        };
        if workspace.holds(&workflow, &queries) {
            return Ok(workspace);
        }
        workspace.ahead = true;
        let kept = |file: &FileRef| workspace.archive.get(file.digest).ok();
        let Some(bytes) = kept(&workflow) else {
            return Ok(workspace);
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let files: Option<Vec<(String, Vec<u8>)>> = queries
            .iter()
            .map(|query| Some((query.path.clone(), kept(query)?)))
            .collect();
        if let (Ok(workflow), Some(files)) = (Workflow::load(&text, WORKFLOW), files) {
            workspace.workflow = workflow;
            workspace.bytes = bytes;
            workspace.queries = files;
            workspace.recall()?;
        }
        Ok(workspace)
    }

    /// Whether workflow.toml or a query file is not what the log last adopted.
    pub fn is_ahead(&self) -> Result<bool, StoreError> {
        let adopted = self.last_adopted()?;
        Ok(adopted.is_some_and(|(workflow, queries)| !self.holds(&workflow, &queries)))
    }

    /// The workflow and the query files that the log last adopted.
    fn last_adopted(&self) -> Result<Option<(FileRef, Vec<FileRef>)>, StoreError> {
        let Some(event) = self
            .store
            .snapshot()?
            .read()
            .events_of("workflow_adopted")?
            .pop()
        else {
            return Ok(None);
        };
        Ok(match event.body()? {
            Body::WorkflowAdopted {
                workflow, queries, ..
            } => Some((workflow, queries)),
            _ => None,
        })
    }

    /// Whether the files on disk are these.
    fn holds(&self, workflow: &FileRef, queries: &[FileRef]) -> bool {
        Digest::of(&self.bytes) == workflow.digest && self.query_refs() == queries
    }

    /// Where the pipeline lock lies.
    pub fn lock_path(root: &Path) -> PathBuf {
        root.join("db/pipeline.lock")
    }

    /// A path as people know it: relative to the workspace where it lies in it.
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }

    /// The query files as the log names them.
    pub fn query_refs(&self) -> Vec<FileRef> {
        self.queries
            .iter()
            .map(|(path, bytes)| FileRef {
                path: path.clone(),
                digest: Digest::of(bytes),
            })
            .collect()
    }

    /// The text of a query file.
    pub fn query_text(&self, path: &str) -> Option<(FileRef, String)> {
        let (path, bytes) = self.queries.iter().find(|(name, _)| name == path)?;
        let file = FileRef {
            path: path.clone(),
            digest: Digest::of(bytes),
        };
        Some((file, String::from_utf8_lossy(bytes).into_owned()))
    }

    /// Records the protocol in force, when it first acts or has changed.
    pub fn adopt(&self, clock: &dyn Clock) -> Result<bool, AdoptError> {
        let workflow = FileRef {
            path: WORKFLOW.into(),
            digest: Digest::of(&self.bytes),
        };
        let queries = self.query_refs();
        if self.is_adopted(&workflow, &queries)? {
            return Ok(false);
        }
        let mut stored = vec![(WORKFLOW.to_owned(), self.archive.keep(&self.bytes)?)];
        for (path, bytes) in &self.queries {
            let kept = self.archive.keep(bytes)?;
            stored.push((path.clone(), kept));
        }
        let body = Body::WorkflowAdopted {
            workflow,
            queries,
            sources: self
                .workflow
                .sources
                .iter()
                .map(|s| SourceRef {
                    name: s.name.clone(),
                    kind: s.kind,
                })
                .collect(),
            rules: self.workflow.screening.rules,
            reasons: self
                .workflow
                .screening
                .reasons
                .iter()
                .map(|r| ReasonRef {
                    code: r.code.clone(),
                    text: r.text.clone(),
                })
                .collect(),
            adjudicators: self.workflow.screening.adjudicators.clone(),
        };
        let stamp = Stamp::program(clock.now());
        self.store.write(|writer| {
            for (path, kept) in &stored {
                writer.put_archive(kept, path)?;
            }
            writer.append(&stamp.draft(body))?;
            Ok::<_, StoreError>(())
        })?;
        Ok(true)
    }

    fn is_adopted(&self, workflow: &FileRef, queries: &[FileRef]) -> Result<bool, StoreError> {
        let snapshot = self.store.snapshot()?;
        let reader = snapshot.read();
        if reader.setting("workflow")? != Some(workflow.digest.to_string()) {
            return Ok(false);
        }
        for query in queries {
            let there = reader.setting(&format!("query:{}", query.path))?;
            if there != Some(query.digest.to_string()) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The strategies of the sources, as they are sent.
    pub fn strategies(&self) -> Vec<Strategy> {
        self.workflow
            .sources
            .iter()
            .filter_map(|source| {
                let path = source.query()?;
                let (_, bytes) = self.queries.iter().find(|(name, _)| name == path)?;
                Some(Strategy {
                    source: source.name.clone(),
                    path: path.to_owned(),
                    text: strategy::bytes_to_send(&String::from_utf8_lossy(bytes)),
                })
            })
            .collect()
    }
}

type Loaded = (Workflow, Vec<u8>, Vec<(String, Vec<u8>)>);

/// Reads and validates what people wrote, without touching the store.
pub fn load(root: &Path, replay: bool) -> Result<Loaded, OpenError> {
    let read = |name: &str| {
        inside::read(root, name).map_err(|source| OpenError::Read {
            path: root.join(name),
            source,
        })
    };
    let bytes = read(WORKFLOW)?;
    let text = utf8(WORKFLOW, &bytes)?;
    let invalid = |found| OpenError::Invalid {
        file: WORKFLOW.into(),
        text: text.to_owned(),
        found,
    };
    let workflow = Workflow::load(text, WORKFLOW).map_err(invalid)?;
    let exists = |name: &str| root.join(name).is_file();
    workflow
        .check_files(exists, &query_files(root))
        .map_err(invalid)?;
    if replay {
        workflow
            .check_replay(|name| root.join(name).is_dir())
            .map_err(invalid)?;
    }
    let mut queries = Vec::new();
    for name in workflow.query_files() {
        let bytes = read(name)?;
        let text = utf8(name, &bytes)?;
        strategy::strategy(text, name).map_err(|found| OpenError::Invalid {
            file: name.to_owned(),
            text: text.to_owned(),
            found,
        })?;
        queries.push((name.to_owned(), bytes));
    }
    Ok((workflow, bytes, queries))
}

fn utf8<'a>(path: &str, bytes: &'a [u8]) -> Result<&'a str, OpenError> {
    std::str::from_utf8(bytes).map_err(|error| OpenError::NotUtf8 {
        path: path.to_owned(),
        at: error.valid_up_to(),
    })
}

/// Files that a mistyped query path could mean.
fn query_files(root: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root.join("queries")) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .map(|entry| format!("queries/{}", entry.file_name().to_string_lossy()))
        .collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_a_workspace_a_clock_and_a_bar() {
        fn shared<T: Send + Sync + ?Sized>() {}
        shared::<Workspace>();
        shared::<dyn Clock>();
        shared::<dyn crate::model::Progress>();
    }
}
