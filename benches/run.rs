//! The demonstration as a benchmark: the whole run, and its parts, each beside an anchor.
//!
//! `cargo bench` prints divan's figures, then each part's best time over the best time of its
//! anchor in the same run, so that figures of different machines can be set side by side:
//!
//! | part | anchor |
//! |---|---|
//! | reading the PubMed XML of the archive into records | walking the same bytes with quick-xml alone |
//! | reading every file of the archive; comparing its records; the report; the run | SHA-256 of the archive's bytes, 100 times |
//!
//! The run and the report write durably, so their ratios hold the disk too. Nothing here is judged.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot run"
)]

use perennial::dedup::{Entry, deduplicate};
use perennial::formats;
use perennial::model::{ArchiveClock, Digest, Record, RecordId};
use perennial::pipeline::{self, Start, Workspace};
use std::collections::BTreeMap;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How often each closure runs for the table of ratios; the best time counts.
const ROUNDS: u32 = 5;
/// What a part is measured against where it has no anchor of its own.
const HASHES: u32 = 100;

/// The exports and answers of both waves, by path.
static FILES: LazyLock<Vec<(PathBuf, Vec<u8>)>> = LazyLock::new(|| {
    let mut files = Vec::new();
    for wave in ["001", "002"] {
        collect(&example().join(wave), &mut files);
    }
    files.sort();
    files
});

/// Their records, with the file each came from.
static RECORDS: LazyLock<Vec<(String, Record)>> = LazyLock::new(|| {
    let mut records = Vec::new();
    for (path, bytes) in FILES.iter() {
        let parsed = formats::read(bytes, None).expect("the archive is readable");
        let source = path.display().to_string();
        records.extend(
            parsed
                .records
                .into_iter()
                .map(|r| (source.clone(), r.record)),
        );
    }
    records
});

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("db/example")
}

/// Takes every bibliographic file below `folder`: not the lists of ids and not the people's tables.
fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("the archive is there") {
        let path = entry.expect("the archive is there").path();
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let other = [
            "wave.toml",
            "esearch.xml",
            "people.csv",
            "decisions.csv",
            "extraction.csv",
            "studies.csv",
        ];
        if path.is_dir() {
            collect(&path, files);
        } else if !other.contains(&name) {
            let bytes = fs::read(&path).expect("the archive is readable");
            files.push((path, bytes));
        }
    }
}

fn pubmed() -> impl Iterator<Item = &'static [u8]> {
    let xml = |path: &Path| path.extension().is_some_and(|e| e == "xml");
    FILES
        .iter()
        .filter(move |(path, _)| xml(path))
        .map(|(_, bytes)| bytes.as_slice())
}

// Anchors.

fn hash_the_archive_100_times() {
    for _ in 0..HASHES {
        for (_, bytes) in FILES.iter() {
            black_box(Digest::of(bytes));
        }
    }
}

fn walk_the_pubmed_xml() {
    for bytes in pubmed() {
        let mut reader = quick_xml::Reader::from_reader(bytes);
        let mut buffer = Vec::new();
        loop {
            match reader
                .read_event_into(&mut buffer)
                .expect("the archive is well formed")
            {
                quick_xml::events::Event::Eof => break,
                event => drop(black_box(event)),
            }
            buffer.clear();
        }
    }
}

// Parts.

fn read_the_pubmed_xml() {
    for bytes in pubmed() {
        black_box(formats::read(bytes, None).expect("the archive is readable"));
    }
}

fn read_every_file() {
    for (_, bytes) in FILES.iter() {
        black_box(formats::read(bytes, None).expect("the archive is readable"));
    }
}

fn compare_every_record() {
    let entries: Vec<Entry<'_>> = RECORDS
        .iter()
        .zip(1..)
        .map(|((source, record), n)| Entry {
            id: RecordId(n),
            record,
            source,
            new: true,
        })
        .collect();
    black_box(deduplicate(&entries, &BTreeMap::new(), &[]));
}

