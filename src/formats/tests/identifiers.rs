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
    record.doi.as_ref().map(|doi| doi.as_str())
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
