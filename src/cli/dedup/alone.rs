//! `dedup IN… -o clusters.csv`: files without a workspace.
//!
//! A table is read row by row and a record is let go once it is prepared, so that a million records
//! fit; every other format is read whole, file by file. The order of rows and files changes nothing
//! but the order of the rows of `clusters.csv`: see `order`.

mod found;
mod order;
mod problems;

use super::super::args::DedupArgs;
use super::super::error::{CliError, Ending, Kind};
use super::super::out::Out;
use super::super::progress::Bar;
use crate::dedup::{Entry, Pool};
use crate::formats::{self, ParsedRecord, Problem, TableStreamed};
use crate::model::{Digest, Progress as _, Record, RecordId};
use crate::search::SearchError;
use found::Found;
use problems::Wrong;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

/// So many records are prepared together.
const PART: usize = 4096;
/// From so many records on, a terminal is told that they are being compared.
const MANY: usize = 50_000;

pub(super) fn run(args: &DedupArgs, out: &mut Out) -> Result<u8, Ending> {
    check_paths(args)?;
    let mut whole = BTreeSet::new();
    let read = loop {
        let mut read = Reading::new(args);
        match read.all(&args.files, &whole)? {
            None => break read,
            // Half of it was taken before it showed that it is not a plain table: begin again.
            Some(path) => whole.insert(path),
        };
    };
    let Reading {
        mut pool,
        mut rows,
        files,
        kept,
        wrong,
        ..
    } = read;
    for file in &wrong {
        problems::report(file, out);
    }
    if rows.is_empty() {
        let help = "each needs a row or entry with a title, a DOI or a PMID";
        return Err(CliError::new(Kind::Input, "the files hold no record")
            .help(help)
            .into());
    }
    let order = order::rank(&rows, &files, |place| pool.identity(place));
    order::name_apart(&mut rows, &files, &order);
    let mut ids = vec![RecordId(0); rows.len()];
    for (place, n) in order.iter().zip(1..) {
        let slot = usize::try_from(*place).ok().and_then(|at| ids.get_mut(at));
        if let Some(id) = slot {
            *id = RecordId(n);
        }
    }
    pool.number(ids);
    let running: Vec<bool> = files.iter().map(|f| pool.numbers_its_records(f)).collect();
    if rows.len() >= MANY && io::stderr().is_terminal() {
        out.note(&format!("comparing {} records", rows.len()));
    }
    let outcome = pool.deduplicate(&BTreeMap::new(), &[]);
    let found = Found::new(rows, files, order, outcome);
    for (path, table) in [
        (&args.output, found.clusters()?),
        (&args.review, found.pairs()?),
        (&args.relations, found.relations()?),
    ] {
        if let Some(path) = path {
            found::save(path, table, out)?;
        }
    }
    let explained = match args.explain.as_deref() {
        Some([a, b]) => Some(found.explain((a, b), &kept, &running, out)?),
        _ => None,
    };
    found.summary(explained, problems::json(&wrong), out)?;
    // As `convert`: what could be read is there, and something may be missing from it.
    let damaged = wrong.iter().flat_map(|file| &file.problems);
    let damaged = damaged.into_iter().any(|problem| problem.kind.is_damage());
    Ok(if damaged { 2 } else { 0 })
}

