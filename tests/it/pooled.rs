//! `pool` on files: closed forms against R to 1e-10, and what a broken file says.
//!
//! Expected values: metafor 3.8-1 in R 4.2.2, `rma(measure = "RR", ..., drop00 = TRUE)`. The BCG
//! trials are those of Colditz et al., JAMA 1994;271:698-702; the hazard ratios are printed in the
//! trials' own reports, IKEMA's with a 99 % interval.

use crate::support::Workspace;
use serde_json::Value;

const BCG: &str = "study,e1,n1,e2,n2,alloc
Aronson,4,123,11,139,random
Ferguson & Simes,6,306,29,303,random
Rosenthal et al,3,231,11,220,random
Hart & Sutherland,62,13598,248,12867,random
Frimodt-Moller et al,33,5069,47,5808,alternate
Stein & Aronson,180,1541,372,1451,alternate
Vandiviere et al,8,2545,10,629,random
TPT Madras,505,88391,499,88391,random
Coetzee & Berjak,29,7499,45,7277,random
Rosenthal et al 1961,17,1716,65,1665,systematic
Comstock et al,186,50634,141,27338,systematic
Comstock & Webster,5,2498,3,2341,systematic
Comstock et al 1976,27,16913,29,17854,systematic
";

const PFS: &str = "study,hr,ci_lb,ci_ub,level
ICARIA-MM,0.596,0.44,0.81,0.95
IKEMA,0.53,0.32,0.89,0.99
CANDOR,0.63,0.46,0.85,0.95
CASTOR,0.31,0.25,0.40,0.95
POLLUX,0.44,0.35,0.55,0.95
APOLLO,0.63,0.47,0.85,0.95
";

fn pool(workspace: &Workspace, text: &str, args: &[&str]) -> Value {
    workspace.write("studies.csv", text);
    let mut all = vec!["pool", "studies.csv", "--json"];
    all.extend(args);
    workspace.run(&all).ok().json()
}

/// `b`, `se`, limits, Q, I² and τ², relative to 1e-10.
#[track_caller]
fn agrees(got: &Value, want: [f64; 7]) {
    let read = [
        &got["estimate"],
        &got["se"],
        &got["ci"][0],
        &got["ci"][1],
        &got["q"],
        &got["i2"],
        &got["tau2"],
    ];
    for (at, (got, want)) in read.iter().zip(want).enumerate() {
        let got = got.as_f64().unwrap();
        let off = (got - want).abs();
        assert!(
            off <= 1e-10 * want.abs().max(1e-4),
            "value {at}: {got}, R gives {want}"
        );
    }
}

#[test]
fn risk_ratios_of_counts_agree_with_metafor() {
    let workspace = Workspace::new();
    let fixed = pool(&workspace, BCG, &["--measure", "RR", "--method", "FE"]);
    agrees(
        &fixed,
        [
            -0.430_285_163_654_091,
            0.040_498_751_710_863_8,
            -0.509_661_258_426_214,
            -0.350_909_068_881_968,
            152.233_008_082_373,
            92.117_346_854_562_1,
            0.0,
        ],
    );
    let random = pool(
        &workspace,
        BCG,
        &[
            "--measure",
            "RR",
            "--method",
            "DL",
            "--with",
            "leave-one-out",
        ],
    );
    agrees(
        &random,
        [
            -0.714_117_222_073_227,
            0.178_742_089_535_403,
            -1.064_445_280_084_05,
            -0.363_789_164_062_403,
            152.233_008_082_373,
            92.117_346_854_562_1,
            0.308_760_262_862_376,
        ],
    );
    assert_eq!(random["leave_one_out"].as_array().unwrap().len(), 13);
}

#[test]
fn hazard_ratios_keep_the_level_of_their_own_interval() {
    let workspace = Workspace::new();
    let random = pool(&workspace, PFS, &["--method", "DL"]);
    agrees(
        &random,
        [
            -0.690_876_822_342_684,
            0.125_326_287_624_511,
            -0.936_511_832_402_834,
            -0.445_241_812_282_535,
            22.277_292_875_214_3,
            77.555_621_196_851_1,
            0.071_855_722_677_664_3,
        ],
    );
    // Read as a 95 % interval, IKEMA's would weigh less than it does.
    let wrong = PFS.replace("0.89,0.99", "0.89,0.95");
    let wrong = pool(&workspace, &wrong, &["--method", "DL"]);
    let weight = |of: &Value| of["studies"][1]["weight"].as_f64().unwrap();
    assert!(weight(&wrong) < weight(&random));
}

