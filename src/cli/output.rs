//! Where a command writes: one rule for every option that names a file or a folder.
//!
//! `-` is the standard output. A file goes into a folder that is there; no command makes folders on
//! the way to one, since a folder that is missing is nearly always a mistyped name. An ending that
//! the command does not write is refused before anything is computed.

use super::error::{CliError, Ending, Kind};
use super::out::Out;
use crate::store::archive::{DurableFile, write_durably};
use std::fs::File;
use std::io::Write as _;
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
    write_file(path, bytes).map_err(|error| fault(path, &error).into())
}

/// Writes the file that a person named: whole or not at all where it is a file.
///
/// A file that is renamed into place would stand where a device, a pipe or a link was. So a device
/// and a pipe are written through, and a link is followed to the file that it names.
pub(super) fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    match Named::find(path)? {
        Named::File(path) => write_durably(&path, bytes),
        Named::Stream(mut file) => file.write_all(bytes).and_then(|()| file.flush()),
    }
}

/// What stands, or will stand, under a name that a person gave.
enum Named {
    /// A file, under its own name.
    File(PathBuf),
    /// A device or a pipe: it is written through and stays what it is.
    Stream(File),
}

impl Named {
    fn find(path: &Path) -> std::io::Result<Self> {
        // More links than a path may have on any system that we know.
        const LINKS: usize = 40;
        if let Ok(found) = path.metadata()
            && !found.is_file()
            && !found.is_dir()
        {
            let file = File::options().write(true).open(path)?;
            return Ok(Self::Stream(file));
        }
        let mut real = path.to_owned();
        for _ in 0..LINKS {
            let Ok(next) = real.read_link() else {
                return Ok(Self::File(real));
            };
            real = match real.parent() {
                Some(folder) => folder.join(next),
                None => next,
            };
        }
        Err(std::io::Error::other("too many symbolic links"))
    }
}

/// A file that is written piece by piece; where it is a file, it has its name only when it is whole.
pub(super) enum Pieces {
    /// A file, and the name that it gets.
    File(DurableFile, PathBuf),
    /// A device or a pipe.
    Stream(std::io::BufWriter<File>),
}

impl Pieces {
    /// Begins the file that a person named.
    pub(super) fn create(path: &Path) -> std::io::Result<Self> {
        Ok(match Named::find(path)? {
            Named::File(path) => {
                let path = std::path::absolute(path)?;
                Self::File(DurableFile::create(&path)?, path)
            }
            Named::Stream(file) => Self::Stream(std::io::BufWriter::new(file)),
        })
    }

    /// Adds bytes at the end.
    pub(super) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::File(file, _) => file.write_all(bytes),
            Self::Stream(file) => file.write_all(bytes),
        }
    }

    /// Gives the file its name.
    pub(super) fn finish(self) -> std::io::Result<()> {
        match self {
            Self::File(file, path) => file.finish_as(&path),
            Self::Stream(mut file) => file.flush(),
        }
    }
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
    #[cfg(unix)]
    fn a_pipe_is_written_through_and_a_link_is_followed() {
        use std::os::unix::fs::{FileTypeExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("else")).unwrap();
        std::fs::write(at("else/real.csv"), "old").unwrap();
        symlink("else/real.csv", at("link.csv")).unwrap();
        symlink("link.csv", at("again.csv")).unwrap();
        symlink("else/new.csv", at("to-nothing.csv")).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(made.unwrap().success());
        symlink("pipe", at("to-pipe")).unwrap();
        symlink("round-b", at("round-a")).unwrap();
        symlink("round-a", at("round-b")).unwrap();
        let pieces = |path: &Path, text: &str| {
            let mut pieces = Pieces::create(path)?;
            pieces.write(text.as_bytes())?;
            pieces.finish()
        };
        for (n, write) in [
            &pieces as &dyn Fn(&Path, &str) -> std::io::Result<()>,
            &|path, text| write_file(path, text.as_bytes()),
        ]
        .into_iter()
        .enumerate()
        {
            let text = format!("new {n}");
            write(&at("again.csv"), &text).unwrap();
            write(&at("to-nothing.csv"), &text).unwrap();
            let pipe = at("pipe");
            let reader = std::thread::spawn(move || std::fs::read_to_string(pipe));
            write(&at("to-pipe"), &text).unwrap();
            assert_eq!(reader.join().unwrap().unwrap(), text);
            assert_eq!(std::fs::read_to_string(at("else/real.csv")).unwrap(), text);
            assert_eq!(std::fs::read_to_string(at("else/new.csv")).unwrap(), text);
            for link in ["link.csv", "again.csv", "to-nothing.csv", "to-pipe"] {
                assert!(at(link).is_symlink(), "{link}");
            }
            assert!(at("pipe").metadata().unwrap().file_type().is_fifo());
            assert!(write(&at("round-a"), &text).is_err());
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
