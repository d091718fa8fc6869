//! Each rule of each platform: strategies that break it, at their place, and strategies that hold.

use super::{Code, Platform, Severity, check};

fn found(platform: Platform, text: &str) -> Vec<(&'static str, String)> {
    check(platform, text, "q.txt")
        .into_iter()
        .map(|f| {
            let at = text.get(f.diagnostic.span.clone()).unwrap().to_owned();
            (f.code.as_str(), at)
        })
        .collect()
}

/// Every case has exactly one finding, of this rule at these bytes.
fn each(platform: Platform, cases: &[(&str, &'static str, &str)]) {
    for (text, code, at) in cases {
        let found = found(platform, text);
        assert_eq!(found, [(*code, (*at).to_owned())], "{text}");
    }
}

fn none(platform: Platform, cases: &[&str]) {
    for text in cases {
        assert_eq!(found(platform, text), [], "{text}");
    }
}

#[test]
fn ovid_faults_are_found_at_their_place() {
    each(
        Platform::Ovid,
        &[
            ("1 asthma.ti.\n2 1 or 7", "line-missing", "7"),
            ("1 asthma.ti.\n2 or/1-2", "line-later", "1-2"),
            (
                "1 asthma.ti.\n2 1 or 3\n3 2 or wheeze.ti.",
                "line-later",
                "3",
            ),
            ("1 asthma.ti.\n2 or/5-1", "line-missing", "5-1"),
            (
                "1 asthma.ti.\n2 wheeze.ti.\n3 2 and child.ti.",
                "line-unused",
                "asthma.ti.",
            ),
            ("(asthma near/3 child).ti.", "unknown-operator", "near/3"),
            ("(asthma W3 child).ti.", "unknown-operator", "W3"),
            ("(asthma adj/3 child).ti.", "proximity", "adj/3"),
            ("asthma.ti. | wheeze.ti.", "unknown-operator", "|"),
            (
                "asthma.ti. and wheeze.ti. or child.ti.",
                "mixed-operators",
                "or",
            ),
            ("asthma.tiab.", "unknown-field", "tiab"),
            ("(asthma or wheeze).ti,xq.", "unknown-field", "xq"),
            ("asthma[tiab]", "unknown-field", "[tiab]"),
            ("asthma:ti,ab", "unknown-field", ":ti,ab"),
            ("TS=asthma", "unknown-field", "TS="),
            ("exp Multiple Myeloma", "heading", "exp Multiple Myeloma"),
            ("exp myelom*/", "heading", "exp myelom*/"),
            ("*glycaemia.ti.", "wildcard", "*"),
            ("as*.ti.", "short-truncation", "as*"),
            ("myelom∗.ti.", "typographic-asterisk", "∗"),
            ("(asthma or wheeze.ti.", "unbalanced", "("),
            ("asthma or wheeze).ti.", "unbalanced", ")"),
            ("\"heart failure.ti.", "unbalanced", "\""),
            ("(asthma or).ti.", "dangling-operator", "or"),
            (
                "1 asthma.ti.\n2 limit 1 to yr=\"2010 -Current\"",
                "date-limit",
                "yr=\"2010 -Current\"",
            ),
            ("2020*.ed.", "date-limit", "2020*.ed."),
        ],
    );
    let quotes = found(Platform::Ovid, "“heart failure”.ti.");
    assert_eq!(quotes.len(), 2);
    assert_eq!(quotes[1], ("typographic-quote", "”".to_owned()));
}

#[test]
fn good_ovid_strategies_have_no_finding() {
    none(
        Platform::Ovid,
        &[
            "1. exp Multiple Myeloma/ 45,123\n2. myelom*.ti,ab,kf. 60000\n3. 1 or 2 70000\n4. Antibodies, Monoclonal/tu [Therapeutic Use]\n5. (daratumumab or (cd38 adj3 antibod$2)).mp. [mp=title, abstract]\n6. or/4-5\n7. and/3,6\n8. limit 7 to english language\n9. remove duplicates from 8",
            "exp *Asthma/dt, th\nasthma*.ti,ab.\n(child* or adolescen#).tw.\nor/1-2\n3 and 4",
            "\"Head and Neck Neoplasms\"/ or \"sensitivity and specificity\".ti. or wom#n.tw. or p?ediatric.tw.",
            "exp animals/ not humans.sh.",
            // The Cochrane filter for trials (2008 revision), and terms as reviews print them.
            "1. randomized controlled trial.pt.\n2. controlled clinical trial.pt.\n3. randomi#ed.ab.\n4. placebo.ab.\n5. drug therapy.fs.\n6. randomly.ab.\n7. trial.ab.\n8. groups.ab.\n9. 1 or 2 or 3 or 4 or 5 or 6 or 7 or 8\n10. exp animals/ not humans.sh.\n11. 9 not 10\n12. exp Diabetes Mellitus, Type 2/\n13. (MODY or NIDDM or T2DM or T2D).tw,kf.\n14. (non insulin* depend* or noninsulin* depend* or noninsulin?depend* or non insulin?depend*).tw,kf.\n15. ((typ? 2 or typ? II or typ?2 or typ?II) adj3 diabet*).tw,kf.\n16. (keto?resist* or non?keto*).tw,kf.\n17. or/12-16\n18. exp Diabetes Insipidus/\n19. diabet* insipidus.tw,kf.\n20. 18 or 19\n21. 17 not 20\n22. \"Quality of Life\"/ and (SF-36 or \"short form 36\").mp. [mp=title, abstract, original title, name of substance word]\n23. 11 and 21 and 22",
            "1     Neoplasms/ (450000)\n2     (cancer$ or tumo?r$).ti,ab. (300,000)\n3     1 or 2 (600000)",
            "random*.ti. and (double blind or open label).ab.",
        ],
    );
}

#[test]
fn embase_faults_are_found_at_their_place() {
    each(
        Platform::Embase,
        &[
            ("#1 asthma:ti\n#2 #1 OR #7", "line-missing", "#7"),
            ("#1 asthma:ti\n#2 #1 OR #2", "line-later", "#2"),
            ("#1 asthma:ti OR #2\n#2 #1", "line-later", "#2"),
            ("#2 #1 AND #3\n#1 asthma:ti", "line-missing", "#3"),
            (
                "#1 asthma:ti\n#2 wheeze:ti\n#3 #1 AND child:ti",
                "line-unused",
                "wheeze:ti",
            ),
            ("#1 asthma:ti\n#2 or/1-1", "unknown-operator", "or/1-1"),
            ("asthma:ti and wheeze:ti", "lower-case-operator", "and"),
            (
                "asthma:ti OR wheeze:ti AND child:ti",
                "mixed-operators",
                "AND",
            ),
            ("asthma:ti AND OR wheeze:ti", "dangling-operator", "OR"),
            ("asthma:ti wheeze:ti", "implicit-and", "wheeze:ti"),
            ("multiple 'myeloma'/exp", "implicit-and", "'myeloma'/exp"),
            ("(asthma adj3 child):ti", "unknown-operator", "adj3"),
            ("(asthma NEAR child):ti", "proximity", "NEAR"),
            ("(asthma NEAR3 child):ti", "proximity", "NEAR3"),
            ("((asthma AND wheeze) NEAR/3 child):ti", "proximity", "AND"),
            ("asthma:tw", "unknown-field", "tw"),
            ("'heart failure':ti,xy", "unknown-field", "xy"),
            ("'heart failure'/foo", "unknown-field", "foo"),
            ("myelom#:ti", "wildcard", "#"),
            ("as*:ti", "short-truncation", "as*"),
            ("'myelom*'/exp", "heading", "'myelom*'/exp"),
            ("'heart failure:ti", "unbalanced", "'"),
            ("(asthma OR wheeze:ti", "unbalanced", "("),
            (
                "asthma:ti AND [2020-2025]/py",
                "date-limit",
                "[2020-2025]/py",
            ),
            ("asthma:ti NOT 2019:py", "date-limit", "2019:py"),
        ],
    );
    let tags = found(Platform::Embase, "'heart failure' OR asthma[tiab]");
    assert!(tags.contains(&("unknown-field", "[tiab]".to_owned())));
}

#[test]
fn good_embase_strategies_have_no_finding() {
    none(
        Platform::Embase,
        &[
            "#1 'multiple myeloma'/exp OR 'multiple myeloma':ti,ab,kw OR myelom*:ti, ab\n#2 ('cd38' NEAR/3 antibod*):ti,ab OR 'crohn's disease':ti OR \"heart failure\"/exp/mj\n#3 #1 AND #2 NOT ([animals]/lim NOT [humans]/lim)\n#4 #3 AND [english]/lim 1,234",
            "#2 #1 AND cd38:ti\n#1 sulf$nyl:ti OR wom?n:ti",
            "'daratumumab'/exp/dd_dt,dd_ct OR (heart NEXT/2 failure*):ti",
        ],
    );
}

#[test]
fn cochrane_faults_are_found_at_their_place() {
    each(
        Platform::Cochrane,
        &[
            ("#1 asthma:ti\n#2 #1 OR #7", "line-missing", "#7"),
            ("#1 asthma:ti\n#2 {OR #1-#2}", "line-later", "#1-#2"),
            ("#1 asthma:ti\n#2 {OR #1, #9}", "line-missing", "#9"),
            ("#1 asthma:ti\n#2 wheeze:ti", "line-unused", "asthma:ti"),
            ("asthma:ti or wheeze:ti", "lower-case-operator", "or"),
            (
                "asthma:ti OR wheeze:ti NOT child:ti",
                "mixed-operators",
                "NOT",
            ),
            ("heart failure:ti,ab", "implicit-and", "failure:ti,ab"),
            ("(asthma adj3 child):ti", "unknown-operator", "adj3"),
            ("(asthma NEAR3 child):ti", "proximity", "NEAR3"),
            ("asthma:tw", "unknown-field", "tw"),
            ("[tiab]", "unknown-field", "[tiab]"),
            ("asthma/exp", "heading", "/exp"),
            (
                "MeSH descriptor Asthma explode all trees",
                "heading",
                "MeSH descriptor Asthma explode all trees",
            ),
            (
                "MeSH descriptor: [Asthma]",
                "heading",
                "MeSH descriptor: [Asthma]",
            ),
            ("[mh \"Asthma]", "heading", "[mh \"Asthma]"),
            ("asthm$:ti", "wildcard", "$"),
            ("\"heart failure*\":ti", "wildcard-in-phrase", "*"),
            ("as*:ti", "short-truncation", "as*"),
            (
                "asthma:ti with Publication Year from 2010 to 2020",
                "date-limit",
                "with Publication Year from 2010 to 2020",
            ),
        ],
    );
    let beyond = found(Platform::Cochrane, "#1 asthma:ti\n#2 {OR #1-#4}");
    let codes: Vec<&str> = beyond.iter().map(|(code, _)| *code).collect();
    assert_eq!(codes, ["line-missing", "line-later"]);
    let braces = found(Platform::Cochrane, "#1 asthma:ti\n#2 {#1}");
    assert!(braces.iter().any(|(code, _)| *code == "unknown-operator"));
}

#[test]
fn good_cochrane_strategies_have_no_finding() {
    none(
        Platform::Cochrane,
        &[
            "#1 MeSH descriptor: [Multiple Myeloma] explode all trees\n#2 MeSH descriptor: [Asthma] this term only and with qualifier(s): [drug therapy - DT]\n#3 (\"multiple myeloma\" OR myelom* OR (plasma NEXT cell*) OR (cd38 NEAR/3 antibod*)):ti,ab,kw\n#4 [mh \"Heart Failure\"/DT] OR [mh ^Asthma] OR wom?n:ti, ab\n#5 {OR #1-#3, #4} 1234",
            "#1 asthma\n#2 {or #1}",
            "#1 (asthma OR wheez*):ti,ab,kw (Word variations have been searched) 1234\n#2 #1 in Trials",
        ],
    );
}

#[test]
fn wos_faults_are_found_at_their_place() {
    each(
        Platform::Wos,
        &[
            ("#1 TS=asthma\n#2 #1 OR #7", "line-missing", "#7"),
            ("#1 TS=asthma AND #1", "line-later", "#1"),
            ("#1 TS=asthma\n#2 TS=wheeze", "line-unused", "TS=asthma"),
            ("TS=(asthma or wheeze)", "lower-case-operator", "or"),
            ("TS=(asthma OR wheeze AND child)", "mixed-operators", "AND"),
            ("TS=(heart failure)", "implicit-and", "failure"),
            ("TS=(asthma adj3 child)", "unknown-operator", "adj3"),
            ("TS=(asthma NEXT/3 child)", "unknown-operator", "NEXT/3"),
            ("TS=(asthma NEAR/20 child)", "proximity", "NEAR/20"),
            ("TS=((asthma AND wheeze) NEAR/3 child)", "proximity", "AND"),
            ("XX=asthma", "unknown-field", "XX"),
            ("asthma OR TS=wheeze", "field-missing", "asthma"),
            ("asthma:ti,ab", "unknown-field", ":ti,ab"),
            ("TS=myelom#", "wildcard", "#"),
            ("TS=as*", "short-truncation", "as*"),
            ("TS=\"heart failure$\"", "wildcard-in-phrase", "$"),
            ("TS=(asthma", "unbalanced", "("),
            ("TS=asthma AND PY=2010-2020", "date-limit", "PY=2010-2020"),
        ],
    );
}

#[test]
fn good_wos_strategies_have_no_finding() {
    none(
        Platform::Wos,
        &[
            "#1 TS=(\"multiple myeloma\" OR \"plasma cell*\" OR *globulin* OR (cd38 NEAR/3 antibod*) OR lych?e$)\n#2 TI=trial OR AB=(random* NEAR trial)\n#3 #1 AND #2",
            "TS=(asthma) AND LA=(English)",
        ],
    );
}

#[test]
fn only_errors_are_errors() {
    let found = check(Platform::Embase, "a:ti OR b:ti AND c:ti OR #3", "q");
    let severity = |code| {
        let mut all = found.iter().filter(|f| f.code == code);
        all.next().map(|f| f.severity)
    };
    assert_eq!(severity(Code::Mixed), Some(Severity::Warning));
    assert_eq!(severity(Code::LineMissing), Some(Severity::Error));
}

#[test]
fn the_strategies_of_this_repository_have_no_error() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, platform, warnings) in [
        ("pubmed.txt", Platform::Pubmed, &[][..]),
        ("central.txt", Platform::Cochrane, &[]),
        ("web-of-science.txt", Platform::Wos, &[]),
        (
            "embase.txt",
            Platform::Embase,
            &["date-limit", "date-limit"],
        ),
    ] {
        let text = std::fs::read_to_string(here.join("queries").join(file)).unwrap();
        let codes: Vec<&str> = found(platform, &text).iter().map(|f| f.0).collect();
        assert_eq!(codes, warnings, "{file}");
    }
}

