//! What databases add to the end of a title, and what it says of the publication.

use super::Notice;

/// What was found at the end.
#[derive(Debug, Default)]
pub(super) struct Ends {
    pub(super) bracketed: bool,
    pub(super) notice: Notice,
    pub(super) letter: Option<u32>,
}

const LANGUAGES: &[&str] = &[
    "chinese",
    "french",
    "german",
    "russian",
    "spanish",
    "italian",
    "japanese",
    "polish",
    "portuguese",
    "czech",
    "danish",
    "dutch",
    "swedish",
    "norwegian",
    "turkish",
    "korean",
    "hungarian",
    "hebrew",
    "croatian",
    "serbian",
    "ukrainian",
    "romanian",
    "bulgarian",
    "slovak",
    "finnish",
    "persian",
    "arabic",
    "greek",
    "english",
    "multiple languages",
    "lithuanian",
    "latvian",
    "estonian",
    "slovenian",
    "slovene",
    "macedonian",
    "serbo-croatian",
    "bosnian",
    "icelandic",
    "catalan",
    "thai",
    "vietnamese",
    "indonesian",
    "afrikaans",
    "flemish",
    "albanian",
    "armenian",
    "georgian",
    "belarusian",
];

/// Words by which a bracket at the end is known to be the database's, not the title's.
const ADDED: &[&str] = &[
    "review",
    "refs",
    "see comment",
    "erratum",
    "comment",
    "letter",
    "corrected",
    "abstract",
    "editorial",
    "republished",
    "proceedings",
    "transl",
    "retract",
    "article in",
    "summary",
    "in process citation",
    "published errat",
    "news",
    "meta-analysis",
];

/// Brackets that say what kind of text it is.
const KINDS: &[&str] = &[
    "multiple letters",
    "letter",
    "letters",
    "abstract",
    "review",
    "withdrawn",
    "retracted",
    "editorial",
    "article",
];

/// Remarks that a database puts behind a title, with all that follows.
const REMARKS: &[&str] = &[
    "erratum",
    "published erratum",
    "published errata",
    "see comment",
    "comment in",
    "retraction in",
    "retracted in",
    "retraction appears",
    "corrected and republished",
    "summary for patients",
    "republished",
    "update of",
    "update in",
];

/// A title without "[Erratum appears in ...]" and the like: what is cited there is another text.
pub(crate) fn without_remarks(raw: &str) -> &str {
    let mut end = raw.len();
    for (at, _) in raw.match_indices(['[', '(']) {
        let inside = raw.get(at + 1..).unwrap_or_default().trim_start();
        let remark = REMARKS.iter().any(|remark| {
            inside
                .get(..remark.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(remark))
                && inside.len() > remark.len() + 3
        });
        if remark && at > 10 {
            end = at;
            break;
        }
    }
    let head = raw.get(..end).unwrap_or(raw);
    // "More on X... J Invent. 2009 Jan 29;360(5):544-6": CINAHL names what it is about.
    match head.find("... ") {
        Some(at) if at > 20 && cites_place(head.get(at..).unwrap_or_default()) => {
            head.get(..at).unwrap_or(head)
        }
        _ => head,
    }
}

/// Whether a text holds `;360(5):544`, the end of a citation as the NLM writes it.
fn cites_place(text: &str) -> bool {
    text.split(';').skip(1).any(|tail| {
        let digits = |t: &str| t.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let place = tail.split_once(':');
        digits(tail) && place.is_some_and(|(volume, page)| volume.len() < 16 && digits(page))
    })
}

