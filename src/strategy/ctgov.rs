//! Query files for ClinicalTrials.gov: one parameter of the API per line, `query.cond = asthma`.
//!
//! A line without a parameter goes on with the one before. A file without any is one expression,
//! which is sent as `query.term`. What pages and fields are asked for is the program's business
//! (ClinicalTrials.gov API v2, `GET /studies`).

use super::is_comment;
use crate::workflow::diagnostic::quoted;
use crate::workflow::{Diagnostic, nearest};
use std::ops::Range;

/// Parameters that say what is searched for.
const KNOWN: &[&str] = &[
    "query.cond",
    "query.term",
    "query.locn",
    "query.titles",
    "query.intr",
    "query.outc",
    "query.spons",
    "query.lead",
    "query.id",
    "query.patient",
    "filter.overallStatus",
    "filter.geo",
    "filter.ids",
    "filter.advanced",
    "filter.synonyms",
    "postFilter.overallStatus",
    "postFilter.geo",
    "postFilter.ids",
    "postFilter.advanced",
    "postFilter.synonyms",
    "aggFilters",
    "geoDecay",
];

/// Parameters that the program sets.
const SET: &[&str] = &[
    "format",
    "markupFormat",
    "fields",
    "sort",
    "countTotal",
    "pageSize",
    "pageToken",
];

/// One parameter as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name of the field or operator.
    pub name: String,
    /// Its value on one line.
    pub value: String,
    /// Where the name stands in the file.
    pub span: Range<usize>,
}

/// The parameters of a query file.
///
/// ```
/// use perennial::strategy::ctgov::parameters;
/// let found = parameters("# adults\nquery.cond = asthma OR\n  wheeze\nfilter.ids = NCT01\n");
/// assert_eq!(found[0].value, "asthma OR wheeze");
/// assert_eq!(found[1].name, "filter.ids");
/// assert_eq!(parameters("asthma AND child")[0].name, "query.term");
/// ```
pub fn parameters(text: &str) -> Vec<Parameter> {
    let mut out: Vec<Parameter> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let bare = line.trim_start_matches('\u{feff}').trim_end();
        let body = bare.trim();
        if is_comment(bare) || body.is_empty() {
            continue;
        }
        let named = body.split_once('=').filter(|(name, _)| {
            let name = name.trim();
            let letters = |c: char| c.is_ascii_alphabetic() || c == '.' || c == '_';
            !name.is_empty() && name.chars().all(letters)
        });
        match (named, out.last_mut()) {
            (Some((name, value)), _) => {
                let lead = line.find(body).unwrap_or(0);
                let name = name.trim();
                out.push(Parameter {
                    name: name.to_owned(),
                    value: value.trim().to_owned(),
                    span: start + lead..start + lead + name.len(),
                });
            }
            (None, Some(last)) => {
                if !last.value.is_empty() {
                    last.value.push(' ');
                }
                last.value.push_str(body);
            }
            (None, None) => out.push(Parameter {
                name: "query.term".to_owned(),
                value: body.to_owned(),
                span: start..start,
            }),
        }
    }
    out
}

/// Parameters that the service does not have, that the program sets, or that stand twice.
pub fn check(text: &str, file: &str) -> Vec<Diagnostic> {
    let found = parameters(text);
    let mut out = Vec::new();
    for (n, parameter) in found.iter().enumerate() {
        let name = parameter.name.as_str();
        let problem =
            |message: String| Diagnostic::new(message, file, text, parameter.span.clone());
        let before = found.iter().take(n);
        if SET.contains(&name) {
            out.push(
                problem(format!("{} is set by the program", quoted(name)))
                    .label("not part of a strategy")
                    .help("leave this line out"),
            );
        } else if !KNOWN.contains(&name) {
            let help = match nearest(name, KNOWN.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "the service searches by `query.cond`, `query.intr`, `query.term` and filters by `filter.advanced`".into(),
            };
            let message = format!("ClinicalTrials.gov has no parameter {}", quoted(name));
            out.push(problem(message).label("it would be refused").help(help));
        } else if parameter.value.is_empty() {
            out.push(
                problem(format!("{} has no value", quoted(name)))
                    .label("nothing stands behind it")
                    .help("write its value, or leave this line out"),
            );
        } else if before.into_iter().any(|other| other.name == name) {
            out.push(
                problem(format!("{} stands twice", quoted(name)))
                    .label("used again here")
                    .help("join the two by OR or AND in one line"),
            );
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_service_would_refuse_is_found() {
        let text = "query.cond = a\nquery.kond = b\npageSize = 5\nquery.cond = c\nquery.intr =\n";
        let found = check(text, "q.txt");
        let said: Vec<(usize, &str)> = found.iter().map(|d| (d.line, d.message.as_str())).collect();
        assert_eq!(
            said,
            [
                (2, "ClinicalTrials.gov has no parameter `query.kond`"),
                (3, "`pageSize` is set by the program"),
                (4, "`query.cond` stands twice"),
                (5, "`query.intr` has no value"),
            ]
        );
        assert_eq!(found[0].help, ["did you mean `query.cond`?"]);
        assert_eq!(&text[found[1].span.clone()], "pageSize");
        assert_eq!(check("AREA[Phase]PHASE3 AND x=y", "q"), []);
    }
}
