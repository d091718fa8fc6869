//! `import --baseline FILE --version NAME`: a review that was published before it came here.

use super::super::args::{Global, ImportArgs};
use super::super::clock::SystemClock;
use super::super::error::{CliError, Ending, Kind};
use super::super::out::{Ink, Out, fit};
use super::super::output;
use crate::ledger::Stamp;
use crate::model::{Clock as _, RegistryId, many};
use crate::pipeline::Workspace;
use crate::search::baseline::{self, Baseline};
use crate::search::{SearchError, say};
use crate::store::PipelineLock;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(super) fn run(
    args: &ImportArgs,
    file: &Path,
    global: &Global,
    out: &mut Out,
) -> Result<u8, Ending> {
    let root = super::super::root(global)?;
    let version = args.of_version.as_deref().unwrap_or_default();
    baseline::named(version)?;
    let bytes = std::fs::read(file).map_err(|source| SearchError::Read {
        path: PathBuf::from(file),
        source,
    })?;
    let path = output::logged(&root, file);
    let parsed = baseline::parse(&path, &bytes)?;
    for problem in &parsed.problems {
        out.note(&format!("{path}:{}", say(problem)));
    }
    let found = baseline::read(&path, &parsed)?;
    for note in &found.notes {
        out.note(&format!("warning: {note}"));
    }
    if args.check {
        list(&found, out)?;
        out.line(&format!(
            "{path} would be the baseline {version}: {}. Nothing was written.",
            told(&found)
        ))?;
        out.json(&shown(version, &found, false))?;
        return Ok(0);
    }
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "import")?;
    let workspace = Workspace::open(&root, false)?;
    workspace.adopt(&SystemClock)?;
    let stamp = Stamp {
        at: SystemClock.now(),
        ..super::super::screen::stamp(&workspace, global)?
    };
    let archive = &workspace.archive;
    let done = baseline::set(&workspace.store, archive, version, (&path, &bytes), &stamp)?;
    list(&done.baseline, out)?;
    out.line(&format!(
        "{version} is the previous version: {}. A search that finds one of its reports finds a copy.",
        told(&done.baseline)
    ))?;
    out.line(&format!("Next: {}", out.ink(Ink::Bold, "perennial run")))?;
    out.json(&shown(version, &done.baseline, true))?;
    Ok(0)
}

/// "8 studies in 20 reports".
fn told(found: &Baseline) -> String {
    format!(
        "{} in {}",
        many(found.studies.len() as u64, "study", "studies"),
        many(found.reports.len() as u64, "report", "reports")
    )
}

fn list(found: &Baseline, out: &mut Out) -> Result<(), Ending> {
    for study in &found.studies {
        let numbers: Vec<&str> = study.registry.iter().map(RegistryId::as_str).collect();
        out.line(&format!(
            "{} {} {}",
            out.ink(Ink::Bold, &fit(&study.label, 24)),
            fit(&many(study.reports.len() as u64, "report", "reports"), 12),
            out.ink(Ink::Dim, &numbers.join(", "))
        ))?;
    }
    Ok(())
}

fn shown(version: &str, found: &Baseline, done: bool) -> Value {
    let studies: Vec<Value> = found
        .studies
        .iter()
        .map(|study| {
            let titles: Vec<&Option<String>> = study
                .reports
                .iter()
                .filter_map(|at| found.reports.get(*at))
                .map(|report| &report.record.title)
                .collect();
            json!({"label": study.label, "registry": study.registry, "reports": titles})
        })
        .collect();
    json!({
        "version": version,
        "baseline": {"studies": found.studies.len(), "reports": found.reports.len()},
        "studies": studies, "notes": found.notes, "done": done,
    })
}

impl From<baseline::BaselineError> for CliError {
    fn from(error: baseline::BaselineError) -> Self {
        use baseline::BaselineError as E;
        let text = error.to_string();
        match error {
            E::Store(error) => error.into(),
            E::Archive(error) => Self::new(Kind::Io, error.to_string()),
            E::Format { path, .. } => Self::new(Kind::Input, text).at(&path, None),
            E::Damaged { path, line, .. } | E::Nameless { path, line, .. } => {
                Self::new(Kind::Input, text)
                    .at(&path, line)
                    .help("nothing of the file was taken")
            }
            E::NoRecords(_) => Self::new(Kind::Input, text).help(
                "a row is a report: its study, its title, and its DOI or PMID; `--check` shows what is read",
            ),
            E::Name(_) => Self::new(Kind::Input, text)
                .help("letters, digits, `.`, `-` and `_`, at most 40, not `working` or `latest`"),
            E::Taken(_) => Self::new(Kind::Input, text)
                .help("a review has one baseline; what is published later is `perennial publish`"),
            E::Late(_) => Self::new(Kind::Input, text).help(
                "set it in a new workspace (`perennial init DIR`), then search and import there",
            ),
        }
    }
}
