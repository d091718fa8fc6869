//! What deduplication of files found: the tables that are written and the summary.

use super::super::super::error::{CliError, Ending, Kind};
use super::super::super::out::{Ink, Out, fit};
use super::Row;
use crate::dedup::{Explanation, Mended, Outcome, Relation, explain};
use crate::model::{Record, RecordId};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// The result, by the places of the records in the order of reading.
pub(super) struct Found {
    rows: Vec<Row>,
    files: Vec<String>,
    outcome: Outcome,
    /// The place of each record in the order in which they count: the record with id `n` is that of
    /// `order[n - 1]`.
    order: Vec<u32>,
    /// The first record of each record's cluster, in that order.
    heads: Vec<usize>,
    /// The fullest record of the cluster, by its head.
    primary: Vec<usize>,
    /// The join by which a record came in, as a place in the outcome's joins.
    joined: Vec<Option<usize>>,
}

/// The place at which a record counts.
fn rank(id: RecordId) -> usize {
    usize::try_from(id.0).map_or(usize::MAX, |n| n.wrapping_sub(1))
}

impl Found {
    pub(super) fn new(
        rows: Vec<Row>,
        files: Vec<String>,
        order: Vec<u32>,
        outcome: Outcome,
    ) -> Self {
        let mut up: Vec<usize> = (0..rows.len()).collect();
        let mut joined = vec![None; rows.len()];
        let place = |rank: usize| -> usize {
            let place = order.get(rank).map(|n| usize::try_from(*n));
            place.and_then(Result::ok).unwrap_or(usize::MAX)
        };
        for (n, join) in outcome.joins.iter().enumerate() {
            let (a, b) = (root(&up, rank(join.a)), root(&up, rank(join.b)));
            if let Some(head) = up.get_mut(a.max(b)) {
                *head = a.min(b);
            }
            for end in [join.a, join.b] {
                if let Some(by) = joined.get_mut(place(rank(end))) {
                    by.get_or_insert(n);
                }
            }
        }
        let mut heads: Vec<usize> = (0..rows.len()).collect();
        let mut primary: Vec<usize> = (0..rows.len()).collect();
        for at in 0..rows.len() {
            let (here, head) = (place(at), place(root(&up, at)));
            if let Some(slot) = heads.get_mut(here) {
                *slot = head;
            }
            // The fullest; of equals the one that counts first.
            let full = |n: usize| rows.get(n).map_or(0, |row| row.completeness);
            if let Some(best) = primary.get_mut(head)
                && full(here) > full(*best)
            {
                *best = here;
            }
        }
        Self {
            rows,
            files,
            outcome,
            order,
            heads,
            primary,
            joined,
        }
    }

    /// The place of a record in the order of reading.
    fn place(&self, id: RecordId) -> usize {
        let place = self.order.get(rank(id)).map(|n| usize::try_from(*n));
        place.and_then(Result::ok).unwrap_or(usize::MAX)
    }

    fn name(&self, at: usize) -> &str {
        self.rows.get(at).map_or("", |row| row.name.as_str())
    }

    fn head(&self, at: usize) -> usize {
        self.heads.get(at).copied().unwrap_or(at)
    }

    pub(super) fn clusters(&self) -> Result<csv::Writer<Vec<u8>>, Ending> {
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

    pub(super) fn pairs(&self) -> Result<csv::Writer<Vec<u8>>, Ending> {
        let mut table = csv::Writer::from_writer(Vec::new());
        row(&mut table, &["id1", "id2", "score", "why"])?;
        for pair in &self.outcome.queue {
            let score = format!("{:.4}", pair.score);
            let why = self.named(&pair.why);
            let (a, b) = (self.name(self.place(pair.a)), self.name(self.place(pair.b)));
            row(&mut table, &[a, b, &score, &why])?;
        }
        Ok(table)
    }

    pub(super) fn relations(&self) -> Result<csv::Writer<Vec<u8>>, Ending> {
        let mut table = csv::Writer::from_writer(Vec::new());
        row(&mut table, &["id1", "id2", "relation", "why"])?;
        for relation in &self.outcome.relations {
            let (a, b) = self.ends(relation);
            row(&mut table, &[a, b, relation.kind.as_str(), &relation.why])?;
        }
        Ok(table)
    }

    fn ends(&self, relation: &Relation) -> (&str, &str) {
        let name = |id: RecordId| self.name(self.place(id));
        (name(relation.from), name(relation.to))
    }

    /// A reason may name two members of joining clusters, as `r12`: here they have other names.
    fn named(&self, why: &str) -> String {
        let Some((what, members)) = why.split_once(", between ") else {
            return why.to_owned();
        };
        let names: Vec<&str> = members
            .split(" and ")
            .filter_map(|id| Some(self.name(self.place(id.parse().ok()?))))
            .collect();
        format!("{what}, between {}", names.join(" and "))
    }

    /// Says field by field what the rules make of a pair, and what became of it here.
    pub(super) fn explain(
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
            let pair = (self.place(pair.a), self.place(pair.b));
            pair == (a, b) || pair == (b, a)
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

    pub(super) fn summary(
        &self,
        explained: Option<Value>,
        problems: Vec<Value>,
        out: &mut Out,
    ) -> Result<(), Ending> {
        let mut read = vec![0_u64; self.files.len()];
        let mut copies = vec![0_u64; self.files.len()];
        // A file is said to bring copies of what stands before it, in the order of reading.
        let mut seen = HashSet::new();
        for (at, row) in self.rows.iter().enumerate() {
            let counted = |counts: &mut Vec<u64>| {
                counts.get_mut(row.file).into_iter().for_each(|n| *n += 1);
            };
            counted(&mut read);
            if !seen.insert(self.head(at)) {
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
        if !out.is_json() {
            return Ok(());
        }
        let by_file = |counts: Vec<u64>| -> BTreeMap<&str, u64> {
            self.files.iter().map(String::as_str).zip(counts).collect()
        };
        let linked = self.outcome.relations.iter().map(|relation| {
            let (a, b) = self.ends(relation);
            json!({"id1": a, "id2": b, "relation": relation.kind.as_str(), "why": relation.why})
        });
        let linked: Vec<Value> = linked.collect();
        let mut value = json!({
            "records": self.rows.len(), "kept": kept, "removed": removed, "files": by_file(read),
            "copies": by_file(copies), "by_rule": rules, "queue": queue,
            "relations": self.outcome.relations.len(), "by_relation": relations,
            "linked": linked, "problems": problems,
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

pub(super) fn save(path: &Path, table: csv::Writer<Vec<u8>>, out: &mut Out) -> Result<(), Ending> {
    let bytes = table
        .into_inner()
        .map_err(|error| CliError::new(Kind::Internal, error.to_string()))?;
    crate::cli::output::write(path, &bytes, out)
}
