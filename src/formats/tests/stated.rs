//! What files state in places of their own: identifiers in notes, titles and journals under rare tags.

use super::{parsed, titles};
use crate::formats::{Parsed, database, kind};
use crate::model::{Publication, Record, RecordKind};

fn one(text: &str) -> Record {
    let mut got: Parsed = parsed(text);
    assert_eq!(got.records.len(), 1, "{text}");
    got.records.remove(0).record
}

fn pmid(text: &str) -> Option<String> {
    one(text).pmid.map(|pmid| pmid.as_str().to_owned())
}

#[test]
fn rare_tags_of_ris_are_read_or_listed() {
    let record = one(
        "TY  - JOUR\nBT  - A book\nA1  - B, C\nYR  - 2001\nVO  - 3\nCP  - 4\nPG  - 5-9\nJ1  - J X\nDI  - 10.1000/a\nPM  - 123\nER  - \n",
    );
    assert_eq!(record.title.as_deref(), Some("A book"));
    assert_eq!(
        (record.year, record.journal.as_deref()),
        (Some(2001), Some("J X"))
    );
    assert_eq!(
        (
            record.volume.as_deref(),
            record.issue.as_deref(),
            record.pages.as_deref()
        ),
        (Some("3"), Some("4"), Some("5-9"))
    );
    assert_eq!(record.doi.unwrap().as_str(), "10.1000/a");
    assert_eq!(record.pmid.unwrap().as_str(), "123");
    let chapter =
        one("TY  - CHAP\nTI  - A chapter\nBT  - Its book\nL3  - 10.1000/b\nC7  - e0123\nER  - \n");
    assert_eq!(chapter.title.as_deref(), Some("A chapter"));
    assert_eq!(chapter.journal.as_deref(), Some("Its book"));
    assert_eq!(chapter.doi.unwrap().as_str(), "10.1000/b");
    assert_eq!(chapter.pages.as_deref(), Some("e0123"));
    let thesis = one("TY  - UNPB\nCT  - A draft\nER  - \n");
    assert_eq!(thesis.title.as_deref(), Some("A draft"));
    let left = parsed(
        "TY  - JOUR\nTI  - A\nED  - Poe, L\nNO  - a long note\nCP  - London\nPM  - none\nER  - \n",
    );
    let names: Vec<_> = left
        .account
        .not_understood
        .iter()
        .map(|n| n.name.as_str())
        .collect();
    assert_eq!(names, ["CP", "ED", "NO", "PM"]);
    assert_eq!(left.records[0].record.issue, None);
}

#[test]
fn a_book_title_of_medline_text_is_the_journal_of_its_chapter() {
    let chapter = one("PMID- 1\nTI  - A chapter\nBTI - Its book\nSO  - x\n");
    assert_eq!(chapter.journal.as_deref(), Some("Its book"));
    let book = one("PMID- 1\nBTI - A book\nSO  - x\n");
    assert_eq!(
        (book.title.as_deref(), book.journal),
        (Some("A book"), None)
    );
}

#[test]
fn pmids_are_read_from_the_notes_that_state_them() {
    let ris = |note: &str| pmid(&format!("TY  - JOUR\nTI  - A\nN1  - {note}\nER  - \n"));
    for note in [
        "PMID: 33400001",
        "Cited By :3; Export Date: 1 May 2021; PubMed ID: 33400001",
        "Accession Number: 1. Language: English. PMID: NLM33400001.",
        "RAYYAN-INCLUSION: {\"a\"=>true} | PMID:33400001",
        "pmid 33400001 [doi]",
    ] {
        assert_eq!(ris(note).as_deref(), Some("33400001"), "{note}");
    }
    for note in [
        "Comment in: Lancet. PMID: 33400001",
        "PMID: 1 and PMID: 2",
        "PMCID: PMC33400001",
        "PMID: 334000012345",
        "the PMID is not known",
        "Erratum for PMID 33400001",
    ] {
        assert_eq!(ris(note), None, "{note}");
    }
    let bib = "@article{a,\n title={A},\n note={{PMID}: 22869830}\n}\n";
    assert_eq!(pmid(bib).as_deref(), Some("22869830"));
    let zotero = "Key,Item Type,Publication Year,Author,Title,Publication Title,Extra\nAB,journalArticle,2001,\"Doe, J\",A,J X,\"PMID: 22869830\nPMCID: PMC1\"\n";
    assert_eq!(pmid(zotero).as_deref(), Some("22869830"));
    let ovid = |database: &str| {
        pmid(&format!(
            "VN,DB,UI,TI,AU,SO\nOvid Technologies,{database},22869830,A,Doe J,\"J X. 2001\"\n"
        ))
    };
    assert_eq!(ovid("Ovid MEDLINE(R) ALL").as_deref(), Some("22869830"));
    assert_eq!(ovid("Embase"), None);
    let scholar = "paperId,externalIds,title,venue,year\nx,\"{'MAG': '5', 'DOI': '10.1000/a', 'PubMed': '22869830'}\",A,J X,2001\n";
    let record = one(scholar);
    assert_eq!(record.pmid.unwrap().as_str(), "22869830");
    assert_eq!(record.doi.unwrap().as_str(), "10.1000/a");
}

