//! A head that was kept elsewhere, against the log: proof that it only grew since.
//!
//! Whoever can write the whole folder can write a whole log anew, with a chain that holds. What
//! they cannot change is a head that somebody else has: printed in a report, mailed, published.

use crate::model::{Digest, EventSeq};
use crate::store::audit::Log;

/// A moment of the log as somebody wrote it down: its hash, or the first digits of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Mark {
    /// The digits, in small letters.
    pub head: String,
    /// The number of the event, where it stood beside.
    pub seq: Option<EventSeq>,
}

/// Why nothing can be compared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AgainstError {
    /// The text is neither a head nor a file.
    #[error("`{0}` is neither the head of a log (12 to 64 digits of a hash) nor a file")]
    Neither(String),
    /// The file prints no head.
    #[error("{0} prints no head of a log")]
    NoHead(String),
}

/// How the log stands to the heads that were given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Against {
    /// What was given.
    pub marks: Vec<Mark>,
    /// The last event that they name, where all are in the log.
    pub seq: Option<EventSeq>,
    /// How many events came since.
    pub since: Option<u64>,
    /// What contradicts.
    pub faults: Vec<String>,
}

/// Fewest digits that say which hash is meant.
const FEWEST: usize = 12;

impl Mark {
    /// Reads a head: 12 to 64 digits of a hash.
    pub fn parse(text: &str) -> Option<Self> {
        let head = text.trim().to_lowercase();
        let digits = head.bytes().all(|b| b.is_ascii_hexdigit());
        (digits && (FEWEST..=64).contains(&head.len())).then_some(Self { head, seq: None })
    }

    /// Whether it is this hash.
    pub(crate) fn is(&self, hash: Digest) -> bool {
        hash.to_string().starts_with(&self.head)
    }
}

impl Against {
    /// What was found, in words.
    pub fn words(&self) -> String {
        match (self.seq, self.since) {
            (Some(seq), Some(0)) => format!("the log ends where it did, at event {seq}"),
            (Some(seq), Some(n)) => format!(
                "the log holds event {seq} as it was written down, and {} since",
                crate::model::many(n, "event", "events")
            ),
            _ => "the head that was written down".to_owned(),
        }
    }
}

/// Compares heads with the log.
pub(crate) fn compare(log: &Log, marks: &[Mark]) -> Against {
    let mut faults = Vec::new();
    let mut last = None;
    for mark in marks {
        let found = log.hashes.iter().find(|(_, hash)| mark.is(*hash));
        match (found, mark.seq) {
            (Some((seq, _)), Some(said)) if *seq != said => faults.push(format!(
                "the head {} stood at event {said} and is that of event {seq} now",
                mark.head
            )),
            (Some((seq, _)), _) => last = last.max(Some(*seq)),
            (None, said) => {
                let at = said.map_or_else(String::new, |seq| format!(" (event {seq})"));
                faults.push(format!(
                    "no event has the head {}{at}: since it was written down the log was cut or \
                     written anew, or it is the log of another review",
                    mark.head
                ));
            }
        }
    }
    let end = log.head.map_or(0, |(seq, _)| seq.0);
    let held = faults.is_empty();
    Against {
        marks: marks.to_vec(),
        since: last.filter(|_| held).map(|seq| end.saturating_sub(seq.0)),
        seq: last.filter(|_| held),
        faults,
    }
}

/// The heads that a page, a JSON document or the output of a command prints.
///
/// A head stands behind the words "log head" or "head", with at most the number of its event and
/// marks of the page between.
pub fn marks(text: &str) -> Vec<Mark> {
    let lower = text.to_lowercase();
    let mut out: Vec<Mark> = Vec::new();
    let mut from = 0;
    while let Some(at) = lower.get(from..).and_then(|rest| rest.find("head")) {
        from += at + "head".len();
        let rest = lower.get(from..).unwrap_or_default();
        if let Some(mark) = behind(rest)
            && !out.contains(&mark)
        {
            out.push(mark);
        }
    }
    // A short form beside the whole one says nothing more.
    let whole: Vec<String> = out.iter().map(|mark| mark.head.clone()).collect();
    out.retain(|mark| {
        !whole
            .iter()
            .any(|other| other.len() > mark.head.len() && other.starts_with(&mark.head))
    });
    out
}

/// The digits behind the word, past marks, the number of an event and a time.
fn behind(text: &str) -> Option<Mark> {
    let mut seq = None;
    let mut in_tag = false;
    let mut word = String::new();
    let mut words = 0;
    for c in text.chars().chain([' ']).take(400) {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            _ => {}
        }
        if !in_tag && c.is_ascii_alphanumeric() {
            word.push(c);
            continue;
        }
        if word.is_empty() {
            continue;
        }
        let found = std::mem::take(&mut word);
        let hex = found.bytes().all(|b| b.is_ascii_hexdigit());
        if hex && found.len() == 64 || hex && words == 0 && found.len() >= FEWEST {
            return Some(Mark { head: found, seq });
        }
        // `event 17, 2025-07-01 09:00 UTC`: nothing else may stand between.
        let number = found.parse::<u64>().ok();
        let known = ["event", "utc", "hash", "seq", "sha256"];
        match number {
            Some(n) if words == 1 && seq.is_none() => seq = Some(EventSeq(n)),
            Some(_) => {}
            None if known.contains(&found.as_str()) || found.ends_with('z') => {}
            None if is_month(&found) => {}
            None => return None,
        }
        words += 1;
    }
    None
}

fn is_month(word: &str) -> bool {
    let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    months.iter().any(|month| word.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "b40da47a4d338d21e51ebc77a85483307983f6617d49e88151d991ef3f068c7f";

    #[test]
    fn a_head_is_found_where_pages_and_documents_print_one() {
        for (text, seq) in [
            (format!("Head {HEAD}"), None),
            (format!("{{\"head\": \"{HEAD}\", \"events\": 17}}"), None),
            (
                format!(
                    "<head><title>x</title></head><dt>Log head</dt><dd>event 17, \
                     <time>1 July 2025, 09:00 UTC</time><span class=\"hash\">{HEAD}</span></dd>"
                ),
                Some(EventSeq(17)),
            ),
            (
                format!("<dt>Log head</dt><dd>event 17<br><span class=\"mono\">{HEAD}</span></dd>"),
                Some(EventSeq(17)),
            ),
        ] {
            let want = Mark {
                head: HEAD.to_owned(),
                seq,
            };
            assert_eq!(marks(&text), [want], "{text}");
        }
    }

    #[test]
    fn a_hash_of_something_else_is_no_head() {
        let text = format!("<head><link href=\"x\"></head><p>The archive holds {HEAD}</p>");
        assert_eq!(marks(&text), []);
        assert!(Mark::parse("yesterday").is_none());
        assert!(Mark::parse("b40da47a4d338").is_some());
    }
}
