//! What `pool` prints is what it pooled, and what people have is read: small files that go wrong
//! elsewhere, each with the right answer. Values were computed with metafor 3.8 unless another source
//! is named.

use crate::support::{Said, program, said};
use serde_json::Value;

/// One file: its text, the options, what must hold.
struct Case<'a> {
    csv: &'a str,
    args: &'a [&'a str],
    /// Paths into the JSON, with the value and its tolerance.
    numbers: &'a [(&'a str, f64, f64)],
    /// Words of which each stands in a warning.
    warns: &'a [&'a str],
    /// Visible text of the forest plot, and what it must not show.
    shows: &'a [&'a str],
    hides: &'a [&'a str],
}

const NONE: Case<'_> = Case {
    csv: "",
    args: &[],
    numbers: &[],
    warns: &[],
    shows: &[],
    hides: &[],
};

fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('.')
        .fold(value, |value, key| match key.parse::<usize>() {
            Ok(n) => &value[n],
            Err(_) => &value[key],
        })
}

fn pooled(csv: &str, args: &[&str]) -> (Said, String) {
    let folder = tempfile::tempdir().unwrap();
    let (file, figure) = (folder.path().join("s.csv"), folder.path().join("f.svg"));
    std::fs::write(&file, csv).unwrap();
    let mut command = program();
    command.arg("pool").arg(&file).arg("--json").args(args);
    command.arg("--forest").arg(&figure);
    let told = said(&command.output().unwrap());
    let svg = std::fs::read_to_string(&figure).unwrap_or_default();
    (told, visible(&svg))
}

#[track_caller]
fn refused(csv: &str, args: &[&str], words: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.csv");
    std::fs::write(&file, csv).unwrap();
    let mut command = program();
    command.arg("pool").arg(&file).args(args);
    said(&command.output().unwrap()).fails(2, words);
}

/// The texts of a figure.
fn visible(svg: &str) -> String {
    let mut out = String::new();
    for part in svg.split("<text").skip(1) {
        let inner = part.split("</text>").next().unwrap_or_default();
        let mut tag = true;
        for letter in inner.chars() {
            match letter {
                '<' => tag = true,
                '>' => tag = false,
                _ if !tag => out.push(letter),
                _ => {}
            }
        }
        out.push('\n');
    }
    out.replace("&#39;", "'").replace("&amp;", "&")
}

#[track_caller]
fn holds(case: &Case<'_>) {
    let (told, figure) = pooled(case.csv, case.args);
    assert_eq!(told.code, 0, "{}\n{}", case.csv, told.stderr);
    let json: Value = serde_json::from_str(&told.stdout).unwrap();
    for (path, want, near) in case.numbers {
        let found = at(&json, path).as_f64().unwrap_or(f64::NAN);
        assert!(
            (found - want).abs() <= *near,
            "{path}: {found}, not {want}\n{}",
            case.csv
        );
    }
    let warnings = json["warnings"].to_string() + &told.stderr;
    for word in case.warns {
        assert!(
            warnings.contains(word),
            "no warning says {word}: {warnings}"
        );
    }
    let lines = figure.replace('\n', " ");
    for text in case.shows {
        assert!(
            figure.contains(text) || lines.contains(text),
            "not shown: {text}\n{figure}"
        );
    }
    for text in case.hides {
        assert!(!figure.contains(text), "shown: {text}\n{figure}");
    }
}

#[test]
fn a_limit_that_is_not_0_is_not_printed_as_0() {
    holds(&Case {
        csv: "study,e1,t1,e2,t2\nA,4,9000,11,9100\nB,6,12000,14,11800\nC,3,8000,9,8100\n",
        args: &["--measure", "IRD"],
        shows: &["\u{2212}0.0007"],
        hides: &["0.00 [", "\u{2212}0.00 ["],
        ..NONE
    });
    holds(&Case {
        csv: "study,n1,mean1,sd1,n2,mean2,sd2\nA,200,1.412,0.02,210,1.409,0.02\n\
              B,180,1.421,0.03,190,1.416,0.03\n",
        args: &["--measure", "MD", "--method", "FE"],
        shows: &["0.0036 [0.0003, 0.0068]"],
        hides: &["0.00 [0.00, 0.01]"],
        ..NONE
    });
}

