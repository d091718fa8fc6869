//! Trial registry numbers, wherever an exporter put them, and which records are entries of a
//! register rather than articles.
//!
//! The registers are the primary registries of the WHO's network and ClinicalTrials.gov
//! (who.int/clinical-trials-registry-platform). Two entries with two numbers are two trials,
//! whatever template their titles follow; on articles a number names the trial reported.

use super::text::hash;
use crate::model::{Record, RecordKind};

/// What a record says of trials.
#[derive(Debug, Default)]
pub(super) struct Registry {
    /// Every number, its register in the highest byte, sorted, each once.
    pub(super) numbers: Box<[u64]>,
    /// The number under which an entry of a register stands there.
    pub(super) own: Option<u64>,
    /// The record is an entry of a register.
    pub(super) entry: bool,
}

/// A register's prefix and how many digits follow at least and at most.
const REGISTERS: [(&str, usize, usize); 16] = [
    ("NCT", 8, 8),
    ("ISRCTN", 8, 8),
    ("CHICTR", 8, 12),
    ("ACTRN", 14, 14),
    ("DRKS", 8, 8),
    ("UMIN", 9, 9),
    ("JRCT", 9, 12),
    ("KCT", 7, 7),
    ("IRCT", 8, 20),
    ("PACTR", 12, 15),
    ("TCTR", 11, 11),
    ("LBCTR", 10, 10),
    ("NTR", 3, 5),
    ("REPEC", 6, 8),
    ("JAPICCTI", 6, 6),
    ("U1111", 8, 8),
];
const EUDRACT: u64 = 40;
const CTRI: u64 = 41;
/// A text in a registry column that is not a number of a known register.
const OTHER: u64 = 63;

/// So many numbers of one record are read: a list of trials is not evidence.
const MOST: usize = 24;

/// What the name of a place tells: the places where registers keep their entries.
const PLACES: [&str; 14] = [
    "clinicaltrials.gov",
    "isrctn",
    "ictrp",
    "trialsearch.who",
    "clinicaltrialsregister",
    "chictr.org",
    "anzctr",
    "umin.ac.jp",
    "drks.de",
    "ctri.nic.in",
    "trialregister.nl",
    "clinical trials register",
    "clinical trials registry",
    "clinical trial registry",
];

/// Whether two lists of numbers name two trials of one register and none in common.
pub(crate) fn conflict(a: &[u64], b: &[u64]) -> bool {
    let register = |id: u64| id >> 56;
    let known = |id: u64| register(id) != OTHER;
    !a.iter().any(|x| b.contains(x))
        && a.iter()
            .any(|x| known(*x) && b.iter().any(|y| register(*y) == register(*x)))
}

fn number(register: u64, text: &str) -> u64 {
    (register << 56) | (hash(text.as_bytes()) >> 8)
}

/// Reads every field that may hold a number.
pub(super) fn read(record: &Record) -> Registry {
    let mut all = Vec::new();
    let mut find = |text: Option<&str>| -> Option<u64> {
        let before = all.len();
        numbers_in(text?, &mut all);
        all.get(before).copied()
    };
    let journal = find(record.journal.as_deref());
    let url = find(record.url.as_deref());
    let author = record.authors.first().map(String::as_str);
    let named = find(author.filter(|a| a.len() < 40));
    let source = find(record.source_id.as_deref());
    let title = find(record.title.as_deref());
    find(record.doi.as_ref().map(crate::model::Doi::as_str));
    find(record.abstract_text.as_deref());
    for text in record.extra.values().flatten() {
        find(Some(text));
    }
    let mut first = None;
    for id in &record.registry {
        let before = all.len();
        numbers_in(id.as_str(), &mut all);
        if all.len() == before {
            all.push(number(OTHER, id.as_str()));
        }
        first = first.or_else(|| all.get(before).copied());
    }
    let entry = record.kind == RecordKind::Trial
        || record.kind == RecordKind::Article
            && (named.is_some() || in_register(record, title.is_some()));
    let own = source.or(journal).or(url).or(named).or(first).or(title);
    all.sort_unstable();
    all.dedup();
    Registry {
        numbers: all.into(),
        own: own.filter(|_| entry),
        entry,
    }
}

/// The numbers of a record for people: those of its column, then those found elsewhere.
pub(crate) fn shown(record: &Record) -> String {
    let mut shown: Vec<String> = record.registry.iter().map(ToString::to_string).collect();
    let texts = [
        record.journal.as_deref(),
        record.url.as_deref(),
        record.authors.first().map(String::as_str),
        record.source_id.as_deref(),
        record.title.as_deref(),
        record.abstract_text.as_deref(),
    ];
    let extra = record.extra.values().flatten().map(String::as_str);
    let mut known = Vec::new();
    for id in &shown {
        numbers_in(id, &mut known);
    }
    for text in texts.into_iter().flatten().chain(extra) {
        for word in text.split(|c: char| c.is_whitespace() || ";,()[]".contains(c)) {
            let before = known.len();
            numbers_in(word, &mut known);
            if known.len() > before && shown.len() < 8 {
                shown.push(word.trim_matches(['.', ':']).to_owned());
            }
        }
    }
    shown.join("; ")
}

/// Whether the record stands in a register: by its journal, its type, or its address alone.
fn in_register(record: &Record, numbered: bool) -> bool {
    let place = |text: &Option<String>| {
        text.as_deref().is_some_and(|text| {
            text.len() < 200 && {
                let text = text.to_ascii_lowercase();
                PLACES.iter().any(|place| text.contains(place))
            }
        })
    };
    let typed = || {
        record.publication_types.iter().any(|t| {
            let t = t.to_ascii_lowercase();
            t.contains("trial regist") || t.contains("registry record")
        })
    };
    let anchored = record.doi.is_some() || record.pages.is_some() || record.pmid.is_some();
    !anchored
        && (place(&record.journal)
            || typed()
            || record.journal.is_none()
                && (place(&record.url) || numbered && record.authors.is_empty()))
}

