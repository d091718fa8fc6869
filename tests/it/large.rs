//! A file of PubMed XML above 16 MB, which is read piece by piece: as a small one, record for record.

use crate::support::Workspace;
use perennial::ledger::{Body, Stamp};
use perennial::search::import::{Accepted, Imported, import, import_large, scan};
use perennial::store::{Archive, Store};
use perennial::workflow::Workflow;
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;

const HEAD: &str = "<?xml version=\"1.0\" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD \
    PubMedArticle, 1st January 2025//EN\" \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd\">\n\
    <PubmedArticleSet>\n";
const TAIL: &str = "</PubmedArticleSet>\n";

/// One constructed record; `words` sets how long its abstract is.
fn article(n: usize, words: usize) -> String {
    let mut text = String::new();
    for word in 0..words {
        write!(
            text,
            "constructed{} sentence {word} of record {n}; ",
            word % 7
        )
        .unwrap();
    }
    format!(
        "<PubmedArticle>\n<MedlineCitation Status=\"MEDLINE\" Owner=\"NLM\"><PMID Version=\"1\">{pmid}</PMID>\n\
         <Article PubModel=\"Print\"><Journal><JournalIssue CitedMedium=\"Print\"><Volume>{volume}</Volume>\
         <PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>Constructed Records</Title></Journal>\
         <ArticleTitle>Constructed trial {n} of <i>agent</i> &amp; comparator</ArticleTitle>\n\
         <Abstract><AbstractText>{text}</AbstractText></Abstract>\n\
         <AuthorList><Author><LastName>Ames</LastName><ForeName>Bo</ForeName></Author></AuthorList>\
         <PublicationTypeList><PublicationType UI=\"D016449\">Randomized Controlled Trial</PublicationType>\
         </PublicationTypeList></Article></MedlineCitation>\n\
         <PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/constructed.{n}</ArticleId>\
         </ArticleIdList></PubmedData>\n</PubmedArticle>\n",
        pmid = 10_000_000 + n,
        volume = n % 90 + 1,
        year = 1990 + n % 35,
    )
}

fn file(from: usize, to: usize, words: usize) -> String {
    let mut out = HEAD.to_owned();
    for n in from..to {
        out.push_str(&article(n, words));
    }
    out + TAIL
}

/// Key and hash of every record that the log received, in order, and the number of its events.
fn received(events: &[Value]) -> (Vec<(String, String)>, usize) {
    let mut out = Vec::new();
    let mut files = 0;
    for event in events.iter().filter(|e| e["kind"] == "records_received") {
        files += 1;
        for entry in event["body"]["new"].as_array().unwrap() {
            let text = |key: &str| entry[key].as_str().unwrap().to_owned();
            out.push((text("key"), text("hash")));
        }
    }
    (out, files)
}

const SOURCE: &str = "By hand";

/// A workspace with a source that takes any file.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let text = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    let source = format!("\n[[source]]\nname = \"{SOURCE}\"\nkind = \"database\"\n");
    workspace.write("workflow.toml", &(text + &source));
    workspace
}

#[test]
fn a_file_above_16_mb_gives_what_two_small_ones_give_and_gives_nothing_twice() {
    const RECORDS: usize = 5_200;
    let large = workspace();
    let text = file(0, RECORDS, 80);
    assert!(text.len() > 16 << 20, "{} bytes", text.len());
    large.write("large.xml", &text);
    let args = ["import", "large.xml", "--source", SOURCE, "--json"];
    let done = large.run(&args).ok().json();
    assert_eq!(done["new"], RECORDS);
    assert_eq!(done["files"][0]["records"], RECORDS);
    assert_eq!(done["files"][0]["problems"], Value::Array(Vec::new()));
    let events = large.events();
    let (records, parts) = received(&events);
    assert_eq!(parts, 11, "one event for each 500 records");
    let again = large.run(&args).ok().json();
    assert_eq!((&again["new"], &again["known"]), (&0.into(), &0.into()));
    assert_eq!(again["repeated"], serde_json::json!(["large.xml"]));

    let small = workspace();
    small.write("a.xml", &file(0, RECORDS / 2, 80));
    small.write("b.xml", &file(RECORDS / 2, RECORDS, 80));
    let done = small
        .run(&["import", "a.xml", "b.xml", "--source", SOURCE, "--json"])
        .ok()
        .json();
    assert_eq!(done["new"], RECORDS);
    let (others, _) = received(&small.events());
    assert!(records == others, "a record differs");
}

