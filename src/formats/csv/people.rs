//! Where one author ends and the next begins.
//!
//! `Attal M, Richardson P` is two people, `Attal, Michel` is one and `Attal, Michel, Richardson,
//! Paul` two again: no cell alone says which. What separates authors is therefore decided once for
//! a column, over all the cells that are looked at, and only what a cell shows beyond doubt (a
//! semicolon, a bar) overrules it.

use crate::formats::values::{collapse, filled, is_cut};

/// What stands between the values of a list that we wrote: a semicolon, or a bar where a value has
/// a semicolon of its own.
pub(super) fn listed(cell: &str) -> &'static str {
    if cell.contains(" | ") { " | " } else { "; " }
}

/// What stands between two authors of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Split {
    Semicolon,
    Bar,
    /// EndNote's `//`.
    Slashes,
    Line,
    /// `Ames, Bo and Bell, Cy`.
    And,
    Comma,
    /// `Bo Ames, Cy Bell and Di Cole`.
    CommaAnd,
    /// `Ames, Bo, Bell, Cy`.
    Pairs,
    /// Semicolons now, ", " in older exports.
    Scopus,
    /// `['Bo Ames', 'Cy Bell']`.
    Quoted,
    /// As we write lists: semicolons, or bars where a name has a semicolon.
    Own,
    /// One author, or nothing that tells them apart.
    Whole,
}

/// Cells that are looked at.
const CELLS: usize = 2_000;
/// Bytes of a cell that are looked at.
const LONGEST: usize = 4_000;

/// What separates the authors of a column.
pub(super) fn decide<'a>(cells: impl Iterator<Item = &'a str>) -> Split {
    let cells = cells
        .map(str::trim)
        .filter(|cell| !cell.is_empty())
        .take(CELLS);
    let cells: Vec<&str> = cells.map(|cell| head(cell, LONGEST)).collect();
    let some = |mark: &str| cells.iter().any(|cell| cell.contains(mark));
    if cells.iter().filter(|cell| is_list(cell)).count() * 2 > cells.len() {
        return Split::Quoted;
    }
    if some(";") {
        return Split::Semicolon;
    }
    if some("|") {
        return Split::Bar;
    }
    if some("//") {
        return Split::Slashes;
    }
    if some("\n") || some("\r") {
        return Split::Line;
    }
    let by_and = cells.iter().filter(|cell| joins_people(cell)).count();
    let prose = cells.iter().filter(|cell| is_prose(cell)).count();
    if by_and > 0 && by_and >= prose {
        return Split::And;
    }
    if prose > 0 {
        return Split::CommaAnd;
    }
    commas(&cells)
}

fn commas(cells: &[&str]) -> Split {
    let (mut lists, mut pairs) = (0_usize, 0_usize);
    for cell in cells {
        let pieces: Vec<&str> = pieces(cell).collect();
        if pieces.len() < 2 {
            continue;
        }
        let full = pieces.iter().filter(|piece| is_full(piece)).count();
        let first_full = pieces.first().is_some_and(|piece| is_full(piece));
        // `Ames, B., Bell, C.`: every second piece is a given name.
        let seconds = pieces.iter().skip(1).step_by(2);
        let given = seconds.clone().all(|piece| is_given(piece));
        let surnames = pieces.iter().step_by(2).all(|piece| is_surname(piece));
        if pieces.len().is_multiple_of(2) && given && surnames {
            // `Garcia Lopez, Maria Jose` is one, `Bo Ames, Cy Bell` two: other cells decide.
            if full == pieces.len() {
                lists += 1;
            } else {
                pairs += 2;
            }
        } else if full * 2 >= pieces.len() {
            lists += if first_full { 2 } else { 1 };
        } else if pieces.len() >= 3 {
            lists += 1;
        }
    }
    if lists > pairs {
        Split::Comma
    } else if pairs > 0 {
        Split::Pairs
    } else {
        Split::Whole
    }
}

/// The authors of a cell.
pub(super) fn split(cell: &str, how: Split) -> Vec<String> {
    let cell = cell.trim();
    match how {
        Split::Quoted => return quoted(cell),
        Split::Whole => return filled(cell).into_iter().collect(),
        // Tables that were joined from two have both.
        Split::Semicolon if !cell.contains(';') => return alone(cell),
        Split::Bar if !cell.contains('|') && cell.contains(';') => {
            return split(cell, Split::Semicolon);
        }
        Split::Scopus => {
            let how = if cell.contains(';') {
                Split::Semicolon
            } else {
                Split::Comma
            };
            return split(cell, how);
        }
        Split::And | Split::Comma | Split::CommaAnd | Split::Pairs if cell.contains(';') => {
            return split(cell, Split::Semicolon);
        }
        Split::And if !cell.contains(" and ") => return alone(cell),
        _ => {}
    }
    match how {
        Split::Semicolon => parts(cell.split(';')),
        Split::Bar => parts(cell.split('|')),
        Split::Own => parts(cell.split(listed(cell))),
        Split::Slashes => parts(cell.split("//")),
        Split::Line => parts(cell.split(['\n', '\r'])),
        Split::And => parts(cell.split(" and ")),
        Split::Comma => joined(pieces(cell)),
        Split::CommaAnd => {
            let cell = prose_commas(cell);
            joined(pieces(&cell))
        }
        Split::Pairs => in_pairs(cell),
        Split::Scopus | Split::Quoted | Split::Whole => Vec::new(),
    }
}

