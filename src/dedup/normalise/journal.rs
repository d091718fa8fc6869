//! Journals are compared word by word: `Clin Lymphoma Myeloma Leuk` is the beginning of each word
//! of `Clinical Lymphoma, Myeloma & Leukemia`. No table of abbreviations, no cutting of words.

use super::text::{clean, fold};
use crate::dedup::Sign;

/// A journal name: its spellings as lists of words.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    variants: Box<[Box<[Box<str>]>]>,
    /// The place is a meeting: "Conference: ...".
    pub(crate) meeting: bool,
    /// The Cochrane Database of Systematic Reviews.
    pub(crate) cochrane: bool,
    /// A preprint server.
    pub(crate) preprint: bool,
}

const STOP: &[&str] = &[
    "the",
    "of",
    "and",
    "for",
    "in",
    "on",
    "de",
    "la",
    "le",
    "les",
    "des",
    "du",
    "et",
    "der",
    "die",
    "das",
    "und",
    "fur",
    "a",
    "an",
    "to",
    "e",
    "y",
    "del",
    "di",
    "electronic",
    "resource",
];

const PREPRINTS: &[&str] = &[
    "medrxiv",
    "biorxiv",
    "arxiv",
    "research square",
    "ssrn",
    "preprints",
    "psyarxiv",
    "osf preprints",
];

impl Journal {
    /// Reads a journal name; `null` is none.
    pub(crate) fn read(raw: Option<&str>) -> Self {
        // No journal has a longer name; what goes on is a list, and comparing must stay bounded.
        let raw = raw.unwrap_or_default();
        let end = raw.char_indices().nth(400).map_or(raw.len(), |(at, _)| at);
        let text = fold(&clean(raw.get(..end).unwrap_or_default()));
        let text = text.trim();
        if ["", "null", "n/a", "none"].contains(&text) {
            return Self::default();
        }
        let (name, meeting) = match text.split_once("conference:") {
            Some((name, _)) => (name, true),
            None => (text, false),
        };
        let mut variants: Vec<Box<[Box<str>]>> = Vec::new();
        let mut add = |text: &str| {
            let words = words(text);
            if !words.is_empty() && !variants.contains(&words) && variants.len() < 8 {
                variants.push(words);
            }
        };
        add(name);
        let outside = outside_brackets(name);
        add(&outside);
        for part in name.split(['=', '/', '[', ']', '(', ')', ':', '|']) {
            if part.trim().len() > 3 {
                add(part);
            }
        }
        if let Some((head, tail)) = outside.split_once(". ") {
            add(head);
            add(tail);
        }
        if let Some(series) = series(name) {
            add(&series);
        }
        Self {
            variants: variants.into(),
            meeting,
            cochrane: text.contains("cochrane"),
            preprint: PREPRINTS.iter().any(|p| text.starts_with(p)),
        }
    }

    /// Whether the two name one journal; unknown where one name is the beginning of the other.
    pub(crate) fn compare(&self, other: &Self) -> Sign {
        let mut best = Sign::Conflict;
        if self.variants.is_empty() || other.variants.is_empty() {
            return Sign::Unknown;
        }
        for a in &self.variants {
            for b in &other.variants {
                match aligned(a, b) {
                    Sign::Agree => return Sign::Agree,
                    Sign::Unknown => best = Sign::Unknown,
                    Sign::Conflict => {}
                }
            }
        }
        best
    }

    /// Whether there is a name.
    pub(crate) fn is_named(&self) -> bool {
        !self.variants.is_empty()
    }

    /// The first spelling, for the identity of a record.
    pub(crate) fn first(&self) -> String {
        self.variants
            .first()
            .map(|words| words.concat())
            .unwrap_or_default()
    }
}

/// A meeting without what changes from year to year: `50th Annual Hawaii International Conference
/// on System Sciences 2017, vols 1-3` and `Hawaii International Conference on System Sciences`.
fn series(name: &str) -> Option<String> {
    const MEETINGS: [&str; 4] = ["conference", "symposium", "congress", "workshop"];
    if !MEETINGS.iter().any(|word| name.contains(word)) {
        return None;
    }
    let name = name.split(", vol").next().unwrap_or(name);
    let changes = |word: &&str| {
        let ordinal = word.trim_end_matches(char::is_alphabetic);
        *word != "annual"
            && *word != "proceedings"
            && (ordinal.is_empty() || !ordinal.bytes().all(|b| b.is_ascii_digit()))
    };
    let kept: Vec<&str> = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .filter(changes)
        .collect();
    Some(kept.join(" "))
}

fn outside_brackets(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|c| match c {
            '(' | '[' => {
                depth += 1;
                false
            }
            ')' | ']' => {
                depth = depth.saturating_sub(1);
                false
            }
            _ => depth == 0,
        })
        .collect()
}

