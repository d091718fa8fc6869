//! A title as it is compared: notices and tags set apart, words without stop words, digits.
//!
//! Databases add to titles ("[Erratum appears in ...]", "[Review] [33 refs]", "[Chinese]",
//! "WITHDRAWN:"); what they add is a flag here, never part of the text.

mod ends;
mod signs;

use super::notice::{Notice, notice_of};
use super::text::{clean, fold, hash, hash32, roman};
use ends::{Ends, strip_ends};
use std::borrow::Cow;

pub(super) use ends::without_remarks;

/// One title, ready to compare.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a finding of its own; no two of them form a state"
)]
pub(crate) struct Title {
    /// Every word in its place, parted by one blank.
    pub(crate) text: Box<str>,
    /// The words without stop words and blanks.
    pub(crate) key: Box<str>,
    /// Hashes of the words without stop words, sorted, each once.
    pub(crate) tokens: Box<[u32]>,
    /// A hash of every digit in order; Roman numerals and number words count as digits.
    pub(crate) digits: u64,
    /// The number behind "part" or "section".
    pub(crate) part: Option<u32>,
    /// Stood in brackets or named its language: a translation.
    pub(crate) bracketed: bool,
    /// Not in English, by its small words or its script.
    pub(crate) foreign: bool,
    /// Says too little to tell publications apart.
    pub(crate) generic: bool,
    /// The name of a column or part of an issue: "Editorial", "Issues and opinions".
    pub(crate) column: bool,
    /// The number of a letter under one heading, or of a section's article: "Treatment of asthma
    /// [2]", "Clinical review 138: ...".
    pub(crate) letter: Option<u32>,
    /// The signs behind its words: `HER2+`, `ER-negative`, `(-)-nicotine`.
    pub(crate) signs: signs::Signs,
    /// What the publication says it is.
    pub(crate) notice: Notice,
}

const STOP: &[&str] = &[
    "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to",
    "with", "are", "das", "der", "die", "und", "de", "la", "le", "les", "des", "et", "el", "en",
];

/// Words in front that are the journal's section or the database's flag.
const LEADS: &[&str] = &[
    "short report:",
    "brief report:",
    "original article:",
    "original research:",
    "research article:",
    "review article:",
    "review:",
    "case report:",
    "withdrawn:",
    "retracted:",
    "retracted article:",
    "article:",
    "featured article:",
    "special article:",
    "clinical study:",
    "full paper:",
    "rapid communication:",
    "short communication:",
    "letter:",
    "retracted-",
];

const GENERIC: &[&str] = &[
    "editorial",
    "preface",
    "introduction",
    "foreword",
    "letter",
    "abstracts",
    "book review",
    "guest editorial",
    "special issue",
    "issue information",
    "table of contents",
    "editor",
    "editors",
    "call for papers",
    "conference report",
    "proceedings",
    "in this issue",
    "news",
    "poster",
    "oral presentation",
    "annual meeting",
    "special section",
    "remarks from",
];

/// What a column is called, whatever its issue is about.
const GENERIC_ENDS: &[&str] = &[
    "editor's comments",
    "editors' comments",
    "editor's note",
    "editors' note",
    "editor's introduction",
    "from the editor",
    "from the editors",
    "letter to the editor",
    "book reviews",
    "in memoriam",
];

/// Small words of German, French, Spanish, Portuguese and Italian titles.
const FOREIGN: &[&str] = &[
    "der", "die", "das", "und", "fur", "zur", "zum", "des", "bei", "mit", "von", "im", "eine",
    "als", "le", "la", "les", "du", "et", "dans", "pour", "chez", "une", "par", "el", "los", "las",
    "del", "en", "y", "para", "una", "con", "por", "da", "do", "dos", "na", "em", "di", "della",
    "nel", "il", "e", "de",
];

const ENGLISH: &[&str] = &[
    "the", "of", "and", "in", "for", "with", "on", "to", "by", "an",
];