/// A cell of a column that is separated otherwise: one author, unless its commas can be nothing else.
fn alone(cell: &str) -> Vec<String> {
    let list: Vec<&str> = pieces(cell).collect();
    let initials = |piece: &&str| {
        let mut words = piece.split_whitespace();
        words.next_back().is_some_and(is_initials) && words.next().is_some_and(|w| !is_initials(w))
    };
    if list.len() >= 2 && list.iter().all(initials) {
        return joined(list.into_iter());
    }
    filled(cell).into_iter().collect()
}

fn parts<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<String> {
    pieces.filter_map(filled).collect()
}

/// The pieces of a list; degrees and generations belong to the author before them.
fn joined<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut people: Vec<String> = Vec::new();
    for piece in pieces {
        match people.last_mut() {
            Some(last) if is_suffix(piece) => {
                last.push_str(", ");
                last.push_str(piece);
            }
            _ => people.extend(filled(piece)),
        }
    }
    people
}

/// `Ames, Bo, Bell, Cy`; where that does not come out even, the cell stays whole.
fn in_pairs(cell: &str) -> Vec<String> {
    let mut pieces: Vec<&str> = pieces(cell).collect();
    let truncated = pieces.last().is_some_and(|piece| is_cut(piece));
    let cut = truncated.then(|| pieces.pop()).flatten();
    if !pieces.len().is_multiple_of(2) || pieces.len() < 2 {
        return filled(cell).into_iter().collect();
    }
    let pairs = pieces.chunks(2).map(|pair| pair.join(", "));
    pairs.chain(cut.map(str::to_owned)).collect()
}

fn pieces(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(',')
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
}

/// `Bo Ames, Cy Bell and Di Cole` and `Bo Ames, Cy Bell, & Di Cole` with commas alone.
fn prose_commas(cell: &str) -> String {
    let cell = collapse(cell);
    for word in [", and ", ", & ", " and ", " & "] {
        if let Some((before, last)) = cell.rsplit_once(word) {
            return format!("{before}, {last}");
        }
    }
    cell.into_owned()
}

/// Whether " and " stands between people: `Ames, Bo and Bell, Cy`, `B. Ames and C. Bell`.
fn joins_people(cell: &str) -> bool {
    if !cell.contains(" and ") || is_prose(cell) {
        return false;
    }
    let person = |part: &str| {
        let count = pieces(part).count();
        let names = part.split_whitespace().count();
        (1..=3).contains(&count) && (count > 1 || (2..=5).contains(&names)) && !is_body(part)
    };
    cell.split(" and ").all(|part| person(part) || is_cut(part))
        || cell.matches(" and ").count() >= 2 && !cell.split(" and ").all(is_body)
}

/// Whether a cell lists people as a sentence does, with "and" before the last.
fn is_prose(cell: &str) -> bool {
    let marks = [", and ", ", & ", " and ", " & "];
    let Some((before, last)) = marks.iter().find_map(|mark| cell.rsplit_once(mark)) else {
        return false;
    };
    let full = |piece: &str| is_full(piece) && !is_body(piece);
    let once = !before.contains(" and ") && !before.contains(" & ");
    once && !last.contains(',') && full(last.trim()) && pieces(before).all(full)
}

/// A name with surname and given name or initials in one piece.
fn is_full(piece: &str) -> bool {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let Some((last, first)) = words.last().zip(words.first()) else {
        return false;
    };
    if words.len() < 2 {
        return false;
    }
    // A surname with its particle and no given name: `van der Berg`.
    let particle = first.chars().next().is_some_and(char::is_lowercase);
    let bare = particle && words.len() <= 3 && !is_initials(last);
    let initials = words.iter().all(|w| is_initials(w));
    !bare && !initials
}

/// `J.`, `JA`, `J.-P.`: initials and nothing else.
fn is_initials(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    let capital = |c: char| c.is_uppercase() || ".-\u{2010}'’".contains(c);
    let dotted = word.contains('.');
    (1..=4).contains(&letters) && word.chars().all(capital) && (dotted || letters <= 3)
}

