//! The order of reading: from settled decisions and the reader's own, nothing left out, followed where a
//! person keeps it.

use crate::support::Workspace;
use serde_json::Value;
use std::fmt::Write as _;

/// A review of 30 reports: every fifth is of honey for cough, some have no abstract.
fn review() -> Workspace {
    let workspace = Workspace::new();
    let other = ["asthma", "sleep", "malaria", "vaccines"];
    let mut ris = String::new();
    for n in 0..30 {
        let (what, text) = if n % 5 == 2 {
            (
                "honey for cough",
                "Honey was compared with placebo in children with acute cough.",
            )
        } else {
            (
                other[n % 4],
                "A cohort of adults was followed for several years in one region.",
            )
        };
        write!(
            ris,
            "TY  - JOUR\nTI  - Study {} of {what} in ward {}\nAU  - Author{n}, A.\nPY  - {}\n",
            ["alpha", "beta", "gamma", "delta", "omega", "sigma"][n % 6],
            n + 100,
            1990 + (n * 7) % 30
        )
        .unwrap();
        if n % 10 != 7 {
            writeln!(ris, "AB  - {text}").unwrap();
        }
        ris.push_str("ER  - \n\n");
    }
    workspace.write("export.ris", &ris);
    let workflow = String::from_utf8(workspace.read("workflow.toml")).unwrap();
    workspace.write(
        "workflow.toml",
        &workflow.replacen(
            "[criteria]\n",
            "[criteria]\nhighlight_include = [\"honey\", \"cough\"]\n",
            1,
        ),
    );
    for (name, role) in [("ann", "reviewer"), ("ben", "reviewer"), ("lea", "lead")] {
        workspace.run(&["user", "add", name, "--role", role]).ok();
    }
    workspace
        .run(&["import", "export.ris", "--source", "Cochrane CENTRAL"])
        .ok();
    workspace.run(&["dedup"]).ok();
    workspace.run(&["filter"]).ok();
    workspace
}

fn rank(workspace: &Workspace, args: &[&str]) -> Value {
    let all = [&["screen", "rank", "--json"], args].concat();
    workspace.run(&all).ok().json()
}

fn ids(ranked: &Value) -> Vec<String> {
    let reports = ranked["reports"].as_array().unwrap();
    let id = |one: &Value| one["report"].as_str().unwrap().to_owned();
    reports.iter().map(id).collect()
}

fn is_honey(id: &str) -> bool {
    id[1..].parse::<usize>().unwrap() % 5 == 3
}

fn decide(workspace: &Workspace, report: &str, word: &str, who: &str) {
    workspace
        .run(&["screen", "decide", report, word, "--as", who])
        .ok();
}

#[test]
fn the_order_learns_from_settled_decisions_and_ones_own_and_leaves_nothing_out() {
    let workspace = review();
    // Nothing is decided: the question and the criteria say what comes first.
    let cold = rank(&workspace, &[]);
    assert_eq!(cold["learned_from"]["by_likeness"], true);
    let order = ids(&cold);
    assert_eq!(order.len(), 30);
    assert!(order[..5].iter().all(|id| is_honey(id)), "{order:?}");
    let mut sorted = order.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 30);
    // One in twenty is drawn by chance, and shown as such.
    let drawn = |ranked: &Value| -> Vec<usize> {
        let reports = ranked["reports"].as_array().unwrap();
        let at = |(n, one): (usize, &Value)| (one["drawn"] == true).then_some(n + 1);
        reports.iter().enumerate().filter_map(at).collect()
    };
    assert_eq!(drawn(&cold), [20]);
    // Own decisions move the own order and nobody else's.
    let bens = ids(&rank(&workspace, &["--as", "ben"]));
    for report in ["r1", "r2", "r4"] {
        decide(&workspace, report, "include", "ann");
    }
    decide(&workspace, "r3", "exclude", "ann");
    decide(&workspace, "r8", "exclude", "ann");
    assert_eq!(ids(&rank(&workspace, &["--as", "ben"])), bens);
    assert_eq!(ids(&rank(&workspace, &[])), order);
    let anns = rank(&workspace, &["--as", "ann"]);
    assert_eq!(anns["learned_from"]["own_not_settled"], 5);
    assert_eq!(anns["reports"].as_array().unwrap().len(), 25);
    assert!(!is_honey(&ids(&anns)[0]));
    // What is settled moves everybody's.
    for report in ["r1", "r2"] {
        decide(&workspace, report, "exclude", "ann");
        decide(&workspace, report, "exclude", "ben");
    }
    let settled = rank(&workspace, &["--as", "ben"]);
    assert_eq!(settled["learned_from"]["excluded"], 2);
    assert_eq!(settled["learned_from"]["own_not_settled"], 0);
    // Two that were excluded say nothing of what is left.
    assert_eq!(settled["forecast"]["too_few"], true);
    assert_eq!(settled["stopping"]["read"], 2);
    // Asked twice, the same bytes.
    assert_eq!(settled, rank(&workspace, &["--as", "ben"]));
}

