//! The pages of the linter's rules are made from the rules, and what it finds in the reference review
//! from the review.

use super::{all_current, files, none, root, settle};
use perennial::lint::{Paper, RULES, check, manual, read};
use std::fs;

/// Replaces what stands after the marker of a page.
fn made(page: &str, part: &str) -> Option<String> {
    let shown = fs::read_to_string(root().join(page)).unwrap_or_default();
    let marker = "<!-- made from the code: UPDATE_DOCS=1 cargo test --test it docs -->\n\n";
    let (head, rest) = shown.split_once(marker)?;
    let tail = rest.split_once("\n\n").map_or("", |(_, tail)| tail);
    let tail = if tail.is_empty() {
        String::new()
    } else {
        format!("\n{tail}")
    };
    settle(page, &shown, &format!("{head}{marker}{part}{tail}")).err()
}

#[test]
fn every_rule_of_the_linter_has_its_page() {
    let mut faults = Vec::new();
    for rule in &RULES {
        let page = format!("docs/reference/lint/{}", manual::file(rule));
        let shown = fs::read_to_string(root().join(&page)).unwrap_or_default();
        faults.extend(settle(&page, &shown, &manual::page(rule)).err());
    }
    faults.extend(made("docs/reference/lint/README.md", &manual::index()));
    all_current(&faults);
    let known: Vec<String> = RULES.iter().map(manual::file).collect();
    let strange: Vec<String> = files("docs/reference/lint", "md")
        .into_iter()
        .filter(|path| {
            let name = path.rsplit('/').next().unwrap().to_owned();
            !known.contains(&name) && name != "README.md" && name != "statements.md"
        })
        .collect();
    none(&strange);
}

#[test]
fn the_page_on_the_reference_review_says_what_is_found() {
    let mut paper = Paper::default();
    for name in [
        "flow.csv",
        "results.csv",
        "studies.csv",
        "claims.csv",
        "meta.json",
    ] {
        let bytes = fs::read(root().join("tests/lint/cd38").join(name)).unwrap();
        let kind = read::kind(name, &bytes).unwrap();
        read::file(&mut paper, kind, name, &bytes).unwrap();
    }
    let table = manual::findings(&check(&paper));
    let page = "docs/guides/linting-the-reference-review.md";
    all_current(&made(page, &table).into_iter().collect::<Vec<_>>());
}
