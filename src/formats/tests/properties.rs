//! No input makes a reader panic, and every physical line has a class.

use crate::formats::{Output, read, write};
use proptest::prelude::*;

const SEEDS: [&str; 19] = [
    "TY  - JOUR\nTI  - A é\nAU  - B, C\nKW  - k\nl\nUR  - http://a.b     U2  - L2029880245\nAB  - IL-6\nER  - \n\nTY  - BOOK\nT1  - B\nER  - \n",
    "1. \nTY  - JOUR\nT1  - A\nER  - \nNL  - x\n\nTI  - B\nTY  - JOUR\nTI  - C\nER  - \nAB  - x\n",
    "<1. >\nVN  - Ovid Technologies\nUI  - 1\nTI  - A\nSO  - J. 1 (2) (pp 3-4), 2019.\nAB  - x\ny\n<2. >\nUI  - 2\nTI  - B\n",
    "<1>\nTitle\n  A\nAuthors\n  B C; D E.\nSource\n  J; 2019. 1(2):3-4.\nOwn\n  x\n<2>\nTitle\n  B\n",
    "RT Journal\nA1 A B;C D\nT1 A\nvo 1\nOP 1-2\n\nRT Book\nT1 B\nx\n",
    "PMID- 1\nTI  - A\n      b\nDP  - 2019\nSI  - ClinicalTrials.gov/NCT01234567\nSO  - J.\n\nPMID- 2\nTI  - B\nSO  - K.\n",
    "FN X\nVR 1.0\nPT J\nAU A, B\n   C, D\nTI A\nPY 2020\nER\n\nEF",
    "id,title,authors,year,doi\n1,\"A \"\"b\"\"\nc\",\"X, Y; Z\",2019,10.1000/a\n\n2,B,,2020,\n",
    "PT\tAU\tTI\tSO\tPY\tUT\nJ\tA, B; C, D\t\"A\": b\tJ\t2019\tWOS:1\t\nJ\tE, F\t\"open\tJ\t2020\tWOS:2\t\n",
    "\"Document Title\",Authors,\"Author Affiliations\",\"DOI\"\n\"A \"b\" c\",\"A. B; C. D\",\"X\",\"10.1109/A.1\"\n\"B\",\"\",\"\",\"\"\n",
    "sep=;\nKennung;Titel der Arbeit;Wer;Jahr\nx1;A b c d;\"A B., C D.\";2019\nx2;E f g h;\"open;2020\n",
    "<?xml version=\"1.0\"?>\n<PubmedArticleSet><PubmedArticle><MedlineCitation Status=\"M\"><PMID>1</PMID><Article><ArticleTitle>A &lt; <i>b</i> &#x3b2; &u;</ArticleTitle></Article></MedlineCitation></PubmedArticle>\n<DeleteCitation><PMID>2</PMID></DeleteCitation></PubmedArticleSet>",
    "Scopus\nEXPORT DATE: 1\n\n@ARTICLE{a2020,\nauthor={A, B. and {C and D}},\ntitle={A {\\'e} \\textless $\\beta$},\nyear=2020,\nnote=\"x {\"} y\" # z\n}\n@comment{x}\n@book(b, title={B})\n",
    "%0 Journal Article\n%A A, B\nC, D\n%T A\n%R 10.1000/a\n\n%0 Book\n%T B\n%X c\nd\n",
    "<?xml version=\"1.0\"?>\n<xml><records><record><ref-type name=\"Book\">6</ref-type><titles><title><style>A</style> &amp; &#xD; &u;</title></titles></record>\n<record><titles/></record></records></xml>",
    "<Trials_downloaded_from_ICTRP>\n<Trial><TrialID>NCT01234567\n</TrialID><Public_title>A &lt;br&gt;</Public_title><Date_registration3>20190101</Date_registration3></Trial>\n</Trials_downloaded_from_ICTRP>",
    "{\"studies\":[{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT01234567\",\"briefTitle\":\"A\"}},\"hasResults\":false},\n{\"protocolSection\":{\"identificationModule\":{\"nctId\":\"NCT01234568\"}}}],\"nextPageToken\":\"x\"}",
    "{\"message-type\":\"work-list\",\"message\":{\"total-results\":2,\"items\":[{\"DOI\":\"10.1000/a\",\"title\":[\"A\"],\"abstract\":\"<jats:p>x < y</jats:p>\",\"issued\":{\"date-parts\":[[2018,3]]}}]}}",
    "{\"hitCount\":2,\"nextCursorMark\":\"x\",\"resultList\":{\"result\":[{\"id\":\"1\",\"source\":\"MED\",\"title\":\"A <i>b</i>\",\"authorString\":\"B C, et al.\",\"pubYear\":\"2019\",\"pubTypeList\":{\"pubType\":[\"Review\"]}},\n{\"id\":\"2\",\"abstractText\":\"<h4>X</h4>NCT01234567 < y\"}]}}",
];

fn check(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(parsed) = read(bytes, None) {
        prop_assert!(parsed.lines.closes(), "{:?}", parsed.lines);
        prop_assert!(!parsed.records.is_empty() || !parsed.is_whole());
        for output in Output::ALL {
            write(output, &parsed.records);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        check(&bytes)?;
    }

    #[test]
    fn arbitrary_lines_of_tags_close(lines in prop::collection::vec("([A-Z][A-Z0-9]  - )?[ -~\u{feff}é]{0,12}(\r\n|\n|\r)?", 0..30)) {
        check(format!("TY  - JOUR\n{}", lines.concat()).as_bytes())?;
    }

    #[test]
    fn arbitrary_tables_close(cells in prop::collection::vec("[a-z\",; \n\r]{0,8}", 0..40)) {
        check(format!("id,title\n{}", cells.join(",")).as_bytes())?;
    }

    #[test]
    fn mutated_files_are_read_or_refused(
        seed in 0..SEEDS.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
    ) {
        let mut bytes = SEEDS[seed].as_bytes().to_vec();
        for (at, byte, how) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        check(&bytes)?;
    }
}
