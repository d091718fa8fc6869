//! `backup FILE`: database, archive and full texts in one file, while others write.

use super::args::{BackupArgs, Global};
use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::pipeline::{Workspace, backup};

pub(super) fn run(args: &BackupArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    super::output::check(&args.file)?;
    let root = super::root(global)?;
    if let Some(name) = &global.actor {
        let text = format!("{name} may not make a backup: it holds votes that are not settled");
        return Err(CliError::new(Kind::Input, text)
            .help("leave `--as` and PERENNIAL_AS out: whoever holds the files may copy them")
            .into());
    }
    let workspace = Workspace::open_reading(&root)?;
    if args.keep.is_none() && args.file.exists() {
        let text = format!(
            "{} exists already; nothing was written",
            args.file.display()
        );
        return Err(CliError::new(Kind::Input, text)
            .help("`--keep N` replaces it and keeps N earlier ones")
            .into());
    }
    let made = backup::make(&workspace, &args.file, args.keep, !args.without_full_texts)?;
    let texts = match made.full_texts {
        _ if args.without_full_texts => ", without the full texts".to_owned(),
        0 => String::new(),
        n => format!(", {}", crate::model::many(n, "full text", "full texts")),
    };
    out.line(&format!(
        "{} holds the log up to event {}, {}{texts}",
        args.file.display(),
        made.event,
        crate::model::many(made.archived, "archived file", "archived files"),
    ))?;
    out.line(&format!(
        "Next: `perennial restore {} DIR` makes a workspace of it",
        super::out::quoted(&args.file.display().to_string())
    ))?;
    out.json(&serde_json::json!({
        "file": args.file, "event": made.event, "archived": made.archived,
        "full_texts": made.full_texts, "lost": made.lost,
    }))?;
    if made.lost > 0 {
        out.note(&format!(
            "warning: {} that the log names, and so not in this backup: `perennial audit` names them; keep \
             an earlier backup that has them",
            crate::model::many(made.lost, "file is not here", "files are not here")
        ));
        return Ok(4);
    }
    Ok(0)
}
