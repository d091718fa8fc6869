//! `init DIR`: a new, runnable, commented workspace.

use super::args::InitArgs;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::pipeline::workspace::WORKFLOW;
use crate::workflow::template;

pub(super) fn run(args: &InitArgs, out: &mut Out) -> Result<u8, Ending> {
    let dir = std::path::absolute(&args.dir).unwrap_or_else(|_| args.dir.clone());
    if dir.join(WORKFLOW).exists() {
        let text = format!("{} is a workspace already", args.dir.display());
        return Err(CliError::new(Kind::Input, text).into());
    }
    let name = dir
        .file_name()
        .map_or_else(|| "review".into(), |name| name.to_string_lossy());
    let files = template::files(&name);
    if let Some((path, _)) = files.iter().find(|(path, _)| dir.join(path).exists()) {
        let text = format!(
            "{} exists already; nothing was written",
            dir.join(path).display()
        );
        return Err(CliError::new(Kind::Input, text).into());
    }
    for (path, contents) in &files {
        let path = dir.join(path);
        crate::store::archive::write_durably(&path, contents.as_bytes()).map_err(|error| {
            CliError::new(
                Kind::Io,
                format!("cannot write {}: {error}", path.display()),
            )
        })?;
    }
    for (path, _) in &files {
        out.line(&format!(
            "{} {}",
            out.ink(Ink::Good, "+"),
            args.dir.join(path).display()
        ))?;
    }
    let next = format!(
        "perennial --workspace {} status",
        super::out::quoted(&args.dir.display().to_string())
    );
    out.line(&format!(
        "\nNext: write your question into {}, then {}",
        args.dir.join(WORKFLOW).display(),
        out.ink(Ink::Bold, &next)
    ))?;
    let list: Vec<&str> = files.iter().map(|(path, _)| *path).collect();
    out.json(&serde_json::json!({"workspace": args.dir, "files": list}))?;
    Ok(0)
}
