//! What came back: an answer, something to ask again for, or something a person must change.
//!
//! The body decides before the status. Seen in the wild: the rate limit's JSON with status 200, an
//! HTML page with status 200, an error element in a well-formed answer, an empty body.

use super::EutilsError;
use crate::search::http::Fault;
use std::time::Duration;

/// What a body is, as far as its start tells.
enum Shape {
    Empty,
    Json,
    Html,
    Markup,
    Other,
}

/// Classifies an answer by body, then status. `Ok` means: worth parsing.
pub(super) fn classify(
    status: u16,
    retry_after: Option<Duration>,
    body: &[u8],
) -> Result<(), Fault> {
    if (300..400).contains(&status) && status != 304 {
        return Err(Fault::Stop(EutilsError::Redirect { status }));
    }
    let text = String::from_utf8_lossy(body.get(..body.len().min(20_000)).unwrap_or_default());
    let lower = text.to_ascii_lowercase();
    if lower.contains("api rate limit exceeded") || status == 429 {
        return Err(Fault::Again {
            cause: "the limit of requests is reached".to_owned(),
            wait: retry_after.unwrap_or_default().max(Duration::from_secs(1)),
        });
    }
    if lower.contains("api key invalid") || lower.contains("api-key invalid") {
        return Err(Fault::Stop(EutilsError::BadKey));
    }
    if status == 413 || status == 414 || lower.contains("request-uri too") {
        return Err(Fault::Stop(EutilsError::TooLong { status }));
    }
    let waiting = |cause: String| Fault::Again {
        cause,
        wait: retry_after.unwrap_or_default(),
    };
    if let Some(said) = error_element(&text) {
        return Err(said_error(&said));
    }
    let refused = (400..500).contains(&status) && !matches!(status, 408 | 425);
    match shape(&lower) {
        Shape::Empty if status == 200 => Err(Fault::again("an empty answer")),
        Shape::Html if !refused => Err(waiting(format!("a web page (status {status})"))),
        Shape::Json if status == 200 => Err(waiting("JSON instead of XML".to_owned())),
        _ if refused => Err(Fault::Refused {
            status,
            said: first_words(&text),
        }),
        _ if status != 200 => Err(waiting(format!("status {status}"))),
        Shape::Markup => Ok(()),
        Shape::Empty | Shape::Html | Shape::Json | Shape::Other => {
            if lower.contains("search backend failed") || lower.contains("unable to obtain query") {
                Err(said_error(&first_words(&text)))
            } else {
                Err(Fault::Damaged("text instead of XML".to_owned()))
            }
        }
    }
}

/// Words of an error that asking again does not mend.
const PERSON: [&str; 10] = [
    "syntax",
    "parse",
    "invalid query",
    "malformed",
    "unbalanced",
    "parenthes",
    "empty term",
    "invalid db name",
    "'retstart' cannot be larger",
    "query is too",
];

/// An error that the service states: the strategy's, or its own of the moment.
fn said_error(said: &str) -> Fault {
    let lower = said.to_ascii_lowercase();
    if PERSON.iter().any(|word| lower.contains(word)) {
        Fault::Stop(EutilsError::Syntax {
            said: said.to_owned(),
        })
    } else {
        Fault::again(format!("the service says: {said}"))
    }
}

/// The content of the first non-empty error element.
fn error_element(text: &str) -> Option<String> {
    for (open, close) in [("<ERROR>", "</ERROR>"), ("<error>", "</error>")] {
        // Only near the start: an abstract may speak of anything.
        let head = text.get(..text.floor_char_boundary(4_000)).unwrap_or(text);
        let looks = head.contains("<eSearchResult") || head.contains("<eFetchResult");
        if let Some((_, rest)) = head.split_once(open)
            && (looks || !head.contains("<PubmedArticle>"))
        {
            let said = rest.split(close).next().unwrap_or(rest);
            let said = first_words(said);
            if !said.is_empty() {
                return Some(said);
            }
        }
    }
    let json = text.trim_start().starts_with('{');
    if json && let Some((_, rest)) = text.split_once("\"ERROR\":\"") {
        return Some(first_words(rest.split('"').next().unwrap_or(rest)));
    }
    None
}

fn shape(lower: &str) -> Shape {
    let head = lower.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if head.is_empty() {
        Shape::Empty
    } else if head.starts_with('{') || head.starts_with('[') {
        Shape::Json
    } else if head.starts_with("<!doctype html") || head.starts_with("<html") {
        Shape::Html
    } else if head.starts_with('<') {
        if head
            .get(..head.floor_char_boundary(1_000))
            .is_some_and(|h| h.contains("<html"))
        {
            Shape::Html
        } else {
            Shape::Markup
        }
    } else {
        Shape::Other
    }
}

/// The start of a text on one line, without markup.
pub(in crate::search) fn first_words(text: &str) -> String {
    let mut out = String::new();
    let mut tag = false;
    for c in text.chars() {
        match c {
            '<' => tag = true,
            '>' if tag => {
                tag = false;
                out.push(' ');
            }
            _ if tag => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
        if out.len() > 600 {
            break;
        }
    }
    let out = out.split_whitespace().collect::<Vec<_>>().join(" ");
    out.chars().take(240).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Fault {
        classify(status, None, body.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_body_decides_before_the_status() {
        let limit =
            r#"{"error":"API rate limit exceeded","api-key":"1.2.3.4","count":"4","limit":"3"}"#;
        for status in [200, 429] {
            assert!(matches!(of(status, limit), Fault::Again { wait, .. } if wait.as_secs() == 1));
        }
        let key = r#"{"error":"API key invalid","api-key":"0123","type":"invalid"}"#;
        assert_eq!(of(400, key), Fault::Stop(EutilsError::BadKey));
        assert!(matches!(
            of(200, "<html><body>WWW Error</body></html>"),
            Fault::Again { .. }
        ));
        assert!(matches!(of(200, " \n"), Fault::Again { .. }));
        assert!(matches!(
            of(503, "<PubmedArticleSet></PubmedArticleSet>"),
            Fault::Again { .. }
        ));
        assert!(classify(200, None, b"<?xml version=\"1.0\"?><PubmedArticleSet>").is_ok());
    }

    #[test]
    fn an_error_element_is_an_error_and_never_no_records() {
        let of = |said: &str| {
            of(
                200,
                &format!(
                    "<?xml version=\"1.0\"?><eSearchResult><ERROR>{said}</ERROR></eSearchResult>"
                ),
            )
        };
        assert!(matches!(
            of("Search Backend failed: read failed"),
            Fault::Again { .. }
        ));
        assert!(matches!(
            of("Unable to obtain query #1"),
            Fault::Again { .. }
        ));
        assert!(matches!(
            of("Query syntax error"),
            Fault::Stop(EutilsError::Syntax { .. })
        ));
        assert!(classify(200, None, b"<eSpellResult><ERROR/></eSpellResult>").is_ok());
    }

    #[test]
    fn what_a_person_must_change_stops_at_once() {
        assert_eq!(
            of(414, "<html>Request-URI Too Large</html>"),
            Fault::Stop(EutilsError::TooLong { status: 414 })
        );
        assert_eq!(
            of(301, "<html>Moved</html>"),
            Fault::Stop(EutilsError::Redirect { status: 301 })
        );
        assert!(matches!(
            of(404, "<html>no</html>"),
            Fault::Refused { status: 404, .. }
        ));
    }
}
