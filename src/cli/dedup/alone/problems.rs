//! What was wrong in the files: every problem in `--json`, a readable few lines for people.
//!
//! An export can have a thousand cells that are not DOIs; a thousand lines would hide the one that
//! says that a record was cut. Warnings of one kind in one file are one line with their number;
//! where something may be missing, the first lines are shown and the rest counted.

use super::super::super::out::Out;
use crate::formats::Problem;
use crate::search::say;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// So many problems by which something may be missing are shown one by one.
const SHOWN: usize = 10;

/// The problems of one file.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) file: String,
    pub(super) problems: Vec<Problem>,
}

/// Says what is wrong in a file.
pub(super) fn report(wrong: &Wrong, out: &Out) {
    let file = &wrong.file;
    let mut kinds: BTreeMap<(bool, &str), Vec<&Problem>> = BTreeMap::new();
    for problem in &wrong.problems {
        let kind = (!problem.kind.is_damage(), problem.kind.as_str());
        kinds.entry(kind).or_default().push(problem);
    }
    for ((warning, kind), problems) in kinds {
        let shown = match problems.len() {
            1 => 1,
            _ if warning => 0,
            n => n.min(SHOWN),
        };
        for problem in problems.iter().take(shown) {
            out.note(&format!("{file}:{}", say(problem)));
        }
        let left = problems.len() - shown;
        let Some(first) = problems.get(shown) else {
            continue;
        };
        let more = if shown > 0 { "more " } else { "" };
        let line = first
            .line
            .map_or_else(String::new, |n| format!("line {n}: "));
        out.note(&format!(
            "{file}: {left} {more}× {kind}, the first: {line}{} (`--json` has them all)",
            first.text
        ));
    }
}

/// Every problem of the files.
pub(super) fn json(all: &[Wrong]) -> Vec<Value> {
    let each = all.iter().flat_map(|wrong| {
        let file = &wrong.file;
        wrong.problems.iter().map(move |problem| {
            let mut value = super::super::super::import::problem(problem);
            if let Some(object) = value.as_object_mut() {
                object.insert("file".to_owned(), json!(file));
            }
            value
        })
    });
    each.collect()
}