#[test]
fn every_proportion_is_drawn_as_one() {
    let csv = "study,e,n\nA,2,25\nB,3,25\nC,8,40\nD,4,19\nE,21,101\n";
    for measure in ["PLO", "PAS", "PFT", "PLN", "PR"] {
        let (told, figure) = pooled(csv, &["--measure", measure, "--method", "DL"]);
        let json = told.ok().json();
        let ends = &json["back"]["ci"];
        assert!(
            (0.10..0.15).contains(&ends[0].as_f64().unwrap()),
            "{measure} {ends}"
        );
        assert!(
            (0.21..0.27).contains(&ends[1].as_f64().unwrap()),
            "{measure} {ends}"
        );
        // The rows are the shares themselves.
        for share in ["0.08 [", "0.12 [", "0.20 [", "0.21 ["] {
            let wider = share.replace(" [", "0 [");
            assert!(
                figure.contains(share) || figure.contains(&wider),
                "{measure}: {share}\n{figure}"
            );
        }
        assert!(
            figure.contains("21 / 101") && figure.contains("38 / 210"),
            "{figure}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.csv");
    std::fs::write(&file, csv).unwrap();
    // Figures on the scale of pooling name it, and say the proportion.
    for (measure, name) in [
        ("PLO", "Logit of the proportion"),
        ("PFT", "Double arcsine of the proportion"),
        ("PAS", "Arcsine of the root of the proportion"),
    ] {
        let figure = folder.path().join("radial.svg");
        let mut command = program();
        command.arg("pool").arg(&file).args(["--measure", measure]);
        said(&command.arg("--radial").arg(&figure).output().unwrap()).ok();
        let text = visible(&std::fs::read_to_string(&figure).unwrap()).replace('\n', " ");
        assert!(text.to_lowercase().contains(&name.to_lowercase()), "{text}");
        assert!(text.contains("a proportion of 0.1"), "{text}");
    }
}

#[test]
fn peto_by_itself_is_peto_and_its_rows_make_its_diamond() {
    // Odds ratios exp((O − E) / V), by hand: A 3/50 v 0/50, E = 1.5, V = 291/396.
    holds(&Case {
        csv: "study,e1,n1,e2,n2\nA,3,50,0,50\nB,2,40,0,38\nC,0,30,0,31\nD,30,30,31,31\n",
        args: &["--measure", "PETO"],
        numbers: &[("back.estimate", 7.5, 0.01), ("k", 2.0, 0.0)],
        warns: &[
            "no events in either arm: C",
            "nothing but events in both arms: D",
        ],
        shows: &["7.70", "7.21", "Common effect, Peto"],
        hides: &["0.5 added"],
    });
    // One study is its own result.
    holds(&Case {
        csv: "study,e1,n1,e2,n2\nA,3,50,0,50\n",
        args: &["--measure", "PETO"],
        numbers: &[
            ("back.estimate", 7.70, 0.01),
            ("i2", 0.0, 0.0),
            ("q", 0.0, 0.0),
        ],
        shows: &["7.70"],
        ..NONE
    });
    let csv = "study,e1,n1,e2,n2\nA,3,50,1,50\nB,2,40,3,38\n";
    refused(
        csv,
        &["--measure", "OR", "--method", "PETO"],
        &["PETO does not pool OR", "--measure PETO"],
    );
}

#[test]
fn what_is_counted_is_drawn() {
    let csv = "study,e1,n1,e2,n2,dose\nA,10,100,15,100,20 mg\nB,12,110,15,105,5 mg\n\
               C,8,90,14,95,100 mg\nD,9,95,12,100,NA\nE,0,12,0,11,10 mg\n";
    // No group and a group of nothing but an empty table: the first is drawn, the second left out and
    // named.
    holds(&Case {
        csv,
        args: &["--measure", "RR", "--subgroup", "dose"],
        numbers: &[("k", 4.0, 0.0)],
        warns: &["E (line 6)", "in no subgroup: D"],
        shows: &[
            "Group not given",
            "D",
            "39 / 395",
            "Left out, no events in either arm: E",
        ],
        ..NONE
    });
    // Mantel-Haenszel counts tables of nothing but events: they are drawn without an effect.
    holds(&Case {
        csv: "study,e1,n1,e2,n2\nAll,20,20,21,21\nSome,40,40,38,40\n",
        args: &["--measure", "RR", "--method", "MH"],
        numbers: &[("k", 2.0, 0.0)],
        shows: &["not estimable", "60 / 60"],
        ..NONE
    });
}

#[test]
fn what_was_typed_is_what_is_printed() {
    // The interval is not the estimate's: it is said, and printed as it stands.
    holds(&Case {
        csv: "study,or,lower,upper\nA,0.70,0.50,0.98\nB,1.68,0.49,1.94\n",
        args: &[],
        warns: &["B (line 3)", "1.68 is not the middle of 0.49 to 1.94"],
        shows: &["1.68 [0.49, 1.94]", "0.70 [0.50, 0.98]", "Odds ratio"],
        ..NONE
    });
    // At another level the interval is brought to the figure's.
    holds(&Case {
        csv: "study,hr,ci_lb,ci_ub,level\nIKEMA,0.53,0.32,0.89,99\nX,0.60,0.44,0.81,95\n",
        args: &[],
        shows: &["0.60 [0.44, 0.81]", "0.53 [0.36, 0.78]"],
        ..NONE
    });
}

#[test]
fn hartung_and_knapp_below_wald_is_said_in_warning_and_figure() {
    holds(&Case {
        csv: "study,e1,n1,e2,n2\nA,30,100,45,100\nB,61,200,90,200\nC,20,60,30,60\n",
        args: &["--measure", "RR", "--ci", "hksj", "--method", "DL"],
        warns: &["narrower than Wald's"],
        shows: &["narrower than Wald's"],
        ..NONE
    });
}

#[test]
fn one_definition_of_i2_stands_in_text_and_figure() {
    let csv = "study,yi,vi\nA,0.1,0.01\nB,0.6,0.02\nC,0.3,0.05\nD,-0.2,0.02\n";
    for (method, name) in [
        ("REML", "I² from τ²"),
        ("FE", "I² from Q"),
        ("DL", "I² from Q"),
    ] {
        holds(&Case {
            csv,
            args: &["--method", method],
            shows: &[name],
            ..NONE
        });
    }
}

#[test]
fn the_names_of_others_are_read() {
    let two = &[("k", 2.0, 0.0)];
    for (csv, args) in [
        // metafor
        (
            "author,year,ai,n1i,ci,n2i\nRoe,2001,4,50,9,48\nRoe,2004,5,60,8,61\n",
            vec!["--measure", "RR"],
        ),
        (
            "trial,ai,bi,ci,di\na,4,46,9,39\nb,5,55,8,53\n",
            vec!["--measure", "OR"],
        ),
        (
            "study,n1i,m1i,sd1i,n2i,m2i,sd2i\na,20,3.1,1,21,2.9,1.1\nb,30,3,1,31,2.7,1\n",
            vec!["--measure", "MD"],
        ),
        (
            "study,x1i,t1i,x2i,t2i\na,4,100,9,120\nb,5,90,8,95\n",
            vec!["--measure", "IRR"],
        ),
        ("study,xi,ni\na,4,100\nb,5,90\n", vec!["--measure", "PLO"]),
        ("study,xi,mi\na,4,96\nb,5,85\n", vec!["--measure", "PLO"]),
        ("study,yi,sei\na,0.1,0.2\nb,0.3,0.2\n", vec![]),
        // meta
        (
            "studlab,event.e,n.e,event.c,n.c\na,4,50,9,48\nb,5,60,8,61\n",
            vec!["--measure", "RD"],
        ),
        (
            "studlab,n.e,mean.e,sd.e,n.c,mean.c,sd.c\na,20,3.1,1,21,2.9,1.1\nb,30,3,1,31,2.7,1\n",
            vec!["--measure", "SMD"],
        ),
        (
            "studlab,TE,seTE\na,0.1,0.2\nb,0.3,0.2\n",
            vec!["--measure", "HR"],
        ),
        (
            "studlab,event.e,time.e,event.c,time.c\na,4,100,9,120\nb,5,90,8,95\n",
            vec!["--measure", "IRD"],
        ),
        // RevMan Web, whose rows have the columns of every kind
        (
            "Analysis group,Analysis number,Study,Study year,GIV Mean,GIV SE,Experimental cases,Experimental N,Control cases,Control N,Experimental mean,Experimental SD,Control mean,Control SD,O-E,Variance\n\
             1,1,Roe 2001,2001,,,4,50,9,48,,,,,,\n1,1,Doe 2004,2004,,,5,60,8,61,,,,,,\n",
            vec!["--measure", "RR"],
        ),
        // what people write
        (
            "Study ID;Events 1;Total 1;Events 2;Total 2\na;4;50;9;48\nb;5;60;8;61\n",
            vec!["--measure", "RR"],
        ),
        (
            "sep=;\nSTUDY;MEAN1;SD1;N1;MEAN2;SD2;N2\na;3,1;1;20;2,9;1,1;21\nb;3;1;30;2,7;1;31\n",
            vec!["--measure", "MD"],
        ),
        (
            "study\tRR\tLower\tUpper\na\t0.7\t0.5\t0.98\nb\t0.8\t0.6\t1.07\n",
            vec![],
        ),
        (
            "Study,Relative risk,95% CI lower,95% CI upper\na,0.7,0.5,0.98\nb,0.8,0.6,1.07\n",
            vec![],
        ),
        (
            "study,IRR,CI low,CI high\na,0.7,0.5,0.98\nb,0.8,0.6,1.07\n",
            vec![],
        ),
        (
            "study,yi,ci_lb,ci_ub\na,-1.2,-2.0,-0.4\nb,0.3,-0.5,1.1\n",
            vec![],
        ),
        ("study,lnhr,selnhr\na,-0.3,0.2\nb,-0.4,0.1\n", vec![]),
        (
            "study,n1,mean1,se1,n2,mean2,se2\na,25,3.1,0.2,25,2.9,0.2\nb,36,3,0.1,36,2.7,0.2\n",
            vec!["--measure", "MD"],
        ),
    ] {
        holds(&Case {
            csv,
            args: &args,
            numbers: two,
            ..NONE
        });
    }
    // Semicolons and decimal commas give the same numbers, a standard error its square.
    let plain = pooled("study,yi,vi\na,0.5,0.04\nb,-0.25,0.01\n", &[])
        .0
        .ok()
        .json();
    for csv in [
        "Study;YI;VI\na;0,5;0,04\nb;-0,25;0,01\n",
        "study\tyi\tse\na\t0,5\t0,2\nb\t\u{2212}0,25\t0,1\n",
        "study,TE,seTE\na,\"0,5\",\"0,2\"\nb,\"-0,25\",\"0,1\"\n",
    ] {
        let other = pooled(csv, &[]).0.ok().json();
        let near = |key: &str| (plain[key].as_f64().unwrap() - other[key].as_f64().unwrap()).abs();
        assert!(near("estimate") < 1e-9 && near("se") < 1e-9, "{csv}");
    }
    let json = pooled("study,lnor,se\na,-0.3,0.2\nb,-0.4,0.1\n", &[])
        .0
        .ok()
        .json();
    assert_eq!(
        (&json["measure"], &json["scale"]),
        (&"OR".into(), &"log".into())
    );
}

#[test]
fn rows_of_several_analyses_are_not_pooled_as_one_unsaid() {
    holds(&Case {
        csv: "Comparison Number,Outcome Number,Studie,Events 1,Total 1,Events 2,Total 2\n\
              1,1,Roe,10,100,15,100\n1,2,Doe,12,110,15,105\n",
        args: &["--measure", "RR"],
        numbers: &[("k", 2.0, 0.0)],
        warns: &["Outcome Number has several values (1, 2"],
        shows: &["Roe", "Doe"],
        ..NONE
    });
    holds(&Case {
        csv: "study,rr,lower,upper,level\nA,0.8,0.6,1.07,95 %\nB,0.7,0.5,0.98,90%\n",
        shows: &["0.80 [0.60, 1.07]"],
        ..NONE
    });
    // Thousands and decimals by their marks.
    holds(&Case {
        csv: "Studie;n1;mean1;sd1;n2;mean2;sd2\na;20;1.234,5;2,5;21;1200;2,5\n",
        args: &["--measure", "MD"],
        numbers: &[("estimate", 34.5, 1e-9)],
        ..NONE
    });
}

#[test]
fn a_refusal_lists_what_is_wanted() {
    for (csv, args, words) in [
        (
            "study,a,b\nx,1,2\n",
            vec!["--measure", "RR"],
            vec![
                "for RR in study, a, b",
                "e1,n1,e2,n2",
                "ai,n1i,ci,n2i",
                "event.e",
                "Experimental cases",
            ],
        ),
        (
            "study,a,b\nx,1,2\n",
            vec![],
            vec!["binary: study,e1,n1,e2,n2", "proportion: study,e,n"],
        ),
        (
            "study,or,hr,ci_lb,ci_ub\nx,1,1,0.5,2\n",
            vec![],
            vec!["several measures", "--measure"],
        ),
        (
            "study,yi,se\nx,0.1,-0.2\n",
            vec![],
            vec!["line 2, column se: a standard error of -0.2"],
        ),
        (
            "study,yi,vi\nx,0.1,\"1,234\"\n",
            vec![],
            vec!["may be 1.234 or 1234"],
        ),
        (
            "study,yi,vi\nx,0.1,<0.01\n",
            vec![],
            vec!["`<0.01` is not a number"],
        ),
        (
            "study,yi,vi\nx,1e40,0.1\n",
            vec![],
            vec!["1e40 is too large"],
        ),
        (
            "study,yi,vi\nx,0.1,1e-200\n",
            vec![],
            vec!["a variance of 1e-200 is too small"],
        ),
        (
            "study,or,ci_lb,ci_ub\nx,1,0.5,2\n",
            vec!["--method", "MH"],
            vec!["MH pools tables", "REML"],
        ),
        (
            "trial,ai,n1i,ci,n2i\nx,12,10,3,10\n",
            vec!["--measure", "RR"],
            vec!["column ai: 12 events among 10"],
        ),
    ] {
        refused(csv, &args, &words);
    }
}

#[test]
fn a_figure_in_no_folder_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.csv");
    std::fs::write(&file, "study,yi,vi\na,0.1,0.2\n").unwrap();
    let mut command = program();
    command.arg("pool").arg(&file).arg("--forest");
    command.arg(folder.path().join("no/such/f.svg"));
    said(&command.output().unwrap()).fails(2, &["there is no folder"]);
    assert!(!folder.path().join("no").exists());
}

