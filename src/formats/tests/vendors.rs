//! Vendors' own text, tags behind the end of a record, and what cannot be read.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{MissingEr, MissingTy, StrayLine, TagsBeforeTy};
use crate::formats::{Format, FormatError, Parsed, Unreadable, read};
use crate::model::Record;

fn first(got: &Parsed) -> &Record {
    &got.records[0].record
}

fn pmid(record: &Record) -> Option<&str> {
    record.pmid.as_ref().map(crate::model::ids::Pmid::as_str)
}

fn doi(record: &Record) -> Option<&str> {
    record.doi.as_ref().map(crate::model::ids::Doi::as_str)
}

#[test]
fn tags_behind_an_end_belong_to_the_record_before() {
    for text in [
        "TY  - JOUR\nTI  - A\nER  - \nNL  - x\n\n2. \nTY  - JOUR\nTI  - B\nER  - \nNL  - y\n",
        "TY  - JOUR\nTI  - A\nER  - \nNL  - x\nTY  - JOUR\nTI  - B\nER  - \n\nNL  - y",
        "TY  - JOUR\nTI  - A\nER  - \n\nNL  - x\nLink to the Ovid Full Text: z\nTY  - JOUR\nTI  - B\nER  - \nNL  - y\n\n",
    ] {
        let got = parsed(text);
        assert_eq!(titles(&got), ["A", "B"], "{text}");
        assert!(got.is_whole() && got.problems.is_empty(), "{text}");
        assert_eq!(got.records[0].record.extra["NL"], ["x"]);
        assert_eq!(got.records[1].record.extra["NL"], ["y"]);
    }
}

#[test]
fn an_abstract_behind_the_last_end_is_kept_with_its_lines() {
    let got = parsed("TY  - JOUR\nTI  - A\nER  - \nAB  - One\ntwo.\n");
    assert_eq!(first(&got).abstract_text.as_deref(), Some("One two."));
    assert!(got.problems.is_empty());
}

#[test]
fn a_record_without_its_type_is_not_taken_for_the_end_of_another() {
    let typed = "TY  - JOUR\nTI  - A\nAU  - X Y\nER  - \n";
    let titled = parsed(&format!("{typed}\nTI  - B\nER  - \n"));
    assert_eq!(titles(&titled), ["A", "B"]);
    assert_eq!(problems(&titled), [(MissingTy, Some(6), Some(2))]);
    let ended = parsed(&format!("{typed}KW  - k\nER  - \n"));
    assert_eq!(problems(&ended), [(MissingTy, Some(5), Some(2))]);
    let neither = parsed(&format!(
        "{typed}\nTI  - B\nAU  - Z\n\nTY  - JOUR\nTI  - C\nER  - \n"
    ));
    assert_eq!(titles(&neither), ["A", "B", "C"]);
    let want = [(MissingEr, Some(6), Some(2)), (MissingTy, Some(6), Some(2))];
    assert_eq!(problems(&neither), want);
    let authors = parsed(&format!(
        "{typed}\nAU  - Z\nPY  - 2001\n\nTY  - JOUR\nTI  - C\nER  - \n"
    ));
    assert_eq!(titles(&authors), ["A", "C"]);
    assert_eq!(problems(&authors), [(TagsBeforeTy, Some(6), Some(2))]);
}

#[test]
fn a_file_that_writes_tags_before_the_type_does_so_in_every_record() {
    let got =
        parsed("DB  - X\nTY  - JOUR\nTI  - A\nER  - \nDB  - Y\nTY  - JOUR\nTI  - B\nER  - \n");
    assert_eq!(titles(&got), ["A", "B"]);
    assert_eq!(got.records[0].record.extra["DB"], ["X"]);
    assert_eq!(got.records[1].record.extra["DB"], ["Y"]);
}

#[test]
fn wrappers_and_strategy_listings_are_silent() {
    let got = parsed(
        "Provider: American Psychological Association\nDatabase: PsycINFO\nContent: text/plain\n\n\
         TY  - JOUR\nTI  - A\nER  - \n\nDatabase: Embase <1974 to 2021>\nSearch Strategy:\n-----\n\
         1     exp Sleep/ (345)\n2     nurse*.ti,ab.\nlimited to humans\n\nTY  - JOUR\nTI  - B\nER  - \n",
    );
    assert_eq!(titles(&got), ["A", "B"]);
    assert!(got.problems.is_empty(), "{:?}", got.problems);
    assert_eq!(got.lines.wrapper, 9);
}

