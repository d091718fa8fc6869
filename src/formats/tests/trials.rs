//! XML of EndNote and ICTRP; JSON of ClinicalTrials.gov and Crossref.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{DamagedMarkup, TruncatedFile, UndeclaredEntity};
use crate::formats::{Format, FormatError, read};
use crate::model::RecordKind;

#[test]
fn endnote_values_stand_in_style_runs_and_entities_stay_visible() {
    let got = parsed(
        "<?xml version=\"1.0\"?>\n<xml><records>\n<record><ref-type name=\"Journal Article\">17</ref-type><contributors><authors>\
         <author><style>Ames, B.</style></author></authors></contributors><titles><title><style>A </style><style>trial&#xD;of</style> \
         </title><secondary-title>J</secondary-title></titles><dates><year>2019</year></dates><accession-num>77</accession-num>\
         <remote-database-provider>NLM</remote-database-provider></record>\n\
         <record><titles><title>A&nbsp;B</title></titles></record>\n</records></xml>\n",
    );
    assert_eq!(got.format, Format::EndnoteXml);
    assert_eq!(titles(&got), ["A trial of", "A&nbsp;B"]);
    assert_eq!(problems(&got), [(UndeclaredEntity, Some(4), Some(2))]);
    assert_eq!(got.records[0].record.pmid.as_ref().unwrap().as_str(), "77");
    assert_eq!(got.records[0].record.authors, ["Ames, B."]);
}

#[test]
fn a_damaged_record_of_xml_costs_itself_alone() {
    let one = "<record><titles><title>One</title></titles></record>";
    let got = parsed(&format!(
        "<xml><records>{one}<record><titles></record>{one}<record><titles>"
    ));
    assert_eq!(titles(&got), ["One", "One"]);
    let kinds: Vec<_> = problems(&got)
        .iter()
        .map(|(kind, _, n)| (*kind, *n))
        .collect();
    assert_eq!(kinds, [(DamagedMarkup, Some(2)), (TruncatedFile, Some(4))]);
    let got = parsed(&format!("<xml><records>{one}"));
    assert_eq!(problems(&got), [(TruncatedFile, None, None)]);
    assert!(matches!(
        read(b"<xml><records><record><titles>", None),
        Err(FormatError::DamagedXml { .. })
    ));
}

#[test]
fn a_trial_of_ictrp_has_its_numbers_titles_and_acronym() {
    let got = parsed(
        "<Trials_downloaded_from_ICTRP>\n<Trial><Internal_Number>5\n </Internal_Number><TrialID>ISRCTN12345678</TrialID>\
         <Public_title>Public</Public_title><Scientific_title>Scientific</Scientific_title><Acronym>ABC</Acronym>\
         <Date_registration>10/05/2026</Date_registration><Secondary_ID>2016-003097-41;2026-1-2023;NCT01234567</Secondary_ID>\
         <Condition>Myeloma</Condition><Contact_Tel>1</Contact_Tel></Trial>\n</Trials_downloaded_from_ICTRP>\n",
    );
    assert!(got.is_whole(), "{:?}", got.problems);
    let record = &got.records[0].record;
    assert_eq!(record.kind, RecordKind::Trial);
    let numbers: Vec<_> = record
        .registry
        .iter()
        .map(crate::model::RegistryId::as_str)
        .collect();
    assert_eq!(numbers, ["ISRCTN12345678", "2016-003097-41", "NCT01234567"]);
    assert_eq!(
        (record.title.as_deref(), record.acronym.as_deref()),
        (Some("Public"), Some("ABC"))
    );
    assert_eq!(record.other_titles, ["Scientific"]);
    assert_eq!(record.abstract_text.as_deref(), Some("CONDITION: Myeloma"));
    assert_eq!(
        got.records[0].native.to_json()["date_registration"],
        "2026-05-10"
    );
}

const STUDY: &str = r#"{"protocolSection":{"identificationModule":{"nctId":"NCT01234567","briefTitle":"Brief",
"officialTitle":"Official","acronym":"ABC","secondaryIdInfos":[{"id":"2016-003097-41"},{"id":"107/06"}]},
"statusModule":{"studyFirstPostDateStruct":{"date":"2019-03-21"}},"conditionsModule":{"conditions":["Myeloma"]},
"referencesModule":{"references":[{"pmid":"77","type":"RESULT"}]}},"hasResults":false}"#;

#[test]
fn studies_are_read_from_a_page_an_array_or_alone() {
    for (text, declared) in [
        (format!("[{STUDY},\n{STUDY}]"), None),
        (
            format!("{{\"totalCount\":9,\"studies\":[{STUDY}, {STUDY}],\"nextPageToken\":\"x\"}}"),
            Some(9),
        ),
        (STUDY.to_owned(), None),
    ] {
        let got = parsed(&text);
        assert_eq!((got.format, got.declared), (Format::Ctgov, declared));
        assert!(got.is_whole(), "{:?}", got.problems);
        let record = &got.records[0].record;
        assert_eq!(record.registry.len(), 2);
        assert_eq!((record.year, record.kind), (Some(2019), RecordKind::Trial));
        assert_eq!(record.other_titles, ["Official"]);
        assert_eq!(record.links[0].kind, "registry-result");
    }
    let got = parsed(&format!("[{STUDY},{}", STUDY.get(..90).unwrap()));
    assert_eq!(got.records.len(), 1);
    assert_eq!(problems(&got), [(TruncatedFile, Some(4), Some(2))]);
    assert!(matches!(read(b"{\"a\": 1}", None), Err(FormatError::Json)));
    assert!(matches!(
        read(b"[{\"protocolSection\": {", None),
        Err(FormatError::DamagedJson(_))
    ));
}