#[test]
fn smdh_and_rom_are_metafor_5s_and_3_8s_by_option() {
    // Five rows of the amlodipine trials (Li, Shi and Roth 1994, Psychometrika 59:433, as in the R
    // package meta) whose means have one sign: metafor 3.8 gives +0.4355, metafor 5 −0.1110 (REML).
    let amlodipine = "study,n1,mean1,sd1,n2,mean2,sd2\n\
        156,30,0.2811,0.37960506,26,0.0270,0.33749074\n157,75,0.1894,0.44508426,72,0.0443,0.70512410\n\
        162,12,0.0930,0.37269290,12,0.2277,0.22090722\n163,32,0.1622,0.31,34,0.0056,0.30903074\n\
        166,31,0.1837,0.35298725,31,0.0943,0.41641326\n";
    for (args, want) in [(vec![], -0.1110), (vec!["--metafor", "3.8"], 0.435451)] {
        let mut all = vec!["--measure", "ROM"];
        all.extend(args);
        holds(&Case {
            csv: amlodipine,
            args: &all,
            numbers: &[("estimate", want, 2e-5)],
            ..NONE
        });
    }
    // Bonett's variance, with and without the square of J(m) = J(10) = 0.92274560805.
    let csv = "study,n1,mean1,sd1,n2,mean2,sd2\na,6,5,2,6,3,2\n";
    let v = |version: &str| {
        let args = ["--measure", "SMDH", "--metafor", version];
        pooled(csv, &args).0.ok().json()["studies"][0]["vi"]
            .as_f64()
            .unwrap()
    };
    assert!((v("3.8") / v("5") - 0.922_745_608_05_f64.powi(2)).abs() < 1e-9);
}

