//! PubMed XML.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{
    DamagedMarkup, EmptyRecord, NoRecords, TruncatedFile, UndeclaredEntity,
};
use crate::formats::{Format, FormatError, ProblemKind, Streamed, read, stream};
use crate::model::RecordKind;

fn article(pmid: u32, title: &str, more: &str) -> String {
    format!(
        "<PubmedArticle><MedlineCitation Status=\"MEDLINE\"><PMID Version=\"1\">{pmid}</PMID>\
         <Article><ArticleTitle>{title}</ArticleTitle>{more}</Article></MedlineCitation></PubmedArticle>\n"
    )
}

fn set(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<PubmedArticleSet>\n{inside}</PubmedArticleSet>\n")
}

#[test]
fn text_is_put_together_from_every_kind_of_event() {
    let title = "CD38<sup>+</sup> cells: p&lt;0.05,\n  &#946;2 &amp; <![CDATA[<x>]]><!-- c --><?p?> <i><b>in</b> vitro</i>";
    let got = parsed(&set(&article(7, title, "")));
    assert_eq!(titles(&got), ["CD38+ cells: p<0.05, β2 & <x> in vitro"]);
    assert!(got.problems.is_empty());
    assert_eq!(got.lines.markup, got.lines.total);
    assert_eq!(got.records[0].line, Some(3));
}

#[test]
fn entities_of_a_document_type_are_never_resolved() {
    let doc = "<!DOCTYPE PubmedArticleSet [<!ENTITY bomb \"boom\">]>\n";
    let got = parsed(&format!(
        "{doc}{}",
        set(&article(7, "A &bomb; b &nbsp;c", "")).replace("<?xml version=\"1.0\"?>\n", "")
    ));
    assert_eq!(titles(&got), ["A &bomb; b &nbsp;c"]);
    let kinds: Vec<_> = problems(&got).into_iter().map(|p| (p.0, p.2)).collect();
    assert_eq!(
        kinds,
        [(UndeclaredEntity, Some(1)), (UndeclaredEntity, Some(1))]
    );
}

#[test]
fn the_fields_of_an_article_follow_their_rules() {
    let more = "<Journal><ISSN>1234-5678</ISSN><JournalIssue><Volume>3</Volume><PubDate><MedlineDate>1998 Dec-1999 Jan\
        </MedlineDate></PubDate></JournalIssue><Title>Journal</Title></Journal><Pagination><StartPage>5</StartPage>\
        <EndPage>9</EndPage></Pagination><ELocationID EIdType=\"doi\" ValidYN=\"N\">10.1000/no</ELocationID>\
        <ELocationID EIdType=\"doi\" ValidYN=\"Y\">10.1000/YES</ELocationID><Abstract><AbstractText Label=\"AIM\">One.\
        </AbstractText><AbstractText Label=\"UNLABELLED\">Two.</AbstractText></Abstract><AuthorList><Author><LastName>O&#x2019;Neil\
        </LastName><ForeName>Al</ForeName><Suffix>Jr</Suffix></Author><Author><CollectiveName>Group, The</CollectiveName></Author></AuthorList>\
        <Language>eng</Language><DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>\
        <AccessionNumber>NCT01234567</AccessionNumber></AccessionNumberList></DataBank></DataBankList>";
    let got = parsed(&set(&article(7, "A", more)));
    let record = &got.records[0].record;
    assert_eq!(
        (
            record.year,
            record.volume.as_deref(),
            record.pages.as_deref()
        ),
        (Some(1998), Some("3"), Some("5-9"))
    );
    assert_eq!(record.doi.as_ref().unwrap().as_str(), "10.1000/yes");
    assert_eq!(record.abstract_text.as_deref(), Some("AIM: One.\nTwo."));
    assert_eq!(record.authors, ["O’Neil, Al Jr", "Group, The"]);
    assert_eq!(record.registry[0].as_str(), "NCT01234567");
    let json = got.records[0].native.to_json();
    assert_eq!(
        (&json["month"], &json["nct"][0]),
        (&12.into(), &"NCT01234567".into())
    );
    assert_eq!(
        json["authors"][1],
        serde_json::json!({"collective": "Group, The"})
    );
    assert_eq!(json["pmcid"], serde_json::Value::Null);
}

#[test]
fn identifiers_of_the_reference_list_are_not_the_articles() {
    let data = "<PubmedData><ArticleIdList><ArticleId IdType=\"doi\">10.1000/own</ArticleId></ArticleIdList><ReferenceList>\
        <Reference><ArticleIdList><ArticleId IdType=\"pmc\">PMC1</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData>";
    let text = article(7, "A", "").replace("</PubmedArticle>", &format!("{data}</PubmedArticle>"));
    let got = parsed(&set(&text));
    assert_eq!(
        got.records[0].record.doi.as_ref().unwrap().as_str(),
        "10.1000/own"
    );
    assert_eq!(got.records[0].record.pmcid, None);
}

