//! Files made of several: records of two formats, headers twice, rows above a header, no PMIDs.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{
    ForeignRecord, MissingEr, RepeatedHeader, RowsAboveHeader, StrayLine,
};
use crate::formats::{ProblemKind, database, read};

const RIS: &str = "TY  - JOUR\nTI  - Ris one\nAU  - A, B\nPY  - 2001\nER  - \n\n";
const WOS: &str = "FN Clarivate\nVR 1.0\nPT J\nAU Doe, J\nTI Wos one\nPY 2002\nER\n\nEF\n";
const ENW: &str = "%0 Journal Article\n%T Enw one\n%A Doe, J\n%D 2003\n\n";
const BIB: &str = "@article{k1,\n title={Bib one},\n author={Doe, J},\n year={2004}\n}\n\n";
const NBIB: &str = "PMID- 123\nOWN - NLM\nTI  - Nbib one\nDP  - 2005\nSO  - x\n\n";
const XML: &str = "<?xml version=\"1.0\"?>\n<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>77</PMID><Article><ArticleTitle>Xml one</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>\n";
const CSV: &str = "Title,Authors,Year,DOI\nCsv one,Doe J,2006,10.1000/x\n";
const REFWORKS: &str = "RT Journal Article\nSR Electronic\nA1 Doe, J\nT1 Rw one\nYR 2007\n\n";
const ENDNOTE: &str = "<?xml version=\"1.0\"?>\n<xml><records><record><ref-type name=\"Journal Article\">17</ref-type><titles><title>Ex one</title></titles></record></records></xml>\n";
const JSON: &str = "{\"status\":\"ok\",\"message-type\":\"work-list\",\"message\":{\"items\":[{\"DOI\":\"10.1/x\",\"title\":[\"Cr one\"]}]}}\n";

#[test]
fn records_of_another_format_behind_a_file_are_damage_with_their_line() {
    let all = [RIS, WOS, ENW, BIB, NBIB, XML, CSV, REFWORKS, ENDNOTE, JSON];
    for (at, first) in all.iter().enumerate() {
        assert!(read(first.as_bytes(), None).unwrap().is_sound(), "{first}");
        for (other, second) in all.iter().enumerate() {
            if at == other {
                continue;
            }
            let text = format!("{first}{second}");
            let Ok(got) = read(text.as_bytes(), None) else {
                continue;
            };
            assert!(!got.is_sound(), "{text}");
        }
    }
    let got = parsed(&format!("{ENW}{RIS}"));
    assert!(problems(&got).contains(&(ForeignRecord, Some(6), None)));
    assert!(
        got.problems
            .iter()
            .any(|p| p.text.contains("a record of RIS"))
    );
}

#[test]
fn a_type_line_that_is_misspelt_begins_a_record_that_is_told() {
    for line in ["TY  -JOUR", "ty  - jour", "TY   - JOUR", "TY\t- JOUR"] {
        let text = format!("{RIS}{line}\nTI  - Two\nER  - \n");
        let got = parsed(&text);
        assert!(!got.is_sound(), "{line}");
    }
}

#[test]
fn text_that_looks_like_another_format_is_text() {
    for text in [
        "TY  - JOUR\nTI  - A\nAB  - One\nPT J. Smith was asked\nFN is a function\n<5 of them\nTY is no tag\nER  - \n",
        "TY  - JOUR\nTI  - A\nN1  - [{2}] @ home\n%A of all\nER  - \n",
        "PMID- 1\nTI  - Titles, authors, years\nAB  - Title, year, DOI and pages\n      Title, authors, year, DOI were asked for.\nSO  - x\n",
        "@article{a,\n title={A},\n abstract={x\n{\"O}sterreich and\nTY of it}\n}\n",
    ] {
        assert!(
            parsed(text)
                .problems
                .iter()
                .all(|p| p.kind != ForeignRecord),
            "{text}"
        );
    }
}

