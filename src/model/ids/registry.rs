//! The numbers of trial registries, however they are printed.
//!
//! The registries are those of the WHO International Clinical Trials Registry Platform (ICTRP) with
//! the forms their own sites state: NCT02990338, ISRCTN12345678, ACTRN12605000001684,
//! CTRI/2017/01/007658, ChiCTR1800012345 and ChiCTR-TRC-08000123, EudraCT 2016-003097-41, CTIS
//! 2022-500014-26-00, jRCT2031200001, UMIN000012345, JapicCTI-152345, DRKS00012345, NTR1234,
//! NL-OMON12345, IRCT20180101012345N1, KCT0001234, PACTR201012000123456, RBR-6f9wpn,
//! RPCEC00000123, SLCTR/2017/012, TCTR20180101001, LBCTR2019012345, PER-012-19, HKUCTR-1234,
//! ITMCTR2022000123, PHRR190301-002051, SNCTP000001234 and the platform's own U1111-1234-5678.

use super::{IdError, RegistryId, id_error};

/// What a number is made of, behind the letters that name its registry.
#[derive(Clone, Copy)]
enum Part {
    /// As many digits as these, at least and at most.
    Digits(usize, usize),
    /// As many letters or digits.
    Signs(usize, usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// This mark, printed as it is or as a blank, a hyphen, a slash or nothing.
    Mark(char),
    /// What follows may be missing as a whole.
    Maybe(&'static [Part]),
}

use Part::{Digits, Mark, Maybe, Signs, Word};

/// Letters, parts, and whether the letters belong to the number.
struct Form {
    name: &'static str,
    parts: &'static [Part],
    /// Letters that introduce the number and are not part of it: `EUCTR2016-003097-41`.
    label: bool,
}

const fn form(name: &'static str, parts: &'static [Part]) -> Form {
    Form {
        name,
        parts,
        label: false,
    }
}

const EUDRACT: &[Part] = &[
    Digits(4, 4),
    Mark('-'),
    Digits(6, 6),
    Mark('-'),
    Digits(2, 2),
];

const FORMS: [Form; 31] = [
    form("NCT", &[Digits(8, 8)]),
    form("ISRCTN", &[Digits(8, 8)]),
    form("ACTRN", &[Digits(14, 14)]),
    form(
        "CTRI",
        &[
            Mark('/'),
            Digits(4, 4),
            Mark('/'),
            Digits(2, 3),
            Mark('/'),
            Digits(6, 6),
        ],
    ),
    form(
        "CHICTR",
        &[
            Mark('-'),
            Word(&[
                "TRC", "TNC", "TRN", "TCC", "ONC", "ONN", "ONRC", "ORC", "ONB", "OOC", "OON",
                "OOB", "OPN", "OPC", "OPB", "OCC", "OCN", "OCS", "OCH", "ODN", "ODT", "ODD", "IPR",
                "IPC", "INR", "INC", "INQ", "IOR", "IOC", "IOD", "IOQ", "IIR", "IIC", "IDR", "ICR",
                "IPQ", "IND", "IPD", "PRC", "PNC", "PNRC", "PRNC", "CCC", "CCH", "COC", "COH",
                "CSC", "ROC", "ROB", "RPC", "RNC", "ECS", "ERC", "OQR", "DDT", "DDD", "RRC", "TQR",
                "TTRCC",
            ]),
            Mark('-'),
            Digits(8, 10),
        ],
    ),
    form("CHICTR", &[Digits(10, 10)]),
    form("CHIMCTR", &[Digits(10, 10)]),
    form("ITMCTR", &[Digits(10, 10)]),
    form("DRKS", &[Digits(8, 8)]),
    form("JRCT", &[Maybe(&[Word(&["S", "B", "C"])]), Digits(9, 10)]),
    form("UMIN", &[Digits(9, 9)]),
    form("JAPICCTI", &[Mark('-'), Digits(6, 6)]),
    form("JMA", &[Mark('-'), Word(&["IIA"]), Digits(5, 5)]),
    form("KCT", &[Digits(7, 7)]),
    form(
        "IRCT",
        &[Digits(8, 16), Maybe(&[Word(&["N"]), Digits(1, 3)])],
    ),
    form("PACTR", &[Digits(12, 17)]),
    form("RBR", &[Mark('-'), Signs(5, 8)]),
    form("RPCEC", &[Digits(8, 8)]),
    form("SLCTR", &[Mark('/'), Digits(4, 4), Mark('/'), Digits(3, 3)]),
    form("TCTR", &[Digits(11, 11)]),
    form("LBCTR", &[Digits(10, 10)]),
    form("PER", &[Mark('-'), Digits(3, 3), Mark('-'), Digits(2, 2)]),
    form("HKUCTR", &[Mark('-'), Digits(1, 5)]),
    form("HKCTR", &[Mark('-'), Digits(1, 5)]),
    form("NTR", &[Digits(3, 5)]),
    form("NL-OMON", &[Digits(4, 6)]),
    form("PHRR", &[Digits(6, 6), Mark('-'), Digits(6, 6)]),
    form("SNCTP", &[Digits(9, 9)]),
    form("U1111", &[Mark('-'), Digits(4, 4), Mark('-'), Digits(4, 4)]),
    Form {
        name: "EUCTR",
        parts: EUDRACT,
        label: true,
    },
    Form {
        name: "",
        parts: EUDRACT,
        label: true,
    },
];

/// The letters with which the name of a registry begins.
#[expect(
    clippy::indexing_slicing,
    reason = "the compiler evaluates it, and would refuse an index out of bounds"
)]
const BEGINS: [bool; 128] = {
    let mut begins = [false; 128];
    let mut n = 0;
    while n < FORMS.len() {
        if let Some(first) = FORMS[n].name.as_bytes().first() {
            begins[*first as usize] = true;
        }
        n += 1;
    }
    begins
};

