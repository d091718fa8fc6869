//! What stands inside values: white space, years, pages, registry numbers.

use super::ProblemKind;
use crate::model::{Doi, RegistryId};
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
        return Some(start);
    };
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

/// The DOI in a doi.org address that stands in a text, the address of a library's proxy included.
pub(super) fn doi_in_address(text: &str) -> Option<Doi> {
    text.split_whitespace().find_map(|word| {
        let resolver = word.contains("doi.org") || word.contains("doi-org.");
        resolver.then(|| Doi::parse(word).ok())?
    })
}

/// What the fields of a DOI hold.
#[derive(Debug, Default)]
pub(super) struct DoiField {
    /// The first DOI.
    pub(super) doi: Option<Doi>,
    /// What is wrong with the fields, which then stay under their tag.
    pub(super) problem: Option<(ProblemKind, String)>,
    /// Whether every field is a DOI.
    pub(super) whole: bool,
}

/// The first DOI of a record's fields; a problem where there is none in them, and where they hold
/// others that differ from it.
pub(super) fn doi_of<'t>(fields: impl IntoIterator<Item = &'t str>) -> DoiField {
    let mut first: Option<Doi> = None;
    let mut others: Vec<Doi> = Vec::new();
    let mut wrong = None;
    for field in fields.into_iter().filter(|field| !field.trim().is_empty()) {
        match Doi::read(field) {
            Ok((doi, more)) => {
                let all = std::iter::once(doi).chain(more);
                for doi in all {
                    match &first {
                        None => first = Some(doi),
                        Some(known) if *known == doi => {}
                        Some(_) => add_once(&mut others, doi),
                    }
                }
            }
            Err(error) => wrong = wrong.or(Some(error)),
        }
    }
    let whole = wrong.is_none();
    let problem = match (&first, wrong) {
        (None, wrong) => wrong.map(|error| (ProblemKind::BadIdentifier, error.to_string())),
        (Some(_), _) if others.is_empty() => None,
        (Some(first), _) => {
            let others: Vec<_> = others.iter().map(|doi| format!("`{doi}`")).collect();
            let text = format!(
                "several DOIs: `{first}` is read, {} is not",
                others.join(" and ")
            );
            Some((ProblemKind::SeveralDois, text))
        }
    };
    DoiField {
        doi: first,
        problem,
        whole,
    }
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