fn words(text: &str) -> Box<[Box<str>]> {
    text.replace('\'', "")
        .replace(" u s a", " usa")
        .replace(" u.s.a", " usa")
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !STOP.contains(word))
        .map(Box::from)
        .collect()
}

fn aligned(a: &[Box<str>], b: &[Box<str>]) -> Sign {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if a.len() == b.len() {
        if a.iter().zip(b).all(|(x, y)| same_word(x, y)) {
            return Sign::Agree;
        }
        if a.concat() == b.concat() {
            return Sign::Agree;
        }
        return Sign::Conflict;
    }
    if let [acronym] = short {
        if (7..=60).contains(&acronym.len()) && long.len() <= 12 && run_together(acronym, long) {
            return Sign::Agree;
        }
        let initials: String = long.iter().filter_map(|w| w.chars().next()).collect();
        if acronym.len() >= 3 && **acronym == *initials {
            return Sign::Agree;
        }
    }
    if a.concat() == b.concat() {
        return Sign::Agree;
    }
    let mut rest = long.iter();
    let within = short
        .iter()
        .all(|word| rest.by_ref().any(|other| same_word(word, other)));
    if within {
        Sign::Unknown
    } else {
        Sign::Conflict
    }
}

/// Whether `joined` is the beginnings of all words without blanks: `jthoraccardiovascsurg`.
fn run_together(joined: &str, words: &[Box<str>]) -> bool {
    let Some((word, rest)) = words.split_first() else {
        return joined.is_empty();
    };
    let shared = joined
        .bytes()
        .zip(word.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    (1..=shared)
        .rev()
        .any(|n| joined.get(n..).is_some_and(|tail| run_together(tail, rest)))
}

/// One word abbreviates the other: `clin` and `clinical`, `natl` and `national`.
fn same_word(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.starts_with(short) {
        return true;
    }
    // "jpn", "natl", "dtsch": the first letter and others in order.
    let mut letters = long.chars();
    let first = short.chars().next() == long.chars().next();
    // "kinderheilkd", "physiother": the beginning, then letters in order up to the last ones.
    let shared = short
        .bytes()
        .zip(long.bytes())
        .take_while(|(x, y)| x == y)
        .count();
    if shared >= 5 && short.len() >= 6 {
        let mut rest = long.get(shared..).unwrap_or_default().chars();
        let tail = short.get(shared..).unwrap_or_default();
        return tail.chars().all(|c| rest.by_ref().any(|l| l == c));
    }
    first
        && (3..=5).contains(&short.len())
        && long.len() >= short.len() + 2
        && short.chars().all(|c| letters.by_ref().any(|l| l == c))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(a: &str, b: &str) -> Sign {
        Journal::read(Some(a)).compare(&Journal::read(Some(b)))
    }

    #[test]
    fn abbreviations_and_full_names_agree() {
        for (a, b) in [
            ("The Lancet", "Lancet"),
            ("LANCET", "Lancet (London, England)"),
            (
                "Clin Lymphoma Myeloma Leuk",
                "Clinical Lymphoma, Myeloma & Leukemia",
            ),
            ("Jpn J Pharmacol", "Japanese Journal of Pharmacology"),
            (
                "JPEN: Journal of Parenteral & Enteral Nutrition",
                "JPEN J Parenter Enteral Nutr",
            ),
            ("BMJ", "British Medical Journal"),
            (
                "Proc Natl Acad Sci U S A",
                "Proceedings of the National Academy of Sciences USA",
            ),
            (
                "Zhonghua jie he he hu xi za zhi = Chinese journal of tuberculosis",
                "Chinese Journal of Tuberculosis",
            ),
            (
                "Circulation. Conference: American Heart Association 2010",
                "Circulation",
            ),
            ("BLOOD CANCER JOURNAL", "Blood Cancer J"),
            (
                "Monatsschr Kinderheilkd",
                "Monatsschrift fur Kinderheilkunde",
            ),
            (
                "Jthoraccardiovascsurg",
                "Journal of Thoracic & Cardiovascular Surgery",
            ),
            (
                "50th Annual Hawaii International Conference on System Sciences",
                "Hawaii International Conference on System Sciences",
            ),
            (
                "2007 International Conference on Service Systems, Vols 1-3",
                "Proceedings of the International Conference on Service Systems",
            ),
        ] {
            assert_eq!(compare(a, b), Sign::Agree, "{a} / {b}");
        }
    }

    #[test]
    fn other_journals_do_not_agree() {
        assert_eq!(compare("Lancet", "Lancet Oncology"), Sign::Unknown);
        assert_eq!(compare("Leukemia", "Leukemia Research"), Sign::Unknown);
        assert_eq!(compare("Blood", "Leukemia"), Sign::Conflict);
        assert_eq!(compare("", "Leukemia"), Sign::Unknown);
    }
}
