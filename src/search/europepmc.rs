//! Europe PMC's search service: articles and preprints page by page.
//!
//! A page is asked for by the cursor that the page before gave, `*` at first. The last page gives
//! the cursor that it was asked by, or none, or holds nothing. A long strategy travels in the body
//! of a POST (Europe PMC, Articles RESTful API, `search` and `searchPOST`).

use super::http::Fault;
use super::paged::{Asked, Page, read_json};
use crate::formats::Format;
use serde_json::Value;

/// Articles on a page: the most that the service gives.
pub const PAGE: usize = 1_000;

/// What is asked for by `strategy` behind `cursor`.
pub(super) fn asked(strategy: &str, cursor: &str) -> Asked {
    let query: Vec<&str> = strategy.split_whitespace().collect();
    let cursor = if cursor.is_empty() { "*" } else { cursor };
    let parameters = [
        ("query", query.join(" ")),
        ("resultType", "core".to_owned()),
        ("format", "json".to_owned()),
        ("pageSize", PAGE.to_string()),
        ("cursorMark", cursor.to_owned()),
    ];
    Asked {
        path: "search",
        long: Some("searchPOST"),
        parameters: parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    }
}

/// What is asked for to see these records again, each `source:id` as the service names it.
pub(super) fn again(ids: &[String]) -> Asked {
    let named = ids.iter().filter_map(|id| id.split_once(':'));
    let each: Vec<String> = named
        .map(|(source, id)| format!("(EXT_ID:\"{id}\" AND SRC:{source})"))
        .collect();
    asked(&each.join(" OR "), "")
}

/// Reads one page.
pub(super) fn read(body: &[u8], cursor: &str) -> Result<Page, Fault> {
    let (value, parsed) = read_json(body, Format::EuropePmc)?;
    let next = value.get("nextCursorMark").and_then(Value::as_str);
    let next = next.filter(|next| *next != cursor && *next != "*" && !parsed.records.is_empty());
    Ok(Page {
        total: value.get("hitCount").and_then(Value::as_u64),
        next: next.map(str::to_owned),
        parsed,
    })
}
