//! Bytes, encodings and what is not a citation file.

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

/// A record in RIS whose title is in an encoding.
fn with_title(title: &[u8]) -> Vec<u8> {
    [b"TY  - JOUR\nTI  - ".as_slice(), title, b"\nER  - \n"].concat()
}

#[test]
fn encodings_that_are_not_stated_are_told_by_their_bytes() {
    use encoding_rs::{BIG5, EUC_JP, EUC_KR, GB18030, GBK, KOI8_R, MACINTOSH, SHIFT_JIS};
    use encoding_rs::{WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254};
    for (encoding, title) in [
        (GBK, "阿司匹林预防心血管疾病的随机对照试验"),
        (GB18030, "高血压患者的随机对照试验研究"),
        (BIG5, "高血壓患者的隨機對照試驗研究"),
        (SHIFT_JIS, "高血圧患者におけるランダム化比較試験"),
        (EUC_JP, "高血圧患者におけるランダム化比較試験"),
        (EUC_KR, "고혈압 환자의 무작위 대조 시험"),
        (WINDOWS_1251, "Рандомизированное исследование"),
        (KOI8_R, "Рандомизированное исследование"),
        (WINDOWS_1253, "Τυχαιοποιημένη μελέτη"),
        (WINDOWS_1250, "Příčina léčby u žen"),
        (WINDOWS_1254, "Hastaların ağrı düzeyi"),
        (WINDOWS_1252, "Étude: efficacité de l’aspirine"),
        (WINDOWS_1252, "5 µg ± 2 °C × 3"),
        (WINDOWS_1252, "Sørensen, Åse"),
        (MACINTOSH, "Étude: l’efficacité chez les élèves"),
        (MACINTOSH, "Müller, José"),
    ] {
        let (bytes, _, missing) = encoding.encode(title);
        assert!(!missing, "{title}");
        let got = parsed(&with_title(&bytes));
        assert_eq!(titles(&got), [title], "{}", encoding.name());
        assert_eq!(problems(&got), [(EncodingGuessed, None, None)]);
    }
    // Code page 850: M\x81ller, Fran\x87ois, Gr\x94\xe1e.
    for (bytes, title) in [
        (b"M\x81ller, Jos\x82".as_slice(), "Müller, José"),
        (b"Fran\x87ois, B\x82atrice", "François, Béatrice"),
        (
            b"Gr\x94\xe1e bei \x84lteren M\x84nnern",
            "Größe bei älteren Männern",
        ),
    ] {
        assert_eq!(titles(&parsed(&with_title(bytes))), [title]);
    }
}

#[test]
fn a_byte_that_the_encoding_does_not_have_stays_visible_and_is_damage() {
    let (mut bytes, ..) = encoding_rs::GBK.encode("阿司匹林预防心血管疾病的随机对照试验研究");
    bytes.to_mut().push(0xff);
    let got = parsed(&with_title(&bytes));
    assert!(titles(&got)[0].contains("\\xFF"), "{:?}", titles(&got));
    assert_eq!(
        problems(&got),
        [
            (EncodingGuessed, None, None),
            (ProblemKind::UndecodableBytes, None, None)
        ]
    );
    assert!(!got.is_sound());
}
