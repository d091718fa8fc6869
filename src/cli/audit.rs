//! `audit`: whether the database, the log, the archive, the tables and the versions are what they
//! say; against a head that was kept elsewhere, whether the log only grew.

use super::args::{AuditArgs, Global};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::pipeline::audit::{AgainstError, Mark, audit, marks};
use serde_json::json;
use std::path::Path;

/// Faults of one check that the text shows; JSON has all.
const SHOWN: usize = 200;

/// What no look at one folder can prove.
const LIMIT: &str = "This shows that the parts fit each other, not that nobody made all of them anew, \
     or cut off the end: a head kept elsewhere shows that, with `perennial audit --against HEAD`.";

pub(super) fn run(args: &AuditArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    super::not_blind(&root, global, "audit the log")?;
    let marks = args.against.as_deref().map(given).transpose()?;
    let found = audit(&root, marks.as_deref())?;
    for check in &found.checks {
        let (mark, ink) = if check.faults.is_empty() {
            ("✓", Ink::Good)
        } else {
            ("×", Ink::Bad)
        };
        out.line(&format!("{} {}", out.ink(ink, mark), check.what))?;
        for fault in check.faults.iter().take(SHOWN) {
            out.line(&format!("    {fault}"))?;
        }
        if check.faults.len() > SHOWN {
            let more = check.faults.len() - SHOWN;
            out.line(&format!(
                "    and {more} more: `perennial audit --json` lists all"
            ))?;
        }
    }
    for note in &found.notes {
        out.line(&format!("  {note}"))?;
    }
    if !found.erased.is_empty() {
        let names = crate::model::many(found.erased.len() as u64, "name", "names");
        let who: Vec<String> = found.erased.iter().map(ToString::to_string).collect();
        out.line(&format!("  {names} erased: {}", who.join(", ")))?;
    }
    if let Some(head) = found.head {
        out.line(&format!("\nHead {head}"))?;
    }
    if found.against.is_none() {
        out.line(LIMIT)?;
    }
    let faults: Vec<&str> = found.faults().collect();
    out.json(&json!({
        "sound": found.is_sound(), "events": found.events, "head": found.head, "faults": faults,
        "erased": found.erased, "checks": found.checks, "notes": found.notes,
        "against": found.against, "limit": LIMIT,
    }))?;
    Ok(if found.is_sound() {
        0
    } else {
        Kind::Integrity.exit_code()
    })
}

/// The heads that `--against` names: one head, or those that a file or a report's folder prints.
fn given(text: &str) -> Result<Vec<Mark>, Ending> {
    let path = Path::new(text);
    let page = if path.is_dir() {
        path.join("index.html")
    } else {
        path.to_owned()
    };
    if !page.is_file() {
        return match Mark::parse(text) {
            Some(mark) => Ok(vec![mark]),
            None => {
                let error = AgainstError::Neither(text.to_owned());
                Err(CliError::new(Kind::Input, error.to_string()).into())
            }
        };
    }
    let bytes = std::fs::read(&page).map_err(|error| {
        CliError::new(
            Kind::Input,
            format!("cannot read {}: {error}", page.display()),
        )
    })?;
    let found = marks(&String::from_utf8_lossy(&bytes));
    if found.is_empty() {
        let error = AgainstError::NoHead(page.display().to_string());
        return Err(CliError::new(Kind::Input, error.to_string())
            .help("the page index.html of a report does, and so does what `perennial audit` says")
            .into());
    }
    Ok(found)
}