#[test]
fn tables_as_spreadsheets_leave_them_are_read_and_rows_that_are_no_studies_are_told() {
    let rr = &["--measure", "RR"];
    for csv in [
        // Cells of nothing beside the table, rows of nothing below it.
        "study,e1,n1,e2,n2,,\na,10,100,15,100,,\nb,12,110,15,105,,\n,,,,,,\n",
        "study,e1,n1,e2,n2\na,10,100,15,100,,\n,,,,\nb,12,110,15,105\n",
        "study;e1;n1;e2;n2;\na;10;100;15;100;\n;;;;;\nb;12;110;15;105;\n",
        // dat.bcg of metafor.
        "trial,author,year,tpos,tneg,cpos,cneg\n1,Roe,1948,10,90,15,85\n2,Poe,1949,12,98,15,90\n",
    ] {
        let (told, _) = pooled(csv, rr);
        let json = told.ok().json();
        assert_eq!(json["k"], 2, "{csv}");
        let estimate = json["back"]["estimate"].as_f64().unwrap();
        assert!((estimate - 0.7162).abs() < 1e-3, "{estimate}: {csv}");
        assert_eq!(json["warnings"].as_array().unwrap().len(), 1, "{json}");
    }
    let (told, _) = pooled(
        "study,e1,n1,e2,n2\na,10,100,15,100\nb,12,110,15,105\nTOTAL:,22,210,30,205\n",
        rr,
    );
    let warnings = told.ok().json()["warnings"].to_string();
    assert!(
        warnings.contains("TOTAL: (line 4) is pooled as a study"),
        "{warnings}"
    );
    let (told, _) = pooled(
        "study,lnRR,lower,upper\na,-0.35,-0.70,0.00\nb,-0.22,-0.50,0.06\n",
        &[],
    );
    let json = told.ok().json();
    assert_eq!(json["measure"], "RR");
    assert!(
        (json["estimate"].as_f64().unwrap() + 0.2707).abs() < 1e-3,
        "{json}"
    );
    refused(
        "study,e1,n1,e2,n2\na,10,100,15,100,7\n",
        rr,
        &["6 cells where the header has 5"],
    );
}