/// Whole titles that name a part of an issue.
const COLUMNS: &[&str] = &[
    "issues and opinions",
    "announcements",
    "acknowledgement",
    "acknowledgements",
    "acknowledgments",
    "acknowledgement to reviewers",
    "list of reviewers",
    "reviewers",
    "contents",
    "index",
    "author index",
    "subject index",
    "correspondence",
    "letters",
    "letters to the editor",
    "obituary",
    "highlights",
    "in brief",
    "meeting report",
    "meeting abstracts",
    "books received",
    "commentary",
    "comment",
    "comments",
    "discussion",
    "summary",
    "conclusion",
    "conclusions",
    "overview",
    "perspective",
    "perspectives",
    "viewpoint",
    "opinion",
    "cover",
    "front matter",
    "back matter",
    "frontmatter",
    "masthead",
    "editorial board",
    "title page",
    "copyright",
    "untitled",
    "no title",
    "title not available",
    "instructions to authors",
    "information for authors",
    "calendar",
    "calendar of events",
    "research notes",
    "notes and comments",
    "question and answer",
    "questions and answers",
    "images in clinical medicine",
    "case report",
    "case reports",
    "original articles",
    "review article",
    "short communications",
    "errata",
    "erratum",
    "corrigendum",
    "reply",
    "response",
    "author's reply",
    "notices",
    "miscellaneous",
    "program",
    "programme",
];

/// Words of which the name of a journal's section is made: "Clinical review 138:", "Invited
/// article -".
const SECTION: &[&str] = &[
    "review",
    "reviews",
    "article",
    "articles",
    "report",
    "reports",
    "communication",
    "communications",
    "paper",
    "papers",
    "note",
    "notes",
    "research",
    "invited",
    "special",
    "clinical",
    "original",
    "brief",
    "short",
    "rapid",
    "case",
    "feature",
    "featured",
    "symposium",
    "lecture",
    "perspective",
    "perspectives",
    "viewpoint",
    "overview",
    "themed",
    "theme",
    "forum",
    "mini",
    "minireview",
    "current",
    "opinion",
    "preliminary",
    "technical",
    "regular",
    "full",
    "length",
    "guest",
    "keynote",
    "plenary",
    "contribution",
    "essay",
    "section",
    "issue",
    "commissioned",
    "tutorial",
    "practice",
    "therapeutic",
    "scientific",
    "basic",
    "science",
    "translational",
    "systematic",
    "narrative",
    "critical",
    "state-of-the-art",
    "number",
    "no",
    "historical",
    "in",
    "the",
    "of",
];

/// The spellings of a part: "Part II", "Pt. 2", "Section 3".
const PART: &[&str] = &["part", "pt", "section", "teil"];
/// Words behind which a single `i`, `v` or `x` is a number.
const NUMBERED: &[&str] = &[
    "part",
    "pt",
    "section",
    "type",
    "phase",
    "stage",
    "class",
    "grade",
    "factor",
    "study",
    "trial",
    "group",
    "level",
    "experiment",
    "paper",
    "angiotensin",
    "report",
];

/// How much of a title is read; of what follows a hash stands for it.
const LONGEST: usize = 1200;

/// A title of any length as a text of bounded length: all work on titles is bounded with it.
fn bounded(raw: &str) -> Cow<'_, str> {
    if raw.len() <= LONGEST {
        return Cow::Borrowed(raw);
    }
    let mut end = LONGEST;
    while !raw.is_char_boundary(end) {
        end -= 1;
    }
    let (head, tail) = raw.split_at_checked(end).unwrap_or((raw, ""));
    let words: String = tail.split_whitespace().flat_map(str::chars).collect();
    Cow::Owned(format!("{head} {:x}", hash(fold(&words).as_bytes())))
}

/// What follows the name of a section in front, of words that only sections use.
/// With it the section's number, if it has one.
fn behind_section(body: &str) -> (&str, Option<u32>) {
    let window = body.char_indices().nth(48).map_or(body.len(), |(at, _)| at);
    let head = body.get(..window).unwrap_or_default();
    let end = [": ", " - ", " -- "]
        .iter()
        .filter_map(|mark| head.find(mark).map(|at| (at, at + mark.len())))
        .min();
    let Some((end, next)) = end else {
        return (body, None);
    };
    let words = head
        .get(..end)
        .unwrap_or_default()
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter(|word| !word.is_empty());
    let (mut named, mut number) = (false, None);
    for word in words {
        if SECTION.contains(&word) {
            named = true;
        } else if let Ok(n) = word.parse() {
            number = Some(n);
        } else {
            return (body, None);
        }
    }
    let rest = body.get(next..).unwrap_or_default().trim_start();
    if named && rest.len() > 12 {
        (rest, number)
    } else {
        (body, None)
    }
}

