//! The one stylesheet, the one script, the mark. Their addresses change with their content.

use super::answer::Answer;
use super::ask::{Ask, Signed};
use super::problem::Problem;
use super::site::Site;
use crate::model::Digest;
use std::sync::LazyLock;

static STYLE: LazyLock<String> = LazyLock::new(|| bare(include_str!("assets/perennial.css")));
static SCRIPT: LazyLock<String> = LazyLock::new(|| bare(include_str!("assets/perennial.js")));
const MARK: &str = include_str!("assets/mark.svg");

fn named(stem: &str, text: &str, end: &str) -> String {
    let hash = Digest::of(text.as_bytes()).to_string();
    format!("{stem}-{}.{end}", hash.get(..12).unwrap_or_default())
}

/// A file as it is sent: without what only its readers here need, indentation and lines of comment.
fn bare(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let kept = lines.filter(|line| {
        let comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && !comment
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// The file names that pages link.
pub(super) static STYLE_NAME: LazyLock<String> =
    LazyLock::new(|| named("perennial", &STYLE, "css"));
pub(super) static SCRIPT_NAME: LazyLock<String> =
    LazyLock::new(|| named("perennial", &SCRIPT, "js"));

/// A file by its name.
pub(super) fn file(_: &Site, ask: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    let name = ask.part(1).unwrap_or_default();
    if name == *STYLE_NAME {
        Ok(Answer::file(
            "text/css; charset=utf-8",
            STYLE.as_bytes().to_vec(),
            true,
        ))
    } else if name == *SCRIPT_NAME {
        Ok(Answer::file(
            "text/javascript; charset=utf-8",
            SCRIPT.as_bytes().to_vec(),
            true,
        ))
    } else if name == "mark.svg" {
        Ok(Answer::file("image/svg+xml", MARK.into(), false))
    } else {
        Err(Problem::NotFound(
            "no file of this site has this name".to_owned(),
        ))
    }
}

/// The script again, at the address from which it may answer for all pages without a network.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a room")]
pub(super) fn worker(_: &Site, _: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    Ok(Answer::file(
        "text/javascript; charset=utf-8",
        SCRIPT.as_bytes().to_vec(),
        false,
    ))
}

/// What a phone asks before it puts the site on its screen.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a room")]
pub(super) fn manifest(site: &Site, _: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    let base = &site.base;
    let text = serde_json::json!({
        "name": "Perennial", "short_name": "Perennial", "id": format!("{base}/"),
        "start_url": format!("{base}/screen"), "scope": format!("{base}/"),
        "display": "standalone", "background_color": "#FAF8F3", "theme_color": "#1F5F4E",
        "icons": [{"src": format!("{base}/assets/mark.svg"), "sizes": "any",
                   "type": "image/svg+xml", "purpose": "any"}],
    });
    Ok(Answer::file(
        "application/manifest+json",
        text.to_string().into_bytes(),
        false,
    ))
}

/// The mark, where a browser looks for it on its own.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a room")]
pub(super) fn icon(_: &Site, _: &Ask, _: Option<&Signed>) -> Result<Answer, Problem> {
    Ok(Answer::file("image/svg+xml", MARK.into(), false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_asks_no_other_host() {
        assert!(SCRIPT.len() <= 20_000, "{}", SCRIPT.len());
        for text in [SCRIPT.as_str(), STYLE.as_str()] {
            assert!(!text.contains("http:") && !text.contains("https:") && !text.contains("//cdn"));
        }
    }
}