/// A store in a folder, and a source of files.
pub(crate) fn store(folder: &Path) -> (Store, Archive, perennial::workflow::Source) {
    let toml = "[review]\nid = \"large\"\ntitle = \"T\"\nquestion = \"Q\"\n\n[[source]]\nname = \"S\"\n\
                kind = \"database\"\ntype = \"file\"\n";
    let workflow = Workflow::load(toml, "workflow.toml").unwrap();
    let store = Store::in_memory("large").unwrap();
    let digest = perennial::model::Digest::of(b"");
    let adopted = Body::WorkflowAdopted {
        workflow: perennial::ledger::event::FileRef {
            path: "workflow.toml".to_owned(),
            digest,
        },
        queries: Vec::new(),
        sources: vec![perennial::ledger::event::SourceRef {
            name: "S".to_owned(),
            kind: workflow.sources[0].kind,
        }],
        rules: workflow.screening.rules,
        reasons: Vec::new(),
        adjudicators: Vec::new(),
    };
    store
        .write(|writer| writer.append(&Stamp::program("2025-01-01T00:00:00.000Z").draft(adopted)))
        .unwrap();
    let archive = Archive::new(folder.join("archive"));
    (store, archive, workflow.sources[0].clone())
}

#[test]
fn both_ways_of_reading_give_the_same_hashes_whatever_the_size() {
    let stamp = Stamp::program("2025-01-02T00:00:00.000Z");
    for records in [1, 2, 7] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.xml");
        let text = file(0, records, 3);
        std::fs::write(&path, &text).unwrap();
        assert!(scan(&path, text.len() as u64 + 1).unwrap().is_none());
        let found = scan(&path, 0).unwrap().unwrap();

        let (piecewise, archive, source) = store(folder.path());
        let accepted = Accepted::default();
        let one = import_large(
            &piecewise,
            &archive,
            (&source, None),
            &found,
            &accepted,
            &stamp,
        );
        let (whole, archive, source) = store(folder.path());
        let name = path.display().to_string();
        let files = vec![(name, text.into_bytes())];
        let two = import(
            &whole,
            &archive,
            (&source, None),
            files,
            &accepted,
            &stamp,
            &mut |_, _| {},
        );
        assert_eq!(one.unwrap(), two.unwrap());
        let rows = |store: &Store| {
            let rows = store.snapshot().unwrap().read().records().unwrap();
            rows.into_iter()
                .map(|row| (row.key, row.hash))
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(&piecewise), rows(&whole));
        assert_eq!(rows(&whole).len(), records);
        assert_eq!(
            piecewise.snapshot().unwrap().read().head("large").unwrap(),
            whole.snapshot().unwrap().read().head("large").unwrap()
        );
    }
}

#[test]
fn read_piece_by_piece_a_file_gives_nothing_twice_and_a_damaged_tail_only_when_accepted() {
    let stamp = Stamp::program("2025-01-02T00:00:00.000Z");
    let folder = tempfile::tempdir().unwrap();
    let (store, archive, source) = store(folder.path());
    let path = folder.path().join("records.xml");
    let give = |text: &str, damage: bool| {
        std::fs::write(&path, text).unwrap();
        let found = scan(&path, 0).unwrap().unwrap();
        let accepted = Accepted {
            damage,
            ..Accepted::default()
        };
        import_large(&store, &archive, (&source, None), &found, &accepted, &stamp)
    };
    let whole = file(0, 6, 3);
    let cut = &whole[..whole.rfind("<ArticleTitle>").unwrap()];
    let refused = give(cut, false).unwrap_err().to_string();
    assert!(refused.contains("is damaged"), "{refused}");
    let numbers = |done: Imported| {
        (
            done.received.new,
            done.received.revised,
            done.received.known,
        )
    };
    assert_eq!(numbers(give(cut, true).unwrap()), (5, 0, 0));
    assert_eq!(numbers(give(&whole, false).unwrap()), (1, 0, 5));
    let again = give(&whole, false).unwrap();
    assert_eq!((again.repeated.len(), numbers(again)), (1, (0, 0, 0)));
    // One byte more is another file, with no record that is new.
    assert_eq!(
        numbers(give(&format!("{whole}\n"), false).unwrap()),
        (0, 0, 6)
    );
    assert_eq!(
        numbers(give(&whole.replace("trial 2 ", "trial two "), false).unwrap()),
        (0, 1, 5)
    );
    assert_eq!(store.snapshot().unwrap().read().record_count().unwrap(), 6);
    assert_eq!(store.rebuild_and_compare().unwrap(), []);
}