#[test]
fn what_a_table_of_a_vendor_is_about_is_its_kind() {
    let ieee = "Document Title,Authors,Author Affiliations,Publication Year,DOI,Document Identifier\nA,J. Doe,X,2001,10.1109/a,IEEE Conferences\n";
    assert_eq!(kind::of(&one(ieee)), Publication::Conference);
    let journal = ieee.replace("IEEE Conferences", "IEEE Journals");
    assert_eq!(kind::of(&one(&journal)), Publication::JournalArticle);
    for number in ["ISRCTN12345678", "12345678"] {
        let text = format!(
            "ISRCTN,Public title,Scientific title,Overall study start date\n{number},A,B,01/02/2019\n"
        );
        let got = parsed(&text);
        let record = &got.records[0].record;
        assert_eq!(record.kind, RecordKind::Trial);
        assert_eq!(record.registry[0].as_str(), "ISRCTN12345678");
        assert_eq!(record.year, Some(2019));
    }
}

#[test]
fn csl_json_is_a_reference_managers_and_crossref_has_subtitles() {
    let csl = r#"[{"id":"doe2019","type":"article-journal","title":"A trial","container-title":"J X","PMID":"123","PMCID":"PMC9","DOI":"10.1000/a","issued":{"date-parts":[["2019",1,2]]},"author":[{"family":"Poe","given":"L","non-dropping-particle":"van der"},{"literal":"The Group"}]},
{"id":"b","type":"paper-conference","title":"Two","issued":{"raw":"May 2020"}}]"#;
    let got = parsed(csl);
    assert_eq!(
        (titles(&got), got.dialect),
        (vec!["A trial", "Two"], "csl-json")
    );
    assert_eq!(database(got.format, got.dialect), None);
    let first = &got.records[0].record;
    assert_eq!(
        (
            first.year,
            first.pmid.as_ref().map(crate::model::Pmid::as_str)
        ),
        (Some(2019), Some("123"))
    );
    assert_eq!(first.source_id.as_deref(), Some("doe2019"));
    assert_eq!(first.authors, ["van der Poe, L", "The Group"]);
    assert_eq!(got.records[1].record.year, Some(2020));
    assert_eq!(kind::of(&got.records[1].record), Publication::Conference);
    let crossref = r#"{"message-type":"work","message":{"DOI":"10.1000/a","title":["Naps"],"subtitle":["A randomised trial"],"container-title":["J X"]}}"#;
    assert_eq!(titles(&parsed(crossref)), ["Naps: A randomised trial"]);
}

#[test]
fn words_for_nothing_and_marks_of_latex_are_read() {
    let record = one(
        "Title,Authors,Year,Abstract,EID,Source title\nA,[No author name available],2001,[No abstract available],2-s2.0-1,J\n",
    );
    assert_eq!((record.authors.len(), record.abstract_text), (0, None));
    let record = one(
        "@article{a,\n author={[No author name available]},\n title={A},\n abstract={[No abstract available]}\n}\n",
    );
    assert_eq!((record.authors.len(), record.abstract_text), (0, None));
    let title = |text: &str| {
        one(&format!("@article{{a,\n title={{{text}}}\n}}\n"))
            .title
            .unwrap()
    };
    assert_eq!(
        title(r"Sm\o{} and br{\o}d, \ss{} \o x"),
        "Smø and brød, ß øx"
    );
    assert_eq!(title(r"{CO}$_{\textrm{2}}$ and H$_2$O"), "CO2 and H2O");
    assert_eq!(title("a_b"), "a_b");
    let text = "@string{jx = \"J X\"}\n@article{a,\n title={A},\n journal=jama,\n month=jan,\n year=2001\n}\n@article{b,\n title={B},\n journal=jx\n}\n";
    let got = parsed(text);
    let told: Vec<_> = got
        .problems
        .iter()
        .map(|p| (p.kind.as_str(), p.record))
        .collect();
    assert_eq!(told, [("undefined-macro", Some(1))]);
    assert!(got.is_sound());
}
