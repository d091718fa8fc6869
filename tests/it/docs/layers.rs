//! The layers of the source, by reading it: what only the shell may do, only the shell does.

use super::{files, none, text};

/// What each module may use of the others, from below: a module names only such as stand above it in
/// this table, so that nothing goes in a circle. The table is exact: what is not used is not listed.
const LAYERS: [(&str, &[&str]); 25] = [
    ("model", &[]),
    ("table", &["model"]),
    ("ledger", &["model"]),
    ("formats", &["model"]),
    ("dedup", &["model"]),
    ("workflow", &["model"]),
    ("strategy", &["workflow"]),
    ("filter", &["model", "workflow"]),
    ("appraise", &["model", "table"]),
    ("pool", &["table"]),
    ("prisma", &["model", "table"]),
    ("rank", &["table"]),
    ("lint", &["model", "pool", "prisma", "table"]),
    ("plot", &["appraise", "model", "pool", "prisma"]),
    ("store", &["ledger", "model"]),
    (
        "search",
        &[
            "formats", "ledger", "model", "store", "strategy", "workflow",
        ],
    ),
    ("screen", &["ledger", "model", "rank", "store", "table"]),
    (
        "extract",
        &[
            "appraise", "ledger", "model", "plot", "pool", "prisma", "screen", "store", "table",
            "workflow",
        ],
    ),
    (
        "workspace",
        &["ledger", "model", "search", "store", "strategy", "workflow"],
    ),
    (
        "report",
        &[
            "extract",
            "formats",
            "ledger",
            "lint",
            "model",
            "plot",
            "pool",
            "prisma",
            "screen",
            "store",
            "workflow",
            "workspace",
        ],
    ),
    (
        "living",
        &[
            "extract",
            "ledger",
            "model",
            "plot",
            "pool",
            "report",
            "screen",
            "store",
            "workflow",
            "workspace",
        ],
    ),
    (
        "pipeline",
        &[
            "dedup",
            "extract",
            "filter",
            "ledger",
            "living",
            "model",
            "pool",
            "prisma",
            "report",
            "screen",
            "search",
            "store",
            "strategy",
            "workflow",
            "workspace",
        ],
    ),
    (
        "web",
        &[
            "dedup", "extract", "ledger", "living", "model", "pipeline", "plot", "pool", "prisma",
            "report", "screen", "store", "workflow",
        ],
    ),
    (
        "cli",
        &[
            "appraise",
            "dedup",
            "extract",
            "formats",
            "ledger",
            "lint",
            "living",
            "model",
            "pipeline",
            "plot",
            "pool",
            "prisma",
            "rank",
            "report",
            "screen",
            "search",
            "store",
            "strategy",
            "web",
            "workflow",
            "workspace",
        ],
    ),
    ("main", &["cli"]),
];

/// Modules whose code takes values and gives values.
const PURE: [&str; 13] = [
    "model", "table", "ledger", "formats", "dedup", "workflow", "strategy", "filter", "appraise",
    "pool", "prisma", "plot", "lint",
];

/// Folders in which files still use each other in a circle. None is added; one that is mended goes.
const CIRCLES: [&str; 7] = [
    "src/cli",
    "src/extract",
    "src/plot",
    "src/screen",
    "src/search",
    "src/strategy",
    "src/workflow",
];

/// The module of a source file: `src/store/read.rs` is of `store`.
fn module(path: &str) -> &str {
    let path = path.strip_prefix("src/").unwrap_or(path);
    path.split(['/', '.']).next().unwrap_or(path)
}

/// The lines of code of a file with their numbers: no comments, no test module at its end, and
/// nothing of a file that is all tests.
fn code(path: &str) -> Vec<(usize, String)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let tests = ["tests.rs", "fixture.rs", "properties.rs"].contains(&name);
    if tests || path.contains("/tests/") {
        return Vec::new();
    }
    let text = text(path);
    let body = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
    body.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(n, line)| (n + 1, line.to_owned()))
        .collect()
}

