//! What stands inside values: white space, years, pages, registry numbers.

use crate::model::{Doi, Pmid, RegistryId};
use std::borrow::Cow;

/// Runs of Unicode white space become one space, ends are trimmed.
pub(super) fn collapse(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim();
    if is_collapsed(trimmed) {
        return Cow::Borrowed(trimmed);
    }
    let mut out = String::with_capacity(trimmed.len());
    for word in trimmed.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    Cow::Owned(out)
}

/// Whether the only white space is single spaces.
fn is_collapsed(text: &str) -> bool {
    // Written as folds without an early end, which the compiler vectorises: almost all text is
    // collapsed, and this runs over every byte of a file.
    let bytes = text.as_bytes();
    let control = bytes.iter().fold(0, |any, b| any | u8::from(*b < b' '));
    if control != 0 || text.contains("  ") {
        return false;
    }
    // White space beyond ASCII begins with one of these bytes.
    let lead = |b: &u8| u8::from(matches!(b, 0xc2 | 0xe1 | 0xe2 | 0xe3));
    let wide = bytes.iter().fold(0, |any, b| any | lead(b));
    wide == 0 || !text.chars().any(|c| c != ' ' && c.is_whitespace())
}

/// What databases and programs write where they have nothing, in small letters: `No-Specified` of
/// Ovid, `N.PAG` of EBSCO, `NaN` of pandas. Brackets and a full stop around it change nothing.
const NOTHING: [&str; 32] = [
    "no-specified",
    "no specified",
    "not specified",
    "none specified",
    "no pagination specified",
    "no pagination",
    "n.pag",
    "n.pag.",
    "no author",
    "no authors",
    "no author listed",
    "no authors listed",
    "no author specified",
    "no author name available",
    "no author id available",
    "no authorship indicated",
    "no author given",
    "author not specified",
    "no title",
    "no title available",
    "no abstract",
    "no abstract available",
    "abstract not available",
    "no journal",
    "no date",
    "no volume",
    "no issue",
    "n/a",
    "undefined",
    "nan",
    "<na>",
    "-",
];

/// Whether a whole value says that there is none. `Na`, `Null` and `None` are names of people, so
/// that R's `NA`, Python's `None` and `null` are taken in their own letters alone.
pub(super) fn is_nothing(text: &str) -> bool {
    // Almost every value is longer than all of these.
    if text.len() > 26 {
        return false;
    }
    let bare = text.trim().trim_end_matches('.');
    let bare = bare.strip_prefix('[').unwrap_or(bare);
    let bare = bare.strip_suffix(']').unwrap_or(bare).trim();
    let own = ["NA", "null", "NULL", "None", "NaN"];
    own.contains(&bare) || NOTHING.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// The collapsed text, or nothing where it is empty or says that there is none.
pub(super) fn stated(text: &str) -> Option<String> {
    filled(text).filter(|text| !is_nothing(text))
}

/// The collapsed text, or nothing where it is empty.
pub(super) fn filled(text: &str) -> Option<String> {
    let text = collapse(text);
    (!text.is_empty()).then(|| text.into_owned())
}

/// The first year between `low` and `high`: a run of four digits, or the head of YYYYMMDD.
pub(super) fn year_between(text: &str, low: u16, high: u16) -> Option<u16> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4 || run.len() == 8)
        .filter_map(|run| run.get(..4)?.parse().ok())
        .find(|year| (low..=high).contains(year))
}

/// The first year of an export's date.
pub(super) fn year(text: &str) -> Option<u16> {
    year_between(text, 1500, 2199)
}

/// `SP-EP`; only the start where the end is missing or equal, or the start is already a range.
pub(super) fn page_range(start: Option<&str>, end: Option<&str>) -> Option<String> {
    let start = filled(start?)?;
    let Some(end) = end.and_then(filled) else {
        return (!is_nothing(&start)).then_some(start);
    };
    // Ovid cuts `No-Specified` and `No Pagination Specified` in two.
    if is_nothing(&start) || end.eq_ignore_ascii_case("specified") {
        return None;
    }
    if is_nothing(&end) {
        return Some(start);
    }
    if end == start || start.contains(['-', '\u{2010}', '\u{2013}']) {
        return Some(start);
    }
    Some(format!("{start}-{end}"))
}

/// Every ClinicalTrials.gov number in a text: `NCT` and exactly eight digits.
pub(super) fn nct_numbers(text: &str) -> impl Iterator<Item = RegistryId> {
    text.match_indices("NCT").filter_map(|(at, _)| {
        let before = text.get(..at)?.chars().next_back();
        let token = text.get(at..at + 11)?;
        let after = text.get(at + 11..)?.chars().next();
        let inside = before.is_some_and(char::is_alphanumeric);
        let longer = after.is_some_and(|c| c.is_ascii_digit());
        let id = RegistryId::parse(token).ok().filter(RegistryId::is_nct)?;
        (!inside && !longer).then_some(id)
    })
}

/// Adds a value that is not there yet.
pub(super) fn add_once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// Whether an author is "et al.".
pub(super) fn is_et_al(author: &str) -> bool {
    let bare = author.trim_end_matches('.').trim_start_matches([',', ' ']);
    bare.eq_ignore_ascii_case("et al")
}