/// No file is written over one that is read, nor two results into one file.
fn check_paths(args: &DedupArgs) -> Result<(), CliError> {
    let place = |path: &Path| {
        let folder = path.parent().filter(|f| !f.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok();
        let whole = path.canonicalize().ok();
        whole.or_else(|| Some(folder?.join(path.file_name()?)))
    };
    let mut written: BTreeMap<PathBuf, &str> = BTreeMap::new();
    for (option, path) in [
        ("--output", &args.output),
        ("--review", &args.review),
        ("--relations", &args.relations),
    ] {
        let Some(path) = path else { continue };
        let Some(at) = place(path) else { continue };
        if args
            .files
            .iter()
            .any(|file| place(file).as_ref() == Some(&at))
        {
            let path = path.display();
            return Err(
                CliError::usage(format!("{option} would overwrite {path}, which is read"))
                    .help("give the result a name of its own"),
            );
        }
        if let Some(other) = written.insert(at, option) {
            let path = path.display();
            return Err(
                CliError::usage(format!("{other} and {option} both name {path}"))
                    .help("give each result a name of its own"),
            );
        }
    }
    Ok(())
}

/// What is kept of a record: its name, its file, how full it is.
struct Row {
    name: String,
    file: usize,
    completeness: u32,
    /// What it says, for a record that has no id of its own: its name is the number of its row.
    content: Option<u64>,
}

/// The files being read.
struct Reading {
    pool: Pool,
    rows: Vec<Row>,
    files: Vec<String>,
    /// The place of the file being read.
    file: usize,
    waiting: Vec<Record>,
    /// Names to explain, and the records that may be meant.
    wanted: Vec<String>,
    kept: Vec<(usize, Record)>,
    wrong: Vec<Wrong>,
    bar: Bar,
}

impl Reading {
    fn new(args: &DedupArgs) -> Self {
        Self {
            pool: Pool::default(),
            rows: Vec::new(),
            files: order::file_names(args.files.iter().map(PathBuf::as_path)),
            file: 0,
            waiting: Vec::new(),
            wanted: args.explain.clone().unwrap_or_default(),
            kept: Vec::new(),
            wrong: Vec::new(),
            bar: Bar::default(),
        }
    }

    /// Reads every file; gives the one that must be read whole, if that shows late.
    fn all(
        &mut self,
        paths: &[PathBuf],
        whole: &BTreeSet<PathBuf>,
    ) -> Result<Option<PathBuf>, Ending> {
        let size = |path: &PathBuf| std::fs::metadata(path).map_or(0, |m| m.len());
        self.bar
            .begin("bytes of the files", paths.iter().map(size).sum());
        for (place, path) in paths.iter().enumerate() {
            self.file = place;
            let shown = path.display().to_string();
            let fault = |error: io::Error| {
                CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
            };
            let mut streamed = TableStreamed::Other;
            let before = self.rows.len();
            if !whole.contains(path) {
                let file = File::open(path).map_err(fault)?;
                let (end, problems) = self.stream(file)?;
                streamed = end.map_err(fault)?;
                if let TableStreamed::Whole(table) = &streamed {
                    let mut all = table.problems.clone();
                    all.extend(problems);
                    self.note(&shown, all);
                } else if self.rows.len() > before {
                    return Ok(Some(path.clone()));
                }
            }
            if streamed == TableStreamed::Other {
                let bytes = std::fs::read(path).map_err(fault)?;
                let mut each = |r: ParsedRecord| self.take(r.n, r.record);
                let scanned = formats::scan(&bytes, None, &mut each).map_err(|source| {
                    SearchError::Format {
                        path: shown.clone(),
                        source,
                    }
                })?;
                self.bar.advance(bytes.len() as u64);
                self.note(&shown, scanned.parsed.problems);
            }
            self.prepare();
        }
        self.bar.end();
        Ok(None)
    }

    fn note(&mut self, file: &str, problems: Vec<Problem>) {
        if !problems.is_empty() {
            let file = file.to_owned();
            self.wrong.push(Wrong { file, problems });
        }
    }

    /// Reads a table on a thread of its own, while what is read already is prepared.
    fn stream(&mut self, file: File) -> Result<(io::Result<TableStreamed>, Vec<Problem>), Ending> {
        let read = Arc::new(AtomicU64::new(0));
        let file = Counted {
            inner: file,
            read: Arc::clone(&read),
        };
        thread::scope(|scope| {
            let (send, parts) = mpsc::sync_channel::<Vec<(u64, Record)>>(2);
            let reader = scope.spawn(move || {
                let mut problems = Vec::new();
                let mut part = Vec::with_capacity(PART);
                let end = formats::stream_table(file, |n, record, mut wrong| {
                    problems.append(&mut wrong);
                    part.push((n, record));
                    if part.len() == PART {
                        // Nobody listens only where the other side has failed; it says so itself.
                        let _ = send.send(std::mem::take(&mut part));
                    }
                });
                let _ = send.send(part);
                (end, problems)
            });
            for part in parts {
                for (n, record) in part {
                    self.take(n, record);
                }
                self.bar.advance(read.swap(0, Ordering::Relaxed));
            }
            reader.join().map_err(|_| {
                CliError::new(Kind::Internal, "the thread that reads the file stopped").into()
            })
        })
    }

    fn take(&mut self, n: u64, record: Record) {
        let own = record.source_id.as_deref().map(str::trim);
        let own = own.filter(|id| !id.is_empty()).map(str::to_owned);
        let content = match own {
            Some(_) => None,
            None => Some(content(&record)),
        };
        let name = own.unwrap_or_else(|| n.to_string());
        let meant = |wanted: &String| {
            // `FILE#id`, or `FILE#id#n` where the file itself has the id twice
            *wanted == name || wanted.contains(&format!("#{name}"))
        };
        if self.wanted.iter().any(meant) {
            self.kept.push((self.rows.len(), record.clone()));
        }
        self.rows.push(Row {
            name,
            file: self.file,
            completeness: record.completeness(),
            content,
        });
        self.waiting.push(record);
        if self.waiting.len() >= PART {
            self.prepare();
        }
    }

    fn prepare(&mut self) {
        let records = std::mem::take(&mut self.waiting);
        let source = self.files.get(self.file).map_or("", String::as_str);
        let first = self.pool.len() + 1;
        let entries: Vec<Entry<'_>> = records
            .iter()
            .zip(first..)
            .map(|(record, n)| Entry {
                id: RecordId(u32::try_from(n).unwrap_or(u32::MAX)),
                record,
                source,
                new: true,
            })
            .collect();
        self.pool.add(&entries);
    }
}

/// A hash over everything a record says.
fn content(record: &Record) -> u64 {
    let bytes = serde_json::to_vec(record).unwrap_or_default();
    let Digest(digest) = Digest::of(&bytes);
    digest
        .iter()
        .take(8)
        .fold(0, |all, byte| (all << 8) | u64::from(*byte))
}

/// A file that says how many bytes were read from it.
struct Counted {
    inner: File,
    read: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.read.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}
