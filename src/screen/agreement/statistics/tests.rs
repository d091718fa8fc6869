//! Agreement: published tables, and what is not said.

use super::*;

fn near(found: f64, want: f64) -> bool {
    (found - want).abs() < 1e-6
}

/// Tables of two people with their statistics as statsmodels (κ, standard error) and irrCAC (AC1) give them.
#[test]
fn two_people_agree_as_other_programs_say() {
    for (table, observed, kappa, se, pabak, ac1) in [
        (
            [[52, 2], [12, 15]],
            0.827_160,
            0.571_429,
            0.098_014,
            0.654_321,
            0.713_997,
        ),
        (
            [[54, 0], [17, 9]],
            0.787_5,
            0.416_810,
            0.101_964,
            0.575,
            0.677_151,
        ),
        (
            [[150, 4], [6, 10]],
            0.941_176,
            0.634_566,
            0.106_493,
            0.882_353,
            0.929_897,
        ),
        (
            [[373, 12], [9, 32]],
            0.950_704,
            0.725_600,
            0.056_869,
            0.901_408,
            0.939_911,
        ),
    ] {
        let pair = Pair::of(table.iter().map(|row| row.to_vec()).collect());
        let found = pair.kappa.unwrap();
        assert!(near(pair.observed.unwrap(), observed));
        assert!(near(found.value, kappa) && near(found.se, se), "{found:?}");
        assert!(near(pair.pabak.unwrap(), pabak) && near(pair.ac1.unwrap(), ac1));
        let (low, high) = found.ci.unwrap();
        assert!(near(low, kappa - 1.959_964 * se) && near(high, kappa + 1.959_964 * se));
    }
}

/// Fleiss 1971, table 1: 30 patients, six psychiatrists, five diagnoses: κ = 0.430.
#[test]
fn several_people_agree_as_fleiss_1971_says() {
    const ROWS: [[u32; 5]; 30] = [
        [0, 0, 0, 6, 0],
        [0, 3, 0, 0, 3],
        [0, 1, 4, 0, 1],
        [0, 0, 0, 0, 6],
        [0, 3, 0, 3, 0],
        [2, 0, 4, 0, 0],
        [0, 0, 4, 0, 2],
        [2, 0, 3, 1, 0],
        [2, 0, 0, 4, 0],
        [0, 0, 0, 0, 6],
        [1, 0, 0, 5, 0],
        [1, 1, 0, 4, 0],
        [0, 3, 3, 0, 0],
        [1, 0, 0, 5, 0],
        [0, 2, 0, 3, 1],
        [0, 0, 5, 0, 1],
        [3, 0, 0, 1, 2],
        [5, 1, 0, 0, 0],
        [0, 2, 0, 4, 0],
        [1, 0, 2, 0, 3],
        [0, 0, 0, 0, 6],
        [0, 1, 0, 5, 0],
        [0, 2, 0, 1, 3],
        [2, 0, 0, 4, 0],
        [1, 0, 0, 4, 1],
        [0, 5, 0, 1, 0],
        [4, 0, 0, 0, 2],
        [0, 2, 0, 4, 0],
        [1, 0, 5, 0, 0],
        [0, 0, 0, 0, 6],
    ];
    let rows: Vec<Vec<u32>> = ROWS.iter().map(|row| row.to_vec()).collect();
    let found = Several::of(6, &rows);
    assert_eq!((found.n, found.complete), (30, 30));
    assert!((found.fleiss.unwrap() - 0.430).abs() < 5e-4, "{found:?}");
}

/// Krippendorff's example of four observers with gaps: nominal α = 0.743 (Hayes and Krippendorff 2007 and
/// Krippendorff 2011, "Computing Krippendorff's alpha-reliability").
#[test]
fn gaps_are_allowed_as_in_krippendorffs_example() {
    let rows: [&[usize]; 12] = [
        &[1, 1, 1],
        &[2, 2, 3, 2],
        &[3, 3, 3, 3],
        &[3, 3, 3, 3],
        &[2, 2, 2, 2],
        &[1, 2, 3, 4],
        &[4, 4, 4, 4],
        &[1, 1, 2, 1],
        &[2, 2, 2, 2],
        &[5, 5, 5],
        &[1, 1],
        &[3],
    ];
    let rows: Vec<Vec<u32>> = rows
        .iter()
        .map(|said| {
            let mut row = vec![0; 5];
            for k in *said {
                row[k - 1] += 1;
            }
            row
        })
        .collect();
    let found = Several::of(4, &rows);
    assert_eq!((found.n, found.complete), (11, 8));
    assert!((found.alpha.unwrap() - 0.743).abs() < 5e-4, "{found:?}");
    assert_eq!(found.fleiss, None);
}