/// Whether a piece can be given names alone.
fn is_given(piece: &str) -> bool {
    let mut words = piece.split_whitespace();
    let first = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let capital = first
        .chars()
        .next()
        .is_some_and(|c| c.is_uppercase() || !c.is_lowercase());
    capital
        && rest.len() <= 2
        && !is_body(piece)
        && (rest.is_empty()
            || is_initials(first)
            || rest.iter().all(|w| is_initials(w) || w.len() > 2))
}

/// Whether a piece can be a surname alone.
fn is_surname(piece: &str) -> bool {
    let words: Vec<&str> = piece.split_whitespace().collect();
    let initials = words.last().is_some_and(|word| is_initials(word));
    (1..=4).contains(&words.len())
        && !initials
        && !is_body(piece)
        && (words.len() == 1 || !words.first().is_some_and(|word| is_initials(word)))
}

/// Degrees and generations, which follow a comma and are not authors.
fn is_suffix(piece: &str) -> bool {
    let bare: String = piece.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = [
        "jr", "sr", "ii", "iii", "iv", "md", "phd", "mph", "msc", "dphil", "pharmd", "rn",
    ];
    known.contains(&bare.to_ascii_lowercase().as_str())
        && (bare.len() > 2
            || piece.contains('.')
            || ["Jr", "Sr", "II", "IV", "MD"].contains(&piece))
}

/// Whether a piece is an institution, a group or a committee.
fn is_body(piece: &str) -> bool {
    let body = [
        "organi",
        "universit",
        "group",
        "consorti",
        "committee",
        "department",
        "institut",
        "collaborat",
        "team",
        "network",
        "society",
        "associat",
        "ministry",
        "investigator",
        "center",
        "centre",
        "council",
        "academy",
        "hospital",
        "foundation",
        "agency",
        "college",
        "federation",
        "service",
        "office",
        "bureau",
        "board",
        "panel",
        "of",
        "for",
        "the",
        "inc",
        "ltd",
        "study",
        "trial",
        "initiative",
        "force",
        "alliance",
    ];
    piece.split_whitespace().any(|word| {
        let word = word.to_lowercase();
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        body.iter().any(|body| match body.len() {
            0..=3 => word == *body,
            _ => word.starts_with(body),
        })
    })
}

/// Takes what says that the list is cut off its end; gives whether there was anything.
pub(super) fn cut(authors: &mut Vec<String>) -> bool {
    let mut found = false;
    while authors.last().is_some_and(|author| is_cut(author)) {
        authors.pop();
        found = true;
    }
    if let Some(last) = authors.last_mut() {
        let bare = last.trim_end();
        let lower = bare.to_ascii_lowercase();
        let ends = ["…", "...", " et al.", " et al", " et. al."];
        if let Some(end) = ends.iter().find(|end| lower.ends_with(*end)) {
            let kept = bare.get(..bare.len() - end.len()).unwrap_or(bare);
            *last = kept.trim_end_matches([',', ' ']).to_owned();
            found = true;
        }
    }
    authors.retain(|author| !author.is_empty());
    found
}

/// Whether a cell is a list as Python or JSON writes it.
fn is_list(cell: &str) -> bool {
    cell.starts_with('[') && cell.ends_with(']')
}

/// The values of `['Bo Ames', "Cy O'Dea"]` or of `[{'authorId': '1', 'name': 'Bo Ames'}]`.
fn quoted(cell: &str) -> Vec<String> {
    let Some(inner) = cell.strip_prefix('[').and_then(|c| c.strip_suffix(']')) else {
        return alone(cell);
    };
    let mut values: Vec<String> = Vec::new();
    let mut rest = inner;
    let mut names: Vec<String> = Vec::new();
    let mut named = false;
    while let Some(at) = rest.find(['\'', '"']) {
        let mark = rest.get(at..).and_then(|r| r.chars().next()).unwrap_or('"');
        let body = rest.get(at + 1..).unwrap_or_default();
        // The end is a mark with nothing but punctuation behind it.
        let ends = body.match_indices(mark).map(|(end, _)| end).find(|end| {
            let after = body.get(end + 1..).unwrap_or_default().trim_start();
            after.is_empty() || after.starts_with([',', '}', ':', ']'])
        });
        let end = ends.unwrap_or(body.len());
        let value = body.get(..end).unwrap_or_default();
        rest = body.get(end + 1..).unwrap_or_default();
        if rest.trim_start().starts_with(':') {
            named = ["name", "display_name", "full_name", "author"].contains(&value);
        } else if inner.contains('{') {
            if named {
                names.extend(filled(value));
            }
            named = false;
        } else {
            values.extend(filled(value));
        }
    }
    if inner.contains('{') {
        return names;
    }
    if values.is_empty() {
        parts(inner.split(','))
    } else {
        values
    }
}

