//! DOIs, PMIDs and registry numbers as databases and reference managers write them.

use super::{ProblemKind, parsed, problems};
use crate::model::Record;

fn ris(lines: &str) -> (Record, Vec<ProblemKind>) {
    let file = format!("TY  - JOUR\nTI  - A title\n{lines}\nER  - \n");
    one(&file)
}

fn one(file: &str) -> (Record, Vec<ProblemKind>) {
    let parsed = parsed(file);
    assert_eq!(parsed.records.len(), 1, "{file}");
    let kinds = problems(&parsed)
        .into_iter()
        .map(|(kind, ..)| kind)
        .collect();
    (parsed.records[0].record.clone(), kinds)
}

fn doi(record: &Record) -> Option<&str> {
    record.doi.as_ref().map(crate::model::Doi::as_str)
}

#[test]
fn the_first_of_several_dois_is_read_and_the_field_is_kept() {
    let several = [ProblemKind::SeveralDois];
    for lines in [
        "DO  - 10.1000/a.1; 10.1000/a.2",
        "DO  - 10.1000/a.1 and 10.1000/a.2",
        "DO  - 10.1000/a.1\nDO  - 10.1000/a.2",
    ] {
        let (record, kinds) = ris(lines);
        assert_eq!(
            (doi(&record), &kinds[..]),
            (Some("10.1000/a.1"), &several[..]),
            "{lines}"
        );
        assert!(
            record.extra["DO"]
                .iter()
                .any(|raw| raw.contains("10.1000/a.2"))
        );
    }
    let files = [
        "@article{k, title={A title}, doi={10.1000/a.1, 10.1000/a.2}}",
        "DOI,Title,Year\n10.1000/a.1 10.1000/a.2,A title,2019\n",
        "<xml><records><record><titles><title>A title</title></titles><electronic-resource-num>\
         10.1000/a.1&#xD;10.1000/a.2</electronic-resource-num></record></records></xml>",
        "{\"message-type\":\"work-list\",\"message\":{\"items\":[{\"title\":[\"A title\"],\"DOI\":\"10.1000/a.1|10.1000/a.2\"}]}}",
    ];
    for file in files {
        let (record, kinds) = one(file);
        assert_eq!(doi(&record), Some("10.1000/a.1"), "{file}");
        assert!(
            kinds.contains(&ProblemKind::SeveralDois),
            "{file} {kinds:?}"
        );
    }
    let (record, kinds) = ris("DO  - 10.1000/A.1 https://doi.org/10.1000/a.1");
    assert_eq!((doi(&record), kinds.len()), (Some("10.1000/a.1"), 0));
}

#[test]
fn a_doi_broken_by_a_blank_is_told_and_not_read() {
    let (record, kinds) = ris("DO  - 10.1016/S0140- 6736(19)32556-5");
    assert_eq!(
        (doi(&record), &kinds[..]),
        (None, &[ProblemKind::BadIdentifier][..])
    );
    assert_eq!(record.extra["DO"], ["10.1016/S0140- 6736(19)32556-5"]);
}

#[test]
fn a_doi_alone_in_a_note_or_a_type_of_work_is_the_records() {
    for (lines, want) in [
        ("M3  - doi:10.1000/b.1", Some("10.1000/b.1")),
        ("M3  - 10.1000/b.1", Some("10.1000/b.1")),
        ("N1  - DOI: 10.1000/b.1", Some("10.1000/b.1")),
        (
            "N1  - Accession Number: 1\nN1  - https://doi.org/10.1000/b.1",
            Some("10.1000/b.1"),
        ),
        ("M3  - Article", None),
        ("N1  - Erratum in: doi:10.1000/b.1", None),
        ("N1  - References: Doe J, doi:10.1000/b.1", None),
        (
            "N1  - doi:10.1000/b.2\nDO  - 10.1000/b.1",
            Some("10.1000/b.1"),
        ),
    ] {
        let (record, kinds) = ris(lines);
        assert_eq!((doi(&record), kinds.len()), (want, 0), "{lines}");
        let types = &record.publication_types;
        assert!(!types.iter().any(|kind| kind.contains("10.")), "{lines}");
    }
}

#[test]
fn an_address_of_the_resolver_gives_the_doi() {
    for address in [
        "https://doi.org/10.1000%2Fc.1",
        "http://dx.doi.org/10.1000/c.1?nosfx=y",
        "https://doi-org.proxy.example.edu/10.1000/c.1",
        "https://dx.doi.org.proxy.example.edu/10.1000/C.1#abstract",
    ] {
        let (record, _) = ris(&format!("UR  - {address}"));
        assert_eq!(doi(&record), Some("10.1000/c.1"), "{address}");
    }
    let (record, _) = ris("UR  - https://example.org/10.1000/c.1");
    assert_eq!(doi(&record), None);
}

