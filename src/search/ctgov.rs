//! ClinicalTrials.gov, API v2: studies page by page.
//!
//! A page is asked for by the token that the page before gave; the first states the number of all
//! studies. Only the protocol and whether results are posted are asked for: posted results fill
//! megabytes and are read by people (ClinicalTrials.gov API v2, `GET /studies`).

use super::http::Fault;
use super::paged::{Asked, Page, read_json};
use crate::formats::Format;
use crate::strategy::ctgov::parameters;
use serde_json::Value;

/// Studies on a page: the most that the service gives.
pub const PAGE: usize = 1_000;

/// What is asked for by `strategy` behind `token`.
pub(super) fn asked(strategy: &str, token: &str) -> Asked {
    let of_strategy = parameters(strategy).into_iter();
    let mut out = of_strategy
        .map(|parameter| (parameter.name, parameter.value))
        .collect();
    answer(&mut out);
    if !token.is_empty() {
        out.push(("pageToken".to_owned(), token.to_owned()));
    }
    studies(out)
}

/// What is asked for to see these studies again, by their numbers.
pub(super) fn again(ids: &[String]) -> Asked {
    let mut out = vec![("filter.ids".to_owned(), ids.join(","))];
    answer(&mut out);
    studies(out)
}

/// How every answer is to be.
fn answer(out: &mut Vec<(String, String)>) {
    let mut set = |name: &str, value: &str| out.push((name.to_owned(), value.to_owned()));
    set("format", "json");
    set("fields", "ProtocolSection|HasResults");
    set("countTotal", "true");
    set("pageSize", &PAGE.to_string());
}

fn studies(out: Vec<(String, String)>) -> Asked {
    Asked {
        path: "studies",
        long: None,
        parameters: out,
    }
}

/// Reads one page.
pub(super) fn read(body: &[u8], token: &str) -> Result<Page, Fault> {
    let (value, parsed) = read_json(body, Format::Ctgov)?;
    let next = value.get("nextPageToken").and_then(Value::as_str);
    if next == Some(token) && !token.is_empty() {
        return Err(Fault::Damaged("a page that leads to itself".to_owned()));
    }
    Ok(Page {
        total: value.get("totalCount").and_then(Value::as_u64),
        next: next.map(str::to_owned),
        parsed,
    })
}
