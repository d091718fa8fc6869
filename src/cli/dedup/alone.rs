//! `dedup IN… -o clusters.csv`: files without a workspace.
//!
//! A table is read row by row and a record is let go once it is prepared, so that a million records
//! fit; every other format is read whole, file by file.

use super::super::args::DedupArgs;
use super::super::error::{CliError, Ending, Kind};
use super::super::out::{Ink, Out, fit};
use crate::dedup::{Entry, Explanation, Mended, Outcome, Pool, explain};
use crate::formats::{self, ParsedRecord, Problem, TableStreamed};
use crate::model::{Record, RecordId};
use crate::search::SearchError;
use crate::store::archive::write_durably;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

/// So many records are prepared together.
const PART: usize = 4096;

pub(super) fn run(args: &DedupArgs, out: &mut Out) -> Result<u8, Ending> {
    let mut whole = BTreeSet::new();
    let read = loop {
        let mut read = Reading::new(args.explain.clone().unwrap_or_default());
        match read.all(&args.files, &whole, out)? {
            None => break read,
            // Half of it was taken before it showed that it is no plain table: begin again.
            Some(path) => whole.insert(path),
        };
    };
    let Reading {
        pool,
        mut rows,
        files,
        kept,
        ..
    } = read;
    if rows.is_empty() {
        return Err(CliError::new(Kind::Input, "the files hold no record").into());
    }
    name_apart(&mut rows, &files);
    let running: Vec<bool> = files.iter().map(|f| pool.numbers_its_records(f)).collect();
    let outcome = pool.deduplicate(&BTreeMap::new(), &[]);
    let found = Found::new(rows, files, outcome);
    if let Some(path) = &args.output {
        save(path, found.clusters()?)?;
    }
    if let Some(path) = &args.review {
        save(path, found.pairs()?)?;
    }
    let explained = match args.explain.as_deref() {
        Some([a, b]) => Some(found.explain((a, b), &kept, &running, out)?),
        _ => None,
    };
    found.summary(explained, out)?;
    Ok(0)
}

/// What is kept of a record: its name, its file, how full it is.
struct Row {
    name: String,
    file: usize,
    completeness: u32,
}

/// The files being read.
struct Reading {
    pool: Pool,
    rows: Vec<Row>,
    files: Vec<String>,
    waiting: Vec<Record>,
    /// Names to explain, and the records that may be meant.
    wanted: Vec<String>,
    kept: Vec<(usize, Record)>,
}

impl Reading {
    fn new(wanted: Vec<String>) -> Self {
        Self {
            pool: Pool::default(),
            rows: Vec::new(),
            files: Vec::new(),
            waiting: Vec::new(),
            wanted,
            kept: Vec::new(),
        }
    }

