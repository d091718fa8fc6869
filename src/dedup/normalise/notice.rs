//! Notices: errata, retractions, comments and replies, known by what their titles say, and the
//! paper that such a title names or cites.
//!
//! A notice repeats the title of its paper and often its authors; only these few words tell the
//! two apart. They are never one record (ICMJE; COPE retraction guidelines), but linked.

use super::text::{clean, fold};

/// What a publication says it is, beside a paper. Two different kinds are never one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) enum Notice {
    /// A paper itself, not a notice about one.
    #[default]
    None,
    /// An erratum, corrigendum or correction.
    Erratum,
    /// A retraction notice (not the retracted paper).
    Retraction,
    /// An expression of concern.
    Concern,
    /// A comment, editorial comment or letter on a paper.
    Comment,
    /// A reply to a comment.
    Reply,
    /// A protocol of a study.
    Protocol,
}

impl Notice {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::None => "paper",
            Self::Erratum => "erratum",
            Self::Retraction => "retraction notice",
            Self::Concern => "expression of concern",
            Self::Comment => "comment",
            Self::Reply => "reply",
            Self::Protocol => "protocol",
        }
    }
}

const NOTICES: &[(&str, Notice)] = &[
    ("erratum", Notice::Erratum),
    ("errata", Notice::Erratum),
    ("corrigend", Notice::Erratum),
    ("correction to", Notice::Erratum),
    ("correction:", Notice::Erratum),
    ("corrections to", Notice::Erratum),
    ("author correction", Notice::Erratum),
    ("publisher correction", Notice::Erratum),
    ("publisher's correction", Notice::Erratum),
    ("addendum", Notice::Erratum),
    ("retraction", Notice::Retraction),
    ("notice of retraction", Notice::Retraction),
    ("expression of concern", Notice::Concern),
    ("comment on", Notice::Comment),
    ("comments on", Notice::Comment),
    ("comment:", Notice::Comment),
    ("commentary on", Notice::Comment),
    ("commentary:", Notice::Comment),
    ("editorial comment", Notice::Comment),
    ("invited commentary", Notice::Comment),
    ("letter regarding", Notice::Comment),
    ("letter by ", Notice::Comment),
    ("re:", Notice::Comment),
    ("reply", Notice::Reply),
    ("in reply", Notice::Reply),
    ("author reply", Notice::Reply),
    ("authors reply", Notice::Reply),
    ("authors' reply", Notice::Reply),
    ("author's reply", Notice::Reply),
    ("response to:", Notice::Reply),
    ("response to \"", Notice::Reply),
    ("response to letter", Notice::Reply),
    ("response to the letter", Notice::Reply),
    ("response to comment", Notice::Reply),
    ("author response", Notice::Reply),
    ("authors' response", Notice::Reply),
    ("response by", Notice::Reply),
];

const NOTICE_ENDS: &[(&str, Notice)] = &[
    ("reply", Notice::Reply),
    ("authors' response", Notice::Reply),
    ("a response", Notice::Reply),
    ("response", Notice::Reply),
    ("the authors reply", Notice::Reply),
    ("authors reply", Notice::Reply),
    ("authors' reply", Notice::Reply),
    ("author's reply", Notice::Reply),
    ("in reply", Notice::Reply),
    ("in response", Notice::Reply),
    ("author response", Notice::Reply),
    ("erratum", Notice::Erratum),
    ("corrigendum", Notice::Erratum),
    ("a correction", Notice::Erratum),
    ("retraction", Notice::Retraction),
    ("a comment", Notice::Comment),
    ("a commentary", Notice::Comment),
    ("comment", Notice::Comment),
    ("protocol", Notice::Protocol),
];