/// The people of one author line, where it shows beyond doubt that it holds several: each part is
/// a family name with its initials (`Doe J, Roe K, van der Poe L`), or semicolons part them.
pub(super) fn people(line: &str) -> Option<Vec<String>> {
    let parts = |mark: char| -> Vec<&str> {
        let parts = line.split(mark).map(str::trim);
        parts.filter(|part| !part.is_empty()).collect()
    };
    let by_semicolon = parts(';');
    let found = if by_semicolon.len() > 1 {
        let is_short = |part: &&str| part.chars().count() <= 60;
        by_semicolon.iter().all(is_short).then_some(by_semicolon)
    } else {
        let by_comma = parts(',');
        let several = by_comma.len() > 1;
        let (last, others) = by_comma.split_last()?;
        let fits = several
            && others.iter().all(|part| has_initials(part))
            && (has_initials(last) || is_et_al(last));
        fits.then_some(by_comma)
    }?;
    Some(found.into_iter().map(str::to_owned).collect())
}

/// A family name and behind it the initials, with or without a generation: `van der Poe LM Jr`.
fn has_initials(part: &str) -> bool {
    let part = part.trim_start_matches("and ").trim_start_matches("& ");
    let mut words: Vec<_> = part.split_whitespace().collect();
    if words.len() > 2 && words.last().is_some_and(|w| is_generation(w)) {
        words.pop();
    }
    let Some((last, family)) = words.split_last() else {
        return false;
    };
    let letters = last.chars().filter(|c| c.is_alphabetic()).count();
    let capital = |c: char| c.is_uppercase() || matches!(c, '.' | '-' | '\u{2010}');
    (1..=4).contains(&letters)
        && last.chars().all(capital)
        && family
            .iter()
            .any(|w| w.chars().any(char::is_lowercase) || w.chars().count() > 4)
        && !family
            .iter()
            .any(|w| w.contains(|c: char| c.is_ascii_digit()))
}

fn is_generation(word: &str) -> bool {
    ["jr", "sr", "ii", "iii", "iv", "2nd", "3rd"]
        .contains(&word.trim_end_matches('.').to_lowercase().as_str())
}

/// Whether a whole value is an address on the web.
pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim();
    let starts = ["http://", "https://", "www."];
    starts.iter().any(|start| {
        let head = text.get(..start.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(start))
    }) && !text.contains(' ')
}

/// The number of a trial that stands where a person should: `NCT01234567,`.
pub(super) fn numbered_author(author: &str) -> Option<RegistryId> {
    registry_number(author.trim_end_matches([',', '.', ';', ' ']))
}

/// The PMID in an address of PubMed.
pub(super) fn pmid_in_address(text: &str) -> Option<Pmid> {
    let sites = ["pubmed.ncbi.nlm.nih.gov/", "ncbi.nlm.nih.gov/pubmed/"];
    sites.iter().find_map(|site| {
        let (_, tail) = text.split_once(site)?;
        let end = tail.find(|c: char| !c.is_ascii_digit());
        let digits = tail.get(..end.unwrap_or(tail.len()))?;
        let whole = tail.get(digits.len()..)?;
        let clean = whole.is_empty() || whole.starts_with(['/', '?', '#', ' ']);
        Pmid::parse(digits).ok().filter(|_| clean)
    })
}

/// A number that can be a PMID: one to eight digits and nothing else, never a PMCID.
pub(super) fn bare_pmid(text: &str) -> Option<Pmid> {
    let text = text.trim();
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && text.len() <= 8;
    digits.then(|| Pmid::parse(text).ok())?
}

/// A DOI that a free field holds alone or behind its label.
pub(super) fn doi_alone(text: &str) -> Option<Doi> {
    let text = text.trim();
    let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    let label = text.get(..text.len() - bare.len())?.trim().to_lowercase();
    let words = [
        "",
        "doi",
        "doi:",
        "doi=",
        "doi :",
        "https://doi.org/",
        "http://dx.doi.org/",
    ];
    let fits = words.contains(&label.as_str()) && bare.starts_with("10.");
    let word = bare.split_whitespace().next()?;
    (fits && (word == bare || !label.is_empty())).then(|| Doi::parse(word).ok())?
}

/// The DOI in a doi.org address that stands in a text.
pub(super) fn doi_in_address(text: &str) -> Option<Doi> {
    text.split_whitespace().find_map(|word| {
        let at = word.find("doi.org/10.")?;
        Doi::parse(word.get(at..)?.split(['?', '&']).next()?).ok()
    })
}

/// The prefixes of registers' numbers, each with the digits that follow at least.
const REGISTERS: [(&str, usize); 20] = [
    ("NCT", 8),
    ("ISRCTN", 8),
    ("CHICTR", 6),
    ("ACTRN", 14),
    ("CTRI/", 10),
    ("DRKS", 8),
    ("JPRN-", 5),
    ("JRCT", 6),
    ("UMIN", 9),
    ("KCT", 7),
    ("NTR", 3),
    ("NL-OMON", 4),
    ("IRCT", 8),
    ("PACTR", 12),
    ("RBR-", 1),
    ("SLCTR/", 7),
    ("TCTR", 11),
    ("PER-", 6),
    ("U1111-", 8),
    ("LBCTR", 10),
];

/// A text that is a trial's number in a known register: `ISRCTN12345678`, `2014-002272-88`.
pub(super) fn registry_number(text: &str) -> Option<RegistryId> {
    let id = RegistryId::parse(text.trim()).ok()?;
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let named = REGISTERS.iter().any(|(prefix, least)| {
        let rest = id.as_str().strip_prefix(prefix);
        rest.is_some_and(|rest| digits(rest) >= *least)
    });
    let parts: Vec<_> = id
        .as_str()
        .split('-')
        .map(|p| (p.len(), digits(p)))
        .collect();
    let eudract = matches!(
        parts.as_slice(),
        [(4, 4), (6, 6), (2, 2)] | [(4, 4), (6, 6), (2, 2), (2, 2)]
    );
    (named || eudract).then_some(id)
}
