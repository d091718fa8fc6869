//! RIS, MEDLINE and Web of Science text.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{
    BadDate, ControlCharacter, MissingEr, MissingTy, StrayLine, SwallowedTag, TagsBeforeTy,
    TruncatedFile, TruncatedRecord,
};
use crate::formats::{Format, FormatError, read};

#[test]
fn wrapped_lines_that_look_like_tags_stay_in_the_abstract() {
    let got = parsed(
        "TY  - JOUR\nTI  - Antibodies\nAU  - Ministry of Health & Welfare\nAB  - Levels of\n\
         IL-6 and\nPD-1 in\nER-positive disease\nTY-1 and\nER stress.\nER  - \n",
    );
    assert_eq!(got.records.len(), 1);
    let record = &got.records[0].record;
    assert_eq!(record.authors, ["Ministry of Health & Welfare"]);
    let want = "Levels of IL-6 and PD-1 in ER-positive disease TY-1 and ER stress.";
    assert_eq!(record.abstract_text.as_deref(), Some(want));
    assert_eq!((got.lines.tag, got.lines.continuation), (5, 5));
}

#[test]
fn a_cochrane_export_gives_pmid_accession_and_the_cut_list_of_authors() {
    let got = parsed(
        "Record #1 of 12\r\nProvider: John Wiley &amp; Sons, Ltd.\r\nContent: text/plain\r\n\r\n\
         TY  -  JOUR\r\nAN  -  CN-00000001\r\nAU  -  Ames, B\r\nAU  -  et al.\r\nTI  -  A trial\r\n\
         PY  -  2019\r\nSP  -  12\u{2010}19\r\nC3  -  PUBMED 123456,EMBASE 789\r\n\
         KW  -  nct01234567 NCT01234567\r\nER  -  \r\n",
    );
    assert_eq!((got.dialect, got.declared), ("cochrane", Some(12)));
    assert_eq!(got.lines.wrapper, 3);
    let record = &got.records[0].record;
    assert_eq!(record.pmid.as_ref().unwrap().as_str(), "123456");
    assert_eq!(record.source_id.as_deref(), Some("CN-00000001"));
    assert_eq!(record.pages.as_deref(), Some("12\u{2010}19"));
    assert_eq!(record.registry[0].as_str(), "NCT01234567");
    assert_eq!(record.authors, ["Ames, B"]);
    assert!(record.authors_truncated);
    assert_eq!(got.records[0].native.to_json()["authors_truncated"], true);
}

#[test]
fn trial_numbers_in_title_and_abstract_are_left_alone() {
    let got =
        parsed("TY  - JOUR\nTI  - See NCT01234567\nAB  - NCT01234568\nN1  - NCT01234569\nER  - \n");
    let ids: Vec<_> = got.records[0]
        .record
        .registry
        .iter()
        .map(crate::model::ids::RegistryId::as_str)
        .collect();
    assert_eq!(ids, ["NCT01234569"]);
}

#[test]
fn bare_lines_under_list_tags_are_values_of_their_own() {
    let got = parsed(
        "TY  - JOUR\nTI  - A\nSN  - 1932-8494\n1932-8486\nKW  - article\nhuman\nST  - A\nID  - 3\nER  - \n",
    );
    assert_eq!(got.dialect, "endnote");
    assert_eq!(got.records[0].record.issn, ["1932-8494", "1932-8486"]);
    assert_eq!(got.records[0].record.keywords, ["article", "human"]);
    assert_eq!(got.lines.list_item, 2);
}

#[test]
fn the_pmid_stands_where_the_database_puts_it() {
    let embase = "TY  - JOUR\nT1  - A\nU2  - L2029880245\nC5  - 111\nC2  - 222\nER  - \n";
    let scopus = "TY  - JOUR\nTI  - A\nC2  - 333\nDB  - Scopus\nC7  - e12\nER  - \n";
    let unknown = "TY  - JOUR\nTI  - A\nC2  - 444\nC5  - 555\nER  - \n";
    let got = parsed(&format!("{embase}{scopus}{unknown}{embase}"));
    let pmid = |n: usize| {
        got.records[n]
            .record
            .pmid
            .as_ref()
            .map(crate::model::ids::Pmid::as_str)
    };
    assert_eq!((pmid(0), pmid(1)), (Some("111"), Some("333")));
    assert_eq!(
        got.records[0].record.source_id.as_deref(),
        Some("L2029880245")
    );
    assert_eq!(got.records[1].record.pages.as_deref(), Some("e12"));
    assert_eq!(got.records[0].record.extra["C2"], ["222"]);
}