/// A title without the section's name at its end: "...: brief communication".
fn before_section(body: &str) -> &str {
    let end = [": ", " - ", ". "]
        .iter()
        .filter_map(|mark| body.rfind(mark))
        .max();
    let Some((head, tail)) = end.and_then(|at| body.split_at_checked(at)) else {
        return body;
    };
    if tail.len() > 40 {
        return body;
    }
    let mut words = tail
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .peekable();
    let named = words.peek().is_some() && words.all(|word| SECTION.contains(&word));
    if named && head.len() > 20 { head } else { body }
}

fn number_word(word: &str) -> Option<u32> {
    Some(match word {
        "first" | "one" => 1,
        "second" | "two" | "twice" => 2,
        "third" | "three" => 3,
        "fourth" | "four" => 4,
        "fifth" | "five" => 5,
        "six" | "sixth" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "twelve" => 12,
        _ => return None,
    })
}

impl Title {
    /// Reads one title as a source writes it.
    pub(crate) fn read(raw: &str) -> Self {
        let bounded = bounded(raw);
        let mut text = fold(&clean(without_remarks(&bounded)));
        let mut ends = Ends::default();
        text.truncate(text.trim_end_matches([' ', '.', '*', ';']).len());
        strip_ends(&mut text, &mut ends);
        let mut body = text.trim().trim_start_matches(['*', '#']).trim_start();
        let mut notice = ends.notice;
        if notice == Notice::None {
            notice = notice_of(body);
        }
        for _ in 0..2 {
            if !body.contains([':', '-']) {
                break;
            }
            if let Some(lead) = LEADS.iter().find(|lead| body.starts_with(**lead)) {
                body = body.get(lead.len()..).unwrap_or_default().trim_start();
            }
        }
        let mut section = None;
        if notice == Notice::None {
            (body, section) = behind_section(body);
            body = before_section(body);
        }
        let mut title = Self::of_words(body);
        title.bracketed = ends.bracketed;
        title.letter = ends.letter.or(section);
        title.notice = notice;
        title
    }

    fn of_words(body: &str) -> Self {
        let mut text = String::with_capacity(body.len());
        let mut key = String::with_capacity(body.len());
        let mut tokens: Vec<u32> = Vec::new();
        let mut digits = String::new();
        let mut part = None;
        let mut before = "";
        let plain = body.replace(['\'', '`'], "");
        let words = || {
            plain
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
        };
        let count = words().count();
        for (place, word) in words().enumerate() {
            let last = place + 1 == count;
            let number = number_in(word, before, place, last);
            if let Some(number) = number {
                digits.push_str(&number.to_string());
                if PART.contains(&before) {
                    part = Some(number);
                }
            } else {
                digits.extend(word.chars().filter(char::is_ascii_digit));
            }
            before = word;
            let stop = word.len() < 5 && STOP.contains(&word) && !(last && word == "a");
            if !text.is_empty() {
                text.push(' ');
            }
            let from = text.len();
            match number {
                Some(n) if word.chars().all(|c| c.is_ascii_alphabetic()) => {
                    text.push_str(&n.to_string());
                }
                _ => push_american(word, &mut text),
            }
            let word = text.get(from..).unwrap_or_default();
            if !stop {
                key.push_str(word);
                tokens.push(hash32(word));
            }
        }
        tokens.sort_unstable();
        tokens.dedup();
        let column = (key.len() < 60
            && GENERIC.iter().any(|g| {
                body.strip_prefix(g)
                    .is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            }))
            || body.starts_with("abstracts ")
            || GENERIC_ENDS.iter().any(|end| body.ends_with(end))
            || COLUMNS.contains(&body.trim_matches(|c: char| !c.is_alphanumeric()));
        let signs = signs::Signs::read(&plain);
        let generic = column || key.chars().count() < 22;
        if key.is_empty() {
            tokens.clear();
        }
        Self {
            text: text.into(),
            key: key.into(),
            tokens: tokens.into(),
            digits: hash(digits.as_bytes()),
            part,
            bracketed: false,
            foreign: foreign(&plain),
            generic,
            column,
            letter: None,
            signs,
            notice: Notice::None,
        }
    }