impl RegistryId {
    /// Reads a registry number; letters become capitals, inner white space is dropped, and a known
    /// registry's number gets its registry's own form.
    ///
    /// ```
    /// use perennial::model::RegistryId;
    /// let id = RegistryId::parse("ctri-2017-01-007658").unwrap();
    /// assert_eq!(id.as_str(), "CTRI/2017/01/007658");
    /// ```
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let plain = plain(text.trim());
        if let Some((id, 0, end)) = at(&plain, 0)
            && end == plain.len()
            && !plain.starts_with("EUCTR")
        {
            return Ok(id);
        }
        Self::stored(text)
    }

    /// A value as earlier versions stored it: any number of a registry.
    pub(super) fn stored(text: &str) -> Result<Self, IdError> {
        let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let value = packed.to_uppercase();
        let enough = value.chars().filter(char::is_ascii_digit).count() >= 4;
        let known =
            || at(&value, 0).is_some_and(|(_, start, end)| start == 0 && end == value.len());
        let clean = value
            .chars()
            .all(|c| c.is_alphanumeric() || "-/.:_".contains(c));
        if clean && (enough || known()) {
            Ok(Self(value))
        } else {
            Err(id_error(text, "a registry number"))
        }
    }

    /// Every number of a known registry in a text, in the order they stand there.
    ///
    /// ```
    /// use perennial::model::RegistryId;
    /// let found = RegistryId::all("EudraCT Number: 2016-003097-41; JPRN-UMIN000012345");
    /// assert_eq!(found[0].as_str(), "2016-003097-41");
    /// assert_eq!(found[1].as_str(), "UMIN000012345");
    /// ```
    pub fn all(text: &str) -> Vec<Self> {
        // Every number has three digits in a row or stands behind a hyphen.
        let digits = || {
            let mut runs = text.split(|c: char| !c.is_numeric());
            runs.any(|run| run.chars().nth(2).is_some())
        };
        if !may_hold(text) || !(text.contains('-') || digits()) {
            return Vec::new();
        }
        let plain = plain(text);
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some((id, _, end)) = at(&plain, from) {
            if !found.contains(&id) {
                found.push(id);
            }
            from = end;
        }
        found
    }

    /// A text that is the number of a known registry and nothing else but its label.
    pub fn alone(text: &str) -> Option<Self> {
        if !may_hold(text) {
            return None;
        }
        let plain = plain(text.trim().trim_end_matches(['.', ',', ';']));
        let (id, start, end) = at(&plain, 0)?;
        let label = plain
            .get(..start)?
            .trim_end_matches([' ', ':', '#', '.', '-', '(']);
        // `EUCTR2016-003097-41-NL` and `CTIS2022-500014-26-00` end in a country or a version.
        let country = plain.get(end..)?.trim_start_matches(['-', '/', ')']);
        let ends = country.len() <= 3 && country.bytes().all(|b| b.is_ascii_alphanumeric());
        (LABELS.contains(&label) && ends).then_some(id)
    }

    /// Whether this is a ClinicalTrials.gov number: `NCT` and eight digits.
    pub fn is_nct(&self) -> bool {
        self.0
            .strip_prefix("NCT")
            .is_some_and(|d| d.len() == 8 && d.bytes().all(|b| b.is_ascii_digit()))
    }
}

