//! Volume, issue and pages: the numbers that place a publication in its journal.
//!
//! Article numbers (`e12724`, `CD006273`, six digits and more) are another kind of place than page
//! numbers and never in conflict with them. `06-Oct` is what Excel makes of pages 6-10.

use super::text::{clean, fold, hash, roman};
use crate::dedup::Sign;

/// Where in the volume a publication stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Pages {
    /// The first page.
    pub(crate) start: Option<u32>,
    /// The last page, shortened ends expanded.
    pub(crate) end: Option<u32>,
    /// The letter in front of the first page: `S123` is a supplement's page.
    pub(crate) letter: Option<char>,
    /// The number of an article number.
    pub(crate) locator: Option<u64>,
    /// The other range that a spreadsheet's date may have been: `30-Jun` is 6-30 or 30-36.
    pub(crate) or: Option<(u32, u32)>,
    /// A spreadsheet's date stands there: what it was is a guess.
    pub(crate) dated: bool,
}

/// A volume or issue number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Number {
    /// The first number in the text, else a hash of the text.
    pub(crate) value: Option<u64>,
    /// Whether it is the number of a supplement.
    pub(crate) supplement: bool,
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

fn first_number(text: &str) -> Option<(u64, &str)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let tail = text.get(start..)?;
    let end = tail
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(tail.len());
    let (digits, rest) = tail.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

impl Number {
    /// Reads a volume; the "999" of an early view is none.
    pub(crate) fn volume(raw: Option<&str>) -> Self {
        let mut number = Self::read(raw);
        if matches!(number.value, Some(0 | 999)) {
            number.value = None;
        }
        number
    }

    /// Reads an issue; a month is none.
    pub(crate) fn issue(raw: Option<&str>) -> Self {
        let mut number = Self::read(raw);
        let text = fold(raw.unwrap_or_default());
        if MONTHS.iter().any(|m| text.contains(m)) || text.contains("online") {
            number.value = None;
        }
        if number.value == Some(0) {
            number.value = None;
        }
        number
    }

    fn read(raw: Option<&str>) -> Self {
        let Some(raw) = raw else {
            return Self::default();
        };
        let folded = fold(raw);
        let mut text = folded.trim();
        // "Heart and circulatory physiology. 296": the tail of the journal in front.
        if let Some((head, tail)) = text.rsplit_once(". ")
            && head.len() > 6
            && tail.starts_with(|c: char| c.is_ascii_digit())
        {
            text = tail;
        }
        // "1)" is the end of a volume that was cut at its bracket; "12:00 am" a spreadsheet's.
        if text.contains(')') && !text.contains('(') {
            // Embase writes "124 (21 SUPPL. 1)"; what was cut off says that it is a supplement.
            return Self {
                value: None,
                supplement: true,
            };
        }
        if text.contains(":0") {
            return Self::default();
        }
        if ["", "null", "n/a", "na", "none", "-"].contains(&text) || text.contains("ahead of") {
            return Self::default();
        }
        let supplement = text.contains("sup")
            || text
                .strip_prefix('s')
                .is_some_and(|t| t.trim_start().starts_with(|c: char| c.is_ascii_digit()));
        let value = match first_number(text) {
            Some((number, _)) => Some(number),
            None => roman(text).map(u64::from).or_else(|| {
                // "B" is a number of a kind; "Abingdon England" is another column's value.
                let short = !supplement && text.len() <= 3;
                short.then(|| hash(text.as_bytes()) | 1 << 63)
            }),
        };
        Self { value, supplement }
    }
}

