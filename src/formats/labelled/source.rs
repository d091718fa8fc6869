//! The source strings of Ovid, taken apart: journal, volume, issue, pages, year.
//!
//! Each database has its own: MEDLINE `Lancet. 393(10167):100-110, 2019 Jan 12.`, Embase
//! `Blood. 128 (22) (no pagination), 2016. Article Number: 12.`, PsycInfo `Sleep. Vol.12(3), Mar
//! 2019, pp. 10-19.`, CAB Abstracts `Sleep; 2019. 12(3):10-19. 23 ref.`. What a string does not
//! say is left open; nothing is guessed.

use crate::formats::values::{is_nothing, stated, year};

/// What a source string says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Source {
    pub(super) journal: Option<String>,
    pub(super) volume: Option<String>,
    pub(super) issue: Option<String>,
    pub(super) pages: Option<String>,
    pub(super) year: Option<u16>,
}

/// Takes a source string apart.
pub(super) fn read(text: &str) -> Source {
    let text = text.trim();
    let (journal, rest) = parted(text);
    let journal = journal.split(". Conference").next().unwrap_or(journal);
    let journal = stated(journal.trim_end_matches([',', ';', '.']));
    let numbers = numbers(rest);
    Source {
        journal,
        volume: numbers.0,
        issue: numbers.1,
        pages: pages(rest),
        year: published(rest),
    }
}

/// The year of publication: never a page, an issue or a volume that looks like one.
fn published(rest: &str) -> Option<u16> {
    let mut plain = String::with_capacity(rest.len());
    let mut depth = 0_u32;
    for c in rest.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(c),
            _ => {}
        }
    }
    // `; 2019. 12:10-19.`
    if let Some(found) = plain.strip_prefix("; ").and_then(|t| year(t.get(..4)?)) {
        return Some(found);
    }
    let dated = plain.split(',').skip(1).find_map(year);
    dated.or_else(|| year(plain.split(':').next()?))
}

/// The journal, and what stands behind it.
fn parted(text: &str) -> (&str, &str) {
    let at = |offset: usize| text.split_at_checked(offset).unwrap_or((text, ""));
    for mark in [". Vol.", " Vol.", ". Vol ", ", Vol."] {
        if let Some(found) = text.find(mark) {
            return at(found);
        }
    }
    // `Sleep; 2019. 12(3):10-19.`
    for (found, _) in text.match_indices("; ") {
        let (journal, rest) = at(found);
        if rest.get(2..6).and_then(year).is_some() {
            return (journal, rest);
        }
    }
    for (found, _) in text.match_indices(". ") {
        let (_, rest) = at(found);
        let next = rest.trim_start_matches(['.', ' ', ',']);
        let open = rest.get(2..).is_some_and(|rest| rest.starts_with(','));
        let listed = next.starts_with("(pp") || next.starts_with("(no pagination");
        if open || listed || is_number(next) {
            return at(found);
        }
    }
    // `Sleep, 2019, 12(3), 10-19`
    for (found, _) in text.match_indices(", ") {
        let (_, rest) = at(found);
        if rest.get(2..6).and_then(year).is_some() {
            return at(found);
        }
    }
    (text, "")
}

/// Whether a text goes on with a volume, pages or a year, and not with `58th Annual Meeting`.
fn is_number(text: &str) -> bool {
    let word = text.split([' ', '(', ':', ',', '.']).next();
    word.is_some_and(|word| {
        let digits = word.bytes().any(|b| b.is_ascii_digit());
        let ordinal = ["st", "nd", "rd", "th"].iter().any(|end| {
            let number = word.strip_suffix(end).unwrap_or_default();
            !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
        });
        digits && word.len() <= 12 && !ordinal
    })
}

/// Volume and issue: `393(10167)`, `128 (22 SUPPL. 1) (pp 1-2)`, `Vol.12(3)`, `2019, 12(3), 10`.
fn numbers(rest: &str) -> (Option<String>, Option<String>) {
    let mut rest = rest.trim_start_matches(['.', ' ', ',', ';']);
    for label in ["Vol.", "Vol "] {
        rest = rest.strip_prefix(label).unwrap_or(rest).trim_start();
    }
    // The year may come first, with a point or a comma behind it.
    if rest.get(..4).and_then(year).is_some()
        && let Some(tail) = rest.get(4..)
        && tail.starts_with(['.', ','])
        && tail.trim_end_matches('.').contains([':', '('])
    {
        rest = tail.trim_start_matches(['.', ' ', ',']);
    }
    if rest.starts_with("(pp") || rest.starts_with("(no pagination") {
        return (None, None);
    }
    let end = rest.find(['(', ':', ',']).unwrap_or(rest.len());
    let Some((volume, tail)) = rest.split_at_checked(end) else {
        return (None, None);
    };
    let volume = volume.trim().trim_end_matches('.');
    let alone = tail.is_empty() || (tail.starts_with(',') && year(volume).is_some());
    let dated = volume.contains(' ') && year(volume).is_some();
    let volume = (!alone && !dated && volume.chars().count() <= 20)
        .then(|| stated(volume))
        .flatten();
    let inner = tail.trim_start().strip_prefix('(');
    let inner = inner.and_then(|inner| inner.split_once(')'));
    let issue = inner.map(|(issue, _)| issue).filter(|issue| {
        let head = issue.trim_start().to_lowercase();
        !head.starts_with("pp ") && !head.starts_with("pp.") && !head.contains("pagination")
    });
    (volume, issue.and_then(stated))
}