/// Every number of a known register in a text.
fn numbers_in(text: &str, out: &mut Vec<u64>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(from) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(u8::is_ascii_digit))
        .map(|n| n + at)
    {
        let run = bytes
            .get(from..)
            .unwrap_or_default()
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let end = from + run;
        if run >= 3
            && out.len() < MOST
            && let Some(id) = at_digits(text, from, end)
            && !out.contains(&id)
        {
            out.push(id);
        }
        at = end;
    }
}

/// The number whose digits stand at `from..end`.
fn at_digits(text: &str, from: usize, end: usize) -> Option<u64> {
    let digits = text.get(from..end)?;
    let before = text.as_bytes().get(from.saturating_sub(16)..from)?;
    if digits.len() == 6 && before.ends_with(b"-") {
        return eudract(text, from, end);
    }
    if before.ends_with(b"/") {
        return ctri(text, from, end);
    }
    if before.is_empty() {
        return None;
    }
    let letters = |b: &u8| b.is_ascii_alphanumeric();
    // "NCT 03000001", "ChiCTR-TRC-12345678", "UMIN-CTR 000012345"
    let head: Vec<u8> = before.iter().map(u8::to_ascii_uppercase).collect();
    let mut head = head.as_slice();
    for _ in 0..2 {
        while let Some((b'-' | b' ' | b':' | b'#' | b'.', rest)) = head.split_last() {
            head = rest;
        }
        for middle in [
            "TRC", "IPR", "INR", "OPC", "IOR", "ROC", "CTR", "NUMBER", "NO",
        ] {
            if let Some(rest) = head.strip_suffix(middle.as_bytes())
                && rest.last().is_some_and(|b| !b.is_ascii_alphabetic())
            {
                head = rest;
            }
        }
    }
    REGISTERS
        .iter()
        .zip(1_u64..)
        .find_map(|((prefix, least, most), register)| {
            let front = head.strip_suffix(prefix.as_bytes())?;
            let inside = front.last().is_some_and(letters);
            let fits = (*least..=*most).contains(&digits.len());
            (fits && !inside).then(|| number(register, digits))
        })
}

/// `2014-002272-88`: the middle digits stand at `from..end`.
fn eudract(text: &str, from: usize, end: usize) -> Option<u64> {
    let year = text.get(from.checked_sub(5)?..from - 1)?;
    let check = text.get(end..end + 3)?.strip_prefix('-')?;
    let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let fits = plain(year) && plain(check) && (year.starts_with("20") || year.starts_with("19"));
    fits.then(|| number(EUDRACT, text.get(from - 5..end).unwrap_or_default()))
}

/// `CTRI/2012/05/002664`.
fn ctri(text: &str, from: usize, end: usize) -> Option<u64> {
    let head = text.get(from.checked_sub(13)?..from)?;
    let named = head.get(..5)?.eq_ignore_ascii_case("CTRI/");
    named.then(|| number(CTRI, text.get(from - 8..end).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<u64> {
        let mut out = Vec::new();
        numbers_in(text, &mut out);
        out
    }

    #[test]
    fn numbers_are_found_in_running_text() {
        let nct = found("NCT03000001");
        assert_eq!(nct.len(), 1);
        for text in [
            "(ClinicalTrials.gov number, NCT03000001.)",
            "https://clinicaltrials.gov/show/NCT03000001",
            "registered as nct 03000001; funded",
            "ClinicalTrials.gov: NCT-03000001",
        ] {
            assert_eq!(found(text), nct, "{text}");
        }
        assert_eq!(found("ISRCTN12345678"), found("ISRCTN 12345678"));
        assert_eq!(
            found("EUCTR2014-002272-88-DE"),
            found("EudraCT 2014-002272-88")
        );
        assert_eq!(found("CTRI/2012/05/002664").len(), 1);
        assert_eq!(found("ChiCTR-TRC-12345678"), found("ChiCTR12345678"));
        for text in [
            "120 adults, 12345678 cells, 2014-2015",
            "NCT0300000",
            "NCT030000012",
            "p 1057-70, 10.1234/s10439-015-1300-0",
            "FUNCT03000001",
        ] {
            assert_eq!(found(text), [0_u64; 0], "{text}");
        }
    }

    #[test]
    fn two_numbers_of_one_register_are_two_trials() {
        let (one, two) = (found("NCT03000001"), found("NCT03000002"));
        assert!(conflict(&one, &two));
        assert!(!conflict(
            &one,
            &found("NCT03000002, extension of NCT03000001")
        ));
        assert!(!conflict(&one, &found("ISRCTN12345678")));
        assert!(!conflict(&one, &[]));
    }

    #[test]
    fn entries_are_known_by_where_they_stand() {
        let entry = |journal: Option<&str>, author: &str, pages: Option<&str>| {
            let record = Record {
                title: Some("A study of examplimab".into()),
                journal: journal.map(str::to_owned),
                authors: vec![author.to_owned()],
                pages: pages.map(str::to_owned),
                ..Record::default()
            };
            read(&record).entry
        };
        assert!(entry(Some("ClinicalTrials.gov"), "Sponsor X", None));
        assert!(entry(
            Some("https://clinicaltrials.gov/show/NCT03000001"),
            "",
            None
        ));
        assert!(entry(None, "NCT03000001,", None));
        assert!(!entry(Some("Lancet"), "Novak A", None));
        assert!(!entry(Some("Lancet"), "Novak A", Some("1-9")));
    }
}
