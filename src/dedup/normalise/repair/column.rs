//! Columns that hold another field's value: pushed by one, or filled with what fits nowhere else.

use super::Fields;
use std::borrow::Cow;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// What exporters write where they have nothing.
pub(super) fn says_nothing(text: &str) -> bool {
    const NOTHING: [&str; 12] = [
        "",
        "-",
        "null",
        "none",
        "n/a",
        "na",
        "nan",
        "no pagination",
        "(no pagination)",
        "var.pagings",
        "var. pagings",
        "(var.pagings)",
    ];
    text.len() <= 15 && NOTHING.iter().any(|n| n.eq_ignore_ascii_case(text))
}

/// Mends what the columns say of themselves and of each other.
pub(super) fn mend(fields: &mut Fields<'_>) {
    pages_elsewhere(fields);
    if fields
        .pages
        .as_deref()
        .is_some_and(|pages| dated(pages, fields.year))
    {
        fields.pages = None;
        fields.repaired("pages", "a date stands there; the pages are unknown");
    }
    bracketed_volume(fields);
    article_as_issue(fields);
    page_as_year(fields);
}

/// "pp S431" in the volume or issue column is the pages.
fn pages_elsewhere(fields: &mut Fields<'_>) {
    let year = fields.year;
    let free = fields.pages.as_deref().is_none_or(|p| dated(p, year));
    let mut found = None;
    for column in [&mut fields.issue, &mut fields.volume] {
        if let Some(pages) = column.as_deref().and_then(after_pp) {
            found = Some(pages.to_owned());
            *column = None;
            break;
        }
    }
    let Some(pages) = found else {
        return;
    };
    if free {
        fields.pages = Some(Cow::Owned(pages));
    }
    fields.repaired("pages", "stood in the column of the volume or issue");
}

fn after_pp(text: &str) -> Option<&str> {
    let head = text.get(..2)?;
    if !head.eq_ignore_ascii_case("pp") && !head.eq_ignore_ascii_case("p.") {
        return None;
    }
    let rest = text.get(2..)?.trim_start_matches(['.', ' ']);
    rest.contains(|c: char| c.is_ascii_digit()).then_some(rest)
}

/// A year, a month or a day in place of pages.
fn dated(pages: &str, year: Option<u16>) -> bool {
    let text = pages.trim();
    let first: String = text.chars().take_while(char::is_ascii_digit).collect();
    if first.len() == 4 && first.len() == text.len() {
        let number: u16 = first.parse().unwrap_or(0);
        return year.is_some_and(|y| y.abs_diff(number) <= 1);
    }
    // "20100529/0604", "2012-03-12"
    if first.len() == 8 && text.len() > 8 && (text.starts_with("19") || text.starts_with("20")) {
        return !text.contains('-');
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    if let [a, b, c] = parts.as_slice()
        && [a, b, c]
            .iter()
            .all(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()))
        && (a.len() == 4 && b.len() <= 2 && c.len() <= 2
            || c.len() == 4 && a.len() <= 2 && b.len() <= 2)
    {
        return true;
    }
    let lower = text.to_ascii_lowercase();
    let mut words = lower
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .peekable();
    words.peek().is_some()
        && first.is_empty()
        && !text.contains(|c: char| c.is_ascii_digit())
        && words.all(|word| word.len() >= 3 && MONTHS.iter().any(|m| word.starts_with(m)))
}

/// `27 (Supplement 1)` and `12(3)` are volume and issue.
fn bracketed_volume(fields: &mut Fields<'_>) {
    let Some((volume, rest)) = fields.volume.as_deref().and_then(|v| v.split_once('(')) else {
        return;
    };
    let volume = volume.trim().to_owned();
    let Some((inside, _)) = rest.split_once(')') else {
        return;
    };
    let inside = inside.trim().to_owned();
    if !volume.starts_with(|c: char| c.is_ascii_digit()) {
        return;
    }
    let number = fields.issue.is_none() && !says_nothing(&inside);
    let aside = rest_says_nothing(rest);
    if number {
        fields.issue = Some(Cow::Owned(inside));
    } else if !aside {
        return; // the bracket may say that it is a supplement
    }
    fields.volume = Some(Cow::Owned(volume));
    fields.repaired("volume", "the issue stood behind it in brackets");
}

/// Whether a remark without content ends the text: "6) (no pagination)".
fn rest_says_nothing(rest: &str) -> bool {
    let last = rest.rsplit('(').next().unwrap_or_default();
    says_nothing(last.trim_end_matches(')').trim())
}

/// An article number in the issue column.
fn article_as_issue(fields: &mut Fields<'_>) {
    let Some(issue) = fields.issue.as_deref() else {
        return;
    };
    let bare = issue.trim();
    let letters = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = bare.len() - letters.len();
    let lower = letters.to_ascii_lowercase();
    let lower = lower.trim_end_matches([' ', '.', ':']);
    let named = [
        "article",
        "article number",
        "art",
        "art. no",
        "article no",
        "artn",
    ]
    .contains(&lower);
    let coded = ["e", "cd", "c", "g"].contains(&lower) && digits >= 3;
    if !(named && digits > 0 || coded || lower.is_empty() && digits >= 6) {
        return;
    }
    let same = fields
        .pages
        .as_deref()
        .is_some_and(|p| p.eq_ignore_ascii_case(bare));
    if fields.pages.is_none() {
        fields.pages = Some(Cow::Owned(bare.to_owned()));
    } else if !same {
        return;
    }
    fields.issue = None;
    fields.repaired("issue", "an article number stood there");
}

/// A "year" that no calendar has reached is a page number.
fn page_as_year(fields: &mut Fields<'_>) {
    let Some(year) = fields.year else {
        return;
    };
    let within = fields.pages.as_deref().is_some_and(|pages| {
        let mut numbers = pages
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|n| n.parse::<u16>().ok());
        let first = numbers.next();
        first
            .zip(numbers.next())
            .is_some_and(|(a, b)| (a..=b).contains(&year))
    });
    if year > 2100 || within && year > 2030 {
        fields.year = None;
        fields.repaired("year", "a page number stood there");
    }
}
