//! What stands around a DOI in exports, and what must survive inside one.

use super::*;

fn read(text: &str) -> Option<String> {
    Doi::parse(text).ok().map(|doi| doi.as_str().to_owned())
}

#[track_caller]
fn is(text: &str, want: &str) {
    assert_eq!(read(text).as_deref(), Some(want), "{text}");
}

#[test]
fn dois_compare_equal_however_they_were_printed() {
    let want = "10.1016/s0140-6736(19)32556-5";
    for text in [
        "10.1016/s0140-6736(19)32556-5",
        "doi: 10.1016/S0140-6736(19)32556-5",
        "DOI10.1016/S0140-6736(19)32556-5",
        "doi.10.1016/S0140-6736(19)32556-5.",
        "urn:doi:10.1016/S0140-6736(19)32556-5",
        "info:doi/10.1016/S0140-6736(19)32556-5",
        "https://dx.doi.org/10.1016/S0140-6736%2819%2932556-5",
        "https://doi.org/10.1016%2FS0140-6736%2819%2932556-5?via=ihub#sec1",
        "https://doi.org/https://doi.org/10.1016/S0140-6736(19)32556-5",
        "10.1016/S0140\u{2010}6736(19)32556\u{2011}5",
        "\u{feff}10.1016/s0140-6736\u{200b}(19)32556-5",
        "１０.1016/s0140-6736（19）32556-5",
        "10.1016/s0140-6736(19)32556-5 [doi]",
        "10.1016/s0140-6736(19)32556-5[doi]",
        "(10.1016/s0140-6736(19)32556-5).",
        "<10.1016/s0140-6736(19)32556-5>",
    ] {
        is(text, want);
    }
    for wrong in [
        "",
        "10.",
        "10.1016",
        "11.1016/x",
        "10.x/y",
        "10.1016/",
        "110.1016/x",
        "10.101/x",
        "3.10.1016/x",
        "10.1016/ x",
        "10.1016/.",
        "10.1016./x",
    ] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}

#[test]
fn a_doi_ends_where_its_syntax_ends() {
    for tail in [
        ".",
        ",",
        ";",
        ").",
        "]",
        "'",
        "\"",
        "...]",
        "/",
        "?",
        "<br>",
        "</a>",
        "}",
        ">",
        " (Article in press)",
        "(Article in press)",
        "[pii]",
        " [pii]",
        ";S0140673619325565[pii]",
        ";000123456700001 [pii]",
        "     WE  - Science Citation Index Expanded (SCI-EXPANDED)",
        " WE - Science Citation Index 2019",
        "\tEpub 2019 Jan 3",
        ". Epub 2019 Jan 3.",
        ", 2019",
        " (2019)",
        "&nbsp;",
        "%20",
        "|Full text",
        "?journalCode=abcd20",
        "&partnerID=40&md5=0a1b",
        "?casa_token=x:y",
        "/full",
        "/full/html",
        "/abstract",
        "/pdf",
        "/epdf",
        ".pdf",
        "/meta",
        "/full?src=x",
        "/full#sec-2",
        ".full.pdf+html",
        ".full",
        "。",
        "，Epub",
        " pages 10-19",
        " - 2nd version",
        "PMID: 30000001",
        "doi:10.1000/en.1",
        "https://doi.org/10.1000/en.1",
        "\u{a0}and more",
        "（in Chinese）",
        "\\",
        " no. 12",
    ] {
        if tail == "...]" {
            continue;
        }
        is(&format!("10.1000/EN.1{tail}"), "10.1000/en.1");
    }
}

#[test]
fn what_a_doi_can_hold_stays_in_it() {
    for whole in [
        "10.1002/(sici)1097-0258(19980815/30)17:15/16<1661::aid-sim968>3.0.co;2-2",
        "10.1002/(sici)1096-8644(199601)99:1<1::aid-ajpa1>3.3.co;2-#",
        "10.1890/0012-9658(2000)081[1234:title]2.0.co;2",
        "10.1175/1520-0485(1998)028<0409:daadvf>2.0.co;2",
        "10.1023/a:1012345678901",
        "10.1000.10/123",
        "10.1000/456#789",
        "10.1016/0140-6736(91)90001-a",
        "10.3760/cma.j.issn.0254-6450.2020.02.003",
        "10.1371/journal.pone.0001234.s001",
        "10.1108/10.1108/x-01-2019-0001",
        "10.5555/abstract",
        "10.5555/meta",
        "10.5555/a,b",
        "10.1182/blood.v134.suppl_1.123.123",
        "10.17226/12345v2",
        "10.1000/en.1_",
        "10.1000/en.1-",
        "10.5281/zenodo.1234567",
        "10.1000/ü.1",
    ] {
        is(whole, whole);
        is(&whole.to_uppercase(), whole);
        is(
            &format!("{whole} [doi]"),
            whole.trim_end_matches(['_', '-']),
        );
    }
    let contribution = "10.1002/(sici)1000-0000(199801)1:1<10::aid-nap1>3.0.co;2-4";
    for text in [
        "10.1002/(SICI)1000-0000(199801)1:1%3C10::AID-NAP1%3E3.0.CO;2-4",
        "10.1002/%28SICI%291000-0000%28199801%291%3A1%3C10%3A%3AAID-NAP1%3E3.0.CO%3B2-4",
        "10.1002/(SICI)1000-0000(199801)1:1&lt;10::AID-NAP1&gt;3.0.CO;2-4",
        "10.1002/(SICI)1000-0000(199801)1:1&#60;10::AID-NAP1&#x3E;3.0.CO;2-4.",
        "10.1002/(SICI)1000-0000(199801)1:1<10::AID-NAP1>3.0.CO;2-4/abstract",
        "https://doi.org/10.1002/(SICI)1000-0000(199801)1:1<10::AID-NAP1>3.0.CO;2-4?x=1",
    ] {
        is(text, contribution);
    }
    is("10.1000/a%2525b1", "10.1000/a%25b1");
    is("10.1000/100%1", "10.1000/100%1");
    is("10.1007/978-3\\_5", "10.1007/978-3_5");
}

