//! Tables that people wrote and the code must agree with.

use super::{none, root, text};
use perennial::cli::Kind;
use std::collections::BTreeSet;

/// Every kind of error; a new one breaks the build here.
fn kinds() -> [Kind; 8] {
    let all = [
        Kind::Usage,
        Kind::Config,
        Kind::Input,
        Kind::Integrity,
        Kind::Network,
        Kind::Locked,
        Kind::Io,
        Kind::Internal,
    ];
    for kind in all {
        match kind {
            Kind::Usage
            | Kind::Config
            | Kind::Input
            | Kind::Integrity
            | Kind::Network
            | Kind::Locked
            | Kind::Io
            | Kind::Internal => {}
        }
    }
    all
}

#[test]
fn every_kind_of_error_stands_beside_its_exit_code() {
    let page = text("docs/reference/exit-codes.md");
    let mut faults = Vec::new();
    for kind in kinds() {
        let row = format!("| {} |", kind.exit_code());
        let word = format!("`{}`", kind.as_str());
        if !page
            .lines()
            .any(|l| l.starts_with(&row) && l.contains(&word))
        {
            faults.push(format!(
                "docs/reference/exit-codes.md: no row `{row}` with {word}"
            ));
        }
    }
    none(&faults);
}

#[test]
fn the_guide_has_the_settling_rules_of_the_code() {
    let guide = text("docs/guides/screening.md");
    let faults: Vec<String> = text("src/model/settlement.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .filter(|line| line.starts_with('|') && !guide.contains(line))
        .map(|line| format!("docs/guides/screening.md lacks: {line}"))
        .collect();
    none(&faults);
}

#[test]
fn every_direct_dependency_is_argued_for_and_no_other() {
    let manifest: toml::Table = toml::from_str(&text("Cargo.toml")).unwrap();
    let page = text("docs/design/dependencies.md");
    let listed: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let used: BTreeSet<&str> = ["dependencies", "dev-dependencies", "build-dependencies"]
        .into_iter()
        .filter_map(|table| manifest.get(table)?.as_table())
        .flat_map(|table| table.keys().map(String::as_str))
        .collect();
    assert_eq!(
        listed, used,
        "docs/design/dependencies.md against Cargo.toml"
    );
    let short: Vec<String> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter(|line| {
            line.split('|')
                .filter(|cell| !cell.trim().is_empty())
                .count()
                < 5
        })
        .map(str::to_owned)
        .collect();
    none(&short);
}

#[test]
fn every_file_of_a_report_is_on_its_page() {
    let page = text("docs/reference/report-files.md");
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in perennial::workflow::template::files("page") {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let mut workspace = perennial::pipeline::Workspace::open(folder.path(), false).unwrap();
    let clock = perennial::model::ArchiveClock::new("2025-07-01T09:00:00.000Z");
    let out = folder.path().join("reports");
    let start = perennial::pipeline::Start::Workspace;
    perennial::pipeline::run(
        &mut workspace,
        start,
        &clock,
        &out,
        &perennial::model::Quiet,
        &mut |_| {},
    )
    .unwrap();
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(out).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !page.contains(&format!("`{name}`")) {
            faults.push(format!(
                "docs/reference/report-files.md does not name {name}"
            ));
        }
    }
    none(&faults);
}

#[test]
fn every_licence_is_named_where_it_holds() {
    for file in ["LICENSE-MIT", "LICENSE-APACHE", "src/plot/fonts/OFL.txt"] {
        assert!(root().join(file).is_file(), "{file}");
    }
    let readme = text("README.md");
    assert!(readme.contains("LICENSE-MIT") && readme.contains("LICENSE-APACHE"));
}