#[test]
fn each_database_of_ris_has_its_pmid() {
    for (tags, want) in [
        (
            "AN  - 30000001\nDP  - NLM\nST  - A\nID  - 7",
            Some("30000001"),
        ),
        (
            "AN  - 30000001\nDP  - EBSCOhost\nDB  - MEDLINE",
            Some("30000001"),
        ),
        ("AN  - 30000001\nDP  - EBSCOhost\nDB  - CINAHL", None),
        (
            "ID  - 30000001\nL2  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&D=ppez&AN=1",
            Some("30000001"),
        ),
        (
            "ID  - 30000001\nDB  - Ovid MEDLINE(R) ALL <1946 to 2021>",
            Some("30000001"),
        ),
        (
            "ID  - 620000001\nL2  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&D=emed20&AN=1",
            None,
        ),
        (
            "ID  - 30000001\nL2  - http://ovidsp.ovid.com/ovidweb.cgi?T=JS&D=psyc16&AN=1",
            None,
        ),
        ("PMID  - 30000001", Some("30000001")),
        ("PMID - PMC7000001", None),
        ("C2  - PMC7000001\nDB  - Scopus", None),
        (
            "UR  - https://pubmed.ncbi.nlm.nih.gov/30000001/",
            Some("30000001"),
        ),
        (
            "UR  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7000001/",
            None,
        ),
    ] {
        let got = parsed(&format!("TY  - JOUR\nTI  - A\n{tags}\nER  - \n"));
        assert_eq!(pmid(first(&got)), want, "{tags}");
    }
}

#[test]
fn a_doi_in_a_note_counts_where_it_is_the_records_own() {
    for (tags, want) in [
        ("M3  - 10.1000/a", Some("10.1000/a")),
        ("M3  - doi: 10.1000/A", Some("10.1000/a")),
        ("N1  - DOI:10.1000/a", Some("10.1000/a")),
        ("N1  - Erratum in: Nap 2019;1:2. doi: 10.1000/e", None),
        ("M3  - Article", None),
        ("N1  - 10.1000/a 10.1000/b", None),
        ("DOI  - 10.1000/a", Some("10.1000/a")),
    ] {
        let got = parsed(&format!("TY  - JOUR\nTI  - A\n{tags}\nER  - \n"));
        assert_eq!(doi(first(&got)), want, "{tags}");
    }
}

#[test]
fn one_line_of_authors_is_split_only_beyond_doubt() {
    for (line, want) in [
        (
            "Doe J, Roe K, van der Poe L",
            vec!["Doe J", "Roe K", "van der Poe L"],
        ),
        (
            "O'Neil J-P, Roe KM Jr, et al.",
            vec!["O'Neil J-P", "Roe KM Jr"],
        ),
        ("Doe, Jan; Roe, Kim", vec!["Doe, Jan", "Roe, Kim"]),
        ("Doe, Jan", vec!["Doe, Jan"]),
        (
            "Ministry of Health, Welfare and Sport",
            vec!["Ministry of Health, Welfare and Sport"],
        ),
        ("de la Roe, J. A.", vec!["de la Roe, J. A."]),
        ("Doe J", vec!["Doe J"]),
    ] {
        let got = parsed(&format!("TY  - JOUR\nTI  - A\nA1  - {line}\nER  - \n"));
        assert_eq!(first(&got).authors, want, "{line}");
    }
}

#[test]
fn a_trials_number_is_no_author_and_its_address_no_journal() {
    for (number, address) in [
        (
            "NCT01234567,",
            "https://clinicaltrials.gov/show/NCT01234567",
        ),
        (
            "ISRCTN12345678",
            "http://www.who.int/trialsearch/Trial2.aspx?TrialID=ISRCTN12345678",
        ),
        (
            "ACTRN12600000000000",
            "https://trialsearch.who.int/Trial2.aspx?TrialID=ACTRN12600000000000",
        ),
    ] {
        let got = parsed(&format!(
            "TY  - JOUR\nTI  - A\nAU  - {number}\nJA  - {address}\nER  - \n"
        ));
        let record = first(&got);
        assert!(
            record.authors.is_empty() && record.journal.is_none(),
            "{number}"
        );
        assert_eq!(record.registry[0].as_str(), number.trim_end_matches(','));
        assert_eq!(record.url.as_deref(), Some(address));
    }
}

