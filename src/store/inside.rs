//! Files of a workspace are opened here: none that a link or `..` leads to outside of it, nothing that
//! is no file, nothing without end.
//!
//! A workspace may come from somebody else. What it names is read, archived, shown and sent to a
//! service; so a name in it must not reach a file of the person who opens it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path};

/// What a workflow, a query file or a file of a wave may have at most: 1 GiB.
const LARGEST: u64 = 1 << 30;

/// Reads the file that `name` calls below `root`.
pub fn read(root: &Path, name: &str) -> io::Result<Vec<u8>> {
    let refused = |reason: &str| io::Error::new(io::ErrorKind::PermissionDenied, reason.to_owned());
    let relative = Path::new(name);
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if name.is_empty() || !plain {
        return Err(refused("its name leads out of the workspace"));
    }
    let path = root.join(relative);
    let (real, inside) = (path.canonicalize()?, root.canonicalize()?);
    if !real.starts_with(&inside) {
        return Err(refused("it is a link that leads out of the workspace"));
    }
    let file = File::open(&real)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(refused("it is no file"));
    }
    if about.len() > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it has more than 1 GiB",
        ));
    }
    let mut bytes = Vec::new();
    // What grows meanwhile is read as long as it was allowed to be.
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a file that is written in place, made where it is not there; never through a link, and
/// nothing but a file.
pub(super) fn open_own(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or_default());
    }
    let file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            "it is no file",
        ));
    }
    Ok(file)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_name_does_not_lead_out_of_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("review");
        std::fs::create_dir_all(root.join("queries/deep")).unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        std::fs::write(root.join("queries/a.txt"), "aspirin").unwrap();
        symlink(folder.path().join("secret"), root.join("queries/b.txt")).unwrap();
        symlink(root.join("queries/a.txt"), root.join("queries/c.txt")).unwrap();
        symlink(folder.path(), root.join("out")).unwrap();
        for (name, reads) in [
            ("queries/a.txt", true),
            ("./queries/a.txt", true),
            ("queries/c.txt", true),
            ("queries/b.txt", false),
            ("../secret", false),
            ("queries/../../secret", false),
            ("out/secret", false),
            ("queries/deep", false),
            ("", false),
        ] {
            assert_eq!(read(&root, name).is_ok(), reads, "{name}");
        }
        let absolute = folder.path().join("secret");
        assert!(read(&root, absolute.to_str().unwrap()).is_err());
    }

    #[test]
    fn a_file_of_our_own_is_not_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let strange = folder.path().join("strange");
        std::fs::write(&strange, "mine").unwrap();
        let link = folder.path().join("pipeline.lock");
        symlink(&strange, &link).unwrap();
        assert!(open_own(&link).is_err());
        assert!(open_own(&folder.path().join("new")).is_ok());
        assert_eq!(std::fs::read(&strange).unwrap(), b"mine");
    }
}