/// Words that stand before a number and say what it is.
const LABELS: [&str; 14] = [
    "",
    "EUDRACT",
    "EUDRACT NUMBER",
    "EUDRACT NO",
    "CTIS",
    "EUCT",
    "EU CT",
    "EU CT NUMBER",
    "JPRN",
    "UTN",
    "CLINICALTRIALS.GOV",
    "TRIAL REGISTRATION",
    "ANZCTR",
    "REBEC",
];

/// Whether a text can hold a number: most values of an export show at once that they cannot.
///
/// A number has a digit, or is one of `ReBEC`, whose signs may all be letters.
fn may_hold(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Full-width signs begin with this byte.
    if bytes.iter().any(|b| b.is_ascii_digit() || *b == 0xef) {
        return true;
    }
    bytes
        .windows(3)
        .any(|three| three.eq_ignore_ascii_case(b"RBR"))
}

/// Capitals, full-width signs as plain ones, every hyphen and dash as `-`.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_uppercase();
    }
    let one = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{a0}' | '\u{3000}' | '\u{2009}' | '\u{202f}' => ' ',
        other => other,
    };
    let seen = text
        .chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}'));
    seen.map(one).map(|c| c.to_ascii_uppercase()).collect()
}

/// The first number from `from` on, with the place where it stands.
fn at(text: &str, from: usize) -> Option<(RegistryId, usize, usize)> {
    let bytes = text.as_bytes();
    let mut before = from.checked_sub(1).and_then(|at| bytes.get(at)).copied();
    for start in from..bytes.len() {
        let byte = *bytes.get(start)?;
        let inside = before.is_some_and(|b| b.is_ascii_alphanumeric());
        // A year behind letters: `EUCTR2016-…`, `CTIS2022-…`.
        let behind_letters =
            byte.is_ascii_digit() && before.is_some_and(|b| b.is_ascii_uppercase());
        before = Some(byte);
        if inside && !behind_letters {
            continue;
        }
        if !byte.is_ascii_digit() && !BEGINS.get(usize::from(byte)).is_some_and(|begins| *begins) {
            continue;
        }
        let Some(tail) = text.get(start..) else {
            continue;
        };
        let forms = FORMS.iter().filter(|form| {
            let first = form.name.bytes().next();
            first.map_or(byte.is_ascii_digit(), |first| first == byte && !inside)
        });
        for form in forms {
            if let Some((number, length)) = matched(form, tail) {
                return Some((RegistryId(number), start, start + length));
            }
        }
    }
    None
}

