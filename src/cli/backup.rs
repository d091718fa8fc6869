//! `backup FILE`: a consistent copy of the database while others write.

use super::args::{BackupArgs, Global};
use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::pipeline::Workspace;

pub(super) fn run(args: &BackupArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    super::output::check(&args.file)?;
    let root = super::root(global)?;
    let workspace = Workspace::open_reading(&root)?;
    if args.file.exists() {
        let text = format!(
            "{} exists already; nothing was written",
            args.file.display()
        );
        return Err(CliError::new(Kind::Input, text).into());
    }
    let seq = workspace.store.backup(&args.file)?;
    out.line(&format!(
        "{} holds the log up to event {seq}; db/archive is to be copied beside it",
        args.file.display()
    ))?;
    out.json(&serde_json::json!({"file": args.file, "event": seq}))?;
    Ok(0)
}
