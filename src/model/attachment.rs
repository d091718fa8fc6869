//! Files that belong to a report: its full text and its supplements.
//!
//! What a file is, its bytes say, never its name. A PDF is shown; pictures, Word and Excel documents,
//! tables, plain text and ZIP archives are kept for download only. Everything else is refused: pages
//! (HTML, SVG, XML), programs and scripts are never kept, so that none is ever served or run.

use super::visible::steers;

/// What an attachment may have at most, in bytes: 50 MB.
pub const LARGEST: u64 = 50_000_000;

/// Longest name of an attachment, in characters.
const LONGEST_NAME: usize = 200;

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileType {
    /// A PDF, the one type that is shown.
    Pdf,
    /// A PNG picture.
    Png,
    /// A JPEG picture.
    Jpeg,
    /// A Word document without macros.
    Docx,
    /// An Excel workbook without macros.
    Xlsx,
    /// A table as text.
    Csv,
    /// Plain text.
    Txt,
    /// A ZIP archive.
    Zip,
}

impl FileType {
    /// Every type.
    pub const ALL: &'static [Self] = &[
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Docx,
        Self::Xlsx,
        Self::Csv,
        Self::Txt,
        Self::Zip,
    ];

    /// The word of the log and of JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::Txt => "txt",
            Self::Zip => "zip",
        }
    }

    /// Reads the word of the log.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.as_str() == word)
    }

    /// The media type under which the bytes are served; what is not shown is only ever downloaded.
    pub fn media(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Txt => "text/plain; charset=utf-8",
            Self::Zip => "application/zip",
        }
    }

    /// Whether it is shown beside the criteria; everything else is for download only.
    pub fn is_shown(self) -> bool {
        self == Self::Pdf
    }
}

/// Why a file is no attachment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing in it.
    #[error("is empty")]
    Empty,
    /// It is too large.
    #[error("has {0} bytes: an attachment has at most {LARGEST}")]
    Large(u64),
    /// It is a page, a program or a script.
    #[error("is {0}, which is never kept")]
    Active(&'static str),
    /// It is called otherwise than it is.
    #[error("is called .{ending} and is {found}")]
    Named {
        /// How its name ends.
        ending: String,
        /// What the bytes are.
        found: &'static str,
    },
    /// It is none of the types that are kept.
    #[error("is none of PDF, PNG, JPEG, DOCX, XLSX, CSV, TXT and ZIP")]
    Other,
}

/// What a file is, by its bytes; its name tells only a table from other text.
///
/// ```
/// use perennial::model::attachment::{FileType, Refused, file_type};
/// assert_eq!(file_type("a.pdf", b"%PDF-1.7\n..."), Ok(FileType::Pdf));
/// assert_eq!(file_type("a.csv", b"arm,n\nA,12\n"), Ok(FileType::Csv));
/// assert_eq!(file_type("a.pdf", b"<!DOCTYPE html>"), Err(Refused::Active("a page (HTML or XML)")));
/// ```
pub fn file_type(name: &str, bytes: &[u8]) -> Result<FileType, Refused> {
    let size = bytes.len() as u64;
    if size > LARGEST {
        return Err(Refused::Large(size));
    }
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if let Some(what) = program(bytes) {
        return Err(Refused::Active(what));
    }
    let ending = ending(name);
    if let Some(what) = active_name(&ending) {
        return Err(Refused::Active(what));
    }
    let begins = |with: &[u8]| bytes.starts_with(with);
    if begins(b"\x89PNG\r\n\x1a\n") {
        return Ok(FileType::Png);
    }
    if begins(b"\xff\xd8\xff") {
        return Ok(FileType::Jpeg);
    }
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return packed(bytes);
    }
    let text = text_of(bytes);
    let markup = text.as_deref().is_some_and(is_markup) || is_markup_bytes(bytes);
    if markup {
        return Err(Refused::Active("a page (HTML or XML)"));
    }
    if is_pdf(bytes) {
        return Ok(FileType::Pdf);
    }
    if text.is_none() {
        return Err(Refused::Other);
    }
    match ending.as_str() {
        "csv" => Ok(FileType::Csv),
        "" | "txt" | "text" | "tsv" | "tab" | "md" | "asc" | "log" => Ok(FileType::Txt),
        _ => Err(Refused::Named {
            ending,
            found: "plain text",
        }),
    }
}

