//! Bytes, encodings and what is no citation file.

use super::{problems, titles};
use crate::formats::ProblemKind::{
    EncodingGuessed, InvalidUtf8InRecord, MojibakeSuspected, TruncatedFile,
};
use crate::formats::{Format, FormatError, Parsed, ProblemKind, Unreadable, detect, read};

const RIS: &str = "TY  - JOUR\nTI  - Méthode «A»\nER  - \n";

fn parsed(bytes: &[u8]) -> Parsed {
    let parsed = read(bytes, None).unwrap();
    assert!(parsed.lines.closes(), "{:?}", parsed.lines);
    parsed
}

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[test]
fn every_encoding_gives_the_same_title() {
    let marked = format!("\u{feff}{RIS}");
    let guessed = vec![(EncodingGuessed, None, None)];
    let latin: Vec<u8> = RIS
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap())
        .collect();
    for (bytes, want) in [
        (RIS.as_bytes().to_vec(), vec![]),
        (marked.as_bytes().to_vec(), vec![]),
        (utf16(&marked, u16::to_le_bytes), vec![]),
        (utf16(&marked, u16::to_be_bytes), vec![]),
        (utf16(RIS, u16::to_le_bytes), guessed.clone()),
        (utf16(RIS, u16::to_be_bytes), guessed.clone()),
        (latin, guessed.clone()),
    ] {
        let got = parsed(&bytes);
        assert_eq!((titles(&got), problems(&got)), (vec!["Méthode «A»"], want));
        assert!(got.is_whole());
    }
}

#[test]
fn two_encodings_in_one_file_are_read_line_by_line() {
    let mut bytes = RIS.as_bytes().to_vec();
    bytes.extend(b"TY  - JOUR\nTI  - Caf\xe9 \x93B\x94\nER  - \n");
    let got = parsed(&bytes);
    assert_eq!(titles(&got), ["Méthode «A»", "Café “B”"]);
    assert_eq!(problems(&got), [(InvalidUtf8InRecord, None, None)]);
    assert!(got.problems[0].text.contains("line 5"));
}

#[test]
fn text_that_was_decoded_wrongly_before_is_suspected() {
    let got = parsed("TY  - JOUR\nTI  - MÃ©thode: itâ€™s\nER  - \n".as_bytes());
    assert_eq!(problems(&got), [(MojibakeSuspected, None, None)]);
    let right = parsed("TY  - JOUR\nTI  - SÃO PAULO, Île, Ã\nER  - \n".as_bytes());
    assert!(right.problems.is_empty());
}

#[test]
fn every_line_end_and_a_mark_inside_the_file_are_read() {
    let second = "\u{feff}TY  - JOUR\nTI  - B\nER  - \n";
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("{RIS}{second}").replace('\n', end);
        let got = parsed(text.as_bytes());
        assert_eq!(
            (titles(&got), got.lines.total),
            (vec!["Méthode «A»", "B"], 6)
        );
        assert_eq!(got.records[1].line, Some(4));
    }
}

#[test]
fn gzip_is_unpacked_by_content_and_may_be_cut() {
    use std::io::Write;
    let record = |n: u32| {
        let noise = n.wrapping_mul(2_654_435_761);
        format!("TY  - JOUR\nTI  - Title {noise} {n}\nER  - \n")
    };
    let text: String = (0..2000).map(record).collect();
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(text.as_bytes()).unwrap();
    let bytes = packer.finish().unwrap();
    assert_eq!(parsed(&bytes).records.len(), 2000);
    let got = parsed(&bytes[..bytes.len() / 2]);
    assert!(got.records.len() > 100);
    assert!(got.problems.iter().any(|p| p.kind == TruncatedFile));
}

#[test]
fn what_is_no_citation_file_is_refused_with_its_reason() {
    let cases: [(&[u8], FormatError); 8] = [
        (b"", FormatError::Empty),
        (b" \r\n  \n", FormatError::Empty),
        (
            b"<!DOCTYPE html>\n<html><body>Sign in</body></html>",
            FormatError::WebPage,
        ),
        (
            b"<?xml version=\"1.0\"?><sheet version=\"2.0\"></sheet>",
            FormatError::OtherXml("sheet".to_owned()),
        ),
        (b"[{\"a\": 1}]", FormatError::Json),
        (
            b"%PDF-1.7\x00\x01\x02\x03\x04\x05\x00\x00",
            FormatError::Unreadable(Unreadable::Pdf),
        ),
        (
            b"PMC some\n  PMID\n\nSO-something stands here",
            FormatError::PlainText,
        ),
        (b"Dear editor,\nplease find\n", FormatError::PlainText),
    ];
    for (bytes, want) in cases {
        assert_eq!(read(bytes, None), Err(want.clone()));
        assert_eq!(detect(bytes), Err(want));
    }
    assert_eq!(FormatError::Empty.kind(), ProblemKind::EmptyFile);
    assert_eq!(
        (
            FormatError::WebPage.kind().as_str(),
            FormatError::WebPage.line()
        ),
        ("not-a-citation-file", Some(1))
    );
    assert_eq!(
        read(b"Dear editor,\n", Some(Format::Ris)),
        Err(FormatError::PlainText)
    );
}