/// The number in its registry's form, and the length of what was printed.
fn matched(form: &Form, tail: &str) -> Option<(String, usize)> {
    let rest = tail.strip_prefix(form.name)?;
    let mut out = String::new();
    if !form.label {
        out.push_str(form.name);
    }
    let rest = match form.parts.first() {
        // `NCT: 02990338`, `ISRCTN-12345678`, `UMIN-CTR 000012345`; NTR alone is a common word.
        Some(Digits(..) | Maybe(_)) if !form.name.is_empty() && form.name != "NTR" => {
            let rest = rest.strip_prefix("-CTR").unwrap_or(rest);
            let digits = rest.trim_start_matches([' ', '-', ':', '#', '/', '.']);
            if rest.len() - digits.len() > 3 {
                rest
            } else {
                digits
            }
        }
        _ => rest,
    };
    let rest = parts(form.parts, rest, &mut out)?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if form.parts.as_ptr() == EUDRACT.as_ptr() {
        return european(out, rest, tail);
    }
    if form.name == "RBR" && rest.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    Some((out, tail.len() - rest.len()))
}

/// EudraCT's and CTIS' numbers: of a plausible year, CTIS' with its version.
fn european(mut out: String, rest: &str, tail: &str) -> Option<(String, usize)> {
    let year: u16 = out.get(..4)?.parse().ok()?;
    let of_ctis = out.get(5..6) == Some("5") && year >= 2022;
    if !(2001..=2025).contains(&year) && !of_ctis {
        return None;
    }
    let mut end = tail.len() - rest.len();
    if of_ctis {
        let version = rest.strip_prefix('-').and_then(|rest| rest.get(..2));
        if let Some(version) = version.filter(|v| v.bytes().all(|b| b.is_ascii_digit())) {
            out.push('-');
            out.push_str(version);
            end += 3;
        }
    }
    Some((out, end))
}

/// Reads parts; gives what stands behind them.
fn parts<'t>(parts: &[Part], mut rest: &'t str, out: &mut String) -> Option<&'t str> {
    for part in parts {
        rest = match part {
            Digits(least, most) => run(rest, *least, *most, out, |c| c.is_ascii_digit())?,
            Signs(least, most) => {
                let of_number = |c: char| c.is_ascii_alphanumeric();
                run(rest, *least, *most, out, of_number)?
            }
            Word(words) => {
                let word = words.iter().find(|word| rest.starts_with(**word))?;
                out.push_str(word);
                rest.get(word.len()..)?
            }
            Mark(mark) => {
                out.push(*mark);
                let bare = rest.trim_start_matches(' ');
                let bare = bare.strip_prefix(['-', '/', ':', '_']).unwrap_or(bare);
                bare.trim_start_matches(' ')
            }
            Maybe(inner) => {
                let length = out.len();
                if let Some(behind) = self::parts(inner, rest, out) {
                    behind
                } else {
                    out.truncate(length);
                    rest
                }
            }
        };
    }
    Some(rest)
}

