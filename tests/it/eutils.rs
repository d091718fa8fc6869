//! PubMed through E-utilities, against a loopback server that speaks the protocol with its limits
//! and its faults.

mod command;
mod faults;
mod kill;
mod large;
mod living;
mod server;
mod world;
mod year;

use perennial::model::{ArchiveClock, Digest, Quiet};
use perennial::pipeline::{self, Workspace};
use perennial::search::SearchError;
use perennial::search::eutils::{Contact, Secret, Timing};
use perennial::search::live::Searched;
use server::Server;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What no file, message or log may hold.
const EMAIL: &str = "maria@example.org";
const KEY: &str = "0123456789abcdef-the-key";

/// A review with live sources, in a temporary folder.
struct Review {
    folder: tempfile::TempDir,
}

impl Review {
    /// A review that searches `server` for each of `topics`, a source each.
    fn new(server: &Server, topics: &[&str]) -> Self {
        let review = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        std::fs::create_dir(review.path("queries")).unwrap();
        let mut workflow = "[review]\nid = \"living\"\ntitle = \"A living review\"\n".to_owned();
        for topic in topics {
            workflow.push_str(&format!(
                "\n[[source]]\nname = \"PubMed {topic}\"\nkind = \"database\"\ntype = \"eutils\"\n\
                 query = \"queries/{topic}.txt\"\nbase_url = \"{}\"\ntool = \"perennial-test\"\n",
                server.base()
            ));
            let text = format!("# what is asked\n{topic}[tiab]\nOR missing[tiab]\n");
            std::fs::write(review.path(&format!("queries/{topic}.txt")), text).unwrap();
        }
        std::fs::write(review.path("workflow.toml"), workflow).unwrap();
        review
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn search(&self, at: &str) -> Result<Vec<Searched>, SearchError> {
        search(self.folder.path(), at, contact())
    }

    fn open(&self) -> Workspace {
        Workspace::open(self.folder.path(), false).unwrap()
    }

    /// Every record: source and id, hash of its content.
    fn records(&self) -> BTreeMap<(String, String), Digest> {
        let workspace = self.open();
        let rows = workspace
            .store
            .snapshot()
            .unwrap()
            .read()
            .records()
            .unwrap();
        let count = rows.len();
        let out: BTreeMap<_, _> = rows
            .into_iter()
            .map(|row| ((row.source, row.key), row.hash))
            .collect();
        assert_eq!(out.len(), count, "a record is there twice");
        out
    }

    fn pmids(&self) -> Vec<u32> {
        let mut out: Vec<u32> = self
            .records()
            .keys()
            .map(|(_, key)| key.parse().unwrap())
            .collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Kind and body of every event but the adopted workflow, which names the server's port.
    fn events(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let workspace = self.open();
        workspace
            .store
            .snapshot()
            .unwrap()
            .read()
            .events(perennial::model::EventSeq(1), |event| {
                if event.kind != "workflow_adopted" {
                    out.push((event.kind.clone(), event.body.clone()));
                }
                Ok(())
            })
            .unwrap();
        out
    }

    /// No file of the workspace holds the e-mail or the key.
    fn holds_no_secret(&self) {
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let mut bytes = std::fs::read(&path).unwrap();
                if path.extension().is_some_and(|e| e == "gz") {
                    bytes = unpacked(&bytes);
                }
                for secret in [EMAIL, KEY] {
                    let there = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
                    assert!(!there, "{} holds a secret", path.display());
                }
            }
        }
    }
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut out)
        .unwrap();
    out
}

/// A contact in a hurry: the pauses are the only thing that differs from a real one.
fn contact() -> Contact {
    let mut contact = Contact::new(Secret::new(EMAIL), Some(Secret::new(KEY)), None);
    contact.timing = Timing {
        gap: Duration::ZERO,
        first: Duration::ZERO,
        longest: Duration::from_millis(1),
        ..Timing::of_service(true)
    };
    contact
}

/// Searches every live source of the workspace at `root`, by a clock that stands still.
fn search(root: &Path, at: &str, contact: Contact) -> Result<Vec<Searched>, SearchError> {
    let mut workspace = Workspace::open(root, false).unwrap();
    workspace.contact = Some(contact);
    let clock = ArchiveClock::new(at);
    workspace.adopt(&clock).unwrap();
    pipeline::live::search(&mut workspace, &[], &clock, &Quiet)
}