#[test]
fn why_a_report_is_high_is_said_in_its_words() {
    let workspace = review();
    for n in [1, 2, 3, 4, 5, 6] {
        let report = format!("r{n}");
        let word = if is_honey(&report) {
            "include"
        } else {
            "exclude"
        };
        decide(&workspace, &report, word, "ann");
    }
    let why = rank(&workspace, &["r13", "--as", "ann"]);
    let words: Vec<&str> = why["because"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["adds"].as_f64().unwrap() > 0.0)
        .map(|one| one["words"].as_str().unwrap())
        .collect();
    assert!(
        words.contains(&"honey") && words.contains(&"cough"),
        "{words:?}"
    );
    let text = workspace
        .run(&["screen", "rank", "r13", "--as", "ann"])
        .ok();
    assert!(text.stdout.contains("raises"), "{}", text.stdout);
    // What is decided has no place.
    workspace
        .run(&["screen", "rank", "r3", "--as", "ann"])
        .fails(2, &["no place", "screen rank"]);
    // Without an abstract a report of honey is among the first all the same.
    let ranked = ids(&rank(&workspace, &["--as", "ann"]));
    let bare = ranked.iter().position(|id| id == "r8").unwrap();
    assert!(bare < 6, "{ranked:?}");
}

#[test]
fn next_and_list_follow_the_order_that_a_person_keeps() {
    let workspace = review();
    let next = |who: &str| {
        let said = workspace.run(&["screen", "next", "--json", "--as", who]);
        said.ok().json()["card"]["report"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = |args: &[&str]| {
        let said = workspace.run(&[&["screen", "list", "--json"], args].concat());
        said.ok().json()["reports"][0]["report"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(next("ann"), "r1");
    let newest = ids(&rank(&workspace, &["--order", "newest", "--as", "ann"]));
    assert_eq!(next("ann"), "r1");
    rank(&workspace, &["--order", "newest", "--keep", "--as", "ann"]);
    assert_eq!(next("ann"), newest[0]);
    assert_eq!(first(&["--for", "ann", "--as", "ann"]), newest[0]);
    // Nobody else's order, and no order for who only asks about ann: it would tell what ann decided.
    assert_eq!(next("ben"), "r1");
    assert_eq!(first(&["--for", "ann"]), "r1");
    let ranked = ids(&rank(
        &workspace,
        &["--order", "ranked", "--keep", "--as", "ann"],
    ));
    assert_eq!(next("ann"), ranked[0]);
    decide(&workspace, &ranked[0], "include", "ann");
    assert_eq!(next("ann"), ids(&rank(&workspace, &["--as", "ann"]))[0]);
    rank(&workspace, &["--order", "found", "--keep", "--as", "ann"]);
    assert_eq!(next("ann"), "r1");
    workspace
        .run(&["screen", "rank", "--order", "best"])
        .fails(2, &["no such order", "ranked"]);
    workspace
        .run(&["screen", "rank", "--order", "newest", "--keep"])
        .fails(2, &["--as"]);
}

/// Sets whose records are cut after a share of them, by year where they have one: what was decided before
/// says what is left behind.
#[test]
#[ignore = "a minute: cargo test --test it later_parts -- --ignored --nocapture"]
fn the_forecast_holds_on_later_parts_of_known_sets() {
    use perennial::rank::{forecast, order};
    let shared = std::path::Path::new("../shared/data/screening");
    if !shared.join("adhd.csv").exists() {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    }
    let (mut held, mut few, mut all) = (0, 0, 0);
    for set in ["adhd", "nudging", "ace_inhibitors", "proton_beam"] {
        let mut file = csv::Reader::from_path(shared.join(format!("{set}.csv"))).unwrap();
        let heads = file.headers().unwrap().clone();
        let mut rows: Vec<csv::StringRecord> = file.records().map(Result::unwrap).collect();
        let at = |name: &str| {
            heads
                .iter()
                .position(|head| head.trim_start_matches('\u{feff}') == name)
        };
        if let Some(year) = at("year") {
            rows.sort_by_key(|row| row[year].parse::<i32>().unwrap_or(0));
        }
        let mut reading = order::Reading::default();
        for row in &rows {
            reading.push(&row[at("title").unwrap()], &row[at("abstract").unwrap()]);
        }
        let pool = reading.done("");
        for label in ["label_included", "label_abstract"]
            .iter()
            .filter_map(|name| at(name))
        {
            let labels: Vec<bool> = rows.iter().map(|row| &row[label] == "1").collect();
            for cut in [4, 5, 6, 7, 8, 9].map(|tenths| rows.len() * tenths / 10) {
                let known: Vec<(usize, bool)> =
                    labels.iter().copied().enumerate().take(cut).collect();
                if known.iter().filter(|(_, is)| *is).count() < forecast::FEWEST {
                    continue;
                }
                all += 1;
                let open: Vec<usize> = (cut..rows.len()).collect();
                let Some(said) = forecast::forecast(&pool, &known, &open) else {
                    few += 1;
                    continue;
                };
                let scoring = pool.learn(&known, &mut order::Memory::default());
                let mut scored: Vec<(f64, usize)> = open
                    .iter()
                    .map(|n| (pool.score(&scoring, *n), *n))
                    .collect();
                scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                let found: Vec<usize> = (1..)
                    .zip(&scored)
                    .filter(|(_, one)| labels[one.1])
                    .map(|(place, _)| place)
                    .collect();
                let most = (95 * found.len()).div_ceil(100);
                let depth = most.checked_sub(1).map_or(0, |at| found[at]);
                let holds = (said.depth.low..=said.depth.high).contains(&depth);
                held += usize::from(holds);
                println!("{set} {cut}: depth {depth}, {said:?}");
            }
        }
    }
    println!("the true depth lies in the interval in {held} of {all} cuts, {few} have too few");
    assert!(held * 10 >= (all - few) * 9 && few * 10 <= all * 3);
}
