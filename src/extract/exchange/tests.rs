//! What goes out comes back the same; what is wrong is named.

use super::*;
use proptest::prelude::*;

/// A file with the header and these rows, each given by some of its columns.
fn file(rows: &[&[(&str, &str)]]) -> String {
    let mut out = COLUMNS.join(",");
    for row in rows {
        let cells = COLUMNS.map(|column| {
            let found = row.iter().find(|(name, _)| *name == column);
            format!("\"{}\"", found.map_or("", |(_, text)| text))
        });
        out += &format!("\n{}", cells.join(","));
    }
    out + "\n"
}

fn fault(row: &[(&str, &str)]) -> String {
    let good: &[(&str, &str)] = &[("study", "S"), ("outcome", "orr"), ("n", "3")];
    let mut all = row.to_vec();
    let missing = good
        .iter()
        .filter(|(name, _)| row.iter().all(|(n, _)| n != name));
    all.extend(missing.copied());
    let text = file(&[good, &all]);
    read("x.csv", text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_told_by_file_line_column_and_reason() {
    for (row, want) in [
        (
            [("events", "1.5")],
            "x.csv:3: events: `1.5` is not a whole number",
        ),
        (
            [("events", "-1")],
            "x.csv:3: events: `-1` is not a whole number",
        ),
        (
            [("effect", "0,53")],
            "x.csv:3: effect: `0,53` is not a number: write a decimal point and no commas",
        ),
        (
            [("spread", "sd")],
            "x.csv:3: spread: `sd` is none of range, IQR, CI, nor empty",
        ),
        (
            [("confidence", "sure")],
            "x.csv:3: confidence: `sure` is none of verified, unverified, nor empty",
        ),
        (
            [("derived", "maybe")],
            "x.csv:3: derived: `maybe` is none of yes, no, nor empty",
        ),
        ([("study", "")], "x.csv:3: study: the cell is empty"),
        ([("outcome", " ")], "x.csv:3: outcome: the cell is empty"),
    ] {
        assert_eq!(fault(&row), want);
    }
    assert!(fault(&[("at", "yesterday")]).starts_with("x.csv:3: at: "));
    let quoted = [("n", ""), ("quote", "12 of 40")];
    assert!(fault(&quoted).starts_with("x.csv:3: the row has no value; write yes in"));
    let arm = fault(&[("arm", "<experimental arm>")]);
    assert!(
        arm.starts_with("x.csv:3: arm: `<experimental arm>` stands for"),
        "{arm}"
    );
    assert_eq!(
        fault(&[("n", "4")]),
        "x.csv:3: the same cell stands on line 2, of the same extractor"
    );
}

#[test]
fn a_header_is_complete_and_known() {
    let head = |text: &str| read("x.csv", text.as_bytes()).unwrap_err().to_string();
    let missing = head("study,report\n");
    assert!(
        missing
            .starts_with("x.csv:1: the column `outcome` is missing; a file needs study, outcome"),
        "{missing}"
    );
    let unknown = head(&COLUMNS.join(",").replace("percent", "percnt"));
    assert_eq!(
        unknown,
        "x.csv:1: percnt: there is no such column; did you mean `percent`?"
    );
    let twice = head(&format!("{},n", COLUMNS.join(",")));
    assert_eq!(twice, "x.csv:1: n: the column stands there twice");
    assert!(read("x.csv", b"\xff\xfe").is_err());
    assert!(read("x.csv", b"").is_err());
    assert_eq!(read("x.csv", file(&[]).as_bytes()).unwrap(), []);
}

#[test]
fn numbers_keep_their_zeros_and_open_ranges_are_texts() {
    let text = file(&[
        &[
            ("study", "S"),
            ("outcome", "pfs"),
            ("effect", "0.50"),
            ("ci_level", "95.4"),
        ],
        &[("study", "S"), ("outcome", "prior_lines"), ("text", "≥1")],
        &[("study", "S"), ("outcome", "orr"), ("not_reported", "yes")],
    ]);
    let lines = read("x.csv", text.as_bytes()).unwrap();
    let values: Vec<&CellValue> = lines.iter().map(|line| &line.entry.cell.value).collect();
    assert_eq!(values[0].effect.as_ref().unwrap().as_str(), "0.50");
    assert_eq!(values[1].text.as_deref(), Some("≥1"));
    assert!(values[2].not_reported && !values[2].has_figures());
    assert_eq!(lines[2].line, 4);
    assert_eq!(
        lines[0].entry.cell.provenance.confidence,
        Confidence::Unverified
    );
}

#[test]
fn a_text_that_a_spreadsheet_would_run_is_made_harmless_and_comes_back() {
    for text in [
        "=1+1", "'=1", "''@x", "-sum", "'tis", "''", "-0.5", "+", "'-0.5",
    ] {
        assert_eq!(cell::unguard(&harmless(text)), text, "{text}");
    }
    assert_eq!(harmless("=1+1"), "'=1+1");
    assert_eq!(harmless("-0.5"), "-0.5");
}

fn words() -> impl Strategy<Value = String> {
    "[ '=+@,;\"\\n\\-a-z0-9≥é.]{0,12}".prop_map(|text| text.trim().to_owned())
}

fn maybe() -> impl Strategy<Value = Option<String>> {
    words().prop_map(|text| Some(text).filter(|text| !text.is_empty()))
}

fn number() -> impl Strategy<Value = Option<Decimal>> {
    proptest::option::of("-?[1-9][0-9]{0,3}(\\.[0-9]{1,4})?")
        .prop_map(|text| text.map(|text| text.parse().unwrap()))
}

prop_compose! {
    fn value()(
        events in proptest::option::of(0_u64..1_000_000),
        n in proptest::option::of(0_u64..1_000_000),
        numbers in proptest::collection::vec(number(), 13),
        spread in proptest::option::of(0_usize..3),
        texts in proptest::collection::vec(maybe(), 3),
        not_reported: bool,
    ) -> CellValue {
        let mut numbers = numbers.into_iter();
        let mut next = || numbers.next().unwrap();
        CellValue {
            events, n, mean: next(), sd: next(), median: next(), low: next(), high: next(),
            spread: spread.map(|at| Spread::ALL[at]),
            percent: next(), measure: texts[0].clone(), effect: next(), ci_low: next(),
            ci_high: next(), ci_level: next(), se: next(), p: next(), unit: texts[1].clone(), follow_up_months: next(),
            text: texts[2].clone(), not_reported,
        }
    }
}

prop_compose! {
    fn entry()(
        value in value(),
        key in proptest::collection::vec(words(), 6),
        texts in proptest::collection::vec(maybe(), 4),
        extractor in words(),
        flags in (any::<bool>(), any::<bool>(), any::<bool>()),
        day in proptest::option::of(1_u8..29),
    ) -> Entry {
        let (derived, verified, reconciles) = flags;
        let mut value = value;
        if value.is_empty() {
            value.not_reported = true;
        }
        let at = day.map(|day| format!("2025-07-{day:02}T09:00:00.000Z")).unwrap_or_default();
        Entry {
            cell: Cell {
                key: CellKey {
                    study: format!("s{}", key[0]), outcome: format!("o{}", key[1]),
                    report: key[2].clone(), arm: key[3].clone(), population: key[4].clone(),
                    grade: key[5].clone(), time: String::new(),
                },
                value,
                provenance: Provenance {
                    derived, quote: texts[0].clone(), page: texts[1].clone(),
                    source: texts[2].clone(), note: texts[3].clone(),
                    confidence: if verified { Confidence::Verified } else { Confidence::Unverified },
                },
            },
            extractor, at, reconciles,
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(entries in proptest::collection::vec(entry(), 0..6)) {
        let mut entries = entries;
        for (n, entry) in entries.iter_mut().enumerate() {
            entry.cell.key.time = n.to_string();
        }
        let text = write(&entries);
        let read = super::read("x.csv", text.as_bytes()).unwrap();
        let back: Vec<Entry> = read.into_iter().map(|line| line.entry).collect();
        prop_assert_eq!(&back, &entries);
        prop_assert_eq!(write(&back), text);
    }

    #[test]
    fn json_keeps_everything_too(entry in entry()) {
        let json = serde_json::to_string(&entry.cell).unwrap();
        prop_assert_eq!(serde_json::from_str::<Cell>(&json).unwrap(), entry.cell);
        prop_assert!(!json.contains("null"));
    }

    #[test]
    fn no_file_makes_the_reader_panic(text in "[a-z,\"\\n'=0-9.é-]{0,80}") {
        let whole = format!("{}\n{text}", COLUMNS.join(","));
        let _ = super::read("x.csv", whole.as_bytes());
        let _ = super::read("x.csv", text.as_bytes());
    }
}

#[test]
fn a_file_has_the_columns_it_uses_and_rows_left_blank_are_passed_over() {
    let text = "outcome,study,arm,events,n,measure,confidence\n\
        orr,S,A,12,40,,verified\norr,S,B,,,RR,verified\norr,T,A,3,9,,\n";
    let (lines, blank) = read_whole("x.csv", text.as_bytes()).unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0].entry.cell.value.events, Some(12));
    assert_eq!((lines[1].line, blank), (4, vec![3]));
}