#[test]
fn of_few_reports_and_of_one_category_nothing_is_said() {
    let few = Pair::of(vec![vec![1, 1], vec![0, 7]]);
    assert_eq!(
        (few.n, few.kappa, few.pabak, few.ac1),
        (9, None, None, None)
    );
    assert!(few.observed.is_some());
    let none = Pair::of(vec![vec![0, 0], vec![0, 0]]);
    assert_eq!((none.n, none.observed), (0, None));
    let one = Pair::of(vec![vec![0, 0], vec![0, 30]]);
    assert_eq!(one.kappa, None);
    assert!(near(one.ac1.unwrap(), 1.0) && near(one.pabak.unwrap(), 1.0));
    let whole = Pair::of(vec![vec![5, 0], vec![0, 30]]);
    let kappa = whole.kappa.unwrap();
    assert!(near(kappa.value, 1.0) && kappa.ci.is_none());
    // One always includes, the other never does: no agreement beyond chance, and it can be said.
    let apart = Pair::of(vec![vec![0, 20], vec![0, 0]]).kappa.unwrap();
    assert!(near(apart.value, 0.0));
    let found = Several::of(3, &vec![vec![3, 0]; 20]);
    assert_eq!((found.fleiss, found.ac1, found.alpha), (None, None, None));
}

#[test]
fn two_people_have_one_agreement_whichever_stands_first() {
    let one = Pair::rated(
        3,
        [(0, 0), (0, 2), (1, 2), (2, 2), (2, 2), (2, 2)]
            .into_iter()
            .cycle()
            .take(60),
    );
    let other = Pair::rated(
        3,
        [(0, 0), (2, 0), (2, 1), (2, 2), (2, 2), (2, 2)]
            .into_iter()
            .cycle()
            .take(60),
    );
    assert!(near(one.kappa.unwrap().value, other.kappa.unwrap().value));
    assert!(near(one.kappa.unwrap().se, other.kappa.unwrap().se));
    assert!(near(one.ac1.unwrap(), other.ac1.unwrap()));
}

/// Against the ratings of two reviews, where they are beside the sources.
#[test]
fn ratings_with_gaps_agree_as_other_programs_say() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/screening/agreement");
    let Ok(text) = std::fs::read_to_string(folder.join("expected.json")) else {
        eprintln!("SKIPPED: {} is not there", folder.display());
        return;
    };
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for review in ["sr1", "sr2"] {
        let want = &expected[review];
        let text = std::fs::read(folder.join(format!("{review}_ratings.csv"))).unwrap();
        let rows = crate::table::picked(&text, &["rater1", "rater2", "rater3", "rater4"]).unwrap();
        let category = |cell: &str| {
            ["include", "unclear", "exclude"]
                .iter()
                .position(|one| *one == cell)
        };
        let rated: Vec<Vec<Option<usize>>> = rows
            .iter()
            .map(|row| row.cells.iter().map(|cell| category(cell)).collect())
            .collect();
        for (pair, want) in want["pairs"].as_object().unwrap() {
            let place = |name: &str| name.trim_start_matches("rater").parse::<usize>().unwrap() - 1;
            let (one, other) = pair.split_once('-').unwrap();
            let both = || {
                let all = rated.iter().map(|row| (row[place(one)], row[place(other)]));
                all.filter_map(|(a, b)| Some((a?, b?)))
            };
            // Unclear goes forward, as include does.
            let binary = |k: usize| usize::from(k == 2);
            for (found, want) in [
                (Pair::rated(3, both()), want),
                (
                    Pair::rated(2, both().map(|(a, b)| (binary(a), binary(b)))),
                    &want["binary_unclear_as_include"],
                ),
            ] {
                let kappa = found.kappa.unwrap();
                let mut is = |key: &str, found: f64| {
                    if let Some(want) = want[key].as_f64() {
                        checked += 1;
                        assert!(
                            (found - want).abs() < 1e-6,
                            "{review} {pair} {key}: {found} {want}"
                        );
                    }
                };
                is("n", f64::from(found.n));
                is("observed_agreement", found.observed.unwrap());
                is("kappa", kappa.value);
                is("kappa_se", kappa.se);
                is("pabak", found.pabak.unwrap());
                is("gwet_ac1", found.ac1.unwrap());
                if let Some(ci) = want["kappa_ci95"].as_array() {
                    assert!((kappa.ci.unwrap().0 - ci[0].as_f64().unwrap()).abs() < 1e-6);
                    assert!((kappa.ci.unwrap().1 - ci[1].as_f64().unwrap()).abs() < 1e-6);
                }
            }
        }
        let counts: Vec<Vec<u32>> = rated
            .iter()
            .map(|row| {
                let mut counts = vec![0; 3];
                for k in row.iter().flatten() {
                    counts[*k] += 1;
                }
                counts
            })
            .collect();
        let found = Several::of(4, &counts);
        for (key, found) in [
            ("fleiss_kappa", found.fleiss),
            ("gwet_ac1_3cat", found.ac1),
            ("krippendorff_alpha_nominal", found.alpha),
        ] {
            // These stand there with five decimals.
            match want[key].as_f64() {
                Some(want) => assert!(
                    (found.unwrap() - want).abs() < 5.1e-6,
                    "{review} {key} {found:?} {want}"
                ),
                None => assert_eq!(found, None, "{review} {key}"),
            }
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}
