//! Lines that vendors write around their records: numbers, names, links, strategy listings.
//!
//! Known are the headers of JSTOR, APA PsycNet and the Cochrane Library (`Provider:`,
//! `Database:`, `Content:`), the numbers and links of Ovid, the listing of the search strategy
//! that Ovid and EBSCO print with the records, rules, and the bare tags of a page in which a
//! browser saved the text. Such a line belongs to the file and not to a record.

/// A known line between records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrapper {
    /// The number or the link of a record of Ovid.
    Ovid,
    /// A line that several vendors write.
    Anyone,
    /// The head of a strategy listing: what follows up to the next tag belongs to it.
    Listing,
}

/// How a line of its own begins, in small letters.
const STARTS: [&str; 16] = [
    "provider:",
    "content:",
    "database:",
    "databases:",
    "database(s):",
    "source database:",
    "link to ",
    "ovid technologies",
    "(c) ovid",
    "copyright (c)",
    "export date:",
    "exported on",
    "results generated from:",
    "citations available:",
    "total citations:",
    "--this is a list of",
];
/// How a listing begins, in small letters.
const LISTINGS: [&str; 5] = [
    "search strategy",
    "search history",
    "search query",
    "searches:",
    "saved search",
];
/// Tags of a page around saved text.
const MARKUP: [&str; 14] = [
    "<pre>",
    "</pre>",
    "<html>",
    "</html>",
    "<head>",
    "</head>",
    "<head></head>",
    "<body>",
    "</body>",
    "<html><body>",
    "</body></html>",
    "<html><pre>",
    "</pre></html>",
    "</pre></body></html>",
];

/// Whether a line between records is a known one, and whose it is.
pub(super) fn of(line: &str) -> Option<Wrapper> {
    let line = line.trim();
    if number(line).is_some() || line.starts_with("Link to the Ovid ") {
        return Some(Wrapper::Ovid);
    }
    let head: String = line.chars().take(40).collect::<String>().to_lowercase();
    if LISTINGS.iter().any(|start| head.starts_with(start)) {
        return Some(Wrapper::Listing);
    }
    let known = STARTS.iter().any(|start| head.starts_with(start))
        || MARKUP.contains(&head.as_str())
        || is_rule(line)
        || is_counter(&head)
        || is_set(line);
    known.then_some(Wrapper::Anyone)
}

/// The number that a record stands under: `3.`, `<3>`, `<3. >`, `[3]`.
pub(super) fn number(line: &str) -> Option<u64> {
    let line = line.trim();
    let inner = match line.strip_suffix('.') {
        Some(inner) => inner,
        None => {
            let round = line.strip_prefix('<').and_then(|l| l.strip_suffix('>'));
            let square = || line.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
            let inner = round.or_else(square)?.trim_end();
            inner.strip_suffix('.').unwrap_or(inner)
        }
    };
    let digits = !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| inner.parse().ok())?
}

/// A line drawn with one mark.
fn is_rule(line: &str) -> bool {
    let mark = line.chars().next().filter(|c| "-=_*~#".contains(*c));
    mark.is_some_and(|mark| line.len() >= 5 && line.chars().all(|c| c == mark))
}

/// `Record 3 of 81`, `Citation 3`, `3 of 81`.
fn is_counter(head: &str) -> bool {
    let rest = ["record ", "citation ", "reference ", "document ", "item "]
        .iter()
        .find_map(|start| head.strip_prefix(start));
    let words = rest.unwrap_or(head).trim_end_matches([':', '.']);
    let digits = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    match words.split_once(" of ") {
        Some((n, total)) => digits(n.trim_start_matches('#')) && digits(total.trim()),
        None => rest.is_some() && digits(words.trim_start_matches('#')),
    }
}

/// A line of a strategy with what it found: `12     exp Sleep/ (3456)`.
fn is_set(line: &str) -> bool {
    let start = line.trim_start_matches('#');
    let query = start.trim_start_matches(|c: char| c.is_ascii_digit());
    if query.len() == start.len() || !query.starts_with([' ', '\t', '.']) {
        return false;
    }
    let found = query.strip_suffix(')').and_then(|q| q.rsplit_once('('));
    let found = found.or_else(|| query.rsplit_once('\t'));
    found.is_some_and(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit() || b == b','))
}

#[cfg(test)]
mod tests {
    use super::{Wrapper, number, of};

    #[test]
    fn numbers_headers_and_listings_are_known() {
        assert_eq!(
            ["7.", "7. ", "<7>", "<7. >", "[7]"].map(number),
            [Some(7); 5]
        );
        assert_eq!(["7", "<a>", "2019 ", ".", "<>"].map(number), [None; 5]);
        for line in [
            "Provider: American Psychological Association",
            "Database: PsycINFO",
            "Content: text/plain; charset=\"UTF-8\"",
            "Record 3 of 81",
            "12     exp Sleep/ and nurses.ti,ab. (3,456)",
            "#3\tTS=(sleep)\t1,204",
            "------------------------------",
            "</pre>",
        ] {
            assert_eq!(of(line), Some(Wrapper::Anyone), "{line}");
        }
        assert_eq!(of("Search Strategy:"), Some(Wrapper::Listing));
    }

    #[test]
    fn text_is_no_wrapper() {
        for line in [
            "Results: nurses slept (12)",
            "12 nurses slept.",
            "Contents of the trial",
            "Recorded sleep of 12",
            "2019",
            "--",
            "A database: of nurses",
        ] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
