//! `search [SOURCE…]`: the sources that the program asks itself.

use super::args::{Global, SearchArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use super::progress::Bar;
use crate::pipeline::{self, Workspace};
use crate::search::SearchError;
use crate::search::eutils::{Contact, Secret};
use crate::store::PipelineLock;
use std::path::PathBuf;

pub(super) fn run(args: &SearchArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    pipeline::workspace::load(&root, false)?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "search")?;
    let mut workspace = Workspace::open(&root, false)?;
    super::import::take_up(&workspace, out)?;
    if pipeline::live::sources(&workspace, &args.sources)?.is_empty() {
        return Err(CliError::new(
            Kind::Input,
            "workflow.toml has no source of type `eutils`, `ctgov` or `europepmc` to search",
        )
        .help("the export of another source is imported: `perennial import FILE --source NAME`")
        .into());
    }
    let asked = pipeline::live::sources(&workspace, &args.sources)?;
    if asked.iter().any(pipeline::live::asks_ncbi) {
        workspace.contact = Some(contact()?);
    }
    workspace.adopt(&SystemClock)?;
    let done =
        pipeline::live::search(&mut workspace, &args.sources, &SystemClock, &Bar::default())?;
    for searched in &done {
        out.line(&format!(
            "{}, {}.",
            pipeline::live::summary(searched),
            crate::model::many(searched.requests, "request", "requests")
        ))?;
        for warning in &searched.warnings {
            out.note(&format!("warning: {}: {warning}", searched.source));
        }
    }
    let next = if done
        .iter()
        .any(|searched| searched.new + searched.revised > 0)
    {
        "perennial run".to_owned()
    } else {
        super::status::next(&workspace, workspace.store.snapshot()?.read(), false)?
    };
    out.line(&format!("Next: {}", out.ink(Ink::Bold, &next)))?;
    out.json(&serde_json::json!({"sources": done, "next": next}))?;
    Ok(0)
}

/// Lets `run` and `update` search live. Without an e-mail address `update` stops, as a living
/// update without its search is none; `run` goes on with what was imported and says so.
pub(super) fn prepare(workspace: &mut Workspace, update: bool, out: &Out) -> Result<(), Ending> {
    let sources = pipeline::live::sources(workspace, &[])?;
    if sources.is_empty() {
        return Ok(());
    }
    workspace.live = true;
    let ncbi: Vec<&str> = sources
        .iter()
        .filter(|source| pipeline::live::asks_ncbi(source))
        .map(|source| source.name.as_str())
        .collect();
    if ncbi.is_empty() {
        return Ok(());
    }
    match contact() {
        Ok(contact) => workspace.contact = Some(contact),
        Err(error) => {
            let missing = matches!(error, SearchError::NoEmail);
            if update || !missing || workspace.store.snapshot()?.read().record_count()? == 0 {
                return Err(error.into());
            }
            workspace.live = ncbi.len() < sources.len();
            out.note(&format!(
                "note: {} not searched, because NCBI_EMAIL is not set",
                ncbi.join(", ")
            ));
        }
    }
    Ok(())
}

/// Who asks, from the environment.
fn contact() -> Result<Contact, SearchError> {
    let text = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|value| value.trim().to_owned())
    };
    let email = text("NCBI_EMAIL").filter(|value| !value.is_empty());
    let email = email.ok_or(SearchError::NoEmail)?;
    let key = text("NCBI_API_KEY").filter(|value| !value.is_empty());
    let folder = |name: &str| {
        std::env::var_os(name)
            .filter(|v| !v.is_empty())
            .map(PathBuf::from)
    };
    let shared = folder("XDG_RUNTIME_DIR")
        .or_else(|| folder("XDG_CACHE_HOME"))
        .or_else(|| folder("HOME").map(|home| home.join(".cache")))
        .map(|folder| folder.join("perennial").join("ncbi.lock"));
    Ok(Contact::new(
        Secret::new(email),
        key.map(Secret::new),
        shared,
    ))
}