#[test]
fn retractions_and_deletions_are_seen() {
    let list = "<CommentsCorrectionsList><CommentsCorrections RefType=\"RetractionIn\"><PMID>8</PMID></CommentsCorrections></CommentsCorrectionsList>";
    let text =
        article(7, "A", "").replace("</MedlineCitation>", &format!("{list}</MedlineCitation>"));
    let got = parsed(&set(&format!(
        "{text}<DeleteCitation><PMID>1</PMID><PMID>2</PMID></DeleteCitation>"
    )));
    assert!(got.records[0].record.retracted);
    assert_eq!(
        got.records[0].record.links[0]
            .pmid
            .as_ref()
            .unwrap()
            .as_str(),
        "8"
    );
    assert_eq!(got.records[2].record.kind, RecordKind::Deleted);
    assert_eq!(
        got.records[2].native.to_json(),
        serde_json::json!({"kind": "deleted", "pmid": "2"})
    );
}

#[test]
fn a_cut_file_keeps_the_records_before_the_cut() {
    let whole = set(&format!("{}{}", article(1, "A", ""), article(2, "B", "")));
    let cut = whole.find("B</ArticleTitle>").unwrap();
    let got = parsed(&whole[..cut]);
    assert_eq!(titles(&got), ["A"]);
    assert_eq!(problems(&got), [(TruncatedFile, Some(4), Some(2))]);
    assert!(got.problems[0].text.contains(&format!("byte {cut}")));
    // On several lines, the line is that on which the record begins.
    let spread = whole.replace("<ArticleTitle>", "\n<ArticleTitle>\n");
    let cut = spread.find("B</ArticleTitle>").unwrap();
    let got = both_ways(&spread[..cut]);
    assert_eq!(got.1, [(TruncatedFile, Some(6), Some(2))]);
    let without_end = whole.replace("</PubmedArticleSet>\n", "");
    assert_eq!(
        problems(&parsed(&without_end)),
        [(TruncatedFile, Some(4), None)],
        "the last line that there is"
    );
}

/// What [`read`] and [`stream`] find, which must be the same.
#[track_caller]
fn both_ways(text: &str) -> (Vec<String>, Vec<(ProblemKind, Option<u64>, Option<u64>)>) {
    let whole = read(text.as_bytes(), Some(Format::PubmedXml)).unwrap();
    let mut records = Vec::new();
    let pieces = stream(text.as_bytes(), &mut |record| {
        records.push(record);
        Ok(())
    });
    let Ok(Ok(Streamed::Read(pieces, _))) = pieces else {
        panic!("not read piece by piece: {pieces:?}");
    };
    assert_eq!(records, whole.records);
    assert_eq!(
        (&pieces.problems, pieces.lines),
        (&whole.problems, whole.lines)
    );
    let titles = titles(&whole).into_iter().map(str::to_owned).collect();
    (titles, problems(&whole))
}

#[test]
fn an_end_that_closes_nothing_stops_both_ways_of_reading_there() {
    let one = set(&article(1, "A", ""));
    let got = both_ways(&format!(
        "{one}</PubmedArticleSet>\n{}",
        set(&article(2, "B", ""))
    ));
    assert_eq!(
        got,
        (vec!["A".to_owned()], vec![(DamagedMarkup, Some(5), None)])
    );
    let got = both_ways(&one.replace("</PubmedArticleSet>", "</PubmedBookArticleSet>"));
    assert_eq!(got.1, [(DamagedMarkup, Some(4), None)]);
}

#[test]
fn the_records_of_an_answer_joined_behind_one_that_broke_off_are_read() {
    let cut = set(&article(1, "A", "")).replace("</PubmedArticleSet>\n", "");
    let got = both_ways(&format!("{cut}{}", set(&article(2, "B", ""))));
    assert_eq!(got.0, ["A", "B"]);
    assert_eq!(got.1.len(), 1, "{:?}", got.1);
    assert_eq!(got.1[0].0, TruncatedFile, "the first set never ends");
}

#[test]
fn a_file_of_another_format_that_has_pubmed_records_inside_is_not_taken_for_one() {
    let text = format!("TY  - JOUR\nTI  - A\nER  - \n{}", set(&article(2, "B", "")));
    let got = stream(text.as_bytes(), &mut |_| Ok(()));
    assert!(matches!(got, Ok(Ok(Streamed::Other))), "{got:?}");
}