#[test]
fn an_empty_tag_does_not_eat_the_next_one() {
    let got = parsed("TY  - JOUR\nTI  - A\nIS  - 9\nSP  -\nEP  -\nPB  - X\nER  -\n");
    let record = &got.records[0].record;
    assert_eq!(
        (record.issue.as_deref(), record.pages.as_deref()),
        (Some("9"), None)
    );
    assert_eq!(record.extra["PB"], ["X"]);
}

#[test]
fn journal_and_abstract_come_from_one_tag_each() {
    let got = parsed(
        "TY  - JOUR\nT1  - A\nT2  - Alternative\nJO  - J Rec\nJF  - Journal of records\nN2  - One.\n\
         AB  - Two.\nAB  - Copyright of this text\nUR  - https://x.org/ https://doi.org/10.1000/A1?x\nER  - \n",
    );
    let record = &got.records[0].record;
    assert_eq!(record.journal.as_deref(), Some("Journal of records"));
    assert_eq!(record.abstract_text.as_deref(), Some("Two."));
    assert_eq!(record.doi.as_ref().unwrap().as_str(), "10.1000/a1");
    assert_eq!(record.extra["N2"], ["One."]);
    assert_eq!(record.extra["AB"], ["Copyright of this text"]);
}

#[test]
fn a_tag_that_another_tool_buried_is_freed_and_reported() {
    let got = parsed(
        "TY  - JOUR\nAN  - rayyan-1\nTI  - A\nDO  - 10.1000/x1     LK  - https://l.org/y\n\
         UR  - https://x.org/?id=1     U2  - L2029880245\nER  -\n",
    );
    let record = &got.records[0].record;
    assert_eq!(record.doi.as_ref().unwrap().as_str(), "10.1000/x1");
    assert_eq!(record.url.as_deref(), Some("https://x.org/?id=1"));
    assert_eq!(record.extra["LK"], ["https://l.org/y"]);
    let want = [
        (SwallowedTag, Some(4), Some(1)),
        (SwallowedTag, Some(5), Some(1)),
    ];
    assert_eq!(problems(&got), want);
    assert!(got.is_whole());
}

#[test]
fn missing_ends_and_types_keep_their_records() {
    let got = parsed("TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\nER  - \n\nTI  - C\nER  - \n");
    assert_eq!(titles(&got), ["A", "B", "C"]);
    assert_eq!(
        problems(&got),
        [(MissingEr, Some(1), Some(1)), (MissingTy, Some(8), Some(3))]
    );
    assert!(!got.is_whole());
}

#[test]
fn a_file_without_any_type_line_has_all_its_records() {
    let got = parsed("C1  - 1\nTI  - A\nER  - \n\nC1  - 2\nTI  - B\nER  - \n");
    assert_eq!(titles(&got), ["A", "B"]);
    assert_eq!(
        problems(&got),
        [(MissingTy, Some(1), Some(1)), (MissingTy, Some(5), Some(2))]
    );
}

#[test]
fn tags_before_the_type_belong_to_the_record() {
    let got = parsed("DB  - X\nTI  - A\nTY  - JOUR\nPY  - 2006\nER  - \n");
    assert_eq!(
        (titles(&got), got.records[0].record.year),
        (vec!["A"], Some(2006))
    );
    assert_eq!(problems(&got), [(TagsBeforeTy, Some(1), Some(1))]);
}

#[test]
fn a_cut_file_keeps_its_last_record() {
    let whole = "TY  - JOUR\nTI  - A\nER  - \n\n";
    let got = parsed(&format!("{whole}TY  - JOUR\nTI  - B\nAB  - The be"));
    assert_eq!(titles(&got), ["A", "B"]);
    assert_eq!(problems(&got), [(TruncatedRecord, Some(5), Some(2))]);
    let at_a_line_end = parsed(&format!("{whole}TY  - JOUR\nTI  - B\n"));
    assert_eq!(
        problems(&at_a_line_end),
        [(TruncatedRecord, Some(5), Some(2))]
    );
    let never_ended = parsed("TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\n\n");
    let want = [(MissingEr, Some(1), Some(1)), (MissingEr, Some(4), Some(2))];
    assert_eq!(problems(&never_ended), want);
}

#[test]
fn ovid_numbers_are_known_and_strays_are_reported() {
    let got = parsed(
        "1. \nTY  - JOUR\nT1  - A\nID  - 2020\nER  - \n \n\nLink to the Ovid Full Text: x\nwhat\n",
    );
    assert_eq!(got.dialect, "ovid");
    assert_eq!(problems(&got), [(StrayLine, Some(9), None)]);
    assert!(got.problems[0].text.contains("what") && got.is_whole());
    assert_eq!((got.lines.wrapper, got.lines.problem), (2, 1));
    assert_eq!(got.records[0].record.source_id.as_deref(), Some("2020"));
}