#[test]
fn leaving_a_study_out_is_pooling_the_others() {
    let workspace = Workspace::new();
    let all = pool(
        &workspace,
        PFS,
        &["--method", "DL", "--with", "leave-one-out"],
    );
    for (at, line) in PFS.lines().skip(1).enumerate() {
        let kept = PFS
            .split_inclusive('\n')
            .filter(|other| other.trim_end() != line);
        let without: String = kept.collect();
        let direct = pool(&workspace, &without, &["--method", "DL"]);
        let left = &all["leave_one_out"][at];
        for name in ["estimate", "se", "tau2", "i2"] {
            let (a, b) = (left[name].as_f64().unwrap(), direct[name].as_f64().unwrap());
            assert!((a - b).abs() <= 1e-10 * b.abs().max(1e-4), "{line}: {name}");
        }
    }
}

#[test]
fn the_rule_on_heterogeneity_says_what_the_handbook_says_of_it() {
    let workspace = Workspace::new();
    workspace.write("studies.csv", BCG);
    let said = workspace
        .run(&[
            "pool",
            "studies.csv",
            "--measure",
            "RR",
            "--method",
            "rule:50",
            "--json",
        ])
        .ok();
    let json = said.json();
    assert_eq!(json["method"], "rule:50");
    assert_eq!(json["chosen"], "DL");
    assert!(
        json["warnings"][0].as_str().unwrap().contains("10.10.4.1"),
        "{json}"
    );
}

#[test]
fn a_broken_file_names_line_column_and_reason() {
    let workspace = Workspace::new();
    for (from, to, words) in [
        ("4,123", "400,123", ["line 2", "400", "123"]),
        ("29,303", "x,303", ["line 3", "e2", "`x`"]),
        ("study,e1", "study,events", ["line 1", "columns", "e1"]),
    ] {
        workspace.write("studies.csv", &BCG.replacen(from, to, 1));
        workspace
            .run(&["pool", "studies.csv", "--type", "binary", "--measure", "RR"])
            .fails(2, &words);
    }
    let bad = PFS.replace("0.53,0.32", "0.31,0.32");
    workspace.write("studies.csv", &bad);
    workspace
        .run(&["pool", "studies.csv"])
        .fails(2, &["line 3", "0.31"]);
}

#[cfg(feature = "png")]
#[test]
fn a_figure_has_the_format_that_its_name_asks_for() {
    let workspace = Workspace::new();
    workspace.write("studies.csv", PFS);
    let mut pictures = Vec::new();
    for name in ["forest.svg", "forest.png", "again.PNG"] {
        let args = ["pool", "studies.csv", "--forest", name];
        workspace.run(&args).ok();
        pictures.push(std::fs::read(workspace.path(name)).unwrap());
    }
    assert!(pictures[0].starts_with(b"<svg"));
    assert!(pictures[1].starts_with(b"\x89PNG\r\n"));
    assert_eq!(pictures[1], pictures[2]);
    // 180 mm at 300 dots per inch.
    let wide = u32::from_be_bytes(pictures[1][16..20].try_into().unwrap());
    assert_eq!(wide, 2126);
    for (name, says) in [
        ("forest.jpeg", "names no format"),
        ("forest", "names no format"),
    ] {
        let args = ["pool", "studies.csv", "--forest", name];
        workspace.run(&args).fails(2, &[says]);
        assert!(!workspace.path(name).exists());
    }
}

#[test]
fn a_funnel_plot_has_what_was_computed_and_no_test_below_ten_studies() {
    let workspace = Workspace::new();
    workspace.write("bcg.csv", BCG);
    workspace.write("pfs.csv", PFS);
    let with = ["--with", "trim-fill,small-study", "--json"];
    let mut args = vec!["pool", "bcg.csv", "--measure", "RR", "--funnel", "bcg.svg"];
    args.extend(with);
    let json = workspace.run(&args).ok().json();
    let svg = String::from_utf8(workspace.read("bcg.svg")).unwrap();
    let egger = json["small_study"]["egger"]["p"].as_f64().unwrap();
    assert!(svg.contains(&format!("(P = {egger:.3})")), "{svg}");
    let filled = svg.matches("<circle").count() as u64;
    // Studies, those filled in, and the sign of these in the legend.
    assert_eq!(filled, 13 + json["trim_fill"]["k0"].as_u64().unwrap() + 1);
    let mut args = vec!["pool", "pfs.csv", "--funnel", "pfs.svg"];
    args.extend(with);
    workspace.run(&args).ok();
    let svg = String::from_utf8(workspace.read("pfs.svg")).unwrap();
    assert!(svg.contains("6 studies: fewer than 10"));
    assert!(!svg.contains("Egger"));
}

#[cfg(feature = "pdf")]
#[test]
fn a_pdf_has_a_page_for_every_part_of_a_long_forest_plot() {
    let workspace = Workspace::new();
    let mut studies = "study,e1,n1,e2,n2
"
    .to_owned();
    for n in 1..=120 {
        studies.push_str(&format!(
            "Trial {n},{},100,{},100
",
            n % 40 + 3,
            n % 30 + 9
        ));
    }
    workspace.write("long.csv", &studies);
    workspace.write("bcg.csv", BCG);
    for (file, pages) in [("long.csv", 3), ("bcg.csv", 1)] {
        let args = ["pool", file, "--measure", "RR", "--forest", "forest.pdf"];
        workspace.run(&args).ok();
        let bytes = workspace.read("forest.pdf");
        let text = String::from_utf8_lossy(&bytes);
        assert!(text.starts_with("%PDF-"));
        assert_eq!(text.matches("/MediaBox").count(), pages, "{file}");
        workspace.run(&args).ok();
        assert_eq!(bytes, workspace.read("forest.pdf"));
    }
}