#[test]
fn medline_text_without_pmids_is_as_many_records_as_it_has() {
    let eric = "OWN - ERIC\nTI  - One\nAU  - A, B\nSO  - x\nOID - EJ1\n\nOWN - ERIC\nTI  - Two\nAU  - C, D\nSO  - y\nOID - EJ2\n";
    let got = parsed(eric);
    assert_eq!(titles(&got), ["One", "Two"]);
    assert_eq!(database(got.format, got.dialect), Some("ERIC"));
    // Without blank lines, with the title first, with another leader, and with blanks inside.
    for (text, want) in [
        (eric.replace("\n\n", "\n"), vec!["One", "Two"]),
        (eric.replace("OWN - ERIC\n", ""), vec!["One", "Two"]),
        (eric.replace("OWN - ERIC", "STAT- Done"), vec!["One", "Two"]),
        (eric.replace("SO  - ", "\nSO  - "), vec!["One", "Two"]),
        (
            "AU  - A, B\nOWN - X\nTI  - One\nJT  - J\nAU  - C, D\nTI  - Two\nJT  - J\n".to_owned(),
            vec!["One"],
        ),
    ] {
        let got = parsed(&text);
        assert_eq!(titles(&got), want, "{text}");
        // Where it cannot be told who wrote what, that is said.
        let told = got.problems.iter().any(|p| p.kind == MissingEr);
        assert_eq!(told, want.len() < 2, "{text}");
        assert_ne!(database(got.format, got.dialect), Some("PubMed"));
    }
    let led = "AU  - A B\nTI  - One\nLID - 10.1000/a [doi]\n\nAU  - C D\nTI  - Two\n";
    assert_eq!(titles(&parsed(led)), ["One", "Two"]);
    let pubmed = parsed(&format!("{NBIB}{}", NBIB.replace("123", "124")));
    assert_eq!(pubmed.records.len(), 2);
    assert_eq!(database(pubmed.format, pubmed.dialect), Some("PubMed"));
}

#[test]
fn rows_above_the_header_are_told() {
    let found = |text: &str| {
        let got = parsed(text);
        let of = |p: &&super::super::Problem| p.kind == RowsAboveHeader;
        (
            got.records.len(),
            got.problems.iter().find(of).and_then(|p| p.line),
        )
    };
    assert_eq!(
        found(&format!("Zero,Poe L,1999,10.1000/z\n{CSV}")),
        (1, Some(1))
    );
    assert_eq!(
        found(&format!("Exported\n\nZero,,1999,10.1000/z\n{CSV}")),
        (1, Some(3))
    );
    assert_eq!(
        found(&format!("TI  - Zero\nAU  - Poe, L\n{CSV}")),
        (1, Some(1))
    );
    for preamble in [
        "\"About the data: exported on 2024-01-01, by us\"\n",
        "search query,naps AND nurses\n\n",
        "Results,,,\n",
        "sep=,\n",
        "",
    ] {
        assert_eq!(found(&format!("{preamble}{CSV}")), (1, None), "{preamble}");
    }
}

#[test]
fn a_header_between_the_rows_is_no_record() {
    let kinds = |text: &str| {
        let got = parsed(text);
        let kinds: Vec<ProblemKind> = got.problems.iter().map(|p| p.kind).collect();
        (got.records.len(), kinds)
    };
    let twice = |text: &str| kinds(&format!("{text}{text}"));
    assert_eq!(twice(CSV), (2, vec![RepeatedHeader]));
    assert_eq!(
        kinds(&format!("{CSV}\u{feff}{CSV}")),
        (2, vec![RepeatedHeader])
    );
    let quoted = "\"Title\",\"Authors\",\"Year\",\"DOI\"\n\"A\",\"B C\",\"2001\",\"10.1000/y\"\n";
    assert_eq!(twice(quoted), (2, vec![RepeatedHeader]));
    let tabs = "PT\tAU\tTI\tSO\tPY\tUT\nJ\tDoe, J\tA\tJ X\t2001\tWOS:1\n";
    assert_eq!(twice(tabs), (2, vec![RepeatedHeader]));
    // Another table's header: what stands below it is read by the wrong columns.
    let other = "Year,Title,DOI,Authors\n2001,D,10.1000/d,Poe L\n";
    let (count, told) = kinds(&format!("{CSV}{other}"));
    assert_eq!((count, told[0]), (2, ForeignRecord));
    // A record whose title is a word of headers.
    let title = format!("{CSV}Title,Poe L,1999,10.1000/z\nAuthors,,,\n");
    assert_eq!(kinds(&title), (3, vec![]));
    assert!(!kinds(&format!("{CSV}stray\n")).1.contains(&StrayLine));
}