/// Every line of code of the modules that `of` picks and that `bad` names something in.
fn lines(of: impl Fn(&str) -> bool, bad: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        if !of(module(&path)) {
            continue;
        }
        for (n, line) in code(&path) {
            if let Some(what) = bad(&line) {
                faults.push(format!("{path}:{n}: {what}"));
            }
        }
    }
    faults
}

/// The first of `words` in a line.
fn first(line: &str, words: &[&str]) -> Option<String> {
    let found = words.iter().find(|word| line.contains(**word));
    found.map(|word| format!("`{word}`"))
}

#[test]
fn only_the_store_knows_sql() {
    let words = [
        "SELECT ",
        "INSERT INTO",
        "INSERT OR",
        "UPDATE ",
        "DELETE FROM",
        "CREATE TABLE",
        "PRAGMA ",
    ];
    let sql = |line: &str| {
        // Between quotes, or at the head of a line of a longer string.
        let mut parts = line.split('"');
        let head = parts.next().unwrap_or_default().trim_start();
        let inside = parts.step_by(2).find_map(|part| first(part, &words));
        inside.or_else(|| {
            words
                .iter()
                .find(|w| head.starts_with(**w))
                .map(|w| format!("`{w}`"))
        })
    };
    none(&lines(|module| module != "store", sql));
    none(&lines(
        |module| module != "store",
        |line| first(line, &["rusqlite"]),
    ));
}

#[test]
fn only_the_command_line_prints_reads_the_environment_or_ends_the_process() {
    let words = [
        "println!",
        "print!(",
        "stdout()",
        "stderr()",
        "std::env",
        "env::var",
        "process::exit",
        "is_terminal",
        "Timestamp::now",
        "SystemTime::now",
    ];
    none(&lines(|module| module != "cli", |line| first(line, &words)));
}

#[test]
fn the_pure_modules_touch_no_file_clock_store_or_environment() {
    let words = [
        "std::fs",
        "fs::read",
        "fs::write",
        "File::open",
        "rusqlite",
        "std::env",
        "SystemTime",
        "Instant::now",
        "std::net",
    ];
    none(&lines(
        |module| PURE.contains(&module),
        |line| first(line, &words),
    ));
}

/// The words that follow `prefix` in a line of code: `crate::pool::Data` names `pool`,
/// `super::{a, b::c}` names `a` and `b`.
fn named<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let mut out = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let inner = line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        if inner {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        let list = match rest.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list).split(',').collect(),
            None => vec![rest],
        };
        for word in list {
            let word = word.trim();
            let end = word.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            out.push(&word[..end.unwrap_or(word.len())]);
        }
    }
    out
}

#[test]
fn every_module_uses_only_what_the_table_of_layers_allows() {
    let modules: Vec<&str> = LAYERS.iter().map(|(module, _)| *module).collect();
    let mut faults = Vec::new();
    for (n, (module, may)) in LAYERS.iter().enumerate() {
        for other in may.iter().filter(|other| !modules[..n].contains(other)) {
            faults.push(format!("{module} may use {other}, which stands below it"));
        }
    }
    let mut used = std::collections::BTreeSet::new();
    for path in files("src", "rs") {
        let own = module(&path).to_owned();
        if own == "lib" {
            continue;
        }
        let Some((_, may)) = LAYERS.iter().find(|(module, _)| *module == own) else {
            faults.push(format!("{path}: the table of layers lacks {own}"));
            continue;
        };
        for (n, line) in code(&path) {
            for name in ["crate::", "perennial::"]
                .iter()
                .flat_map(|p| named(&line, p))
            {
                if name == own || !modules.contains(&name) {
                    continue;
                }
                if !may.contains(&name) {
                    faults.push(format!("{path}:{n}: {own} may not use {name}"));
                }
                used.insert((own.clone(), name.to_owned()));
            }
        }
    }
    for (module, may) in LAYERS {
        for other in may {
            if !used.contains(&(module.to_owned(), (*other).to_owned())) {
                faults.push(format!(
                    "{module} does not use {other}: take it off the table"
                ));
            }
        }
    }
    none(&faults);
}

