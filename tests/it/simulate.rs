//! `simulate` on made sets: files, figures and refusals; on the public sets against the reference orders.

use crate::support::Workspace;
use serde_json::Value;
use std::path::Path;

/// 90 made records, every ninth of them on antibodies; the labels say so.
fn made(id: &str, label: &str) -> String {
    let subjects = [
        "cost of care",
        "rats and liver",
        "pain after surgery",
        "nurse staffing",
    ];
    let mut text = format!("{id},Title,Abstract,{label}\n");
    for n in 0..90_usize {
        let relevant = n % 9 == 4;
        let subject = subjects[n * 7 % 4];
        let about = if relevant {
            "an antibody and its response"
        } else {
            "a cohort"
        };
        let body = if n % 13 == 0 {
            String::new()
        } else {
            format!("We looked at {subject} and {about} in group {}", n % 5)
        };
        text.push_str(&format!(
            "r{n},Report on {subject}{},\"{body}\",{}\n",
            if relevant { " with antibody" } else { "" },
            u8::from(relevant)
        ));
    }
    text
}

#[test]
fn an_order_is_written_with_its_figures() {
    let workspace = Workspace::empty();
    workspace.write("set.csv", &made("record_id", "label_included"));
    let args = ["simulate", "set.csv", "--prior", "r4,r0", "-o", "order.csv"];
    for exact in [&[][..], &["--exact"]] {
        let all: Vec<&str> = args
            .iter()
            .chain(exact)
            .copied()
            .chain(["--json"])
            .collect();
        let json = workspace.run(&all).ok().json();
        let order = String::from_utf8(workspace.read("order.csv")).unwrap();
        let lines: Vec<&str> = order.lines().collect();
        assert_eq!(&lines[..3], ["rank,id", "0,r4", "0,r0"]);
        assert!(lines[3].starts_with("1,r"));
        assert_eq!((&json["n"], &json["relevant"]), (&88.into(), &9.into()));
        assert_eq!(json["records_to_100"], lines.len() - 3);
        assert_eq!(json["ordered"], lines.len() - 3);
        for key in ["wss95", "wss100", "rrf10", "atd", "atd_frac", "loss"] {
            assert!(json[key].is_f64(), "{key}: {json}");
        }
        assert!(json["loss"].as_f64().unwrap() < 0.05, "{json}");
        assert!(json["stopping"]["buscar"][0]["target"].is_f64());
        // The same call, the same bytes.
        workspace.run(&all).ok();
        assert_eq!(workspace.read("order.csv"), order.as_bytes());
    }
}

#[test]
fn several_starts_are_several_files_and_one_figure() {
    let workspace = Workspace::empty();
    workspace.write("set.csv", &made("ID", "Included"));
    let json = workspace
        .run(&[
            "simulate",
            "set.csv",
            "--prior",
            "r4,r0",
            "--seed",
            "1",
            "--seed",
            "2",
            "-o",
            "order.csv",
            "--figure",
            "recall.svg",
            "--json",
        ])
        .ok()
        .json();
    let runs = json["runs"].as_array().unwrap();
    assert_eq!(runs.len(), 3);
    assert_eq!(json["loss"], runs[0]["loss"]);
    assert_eq!(
        (&runs[0]["seed"], &runs[2]["seed"]),
        (&Value::Null, &2.into())
    );
    assert!(json["mean"]["loss"].is_f64());
    for name in ["order.csv", "order-2.csv", "order-3.csv", "recall.svg"] {
        assert!(!workspace.read(name).is_empty(), "{name}");
    }
    // Alone, each gives what it gave among the others.
    workspace
        .run(&["simulate", "set.csv", "--seed", "2", "-o", "alone.csv"])
        .ok();
    assert_eq!(workspace.read("alone.csv"), workspace.read("order-3.csv"));
}

#[test]
fn what_cannot_be_simulated_is_refused() {
    let workspace = Workspace::empty();
    workspace.write("set.csv", &made("id", "label"));
    workspace.write("none.csv", "id,title,label\n1,a,0\n2,b,0\n");
    workspace.write("open.csv", "id,title,label\n1,a,0\n2,b,\n3,c,1\n");
    workspace.write("plain.csv", "id,title\n1,a\n");
    for (args, words) in [
        (&["set.csv", "--prior", "r4,r900"][..], "no record r900"),
        (
            &["set.csv", "--prior", "r4"],
            "an irrelevant record is missing",
        ),
        (
            &["set.csv", "--prior", "r0"],
            "a relevant record is missing",
        ),
        (&["set.csv", "--label", "kind"], "no column of labels"),
        (&["none.csv"], "no record is relevant"),
        (&["open.csv"], "no label"),
        (&["plain.csv"], "no column of labels"),
        (&["missing.csv"], "cannot read"),
    ] {
        let all: Vec<&str> = ["simulate"]
            .iter()
            .chain(args)
            .copied()
            .chain(["-o", "order.csv"])
            .collect();
        workspace.run(&all).fails(2, &[words]);
        assert!(!workspace.path("order.csv").exists());
    }
    workspace
        .run(&["simulate", "set.csv", "-o", "set.csv"])
        .fails(2, &["would overwrite"]);
    workspace
        .run(&[
            "simulate", "set.csv", "--seed", "1", "--seed", "2", "-o", "-",
        ])
        .fails(2, &["several"]);
}

/// The smallest public set, record by record; the others take longer than a test may.
#[test]
fn exact_gives_the_reference_order() {
    let shared = Path::new("../shared/data/screening");
    if !shared.join("adhd.csv").exists() {
        eprintln!("SKIPPED: no public sets beside the project");
        return;
    }
    let workspace = Workspace::empty();
    let data = std::fs::canonicalize(shared.join("adhd.csv")).unwrap();
    let data = data.to_str().unwrap();
    let args = [
        "simulate",
        data,
        "--exact",
        "-o",
        "order.csv",
        "--prior",
        "424,65",
    ];
    workspace.run(&args).ok();
    let reference = std::fs::read(shared.join("reference/adhd.p3.order.csv")).unwrap();
    assert!(workspace.read("order.csv") == reference);
}
