//! A citation in one cell: `J Test (2019) 12:3 (10-19)` of Embase.com, `J Test. 2019 May;12(3):10-9`
//! of PubMed and of BVS.

use crate::formats::values::{collapse, year_between};

/// What a citation says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Citation {
    pub(super) journal: Option<String>,
    pub(super) year: Option<u16>,
    pub(super) volume: Option<String>,
    pub(super) issue: Option<String>,
    pub(super) pages: Option<String>,
}

/// Reads a citation; nothing where it is of neither form.
pub(super) fn citation(text: &str) -> Option<Citation> {
    let text = collapse(text);
    embase(&text).or_else(|| vancouver(&text))
}

/// `J Test (2019) 12:3 (10-19). Date of Publication: 2019`.
fn embase(text: &str) -> Option<Citation> {
    let open = text.match_indices(" (").map(|(at, _)| at).find(|at| {
        let digits = text.get(at + 2..at + 7);
        digits.is_some_and(|d| d.ends_with(')') && year_between(d, 1500, 2199).is_some())
    })?;
    let journal = text.get(..open)?.trim();
    let rest = text.get(open + 7..)?.trim();
    let (numbers, pages) = match rest.split_once('(') {
        Some((numbers, pages)) => (numbers.trim(), pages.split(')').next()),
        None => (rest.split(". ").next().unwrap_or(rest).trim(), None),
    };
    let (volume, issue) = match numbers.split_once(':') {
        Some((volume, issue)) => (volume.trim(), issue.trim()),
        None => (numbers, ""),
    };
    Some(Citation {
        journal: short(journal),
        year: year_between(text.get(open..open + 7)?, 1500, 2199),
        volume: number(volume),
        issue: number(issue),
        pages: pages.and_then(range),
    })
}

/// `J Test. 2019 May;12(3):10-9. doi: 10.1000/x`, also `J Test ; 12(3): 10-9, 2019`.
fn vancouver(text: &str) -> Option<Citation> {
    let (head, tail) = text.split_once(';')?;
    let year = year_between(head, 1500, 2199).or_else(|| year_between(tail, 1500, 2199))?;
    let digits = year.to_string();
    let journal = head
        .split(&digits)
        .next()?
        .trim_end_matches(['.', ',', ' ', '(']);
    let (numbers, pages) = tail.split_once(':').unwrap_or((tail, ""));
    let (volume, issue) = match numbers.split_once('(') {
        Some((volume, issue)) => (volume.trim(), issue.split(')').next().unwrap_or_default()),
        None => (
            numbers.split(['.', ',']).next().unwrap_or_default().trim(),
            "",
        ),
    };
    Some(Citation {
        journal: short(journal),
        year: Some(year),
        volume: number(volume),
        issue: number(issue),
        pages: range(pages.split(['.', ',', ';']).next().unwrap_or_default()),
    })
}

fn short(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 200).then(|| text.to_owned())
}

fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text.len() <= 20 && text.chars().any(|c| c.is_ascii_digit());
    plain.then(|| text.to_owned())
}

fn range(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text.len() <= 30 && !text.contains(' ') && text.chars().any(|c| c.is_ascii_digit());
    plain.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_of_several_forms_are_read() {
        for text in [
            "J Test (2019) 12:3 (10-19). Date of Publication: 1 May 2019",
            "J Test. 2019 May;12(3):10-19. doi: 10.1000/x.",
            "J Test. 2019;12(3):10-19",
            "J Test ; 12(3): 10-19, 2019.",
        ] {
            let found = citation(text).unwrap();
            assert_eq!(found.journal.as_deref(), Some("J Test"), "{text}");
            assert_eq!(
                (found.year, found.volume.as_deref()),
                (Some(2019), Some("12")),
                "{text}"
            );
            assert_eq!(
                (found.issue.as_deref(), found.pages.as_deref()),
                (Some("3"), Some("10-19"))
            );
        }
        assert_eq!(
            citation("J Invented Stud (2019) 12:3")
                .unwrap()
                .issue
                .as_deref(),
            Some("3")
        );
        assert_eq!(citation("PubMed"), None);
        assert_eq!(citation("The Lancet"), None);
    }
}