    /// Reads every file; gives the one that must be read whole, if that shows late.
    fn all(
        &mut self,
        paths: &[PathBuf],
        whole: &BTreeSet<PathBuf>,
        out: &Out,
    ) -> Result<Option<PathBuf>, Ending> {
        for path in paths {
            let shown = path.display().to_string();
            let fault = |error: std::io::Error| {
                CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
            };
            let name = path
                .file_name()
                .map_or_else(String::new, |n| n.to_string_lossy().into_owned());
            self.files.push(self.file_name(name));
            let mut streamed = TableStreamed::Other;
            let before = self.rows.len();
            if !whole.contains(path) {
                let file = File::open(path).map_err(fault)?;
                let (end, problems) = self.stream(file)?;
                streamed = end.map_err(fault)?;
                if streamed == TableStreamed::Whole {
                    for problem in &problems {
                        out.note(&format!("{shown}:{}", crate::search::say(problem)));
                    }
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
                for problem in &scanned.parsed.problems {
                    out.note(&format!("{shown}:{}", crate::search::say(problem)));
                }
            }
            self.prepare();
        }
        Ok(None)
    }

    /// Reads a table on a thread of its own, while what is read already is prepared.
    fn stream(&mut self, file: File) -> Result<(io::Result<TableStreamed>, Vec<Problem>), Ending> {
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
            }
            reader.join().map_err(|_| {
                CliError::new(Kind::Internal, "the thread that reads the file stopped").into()
            })
        })
    }

    /// Files of one name in two folders are told apart by their number.
    fn file_name(&self, name: String) -> String {
        if self.files.contains(&name) {
            format!("{name} ({})", self.files.len() + 1)
        } else {
            name
        }
    }

    fn take(&mut self, n: u64, record: Record) {
        let name = record.source_id.clone();
        let name = name.unwrap_or_else(|| n.to_string());
        let meant = |wanted: &String| {
            // `FILE#id`, or `FILE#id#n` where the file itself has the id twice
            *wanted == name || wanted.contains(&format!("#{name}"))
        };
        if self.wanted.iter().any(meant) {
            self.kept.push((self.rows.len(), record.clone()));
        }
        self.rows.push(Row {
            name,
            file: self.files.len().saturating_sub(1),
            completeness: record.completeness(),
        });
        self.waiting.push(record);
        if self.waiting.len() >= PART {
            self.prepare();
        }
    }

    fn prepare(&mut self) {
        let records = std::mem::take(&mut self.waiting);
        let source = self.files.last().map_or("", String::as_str);
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

/// Ids that clash across files carry their file; those that still clash their place as well.
fn name_apart(rows: &mut [Row], files: &[String]) {
    let clashing = |rows: &[Row]| -> HashSet<String> {
        let mut seen = HashSet::new();
        rows.iter()
            .filter(|row| !seen.insert(row.name.as_str()))
            .map(|row| row.name.clone())
            .collect()
    };
    let found = clashing(rows);
    for row in rows.iter_mut().filter(|row| found.contains(&row.name)) {
        let file = files.get(row.file).map_or("", String::as_str);
        row.name = format!("{file}#{}", row.name);
    }
    let found = clashing(rows);
    for (n, row) in rows
        .iter_mut()
        .enumerate()
        .filter(|(_, row)| found.contains(&row.name))
    {
        row.name = format!("{}#{}", row.name, n + 1);
    }
}

/// The result, by the places of the records.
struct Found {
    rows: Vec<Row>,
    files: Vec<String>,
    outcome: Outcome,
    /// The first record of each record's cluster.
    heads: Vec<usize>,
    /// The fullest record of the cluster, by its head.
    primary: Vec<usize>,
    /// The join by which a record came in, as a place in the outcome's joins.
    joined: Vec<Option<usize>>,
}

fn place(id: RecordId) -> usize {
    usize::try_from(id.0).map_or(usize::MAX, |n| n.wrapping_sub(1))
}

impl Found {
    fn new(rows: Vec<Row>, files: Vec<String>, outcome: Outcome) -> Self {
        let mut heads: Vec<usize> = (0..rows.len()).collect();
        let mut joined = vec![None; rows.len()];
        for (n, join) in outcome.joins.iter().enumerate() {
            let (a, b) = (root(&heads, place(join.a)), root(&heads, place(join.b)));
            if let Some(head) = heads.get_mut(a.max(b)) {
                *head = a.min(b);
            }
            for end in [place(join.a), place(join.b)] {
                if let Some(by) = joined.get_mut(end) {
                    by.get_or_insert(n);
                }
            }
        }
        for at in 0..heads.len() {
            let root = root(&heads, at);
            if let Some(head) = heads.get_mut(at) {
                *head = root;
            }
        }
        let mut primary: Vec<usize> = (0..rows.len()).collect();
        for (at, head) in heads.iter().enumerate() {
            let full = |n: usize| rows.get(n).map_or(0, |row| row.completeness);
            if let Some(best) = primary.get_mut(*head)
                && full(at) > full(*best)
            {
                *best = at;
            }
        }
        Self {
            rows,
            files,
            outcome,
            heads,
            primary,
            joined,
        }
    }

    fn name(&self, at: usize) -> &str {
        self.rows.get(at).map_or("", |row| row.name.as_str())
    }

    fn head(&self, at: usize) -> usize {
        self.heads.get(at).copied().unwrap_or(at)
    }

    fn clusters(&self) -> Result<csv::Writer<Vec<u8>>, Ending> {
        let mut table = csv::Writer::from_writer(Vec::new());
        row(&mut table, &["id", "cluster", "primary", "rule", "score"])?;
        for at in 0..self.rows.len() {
            let head = self.head(at);
            let primary = self.primary.get(head).copied().unwrap_or(head);
            let join = self.joined.get(at).copied().flatten();
            let join = join.and_then(|n| self.outcome.joins.get(n));
            let score = join.map_or_else(String::new, |join| format!("{:.4}", join.score));
            let rule = join.map_or("", |join| join.rule);
            let names = (self.name(at), self.name(head), self.name(primary));
            row(&mut table, &[names.0, names.1, names.2, rule, &score])?;
        }
        Ok(table)
    }

    fn pairs(&self) -> Result<csv::Writer<Vec<u8>>, Ending> {
        let mut table = csv::Writer::from_writer(Vec::new());
        row(&mut table, &["id1", "id2", "score", "why"])?;
        for pair in &self.outcome.queue {
            let score = format!("{:.4}", pair.score);
            let why = self.named(&pair.why);
            let (a, b) = (self.name(place(pair.a)), self.name(place(pair.b)));
            row(&mut table, &[a, b, &score, &why])?;
        }
        Ok(table)
    }

    /// A reason may name two members of joining clusters, as `r12`: here they have other names.
    fn named(&self, why: &str) -> String {
        let Some((what, members)) = why.split_once(", between ") else {
            return why.to_owned();
        };
        let names: Vec<&str> = members
            .split(" and ")
            .filter_map(|id| Some(self.name(place(id.parse().ok()?))))
            .collect();
        format!("{what}, between {}", names.join(" and "))
    }

    /// Says field by field what the rules make of a pair, and what became of it here.
    fn explain(
        &self,
        (a, b): (&str, &str),
        kept: &[(usize, Record)],
        running: &[bool],
        out: &mut Out,
    ) -> Result<Value, Ending> {
        let find = |name: &str| {
            let found = kept.iter().find(|(at, _)| self.name(*at) == name);
            let (at, record) = found.ok_or_else(|| {
                CliError::new(
                    Kind::Input,
                    format!("no record of the files has the id `{name}`"),
                )
            })?;
            let mut record = record.clone();
            let file = self.rows.get(*at).map_or(0, |row| row.file);
            if running.get(file) == Some(&true) {
                record.issue = None; // a running number of the file
            }
            Ok::<_, CliError>((*at, record))
        };
        let ((a, left), (b, right)) = (find(a)?, find(b)?);
        let said = explain(&left, &right);
        for field in &said.fields {
            out.line(&format!(
                "{} {} {} | {}",
                fit(field.name, 12),
                fit(field.sign.as_str(), 9),
                fit(&field.a, 30),
                fit(&field.b, 30)
            ))?;
        }
        for (name, repairs) in [
            (self.name(a), &said.repairs[0]),
            (self.name(b), &said.repairs[1]),
        ] {
            for repair in repairs {
                let read = format!("read anew in {name}: {}", repair.what);
                out.line(&format!("{} {read}", fit(repair.field, 12)))?;
            }
        }
        let judgement = format!("{}: {}", said.judgement.as_str(), said.decided_by);
        out.line(&format!("{judgement} (score {:.4})", said.score))?;
        let together = self.head(a) == self.head(b);
        let asked = self.outcome.queue.iter().find(|pair| {
            let pair = (place(pair.a), place(pair.b));
            pair == (a.min(b), a.max(b))
        });
        let fate = match (together, asked) {
            (true, _) => format!("In the result: one cluster, {}", self.name(self.head(a))),
            (false, Some(pair)) => {
                format!("In the result: for a person ({})", self.named(&pair.why))
            }
            (false, None) => "In the result: two clusters".to_owned(),
        };
        out.line(&format!("{fate}\n"))?;
        Ok(self.explained((a, b), &said, together, asked.is_some()))
    }

    fn explained(
        &self,
        (a, b): (usize, usize),
        said: &Explanation,
        together: bool,
        asked: bool,
    ) -> Value {
        let fields: Vec<Value> = said
            .fields
            .iter()
            .map(|f| json!({"field": f.name, "sign": f.sign.as_str(), "a": f.a, "b": f.b}))
            .collect();
        let repairs = |of: &[Mended]| -> Vec<Value> {
            let row = |r: &Mended| json!({"field": r.field, "what": r.what});
            of.iter().map(row).collect()
        };
        json!({
            "a": self.name(a), "b": self.name(b), "judgement": said.judgement.as_str(),
            "decided_by": said.decided_by, "score": said.score, "fields": fields,
            "repairs": {"a": repairs(&said.repairs[0]), "b": repairs(&said.repairs[1])},
            "one_cluster": together, "in_queue": asked,
        })
    }

    fn summary(&self, explained: Option<Value>, out: &mut Out) -> Result<(), Ending> {
        let mut read = vec![0_u64; self.files.len()];
        let mut copies = vec![0_u64; self.files.len()];
        for (at, row) in self.rows.iter().enumerate() {
            let counted = |counts: &mut Vec<u64>| {
                counts.get_mut(row.file).into_iter().for_each(|n| *n += 1);
            };
            counted(&mut read);
            if self.head(at) != at {
                counted(&mut copies);
            }
        }
        for ((file, n), copies) in self.files.iter().zip(&read).zip(&copies) {
            out.line(&format!(
                "{n:>8} {} in {file}, {copies} of them {}",
                if *n == 1 { "record" } else { "records" },
                if *copies == 1 {
                    "a copy of an earlier one"
                } else {
                    "copies of earlier ones"
                }
            ))?;
        }
        let removed: u64 = copies.iter().sum();
        let kept = self.rows.len() as u64 - removed;
        let mut rules: BTreeMap<&str, u64> = BTreeMap::new();
        for join in &self.outcome.joins {
            *rules.entry(join.rule).or_default() += 1;
        }
        let mut relations: BTreeMap<&str, u64> = BTreeMap::new();
        for relation in &self.outcome.relations {
            *relations.entry(relation.kind.as_str()).or_default() += 1;
        }
        let copies_of = if removed == 1 { "copy" } else { "copies" };
        out.line(&format!("{removed:>8} {copies_of} removed"))?;
        let mut ordered: Vec<_> = rules.iter().collect();
        ordered.sort_by_key(|(rule, n)| (std::cmp::Reverse(**n), **rule));
        for (rule, n) in ordered {
            out.line(&out.ink(Ink::Dim, &format!("{n:>8}   by {rule}")))?;
        }
        let records = if kept == 1 { "record" } else { "records" };
        out.line(&format!("{kept:>8} {records} kept"))?;
        let queue = self.outcome.queue.len() as u64;
        out.line(&format!(
            "{queue:>8} {} for a person",
            if queue == 1 { "pair" } else { "pairs" }
        ))?;
        for (relation, n) in &relations {
            let pairs = if *n == 1 { "pair" } else { "pairs" };
            out.line(&format!("{n:>8} {pairs} linked as {relation}, not merged"))?;
        }
        let per_file: BTreeMap<&str, u64> = self
            .files
            .iter()
            .map(String::as_str)
            .zip(read.iter().copied())
            .collect();
        let per_copies: BTreeMap<&str, u64> =
            self.files.iter().map(String::as_str).zip(copies).collect();
        let mut value = json!({
            "records": self.rows.len(), "kept": kept, "removed": removed, "files": per_file,
            "copies": per_copies, "by_rule": rules, "queue": queue,
            "relations": self.outcome.relations.len(), "by_relation": relations,
        });
        if let (Some(explained), Some(object)) = (explained, value.as_object_mut()) {
            object.insert("explained".to_owned(), explained);
        }
        out.json(&value)
    }
}

fn root(heads: &[usize], mut at: usize) -> usize {
    while let Some(&up) = heads.get(at) {
        if up == at {
            break;
        }
        at = up;
    }
    at
}

fn row(table: &mut csv::Writer<Vec<u8>>, cells: &[&str]) -> Result<(), Ending> {
    let fault = |error: csv::Error| CliError::new(Kind::Internal, error.to_string()).into();
    table.write_record(cells).map_err(fault)
}

fn save(path: &Path, table: csv::Writer<Vec<u8>>) -> Result<(), Ending> {
    let bytes = table
        .into_inner()
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    write_durably(path, &bytes).map_err(|error| {
        CliError::new(
            Kind::Io,
            format!("cannot write {}: {error}", path.display()),
        )
        .into()
    })
}