/// What is plainly wrong with a PDF that is kept all the same, as the end of a sentence: every PDF ends
/// with where its table of objects begins and a mark of its end (ISO 32000-1, 7.5.5), within its last
/// 1,024 bytes (annex H, note 18), so one without was cut off or damaged.
///
/// ```
/// use perennial::model::attachment::{FileType, doubt};
/// assert!(doubt(FileType::Pdf, b"%PDF-1.7 cut off").is_some());
/// assert_eq!(doubt(FileType::Pdf, b"%PDF-1.7 1 0 obj startxref 9 %%EOF"), None);
/// ```
pub fn doubt(kind: FileType, bytes: &[u8]) -> Option<&'static str> {
    if kind != FileType::Pdf {
        return None;
    }
    let end = bytes.get(bytes.len().saturating_sub(1_024)..)?;
    if !holds(end, b"%%EOF") {
        return Some("it does not end as a PDF does: it may be cut off");
    }
    (!holds(end, b"startxref"))
        .then_some("it does not say where its objects are: it may be damaged")
}

/// The name as it is kept: without folders, without characters that steer, at most 200 characters.
///
/// ```
/// use perennial::model::attachment::file_name;
/// assert_eq!(file_name("/home/ada/C:\\papers\\Attal 2019.pdf"), "Attal 2019.pdf");
/// assert_eq!(file_name("../"), "file");
/// ```
pub fn file_name(name: &str) -> String {
    let last = name
        .rsplit(['/', '\\'])
        .find(|part| !part.is_empty())
        .unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !steers(*c) && !c.is_control())
        .collect();
    let plain = plain.trim().trim_start_matches('.').trim();
    let n = plain.chars().count();
    if n == 0 {
        return "file".to_owned();
    }
    if n <= LONGEST_NAME {
        return plain.to_owned();
    }
    // The end of a name says what it is.
    let tail: String = plain.chars().skip(n - 20).collect();
    let head: String = plain.chars().take(LONGEST_NAME - 21).collect();
    format!("{head}…{tail}")
}

/// What stands behind the last point of a name, in small letters.
fn ending(name: &str) -> String {
    let name = file_name(name);
    match name.rsplit_once('.') {
        Some((_, ending)) => ending.to_lowercase(),
        None => String::new(),
    }
}

/// Names by which a system would run or open as a page what they call, whatever is in it.
fn active_name(ending: &str) -> Option<&'static str> {
    match ending {
        "html" | "htm" | "xhtml" | "xht" | "mht" | "mhtml" | "shtml" | "svg" | "svgz" | "xml"
        | "xsl" => Some("a page (HTML or XML)"),
        "exe" | "com" | "scr" | "dll" | "msi" | "pif" | "cpl" | "app" | "jar" | "apk" | "deb"
        | "rpm" | "dmg" | "bin" | "elf" | "so" | "wasm" => Some("a program"),
        "bat" | "cmd" | "ps1" | "psm1" | "vbs" | "vbe" | "js" | "jse" | "mjs" | "cjs" | "wsf"
        | "wsh" | "hta" | "sh" | "bash" | "zsh" | "command" | "py" | "pl" | "rb" | "php"
        | "lnk" | "url" | "desktop" | "reg" | "jnlp" | "scf" => Some("a script or a shortcut"),
        "docm" | "dotm" | "xlsm" | "xltm" | "xlam" | "xlsb" => Some("a document with macros"),
        _ => None,
    }
}