#[test]
fn a_registry_number_is_no_author_and_its_address_no_journal() {
    let (record, _) = ris(
        "AU  - NCT02990338,\nAU  - Doe, Jan\nJO  - https://clinicaltrials.gov/show/NCT02990338\nC3  - jprn-umin000012345",
    );
    assert_eq!(record.authors, ["Doe, Jan"]);
    assert_eq!(record.journal, None);
    assert_eq!(
        record.url.as_deref(),
        Some("https://clinicaltrials.gov/show/NCT02990338")
    );
    let numbers: Vec<_> = record
        .registry
        .iter()
        .map(crate::model::RegistryId::as_str)
        .collect();
    assert_eq!(numbers, ["UMIN000012345", "NCT02990338"]);
}

#[test]
fn words_for_nothing_are_nothing_and_names_stay() {
    let (record, kinds) = ris(
        "AU  - Na, Li\nAU  - NA\nJO  - NA\nVL  - null\nIS  - None\nSP  - No-Specified\nDO  - N/A\nAB  - #NAME?\nPY  - NA",
    );
    let (row, told) = one("Title,Year,DOI,PMID,Journal,Pages\nA title,NA,NA,null,NULL,#N/A\n");
    assert_eq!(
        (row.year, row.pmid, row.journal, row.pages),
        (None, None, None, None)
    );
    // That whole columns hold nothing is told; no word for nothing is a bad identifier or date.
    let empty = |kind: &ProblemKind| *kind == ProblemKind::EmptyField;
    assert!(told.iter().all(empty), "{told:?}");
    assert_eq!(record.authors, ["Na, Li"]);
    assert_eq!(
        (record.journal, record.volume, record.issue),
        (None, None, None)
    );
    assert_eq!(
        (record.pages, record.doi, record.abstract_text),
        (None, None, None)
    );
    assert!(kinds.is_empty(), "{kinds:?}");
}

#[test]
fn endnote_keeps_the_pmid_as_accession_number_of_nlm() {
    let pmid = |lines: &str| ris(lines).0.pmid.map(|p| p.as_str().to_owned());
    assert_eq!(
        pmid("AN  - 30000001\nDP  - NLM").as_deref(),
        Some("30000001")
    );
    assert_eq!(pmid("AN  - 30000001\nDP  - Ebsco"), None);
    assert_eq!(pmid("AN  - PMC3000000\nDP  - NLM"), None);
    assert_eq!(pmid("AN  - WOS:000300000100001\nDP  - NLM"), None);
}

#[test]
fn exponents_are_readable_in_every_format() {
    let title = "Dose of 10<sup>6</sup> cells in H<sub>2</sub>O";
    let xml = format!(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>{title}</ArticleTitle>\
         <Abstract><AbstractText Label=\"A\">x CD38<sup>+</sup></AbstractText><AbstractText>1.5 x 10<sup>-3</sup></AbstractText>\
         </Abstract></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    );
    let (record, _) = one(&xml);
    assert_eq!(
        record.abstract_text.as_deref(),
        Some("A: x CD38+\n1.5 x 10^-3")
    );
    let work = format!(
        "{{\"message-type\":\"work-list\",\"message\":{{\"items\":[{{\"title\":[\"{title}\"],\"DOI\":\"10.1000/a\"}}]}}}}"
    );
    let files = [
        xml,
        work.clone(),
        work.replace("<su", "<jats:su").replace("</su", "</jats:su"),
        format!("TY  - JOUR\nTI  - {title}\nER  - \n"),
        format!("Title,Year,DOI\n{title},2019,10.1000/a\n"),
        format!("@article{{k, title={{{title}}}}}\n"),
    ];
    for file in files {
        let (record, _) = one(&file);
        assert_eq!(
            record.title.as_deref(),
            Some("Dose of 10^6 cells in H2O"),
            "{file}"
        );
    }
}

#[test]
fn another_title_or_abstract_stands_in_and_that_is_said() {
    let article = |title: &str, more: &str| {
        let xml = format!(
            "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article>{title}\
             <VernacularTitle>Titel</VernacularTitle>{more}</Article>\
             <OtherAbstract><AbstractText>Andere Worte</AbstractText></OtherAbstract>\
             </MedlineCitation></PubmedArticle></PubmedArticleSet>"
        );
        one(&xml).0
    };
    for title in ["", "<ArticleTitle>[Not Available].</ArticleTitle>"] {
        let record = article(title, "");
        assert_eq!(record.title.as_deref(), Some("Titel"));
        assert_eq!(record.abstract_text.as_deref(), Some("Andere Worte"));
        assert_eq!(record.extra["TitleSource"], ["VernacularTitle"]);
        assert_eq!(record.extra["AbstractSource"], ["OtherAbstract"]);
    }
    let record = article(
        "<ArticleTitle>[Title].</ArticleTitle>",
        "<Abstract><AbstractText>Own</AbstractText></Abstract>",
    );
    assert_eq!(record.title.as_deref(), Some("[Title]."));
    assert_eq!(record.other_titles, ["Titel"]);
    assert_eq!(record.abstract_text.as_deref(), Some("Own"));
    assert_eq!(record.extra["OtherAbstract"], ["Andere Worte"]);
    assert!(!record.extra.contains_key("AbstractSource"));
}