#[test]
fn any_text_can_be_checked_on_every_platform() {
    let deep = "(".repeat(1000) + &" NEAR/3 a AND b OR c".repeat(300) + "))NOT";
    let hand = [
        "",
        "[",
        "]",
        "(((",
        "\"",
        "'",
        "[]",
        "()",
        "é[",
        "\u{feff}# x\n",
        "NOT",
        "#1",
        "#1 #1",
        "{",
        "{}",
        "{OR #1-#999999999}",
        "or/1-99999999",
        "1 or/1-2,",
        ".ti.",
        "./",
        "/",
        ":",
        "=",
        "TS=",
        "exp ",
        "exp /",
        "limit",
        "limit 1 to yr=\"",
        "#99999999999999",
        "adj",
        "“",
        "‘é’*",
        "MeSH descriptor:",
        "MeSH descriptor: []",
        "with date",
        "a.é.",
        "*",
        "'*'/exp",
        "é*.ti.",
        deep.as_str(),
    ];
    for platform in Platform::ALL {
        for text in hand {
            for finding in check(platform, text, "q.txt") {
                let span = finding.diagnostic.span;
                assert!(
                    text.get(span.clone()).is_some(),
                    "{platform:?} {text} {span:?}"
                );
            }
        }
    }
}

const SEEDS: [&str; 5] = [
    "(\"Multiple Myeloma\"[Mesh] OR myelom*[tiab]) AND trial[pt] NOT (animals[mh])",
    "1. exp Multiple Myeloma/dt, th\n2. (myelom$ adj3 cell?).ti,ab.\n3. or/1-2\n4. limit 3 to yr=\"2010\"",
    "#1 'multiple myeloma'/exp OR (cd38 NEAR/3 antibod*):ti,ab\n#2 #1 NOT [animals]/lim",
    "#1 MeSH descriptor: [Asthma] explode all trees\n#2 (\"a b\" OR c*):ti,ab\n#3 {OR #1-#2}",
    "#1 TS=(\"plasma cell*\" NEAR/5 lych?e$)\n#2 TI=trial AND #1",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(256))]

    #[test]
    fn mutated_strategies_are_checked_and_compared(
        seed in 0..SEEDS.len(),
        changes in proptest::collection::vec(
            (proptest::prelude::any::<proptest::sample::Index>(), "[ -~é“∗’\u{a0}\n]{0,2}", 0..2_u8),
            1..6,
        ),
    ) {
        let mut signs: Vec<char> = SEEDS[seed].chars().collect();
        for (at, text, how) in changes {
            let at = at.index(signs.len() + 1);
            let end = if how == 0 { at } else { (at + 3).min(signs.len()) };
            signs.splice(at..end, text.chars());
        }
        let text: String = signs.into_iter().collect();
        let other = SEEDS[(seed + 1) % SEEDS.len()];
        for platform in Platform::ALL {
            for finding in check(platform, &text, "q.txt") {
                let span = finding.diagnostic.span;
                proptest::prop_assert!(text.get(span.clone()).is_some(), "{span:?}");
            }
            let three = [("A", platform, text.as_str()), ("B", platform, other), ("C", platform, other)];
            for found in super::concepts::compare(&three) {
                let text = if found.source == "A" { text.as_str() } else { other };
                found.finding(text, "q.txt");
            }
        }
        super::ctgov::check(&text, "q.txt");
    }
}