/// "(vol 3, pg 4, 2005)" and "(Journal of X (2009) 360 (542-544))": the paper that is corrected.
fn cites_volume(inside: &str) -> bool {
    let year = |t: &str| {
        t.len() == 4 && (t.starts_with("19") || t.starts_with("20")) && t.parse::<u16>().is_ok()
    };
    let mut runs = inside
        .split(|c: char| !c.is_ascii_digit())
        .filter(|run| !run.is_empty());
    if let Some(rest) = inside.strip_prefix("vol") {
        let numbered = rest
            .trim_start_matches(['.', ' ', 'u', 'm', 'e'])
            .starts_with(|c: char| c.is_ascii_digit());
        return numbered && (inside.contains("pg ") || inside.contains("p.") || runs.any(year));
    }
    inside.match_indices('(').any(|(at, _)| {
        let tail = inside.get(at + 1..).unwrap_or_default();
        tail.split_once(')').is_some_and(|(text, rest)| {
            let rest = rest.trim_start_matches([' ', ':', ',']);
            at > 3 && year(text.trim()) && rest.starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// Where the bracket that closes the text was opened.
fn opening(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (place, c) in text.char_indices().rev() {
        match c {
            ')' | ']' => depth += 1,
            '(' | '[' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return Some(place).filter(|_| matches!(c, '(' | '['));
        }
    }
    None
}

/// Takes from the end what databases add, and the brackets around a translation.
pub(super) fn strip_ends(text: &mut String, ends: &mut Ends) {
    for _ in 0..6 {
        let trimmed = text.trim_end_matches([' ', '.', ',', ';', '*', '"']).len();
        text.truncate(trimmed);
        // `"[A title]` of a spreadsheet.
        if text.starts_with("\"[") {
            text.remove(0);
        }
        if let Some(inside) = text
            .strip_prefix('[')
            .and_then(|t| t.strip_suffix(']'))
            .filter(|t| !t.contains(['[', ']']))
        {
            ends.bracketed = true;
            *text = inside.trim().to_owned();
            continue;
        }
        let Some(open) = opening(text).filter(|open| *open > 0) else {
            break;
        };
        let inside: String = text
            .get(open + 1..text.len() - 1)
            .unwrap_or_default()
            .trim()
            .to_owned();
        let language = inside.strip_prefix("in ").unwrap_or(&inside);
        let number: Option<u32> = inside.parse().ok().filter(|_| inside.len() <= 2);
        if LANGUAGES.contains(&language) || inside.contains("transl") {
            ends.bracketed = true;
        } else if cites_volume(&inside) {
            ends.notice = Notice::Erratum;
        } else if text.ends_with(']') && number.is_some() {
            ends.letter = number;
        } else if KINDS.contains(&inside.as_str()) {
            // "(multiple letters)": what kind of text it is
        } else if inside.ends_with("reply") || inside.ends_with("response") {
            ends.notice = Notice::Reply;
        } else if !(text.ends_with(']') && ADDED.iter().any(|a| inside.contains(a))) {
            break;
        }
        text.truncate(open);
    }
    // ". German" at the end, followed or not by the original title on its own line.
    if let Some((head, last)) = text.rsplit_once(". ")
        && LANGUAGES.contains(&last.trim())
    {
        ends.bracketed = true;
        text.truncate(head.len());
    }
    if let Some(end) = original_behind(text) {
        ends.bracketed = true;
        text.truncate(end);
    }
    if text.starts_with('[') && !text.contains(']') {
        text.remove(0);
        ends.bracketed = true;
    }
}

/// Where a title ends that its language and the original title follow: "Kinases. Polish Kinazy ...".
fn original_behind(text: &str) -> Option<usize> {
    const ENGLISH: [&str; 10] = [
        "the", "of", "and", "in", "for", "with", "study", "patients", "on", "to",
    ];
    text.match_indices(". ").map(|(at, _)| at).find(|at| {
        let rest = text.get(at + 2..).unwrap_or_default();
        let behind = LANGUAGES.iter().find_map(|language| {
            let rest = rest.strip_prefix(language)?;
            rest.strip_prefix([' ', '\n'])
        });
        *at >= 15
            && behind.is_some_and(|original| {
                let mut words = original.split(|c: char| !c.is_alphanumeric());
                original.len() > 10 && !words.any(|word| ENGLISH.contains(&word))
            })
    })
}
