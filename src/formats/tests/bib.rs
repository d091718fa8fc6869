//! BibTeX and EndNote's tagged text.

use super::{parsed, problems, titles};
use crate::formats::ProblemKind::{MissingTy, StrayLine, TruncatedRecord, UnclosedEntry};
use crate::formats::{Format, read};

#[test]
fn the_traps_of_a_scopus_export_are_no_traps() {
    let got = parsed(
        "Scopus\nEXPORT DATE: 1 January 2020\n\n@ARTICLE{Ames2020,\nauthor={Ames, B. and {Ministry of Health and Welfare}},\n\
         title={A {POLLUX} trial of \\textless 5 \\% of Garc{\\'\\i}a},\njournal={J},\nyear={2020},\nart_number={e17},\n\
         url={https://www.scopus.com/inward/record.uri?eid=2-s2.0-85&doi=10.1000%2fa},\nfunding_text 1={X},\n\
         funding_details={A},\nfunding_details={B},\npubmed_id={123},\nissn={12345678},\nsource={Scopus},\n}\n",
    );
    assert_eq!((got.format, got.dialect), (Format::Bib, "scopus"));
    assert!(got.problems.is_empty(), "{:?}", got.problems);
    assert_eq!((got.lines.wrapper, got.lines.blank), (2, 1));
    let record = &got.records[0].record;
    assert_eq!(
        record.title.as_deref(),
        Some("A POLLUX trial of <5 % of García")
    );
    assert_eq!(
        record.authors,
        ["Ames, B.", "Ministry of Health and Welfare"]
    );
    assert_eq!(record.pages.as_deref(), Some("e17"));
    assert_eq!(record.pmid.as_ref().unwrap().as_str(), "123");
    assert_eq!(record.source_id.as_deref(), Some("2-s2.0-85"));
    assert_eq!(record.extra["funding_details"], ["A", "B"]);
    assert_eq!(record.extra["funding_text 1"], ["X"]);
}

#[test]
fn an_entry_that_never_ends_costs_itself_alone() {
    let got = parsed(
        "@article{a,\n  title={Good one},\n  year=2020\n}\n\n@article{b,\n  title={Unclosed {brace},\n  year=2021\n\n\
         @article{c,\n  title={After},\n  year=2022\n}\n",
    );
    assert_eq!(titles(&got), ["Good one", "After"]);
    assert_eq!(problems(&got), [(UnclosedEntry, Some(6), Some(2))]);
    let got = parsed("@article{a,\n title={Whole},\n\n@book{b,\n title=\"B\"}\n");
    assert_eq!(titles(&got), ["Whole", "B"]);
    assert_eq!(problems(&got), [(UnclosedEntry, Some(1), Some(1))]);
    let got = parsed("@article{a,\n title={Kept},\n abstract={cut of");
    assert_eq!(titles(&got), ["Kept"]);
    assert_eq!(problems(&got), [(TruncatedRecord, Some(1), Some(1))]);
}

#[test]
fn strings_comments_and_words_between_entries_are_accounted_for() {
    let got = parsed(
        "% made by hand\n@string{j = {Journal}}\n@comment{x@y.org {and} more}\nnot an entry\n\
         @misc{, title = \"A \" # {trial}, doi = {https://doi.org/10.1000/X}}\n",
    );
    assert_eq!(problems(&got), [(StrayLine, Some(4), None)]);
    assert_eq!(
        got.records[0].record.doi.as_ref().unwrap().as_str(),
        "10.1000/x"
    );
}

#[test]
fn macros_joined_values_and_parents_are_read() {
    let got = parsed(
        "@preamble{\"\\newcommand{\\x}{y}\"}\n@string{jis = {Journal of } # kind}\n@string(kind = \"Invented Studies\")\n\
         @article{a, title={A}, journal=JIS, year=2022, month=jan}\n\
         @article{b, title=\"B \" # {of } # kind, journal = unknownmacro, year = {2019}}\n\
         @inproceedings{c, title={C}, crossref={P1}}\n\
         @proceedings{p1, title={Proceedings of Naps}, year=2018, editor={Doe, J}}\n",
    );
    assert_eq!(
        titles(&got),
        ["A", "B of Invented Studies", "C", "Proceedings of Naps"]
    );
    let journal = |n: usize| got.records[n].record.journal.as_deref();
    assert_eq!(journal(0), Some("Journal of Invented Studies"));
    assert_eq!(journal(1), Some("unknownmacro"));
    assert_eq!(journal(2), Some("Proceedings of Naps"));
    assert_eq!(got.records[2].record.year, Some(2018));
    // A macro that nothing defines stands by its name, and that is said.
    let told: Vec<_> = got
        .problems
        .iter()
        .map(|p| (p.kind.as_str(), p.record))
        .collect();
    assert_eq!(told, [("undefined-macro", Some(2))]);
}