#[test]
fn leave_one_out_and_cumulative_figures_show_the_numbers_of_the_json() {
    let workspace = Workspace::new();
    workspace.write("bcg.csv", BCG);
    let args = [
        "pool",
        "bcg.csv",
        "--measure",
        "RR",
        "--json",
        "--title",
        "BCG",
        "--favours",
        "Favours vaccine,Favours none",
        "--arms",
        "Vaccine,None",
        "--leave-one-out",
        "without.svg",
        "--cumulative",
        "cumulative.svg",
        "--forest",
        "forest.svg",
    ];
    let json = workspace.run(&args).ok().json();
    for (file, list) in [
        ("without.svg", "leave_one_out"),
        ("cumulative.svg", "cumulative"),
    ] {
        let svg = String::from_utf8(workspace.read(file)).unwrap();
        for step in json[list].as_array().unwrap() {
            let [estimate, lo, hi] = [&step["estimate"], &step["ci"][0], &step["ci"][1]]
                .map(|value| value.as_f64().unwrap().exp());
            let shown = format!("{estimate:.2} [{lo:.2}, {hi:.2}]");
            assert!(svg.contains(&shown), "{file} lacks {shown}");
        }
        assert!(svg.contains("Favours vaccine"));
    }
    let forest = String::from_utf8(workspace.read("forest.svg")).unwrap();
    assert!(forest.contains(">BCG<") && forest.contains(">Vaccine<"));
    let args = [
        "pool",
        "bcg.csv",
        "--measure",
        "RR",
        "--arms",
        "One",
        "--forest",
        "f.svg",
    ];
    workspace.run(&args).fails(2, &["--arms takes two names"]);
}

#[test]
fn figures_have_the_width_the_style_and_the_greys_that_were_asked_for() {
    let workspace = Workspace::new();
    workspace.write("bcg.csv", BCG);
    let draw = |asked: &[&str]| {
        let mut args = vec!["pool", "bcg.csv", "--measure", "RR"];
        args.extend(["--forest", "forest.svg", "--funnel", "funnel.svg"]);
        args.extend(asked);
        workspace.run(&args).ok();
        ["forest.svg", "funnel.svg"].map(|name| String::from_utf8(workspace.read(name)).unwrap())
    };
    let [forest, funnel] = draw(&[]);
    assert!(forest.contains("width=\"180.00mm\"") && funnel.contains("width=\"120.00mm\""));
    let [forest, funnel] = draw(&["--width", "85mm", "--style", "jama"]);
    assert!(forest.contains("width=\"85.00mm\"") && funnel.contains("width=\"85.00mm\""));
    assert!(forest.contains("(95% CI)") && !forest.contains("4 / 123"));
    for figure in draw(&["--mono"]) {
        for colour in figure.split("=\"#").skip(1).map(|rest| &rest[..6]) {
            let grey = colour[..2] == colour[2..4] && colour[..2] == colour[4..];
            assert!(grey, "{colour}");
        }
    }
    // The interval that was used is the one the figure names.
    let [forest, _] = draw(&["--ci", "hksj", "--prediction", "z"]);
    assert!(forest.contains("Hartung-Knapp-Sidik-Jonkman") && !forest.contains("Wald"));
}

#[test]
fn a_batch_refuses_figures_and_a_summary_weighs_as_the_analysis_does() {
    let workspace = Workspace::new();
    workspace.write("bcg.csv", BCG);
    let batch = BCG.replace(",alloc", ",analysis");
    workspace.write("batch.csv", &batch);
    let args = [
        "pool",
        "--batch",
        "batch.csv",
        "--measure",
        "RR",
        "--forest",
        "f.svg",
    ];
    workspace.run(&args).fails(2, &["a batch draws no figures"]);
    assert!(!workspace.path("f.svg").exists());
    workspace.write(
        "rob.csv",
        "Study,D1,Overall\nAronson,Low,Low\nElsewhere,High,High\n",
    );
    let args = [
        "pool",
        "bcg.csv",
        "--measure",
        "RR",
        "--json",
        "--rob",
        "rob.csv",
        "--rob-summary",
        "s.svg",
    ];
    let said = workspace.run(&args).ok();
    assert!(said.stderr.contains("not in the analysis: Elsewhere"));
    let weight = said.json()["studies"][0]["weight"].as_f64().unwrap();
    let svg = String::from_utf8(workspace.read("s.svg")).unwrap();
    assert!(svg.contains(&format!("{weight:.1}%")), "{svg}");
}
