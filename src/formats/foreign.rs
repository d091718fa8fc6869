//! Records of another format behind those of a file, as `cat a.ris b.ciw` makes them.
//!
//! A reader knows its own format alone: what another begins goes into its last field, or between
//! its records as strays. Either way records are missing from what was read, so that the place where
//! they begin is damage. Looked for are the lines with which a record or a set of any format begins,
//! also as hands and scripts misspell them (`TY  -JOUR`, `ty  - jour`).

use super::{Format, Problem, ProblemKind};
use super::{bib, csv, detect, enw, kind, labelled, nbib, refworks, ris, text, wos};

/// Bytes behind a line that are looked at to tell whose it is.
const NEAR: usize = 4_096;

/// Whose records begin in a text that is another format's, each with the first line.
pub(super) fn find(text: &str, own: Format) -> Vec<Problem> {
    let mut found: Vec<(Format, u64)> = Vec::new();
    for line in text::lines(text) {
        let bare = line.text.trim_start_matches('\u{feff}');
        if !may_begin(bare, own) {
            continue;
        }
        let behind = near(text, line.at);
        if let Some(format) = begins(bare, behind, own)
            && !found.iter().any(|(known, _)| *known == format)
        {
            found.push((format, line.n));
        }
    }
    let said = found.into_iter().map(|(format, line)| {
        if format == own {
            misspelt(line)
        } else {
            problem(format, line)
        }
    });
    said.collect()
}

/// Whose record begins in a piece of text between records, and on which line of the piece.
pub(super) fn within(piece: &str, own: Format) -> Option<(Format, u64)> {
    text::lines(piece).find_map(|line| {
        let bare = line.text.trim_start_matches(['\u{feff}', ' ', '\t']);
        let behind = near(piece, line.at);
        let format = may_begin(bare, own).then(|| begins(bare, behind, own))?;
        Some((format?, line.n))
    })
}

/// Whether a line by itself shows that another format begins.
pub(super) fn begins_at(line: &str, own: Format) -> bool {
    may_begin(line, own) && begins(line, line, own).is_some()
}

/// What is said of them.
pub(super) fn problem(format: Format, line: u64) -> Problem {
    let text = format!(
        "here begins {} inside a file of another format: nothing of it is read from this line on; \
         save it as a file of its own and read both",
        named(format)
    );
    Problem::line(line, ProblemKind::ForeignRecord, text)
}

/// What is said of a type line of RIS that is written otherwise than RIS has it.
fn misspelt(line: u64) -> Problem {
    let text = "a type line that is not written as RIS has it (`TY  - JOUR`, in capitals, two blanks, \
                a dash, a blank): its record is not read as one";
    Problem::line(line, ProblemKind::ForeignRecord, text)
}

/// Names a format as a person knows it.
fn named(format: Format) -> &'static str {
    match format {
        Format::PubmedXml => "PubMed XML",
        Format::Ris => "a record of RIS",
        Format::Nbib => "a record of MEDLINE text (nbib)",
        Format::Wos => "Web of Science text",
        Format::Csv => "a table with a header row",
        Format::Bib => "a BibTeX entry",
        Format::Enw => "a record of EndNote's tagged text (`%0`)",
        Format::EndnoteXml => "EndNote XML",
        Format::Ictrp => "XML of WHO ICTRP",
        Format::Ctgov | Format::Crossref | Format::EuropePmc => "JSON",
        Format::Text => "labelled text of Ovid or the Cochrane Library",
        Format::Refworks => "a record of RefWorks' tagged text (`RT`)",
    }
}

/// The text from a line on, as far as it is looked at.
fn near(text: &str, at: usize) -> &str {
    let mut end = text.len().min(at + NEAR);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(at..end).unwrap_or_default()
}

/// A glance that most lines do not pass.
fn may_begin(line: &str, own: Format) -> bool {
    let Some(first) = line.as_bytes().first() else {
        return false;
    };
    if is_tagged(line) && !matches!(line.get(..4), Some("TY  " | "PMID")) {
        return false;
    }
    match first {
        b'T' | b't' | b'P' | b'F' | b'R' | b'%' | b'@' | b'<' | b'{' | b'[' => true,
        b'A'..=b'Z' | b'a'..=b'z' | b'"' | b'#' => own != Format::Csv && may_be_header(line),
        _ => false,
    }
}

/// Whether a line begins as those of RIS and MEDLINE text do: `AU  - `, `PMID- `.
fn is_tagged(line: &str) -> bool {
    let is_tag = |b: &u8| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b' ';
    matches!(line.as_bytes().split_at_checked(4), Some((tag, [b'-', b' ', ..])) if tag.iter().all(is_tag))
}