/// What a folded title says the publication is.
pub(super) fn notice_of(body: &str) -> Notice {
    let body = body.trim_start_matches(['[', '(', '"', '\'', '"', ' ']);
    if let Some((_, kind)) = NOTICES.iter().find(|(start, kind)| {
        body.strip_prefix(start).is_some_and(|rest| {
            // "Retraction of the lung" is a paper; "Retraction: ..." and "Retraction notice" are not.
            *kind != Notice::Retraction
                || rest.is_empty()
                || rest.starts_with([':', '.', '-'])
                || rest.starts_with(" note")
                || rest.starts_with(" notice")
                || rest.starts_with(" to:")
                || rest.starts_with(" of:")
                || rest.starts_with(" of \"")
                || rest.starts_with(" to \"")
        })
    }) {
        return *kind;
    }
    let end = body.trim_end_matches([']', ')', '"', '.', ' ']);
    for (word, kind) in NOTICE_ENDS {
        if let Some(head) = end.strip_suffix(word) {
            let parted = parted(head);
            let head = head.trim_end();
            let protocol = *kind == Notice::Protocol
                && (head.ends_with("study") || head.ends_with("trial") || head.ends_with("review"));
            if parted || protocol {
                return *kind;
            }
        }
    }
    if body.contains("study protocol")
        || body.starts_with("protocol for a ")
        || protocol_at(body).is_some()
    {
        return Notice::Protocol;
    }
    Notice::None
}

/// Whether a mark parts the last word of a title from what stands before it: "Aspirin - reply" is a
/// reply, "Aspirin and bleeding: dose-response" is none.
fn parted(head: &str) -> bool {
    let joined = head
        .strip_suffix('-')
        .is_some_and(|word| word.ends_with(char::is_alphanumeric));
    !joined
        && head
            .trim_end()
            .ends_with(['-', ':', '.', '(', '[', '?', '!', ';'])
}

/// Where a folded title says after a mark that it is a protocol: "...: a protocol for a systematic
/// review". A protocol of treatment is none: what follows must be a study or a review.
fn protocol_at(body: &str) -> Option<usize> {
    const STUDIES: [&str; 10] = [
        "review",
        "trial",
        "study",
        "studies",
        "analysis",
        "overview",
        "survey",
        "evaluation",
        "cohort",
        "rct",
    ];
    let marks = [": ", " - ", ". ", "? ", " (", "; "];
    let starts = marks.iter().flat_map(|mark| {
        let found = body.match_indices(mark);
        found.map(|(at, mark)| (at, at + mark.len()))
    });
    let is_protocol = |text: &str| {
        let words = [
            "the ",
            "a ",
            "an ",
            "study ",
            "trial ",
            "review ",
            "research ",
        ];
        let mut text = text;
        while let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) {
            text = rest;
        }
        let Some(rest) = text.strip_prefix("protocol") else {
            return false;
        };
        let end = rest.find([':', '.', '?', ';']).unwrap_or(rest.len());
        let rest = rest.get(..end).unwrap_or_default();
        rest.trim_matches([' ', ')', ']']).is_empty()
            || ([" for ", " of "].iter().any(|word| rest.starts_with(word))
                && rest
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| STUDIES.contains(&word)))
    };
    let found = starts.filter(|(_, start)| body.get(*start..).is_some_and(is_protocol));
    found.map(|(at, _)| at).min()
}

/// What a notice is about, where its title says so: the title of the paper.
pub(crate) fn subject(raw: &str) -> Option<String> {
    let text = fold(&clean(raw));
    let mut body = text.trim().trim_end_matches(['.', ' ']);
    let whole = body.len();
    for _ in 0..2 {
        let open =
            body.trim_start_matches(['[', '(', '"', ' ', ':', '-', '\'', '\u{201c}', '\u{ab}']);
        let start = NOTICES
            .iter()
            .find_map(|(start, _)| open.strip_prefix(start));
        body = match start {
            Some(rest) => {
                let rest = rest.trim_start_matches(|c: char| c.is_alphabetic()); // corrigend|um
                let rest = rest.trim_start_matches([' ', ':', '-', '.']);
                ["notice to", "notice", "note", "to", "on", "of", "for"]
                    .iter()
                    .find_map(|word| {
                        rest.strip_prefix(word)
                            .filter(|r| r.starts_with([' ', ':']))
                    })
                    .unwrap_or(rest)
            }
            None => open,
        };
    }
    if let Some(head) = protocol_at(body).and_then(|at| body.get(..at)) {
        body = head;
    }
    for (end, kind) in NOTICE_ENDS {
        let head = body.strip_suffix(end);
        if let Some(head) = head.filter(|head| parted(head) || *kind == Notice::Protocol) {
            body = head.trim_end_matches([' ', '-', ':', '.', '(', '[', '?', ';']);
            break;
        }
    }
    if citation(raw).is_some() {
        // "Chari A, et al. The title. Blood. 2025;146(24):2902-2913": the longest sentence.
        body = body.split(". ").max_by_key(|part| part.len())?;
    }
    let body = body.trim_matches([' ', '"', '\'', '\u{201c}', '\u{201d}', '.', ':']);
    (body.len() + 4 < whole && body.len() > 20).then(|| body.to_owned())
}