const EUROPE: &str = r#"{"version":"6.9","hitCount":2,"nextCursorMark":"AoE","request":{"queryString":"x","resultType":"core"},
"resultList":{"result":[
{"id":"31171419","source":"MED","pmid":"31171419","pmcid":"PMC6000001","doi":"10.1016/S0140-6736(19)31240-1",
"title":"A trial of <i>x</i>.","authorString":"Ames B, The Group.","authorList":{"author":[{"fullName":"Ames B","firstName":"Bea","lastName":"Ames","initials":"B"},{"collectiveName":"The Group"}]},
"journalInfo":{"issue":"10192","volume":"394","yearOfPublication":2019,"journal":{"title":"Lancet","issn":"0140-6736","essn":"1474-547X"}},
"pubYear":"2019","pageInfo":"29-38","abstractText":"<h4>Background</h4>We tried p<0.05. <h4>Funding</h4>NCT02541383.","language":"eng",
"pubTypeList":{"pubType":["Randomized Controlled Trial","Journal Article"]},"keywordList":{"keyword":["myeloma"]},
"meshHeadingList":{"meshHeading":[{"majorTopic_YN":"N","descriptorName":"Humans"}]},
"commentCorrectionList":{"commentCorrection":[{"id":"31806242","source":"MED","type":"Erratum in"}]},"citedByCount":9},
{"id":"PPR100","source":"PPR","title":"A preprint of NCT00000001 NCT00000002 NCT00000003 NCT00000004","authorString":"Roe C, Doe D.","pubYear":"2021"}
]}}"#;

#[test]
fn articles_of_europe_pmc_are_read_with_their_trials() {
    let got = parsed(EUROPE);
    assert_eq!((got.format, got.declared), (Format::EuropePmc, Some(2)));
    assert!(got.is_whole(), "{:?}", got.problems);
    let record = &got.records[0].record;
    assert_eq!(record.source_id.as_deref(), Some("MED:31171419"));
    assert_eq!(record.title.as_deref(), Some("A trial of x."));
    assert_eq!(record.authors, ["Ames, Bea", "The Group"]);
    assert_eq!(record.journal.as_deref(), Some("Lancet"));
    assert_eq!((record.year, record.issn.len()), (Some(2019), 2));
    assert_eq!(
        record.doi.as_ref().unwrap().as_str(),
        "10.1016/s0140-6736(19)31240-1"
    );
    assert_eq!(record.pmid.as_ref().unwrap().to_string(), "31171419");
    assert_eq!(record.pmcid.as_ref().unwrap().as_str(), "PMC6000001");
    assert_eq!(record.registry[0].as_str(), "NCT02541383");
    assert_eq!(
        record.abstract_text.as_deref(),
        Some("Background We tried p<0.05. Funding NCT02541383.")
    );
    assert_eq!(record.headings, ["Humans"]);
    assert_eq!(record.links[0].kind, "ErratumIn");
    assert_eq!(record.extra["citedByCount"], ["9"]);
    let preprint = &got.records[1].record;
    assert_eq!(preprint.authors, ["Roe C", "Doe D"]);
    assert!(
        preprint.registry.is_empty(),
        "many trials are none of its own"
    );

    let cut = parsed(EUROPE.split_once("\n{\"id\":\"PPR").unwrap().0);
    assert_eq!(cut.records.len(), 1);
    assert_eq!(problems(&cut).len(), 1);
}

#[test]
fn works_of_crossref_lose_their_markup() {
    let got = parsed(
        r#"{"status":"ok","message-type":"work-list","message":{"total-results":5,"items":[{"DOI":"10.1000/X","type":"journal-article",
        "title":["A trial"],"container-title":["J"],"author":[{"given":"B.","family":"Ames"},{"name":"Group"}],
        "issued":{"date-parts":[[2018,3]]},"abstract":"<jats:title>Abstract</jats:title><jats:p>p &lt; 0.05</jats:p>",
        "clinical-trial-number":[{"clinical-trial-number":"nct01234567"}]}]}}"#,
    );
    assert_eq!((got.format, got.declared), (Format::Crossref, Some(5)));
    let record = &got.records[0].record;
    assert_eq!(record.authors, ["Ames, B.", "Group"]);
    assert_eq!(
        record.abstract_text.as_deref(),
        Some("Abstract p &lt; 0.05")
    );
    assert_eq!(record.registry[0].as_str(), "NCT01234567");
    assert_eq!(record.year, Some(2018));
}

#[test]
fn where_a_file_ends_is_on_its_last_line_not_behind_it() {
    let study = "{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT01234567\",\"briefTitle\":\"A\"}}}";
    for end in ["", "\n", "\r\n", "\r"] {
        let got = parsed(&format!("{{\"studies\":[\n{study},{end}"));
        assert_eq!(got.records.len(), 1);
        let line = got.problems[0].line.unwrap();
        assert_eq!((got.problems[0].kind, line), (TruncatedFile, 2), "{end:?}");
        assert!(line <= got.lines.total);
    }
}
