//! `rob --answers`: the judgements of RoB 2 from the answers to its signalling questions.

use crate::appraise::rob2::Standing;
use crate::appraise::{Answers, Appraised, Remark, read_answers, tally, write_judgements};
use crate::cli::error::{CliError, Ending, Kind};
use crate::cli::out::{Ink, Out};
use crate::cli::output;
use crate::model::Judgement;
use serde_json::json;
use std::path::{Path, PathBuf};

/// More remarks than this are counted, not listed: the file and `--json` have them all.
const SHOWN: usize = 20;

pub(super) fn run(file: &Path, to: Option<&Path>, out: &mut Out) -> Result<u8, Ending> {
    if let Some(path) = to {
        output::check(path)?;
        output::check_apart(path, &[PathBuf::from(file)])?;
    }
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    let answers = read_answers(&bytes).map_err(|error| {
        CliError::new(Kind::Input, format!("{shown}: {error}")).at(&shown, error.line())
    })?;
    let all: Vec<Appraised> = answers.iter().map(Answers::appraise).collect();
    let text = write_judgements(&all);
    match to {
        Some(path) => output::write(path, text.as_bytes(), out)?,
        None if !out.is_json() => out.raw(&text)?,
        None => {}
    }
    let said: Vec<String> = all
        .iter()
        .flat_map(|one| one.remarks.iter().map(|remark| told(&shown, one, remark)))
        .collect();
    for line in said.iter().take(SHOWN) {
        out.note(line);
    }
    if let Some(more) = said.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        out.note(&format!(
            "warning: {more} more like these: --json lists all"
        ));
    }
    match to.filter(|path| !output::is_stdout(path)) {
        Some(path) => out.line(&format!(
            "{} {}: {}",
            out.ink(Ink::Good, "+"),
            path.display(),
            tally(&all)
        ))?,
        None => out.note(&tally(&all)),
    }
    let results: Vec<_> = all.iter().map(result).collect();
    out.json(&json!({"results": results, "written": to}))?;
    Ok(0)
}

/// A remark as a warning with its place.
fn told(file: &str, one: &Appraised, remark: &Remark) -> String {
    match remark.line {
        Some(line) => format!("warning: {file}:{line}: {}: {}", one.label(), remark.text),
        None => format!("warning: {}: {}", one.label(), remark.text),
    }
}

fn result(one: &Appraised) -> serde_json::Value {
    let word = |judgement: Option<Judgement>| judgement.map(Judgement::word);
    let ids = |all: &mut dyn Iterator<Item = &Standing>| -> Vec<&str> {
        all.map(|one| one.question.id).collect()
    };
    let domains: Vec<_> = one
        .domains
        .iter()
        .map(|domain| {
            json!({
                "domain": domain.domain.short, "judgement": word(domain.judgement),
                "path": domain.path(), "open": ids(&mut domain.missing()),
                "beside": ids(&mut domain.questions.iter().filter(|one| one.is_beside())),
            })
        })
        .collect();
    let warnings: Vec<_> = one
        .remarks
        .iter()
        .map(|remark| json!({"line": remark.line, "message": remark.text}))
        .collect();
    json!({
        "study": one.study, "result": one.result, "effect": one.effect.word(),
        "overall": word(one.overall), "path": one.path(), "domains": domains, "warnings": warnings,
    })
}
