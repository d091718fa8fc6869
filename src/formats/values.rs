//! What stands inside values: white space, years, pages, identifiers, markup, names.

mod markup;
mod names;

pub(super) use self::markup::{
    is_placeholder, is_placeholder_name, is_power, with_powers, without_entities, without_markup,
};
pub(super) use self::names::author_line;

use super::ProblemKind;
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

/// The same line by line, for texts whose sections stand on lines of their own.
fn collapse_lines(text: &str) -> String {
    let lines = text.lines().map(collapse);
    let filled = lines.filter(|line| !line.is_empty());
    filled.collect::<Vec<_>>().join("\n")
}

/// Whether the only white space is single spaces.
fn is_collapsed(text: &str) -> bool {
    // Written as folds without an early end, which the compiler vectorises: almost all text is
    // collapsed, and this runs over every byte of a file.
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let double = |a: u8, b: u8| u8::from(a == b' ') & u8::from(b == b' ');
    let wrong = pairs.fold(0, |any, (a, b)| any | u8::from(*a < b' ') | double(*a, *b));
    // The last byte begins no pair, and needs none: a trimmed text does not end in white space.
    if wrong != 0 {
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
    if text.len() > 30 {
        return false;
    }
    let bare = text.trim().trim_end_matches('.');
    let bare = bare.strip_prefix('[').unwrap_or(bare);
    let bare = bare.strip_suffix(']').unwrap_or(bare).trim();
    // Each of these words begins with one of a few signs, and most values with another.
    if !matches!(
        bare.bytes().next(),
        Some(b'n' | b'N' | b'a' | b'A' | b'u' | b'U' | b'<' | b'-')
    ) {
        return false;
    }
    let own = ["NA", "null", "NULL", "None", "NaN"];
    own.contains(&bare) || NOTHING.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

/// The same by words alone that nobody's name or title is: `[No author name available]`.
pub(super) fn says_none(text: &str) -> bool {
    text.len() <= 30 && text.contains(' ') && is_nothing(text)
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

/// Every number of a known trial registry in a text.
pub(super) fn trial_numbers(text: &str) -> Vec<RegistryId> {
    RegistryId::all(text)
}

/// Pages of formats that people type: a tag that an earlier tool buried behind them is cut, dashes
/// and doubled hyphens become one hyphen, without the blanks around it.
pub(super) fn typed_pages(written: &str) -> Option<String> {
    let buried = written.match_indices(char::is_whitespace).find(|(at, _)| {
        let tail = written
            .get(*at..)
            .unwrap_or_default()
            .trim_start()
            .as_bytes();
        let mark = tail
            .get(2..)
            .and_then(|tail| std::str::from_utf8(tail).ok());
        tail.iter().take(2).all(u8::is_ascii_uppercase) && mark.is_some_and(is_tag_mark)
    });
    let own = written.get(..buried.map_or(written.len(), |(at, _)| at))?;
    let plain = |c: char| match c {
        '\u{2012}'..='\u{2015}' | '\u{2212}' => '-',
        other => other,
    };
    let mut out = String::with_capacity(own.len());
    for c in own.chars().map(plain) {
        match c {
            '-' => {
                out.truncate(out.trim_end().len());
                if !out.ends_with('-') {
                    out.push('-');
                }
            }
            c if c.is_whitespace() && out.ends_with('-') => {}
            c => out.push(c),
        }
    }
    filled(&out)
}

/// What stands behind the two letters of a buried RIS tag: `  - `, or one blank where blanks were
/// collapsed.
fn is_tag_mark(tail: &str) -> bool {
    tail.starts_with("  - ") || tail.starts_with(" - ")
}

/// Data banks that are trial registries; the others hold sequences and structures.
pub(super) fn is_trial_registry(bank: &str) -> bool {
    const OTHERS: [&str; 18] = [
        "BIOPROJECT",
        "dbSNP",
        "dbVar",
        "Dryad",
        "figshare",
        "GENBANK",
        "GEO",
        "OMIM",
        "PDB",
        "PIR",
        "PubChem-BioAssay",
        "PubChem-Compound",
        "PubChem-Substance",
        "RefSeq",
        "SRA",
        "SWISSPROT",
        "UniMES",
        "UniProtKB",
    ];
    !OTHERS
        .iter()
        .chain(&["UniParc", "UniRef", "GDB"])
        .any(|o| o.eq_ignore_ascii_case(bank))
}

/// Adds a value that is not there yet.
pub(super) fn add_once<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// `et al.`, `...`, `and others`: the list is cut there.
pub(super) fn is_cut(author: &str) -> bool {
    let bare = author
        .trim_matches(|c: char| ".,…[]() ".contains(c))
        .to_ascii_lowercase();
    bare.is_empty()
        || ["et al", "et. al", "and others", "others", "u.a", "y otros"].contains(&bare.as_str())
}

/// Whether an author is "et al.", written as citations write it.
pub(super) fn is_et_al(author: &str) -> bool {
    let bare = author.trim_end_matches('.').trim_start_matches([',', ' ']);
    bare.eq_ignore_ascii_case("et al")
}

/// The people of one author line, where it shows beyond doubt that it holds several: each part is
/// a family name with its initials (`Doe J, Roe K, van der Poe L`), or semicolons part them.
pub(super) fn people(line: &str) -> Option<Vec<String>> {
    // `Doe, J`: what stands before the first comma is one word, and no name with its initials.
    let is_one = |(first, _): (&str, &str)| !first.trim().contains(char::is_whitespace);
    if !line.contains(';') && line.split_once(',').is_none_or(is_one) {
        return None;
    }
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

/// The one PMID that a note states: `PMID: 22869830`, `PubMed ID: 334`, `PMID: NLM23937124.`.
/// Nothing where it names several, or those of a comment, an erratum or a cited work.
pub(super) fn pmid_in_note(text: &str) -> Option<Pmid> {
    let lower = text.to_ascii_lowercase();
    let mut found: Option<Pmid> = None;
    for label in [
        "pmid",
        "pubmed id",
        "pubmedid",
        "pubmed-id",
        "pubmed_id",
        "pubmed:",
    ] {
        for (at, _) in lower.match_indices(label) {
            let before = lower.get(..at).unwrap_or_default();
            if before.ends_with(|c: char| c.is_alphanumeric()) || is_of_another(before) {
                continue;
            }
            let tail = text.get(at + label.len()..).unwrap_or_default();
            let tail = tail.trim_start_matches([':', '=', ' ', '-', '#', '\t', '[', ']']);
            let tail = tail.strip_prefix("NLM").unwrap_or(tail);
            let end = tail.find(|c: char| !c.is_ascii_digit());
            let digits = tail.get(..end.unwrap_or(tail.len())).unwrap_or_default();
            let behind = tail.get(digits.len()..).unwrap_or_default();
            if behind.starts_with(|c: char| c.is_alphanumeric()) {
                continue;
            }
            let Some(pmid) = bare_pmid(digits) else {
                continue;
            };
            if found.as_ref().is_some_and(|known| *known != pmid) {
                return None;
            }
            found = Some(pmid);
        }
    }
    found
}

/// Whether the words before a PMID say that it is another record's.
fn is_of_another(before: &str) -> bool {
    const WORDS: [&str; 12] = [
        "comment",
        "errat",
        "retract",
        "update",
        "cite",
        "republi",
        "correct",
        "reply",
        "see also",
        "reference",
        "letter",
        "original",
    ];
    let near: String = before
        .chars()
        .rev()
        .take(80)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let near = near.rsplit(['\n', ';']).next().unwrap_or_default();
    WORDS.iter().any(|word| near.contains(word))
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
    for field in fields
        .into_iter()
        .filter(|f| !f.trim().is_empty() && !is_nothing(f))
    {
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

/// A text that is a trial's number in a known register: `ISRCTN12345678`, `2014-002272-88`.
pub(super) fn registry_number(text: &str) -> Option<RegistryId> {
    RegistryId::alone(text)
}