#[test]
fn what_says_that_there_is_nothing_is_nothing() {
    for word in ["No-Specified", "NA", "null", "[No Author]", "N.PAG", "NaN"] {
        let ris = format!(
            "TY  - JOUR\nTI  - A\nAU  - {word}\nSP  - {word}\nPY  - {word}\nDO  - {word}\nER  - \n"
        );
        let medline =
            format!("PMID- 1\nTI  - A\nAU  - {word}\nPG  - {word}\nDP  - {word}\nSO  - x\n");
        let wos = format!("FN X\nVR 1.0\nPT J\nTI A\nAU {word}\nBP {word}\nDI {word}\nER\n\nEF\n");
        let enw = format!("%0 Journal Article\n%T A\n%A {word}\n%P {word}\n%R {word}\n");
        for text in [ris, medline, wos, enw] {
            let got = parsed(&text);
            let record = first(&got);
            assert!(
                record.authors.is_empty() && record.pages.is_none(),
                "{text}"
            );
            assert!(got.problems.is_empty(), "{text} {:?}", got.problems);
        }
    }
    let people = parsed("TY  - JOUR\nTI  - Na\nAU  - Na\nAU  - Null\nER  - \n");
    assert_eq!(first(&people).authors, ["Na", "Null"]);
    assert_eq!(titles(&people), ["Na"]);
}

#[test]
fn ovids_tagged_text_is_read_with_its_continuations() {
    let got = parsed(
        "<1. >\nVN  - Ovid Technologies\nDB  - Embase\nUI  - 621000001\nTI  - Quiet naps.\nSO  - J Nap. 12 (3) \
         (pp 10-19), 2019. Date of Publication: May 2019.\nAU  - Doe J.\nAU  - Roe K.\nMH  - human\n      sleep\n\
         AB  - We looked\nagain.\nDO  - http://dx.doi.org/10.1000/ov.1\n\n\
         <2. >\nVN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - 30000002\nTI  - Second\n      nap.\nYR  - 2020\n",
    );
    assert_eq!((got.format, got.dialect), (Format::Text, "ovid"));
    assert_eq!(titles(&got), ["Quiet naps.", "Second nap."]);
    let record = first(&got);
    assert_eq!(record.journal.as_deref(), Some("J Nap"));
    assert_eq!(record.pages.as_deref(), Some("10-19"));
    assert_eq!((record.year, pmid(record)), (Some(2019), None));
    assert_eq!(record.abstract_text.as_deref(), Some("We looked again."));
    assert_eq!(record.headings, ["human", "sleep"]);
    assert_eq!(doi(record), Some("10.1000/ov.1"));
    assert_eq!(pmid(&got.records[1].record), Some("30000002"));
    assert!(
        got.is_whole() && got.problems.is_empty(),
        "{:?}",
        got.problems
    );
}

#[test]
fn ovids_labelled_text_is_read_behind_its_search() {
    let got = parsed(
        "Database: Ovid MEDLINE(R) <1946 to May 2021>\nSearch Strategy:\n-------\n1     exp Sleep/ (34)\n2     1 and nurse\n\n\
         <1>\nUnique Identifier\n  30000001\nStatus\n  MEDLINE\nAuthors\n  Doe J; Roe K.\nAuthors Full Name\n  Doe, Jan; Roe, Kim.\n\
         Title\n  Naps on\n  night duty.\nLocal Messages\n  held\nSource\n  Nap. 12(3):10-19, 2019 Jan.\nAbstract\n  BACKGROUND: x.\n\n\
         <2>\nUnique Identifier\n  30000002\nTitle\n  Second.\nSource\n  Nap. 1:2, 2001.\n",
    );
    assert_eq!(titles(&got), ["Naps on night duty.", "Second."]);
    let record = first(&got);
    assert_eq!(record.authors, ["Doe J", "Roe K"]);
    assert_eq!((pmid(record), record.year), (Some("30000001"), Some(2019)));
    assert_eq!(record.volume.as_deref(), Some("12"));
    assert_eq!(record.extra["Local Messages"], ["held"]);
    assert!(
        got.is_whole() && got.problems.is_empty(),
        "{:?}",
        got.problems
    );
}

#[test]
fn ovids_records_without_numbers_begin_with_their_first_tag() {
    let got = parsed(
        "UI  - 1\nTI  - A\nSO  - Nap. 1:2, 2001.\n\nUI  - 2\nTI  - B\nSO  - Nap. 3:4, 2002.\n",
    );
    assert_eq!((got.format, titles(&got)), (Format::Text, vec!["A", "B"]));
    assert_eq!(got.records[1].record.year, Some(2002));
}

