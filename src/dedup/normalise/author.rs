//! Authors as surnames, whatever the source's habit: `Attal M`, `Attal, Michel`, `M. Attal`,
//! `Attal M.; Richardson P.G.` in one string, or run together as `Adeli K.Lewis G. F.`.

mod glued;

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
    /// The names were run together and had to be parted.
    pub(crate) glued: bool,
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
        let mut left = 12_usize;
        for text in raw {
            if left == 0 {
                break;
            }
            let (people, glued) = split(text);
            out.glued |= glued && people.len() > 1;
            for person in people.iter().take(left) {
                out.add(person, glued, &mut names);
            }
            left = left.saturating_sub(people.len());
        }
        names.sort_unstable();
        names.dedup();
        out.names = names.into();
        out
    }

    fn add(&mut self, person: &str, glued: bool, names: &mut Vec<u32>) {
        let Some(name) = Name::read(person, glued) else {
            return;
        };
        if name.group {
            self.group |= self.first.is_empty();
            return;
        }
        self.count += 1;
        names.push(hash32(&name.surname));
        names.extend(name.others.iter().map(|other| hash32(other)));
        if self.first.is_empty() && !self.group {
            self.first = name.surname.into();
        }
    }
}

/// One string may hold several people; whether they were run together.
fn split(text: &str) -> (Vec<String>, bool) {
    let text = clean(text);
    let parts = |between: &[&str]| -> Option<Vec<String>> {
        let found = between.iter().find(|b| text.contains(**b))?;
        Some(text.split(*found).map(str::to_owned).collect())
    };
    if text.contains([';', '\n', '|']) {
        let people = text.split([';', '\n', '|']).map(str::to_owned);
        return (people.collect(), false);
    }
    if let Some(people) = parts(&[" and ", " & "]) {
        return (people, false);
    }
    let text = text.into_owned();
    if may_be_glued(&text)
        && let Some(people) = glued::split(&text)
    {
        return (people, true);
    }
    (vec![text], false)
}

/// Whether anything in the text looks like two names without a blank between them.
fn may_be_glued(text: &str) -> bool {
    let bytes = text.as_bytes();
    let small = |b: &u8| b.is_ascii_lowercase() || !b.is_ascii();
    bytes.windows(3).any(|three| {
        matches!(three, [b'.', next, _] if next.is_ascii_alphabetic() || !next.is_ascii())
            || matches!(three, [a, b, _] if small(a) && b.is_ascii_uppercase())
            || matches!(three, [a, b, c] if a.is_ascii_uppercase() && b.is_ascii_uppercase() && small(c))
    })
}

struct Name {
    surname: String,
    others: Vec<String>,
    group: bool,
}

impl Name {
    fn read(text: &str, glued: bool) -> Option<Self> {
        let text = text.trim().trim_end_matches([',', '*']).trim_end();
        let (surname, others): (String, Vec<&str>) = if let Some((s, given)) = text.split_once(',')
        {
            (s.to_owned(), given.split([' ', '.', '-', ',']).collect())
        } else {
            let words: Vec<&str> = text.split_whitespace().collect();
            let behind = words.iter().rev().take_while(|w| initials(w)).count();
            let front = words.iter().take_while(|w| initials(w)).count();
            let kept = words.len() - behind;
            if behind > 0 && kept > 0 {
                // Of run-together names nobody knows whether the second word is a given name.
                let parts = if glued && kept > 1 {
                    words.get(..kept)?.to_vec()
                } else {
                    Vec::new()
                };
                (words.get(..kept)?.join(" "), parts)
            } else if glued && front == 0 && words.len() > 1 && starts_large(&words) {
                let (surname, given) = words.split_first()?;
                ((*surname).to_owned(), given.to_vec())
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

/// Whether no particle stands in front: the surname of "van der Berg" is not "van".
fn starts_large(words: &[&str]) -> bool {
    words
        .first()
        .and_then(|word| word.chars().next())
        .is_some_and(char::is_uppercase)
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