/// Whether a line has the shape of a header row with a title.
fn may_be_header(line: &str) -> bool {
    let marks = |mark: u8| memchr::memchr_iter(mark, line.as_bytes()).nth(1).is_some();
    line.len() <= 8_192
        && (marks(b',') || marks(b'\t') || marks(b';'))
        && (line.contains("itle") || line.contains("ITLE") || line.contains("\tTI\t"))
}

fn begins(line: &str, behind: &str, own: Format) -> Option<Format> {
    let format = if is_type_line(line, own) {
        Format::Ris
    } else if own != Format::Nbib && is_pmid_line(line, behind) {
        Format::Nbib
    } else if is_wos(line, behind) {
        Format::Wos
    } else if is_endnote(line) {
        Format::Enw
    } else if bib::opens_entry(line) && line.contains(['{', '(']) {
        Format::Bib
    } else if line.starts_with("RT ") && refworks::is_header(behind) {
        Format::Refworks
    } else if line.starts_with('<') {
        of_markup(line, behind, own)?
    } else if is_json(line) {
        Format::Crossref
    } else if own != Format::Csv && may_be_header(line) && csv::is_header_line(line) {
        Format::Csv
    } else {
        return None;
    };
    let json = |format| matches!(format, Format::Ctgov | Format::Crossref | Format::EuropePmc);
    // A misspelt line of one's own format begins a record as well that is not read.
    let same = format == own || (json(format) && json(own));
    let misspelt = format == Format::Ris && own == Format::Ris;
    (!same || misspelt).then_some(format)
}

/// `TY  - JOUR`, also in small letters or with blanks missing; in RIS only what its reader does not
/// take for a type line.
fn is_type_line(line: &str, own: Format) -> bool {
    let Some(("TY" | "ty" | "Ty", rest)) = line.split_at_checked(2) else {
        return false;
    };
    let blanks = rest.trim_start_matches([' ', '\t']);
    let Some(code) = blanks.strip_prefix(['-', '–']) else {
        return false;
    };
    let read = ris::split_tag(line).is_some_and(|(tag, _)| tag == "TY");
    let code = code.trim();
    rest.len() - blanks.len() <= 4
        && !code.contains(' ')
        && kind::ris(code, &[]).is_some()
        && !(own == Format::Ris && read)
}

/// `PMID- 123`, with another tag of MEDLINE text on the next line.
fn is_pmid_line(line: &str, behind: &str) -> bool {
    let number = line
        .strip_prefix("PMID- ")
        .or_else(|| line.strip_prefix("PMID-"));
    let digits = number.map(str::trim);
    digits.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && behind
            .lines()
            .nth(1)
            .is_some_and(|next| nbib::split_tag(next).is_some())
}

/// `FN` with its `VR`, or `PT J` with the authors on the next line.
fn is_wos(line: &str, behind: &str) -> bool {
    if line.starts_with("FN ") {
        return wos::has_version(behind);
    }
    matches!(
        line.trim_end(),
        "PT J" | "PT B" | "PT S" | "PT P" | "PT C" | "PT D"
    ) && behind.lines().nth(1).is_some_and(|next| {
        ["AU ", "BA ", "BE ", "TI ", "CA ", "AF "]
            .iter()
            .any(|tag| next.starts_with(tag))
    })
}

/// `%0 Journal Article`, also without the blank.
fn is_endnote(line: &str) -> bool {
    let named = line.strip_prefix("%0").map(str::trim);
    named.is_some_and(|name| kind::endnote(name).is_some())
        && (enw::split_tag(line).is_some() || line.len() > 2)
}

/// The set or record of XML or of Ovid's text that a line in angle brackets begins.
fn of_markup(line: &str, behind: &str, own: Format) -> Option<Format> {
    const MARKS: [&str; 9] = [
        "<?xml",
        "<!DOCTYPE Pubmed",
        "<PubmedArticle",
        "<PubmedBookArticle",
        "<MedlineCitation",
        "<xml>",
        "<records>",
        "<Trials_downloaded_from_ICTRP",
        "<Trial>",
    ];
    if MARKS.iter().any(|mark| line.starts_with(mark)) {
        return detect::xml(behind)
            .ok()
            .filter(|_| !(own == Format::Csv && line.contains(',')));
    }
    // Ovid writes such a number above its records of RIS as well.
    let ovid = own != Format::Ris && labelled::begins(behind);
    ovid.then_some(Format::Text)
}

/// `{"key":` or `[{"key":` at the start of a line.
fn is_json(line: &str) -> bool {
    let inner = line.strip_prefix('[').unwrap_or(line).trim_start();
    let key = inner
        .strip_prefix('{')
        .map(str::trim_start)
        .and_then(|i| i.strip_prefix('"'));
    let Some((key, rest)) = key.and_then(|key| key.split_once('"')) else {
        return false;
    };
    let name = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    !key.is_empty() && key.bytes().all(name) && rest.trim_start().starts_with(':')
}
