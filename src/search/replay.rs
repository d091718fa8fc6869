//! Replay: a wave of archived answers, exports and decisions, instead of a live search.
//!
//! The whole wave is read and parsed before anything is written, so that a damaged file changes
//! nothing. Each search is then one transaction that also marks its step done, so that a killed
//! run goes on where it stopped (`docs/design/0006-replay.md`).

use super::receive::{ReadFile, Received, receive};
use super::{SearchError, esearch, import};
use crate::formats::{self, Format};
use crate::ledger::Body;
use crate::ledger::Stamp;
use crate::ledger::event::{FileRef, ResponseRef};
use crate::model::{Clock, Digest, Progress, RecordKind, time};
use crate::store::{Archive, Store};
use crate::workflow::{Access, Workflow};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// `wave.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    label: String,
    people: Option<String>,
    decisions: Option<String>,
    studies: Option<String>,
    extraction: Option<String>,
    #[serde(default)]
    search: Vec<SearchEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchEntry {
    source: String,
    at: String,
    /// The day of the search, where the records came later.
    date: Option<String>,
    /// What the source reported, for exports.
    hits: Option<u64>,
    #[serde(default)]
    esearch: Vec<String>,
    #[serde(default)]
    efetch: Vec<String>,
    #[serde(default)]
    files: Vec<String>,
}

/// One search of a wave, read and parsed.
#[derive(Debug)]
pub struct ArchivedSearch {
    source: String,
    at: String,
    searched: Option<String>,
    hits: Option<u64>,
    /// ESearch answers: name, bytes, what they say.
    answers: Vec<(String, Vec<u8>, esearch::EsearchAnswer)>,
    /// Files with records: name, role, bytes, what was read.
    files: Vec<(String, &'static str, Vec<u8>, formats::Parsed)>,
}

impl ArchivedSearch {
    fn records(&self) -> u64 {
        self.files
            .iter()
            .map(|(.., parsed)| parsed.records.len() as u64)
            .sum()
    }
}

/// A table of a wave: its name and bytes.
#[derive(Debug, Clone)]
pub struct WaveTable {
    /// Its name for people: `db/example/001/decisions.csv`.
    pub path: String,
    /// Its bytes, as they came.
    pub bytes: Vec<u8>,
}

/// One wave, read whole.
#[derive(Debug)]
pub struct Wave {
    /// The folder's name: `001`.
    pub name: String,
    /// What it is, for people.
    pub label: String,
    /// Its searches, in order.
    pub searches: Vec<ArchivedSearch>,
    /// People who join.
    pub people: Option<WaveTable>,
    /// The decisions of the wave; absent where it has none.
    pub decisions: Option<WaveTable>,
    /// Which report belongs to which study; absent where the wave says nothing of it.
    pub studies: Option<WaveTable>,
    /// Extracted trial data.
    pub extraction: Option<WaveTable>,
}

/// The waves below `root`, in order: folders of digits that hold a `wave.toml`.
pub fn waves(root: &Path) -> Result<Vec<String>, SearchError> {
    let io = |source| SearchError::Read {
        path: root.to_owned(),
        source,
    };
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(root).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let numbered = !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
        if numbered && entry.path().join("wave.toml").is_file() {
            names.insert(name);
        }
    }
    Ok(names.into_iter().collect())
}

impl Wave {
    /// When its first search was made.
    pub fn first_at(&self) -> Option<&str> {
        self.searches.first().map(|search| search.at.as_str())
    }