    /// Whether `short`, a title of fewer letters, is the beginning or end of this one, up to the
    /// border of a word: "Chloroquine for malaria" is not part of "Hydroxychloroquine for malaria".
    pub(crate) fn holds(&self, short: &Self) -> bool {
        let rest = if let Some(tail) = self.key.strip_prefix(&*short.key) {
            (tail, false)
        } else if let Some(head) = self.key.strip_suffix(&*short.key) {
            (head, true)
        } else {
            return false;
        };
        let (rest, front) = rest;
        let mut left = rest.len();
        let mut take = |word: &str| {
            let here = word.len() <= left
                && if front {
                    rest.get(rest.len() - left..)
                        .is_some_and(|r| r.starts_with(word))
                } else {
                    rest.get(..left).is_some_and(|r| r.ends_with(word))
                };
            // What is not there is a small word, which keys do not have.
            if here {
                left -= word.len();
            }
            here || word.len() < 5 && STOP.contains(&word)
        };
        let mut words = self.text.split(' ');
        loop {
            let word = if front {
                words.next()
            } else {
                words.next_back()
            };
            match word {
                Some(word) if take(word) => {}
                _ => break,
            }
        }
        left == 0
    }
}

/// Whether a title is in another language than English: another script, or its small words.
fn foreign(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let other = text
        .chars()
        .filter(|c| c.is_alphabetic() && !c.is_ascii())
        .count();
    if 2 * other > letters {
        return true;
    }
    let (mut other, mut english) = (0, 0);
    let words = text.split(|c: char| !c.is_alphanumeric());
    for word in words.filter(|word| (1..6).contains(&word.len())) {
        english += usize::from(ENGLISH.contains(&word));
        other += usize::from(FOREIGN.contains(&word));
    }
    other > english
}

/// The number that a whole word stands for.
fn number_in(word: &str, before: &str, place: usize, last: bool) -> Option<u32> {
    if word.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse().ok();
    }
    if let Some(n) = number_word(word) {
        return Some(n);
    }
    let counted = place > 0 && (word.len() > 1 || last || NUMBERED.contains(&before));
    roman(word).filter(|_| counted)
}

/// British digraphs as American: `haemoglobin` is `hemoglobin`, `tumour` is `tumor`.
fn push_american(word: &str, out: &mut String) {
    let mut chars = word.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let skip = match c {
            'a' | 'o' => next == Some('e'),
            'u' => inside && next == Some('r') && out.ends_with('o'),
            _ => false,
        };
        if !skip {
            out.push(c);
        }
        inside = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_databases_add_is_not_part_of_the_title() {
        let want = Title::read("Effects of aspirin on platelets").key;
        for text in [
            "Effects of aspirin on platelets.",
            "[Effects of aspirin on platelets]",
            "Effects of aspirin on platelets. [Review] [33 refs]",
            "Effects of aspirin on platelets [see comments]",
            "Effects of aspirin on platelets [Erratum appears in Lancet 2001;357:1]",
            "[Effects of aspirin on platelets (author's transl)]",
            "Effects of aspirin on platelets. [Chinese]",
            "WITHDRAWN: Effects of aspirin on platelets",
            "Effects of Aspirin on Platelets. German",
        ] {
            assert_eq!(Title::read(text).key, want, "{text}");
        }
    }

    #[test]
    fn parts_and_numbers_are_read_in_every_spelling() {
        let (two, ii) = (
            Title::read("Gas flow. Part 2"),
            Title::read("Gas flow. Part II"),
        );
        assert_eq!((two.part, ii.part), (Some(2), Some(2)));
        assert_eq!(two.key, ii.key);
        let digits = |t: &str| Title::read(t).digits;
        assert_eq!(
            digits("A phase III trial of X"),
            digits("A phase 3 trial of X")
        );
        assert_ne!(digits("Two-year follow-up"), digits("Three-year follow-up"));
        assert_eq!(digits("Angiotensin I in men"), hash(b"1"));
    }

    #[test]
    fn british_and_american_spelling_are_one() {
        let key = |t: &str| Title::read(t).key;
        assert_eq!(key("Tumour haemodynamics"), key("Tumor hemodynamics"));
    }

    #[test]
    fn a_title_of_nothing_is_empty() {
        let title = Title::read(" . ");
        assert!(title.key.is_empty() && title.tokens.is_empty() && title.generic);
    }
}