#[test]
fn wrong_markup_keeps_the_records_before_it() {
    let got = parsed(&set(&format!(
        "{}<PubmedArticle>x</PubmedBook>",
        article(1, "A", "")
    )));
    assert_eq!(problems(&got), [(DamagedMarkup, Some(4), Some(2))]);
    let alone = set("<PubmedArticle>wrong");
    assert!(matches!(
        read(alone.as_bytes(), None),
        Err(FormatError::DamagedXml { .. })
    ));
}

#[test]
fn an_empty_set_and_an_empty_record_are_no_success() {
    assert_eq!(problems(&parsed(&set(""))), [(NoRecords, None, None)]);
    let got = parsed(&set("<PubmedArticle>\n</PubmedArticle>"));
    assert_eq!(
        problems(&got),
        [(EmptyRecord, Some(3), None), (NoRecords, None, None)]
    );
}

#[test]
fn joined_answers_are_read_as_one_file() {
    let one = set(&article(1, "A", ""));
    let got = parsed(&format!("{one}{}", set(&article(2, "B", ""))));
    assert_eq!(titles(&got), ["A", "B"]);
    assert!(got.problems.is_empty());
}

#[test]
fn a_book_has_its_title_and_its_authors() {
    let text = "<PubmedBookArticle><BookDocument><PMID>3</PMID><Book><BookTitle>Book</BookTitle><PubDate><Year>2009</Year>\
        <Month>02</Month></PubDate><AuthorList><Author><CollectiveName>Centre</CollectiveName></Author></AuthorList>\
        <Isbn>978</Isbn></Book></BookDocument></PubmedBookArticle>";
    let got = parsed(&set(text));
    let record = &got.records[0].record;
    assert_eq!((record.kind, record.year), (RecordKind::Book, Some(2009)));
    assert_eq!(
        (titles(&got), &record.authors),
        (vec!["Book"], &vec!["Centre".to_owned()])
    );
    assert_eq!(record.issn, ["978"]);
}

#[test]
fn read_piece_by_piece_a_file_gives_what_it_gives_whole() {
    use crate::formats::{Streamed, stream};
    let long = "word ".repeat(6_000);
    let tricky = "<!-- not the end: </PubmedArticle> -->";
    let mut inside = String::new();
    for n in 0..60 {
        let more = format!(
            "<Abstract><AbstractText>{n} {long}{tricky}&amp; β\r\n</AbstractText></Abstract>"
        );
        inside.push_str(&article(n + 1, "A &odd; Ã©t title", &more));
        inside.push_str(if n % 7 == 0 { "stray words\n" } else { "" });
    }
    let whole = set(&inside);
    let cut = whole.len() * 2 / 3;
    for text in [
        whole.clone(),
        format!("\u{feff}{whole}"),
        format!("{whole}{whole}"),
        whole[..cut].to_owned(),
        whole
            .trim_end()
            .trim_end_matches("</PubmedArticleSet>")
            .to_owned(),
        whole.replace(
            "<PMID Version=\"1\">41</PMID>",
            "<PMID Version=\"1\">41</PIMD>",
        ),
        set(""),
    ] {
        let want = read(text.as_bytes(), None).unwrap();
        for packed in [false, true] {
            let mut bytes = text.clone().into_bytes();
            if packed {
                let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                std::io::Write::write_all(&mut gz, &bytes).unwrap();
                bytes = gz.finish().unwrap();
            }
            let mut records = Vec::new();
            let mut each = |record| {
                records.push(record);
                Ok(())
            };
            let got = stream(&bytes[..], &mut each).unwrap().unwrap();
            let Streamed::Read(parsed, count) = got else {
                panic!("it was not taken as PubMed XML");
            };
            assert_eq!(count, want.records.len() as u64);
            assert!(records == want.records, "the records differ");
            // Behind the damage nothing is read any more, so signs there are not counted.
            let damaged = want.problems.iter().any(|p| p.kind == DamagedMarkup);
            let compared = |problems: &[crate::formats::Problem]| {
                let mut problems = problems.to_vec();
                problems.retain(|p| !damaged || p.line.is_some());
                problems
            };
            assert!(
                compared(&parsed.problems) == compared(&want.problems),
                "the problems differ"
            );
            assert!(damaged || parsed.lines == want.lines, "the lines differ");
        }
    }
    assert!(matches!(
        stream(&b"<html></html>"[..], &mut |_| Ok(())),
        Ok(Ok(Streamed::Other))
    ));
}