    /// Reads wave `name` below `root`; `shown` is how the folder is named to people.
    pub fn load(
        root: &Path,
        shown: &str,
        name: &str,
        workflow: &Workflow,
    ) -> Result<Self, SearchError> {
        let reader = WaveReader {
            folder: root.join(name),
            shown: format!("{}/{name}", shown.trim_end_matches('/')),
        };
        let text = String::from_utf8(reader.bytes("wave.toml")?)
            .map_err(|_| reader.fault("wave.toml", "it is not UTF-8"))?;
        let manifest: Manifest =
            toml::from_str(&text).map_err(|error| reader.fault("wave.toml", error.message()))?;
        let searches = manifest
            .search
            .iter()
            .map(|entry| reader.search(entry, workflow))
            .collect::<Result<_, _>>()?;
        let table = |file: &Option<String>| -> Result<Option<WaveTable>, SearchError> {
            let Some(file) = file else { return Ok(None) };
            Ok(Some(WaveTable {
                path: reader.shown(file),
                bytes: reader.bytes(file)?,
            }))
        };
        Ok(Self {
            name: name.to_owned(),
            label: manifest.label,
            people: table(&manifest.people)?,
            decisions: table(&manifest.decisions)?,
            studies: table(&manifest.studies)?,
            extraction: table(&manifest.extraction)?,
            searches,
        })
    }
}

struct WaveReader {
    folder: PathBuf,
    shown: String,
}

impl WaveReader {
    fn shown(&self, file: &str) -> String {
        format!("{}/{file}", self.shown)
    }

    fn fault(&self, file: &str, reason: &str) -> SearchError {
        SearchError::Wave {
            path: self.shown(file),
            reason: reason.to_owned(),
        }
    }

    fn bytes(&self, file: &str) -> Result<Vec<u8>, SearchError> {
        crate::store::inside::read(&self.folder, file).map_err(|source| SearchError::Read {
            path: PathBuf::from(self.shown(file)),
            source,
        })
    }

    fn search(
        &self,
        entry: &SearchEntry,
        workflow: &Workflow,
    ) -> Result<ArchivedSearch, SearchError> {
        let source = workflow
            .source(&entry.source)
            .ok_or_else(|| SearchError::UnknownSource {
                name: entry.source.clone(),
                known: workflow.sources.iter().map(|s| s.name.clone()).collect(),
            })?;
        let at =
            time::utc(&entry.at).map_err(|error| self.fault("wave.toml", &error.to_string()))?;
        let searched = entry.date.as_deref().map(|date| time::past_day(date, &at));
        let searched = searched
            .transpose()
            .map_err(|error| self.fault("wave.toml", &error.to_string()))?;
        let mut answers = Vec::new();
        for file in &entry.esearch {
            let bytes = self.bytes(file)?;
            let answer = esearch::parse(&bytes).map_err(|reason| SearchError::Answer {
                path: self.shown(file),
                reason,
            })?;
            answers.push((self.shown(file), bytes, answer));
        }
        let mut files = Vec::new();
        for (list, role) in [(&entry.efetch, "efetch"), (&entry.files, "export")] {
            for file in list {
                let bytes = self.bytes(file)?;
                let format = (role == "efetch").then_some(Format::PubmedXml);
                let path = self.shown(file);
                let parsed =
                    formats::read(&bytes, format).map_err(|source| SearchError::Format {
                        path: path.clone(),
                        source,
                    })?;
                import::check(&path, &parsed, false)?;
                files.push((path, role, bytes, parsed));
            }
        }
        Ok(ArchivedSearch {
            source: source.name.clone(),
            at,
            searched,
            hits: entry.hits,
            answers,
            files,
        })
    }
}

/// What the searches of a wave gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replayed {
    /// Searches written now.
    pub runs: u64,
    /// Records of them.
    pub received: Received,
}

/// Writes the searches of a wave that are not written yet.
pub fn replay(
    store: &mut Store,
    archive: &Archive,
    workflow: &Workflow,
    queries: &[FileRef],
    wave: &mut Wave,
    (clock, progress): (&dyn Clock, &dyn Progress),
) -> Result<Replayed, SearchError> {
    let mut done = Replayed::default();
    let records = wave.searches.iter().map(ArchivedSearch::records).sum();
    progress.begin("records from the archive", records);
    for (n, search) in std::mem::take(&mut wave.searches).into_iter().enumerate() {
        let task = format!("replay/{}/search/{n}", wave.name);
        if store.snapshot()?.read().is_done(&task)? {
            continue;
        }
        clock.set(&search.at);
        let records = search.records();
        let received = one(store, archive, workflow, queries, search, &task)?;
        done.runs += 1;
        done.received.add(received);
        progress.advance(records);
    }
    progress.end();
    Ok(done)
}