fn run<'t>(
    rest: &'t str,
    least: usize,
    most: usize,
    out: &mut String,
    is: impl Fn(char) -> bool,
) -> Option<&'t str> {
    let end = rest.find(|c| !is(c)).unwrap_or(rest.len());
    let end = end.min(most);
    if end < least {
        return None;
    }
    let (number, behind) = rest.split_at_checked(end)?;
    out.push_str(number);
    Some(behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_every_registry_is_read_however_it_is_printed() {
        for (text, want) in [
            ("NCT02990338", "NCT02990338"),
            ("nct 02990338", "NCT02990338"),
            ("NCT: 02990338.", "NCT02990338"),
            ("ＮＣＴ０２９９０３３８", "NCT02990338"),
            ("ISRCTN-12345678", "ISRCTN12345678"),
            ("ISRCTN 12345678", "ISRCTN12345678"),
            ("ACTRN12605000001684", "ACTRN12605000001684"),
            ("CTRI/2017/01/007658", "CTRI/2017/01/007658"),
            ("CTRI-2009-091-000123", "CTRI/2009/091/000123"),
            ("CTRI 2017/01/007658", "CTRI/2017/01/007658"),
            ("EUCTR2016-003097-41-NL", "2016-003097-41"),
            ("EudraCT Number: 2016-003097-41", "2016-003097-41"),
            ("2016\u{2013}003097\u{2013}41", "2016-003097-41"),
            ("CTIS2022-500014-26-00", "2022-500014-26-00"),
            ("EU CT 2023-505678-12-00", "2023-505678-12-00"),
            ("ChiCTR1800012345", "CHICTR1800012345"),
            ("ChiCTR-1800012345", "CHICTR1800012345"),
            ("ChiCTR-TRC-08000123", "CHICTR-TRC-08000123"),
            ("JPRN-UMIN000012345", "UMIN000012345"),
            ("UMIN-CTR 000012345", "UMIN000012345"),
            ("JPRN-JapicCTI-152345", "JAPICCTI-152345"),
            ("JPRN-jRCTs031180123", "JRCTS031180123"),
            ("jRCT2031200001", "JRCT2031200001"),
            ("JMA-IIA00123", "JMA-IIA00123"),
            ("DRKS00012345", "DRKS00012345"),
            ("NTR1234", "NTR1234"),
            ("NL-OMON12345", "NL-OMON12345"),
            ("IRCT20180101012345N1", "IRCT20180101012345N1"),
            ("KCT0001234", "KCT0001234"),
            ("PACTR201012000123456", "PACTR201012000123456"),
            ("RBR-6f9wpn", "RBR-6F9WPN"),
            ("RPCEC00000123", "RPCEC00000123"),
            ("SLCTR/2017/012", "SLCTR/2017/012"),
            ("TCTR20180101001", "TCTR20180101001"),
            ("LBCTR2019012345", "LBCTR2019012345"),
            ("PER-012-19", "PER-012-19"),
            ("HKUCTR-1234", "HKUCTR-1234"),
            ("ITMCTR2022000123", "ITMCTR2022000123"),
            ("PHRR190301-002051", "PHRR190301-002051"),
            ("U1111-1234-5678", "U1111-1234-5678"),
        ] {
            let alone = RegistryId::alone(text);
            assert_eq!(alone.as_ref().map(RegistryId::as_str), Some(want), "{text}");
            let written = RegistryId::parse(want).unwrap();
            assert_eq!(written.as_str(), want, "read again");
            assert_eq!(
                RegistryId::all(&format!("x; {text}, y")),
                [written],
                "{text}"
            );
        }
    }

    #[test]
    fn what_looks_like_a_number_is_none() {
        for text in [
            "NCT0299033",
            "NCT029903381",
            "XNCT02990338",
            "ISRCTN1234567",
            "NTR",
            "NTR 2015",
            "2016-003097-4",
            "1016-003097-41",
            "12016-003097-41",
            "Smith J",
            "2019-01-02",
            "0140-6736",
            "PER-12-1",
            "RBR-",
            "UMIN00001234",
            "CTRI",
            "DRKS 1",
            "Kct A",
        ] {
            assert!(RegistryId::all(text).is_empty(), "{text}");
        }
        assert!(RegistryId::alone("NCT02990338 study group").is_none());
        assert!(RegistryId::parse("CASTOR").is_err());
        assert!(RegistryId::parse("nct02990338").unwrap().is_nct());
        assert!(!RegistryId::parse("ISRCTN12345678").unwrap().is_nct());
    }

    #[test]
    fn a_number_of_a_register_not_known_is_kept_as_it_is() {
        assert_eq!(
            RegistryId::parse("EUPAS 12345").unwrap().as_str(),
            "EUPAS12345"
        );
        let stored: RegistryId = serde_json::from_str("\"EUCTR2016-003097-41-NL\"").unwrap();
        assert_eq!(stored.as_str(), "EUCTR2016-003097-41-NL");
    }
}