#[test]
fn pages_are_one_range_however_they_were_typed() {
    for (written, want) in [
        ("2478 – 2490", "2478-2490"),
        ("1978 - 1982 ", "1978-1982"),
        ("10--19", "10-19"),
        ("10---19", "10-19"),
        ("S1 — S9", "S1-S9"),
        ("10\u{2010}19", "10\u{2010}19"),
        ("10-19     WE  - Science Citation Index Expanded", "10-19"),
        ("e12345", "e12345"),
        ("1-5, 9", "1-5, 9"),
    ] {
        let file = format!("@article{{k, title={{T}}, pages={{{written}}}}}\n");
        assert_eq!(
            parsed(&file).records[0].record.pages.as_deref(),
            Some(want),
            "{written}"
        );
    }
    for none in ["NA", "No-Specified", "null", "#N/A"] {
        let file = format!("@article{{k, title={{T}}, pages={{{none}}}}}\n");
        assert_eq!(parsed(&file).records[0].record.pages, None, "{none}");
    }
}

#[test]
fn escapes_of_latex_and_of_pages_become_text() {
    for (written, want) in [
        (r"Naps \&\#38; wards", "Naps & wards"),
        (r"Naps {\&}amp; wards", "Naps & wards"),
        (r"A \{set\} of {\{}naps{\}}", "A {set} of {naps}"),
        (
            r"10\textsuperscript{6} cells and 10$^{9}$",
            "10^6 cells and 10^9",
        ),
        (
            r"See \url{https://example.org/a_b}",
            "See https://example.org/a_b",
        ),
        (r#"{\"o}ver \href{https://x.org}{here}"#, "över here"),
    ] {
        let written = written.replace(r"\\", "\\");
        let file = format!("@article{{k, title={{{written}}}}}\n");
        assert_eq!(titles(&parsed(&file)), [want], "{written}");
    }
}

#[test]
fn one_line_of_authors_is_taken_apart_where_that_is_certain() {
    for (written, want) in [
        ("Doe J, Roe K, van der Poe L", "Doe J|Roe K|van der Poe L"),
        ("Doe, Jan and Roe, Kim", "Doe, Jan|Roe, Kim"),
        ("Doe, Jan", "Doe, Jan"),
        ("{Doe J, Roe K}", "Doe J, Roe K"),
    ] {
        let file = format!("@article{{k, title={{T}}, author={{{written}}}}}\n");
        assert_eq!(
            parsed(&file).records[0].record.authors.join("|"),
            want,
            "{written}"
        );
    }
}

#[test]
fn endnote_tagged_records_begin_with_their_type() {
    let got = parsed(
        "%0 Journal Article\n%A Ames, B\n%T One\n%K first\nsecond\n%X wrapped\nabstract\n%R doi:10.1000/a\n%~ PubMed\n%M 77\n\n\
         %0 Book\n%T Two\n",
    );
    assert_eq!(
        (got.format, titles(&got)),
        (Format::Enw, vec!["One", "Two"])
    );
    assert!(got.is_whole() && got.problems.is_empty());
    let record = &got.records[0].record;
    assert_eq!(record.keywords, ["first", "second"]);
    assert_eq!(record.abstract_text.as_deref(), Some("wrapped abstract"));
    assert_eq!(record.pmid.as_ref().unwrap().as_str(), "77");
    let got = parsed("%T One\n%A X\n\n%T Two\n");
    assert_eq!(titles(&got), ["One", "Two"]);
    let below = parsed("%A X\n%0 Book\n%T B\n");
    assert_eq!((titles(&below), problems(&below)), (vec!["B"], vec![]));
    let lacking = parsed("%A X\n%T A\n\n%0 Book\n%T B\n");
    assert_eq!(problems(&lacking), [(MissingTy, Some(1), Some(1))]);
}

#[test]
fn a_format_asked_for_by_another_name_is_found() {
    for (word, format) in [
        ("bibtex", Format::Bib),
        ("ciw", Format::Wos),
        ("enx", Format::EndnoteXml),
    ] {
        assert_eq!(word.parse::<Format>(), Ok(format));
    }
    assert!(read(b"@article{a, title={T}}", Some(Format::Ris)).is_err());
}