fn one(
    store: &mut Store,
    archive: &Archive,
    workflow: &Workflow,
    queries: &[FileRef],
    search: ArchivedSearch,
    task: &str,
) -> Result<Received, SearchError> {
    let stamp = Stamp::program(&search.at);
    let mut kept = Vec::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    let (mut hits, mut translation, mut warnings) = (None, None, Vec::new());
    let mut responses = Vec::new();
    for (path, bytes, answer) in search.answers {
        let stored = archive.keep(&bytes)?;
        responses.push(ResponseRef {
            role: "esearch".into(),
            path: path.clone(),
            digest: stored.digest,
        });
        kept.push((path, stored));
        hits = Some(hits.unwrap_or(0).max(answer.count));
        ids.extend(answer.ids);
        translation = translation.or(answer.translation);
        warnings.extend(answer.warnings);
    }
    let mut files = Vec::new();
    for (path, role, bytes, parsed) in search.files {
        let stored = archive.keep(&bytes)?;
        kept.push((path.clone(), stored));
        files.push(ReadFile {
            path,
            role,
            digest: stored.digest,
            parsed,
        });
    }
    // Archived pages of a service that gives pages are files that state their number.
    let service = match workflow.source(&search.source).map(|s| &s.access) {
        Some(Access::Pages { service, .. }) => Some(service.as_str()),
        Some(Access::Eutils { .. } | Access::File { .. }) | None => None,
    };
    let interface = match service {
        Some(service) => service,
        None if hits.is_some() => "eutils",
        None => "file",
    };
    let (searched, hits) = (search.searched, hits.or(search.hits));
    let query = workflow
        .source(&search.source)
        .and_then(|source| source.query())
        .and_then(|path| queries.iter().find(|query| query.path == path))
        .cloned();
    let name = search.source;
    store.write(|writer| {
        let run = writer.read().next_run()?;
        for (path, stored) in &kept {
            writer.put_archive(stored, path)?;
        }
        // Ids that the strategy found and the store had before this run: not fetched again.
        let mut known = 0;
        for id in &ids {
            known += u64::from(writer.read().record_by_key(&name, id)?.is_some());
        }
        let mut total = Received::default();
        let (mut declared, mut retrieved) = (None, 0);
        let mut returned: BTreeSet<&str> = BTreeSet::new();
        for file in &files {
            total.add(receive(writer, &stamp, &name, run, file)?);
            let records = file.parsed.records.iter();
            retrieved += records
                .filter(|r| r.record.kind != RecordKind::Deleted)
                .count() as u64;
            declared = declared.or(file.parsed.declared);
            returned.extend(
                file.parsed
                    .records
                    .iter()
                    .filter_map(|r| r.record.source_id.as_deref()),
            );
            responses.push(file.response());
        }
        for id in &ids {
            if !returned.contains(id.as_str()) && writer.read().record_by_key(&name, id)?.is_none()
            {
                warnings.push(format!("id {id} was found and never returned"));
            }
        }
        let hits = match service {
            Some(_) => hits.or(declared.take()),
            None => hits,
        };
        writer.append(&stamp.draft(Body::SearchCompleted {
            run,
            source: name.clone(),
            interface: interface.to_owned(),
            query,
            searched,
            hits,
            declared,
            retrieved,
            known,
            translation,
            stated: files.iter().find_map(|file| file.parsed.query.clone()),
            warnings,
            responses,
        }))?;
        writer.mark_done(task)?;
        Ok(total)
    })
}

/// The digest of a table's bytes, for the log.
pub fn digest(table: &WaveTable) -> Digest {
    Digest::of(&table.bytes)
}