#[test]
fn half_a_doi_is_none() {
    for damaged in [
        "10.1016/s 0140-6736(19)32556-5",
        "10.1016/S0140- 6736(19)32556-5",
        "10.1016/S0140 -6736(19)32556-5",
        "10.1016/S0140-6736 (19)32556-5",
        "10.1016/S0140-6736(19 )32556-5",
        "10.1016/S0140-6736(19) 32556-5",
        "10.1016/j. jclinepi.2020.01.001",
        "10.1016/j.jclinepi. 2020.01.001",
        "10.1016/j.jclinepi.2020. 01.001",
        "10.1056/NEJMoa 1817249",
        "10.1016/ j.jclinepi.2020.01.001",
        "10.1016/j.jclinepi.2020...",
        "10.1016/j.jclinepi.2020…",
        "10.1002/(SICI)1000-0000(199801)1:1<10::AID-NAP1>3.0",
    ] {
        assert_eq!(read(damaged), None, "{damaged}");
    }
}

#[test]
fn the_first_of_several_is_read_and_the_others_are_told() {
    let several = |text: &str| {
        let (first, others) = Doi::read(text).unwrap();
        let others: Vec<_> = others.iter().map(|d| d.as_str().to_owned()).collect();
        (first.as_str().to_owned(), others)
    };
    for text in [
        "10.1000/en.1 10.1000/en.2",
        "10.1000/en.1 and 10.1000/en.2",
        "10.1000/en.1;10.1000/en.2",
        "10.1000/en.1,10.1000/en.2",
        "10.1000/en.1; doi: 10.1000/EN.2.",
        "10.1000/en.1\r10.1000/en.2",
        "10.1000/en.1|https://doi.org/10.1000/en.2/full",
        "10.1000/en.1https://doi.org/10.1000/en.2",
        "10.1000/en.1 10.1000/en.1 10.1000/en.2 10.1000/en.2",
        "10.1000/en.1 (erratum 10.1000/en.2)",
    ] {
        assert_eq!(several(text).0, "10.1000/en.1", "{text}");
        assert_eq!(several(text).1, ["10.1000/en.2"], "{text}");
    }
    for text in [
        "10.1000/en.110.1000/en.1",
        "10.1000/EN.110.1000/en.1.",
        "10.1000/en.110.1000/en.110.1000/en.1",
        "10.1000/en.1\r10.1000/en.1.",
        "10.1000/en.1 10.1000/EN.1/full",
    ] {
        assert_eq!(several(text), ("10.1000/en.1".to_owned(), vec![]), "{text}");
    }
    // Where the first ends is uncertain.
    assert_eq!(read("10.1000/en.110.1000/en.2"), None);
}

#[test]
fn a_note_is_a_doi_only_where_it_is_nothing_else() {
    let alone = |text: &str| Doi::alone(text).map(|doi| doi.as_str().to_owned());
    for text in [
        "10.1000/184",
        " 10.1000/184. ",
        "doi:10.1000/184",
        "DOI 10.1000/184",
        "(doi: 10.1000/184)",
        "doi: 10.1000/184. Epub 2019 Jan 3.",
        "https://doi.org/10.1000/184",
        "https://dx.doi.org/10.1000/184?x=1",
        "10.1000/184 [doi]",
        "doi:10.1000/184 10.1000/184",
        "doi:https://doi.org/10.1000/184",
    ] {
        assert_eq!(alone(text).as_deref(), Some("10.1000/184"), "{text}");
    }
    for text in [
        "Journal Article",
        "Erratum in: doi: 10.1000/184",
        "Comment on doi:10.1000/184",
        "References: Doe J, 2003, doi: 10.1000/184",
        "doi:10.1000/184 doi:10.1000/185",
        "10.1000/184 is the protocol",
        "Cited By :12; 10.1000/184",
        "doi:",
        "https://example.org/10.1000/184",
    ] {
        assert_eq!(alone(text), None, "{text}");
    }
}

#[test]
fn a_preprint_has_one_doi_in_every_version() {
    is(
        "10.1101/2020.01.02.20016543v2",
        "10.1101/2020.01.02.20016543",
    );
    is(
        "https://www.biorxiv.org/content/10.1101/123456v1.full.pdf",
        "10.1101/123456",
    );
    is("10.1101/cshperspect.a123v1", "10.1101/cshperspect.a123v1");
    is("10.21203/rs.3.rs-12345/v1", "10.21203/rs.3.rs-12345/v1");
    is(
        "10.12688/f1000research.12345.2",
        "10.12688/f1000research.12345.2",
    );
}

#[test]
fn a_stored_value_stays_as_it_was_stored() {
    for text in [
        "10.1000/en.1/full",
        "10.1109/nap.1we-science",
        "10.1000/a;b",
    ] {
        let json = format!("\"{text}\"");
        let doi: Doi = serde_json::from_str(&json).unwrap();
        assert_eq!(serde_json::to_string(&doi).unwrap(), json);
    }
    let typed: Doi = serde_json::from_str("\"doi:10.1000/EN.1\"").unwrap();
    assert_eq!(typed.as_str(), "10.1000/en.1");
}