/// What a processor or a shell would run.
fn program(bytes: &[u8]) -> Option<&'static str> {
    const BEGINNINGS: [&[u8]; 9] = [
        b"MZ",
        b"\x7fELF",
        b"\xfe\xed\xfa\xce",
        b"\xfe\xed\xfa\xcf",
        b"\xce\xfa\xed\xfe",
        b"\xcf\xfa\xed\xfe",
        b"\xca\xfe\xba\xbe",
        b"\0asm",
        b"dex\n",
    ];
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if plain.starts_with(b"#!") {
        return Some("a script or a shortcut");
    }
    // Two letters begin many a text: a program of this kind holds zeros soon.
    let is_dos = |begin: &[u8]| begin != b"MZ" || bytes.iter().take(512).any(|byte| *byte == 0);
    BEGINNINGS
        .iter()
        .any(|begin| bytes.starts_with(begin) && is_dos(begin))
        .then_some("a program")
}

/// A PDF says so in its first 1,024 bytes (ISO 32000-1, annex H, note 13).
fn is_pdf(bytes: &[u8]) -> bool {
    let begin = bytes.get(..bytes.len().min(1_024)).unwrap_or_default();
    holds(begin, b"%PDF-")
}

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|part| part == what)
}

/// A ZIP archive is a document where it holds what each such document holds.
fn packed(bytes: &[u8]) -> Result<FileType, Refused> {
    if holds(bytes, b"vbaProject.bin") {
        return Err(Refused::Active("a document with macros"));
    }
    if holds(bytes, b"META-INF/MANIFEST.MF") || holds(bytes, b"AndroidManifest.xml") {
        return Err(Refused::Active("a program"));
    }
    let office = holds(bytes, b"[Content_Types].xml");
    if office && holds(bytes, b"word/document.xml") {
        return Ok(FileType::Docx);
    }
    if office && holds(bytes, b"xl/workbook.xml") {
        return Ok(FileType::Xlsx);
    }
    Ok(FileType::Zip)
}

/// The text of bytes that are one: UTF-8, UTF-16 with its mark, or one byte for each character.
fn text_of(bytes: &[u8]) -> Option<String> {
    let wide = |big: bool| {
        let units = bytes.get(2..).unwrap_or_default().chunks_exact(2);
        let units = units.map(|pair| match pair {
            [a, b] if big => u16::from_be_bytes([*a, *b]),
            [a, b] => u16::from_le_bytes([*a, *b]),
            _ => 0,
        });
        char::decode_utf16(units)
            .collect::<Result<String, _>>()
            .ok()
    };
    let text = if bytes.starts_with(b"\xfe\xff") {
        wide(true)?
    } else if bytes.starts_with(b"\xff\xfe") {
        wide(false)?
    } else {
        match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        }
    };
    let plain = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}');
    // In an old code page the second block of controls is letters and quotes.
    let old = |c: char| ('\u{80}'..='\u{9f}').contains(&c);
    text.chars().all(|c| plain(c) || old(c)).then_some(text)
}

/// Whether a browser could take a text for a page.
fn is_markup(text: &str) -> bool {
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut chars = begin.chars();
    let tag = chars.next() == Some('<')
        && chars
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '!' | '?' | '/'));
    tag || is_markup_bytes(text.as_bytes())
}

