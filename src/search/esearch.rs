//! ESearch answers: how many ids a strategy found, which, and how PubMed read it.
//!
//! The shape is that of `eSearchResult` (NCBI E-utilities help, ESearch).

use quick_xml::Reader;
use quick_xml::events::Event;

/// What one ESearch answer says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EsearchAnswer {
    /// How many records the source says it has for the strategy.
    pub count: u64,
    /// The ids it lists.
    pub ids: Vec<String>,
    /// How PubMed read the strategy.
    pub translation: Option<String>,
    /// Phrases not found, tags ignored.
    pub warnings: Vec<String>,
}

/// Reads an ESearch answer; the error says what is wrong with it.
pub fn parse(bytes: &[u8]) -> Result<EsearchAnswer, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let mut reader = Reader::from_str(text);
    let mut answer = EsearchAnswer::default();
    let mut path: Vec<String> = Vec::new();
    let mut value = String::new();
    let (mut seen_root, mut seen_count) = (false, false);
    loop {
        let event = reader
            .read_event()
            .map_err(|error| format!("damaged XML at byte {}: {error}", reader.error_position()))?;
        match event {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if path.is_empty() {
                    if name != "eSearchResult" {
                        return Err(format!("its root element is <{name}>"));
                    }
                    seen_root = true;
                }
                path.push(name);
                value.clear();
            }
            Event::Text(part) => value.push_str(&part.xml10_content()),
            Event::CData(part) => value.push_str(&part),
            Event::GeneralRef(name) => value.push_str(&entity(&name)?),
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                let said = value.trim().to_owned();
                value.clear();
                let within = path.last().map(String::as_str).unwrap_or_default();
                match (within, name.as_str()) {
                    ("eSearchResult", "Count") => {
                        answer.count = said
                            .parse()
                            .map_err(|_| format!("its count `{said}` is not a number"))?;
                        seen_count = true;
                    }
                    ("IdList", "Id") => answer.ids.push(said),
                    ("eSearchResult", "QueryTranslation") => {
                        answer.translation = (!said.is_empty()).then_some(said);
                    }
                    ("eSearchResult", "ERROR") => return Err(format!("PubMed says: {said}")),
                    ("ErrorList" | "WarningList", _) => {
                        answer.warnings.push(format!("{name}: {said}"));
                    }
                    _ => {}
                }
            }
            Event::Eof => break,
            Event::Empty(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::DocType(_) => {}
        }
    }
    if !seen_root || !path.is_empty() {
        return Err("it breaks off before its end".to_owned());
    }
    if !seen_count {
        return Err("it states no count".to_owned());
    }
    Ok(answer)
}

/// The five predefined entities and character references; nothing else is resolved.
fn entity(name: &str) -> Result<String, String> {
    let known = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.strip_prefix('#').and_then(|number| {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => number.parse().ok(),
            };
            code.and_then(char::from_u32)
        }),
    };
    known
        .map(String::from)
        .ok_or_else(|| format!("it uses the unknown entity `&{name};`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn count_ids_translation_and_warnings_are_read() {
        let answer = parse(
            br#"<?xml version="1.0"?><eSearchResult><Count>2</Count><RetMax>2</RetMax>
            <IdList><Id>31735560</Id><Id>32682484</Id></IdList>
            <TranslationStack><TermSet><Term>a</Term><Count>9</Count></TermSet></TranslationStack>
            <QueryTranslation>"cd38"[tiab] &amp; x</QueryTranslation>
            <ErrorList><PhraseNotFound>mezagitumab</PhraseNotFound></ErrorList></eSearchResult>"#,
        )
        .unwrap();
        assert_eq!(answer.count, 2);
        assert_eq!(answer.ids, ["31735560", "32682484"]);
        assert_eq!(answer.translation.as_deref(), Some("\"cd38\"[tiab] & x"));
        assert_eq!(answer.warnings, ["PhraseNotFound: mezagitumab"]);
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for (bytes, word) in [
            (&b"<html><body>busy</body></html>"[..], "<html>"),
            (
                b"<eSearchResult><Count>2</Count><IdList><Id>31",
                "breaks off",
            ),
            (
                b"<eSearchResult><ERROR>Invalid db name</ERROR></eSearchResult>",
                "Invalid db",
            ),
            (b"<eSearchResult><IdList/></eSearchResult>", "no count"),
            (
                b"<eSearchResult><Count>many</Count></eSearchResult>",
                "not a number",
            ),
        ] {
            let error = parse(bytes).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
    }
}
