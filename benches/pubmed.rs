//! PubMed XML: parsing beside a bare walk of the same bytes, and the memory of large files.
//!
//! `cargo bench --bench pubmed` prints, for files of real records of the demonstration repeated
//! with new PMIDs:
//!
//! | figure | reach |
//! |---|---|
//! | all fields into typed records, MB per CPU second | 150 |
//! | the same over a bare quick-xml walk, CPU seconds | 2.3 |
//! | `convert` of 300 MB to JSON lines, peak memory | 64 MB |
//! | `import` of 200,000 records, peak memory | 256 MB |
//!
//! The records of the demonstration hold bibliographic columns alone, about 1 KB each, in which nearly
//! every byte is a tag or a field. What EFetch answers is larger by its abstract and its references:
//! the first two figures are taken of such records too, with constructed words in both places.
//!
//! `PUBMED_BENCH_MB` and `PUBMED_BENCH_RECORDS` make the two files smaller. Nothing is judged here.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark prints its figures, and stops where it cannot run"
)]

use perennial::formats;
use quick_xml::Reader;
use quick_xml::events::Event;
use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The demonstration's PubMed records, each as XML.
fn records() -> Vec<String> {
    let mut out = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("db/example")];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the archive is there") {
            let path = entry.expect("the archive is there").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "xml" || e == "gz") {
                files.push(path);
            }
        }
    }
    files.sort();
    for path in files {
        let bytes = fs::read(&path).expect("the archive is readable");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for part in text.split("<PubmedArticle>").skip(1) {
            if let Some((record, _)) = part.split_once("</PubmedArticle>") {
                out.push(format!("<PubmedArticle>{record}</PubmedArticle>\n"));
            }
        }
    }
    out
}

/// Writes records until `enough` says so of bytes and number; gives both.
fn write(records: &[String], path: &Path, enough: impl Fn(u64, u64) -> bool) -> (u64, u64) {
    let file = fs::File::create(path).expect("the folder is there");
    let mut file = BufWriter::new(file);
    let (mut bytes, mut n) = (0, 0);
    let mut put = |text: &str| {
        file.write_all(text.as_bytes()).expect("there is room");
        text.len() as u64
    };
    bytes += put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PubmedArticleSet>\n");
    for record in records.iter().cycle() {
        if enough(bytes, n) {
            break;
        }
        n += 1;
        let (head, rest) = record.split_once("<PMID").expect("a record has a PMID");
        let (tag, rest) = rest.split_once('>').expect("a tag ends");
        let (_, rest) = rest.split_once("</PMID>").expect("a PMID ends");
        bytes += put(&format!("{head}<PMID{tag}>{}</PMID>{rest}", 50_000_000 + n));
    }
    bytes += put("</PubmedArticleSet>\n");
    (bytes, n)
}

/// CPU seconds of this thread so far, by the scheduler's own count.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = stat.split_whitespace().next().unwrap_or_default();
    first.parse().unwrap_or(0.0_f64) / 1e9
}

/// The smallest CPU time of several rounds.
fn best(mut act: impl FnMut()) -> f64 {
    (0..8)
        .map(|_| {
            let before = cpu();
            act();
            cpu() - before
        })
        .fold(f64::INFINITY, f64::min)
}

fn walk(text: &str) -> u64 {
    let mut reader = Reader::from_str(text);
    let mut n = 0;
    loop {
        match reader.read_event().expect("it is well formed") {
            Event::Eof => return n,
            event => {
                black_box(&event);
                n += 1;
            }
        }
    }
}

