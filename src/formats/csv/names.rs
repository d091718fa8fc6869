//! What a column is called: its names in the exports of databases and tools, in several languages.
//!
//! Names are compared without case, blanks, marks and punctuation ("PubMed ID", `pubmed_id` and
//! `PubmedId` are one). Sources: the exports of the vendors of [`super::profile`], the column lists
//! of ASReview (asreview/data/base.py), CoLRev, bibliometrix and openalexR, and the words of
//! library catalogues in German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish,
//! Russian, Chinese, Japanese and Korean.

mod fields;
mod kept;

pub(super) use fields::NAMES;

use kept::{HARMLESS, KEPT};
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Id,
    /// An id of the source that is not the key of the row.
    Accession,
    Title,
    OtherTitle,
    Authors,
    /// One of several columns with one author each.
    AuthorPart,
    /// Only the first author stands in the table.
    FirstAuthor,
    Year,
    Journal,
    Volume,
    Issue,
    Pages,
    PageStart,
    PageEnd,
    ArticleNumber,
    Doi,
    Pmid,
    Pmcid,
    Abstract,
    Type,
    Keywords,
    Headings,
    Issn,
    Url,
    Language,
    Registry,
    /// Free text in which a trial number may stand.
    Notes,
    Acronym,
    /// The kind of publication by the name that we write.
    Kind,
    /// A journal, or a citation with journal, year, volume and pages; the cells decide.
    Source,
}

impl Role {
    /// The word of reports for what the column was taken for.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Accession => "accession",
            Self::Title => "title",
            Self::OtherTitle => "other title",
            Self::Authors | Self::AuthorPart | Self::FirstAuthor => "authors",
            Self::Year => "year",
            Self::Journal => "journal",
            Self::Volume => "volume",
            Self::Issue => "issue",
            Self::Pages | Self::PageStart | Self::PageEnd | Self::ArticleNumber => "pages",
            Self::Doi => "doi",
            Self::Pmid => "pmid",
            Self::Pmcid => "pmcid",
            Self::Abstract => "abstract",
            Self::Type => "type",
            Self::Keywords => "keywords",
            Self::Headings => "headings",
            Self::Issn => "issn",
            Self::Url => "url",
            Self::Language => "language",
            Self::Registry => "registry",
            Self::Notes => "notes",
            Self::Acronym => "acronym",
            Self::Kind => "kind",
            Self::Source => "source",
        }
    }
}

struct Dictionary {
    roles: HashMap<String, (Role, u8)>,
    kept: HashSet<&'static str>,
}

static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| {
    let mut roles = HashMap::new();
    for (role, names) in &NAMES {
        for (rank, name) in (0..).zip(*names) {
            roles.entry(key(name)).or_insert((*role, rank));
        }
    }
    let kept = KEPT.iter().copied().collect();
    Dictionary { roles, kept }
});

/// The role of a name that means the same wherever it stands, and how far it is from the first
/// choice.
pub(super) fn known(key: &str) -> Option<(Role, u8)> {
    DICTIONARY.roles.get(key).copied()
}

/// Whether a column is known to have no field of its own.
pub(super) fn is_kept(key: &str) -> bool {
    DICTIONARY.kept.contains(key)
}

/// The known name that is nearest to a name, for messages.
pub(super) fn nearest(key: &str) -> Option<&'static str> {
    if key.chars().count() > 60 {
        return None;
    }
    let far = |name: &&&str| strsim::jaro_winkler(key, name);
    let names = NAMES.iter().flat_map(|(_, names)| names.iter());
    let best = names
        .filter(|name| name.is_ascii())
        .max_by(|a, b| far(a).total_cmp(&far(b)))?;
    (far(&best) >= 0.7).then_some(*best)
}

/// A name as it is compared: letters and digits, in lower case and without marks, and `#`.
pub(super) fn key(name: &str) -> String {
    if name.is_ascii() {
        let kept = name
            .bytes()
            .filter(|b| b.is_ascii_alphanumeric() || *b == b'#');
        return kept.map(|b| char::from(b.to_ascii_lowercase())).collect();
    }
    name.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .filter(|c| c.is_alphanumeric() || *c == '#')
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// The words of a name, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut last, mut open) = (' ', false);
    for c in name.chars().take(80) {
        if c.is_alphanumeric() {
            if !open || (last.is_lowercase() && c.is_uppercase()) {
                words.push(String::new());
            }
            open = true;
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        } else {
            open = false;
        }
        last = c;
    }
    words.iter().map(|word| key(word)).collect()
}

/// The roles that are looked for by near names.
const NEAR: [Role; 12] = [
    Role::Title,
    Role::Authors,
    Role::Year,
    Role::Journal,
    Role::Volume,
    Role::Issue,
    Role::Pages,
    Role::Doi,
    Role::Pmid,
    Role::Abstract,
    Role::Keywords,
    Role::Url,
];

/// The role of a name that is near a known one: with words around it that say nothing, or with one
/// letter wrong.
pub(super) fn near(name: &str) -> Option<Role> {
    let words = words(name);
    let telling: String = words
        .iter()
        .filter(|word| !HARMLESS.contains(&word.as_str()) && !is_number(word))
        .map(String::as_str)
        .collect();
    let of_name = |key: &str| {
        known(key)
            .map(|(role, _)| role)
            .filter(|role| NEAR.contains(role))
    };
    // `Title (translated)` is another title, and a title of a journal no title.
    if telling.len() >= 2
        && let Some(role) = of_name(&telling)
    {
        return Some(role);
    }
    let whole = key(name);
    let length = whole.chars().count();
    if !(5..=40).contains(&length) {
        return None;
    }
    let mut found = NAMES
        .iter()
        .filter(|(role, _)| NEAR.contains(role))
        .flat_map(|(role, names)| names.iter().map(move |name| (*role, *name)))
        .filter(|(_, name)| name.len().abs_diff(whole.len()) <= 1 && name.chars().count() >= 5)
        .filter(|(_, name)| strsim::osa_distance(name, &whole) == 1)
        .map(|(role, _)| role);
    let first = found.next()?;
    found.all(|role| role == first).then_some(first)
}

fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_whatever_their_case_blanks_and_marks() {
        for name in [
            "PubMed ID",
            "pubmed_id",
            "PubmedId",
            " PUBMED-ID ",
            "\u{feff}Pubmed.ID",
        ] {
            assert_eq!(
                known(&key(name)).map(|(role, _)| role),
                Some(Role::Pmid),
                "{name}"
            );
        }
        for (name, role) in [
            ("Título", Role::Title),
            ("Año", Role::Year),
            ("Année", Role::Year),
            ("Résumé", Role::Abstract),
            ("作者", Role::Authors),
            ("タイトル", Role::Title),
            ("Author(s)", Role::Authors),
            ("Journal/Book", Role::Journal),
        ] {
            let found = known(&key(name)).map(|(role, _)| role);
            assert_eq!(found, Some(role), "{name} {}", key(name));
        }
    }

    #[test]
    fn near_names_are_recognised_and_others_are_not() {
        for (name, role) in [
            ("Paper title", Some(Role::Title)),
            ("Abstract (English)", Some(Role::Abstract)),
            ("Absract", Some(Role::Abstract)),
            ("Auhtors", Some(Role::Authors)),
            ("PubYear_clean", Some(Role::Year)),
            ("studyDOI", Some(Role::Doi)),
            ("Decision", None),
            ("Sample size", None),
            ("Number of authors", None),
            ("Title screening", None),
            ("Abstract screening decision", None),
            ("Author country", None),
        ] {
            assert_eq!(near(name), role, "{name}");
        }
    }
}