fn head(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(cells: &[&str]) -> Vec<Vec<String>> {
        let how = decide(cells.iter().copied());
        cells.iter().map(|cell| split(cell, how)).collect()
    }

    fn check(cell: &str, want: &[&str]) {
        assert_eq!(
            of(&[cell]),
            [want.to_vec()],
            "{:?}",
            decide([cell].into_iter())
        );
    }

    #[test]
    fn a_cell_alone_is_split_where_it_says_enough() {
        check("Doe J., Roe K., Poe L.", &["Doe J.", "Roe K.", "Poe L."]);
        check("Doe, Jan; Roe, Kim", &["Doe, Jan", "Roe, Kim"]);
        check("Smith, John, Brown, Ann", &["Smith, John", "Brown, Ann"]);
        check("Smith, J., Brown, A. B.", &["Smith, J.", "Brown, A. B."]);
        check("Smith, John", &["Smith, John"]);
        check("Smith, J.", &["Smith, J."]);
        check("Jan Doe, Kim Roe", &["Jan Doe", "Kim Roe"]);
        check(
            "Jan Doe,Kim Roe,Lee van der Poe",
            &["Jan Doe", "Kim Roe", "Lee van der Poe"],
        );
        check("J Doe, K Roe…", &["J Doe", "K Roe…"]);
        check("Doe, Jan and Roe, Kim", &["Doe, Jan", "Roe, Kim"]);
        check(
            "Jan Doe, Kim Roe and Lee Poe",
            &["Jan Doe", "Kim Roe", "Lee Poe"],
        );
        check(
            "Jan Doe, Kim Roe, and Lee Poe",
            &["Jan Doe", "Kim Roe", "Lee Poe"],
        );
        check("Jan Doe and Kim Roe", &["Jan Doe", "Kim Roe"]);
        check("Jan Doe & Kim Roe", &["Jan Doe", "Kim Roe"]);
        check("Jan Doe|Kim Roe", &["Jan Doe", "Kim Roe"]);
        check("Doe, J.//Roe, K.", &["Doe, J.", "Roe, K."]);
        check(
            "Doe J., Roe K., Sumbul, Poe L.",
            &["Doe J.", "Roe K.", "Sumbul", "Poe L."],
        );
        check(
            "Doe J, Roe KA, Myeloma Study Group",
            &["Doe J", "Roe KA", "Myeloma Study Group"],
        );
        check(
            "Doe JA Jr, Roe K, Poe L, MD",
            &["Doe JA Jr", "Roe K", "Poe L, MD"],
        );
        check(
            "Ministry of Health and Welfare",
            &["Ministry of Health and Welfare"],
        );
        check("Sumbul", &["Sumbul"]);
        check("['Jan Doe', \"Kim O'Roe\"]", &["Jan Doe", "Kim O'Roe"]);
        check(
            "[{'authorId': '1', 'name': 'Jan Doe'}, {'authorId': null, 'name': 'Kim Roe'}]",
            &["Jan Doe", "Kim Roe"],
        );
    }

    #[test]
    fn a_column_decides_what_its_cells_leave_open() {
        let pairs = of(&["Garcia Lopez, Maria Jose", "Smith, John", "Brown, Ann"]);
        assert_eq!(pairs[0], ["Garcia Lopez, Maria Jose"]);
        let list = of(&["Sumbul, Doe J", "Doe J, Roe K", "Poe L, Roe K, Doe J"]);
        assert_eq!(list[0], ["Sumbul", "Doe J"]);
        let bodies = of(&[
            "Doe, Jan; Roe, Kim",
            "World Health Organization, Department of HIV",
        ]);
        assert_eq!(bodies[1], ["World Health Organization, Department of HIV"]);
        let mixed = of(&["Doe, Jan; Roe, Kim", "Doe J, Roe K"]);
        assert_eq!(mixed[1], ["Doe J", "Roe K"]);
        let surnames = of(&["Smith, Jones, Brown", "Smith, Jones, Brown, Poe, Roe"]);
        assert_eq!(surnames[0], ["Smith", "Jones", "Brown"]);
    }

    #[test]
    fn a_list_that_is_cut_says_so() {
        for text in [
            "J Doe, K Roe, et al.",
            "J Doe, K Roe...",
            "J Doe, K Roe, …",
            "J Doe, K Roe et al.",
        ] {
            let mut authors = of(&[text]).remove(0);
            assert!(cut(&mut authors), "{text}");
            assert_eq!(authors, ["J Doe", "K Roe"]);
        }
    }
}