/// A workspace of its own, with the archive beside it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["workflow.toml", "queries", "db/example"] {
            copy(&root.join(name), &folder.path().join(name));
        }
        Self { folder }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("reports")
    }

    fn run(&self) -> Workspace {
        let mut workspace = Workspace::open(self.folder.path(), true).expect("it opens");
        let clock = ArchiveClock::new("");
        let start = Start::FirstWave;
        pipeline::run(
            &mut workspace,
            start,
            &clock,
            &self.out(),
            &perennial::model::Quiet,
            &mut |_| {},
        )
        .expect("it runs");
        workspace
    }
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder can be made");
        for entry in fs::read_dir(from).expect("the folder is there") {
            let entry = entry.expect("the folder is there");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder can be made");
        fs::copy(from, to).expect("the file can be copied");
    }
}

fn write_the_report((place, workspace): &(Place, Workspace)) {
    fs::remove_dir_all(place.out()).expect("the report is there");
    black_box(pipeline::write_report(workspace, &place.out()).expect("it is written"));
}

/// divan's figures of the same closures.
mod figures {
    use divan::Bencher;

    #[divan::bench(sample_count = 20)]
    fn anchor_hash_the_archive_100_times(bencher: Bencher) {
        bencher.bench_local(super::hash_the_archive_100_times);
    }

    #[divan::bench]
    fn anchor_walk_the_pubmed_xml(bencher: Bencher) {
        bencher.bench_local(super::walk_the_pubmed_xml);
    }

    #[divan::bench]
    fn read_the_pubmed_xml(bencher: Bencher) {
        bencher.bench_local(super::read_the_pubmed_xml);
    }

    #[divan::bench]
    fn read_every_file(bencher: Bencher) {
        bencher.bench_local(super::read_every_file);
    }

    #[divan::bench(sample_count = 20)]
    fn compare_every_record(bencher: Bencher) {
        bencher.bench_local(super::compare_every_record);
    }

    #[divan::bench(sample_count = 10)]
    fn run_replay(bencher: Bencher) {
        bencher
            .with_inputs(super::Place::new)
            .bench_local_refs(|place| place.run());
    }

    #[divan::bench(sample_count = 10)]
    fn report(bencher: Bencher) {
        let place = super::Place::new();
        let workspace = place.run();
        let made = (place, workspace);
        bencher.bench_local(|| super::write_the_report(&made));
    }
}

/// The best of some runs, each with an input of its own that is not timed.
fn best<T>(input: impl Fn() -> T, run: impl Fn(&T)) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let input = input();
        let began = Instant::now();
        run(&input);
        began.elapsed()
    });
    rounds.min().unwrap_or_default()
}

fn alone(run: impl Fn()) -> Duration {
    best(|| (), |()| run())
}

fn row(part: &str, took: Duration, anchor: Duration, of: &str) {
    let milliseconds = took.as_secs_f64() * 1e3;
    let ratio = took.as_secs_f64() / anchor.as_secs_f64();
    println!("{part:<28}{milliseconds:>10.2} ms {ratio:>8.2} x {of}");
}

fn main() {
    divan::main();
    // As a test, or with a filter, only divan runs.
    if std::env::args()
        .skip(1)
        .any(|argument| argument != "--bench")
    {
        return;
    }
    let bytes: usize = FILES.iter().map(|(_, bytes)| bytes.len()).sum();
    let (files, records) = (FILES.len(), RECORDS.len());
    println!("\n{files} files, {bytes} bytes, {records} records; best of {ROUNDS}\n");
    let walk = alone(walk_the_pubmed_xml);
    let hash = alone(hash_the_archive_100_times);
    row("anchor: quick-xml walk", walk, walk, "itself");
    row(
        "read the PubMed XML",
        alone(read_the_pubmed_xml),
        walk,
        "the walk",
    );
    row("anchor: 100 SHA-256", hash, hash, "itself");
    row(
        "read every file",
        alone(read_every_file),
        hash,
        "the hashes",
    );
    row(
        "compare every record",
        alone(compare_every_record),
        hash,
        "the hashes",
    );
    let made = || {
        let place = Place::new();
        let workspace = place.run();
        (place, workspace)
    };
    row("report", best(made, write_the_report), hash, "the hashes");
    let ran = best(Place::new, |place| drop(black_box(place.run())));
    row("run --replay, first wave", ran, hash, "the hashes");
}