#[test]
fn the_files_of_a_room_do_not_use_each_other_in_a_circle() {
    let mut rooms = std::collections::BTreeMap::<String, Vec<String>>::new();
    for path in files("src", "rs") {
        let (room, file) = path.rsplit_once('/').unwrap();
        let name = file.trim_end_matches(".rs").to_owned();
        rooms.entry(room.to_owned()).or_default().push(name);
    }
    rooms.remove("src");
    let mut found = Vec::new();
    for (room, names) in &rooms {
        let uses: Vec<(usize, usize)> = (0..names.len())
            .flat_map(|from| {
                let text: String = code(&format!("{room}/{}.rs", names[from]))
                    .into_iter()
                    .map(|(_, line)| line.trim().to_owned() + " ")
                    .collect();
                let others: Vec<usize> = named(&text, "super::")
                    .iter()
                    .filter_map(|word| names.iter().position(|name| name == word))
                    .collect();
                others
                    .into_iter()
                    .filter(move |to| *to != from)
                    .map(move |to| (from, to))
            })
            .collect();
        // What uses nothing that is left is taken away, until nothing changes.
        let mut left: Vec<usize> = (0..names.len()).collect();
        loop {
            let before = left.len();
            let now = left.clone();
            left.retain(|from| uses.iter().any(|(a, b)| a == from && now.contains(b)));
            if left.len() == before {
                break;
            }
        }
        if !left.is_empty() {
            found.push(room.clone());
        }
    }
    assert_eq!(found, CIRCLES);
}

/// The files that may read everybody's votes: the rules of deciding, and the report and `explain`,
/// which show those of settled reports alone.
const UNBLINDED: [&str; 13] = [
    "src/report/data/register.rs",
    "src/report/explain/events.rs",
    "src/screen/acts.rs",
    "src/screen/agreement.rs",
    "src/screen/card.rs",
    "src/screen/conflict.rs",
    "src/screen/decide.rs",
    "src/screen/discuss.rs",
    "src/screen/exchange.rs",
    "src/screen/pairs/change.rs",
    "src/screen/queue.rs",
    "src/screen/undo.rs",
    "src/web/rooms/records.rs",
];

#[test]
fn only_named_files_read_the_votes_of_everybody() {
    let of = |path: &String| {
        code(path)
            .iter()
            .any(|(_, line)| line.contains("unblinded()"))
    };
    let found: Vec<String> = files("src", "rs").into_iter().filter(of).collect();
    assert_eq!(found, UNBLINDED);
}

#[test]
fn every_module_says_what_it_is_for() {
    let faults: Vec<String> = [
        files("src", "rs"),
        files("tests", "rs"),
        files("benches", "rs"),
    ]
    .concat()
    .into_iter()
    .filter(|path| !text(path).starts_with("//! "))
    .collect();
    none(&faults);
}

#[test]
fn no_source_file_is_too_long_to_read() {
    let mut faults = Vec::new();
    for path in [files("src", "rs"), files("tests", "rs")].concat() {
        let n = text(&path).lines().count();
        if n > 800 {
            faults.push(format!("{path}: {n} lines; split it"));
        }
    }
    none(&faults);
}

#[test]
fn no_test_file_is_forgotten() {
    let mut faults = Vec::new();
    for path in files("tests/it", "rs") {
        let inner = path.strip_prefix("tests/it/").unwrap_or(&path);
        let inner = inner.strip_suffix(".rs").unwrap_or(inner);
        let (parent, name) = match inner.rsplit_once('/') {
            Some((parent, name)) => (format!("tests/it/{parent}.rs"), name),
            None => ("tests/it/main.rs".to_owned(), inner),
        };
        if name != "main" && !text(&parent).contains(&format!("mod {name};")) {
            faults.push(format!("{path} is not named in {parent}"));
        }
    }
    none(&faults);
}

#[test]
fn the_layout_of_the_readme_is_the_layout_of_the_source() {
    let readme = text("README.md");
    let mut faults = Vec::new();
    for path in files("src", "rs") {
        let inner = path.strip_prefix("src/").unwrap_or(&path);
        if !inner.contains('/') && !readme.contains(&format!("`src/{}", module(&path))) {
            faults.push(format!("README.md does not name {path}"));
        }
    }
    none(&faults);
}
