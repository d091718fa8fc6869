//! `search [SOURCE…]`: the sources that the program asks itself.

use super::args::{Global, SearchArgs};
use super::clock::SystemClock;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use super::progress::Bar;
use crate::pipeline::{self, Workspace};
use crate::search::SearchError;
use crate::search::eutils::{Contact, Secret};
use crate::search::watch::Watch;
use crate::store::PipelineLock;
use crate::workflow::Workflow;
use std::path::PathBuf;

pub(super) fn run(args: &SearchArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let (workflow, ..) = pipeline::workspace::load(&root, false)?;
    // Nothing is made on disk before it is known that something can be asked.
    let asked = pipeline::live::sources_of(&workflow, &args.sources)?;
    let asks_ncbi = asked.iter().any(pipeline::live::asks_ncbi);
    let contact = asks_ncbi.then(contact).transpose()?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "search")?;
    let mut workspace = Workspace::open(&root, false)?;
    super::import::take_up(&workspace, out)?;
    if asked.is_empty() {
        return Err(CliError::new(
            Kind::Input,
            "workflow.toml has no source of type `eutils`, `ctgov` or `europepmc` to search",
        )
        .help("the export of another source is imported: `perennial import FILE --source NAME`")
        .into());
    }
    workspace.contact = contact;
    workspace.watch = watch();
    workspace.adopt(&SystemClock)?;
    let done =
        pipeline::live::search(&mut workspace, &args.sources, &SystemClock, &Bar::default())?;
    crate::living::kept::settle(&workspace.store, &workspace.workflow, &SystemClock)?;
    for searched in &done {
        out.line(&format!(
            "{}, {}.",
            pipeline::live::summary(searched),
            crate::model::many(searched.requests, "request", "requests")
                + if searched.resumed { " by this run" } else { "" }
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
    workspace.watch = watch();
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

/// Whether the live sources of a review that holds nothing yet can be asked at all: before anything
/// is made on disk.
pub(super) fn can_ask(workflow: &Workflow) -> Result<(), Ending> {
    let sources = pipeline::live::sources_of(workflow, &[])?;
    if sources.iter().any(pipeline::live::asks_ncbi) {
        contact()?;
    }
    Ok(())
}

/// Retries are told on stderr; Ctrl-C ends a search with what is saved, a second one the process.
fn watch() -> Watch {
    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::flag;
    use std::sync::Arc;
    let watch = Watch {
        told: Some(|text| super::out::tell(&format!("note: {text}"))),
        ..Watch::default()
    };
    for signal in [SIGINT, SIGTERM] {
        // Where a handler cannot be set, the signal ends the process as the system has it.
        let _ = flag::register_conditional_default(signal, Arc::clone(&watch.idle));
        let _ = flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&watch.stop));
        let _ = flag::register(signal, Arc::clone(&watch.stop));
    }
    watch
}

/// Who asks, from the environment.
pub(super) fn contact() -> Result<Contact, SearchError> {
    let text = |name: &str| {
        std::env::var(name)
            .ok()
            .map(|value| value.trim().to_owned())
    };
    let email = text("NCBI_EMAIL").filter(|value| !value.is_empty());
    let email = email.ok_or(SearchError::NoEmail)?;
    if !Contact::is_email(&email) {
        return Err(SearchError::BadEmail);
    }
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
    let mut contact = Contact::new(Secret::new(email), key.map(Secret::new), shared);
    contact.trusted = text("PERENNIAL_NCBI_HOST").filter(|value| !value.is_empty());
    Ok(contact)
}
