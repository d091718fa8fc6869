//! The docs are true: transcripts are run, references are made from the code, links lead
//! somewhere, and the source keeps the layers that the README draws.
//!
//! `UPDATE_DOCS=1 cargo test --test it docs` writes what the program says into the pages.

mod layers;
mod lint;
mod options;
mod reference;
mod rob2;
mod tables;
mod transcripts;

use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the repository.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether pages are to be rewritten instead of compared.
fn updating() -> bool {
    std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1")
}

/// The text of a file, by its path from the root.
fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file below `folder` that ends in `extension`, as paths from the root, in order.
fn files(folder: &str, extension: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(relative(&path));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// Pictures that are not taken yet; a name goes from here when its file comes.
const AWAITED: [&str; 0] = [];

/// The pages at the root and everything in docs/.
fn pages() -> Vec<String> {
    let mut pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]
        .map(str::to_owned)
        .to_vec();
    pages.extend(files("docs", "md"));
    pages
}

/// Compares a page with what it should say, or writes it.
fn settle(path: &str, shown: &str, want: &str) -> Result<(), String> {
    if shown == want {
        return Ok(());
    }
    if updating() {
        fs::write(root().join(path), want).unwrap();
        return Ok(());
    }
    let line = shown.lines().zip(want.lines()).take_while(|(a, b)| a == b);
    let n = line.count();
    let at = |text: &str| text.lines().nth(n).unwrap_or("(the end)").to_owned();
    Err(format!(
        "{path}:{}\n    page:    {}\n    program: {}",
        n + 1,
        at(shown),
        at(want)
    ))
}

/// Fails with every fault at once.
#[track_caller]
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Fails with every page that is not what the program says, and the command that writes it.
#[track_caller]
fn all_current(faults: &[String]) {
    assert!(
        faults.is_empty(),
        "\n{}\nif that is meant: UPDATE_DOCS=1 cargo test --test it docs\n",
        faults.join("\n")
    );
}

#[test]
fn every_link_of_the_docs_leads_to_a_file() {
    let mut faults = Vec::new();
    for page in pages().into_iter().chain(["CHANGELOG.md".to_owned()]) {
        let folder = PathBuf::from(&page).parent().unwrap().to_owned();
        let text = text(&page);
        for (n, line) in text.lines().enumerate() {
            for link in line.split("](").skip(1) {
                let target = link.split([')', '#', ' ']).next().unwrap_or_default();
                let outside = target.is_empty() || target.contains("://");
                let there = outside || root().join(&folder).join(target).exists();
                let awaited = AWAITED.contains(&target);
                if there == awaited {
                    let is = if there {
                        "is there now"
                    } else {
                        "is not there"
                    };
                    faults.push(format!("{page}:{}: {target} {is}", n + 1));
                }
            }
        }
    }
    none(&faults);
}

/// The stations of a walk: a line such as ``3. `src/formats.rs` `read` tells …``.
fn station(line: &str) -> Option<(&str, &str)> {
    let (number, rest) = line.split_once(". `")?;
    number.parse::<u32>().ok()?;
    let (path, rest) = rest.split_once("` `")?;
    Some((path, rest.split_once('`')?.0))
}

#[test]
fn every_station_of_the_walks_is_a_function_of_its_file() {
    let page = text("ARCHITECTURE.md");
    let mut faults = Vec::new();
    let (mut walk, mut stations, mut all) = (String::new(), 0, 0);
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            (walk, stations) = (title.to_owned(), 0);
        }
        let Some((path, function)) = station(line) else {
            continue;
        };
        stations += 1;
        all += 1;
        let there = root().join(path).is_file();
        if !there
            || ![format!("fn {function}("), format!("fn {function}<")]
                .iter()
                .any(|words| text(path).contains(words.as_str()))
        {
            faults.push(format!("{walk}: {path} has no function {function}"));
        }
        if stations > 18 {
            faults.push(format!("{walk}: more than 18 stations"));
        }
    }
    none(&faults);
    assert!(all > 30, "{all} stations were read");
}

#[test]
fn every_page_is_on_the_map_of_the_docs() {
    let map = text("docs/README.md");
    // The rules of the linter have a map of their own.
    let rules = text("docs/reference/lint/README.md");
    let rule = |page: &str| {
        let name = page.strip_prefix("reference/lint/");
        name.is_some_and(|name| rules.contains(&format!("({name})")))
    };
    let missing: Vec<String> = files("docs", "md")
        .into_iter()
        .filter_map(|page| page.strip_prefix("docs/").map(str::to_owned))
        .filter(|page| page != "README.md" && !rule(page) && !map.contains(&format!("({page})")))
        .collect();
    none(&missing);
}

#[test]
fn the_readme_and_the_check_script_give_the_same_test_command() {
    let said = "\ncargo test\n";
    assert!(text("README.md").contains(said), "README.md");
    assert!(text(".ci/run").contains("\n  cargo test"), ".ci/run");
}

/// A mark that a template would have filled: `@QUEUE@`, `{{ n }}`, `%%NAME%%`, `TODO`.
fn marks(text: &str) -> Vec<String> {
    let name = |word: &str| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    let mut found = Vec::new();
    for mark in ["@", "%%"] {
        let parts: Vec<&str> = text.split(mark).collect();
        let inner = parts.len().saturating_sub(2);
        let named = parts.iter().skip(1).take(inner).filter(|part| name(part));
        found.extend(named.map(|part| format!("{mark}{part}{mark}")));
    }
    for part in text.split("{{").skip(1) {
        if let Some((inner, _)) = part.split_once("}}")
            && inner.len() < 60
            && !inner.contains('\n')
        {
            found.push(format!("{{{{{inner}}}}}"));
        }
    }
    found
}

#[test]
fn no_page_has_a_place_that_was_to_be_filled_in() {
    assert_eq!(
        marks("n is @QUEUE@, not a@b.org or {} or 50 %"),
        ["@QUEUE@"]
    );
    assert_eq!(marks("{{ n }} of %%ALL%%"), ["%%ALL%%", "{{ n }}"]);
    let mut faults = Vec::new();
    for page in pages() {
        let shown = text(&page);
        for mark in marks(&shown) {
            faults.push(format!("{page}: {mark}"));
        }
        // Figures that a command writes between two marks are there.
        for part in shown.split("<!-- figures: ").skip(1) {
            let (_, inside) = part.split_once("-->").unwrap_or_default();
            let inside = inside.split("<!--").next().unwrap_or_default();
            if inside.trim().is_empty() {
                faults.push(format!("{page}: no figures stand between the marks"));
            }
        }
    }
    // Templates are filled by code: there a mark of another kind would be shown as it is.
    for template in files("src/report/templates", "html") {
        let shown = text(&template);
        let left = marks(&shown).into_iter().filter(|m| !m.starts_with("{{"));
        faults.extend(left.map(|mark| format!("{template}: {mark}")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
