//! What is written is read back.

use super::parsed;
use crate::formats::{Output, Parsed, database, write, write_from};
use crate::model::Record;

const SOURCE: &str = "TY  - JOUR\nTI  - A trial\nAU  - Ames, B\nAU  - Bell, C\nPY  - 2019\nJF  - Journal\nVL  - 3\n\
    IS  - 2\nSP  - 1\nEP  - 9\nSN  - 1234-5678\nDO  - 10.1000/x\nDB  - Scopus\nC2  - 77\nAN  - acc1\nAB  - One, \"two\".\n\
    KW  - k1\nKW  - k2\nN1  - NCT01234567\nLA  - English\nUR  - https://x.org/1\nER  - \n";

fn back(output: Output) -> (Record, Parsed) {
    let source = parsed(SOURCE);
    let again = parsed(&write(output, &source.records));
    assert!(
        again.is_whole() && again.problems.is_empty(),
        "{:?}",
        again.problems
    );
    (source.records[0].record.clone(), again)
}

#[test]
fn every_output_is_read_back_with_its_fields() {
    for output in [Output::Ris, Output::Nbib, Output::Csv] {
        let (want, again) = back(output);
        let got = &again.records[0].record;
        assert_eq!(
            (&got.title, &got.authors),
            (&want.title, &want.authors),
            "{output}"
        );
        assert_eq!((&got.doi, &got.pmid), (&want.doi, &want.pmid), "{output}");
        assert_eq!(
            (got.year, &got.journal),
            (want.year, &want.journal),
            "{output}"
        );
        assert_eq!(
            (&got.volume, &got.issue, &got.pages),
            (&want.volume, &want.issue, &want.pages)
        );
        assert_eq!(
            (&got.abstract_text, &got.keywords),
            (&want.abstract_text, &want.keywords)
        );
        assert_eq!(
            (&got.registry, &got.issn),
            (&want.registry, &want.issn),
            "{output}"
        );
    }
}

#[test]
fn what_is_written_keeps_database_number_address_and_headings() {
    let mut source = parsed(SOURCE);
    let record = &mut source.records[0].record;
    record.headings = vec!["Sleep".to_owned(), "Nurses/psychology".to_owned()];
    record.issn.push("9783161484100".to_owned());
    let want = record.clone();
    for output in [Output::Ris, Output::Nbib] {
        let text = write_from(output, &source.records, Some("Scopus"));
        let got = parsed(&text);
        assert_eq!(database(got.format, got.dialect), None, "{text}");
        let got = &got.records[0].record;
        assert_eq!(
            got.extra.get("DB"),
            Some(&vec!["Scopus".to_owned()]),
            "{text}"
        );
        assert_eq!(
            (&got.source_id, &got.url),
            (&want.source_id, &want.url),
            "{text}"
        );
        assert_eq!(
            (&got.issn, &got.keywords),
            (&want.issn, &want.keywords),
            "{text}"
        );
        let whole = output == Output::Ris || got.headings[0] == "Sleep";
        assert!(whole && got.headings.len() == 2, "{text}");
        // And once more.
        let again = parsed(&write(output, &parsed(&text).records));
        assert_eq!(again.records[0].record.source_id, want.source_id);
    }
}

#[test]
fn a_cell_that_a_spreadsheet_would_run_is_made_harmless() {
    let source = parsed("TY  - JOUR\nTI  - =1+1\nAU  - @x, \"y\"\nER  - \n");
    let table = write(Output::Csv, &source.records);
    assert!(table.contains(",'=1+1,\"'@x, \"\"y\"\"\","), "{table}");
}

#[test]
fn json_lines_have_the_names_of_the_format() {
    let source = parsed(SOURCE);
    let line = write(Output::Jsonl, &source.records);
    assert_eq!(line.lines().count(), 1);
    let json: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(json["type"], "JOUR");
    assert_eq!(json["line"], 1);
    assert_eq!(json["pages"], "1-9");
    assert_eq!(json["abstract"], "One, \"two\".");
    assert!(json.get("authors_truncated").is_none());
}

#[test]
fn decisions_go_out_where_each_tool_reads_them() {
    use crate::formats::{Label, Labelled, LabelledOutput, write_labelled};
    let source = parsed(SOURCE);
    let labelled = [Label::Relevant, Label::Irrelevant, Label::NotSeen].map(|label| Labelled {
        id: "r1".to_owned(),
        label,
        notes: vec!["title-excluded".to_owned()],
        source: "Scopus".to_owned(),
        record: source.records[0].record.clone(),
    });
    let ris = write_labelled(LabelledOutput::Ris, &labelled);
    let notes = ["relevant", "irrelevant", "not_seen"].map(|l| format!("N1  - ASReview_{l}\r\n"));
    assert!(
        notes.iter().all(|note| ris.contains(note.as_str())),
        "{ris}"
    );
    let again = parsed(&ris);
    assert!(again.is_whole() && again.problems.is_empty() && again.dialect == "perennial");
    assert_eq!(again.records[0].record.pmid, source.records[0].record.pmid);
    let table = write_labelled(LabelledOutput::Asreview, &labelled);
    let ends: Vec<_> = table
        .lines()
        .skip(1)
        .map(|l| l.rsplit(',').next().unwrap())
        .collect();
    assert_eq!(ends, ["1", "0", ""]);
    let table = parsed(&write_labelled(LabelledOutput::Rayyan, &labelled));
    assert_eq!((table.dialect, table.records.len()), ("rayyan", 3));
    assert_eq!(table.records[0].record.authors, ["Ames, B", "Bell, C"]);
    let text = write_labelled(LabelledOutput::Nbib, &labelled);
    assert!(text.contains("GN  - ASReview_irrelevant\n") && parsed(&text).is_whole());
    assert_eq!(
        write_labelled(LabelledOutput::Jsonl, &labelled)
            .lines()
            .count(),
        3
    );
}

#[test]
fn medline_text_has_what_other_readers_ask_for() {
    let source = parsed(
        "TY  - JOUR\nTI  - A nap\nAU  - Attal, Jean-Michel\nAU  - Doe, JM\nAU  - Roe K\nAU  - Poe, Lee, Jr\n\
         AU  - NAP Study Group\nPY  - 2019\nJF  - Journal of Sleep\nJ2  - J Sleep\nVL  - 3\nIS  - 2\nSP  - 1\nEP  - 9\n\
         SN  - 1234567x\nSN  - 978-0-306-40615-7\nDO  - 10.1000/x\nDB  - Scopus\nC2  - 77\nN1  - NCT01234567\nER  - \n",
    );
    let text = write(Output::Nbib, &source.records);
    for line in [
        "PMID- 77",
        "IS  - 1234-567X (Undetermined)",
        "FAU - Attal, Jean-Michel",
        "AU  - Attal JM",
        "AU  - Doe JM",
        "FAU - Roe K",
        "AU  - Roe K",
        "AU  - Poe L Jr",
        "CN  - NAP Study Group",
        "LID - 10.1000/x [doi]",
        "AID - 10.1000/x [doi]",
        "TA  - J Sleep",
        "JT  - Journal of Sleep",
        "PT  - Journal Article",
        "SO  - J Sleep. 2019;3(2):1-9. doi: 10.1000/x.",
    ] {
        assert!(
            text.lines().any(|written| written == line),
            "{line}\n{text}"
        );
    }
    assert!(
        !text.contains("ISBN"),
        "a number of a book is nothing in an article"
    );
    assert!(
        text.lines().all(|line| line.is_empty() || line.len() > 6),
        "{text}"
    );
}
