//! Authors as surnames, whatever the source's habit: `Attal M`, `Attal, Michel`, `M. Attal`,
//! `Attal M.; Richardson P.G.` in one string, or run together as `Adeli K.Lewis G. F.`.

use super::text::{clean, fold, hash32};

/// The authors of a record.
#[derive(Debug, Clone, Default)]
pub(crate) struct Authors {
    /// The first author's surname, letters only.
    pub(crate) first: Box<str>,
    /// Hashes of surnames and full given names of the first twelve, sorted, each once.
    pub(crate) names: Box<[u32]>,
    /// How many people are named.
    pub(crate) count: usize,
    /// A group stands first; it says little about the people.
    pub(crate) group: bool,
}

const GROUP: &[&str] = &[
    "group",
    "investigators",
    "network",
    "committee",
    "collaboration",
    "consortium",
    "society",
    "association",
    "organization",
    "anonymous",
    "team",
    "institute",
    "university",
    "trialists",
];

impl Authors {
    /// Reads the author strings of a record.
    pub(crate) fn read(raw: &[String]) -> Self {
        let mut out = Self::default();
        let mut names = Vec::new();
        let people = raw.iter().flat_map(|text| split(text));
        for person in people.take(12) {
            let Some(name) = Name::read(&person) else {
                continue;
            };
            if name.group {
                out.group |= out.first.is_empty();
                continue;
            }
            out.count += 1;
            names.push(hash32(&name.surname));
            names.extend(name.others.iter().map(|other| hash32(other)));
            if out.first.is_empty() && !out.group {
                out.first = name.surname.into();
            }
        }
        names.sort_unstable();
        names.dedup();
        out.names = names.into();
        out
    }
}

/// One string may hold several people.
fn split(text: &str) -> Vec<String> {
    let text = clean(text);
    if text.contains([';', '\n', '|']) {
        return text.split([';', '\n', '|']).map(str::to_owned).collect();
    }
    if text.contains(" and ") {
        return text.split(" and ").map(str::to_owned).collect();
    }
    let bytes = text.as_bytes();
    let joined = |pair: &[u8]| matches!(pair, [b'.', next] if next.is_ascii_alphabetic() || !next.is_ascii());
    if !bytes.windows(2).any(joined) {
        return vec![text.into_owned()];
    }
    // "Adeli K.Lewis G. F.": a new surname right behind the stop of an initial.
    let mut people = vec![String::new()];
    let mut before = [' ', ' '];
    let chars: Vec<char> = text.chars().collect();
    for (place, &c) in chars.iter().enumerate() {
        let starts_name = chars
            .get(place + 1)
            .is_some_and(|n| n.is_lowercase() || *n == '\'')
            || (c.is_lowercase() && chars.get(place + 1).is_some());
        if before[1] == '.' && before[0].is_uppercase() && c.is_alphabetic() && starts_name {
            people.push(String::new());
        }
        if let Some(last) = people.last_mut() {
            last.push(c);
        }
        before = [before[1], c];
    }
    people
}

struct Name {
    surname: String,
    others: Vec<String>,
    group: bool,
}

impl Name {
    fn read(text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches(',');
        let (surname, others): (String, Vec<&str>) = if let Some((s, given)) = text.split_once(',')
        {
            (s.to_owned(), given.split([' ', '.', '-', ',']).collect())
        } else {
            let words: Vec<&str> = text.split_whitespace().collect();
            let behind = words.iter().rev().take_while(|w| initials(w)).count();
            let front = words.iter().take_while(|w| initials(w)).count();
            let kept = words.len() - behind;
            if behind > 0 && kept > 0 {
                (words.get(..kept)?.join(" "), Vec::new())
            } else if front > 0 && front < words.len() {
                (words.get(front..)?.join(" "), Vec::new())
            } else if words.len() > 1 && behind == 0 {
                let (last, given) = words.split_last()?;
                ((*last).to_owned(), given.to_vec())
            } else {
                (text.to_owned(), Vec::new())
            }
        };
        let whole = fold(text);
        let letters =
            |t: &str| -> String { fold(t).chars().filter(|c| c.is_alphanumeric()).collect() };
        let surname = letters(&surname);
        let group = whole
            .split(|c: char| !c.is_alphanumeric())
            .any(|w| GROUP.contains(&w))
            || surname.len() > 40;
        let others = others
            .into_iter()
            .map(letters)
            .filter(|w| w.len() >= 3)
            .collect();
        (!surname.is_empty()).then_some(Self {
            surname,
            others,
            group,
        })
    }
}

/// `M`, `M.`, `P.G.`, `PG`, `JSY`, `J.-P.`
fn initials(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let only = word
        .chars()
        .all(|c| c.is_uppercase() || matches!(c, '.' | '-' | '\''));
    only && capitals > 0 && (capitals <= 3 || word.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firsts(text: &str) -> String {
        Authors::read(&[text.to_owned()]).first.into()
    }

    #[test]
    fn the_surname_is_found_in_every_spelling() {
        for text in [
            "Attal M",
            "Attal, Michel",
            "Attal M.",
            "M. Attal",
            "Michel Attal",
            "ATTAL, M",
        ] {
            assert_eq!(firsts(text), "attal", "{text}");
        }
        assert_eq!(firsts("San-Miguel J"), firsts("San Miguel, J. F."));
        assert_eq!(firsts("European Myeloma Network"), "");
    }

    #[test]
    fn run_together_authors_are_parted() {
        let authors = Authors::read(&["Adeli K.Lewis G. F.van der Berg J.O'Hara P.".into()]);
        assert_eq!((&*authors.first, authors.count), ("adeli", 4));
        let one = Authors::read(&["Attal M.; Richardson P.G.; San-Miguel J.".into()]);
        let many = Authors::read(&[
            "Attal, M".into(),
            "Richardson, PG".into(),
            "San Miguel J".into(),
        ]);
        assert_eq!(one.names, many.names);
    }
}
