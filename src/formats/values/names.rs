//! One line that holds all authors, taken apart where it is certain how.

use super::{filled, is_et_al};

/// Words that begin a surname or stand before it.
const PARTICLES: [&str; 26] = [
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "du", "la", "le",
    "el", "al", "bin", "ibn", "ben", "ten", "ter", "te", "zu", "zur", "af", "st",
];

/// The people of a line: `Doe J, Roe K, van der Poe L`, `Doe, J., Roe, K.`, `Doe J; Roe K`,
/// `Jan Doe, Kim Roe, Lou Poe`. Nothing where the line is one person, a group, or not certain:
/// then it stays whole.
pub(in crate::formats) fn author_line(line: &str) -> Option<Vec<String>> {
    let line = line.trim().trim_end_matches([',', ';', ' ']);
    let by_semicolon = parts(line, ";");
    if by_semicolon.len() > 1 && !line.contains('&') {
        return Some(by_semicolon);
    }
    let line = line.replace(" & ", ", ").replace(", and ", ", ");
    let parts = parts(&line, ",");
    let parts: Vec<_> = match parts.split_last() {
        Some((last, before)) if last.contains(" and ") => {
            let pair: Vec<_> = last.split(" and ").filter_map(filled).collect();
            if !pair.iter().all(|name| is_name(name)) {
                return None;
            }
            before.iter().cloned().chain(pair).collect()
        }
        _ => parts,
    };
    if parts.len() < 2 {
        return None;
    }
    let named = |part: &String| is_name(part);
    let aside = |part: &String| is_et_al(part) || is_group(part);
    if parts.iter().all(|p| named(p) || aside(p)) && parts.iter().filter(|p| named(p)).count() > 1 {
        return Some(parts);
    }
    // `Doe, J., Roe, K.`
    let (pairs, rest) = parts.as_chunks::<2>();
    let in_turn = |[surname, given]: &[String; 2]| is_surname(surname) && is_initials(given);
    if pairs.len() > 1 && rest.iter().all(aside) && pairs.iter().all(in_turn) {
        let people = pairs
            .iter()
            .map(|[surname, given]| format!("{surname}, {given}"));
        return Some(people.chain(rest.iter().cloned()).collect());
    }
    // Three names of two words each cannot be one person; two could be `van der Poe, Jan Kim`.
    let spelled = |part: &String| {
        let words: Vec<_> = part.split(' ').collect();
        words.len() > 1
            && words
                .iter()
                .all(|w| is_capitalised(w) || is_particle(w) || is_initials(w))
    };
    (parts.len() > 2 && parts.iter().all(|p| spelled(p) || is_et_al(p))).then_some(parts)
}

fn parts(line: &str, mark: &str) -> Vec<String> {
    line.split(mark).filter_map(filled).collect()
}

/// `van der Poe L`, `Doe JA Jr`.
fn is_name(part: &str) -> bool {
    let part = [" Jr", " Sr", " Jr.", " Sr.", " II", " III", " 2nd", " 3rd"]
        .iter()
        .find_map(|suffix| part.strip_suffix(suffix))
        .unwrap_or(part);
    let Some((surname, initials)) = part.rsplit_once(' ') else {
        return false;
    };
    // `Doe J. A.`
    let surname = match surname.rsplit_once(' ') {
        Some((before, more)) if more.ends_with('.') && is_initials(more) => before,
        _ => surname,
    };
    is_initials(initials) && is_surname(surname)
}

fn is_surname(text: &str) -> bool {
    let words = || text.split(' ');
    !is_initials(text)
        && words().all(|w| is_capitalised(w) || is_particle(w))
        && words().any(is_capitalised)
}

/// `J`, `JA`, `J.A.`, `J.-P.`: capitals, at most four of them.
fn is_initials(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    (1..=4).contains(&letters)
        && text
            .chars()
            .all(|c| c.is_uppercase() || matches!(c, '.' | '-' | ' '))
        && text.chars().next().is_some_and(char::is_uppercase)
}

fn is_capitalised(word: &str) -> bool {
    let name = ["d'", "d’", "D'", "D’"]
        .iter()
        .find_map(|article| word.strip_prefix(article));
    let name = name.unwrap_or(word);
    let first = name.chars().next();
    first.is_some_and(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()))
        && name
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '\u{2010}'))
}

fn is_particle(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_lowercase();
    PARTICLES.contains(&word.as_str()) || word == "'t" || word == "y" || word == "e"
}

fn is_group(part: &str) -> bool {
    let lower = part.to_lowercase();
    [
        "group",
        "investigators",
        "consortium",
        "network",
        "collaborat",
        "committee",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

#[cfg(test)]
mod tests {
    use super::author_line;

    #[test]
    fn a_line_is_split_where_it_is_certain() {
        for (line, want) in [
            ("Doe J, Roe K, van der Poe L", "Doe J|Roe K|van der Poe L"),
            (
                "Doe J., Roe K.A., De la Poe L.-M.",
                "Doe J.|Roe K.A.|De la Poe L.-M.",
            ),
            (
                "Doe, J., Roe, K., van der Poe, L.",
                "Doe, J.|Roe, K.|van der Poe, L.",
            ),
            ("Doe, Jan; Roe, Kim", "Doe, Jan|Roe, Kim"),
            ("Doe J and Roe K", "Doe J|Roe K"),
            ("Doe J, Roe K & Poe L", "Doe J|Roe K|Poe L"),
            (
                "Doe JA Jr, O'Roe K, Müller-Poe L",
                "Doe JA Jr|O'Roe K|Müller-Poe L",
            ),
            ("Doe J, Roe K, et al.", "Doe J|Roe K|et al."),
            (
                "Doe J, Roe K, The Invented Study Group",
                "Doe J|Roe K|The Invented Study Group",
            ),
            ("Jan Doe, Kim A. Roe, Lou Poe", "Jan Doe|Kim A. Roe|Lou Poe"),
        ] {
            let got = author_line(line).unwrap_or_default().join("|");
            assert_eq!(got, want, "{line}");
        }
    }

    #[test]
    fn one_person_or_one_body_stays_whole() {
        for line in [
            "Doe, J.",
            "Doe, Jan",
            "van der Poe, Jan Kim",
            "Doe J",
            "Doe, Jan, Jr.",
            "Ministry of Health and Welfare",
            "Centers for Disease Control, Atlanta, Georgia",
            "Department of Trials, University of X",
            "Doe",
            "",
            "Smith and Nephew",
        ] {
            assert_eq!(author_line(line), None, "{line}");
        }
    }
}
