//! Which format a file is, by its content.
//!
//! Decisive evidence comes first: the root element of XML, the keys of JSON, the header row of a table, the first
//! lines of Web of Science text, and after that whichever of `PMID-`, `TY  -`, `%0` and `@article{`
//! stands first.
//! The whole file is looked at before it is called plain text.

use super::{
    Format, FormatError, Unreadable, bib, csv, enw, json, labelled, nbib, refuse, refworks,
};
use super::{ris, text, wos};

/// The format of a file; the bytes may be gzipped and in any encoding that [`super::read`] takes.
///
/// ```
/// use perennial::formats::{Format, detect};
/// assert_eq!(detect(b"PMID- 1\nTI  - A trial\n"), Ok(Format::Nbib));
/// ```
pub fn detect(bytes: &[u8]) -> Result<Format, FormatError> {
    let (bytes, _) = text::unpack(bytes)?;
    if let Some(kind) = refuse::by_bytes(&bytes) {
        return Err(FormatError::Unreadable(kind));
    }
    detect_text(&text::decode(&bytes)?.text)
}

/// The format of a decoded file.
pub(super) fn detect_text(text: &str) -> Result<Format, FormatError> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if start.starts_with('<') && !labelled::begins(start) {
        return match xml(start) {
            // A page around saved text: old PubMed and E-utilities wrapped theirs in `<pre>`.
            Err(error) if is_page(&error) => saved_text(start).ok_or(error),
            other => other,
        };
    }
    if is_json(start) {
        return json::kind(start).ok_or(FormatError::Json);
    }
    if wos::is_header(start) {
        return Ok(Format::Wos);
    }
    if refworks::is_header(start) {
        return Ok(Format::Refworks);
    }
    // A BibTeX entry may open on a line with commas; a table's header never opens one.
    if !bib::opens_entry(start) && csv::has_header(text) {
        return Ok(Format::Csv);
    }
    by_tags(text)
}

/// The format by the first tag that decides it.
fn by_tags(text: &str) -> Result<Format, FormatError> {
    let (mut ris_tags, mut nbib_tags) = (false, false);
    let (mut ends, mut accession) = (false, false);
    for whole in text::lines(text) {
        let line = whole.text.trim_start_matches('\u{feff}');
        let line = line.strip_prefix("<pre>").unwrap_or(line);
        // A header of Web of Science behind lines of something else.
        if line.starts_with("FN ") && text.get(whole.at..).is_some_and(wos::has_version) {
            return Ok(Format::Wos);
        }
        if line.starts_with(['<', 'R', 'V', '{'])
            && text.get(whole.at..).is_some_and(labelled::begins)
        {
            return Ok(Format::Text);
        }
        match ris::split_tag(line) {
            Some(("TY", value)) if !value.contains(' ') => return Ok(Format::Ris),
            Some((tag, _)) => {
                ris_tags = true;
                ends |= tag == "ER";
                accession |= tag == "UI";
            }
            None => {}
        }
        if enw::split_tag(line).is_some_and(|(tag, _)| ["%0", "%A", "%T"].contains(&tag)) {
            return Ok(Format::Enw);
        }
        if !ris_tags && !nbib_tags && bib::opens_entry(line) {
            return Ok(Format::Bib);
        }
        match nbib::split_tag(line) {
            Some(("PMID", value)) if value.starts_with(|c: char| c.is_ascii_digit()) => {
                return Ok(Format::Nbib);
            }
            Some((tag, _)) => nbib_tags |= tag.len() > 2,
            None => {}
        }
    }
    if nbib_tags {
        Ok(Format::Nbib)
    } else if ris_tags {
        // Ovid's tags without the records' numbers: no record has an end of its own.
        let ovid = accession && !ends;
        Ok(if ovid { Format::Text } else { Format::Ris })
    } else if let Some(known) = refuse::by_lines(text) {
        Err(FormatError::Unreadable(known))
    } else if csv::is_unknown_table(text) {
        Ok(Format::Csv)
    } else {
        Err(FormatError::PlainText)
    }
}

/// The tagged text inside a web page, where there is any.
fn saved_text(page: &str) -> Option<Format> {
    let marks = ["\nTY  - ", "\nPMID- ", ">TY  - ", ">PMID- "];
    if !marks.iter().any(|mark| page.contains(mark)) {
        return None;
    }
    let found = by_tags(page).ok();
    found.filter(|format| matches!(format, Format::Ris | Format::Nbib))
}

fn is_page(error: &FormatError) -> bool {
    let shown = FormatError::Unreadable(Unreadable::CitationPage);
    *error == FormatError::WebPage || *error == shown
}

fn is_json(start: &str) -> bool {
    let inner = start.strip_prefix(['{', '[']).map(str::trim_start);
    inner.is_some_and(|t| t.starts_with(['"', '{', '}', ']']))
}

/// Names the root element of XML, past its declaration, document type and comments.
pub(super) fn xml(start: &str) -> Result<Format, FormatError> {
    let mut rest = start;
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest
            .get(..9)
            .is_some_and(|d| d.eq_ignore_ascii_case("<!DOCTYPE"))
        {
            rest = after_doctype(rest);
            continue;
        } else {
            break;
        };
        rest = rest
            .find(end)
            .and_then(|at| rest.get(at + end.len()..))
            .unwrap_or("");
    }
    let name: String = rest
        .trim_start_matches('<')
        .chars()
        .take_while(|c| c.is_alphanumeric() || ":_-.".contains(*c))
        .take(60)
        .collect();
    match name.as_str() {
        "PubmedArticleSet"
        | "PubmedBookArticleSet"
        | "MedlineCitationSet"
        | "PubmedArticle"
        | "PubmedBookArticle"
        | "MedlineCitation"
        | "DeleteCitation" => Ok(Format::PubmedXml),
        "xml" | "records" | "record" if is_endnote(rest) => Ok(Format::EndnoteXml),
        "Trials_downloaded_from_ICTRP" | "Trial" => Ok(Format::Ictrp),
        "" => Err(FormatError::PlainText),
        _ if ["html", "head", "body", "pre"].contains(&name.to_ascii_lowercase().as_str()) => {
            let shown = refuse::by_page(rest).map(FormatError::Unreadable);
            Err(shown.unwrap_or(FormatError::WebPage))
        }
        _ => {
            let known = refuse::by_root(&name).map(FormatError::Unreadable);
            Err(known.unwrap_or(FormatError::OtherXml(name)))
        }
    }
}

/// Whether the records inside are EndNote's, or there are none.
fn is_endnote(text: &str) -> bool {
    let own = ["<ref-type", "<contributors", "<titles", "<source-app"];
    let empty = text.contains("<records") && !text.contains("<record>");
    empty || own.iter().any(|tag| text.contains(tag))
}

/// Behind a document type, whose internal subset may hold `>`; nothing in it is ever resolved.
fn after_doctype(text: &str) -> &str {
    let mut depth = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '>' if depth == 0 => return text.get(at + 1..).unwrap_or(""),
            _ => {}
        }
    }
    ""
}