#[test]
fn the_plain_text_of_the_cochrane_library_is_read() {
    let got = parsed(
        "Record #1 of 2\nID: CN-01234567\nAU: Doe J\nAU: Roe K\nAU: et al.\nTI: Naps: a trial\nSO: Journal of naps\nYR: 2019\n\
         VL: 12\nNO: 3\nPG: 10-19\nPM: PUBMED 30000001\nXR: EMBASE 620000001\nPT: Journal Article\nDOI: 10.1000/c1\nAB: Aim: x.\n\n\n\
         Record #2 of 2\nID: CN-01234568\nAU: NCT01234567,\nTI: Second\nSO: https://clinicaltrials.gov/show/NCT01234567\nYR: 2020\n",
    );
    assert_eq!(
        (got.format, got.dialect, got.declared),
        (Format::Text, "cochrane", Some(2))
    );
    assert_eq!(titles(&got), ["Naps: a trial", "Second"]);
    let record = first(&got);
    assert_eq!(
        (pmid(record), doi(record)),
        (Some("30000001"), Some("10.1000/c1"))
    );
    assert_eq!(record.journal.as_deref(), Some("Journal of naps"));
    assert!(record.authors_truncated && record.authors.len() == 2);
    let trial = &got.records[1].record;
    assert!(trial.authors.is_empty() && trial.journal.is_none());
    assert_eq!(trial.registry[0].as_str(), "NCT01234567");
}

#[test]
fn refworks_text_is_read_as_chinese_databases_write_it() {
    let got = parsed(
        "RT Journal Article\nSR 1\nA1 张三;李四;\nAD 北京\nT1 护士的睡眠\nJF 睡眠杂志\nYR 2019\nIS 05\nvo 39\nOP 1-5+9\nK1 睡眠;护士\n\
         AB 目的\nno more.\nSN 1000-0000\nDS CNKI\n\nRT Dissertation/Thesis\nA1 Doe, Jan\nT1 Naps\nYR 2020\nSP 1\nOP 9\nDO 10.1000/rw\n",
    );
    assert_eq!(
        (got.format, titles(&got)),
        (Format::Refworks, vec!["护士的睡眠", "Naps"])
    );
    let record = first(&got);
    assert_eq!(record.authors, ["张三", "李四"]);
    assert_eq!(record.volume.as_deref(), Some("39"));
    assert_eq!(record.pages.as_deref(), Some("1-5+9"));
    assert_eq!(record.abstract_text.as_deref(), Some("目的 no more."));
    let second = &got.records[1].record;
    assert_eq!(
        (second.pages.as_deref(), doi(second)),
        (Some("1-9"), Some("10.1000/rw"))
    );
    assert!(got.is_whole() && got.problems.is_empty());
}

#[test]
fn noteexpress_text_is_read() {
    let got = parsed(
        "{Reference Type}: Journal Article\n{Title}: 护士的睡眠\n{Author}: 张三;李四;\n{Journal}: 睡眠杂志\n{Year}: 2019\n{Issue}: 05\n\
         {Pages}: 1-5\n{Abstract}: 目的\n\n{Reference Type}: Journal Article\n{Title}: B\n{Author}: 王五\n",
    );
    assert_eq!(titles(&got), ["护士的睡眠", "B"]);
    assert_eq!(first(&got).authors, ["张三", "李四"]);
    assert_eq!(first(&got).year, Some(2019));
}

#[test]
fn endnote_records_between_blank_lines_are_told_apart() {
    let got = parsed(
        "%T One\n%0 Journal Article\n%A Doe, Jan\n%X a\n\n\n%T Two\n%D 2021\n\n%K nap\n\n%A Roe, Kim\n%T Three\n%D 2019\n",
    );
    assert_eq!(titles(&got), ["One", "Two", "Three"]);
    assert_eq!(got.records[1].record.keywords, ["nap"]);
    assert!(got.problems.is_empty(), "{:?}", got.problems);
    let typed = parsed("%0 Book\n%T A\n%X one\n\ntwo\n\n%K k\n\n%0 Book\n%T B\n");
    assert_eq!(titles(&typed), ["A", "B"]);
    assert_eq!(first(&typed).abstract_text.as_deref(), Some("one two"));
    assert_eq!(first(&typed).keywords, ["k"]);
    let lost = parsed("%0 Book\n%T A\n\n%T B\n%D 2001\n");
    assert_eq!(problems(&lost), [(MissingTy, Some(4), Some(2))]);
}

