//! CSV of every profile.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{UnclosedQuote, WrongColumnCount};
use crate::model::RecordKind;

#[test]
fn cochrane_rows_carry_their_registry_numbers() {
    let got = parsed(
        "CENTRAL ID,Author(s),Title,Source,Year,PubMed ID,Embase ID,CTgov ID,ICTRP ID,DOI,Cochrane Review Group Code\r\n\
         \"CN-1\",\"Ames, B; Bell, C\",\"A\",\"J Rec\",\"2019\",\"PUBMED 12\",\"EMBASE 9\",\"CTgov NCT01234567\",\"ICTRP ISRCTN14030412\",\"10.1000/X\",\r\n",
    );
    assert_eq!(got.dialect, "cochrane");
    let record = &got.records[0].record;
    assert_eq!(record.authors, ["Ames, B", "Bell, C"]);
    assert_eq!(
        (record.journal.as_deref(), record.year),
        (Some("J Rec"), Some(2019))
    );
    assert_eq!(record.pmid.as_ref().unwrap().as_str(), "12");
    let ids: Vec<_> = record
        .registry
        .iter()
        .map(crate::model::ids::RegistryId::as_str)
        .collect();
    assert_eq!(ids, ["NCT01234567", "ISRCTN14030412"]);
    assert_eq!(record.extra["Embase ID"], ["EMBASE 9"]);
    assert_eq!(got.records[0].native.to_json()["id"], "CN-1");
}

#[test]
fn the_query_above_an_embase_table_is_kept() {
    for (text, wrapper) in [
        (
            "\"SEARCH QUERY\",\"'a':ti OR b\"\n-----\n\n\"Title\",\"Author Names\",\"Source title\",\"Medline PMID\",\"PUI\"\n\"A\",\"Ames B., Bell C.\",\"J\",\"5\",\"L1\"\n",
            3,
        ),
        (
            "\u{feff}SEARCH QUERY;'a':ti OR b;;;\n-----;;;;\n;;;;\nTitle;Author Names;Source title;Medline PMID;PUI\nA;Ames B., Bell C.;J;5;L1\n",
            4,
        ),
    ] {
        let got = parsed(text);
        assert_eq!(
            (got.dialect, got.query.as_deref()),
            ("embase.com", Some("'a':ti OR b"))
        );
        assert_eq!(got.records[0].record.authors, ["Ames B.", "Bell C."]);
        assert_eq!((got.records[0].line, got.lines.wrapper), (Some(5), wrapper));
        assert!(got.is_whole());
    }
}

#[test]
fn each_vendor_is_known_by_its_columns() {
    for (header, row, dialect, authors) in [
        (
            "PMID,Title,Authors,Journal/Book,Publication Year,DOI",
            "7,A,\"Ames B, Bell C.\",J,2020,",
            "pubmed",
            2,
        ),
        (
            "Authors,Title,Year,Source title,Page start,Page end,EID",
            "\"Ames B., Bell C.\",A,2020,J,1,5,2-s2.0-1",
            "scopus",
            2,
        ),
        (
            "Authors,Title,Year,Source title,Page start,Page end,EID",
            "Ames B.; Bell C.,A,2020,J,1,5,2-s2.0-1",
            "scopus",
            2,
        ),
        (
            "key,title,authors,journal,doi,pubmed_id,pmc_id",
            "k1,A,\"Ames, B. and Bell, C.\",J,,,",
            "rayyan",
            2,
        ),
        (
            "Title,Authors,Published Year,Journal,Covidence #",
            "A,\"Ames, B.; Bell, C.\",2020,J,#4",
            "covidence",
            2,
        ),
        (
            "Key,Item Type,Author,Title,Publication Title",
            "K,journalArticle,\"Ames, B.\",A,J",
            "zotero",
            1,
        ),
        (
            "id,title,author,year,journal,number,doi",
            "x1,A,\"Ames, Bo and Bell, Cy\",2020,J,3,10.1000/x",
            "generic",
            2,
        ),
        (
            "id,title,abstract,label_included",
            "3,A,Text,1",
            "generic",
            0,
        ),
    ] {
        let got = parsed(&format!("{header}\n{row}\n"));
        assert_eq!(
            (got.dialect, titles(&got)),
            (dialect, vec!["A"]),
            "{header}"
        );
        assert_eq!(got.records[0].record.authors.len(), authors, "{header}");
        assert!(
            got.is_whole() && got.problems.is_empty(),
            "{:?}",
            got.problems
        );
    }
}

#[test]
fn a_registry_table_gives_trials() {
    let got = parsed(
        "NCT Number,Study Title,Study URL,Acronym,Study Status,Brief Summary,Conditions,Other IDs,Start Date,First Posted\n\
         NCT01234567,A trial,https://clinicaltrials.gov/study/NCT01234567,ACRO,COMPLETED,\"Two\nlines\",Myeloma|Anemia,P-1|2014-002272-88,2015-01,2014-05-06\n",
    );
    assert_eq!(got.dialect, "clinicaltrials.gov");
    let record = &got.records[0].record;
    assert_eq!((record.kind, record.year), (RecordKind::Trial, Some(2015)));
    assert_eq!(
        (record.source_id.as_deref(), record.acronym.as_deref()),
        (Some("NCT01234567"), Some("ACRO"))
    );
    let ids: Vec<_> = record
        .registry
        .iter()
        .map(crate::model::ids::RegistryId::as_str)
        .collect();
    assert_eq!(ids, ["NCT01234567", "2014-002272-88"]);
    assert_eq!(record.keywords, ["Myeloma", "Anemia"]);
    assert_eq!(record.extra["Study Status"], ["COMPLETED"]);
    assert_eq!((got.lines.row, got.lines.continuation), (1, 1));
}

#[test]
fn a_row_with_a_cell_too_many_is_kept_and_reported() {
    let got = parsed("id,title,year\n1,A,2019\n2,B,2020,more\n\n3,C\n");
    assert_eq!(titles(&got), ["A", "B", "C"]);
    let want = [
        (WrongColumnCount, Some(3), Some(2)),
        (WrongColumnCount, Some(5), Some(3)),
    ];
    assert_eq!(problems(&got), want);
    assert_eq!(got.records[1].record.extra["column 4"], ["more"]);
    assert_eq!((got.lines.row, got.lines.blank), (3, 1));
}

#[test]
fn a_quote_that_never_ends_is_reported() {
    let got = parsed("id,title\n1,A\n2,\"B \"\"b\"\"\nand more\n");
    assert_eq!(problems(&got), [(UnclosedQuote, Some(3), Some(2))]);
    let closed = parsed("id,title\n1,\"A \"\"\"\"\"\n");
    assert!(closed.problems.is_empty());
}