impl Pages {
    /// Reads pages or an article number.
    pub(crate) fn read(raw: Option<&str>) -> Self {
        let raw = raw.unwrap_or_default();
        let text = fold(&clean(raw)).replace(char::is_whitespace, "");
        let text = text
            .trim_start_matches("pp.")
            .trim_start_matches("pp")
            .trim_start_matches("p.");
        if text.is_empty() || ["null", "n/a", "na", "none", "nopagination"].contains(&text) {
            return Self::default();
        }
        if let Some(pages) = excel(text) {
            return pages;
        }
        // "art.no.5", "article5", "artn5"
        if let Some(rest) = text.strip_prefix("art") {
            return Self::at(first_number(rest).map(|(n, _)| n));
        }
        // "Suppl:171-4", "IX/101-8", "II-221-5": what stands in front has no digit.
        let digitless = |t: &str| !t.contains(|c: char| c.is_ascii_digit());
        let text = text
            .split_once([':', '/'])
            .filter(|(head, pages)| digitless(head) && !digitless(pages))
            .map_or(text, |(_, pages)| pages);
        // "S4-76-S4-101": the supplement stands before each page.
        let parts: Vec<&str> = text.split('-').collect();
        if let [supplement, start, again, end] = parts.as_slice()
            && supplement == again
            && !supplement.is_empty()
        {
            return Self::read(Some(&format!("{start}-{end}")));
        }
        let (mut head, mut tail) = text.split_once('-').unwrap_or((text, ""));
        // "t-20" and "Suppl-29" have lost the first page; what is left tells nothing.
        if roman(head).is_some() && tail.starts_with(|c: char| c.is_ascii_digit()) {
            (head, tail) = tail.split_once('-').unwrap_or((tail, ""));
        }
        let Some(digits_at) = head.find(|c: char| c.is_ascii_digit()) else {
            let numeral = |t: &str| roman(t.split([',', ';']).next().unwrap_or_default());
            return numeral(head).map_or_else(Self::default, |start| Self {
                start: Some(start),
                end: numeral(tail.trim_matches('-')),
                letter: Some('r'),
                ..Self::default()
            });
        };
        let (letters, _) = head.split_at_checked(digits_at).unwrap_or_default();
        let Some((number, after)) = first_number(head) else {
            return Self::default();
        };
        let digits = head.len() - digits_at - after.len();
        // BMJ numbers its articles a1754, b2535, c332 ...
        let bmj = tail.is_empty()
            && digits >= 4
            && letters.len() == 1
            && letters.bytes().all(|b| (b'a'..=b'k').contains(&b));
        let far = bmj || ["e", "c", "cd"].contains(&letters);
        if far || digits >= 6 || (letters.len() > 2 && roman(letters).is_none()) {
            return Self::at(Some(number));
        }
        let Ok(start) = u32::try_from(number) else {
            return Self::default();
        };
        let end = first_number(tail.trim_start_matches('-'))
            .and_then(|(n, _)| u32::try_from(n).ok())
            .map(|end| expand(start, end));
        Self {
            start: Some(start).filter(|s| *s > 0),
            end,
            letter: letters.chars().next(),
            ..Self::default()
        }
    }

    fn at(locator: Option<u64>) -> Self {
        Self {
            locator,
            ..Self::default()
        }
    }

    /// Whether the first pages agree, and whether the last ones do too.
    pub(crate) fn compare(&self, other: &Self) -> (Sign, bool) {
        let sign = |same: bool, else_: Sign| if same { Sign::Agree } else { else_ };
        if self.is_empty() || other.is_empty() {
            return (Sign::Unknown, false);
        }
        // A date may be the pages that the other one has; two dates are two guesses, and a guess
        // contradicts nothing.
        if self.dated || other.dated {
            let fits = self.dated != other.dated && (self.fits(other) || other.fits(self));
            return (sign(fits, Sign::Unknown), fits);
        }
        match (self.start.zip(other.start), self.locator.zip(other.locator)) {
            (Some((one, two)), _) if one == two => {
                (Sign::Agree, self.end == other.end && self.end.is_some())
            }
            (Some(_), _) => {
                // One inside the other, or the same last page: a part, or a misprint.
                let inside = self.holds(other.start) || other.holds(self.start);
                let near = inside || (self.end.is_some() && self.end == other.end);
                (if near { Sign::Unknown } else { Sign::Conflict }, false)
            }
            (None, Some((one, two))) => (sign(one == two, Sign::Conflict), one == two),
            (None, None) => {
                let start = self.start.or(other.start).map(u64::from);
                let same = self.locator.or(other.locator) == start;
                (sign(same, Sign::Unknown), false)
            }
        }
    }