#[test]
fn medline_text_in_wrappers_is_read() {
    let page = parsed(
        "<html>\n<pre>\nPMID- 1\nTI  - A\nSO  - x\n\nPMID- 2\nTI  - B\nSO  - y\n</pre>\n</html>\n",
    );
    assert_eq!((page.format, titles(&page)), (Format::Nbib, vec!["A", "B"]));
    assert!(page.problems.is_empty(), "{:?}", page.problems);
    let glued = parsed("<pre>PMID- 1\nTI  - A\nSO  - x\n</pre>");
    assert_eq!(titles(&glued), ["A"]);
    let old = parsed("UI  - 9\nPMID- 1\nTI  - A\nSO  - x\n\nUI  - 8\nPMID- 2\nTI  - B\nSO  - y\n");
    assert_eq!((titles(&old), old.format), (vec!["A", "B"], Format::Nbib));
    assert_eq!(old.records[1].record.extra["UI"], ["8"]);
    let stray = parsed("PubMed results of today\nPMID- 1\nTI  - A\nSO  - x\n");
    assert_eq!(problems(&stray), [(StrayLine, Some(1), None)]);
}

#[test]
fn a_header_of_web_of_science_behind_other_lines_is_found() {
    let got = parsed(
        "Sent from my phone\n\nFN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI A\nSO NAP\nER\n\nEF\n",
    );
    assert_eq!((got.format, titles(&got)), (Format::Wos, vec!["A"]));
}

#[test]
fn lines_ended_by_carriage_returns_alone_take_time_as_they_grow() {
    let record = "TY  - JOUR\rTI  - A\rER  - \r";
    let got = parsed(&record.repeat(40_000));
    assert_eq!((got.records.len(), got.lines.total), (40_000, 120_000));
}

#[test]
fn what_cannot_be_read_says_what_it_is_and_what_to_choose() {
    let zip = |name: &str| {
        let mut bytes = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        bytes.extend([u8::try_from(name.len()).unwrap(), 0, 0, 0]);
        bytes.extend(name.as_bytes());
        bytes
    };
    let text = |text: &str| text.as_bytes().to_vec();
    for (bytes, want) in [
        (zip("word/document.xml"), Unreadable::Word),
        (zip("xl/workbook.xml"), Unreadable::Spreadsheet),
        (
            zip("search.ris"),
            Unreadable::Zip(vec!["search.ris".to_owned()]),
        ),
        (text("%PDF-1.7\n"), Unreadable::Pdf),
        (text("{\\rtf1\\ansi TY  - JOUR}"), Unreadable::Rtf),
        (b"SQLite format 3\0\x10\0".to_vec(), Unreadable::Database),
        (text("30000001\n30000002\r\n30000003"), Unreadable::PmidList),
        (
            text("10.1000/a\nhttps://doi.org/10.1000/b\n"),
            Unreadable::DoiList,
        ),
        (
            text(
                "1: Doe J, Roe K. Naps on night duty. Nap. 2019 Jan;12(3):10-9. doi: 10.1000/a. PMID: 30000001.\n",
            ),
            Unreadable::PubmedSummary,
        ),
        (
            text(
                "1. Nap. 2019 Jan;12(3):10-9. doi: 10.1000/a.\n\nNaps on night duty.\n\nDoe J(1).\n\nDOI: 10.1000/a\nPMID: 30000001\n",
            ),
            Unreadable::PubmedAbstract,
        ),
        (
            text("<?xml version=\"1.0\"?>\n<rdf:RDF xmlns:rdf=\"x\"></rdf:RDF>"),
            Unreadable::Rdf,
        ),
        (
            text("<modsCollection xmlns=\"x\"><mods/></modsCollection>"),
            Unreadable::Mods,
        ),
        (
            text("<marc:collection xmlns:marc=\"x\"/>"),
            Unreadable::Marc,
        ),
        (
            text("00714cam a2200205 a 4500001001300000"),
            Unreadable::Marc,
        ),
        (
            text("<rss version=\"2.0\"><channel/></rss>"),
            Unreadable::Feed,
        ),
        (
            text(
                "<!DOCTYPE html><html><head><meta name=\"citation_title\" content=\"A\"></head></html>",
            ),
            Unreadable::CitationPage,
        ),
        (
            text("<eSearchResult><Count>1</Count></eSearchResult>"),
            Unreadable::Eutils("eSearchResult".to_owned()),
        ),
    ] {
        let error = read(&bytes, None).unwrap_err();
        assert_eq!(error, FormatError::Unreadable(want.clone()), "{want:?}");
        let message = error.to_string();
        assert!(
            message.contains(want.instead()) && message.len() > 40,
            "{message}"
        );
    }
}