#[test]
fn columns_of_subgroups_and_moderators_are_found_and_read_as_people_write_them() {
    let csv = "study;e1;n1;e2;n2;Dose;Arm\na;10;100;15;100;1,5;High\nb;12;110;15;105;2,5;high\n\
               c;8;90;14;95;3,25;low\nd;9;80;13;85;0,5;low\ne;5;50;9;52;NR;low\n";
    let args = [
        "--measure",
        "RR",
        "--moderator",
        "dose",
        "--subgroup",
        "arm",
    ];
    let (told, _) = pooled(csv, &args);
    let json = told.ok().json();
    let found = &json["meta_regression"];
    assert_eq!(
        (&found["k"], &found["coefficients"][1]["term"]),
        (&4.into(), &"Dose".into())
    );
    let warnings = json["warnings"].to_string();
    for words in [
        "without a value in Dose, not in the meta-regression: e",
        "High and high are two subgroups of Arm: are they one?",
        "4 studies for 1 moderator term: ",
    ] {
        assert!(warnings.contains(words), "{words}: {warnings}");
    }
    refused(
        csv,
        &["--measure", "RR", "--subgroup", "sex"],
        &["no column `sex`", "the file has study, e1,"],
    );
    let (told, _) = pooled(
        "study,e1,n1,e2,n2\na,50,100,15,100\nb,72,110,25,105\n",
        &[
            "--measure",
            "RR",
            "--with",
            "absolute",
            "--baseline-risk",
            "0.6",
        ],
    );
    let warnings = told.ok().json()["warnings"].to_string();
    assert!(
        warnings.contains("leads beyond a risk of 1: absolute effects stop there"),
        "{warnings}"
    );
}