/// The same by what stands in the first bytes, also of what is no text.
fn is_markup_bytes(bytes: &[u8]) -> bool {
    let begin: Vec<u8> = bytes
        .iter()
        .take(1_024)
        .map(u8::to_ascii_lowercase)
        .collect();
    let before = begin
        .windows(5)
        .position(|part| part == b"%pdf-")
        .unwrap_or(begin.len());
    let begin = begin.get(..before).unwrap_or_default();
    let marks: [&[u8]; 7] = [
        b"<!doctype",
        b"<html",
        b"<script",
        b"<svg",
        b"<iframe",
        b"<body",
        b"<?xml",
    ];
    marks.iter().any(|mark| holds(begin, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_told_by_its_bytes() {
        let zip = b"PK\x03\x04....[Content_Types].xml....word/document.xml";
        let sheet = b"PK\x03\x04....[Content_Types].xml....xl/workbook.xml";
        let table: &[(&str, &[u8], FileType)] = &[
            ("a.pdf", b"%PDF-1.4 broken", FileType::Pdf),
            ("no ending", b"\r\n%PDF-1.4", FileType::Pdf),
            ("a.pdf", b"\x89PNG\r\n\x1a\n....", FileType::Png),
            ("a.jpg", b"\xff\xd8\xff\xe0....", FileType::Jpeg),
            ("a.docx", zip, FileType::Docx),
            ("a.xlsx", sheet, FileType::Xlsx),
            ("a.zip", b"PK\x03\x04....a.txt", FileType::Zip),
            ("a.CSV", b"arm;n\nA;\x9612", FileType::Csv),
            ("a.txt", "Übersicht: a < b".as_bytes(), FileType::Txt),
            ("a.txt", b"MZ is two letters", FileType::Txt),
            ("README", b"\xff\xfea\0b\0", FileType::Txt),
        ];
        for (name, bytes, want) in table {
            assert_eq!(file_type(name, bytes), Ok(*want), "{name} {bytes:?}");
        }
    }

    #[test]
    fn pages_programs_and_scripts_are_never_kept_whatever_they_are_called() {
        let macros = b"PK\x03\x04[Content_Types].xml word/document.xml word/vbaProject.bin";
        let wide: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain("<html>".bytes().flat_map(|byte| [byte, 0]))
            .collect();
        let table: &[(&str, &[u8])] = &[
            ("a.pdf", b"<!DOCTYPE html><title>Sign in</title>"),
            ("a.txt", b"\xef\xbb\xbf \n<script>alert(1)</script>"),
            ("a.txt", b"words, then <IFRAME src=x>"),
            ("a.csv", b"<svg onload=alert(1)>"),
            ("a.pdf", b"<html>\n%PDF-1.4"),
            ("a.txt", &wide),
            ("a.svg", b"plain words"),
            ("a.txt", b"<?xml version='1.0'?>"),
            ("a.pdf", b"MZ\x90\0\x03\0\0\0"),
            ("a.pdf", b"\x7fELF\x02\x01"),
            ("a.txt", b"#!/bin/sh\nrm -r x"),
            ("a.bat", b"echo on"),
            ("a.js", b"alert(1)"),
            ("a.docx", macros),
            ("a.xlsm", b"PK\x03\x04[Content_Types].xml xl/workbook.xml"),
            ("a.zip", b"PK\x03\x04META-INF/MANIFEST.MF"),
        ];
        for (name, bytes) in table {
            let got = file_type(name, bytes);
            assert!(matches!(got, Err(Refused::Active(_))), "{name}: {got:?}");
        }
    }

    #[test]
    fn what_is_empty_too_large_or_of_no_type_is_refused() {
        assert_eq!(file_type("a.pdf", b""), Err(Refused::Empty));
        assert_eq!(file_type("a.gif", b"GIF89a\0\0\x01"), Err(Refused::Other));
        let named = file_type("a.pdf", b"only words");
        assert!(matches!(named, Err(Refused::Named { .. })), "{named:?}");
        let mut large = vec![b' '; 50_000_001];
        assert_eq!(file_type("a.txt", &large), Err(Refused::Large(50_000_001)));
        large.truncate(50_000_000);
        assert_eq!(file_type("a.txt", &large), Ok(FileType::Txt));
    }

    #[test]
    fn a_name_keeps_no_folder_and_nothing_that_steers() {
        for (given, kept) in [
            ("/home/ada/paper.pdf", "paper.pdf"),
            ("C:\\Users\\ada\\paper.pdf", "paper.pdf"),
            ("..", "file"),
            ("", "file"),
            (".hidden.pdf", "hidden.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("a\nb.pdf", "ab.pdf"),
        ] {
            assert_eq!(file_name(given), kept, "{given:?}");
        }
        let long = format!("{}.pdf", "x".repeat(500));
        let kept = file_name(&long);
        assert_eq!(kept.chars().count(), 200);
        assert_eq!(kept.rsplit('.').next(), Some("pdf"));
    }
}