/// `(pp 10-19)`, `:10-19,`, `pp. 10-19.`, `, 10-19.`, else an article number.
fn pages(rest: &str) -> Option<String> {
    let until = |text: &str, marks: &[char]| {
        let end = text
            .find(|c: char| marks.contains(&c))
            .unwrap_or(text.len());
        let found = text.get(..end)?.trim().trim_end_matches('.');
        stated(found).filter(|found| !is_nothing(found) && found.len() <= 40)
    };
    let named = ["(pp ", "(pp. ", "(p ", "(p. "];
    for mark in named {
        if let Some((_, tail)) = rest.split_once(mark) {
            return until(tail, &[')']);
        }
    }
    for mark in ["pp. ", "pp "] {
        if let Some((_, tail)) = rest.split_once(mark) {
            return until(tail, &[',', ';', '.']);
        }
    }
    if let Some((_, tail)) = rest.split_once("Article Number: ") {
        return until(tail, &['.', ' ', ',']);
    }
    let sentence = rest.split("Date of Publication").next().unwrap_or(rest);
    if let Some((_, tail)) = sentence.split_once(':') {
        return until(tail, &[',', '.', ';']);
    }
    // `Vol.12(3), Mar 2019, 10-19.`
    let last = sentence.trim().trim_end_matches('.').rsplit(',').next()?;
    let range = last.trim();
    let plain = range.contains(['-', '\u{2013}']) && !range.contains(' ');
    let digits = range.bytes().any(|b| b.is_ascii_digit());
    (plain && digits && sentence.contains(',')).then(|| range.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{Source, read};

    fn source(journal: &str, volume: &str, issue: &str, pages: &str, year: u16) -> Source {
        let some = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
        Source {
            journal: some(journal),
            volume: some(volume),
            issue: some(issue),
            pages: some(pages),
            year: Some(year).filter(|y| *y > 0),
        }
    }

    #[test]
    fn medline_writes_pages_behind_a_colon() {
        for (text, want) in [
            (
                "Sleep Studies. 393(10167):100-110, 2019 Jan 12.",
                source("Sleep Studies", "393", "10167", "100-110", 2019),
            ),
            (
                "Sleep [Electronic Resource]. 14(1):e0210000, 2019.",
                source("Sleep [Electronic Resource]", "14", "1", "e0210000", 2019),
            ),
            (
                "Nap. 12 Suppl 1:S1-9, 2001 Dec.",
                source("Nap", "12 Suppl 1", "", "S1-9", 2001),
            ),
            (
                "Proc Sleep B. Biological Naps. 287(1918):20192000, 2020 01 15.",
                source(
                    "Proc Sleep B. Biological Naps",
                    "287",
                    "1918",
                    "20192000",
                    2020,
                ),
            ),
            ("Nap. , 2020 Jan 05.", source("Nap", "", "", "", 2020)),
            ("Nap. 2020 Jan 05.", source("Nap", "", "", "", 2020)),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn embase_writes_pages_in_brackets_and_dates_behind() {
        for (text, want) in [
            (
                "J Nap. 12 (3) (pp 10-19), 2019. Date of Publication: May 2019.",
                source("J Nap", "12", "3", "10-19", 2019),
            ),
            (
                "J Nap. 12(3)(pp 10-19), 2008. Date of Publication: 2008.",
                source("J Nap", "12", "3", "10-19", 2008),
            ),
            (
                "Nap. Conference: 58th Annual Meeting of Naps, NAP 2016. Norway. 128 (22) (no pagination), 2016. Date of Publication: 02 Dec 2016.",
                source("Nap", "128", "22", "", 2016),
            ),
            (
                "Nap. 12 (no pagination), 2019. Article Number: 1234. Date of Publication: 2019.",
                source("Nap", "12", "", "1234", 2019),
            ),
            ("Nap. (pp 1-2), 2019.", source("Nap", "", "", "1-2", 2019)),
            (
                "Nap. 3 (SUPPL. 1) (pp S10), 2010.",
                source("Nap", "3", "SUPPL. 1", "S10", 2010),
            ),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }

    #[test]
    fn psycinfo_cab_and_central_have_their_own() {
        for (text, want) in [
            (
                "Nap. Vol.12(3), Mar 2019, pp. 10-19.",
                source("Nap", "12", "3", "10-19", 2019),
            ),
            (
                "Nap. Vol.12, 2019, ArtID 33.",
                source("Nap", "12", "", "", 2019),
            ),
            (
                "Nap: An International Journal. Vol.12(3), 2019, 10-19.",
                source("Nap: An International Journal", "12", "3", "10-19", 2019),
            ),
            (
                "Nap; 2019. 12(3):10-19. 23 ref.",
                source("Nap", "12", "3", "10-19", 2019),
            ),
            (
                "Nap, 2019, 12(3), 10-19",
                source("Nap", "12", "3", "10-19", 2019),
            ),
            (
                "Dissertation Abstracts of Naps",
                source("Dissertation Abstracts of Naps", "", "", "", 0),
            ),
        ] {
            assert_eq!(read(text), want, "{text}");
        }
    }
}
