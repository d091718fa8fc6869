//! DOIs with what exporters hang on them: `[doi];000 [pii]`, a second DOI, escapes, a page's path.

use super::Repair;
use crate::model::Record;

/// The DOI as it is compared, from its column or else from an address at doi.org.
pub(super) fn read(record: &Record, repairs: &mut Vec<Repair>) -> Option<Box<str>> {
    if let Some(doi) = &record.doi {
        let bare = bare(doi.as_str());
        if *bare != *doi.as_str() {
            repairs.push(Repair {
                field: "doi",
                what: "what stood behind it was cut, escapes were read",
            });
        }
        return Some(bare);
    }
    let url = record.url.as_deref()?;
    let at = url.find("doi.org/10.")? + "doi.org/".len();
    let tail = url.get(at..)?.split([' ', '?', '#']).next()?;
    let lower = tail.to_lowercase();
    (lower.len() > 8 && lower.contains('/')).then(|| {
        repairs.push(Repair {
            field: "doi",
            what: "read from the address",
        });
        bare(&lower)
    })
}

/// A DOI without what is not part of it; lower case and without blanks already.
pub(super) fn bare(raw: &str) -> Box<str> {
    let decoded;
    let mut doi = raw;
    if raw.contains(['%', '&']) {
        decoded = unescape(raw);
        doi = &decoded;
    }
    // "10.1/a[doi];b[pii]", "10.1/aandhttp://dx.doi.org/10.1/a", "10.1/a;10.1/b"
    for mark in [
        "[doi]", "[pii]", "andhttp", ",http", ";http", "|http", "http:", "https:", "doi:",
    ] {
        if let Some((head, _)) = doi.split_once(mark) {
            doi = head;
        }
    }
    for mark in ["and10.", ";10.", ",10.", "|10."] {
        if let Some((head, tail)) = doi.split_once(mark)
            && tail.contains('/')
        {
            doi = head;
        }
    }
    for tail in ["/abstract", "/full", "/pdf", "/epdf", "/fulltext", "/html"] {
        doi = doi.strip_suffix(tail).unwrap_or(doi);
    }
    doi = doi.trim_end_matches(['.', ',', ';', ':', '*', '\'', '"', '>']);
    if doi.ends_with(')') && !doi.contains('(') {
        doi = doi.trim_end_matches(')');
    }
    if let Some((head, tail)) = doi.rsplit_once('.') {
        // The figure or table of a paper: `.g001`.
        let figure = tail
            .strip_prefix(['g', 't'])
            .is_some_and(|digits| digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit()));
        if figure && head.contains("journal.p") {
            return head.into();
        }
    }
    doi.into()
}

/// Percent escapes and the two entities that DOIs of 1990s articles hold.
fn unescape(text: &str) -> String {
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let code = after
            .get(..2)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(u8::is_ascii_graphic);
        match code {
            Some(byte) => {
                out.push(char::from(byte).to_ascii_lowercase());
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push('%');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::bare;
    use crate::model::Doi;

    #[test]
    fn tails_joins_and_escapes_are_no_part_of_a_doi() {
        for (raw, want) in [
            (
                "10.5555/j.inv.2007.11.028 [doi]",
                "10.5555/j.inv.2007.11.028",
            ),
            (
                "10.5555/1673-5374.1 [doi];INV-9-773 [pii]",
                "10.5555/1673-5374.1",
            ),
            (
                "S0166-4328(07)00632-8 [pii];10.5555/J.INV [doi]",
                "10.5555/j.inv",
            ),
            (
                "http://dx.doi.org/10.5555/0091%2875%2990131-8 and http://dx.doi.org/10.5555/0091%2875%2990131-8",
                "10.5555/0091(75)90131-8",
            ),
            ("10.5555/a.1; 10.5555/b.2", "10.5555/a.1"),
            (
                "10.1002/(SICI)1097(1998)17:15&lt;1::AID-INV9&gt;3.0.CO;2-2",
                "10.1002/(sici)1097(1998)17:15<1::aid-inv9>3.0.co;2-2",
            ),
            ("https://doi.org/10.5555/inv.12/full", "10.5555/inv.12"),
            ("10.5555/inv.12.", "10.5555/inv.12"),
        ] {
            let doi = Doi::parse(raw).unwrap();
            assert_eq!(&*bare(doi.as_str()), want, "{raw}");
        }
    }
}