/// Runs the program; gives wall seconds and peak memory in MB.
fn run(folder: &Path, args: &[&str]) -> (f64, f64) {
    let began = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_perennial"))
        .current_dir(folder)
        .args(args)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let code = loop {
        if let Ok(text) = fs::read_to_string(&status) {
            let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").trim().parse().ok());
            peak = peak.max(kb.unwrap_or(0.0_f64) / 1024.0);
        }
        if let Some(code) = child.try_wait().expect("the program was started") {
            break code;
        }
        std::thread::sleep(Duration::from_millis(15));
    };
    assert!(code.success(), "perennial {args:?} failed");
    (began.elapsed().as_secs_f64(), peak)
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// A record with an abstract in four sections and thirty references, as EFetch answers one.
fn with_text(record: &str) -> String {
    let words = "patients received either treatment until progression and were followed monthly; ";
    let mut text = String::from("<Abstract>");
    for label in ["BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS"] {
        let section = words.repeat(5);
        text += &format!("<AbstractText Label=\"{label}\">{section}</AbstractText>\n");
    }
    text += "</Abstract>";
    let mut references = String::from("<ReferenceList>\n");
    for n in 0..30 {
        references += &format!(
            "<Reference><Citation>A title of a cited paper with its journal. 2019;{n}:1-9.</Citation>\
             <ArticleIdList><ArticleId IdType=\"pubmed\">{}</ArticleId></ArticleIdList></Reference>\n",
            20_000_000 + n
        );
    }
    references += "</ReferenceList>\n";
    let with_abstract = record.replacen("</ArticleTitle>", &format!("</ArticleTitle>{text}"), 1);
    with_abstract.replacen("</PubmedData>", &format!("{references}</PubmedData>"), 1)
}

/// Prints how fast a file is read both ways, and the ratios to a bare walk.
fn measure(what: &str, path: &Path, n: u64) {
    let text = fs::read_to_string(path).expect("it was written");
    #[expect(clippy::cast_precision_loss, reason = "a size in MB")]
    let mb = text.len() as f64 / 1e6;
    let bare = best(|| {
        black_box(walk(&text));
    });
    let mut count = 0;
    let full = best(|| {
        count = 0;
        let mut each = |record| {
            black_box(&record);
            count += 1;
            Ok(())
        };
        let read = formats::stream(text.as_bytes(), &mut each).expect("memory reads");
        black_box(read.expect("it is a record set"));
    });
    let records = best(|| {
        let mut each = |record| {
            black_box(&record);
            Ok(())
        };
        let read = formats::stream_records(text.as_bytes(), &mut each).expect("memory reads");
        black_box(read.expect("it is a record set"));
    });
    assert_eq!(count, n);
    println!("PubMed XML, {what}: {n} records, {mb:.0} MB");
    println!(
        "  bare quick-xml walk      {:6.0} MB per CPU second",
        mb / bare
    );
    println!(
        "  all fields, as a stream  {:6.0} MB per CPU second",
        mb / full
    );
    println!("  ratio                    {:6.2}", full / bare);
    println!(
        "  records, as an import    {:6.0} MB per CPU second",
        mb / records
    );
    println!("  ratio                    {:6.2}", records / bare);
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let small = folder.path().join("small.xml");
    let columns = records();
    let whole: Vec<String> = columns.iter().map(|record| with_text(record)).collect();
    let (_, n) = write(&columns, &small, |bytes, _| bytes >= 60 << 20);
    measure("bibliographic columns alone", &small, n);
    let (_, n) = write(&whole, &small, |bytes, _| bytes >= 60 << 20);
    measure("with abstracts and references", &small, n);

    let large = folder.path().join("large.xml");
    let size = number("PUBMED_BENCH_MB", 300);
    write(&columns, &large, |bytes, _| bytes >= size * 1_000_000);
    let (seconds, peak) = run(
        folder.path(),
        &["convert", "large.xml", "-o", "large.jsonl"],
    );
    println!("convert {size} MB to JSON lines: {seconds:.1} s, peak memory {peak:.0} MB");

    let want = number("PUBMED_BENCH_RECORDS", 200_000);
    let (bytes, n) = write(&columns, &large, |_, n| n >= want);
    run(folder.path(), &["init", "review"]);
    let review = folder.path().join("review");
    let (seconds, peak) = run(&review, &["import", "../large.xml", "--source", "PubMed"]);
    println!(
        "import of {n} records, {} MB: {seconds:.1} s, peak memory {peak:.0} MB",
        bytes / 1_000_000
    );
}