fn script(csv: &str, args: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.csv");
    std::fs::write(&file, csv).unwrap();
    let mut command = program();
    command
        .arg("pool")
        .arg(&file)
        .args(["--script", "r"])
        .args(args);
    said(&command.output().unwrap())
}

#[test]
fn the_script_has_every_option_or_refuses_it_by_name() {
    let csv = "study,e1,n1,e2,n2,dose,arm\na,10,100,15,100,1.5,x\nb,12,110,15,105,2.5,x\n\
               c,8,90,14,95,3.25,y\nd,9,80,13,85,NA,y\ne,5,50,9,52,4,y\n";
    let base = [
        "--measure",
        "RR",
        "--subgroup",
        "arm",
        "--tau2",
        "common",
        "--moderator",
        "dose",
    ];
    let text = script(csv, &[&base[..], &["--with", "cumulative"]].concat())
        .ok()
        .stdout;
    for words in [
        "x1 = c(1.5, 2.5, 3.25, NA, 4)",
        "mods = ~ x1",
        "mods = ~ factor(group)",
        "check(\"tau2 of all subgroups\"",
        "\"up to\"",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let text = script("study,yi,vi\na,0.1,0.01\nb,0.9,0.02\nc,0.4,0.01\n", &[])
        .ok()
        .stdout;
    assert!(text.contains("qprofile(es, 95)"), "{text}");
    let profile = ["--tau2-ci", "profile-likelihood"];
    let text = script(csv, &[&["--measure", "RR"][..], &profile].concat())
        .ok()
        .stdout;
    assert!(text.contains("hardy(es, 95, \"REML\""), "{text}");
    for extra in [
        "permutation",
        "selection",
        "trim-fill",
        "influence",
        "failsafe",
    ] {
        let told = script(csv, &["--measure", "RR", "--with", extra]);
        told.fails(2, &[&format!("--script r has no lines for --with {extra}")]);
    }
}

#[test]
fn numbers_that_were_computed_have_the_digits_of_the_rest() {
    let csv = "study,n1,mean1,se1,n2,mean2,se2\na,20,12,0.7,20,10,0.8\nb,25,11,.6,20,-9,.5\n";
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.csv");
    std::fs::write(&file, csv).unwrap();
    let mut command = program();
    command.arg("pool").arg(&file).args(["--measure", "MD"]);
    let text = said(&command.output().unwrap()).ok().stdout;
    assert!(text.contains("12 (3.13) 20 v 10 (3.58) 20"), "{text}");
    assert!(text.contains("11 (3) 25 v \u{2212}9 (2.24) 20"), "{text}");
    let (_, svg) = pooled(csv, &["--measure", "MD"]);
    assert!(svg.contains("12 (3.13), 20"), "{svg}");
}