#[test]
fn a_date_without_a_year_is_a_warning() {
    let got = parsed("TY  - JOUR\nTI  - A\nPY  - 10 15\nER  - \n");
    assert_eq!(got.records[0].record.year, None);
    assert_eq!(problems(&got), [(BadDate, Some(3), Some(1))]);
    assert!(got.is_whole());
}

#[test]
fn control_characters_do_not_reach_the_title() {
    let got = parsed("TY  - JOUR\nTI  - A\0\0b\nER  - \n");
    assert_eq!(titles(&got), ["Ab"]);
    assert_eq!(problems(&got), [(ControlCharacter, Some(2), Some(1))]);
}

#[test]
fn medline_records_need_no_blank_line_between_them() {
    let got = parsed(
        "PMID- 1\nTI  - A long\n      title\nFAU - Ames, Bo\nAU  - Ames B\nCN  - Group\nDP  - 2019 Jan-Feb\n\
         LID - 10.1000/A [doi]\nPT  - Journal Article\nPT  - Retracted Publication\nMH  - *Hearts/*drug effects\n\
         SI  - ClinicalTrials.gov/NCT01234567\nSI  - GENBANK/AB123456\nRIN - J. 2020;1:2. PMID: 99\nSO  - J.\n\
         PMID- 2\nTI  - B\nDP  - n.d.\nSO  - J.\n",
    );
    assert_eq!(
        (got.format, titles(&got)),
        (Format::Nbib, vec!["A long title", "B"])
    );
    let record = &got.records[0].record;
    assert_eq!(record.authors, ["Ames, Bo", "Group"]);
    assert_eq!(record.headings, ["Hearts"]);
    assert_eq!(record.registry.len(), 1);
    assert_eq!(record.links[0].kind, "RetractionIn");
    assert_eq!(record.links[0].pmid.as_ref().unwrap().as_str(), "99");
    assert!(record.retracted);
    assert_eq!(problems(&got), [(BadDate, Some(18), Some(2))]);
    let json = got.records[0].native.to_json();
    assert_eq!(json["corporate"][0], "Group");
    assert_eq!(json["doi"], "10.1000/a");
}

#[test]
fn medline_text_that_breaks_off_is_reported() {
    let got = parsed("PMID- 1\nTI  - A\nSO  - J.\n\nPMID- 2\nTI  - B\nAB  - The");
    assert_eq!(problems(&got), [(TruncatedRecord, Some(5), Some(2))]);
}

#[test]
fn medline_text_is_not_read_as_ris() {
    let text = b"PMID- 1\nOWN - NLM\nTI  - A\n";
    let error = FormatError::OtherFormat {
        asked: Format::Ris,
        found: Format::Nbib,
    };
    assert_eq!(read(text, Some(Format::Ris)), Err(error));
}

#[test]
fn web_of_science_lists_and_wrapped_lines_are_told_apart() {
    let got = parsed(
        "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Ames, B\n   Bell, C\nTI A long\n   title\n\
         SO JOURNAL\nBP 1\nEP 9\nEA MAR 2020\nUT WOS:1\nPM 5\nER\n\nEF",
    );
    assert_eq!(
        (got.format, titles(&got)),
        (Format::Wos, vec!["A long title"])
    );
    let record = &got.records[0].record;
    assert_eq!(record.authors, ["Ames, B", "Bell, C"]);
    assert_eq!(
        (record.year, record.pages.as_deref()),
        (Some(2020), Some("1-9"))
    );
    assert_eq!(record.source_id.as_deref(), Some("WOS:1"));
    assert!(got.problems.is_empty());
    assert_eq!(
        (
            got.lines.wrapper,
            got.lines.list_item,
            got.lines.continuation
        ),
        (3, 1, 1)
    );
}

#[test]
fn web_of_science_text_without_its_ends_is_reported() {
    let head = "FN X\nVR 1.0\nPT J\nTI A\nSO J\n";
    assert_eq!(
        problems(&parsed(&format!("{head}EF"))),
        [(MissingEr, Some(3), Some(1))]
    );
    assert_eq!(
        problems(&parsed(&format!("{head}AB Th"))),
        [(TruncatedRecord, Some(3), Some(1))]
    );
    assert_eq!(
        problems(&parsed(&format!("{head}ER\n"))),
        [(TruncatedFile, None, None)]
    );
}
