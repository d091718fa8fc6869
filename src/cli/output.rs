//! Where a command writes: one rule for every option that names a file or a folder.
//!
//! `-` is the standard output. A file goes into a folder that is there; no command makes folders on
//! the way to one, since a folder that is missing is nearly always a mistyped name. An ending that
//! the command does not write is refused before anything is computed.

use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::store::archive::write_durably;
use std::path::{Path, PathBuf};

/// Whether the path is the standard output.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Refuses a path that cannot become a file: a folder, or a file in a folder that is not there.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    if is_stdout(path) {
        return Ok(());
    }
    let shown = path.display();
    let ends_in_slash = path
        .to_string_lossy()
        .ends_with(['/', std::path::MAIN_SEPARATOR]);
    if path.is_dir() || ends_in_slash || path.file_name().is_none() {
        return Err(
            CliError::usage(format!("{shown} is a folder")).help("give the name of a file in it")
        );
    }
    folder_of(path)
}

/// Refuses a path that is one of the files that are read, by whatever way it leads there.
pub(super) fn check_apart(path: &Path, read: &[PathBuf]) -> Result<(), CliError> {
    if is_stdout(path) {
        return Ok(());
    }
    match read.iter().find(|file| is_same(path, file)) {
        Some(file) => {
            let text = format!(
                "{} would overwrite {}, which is read",
                path.display(),
                file.display()
            );
            Err(CliError::usage(text).help("give the result a name of its own"))
        }
        None => Ok(()),
    }
}

/// Whether two paths are one file: through links and folders, and by hard links where the system
/// tells.
fn is_same(one: &Path, other: &Path) -> bool {
    let (Ok(a), Ok(b)) = (one.canonicalize(), other.canonicalize()) else {
        return false;
    };
    a == b || is_linked(&a, &b)
}

#[cfg(unix)]
fn is_linked(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |path: &Path| path.metadata().ok().map(|m| (m.dev(), m.ino()));
    place(one).is_some_and(|a| place(other) == Some(a))
}

#[cfg(not(unix))]
fn is_linked(_: &Path, _: &Path) -> bool {
    false
}

/// Refuses a folder to write into that lies in a folder that is not there.
pub(super) fn check_folder(path: &Path) -> Result<(), CliError> {
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        let text = format!("{} is a file", path.display());
        return Err(CliError::usage(text).help("give the name of a folder"));
    }
    folder_of(path)
}

fn folder_of(path: &Path) -> Result<(), CliError> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() && !folder.is_dir() => {
            let text = format!(
                "cannot write {}: there is no folder {}",
                path.display(),
                folder.display()
            );
            let help = format!("make it first: `mkdir -p {}`", folder.display());
            Err(CliError::usage(text).help(help))
        }
        Some(_) | None => Ok(()),
    }
}

/// Writes a file whole or not at all, or to the standard output.
pub(super) fn write(path: &Path, bytes: &[u8], out: &mut Out) -> Result<(), Ending> {
    check(path)?;
    if is_stdout(path) {
        return out.bytes(bytes);
    }
    write_durably(path, bytes).map_err(|error| fault(path, &error).into())
}

/// That a file could not be written.
pub(super) fn fault(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(
        Kind::Io,
        format!("cannot write {}: {error}", path.display()),
    )
}

/// The name of a file in the log: from the workspace on where it lies there, else its own name, never
/// the folders of a person's machine.
pub(super) fn logged(root: &Path, path: &Path) -> String {
    let inside = |path: PathBuf, root: PathBuf| {
        let rest = path.strip_prefix(&root).ok()?;
        let mut parts = Vec::new();
        for part in rest.components() {
            match part {
                std::path::Component::Normal(name) => parts.push(name.to_string_lossy()),
                _ => return None,
            }
        }
        (!parts.is_empty()).then(|| parts.join("/"))
    };
    let plain = std::path::absolute(path)
        .ok()
        .zip(std::path::absolute(root).ok());
    let real = || path.canonicalize().ok().zip(root.canonicalize().ok());
    let found = plain.and_then(|(path, root)| inside(path, root));
    let found = found.or_else(|| real().and_then(|(path, root)| inside(path, root)));
    found.unwrap_or_else(|| {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| path.display().to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_names_a_file_from_the_workspace_on_or_alone() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("review");
        std::fs::create_dir_all(root.join("exports")).unwrap();
        for (path, want) in [
            (root.join("exports/embase.ris"), "exports/embase.ris"),
            (root.join("embase.ris"), "embase.ris"),
            (folder.path().join("embase.ris"), "embase.ris"),
            (
                PathBuf::from("/home/somebody/Desktop/embase.ris"),
                "embase.ris",
            ),
            (PathBuf::from("../else/embase.ris"), "embase.ris"),
            (root.join("exports/../../else/embase.ris"), "embase.ris"),
        ] {
            std::fs::write(root.join("embase.ris"), "").unwrap();
            assert_eq!(logged(&root, &path), want, "{}", path.display());
        }
    }

    #[test]
    fn a_file_goes_into_a_folder_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check(Path::new("-")).is_ok() && check(Path::new("a.svg")).is_ok());
        assert!(check(&folder.path().join("a.svg")).is_ok());
        assert!(check(folder.path()).is_err());
        assert!(check(&folder.path().join("no/such/a.svg")).is_err());
        assert!(check_folder(&folder.path().join("new")).is_ok());
        assert!(check_folder(&folder.path().join("no/such")).is_err());
        assert!(!folder.path().join("no").exists());
    }
}
