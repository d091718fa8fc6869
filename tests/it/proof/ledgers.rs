//! Ledgers of released versions open, verify, and say what they lack.

use crate::support::{program, said};
use perennial::ledger::{Event, chain};
use perennial::model::{Digest, EventSeq};
use std::io::Read as _;
use std::path::{Path, PathBuf};

fn unpacked(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/ledgers")
        .join(name);
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// The releases of which `tests/ledgers` holds a log and a workspace.
const RELEASES: [&str; 2] = ["0.1.0", "0.2.0"];

#[test]
fn the_log_of_every_release_verifies_and_every_body_is_read() {
    for release in RELEASES {
        let text = String::from_utf8(unpacked(&format!("{release}.jsonl.gz"))).unwrap();
        let mut prev: Option<Digest> = None;
        let mut n = 0;
        for line in text.lines() {
            let value: serde_json::Value = serde_json::from_str(line).unwrap();
            let word = |key: &str| value[key].as_str().unwrap().to_owned();
            let event = Event {
                seq: EventSeq(value["seq"].as_u64().unwrap()),
                at: word("at"),
                actor: word("actor"),
                via: word("via"),
                kind: word("kind"),
                body: perennial::ledger::canonical(&value["body"]).unwrap(),
                prev: word("prev").parse().unwrap(),
                hash: word("hash").parse().unwrap(),
            };
            n += 1;
            let before = prev.unwrap_or(event.prev);
            chain::follows(&event, before, EventSeq(n)).unwrap();
            event.body().unwrap();
            prev = Some(event.hash);
        }
        assert!(n > 1_000, "{release}: {n}");
    }
}

/// A small workspace as a release left it.
pub(super) fn workspace(release: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let bytes = unpacked(&format!("{release}.tar.gz"));
    tar::Archive::new(bytes.as_slice())
        .unpack(folder.path())
        .unwrap();
    let path = folder.path().to_owned();
    (folder, path)
}

#[test]
fn a_workspace_of_every_release_opens_is_audited_and_goes_on() {
    for release in RELEASES {
        let (_held, path) = workspace(release);
        let run = |args: &[&str]| {
            let mut command = program();
            said(&command.current_dir(&path).args(args).output().unwrap())
        };
        let told = run(&["audit"]).ok().stdout;
        let lacks = ["can be opened from their hash", "vouches for no name"];
        for word in lacks {
            assert_eq!(
                told.contains(word),
                release == "0.1.0",
                "{release}: {word}: {told}"
            );
        }
        // A vote of before replaces an older one of its person, as it did then.
        run(&["screen", "decide", "r6", "include", "--as", "ann"]).ok();
        let list = run(&["screen", "list", "--for", "ann", "--as", "ann"])
            .ok()
            .stdout;
        assert!(list.contains("decided: include"), "{release}: {list}");
        run(&["audit"]).ok();
    }
}