    /// Whether two dates are of the same two numbers.
    pub(crate) fn same_date(&self, other: &Self) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }

    /// Whether a date can be read as these pages: both of its numbers are theirs.
    fn fits(&self, other: &Self) -> bool {
        let range = other.start.zip(other.end);
        self.dated && (self.start.zip(self.end) == range || self.or == range) && range.is_some()
    }

    /// Whether these are several pages: no second paper stands on all of them.
    pub(crate) fn several(&self, least: u32) -> bool {
        let range = self.start.zip(self.end);
        range.is_some_and(|(start, end)| end >= start.saturating_add(least))
    }

    /// Whether `page` is one of these pages.
    pub(crate) fn holds(&self, page: Option<u32>) -> bool {
        let range = self.start.zip(self.end);
        range
            .zip(page)
            .is_some_and(|((start, end), page)| (start..=end).contains(&page))
    }

    /// Whether nothing is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.start.is_none() && self.locator.is_none()
    }
}

/// `221-8` ends at 228.
fn expand(start: u32, end: u32) -> u32 {
    if end >= start {
        return end;
    }
    let scale = 10_u32.pow(end.checked_ilog10().unwrap_or(0) + 1);
    let full = start - start % scale + end;
    if full >= start { full } else { end }
}

/// Pages that a spreadsheet took for a date: `06-Oct`, `Oct-06`, `2001-10-06`.
fn excel(text: &str) -> Option<Pages> {
    let (a, b) = text.split_once('-')?;
    let month = |t: &str| {
        let place = MONTHS.iter().position(|m| t.starts_with(m))?;
        u32::try_from(place + 1).ok()
    };
    let (x, y) = match (month(a), month(b)) {
        (Some(m), None) => (m, b.parse().ok()?),
        (None, Some(m)) => (a.parse().ok()?, m),
        _ => return None,
    };
    let (low, high) = (x.min(y), x.max(y));
    Some(Pages {
        start: Some(low),
        end: Some(high),
        or: (low < high && high > 9).then(|| (high, expand(high, low))),
        dated: true,
        ..Pages::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(text: &str) -> (Option<u32>, Option<u32>) {
        let p = Pages::read(Some(text));
        (p.start, p.end)
    }

    #[test]
    fn pages_are_read_in_every_spelling() {
        for (text, start, end) in [
            ("221-8", 221, Some(228)),
            ("1096-107", 1096, Some(1107)),
            ("543--553", 543, Some(553)),
            ("376 -- 383", 376, Some(383)),
            ("pp. 12–19", 12, Some(19)),
            ("06-Oct", 6, Some(10)),
            ("12-Aug", 8, Some(12)),
            ("S123-S129", 123, Some(129)),
            ("1096; discussion 1097", 1096, None),
            ("xii-xv", 12, Some(15)),
            ("30-Jun", 6, Some(30)),
            ("II-221-5; discussion II-225-6", 221, Some(225)),
            ("IX/101-8", 101, Some(108)),
            ("ii799-ii800", 799, Some(800)),
            ("25-9: discussion 39-40", 25, Some(29)),
        ] {
            assert_eq!(pages(text), (Some(start), end), "{text}");
        }
    }

    #[test]
    fn a_spreadsheets_date_is_read_both_ways() {
        let read = |text: &str| Pages::read(Some(text));
        for (date, pages) in [("30-Jun", "30-36"), ("13-Jun", "13-6"), ("13-Jun", "6-13")] {
            assert_eq!(
                read(date).compare(&read(pages)),
                (Sign::Agree, true),
                "{date} {pages}"
            );
        }
        for other in ["40-46", "30-Jun", "Jun-30"] {
            let said = read("30-Jun").compare(&read(other)).0;
            assert_eq!(
                said,
                Sign::Unknown,
                "a guess contradicts and proves nothing"
            );
        }
    }

    #[test]
    fn article_numbers_are_not_pages() {
        for (text, number) in [("e12724", 12724), ("CD006273", 6273), ("105312", 105_312)] {
            let p = Pages::read(Some(text));
            assert_eq!((p.start, p.locator), (None, Some(number)), "{text}");
        }
    }

    #[test]
    fn an_early_view_has_no_volume() {
        assert_eq!(Number::volume(Some("999")).value, None);
        assert_eq!(Number::volume(Some("Vol. 105")).value, Some(105));
        assert_eq!(Number::volume(Some("88 Suppl 1")).value, Some(88));
        assert!(Number::issue(Some("S1")).supplement);
        assert_eq!(Number::issue(Some("Jun")).value, None);
        assert_eq!(Number::issue(None), Number::default());
    }
}