/// A place in a journal as a citation gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Citation {
    pub(crate) year: u16,
    pub(crate) volume: u64,
    pub(crate) page: u32,
}

/// Reads `2025;146(24):2902-2913` out of a title.
pub(crate) fn citation(text: &str) -> Option<Citation> {
    let digits = |t: &str| -> Option<usize> {
        let end = t.find(|c: char| !c.is_ascii_digit()).unwrap_or(t.len());
        (end > 0).then_some(end)
    };
    text.match_indices(';').find_map(|(at, _)| {
        let before = text.get(..at)?.trim_end();
        let year: u16 = before.get(before.len().checked_sub(4)?..)?.parse().ok()?;
        let tail = text.get(at + 1..)?.trim_start();
        let volume = tail.get(..digits(tail)?)?;
        let mut rest = tail.get(volume.len()..)?.trim_start();
        if let Some(issue) = rest.strip_prefix('(') {
            rest = issue.split_once(')')?.1.trim_start();
        }
        let pages = rest.strip_prefix(':')?.trim_start();
        let page = pages.get(..digits(pages)?)?;
        Some(Citation {
            year: Some(year).filter(|y| (1900..2100).contains(y))?,
            volume: volume.parse().ok()?,
            page: page.parse().ok()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::title::Title;
    use super::*;

    #[test]
    fn notices_are_known_by_their_titles() {
        for (text, want) in [
            ("Erratum to: \"Frailty in IMROZ\"", Notice::Erratum),
            ("Aspirin and platelets (vol 3, pg 4, 2005)", Notice::Erratum),
            ("Aspirin and platelets: reply", Notice::Reply),
            ("Aspirin and platelets - Reply", Notice::Reply),
            ("Aspirin and platelets. Reply.", Notice::Reply),
            ("Comment on: aspirin and platelets", Notice::Comment),
            (
                "Retraction notice to: aspirin and platelets",
                Notice::Retraction,
            ),
            ("RETRACTED: Aspirin and platelets", Notice::None),
            ("Retraction of the lung in thoracic surgery", Notice::None),
            (
                "Aspirin after stroke: a randomised trial protocol",
                Notice::Protocol,
            ),
            ("Immune reply of the host", Notice::None),
            ("Aspirin and platelets: response", Notice::Reply),
            ("Aspirin and platelets- in reply", Notice::Reply),
            ("Aspirin and bleeding: dose-response", Notice::None),
            ("Aspirin and bleeding: immune response", Notice::None),
            ("Aspirin; platelets and stress-response", Notice::None),
        ] {
            assert_eq!(Title::read(text).notice, want, "{text}");
        }
    }

    #[test]
    fn a_notice_names_its_paper() {
        let paper = "Frailty subgroup analysis of the IMROZ trial";
        for text in [
            "Erratum to: \"Frailty subgroup analysis of the IMROZ trial\"",
            "Corrigendum: Frailty subgroup analysis of the IMROZ trial",
            "Retraction notice to: Frailty subgroup analysis of the IMROZ trial",
            "Author Correction: Frailty subgroup analysis of the IMROZ trial",
            "Frailty subgroup analysis of the IMROZ trial. Reply",
            "Manier S, et al. Frailty subgroup analysis of the IMROZ trial. Blood. 2025;146(24):2902-2913",
        ] {
            let subject = subject(text).unwrap_or_default();
            assert_eq!(Title::read(&subject).key, Title::read(paper).key, "{text}");
        }
        assert_eq!(subject(paper), None);
        assert_eq!(
            citation("X. Blood. 2025;146(24):2902-2913"),
            Some(Citation {
                year: 2025,
                volume: 146,
                page: 2902
            })
        );
        assert_eq!(citation("X; Y (1):2"), None);
    }
}
