//! Reviews made of raw data and rounded as papers round: consistent by construction, then changed in
//! one number.

use crate::lint::paper::{Claim, Count, Model, Paper, Pooled, StudyRow};
use crate::lint::printed::Printed;
use crate::lint::{Found, check};
use crate::model::finding::Severity;
use crate::pool::dist::{chi2_above, normal_two_sided};
use crate::pool::{Data, Interval, Level, Measure, Method, Row, Spec, analyse};

/// SplitMix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn whole(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % u64::try_from(to - from + 1).unwrap()) as i64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.whole(0, of.len() as i64 - 1) as usize]
    }
}

fn print(x: f64, d: usize) -> Option<Printed> {
    Printed::parse(&format!("{x:.d$}"))
}

/// A p-value as papers print it.
fn print_p(p: f64, dice: &mut Dice) -> Option<Printed> {
    let style = dice.whole(0, 3);
    let text = match style {
        0 if p < 0.001 => "<0.001".into(),
        1 if p < 0.0001 => "<0.0001".into(),
        1 if p < 0.01 => format!("{p:.4}"),
        2 if p < 0.01 => "<0.01".into(),
        2 if p < 0.05 => "<0.05".into(),
        2 => format!("{p:.2}"),
        3 if p >= 0.01 => format!("{p:.2}"),
        _ => format!("{p:.3}"),
    };
    Printed::parse(&text)
}

fn count(name: &str, n: i64, witness: &str) -> Count {
    Count {
        name: name.into(),
        n,
        witness: witness.into(),
    }
}

fn flow(dice: &mut Dice, included: i64) -> Vec<Count> {
    // Other sources: a lane of their own, or a number beside the records that joins somewhere.
    let other = dice.whole(0, 5);
    let brought = if other < 3 {
        dice.whole(0, included.min(4))
    } else {
        0
    };
    let joins = dice.whole(0, 2);
    let all = included;
    let included = included - brought;
    let reasons: Vec<i64> = (0..dice.whole(2, 5)).map(|_| dice.whole(1, 20)).collect();
    let ft: i64 = reasons.iter().sum();
    let joined = |at: i64| {
        if other == 1 && joins == at {
            brought
        } else {
            0
        }
    };
    let assessed = included + ft + joined(0);
    let notret = dice.whole(0, 6);
    let sought = assessed - joined(0) + notret;
    let excl = dice.whole(50, 3000);
    let screened = sought + excl;
    let sought = sought + joined(1);
    let assessed = assessed + joined(1);
    let (lane_missing, lane_excluded) = (dice.whole(0, 3), dice.whole(0, 3));
    let dup = dice.whole(20, 1500);
    let total = screened + dup;
    let pubmed = dice.whole(1, total - 1);
    let full = |witness: &str| {
        let mut out = vec![
            count("db", total, witness),
            count("dup", dup, witness),
            count("screened", screened, witness),
            count("excl", excl, witness),
            count("sought", sought, witness),
            count("notret", notret, witness),
            count("assessed", assessed, witness),
            count("ft_excl", ft, witness),
            count("included", all, witness),
        ];
        if other == 0 {
            let sought = brought + lane_missing + lane_excluded;
            out.push(count("other", sought + 2, witness));
            out.push(count("other_sought", sought, witness));
            out.push(count("other_notret", lane_missing, witness));
            out.push(count("other_assessed", sought - lane_missing, witness));
            out.push(count("other_ft_excl", lane_excluded, witness));
        } else if other < 3 && brought > 0 {
            out.push(count("other", brought + lane_missing, witness));
        }
        if witness != "text" {
            out.push(count("db_pubmed", pubmed, witness));
            out.push(count("db_embase", total - pubmed, witness));
            out.extend(
                reasons
                    .iter()
                    .enumerate()
                    .map(|(n, r)| count(&format!("ft_r{}", n + 1), *r, witness)),
            );
        }
        out
    };
    let mut out = full("Fig 1");
    if dice.unit() < 0.7 {
        out.splice(0..0, full("text"));
    }
    out
}

/// One outcome: its studies and its pooled rows, with the statements about them.
fn outcome(dice: &mut Dice, n: usize, paper: &mut Paper, always: bool) {
    let table = format!("Fig {}", n + 2);
    let measure = dice.one(&[Measure::Rr, Measure::Or, Measure::Md, Measure::Hr]);
    let ratio = measure != Measure::Md;
    let d = dice.one(&[1_usize, 2, 2, 2, 3]);
    let d = if ratio { d.max(2) } else { d };
    let k = dice.whole(2, 11) as usize;
    let effect = dice.normal() * 0.3;
    let tau = dice.one(&[0.0, 0.0, 0.1, 0.3]);
    let mut rows = Vec::new();
    let mut typed = Vec::new();
    for s in 0..k {
        let name = format!("Author{s} {}", 1990 + s + n);
        let theta = effect + tau * dice.normal();
        let (n1, n0) = (dice.whole(25, 400), dice.whole(25, 400));
        let mut row = StudyRow {
            table: table.clone(),
            study: name.clone(),
            ..StudyRow::default()
        };
        let arm = |n: i64| print(n as f64, 0);
        let data = match measure {
            Measure::Rr | Measure::Or => {
                let risk = 0.1 + 0.4 * dice.unit();
                let events = |p: f64, n: i64| {
                    ((p.clamp(0.02, 0.95) * n as f64).round() as i64).clamp(1, n - 1)
                };
                let (e1, e0) = (events(risk * theta.exp(), n1), events(risk, n0));
                row.counts = [arm(e1), arm(n1), arm(e0), arm(n0)];
                Data::Binary {
                    e1: e1 as f64,
                    n1: n1 as f64,
                    e2: e0 as f64,
                    n2: n0 as f64,
                }
            }
            Measure::Md => {
                let (sd1, sd0) = (1.0 + 9.0 * dice.unit(), 1.0 + 9.0 * dice.unit());
                let m0 = 20.0 + 5.0 * dice.normal();
                let m1 = m0 + 4.0 * theta + sd1 * dice.normal() / (n1 as f64).sqrt();
                // Means are printed with one decimal more than they are used with here: as typed.
                let round = |x: f64| format!("{x:.2}").parse::<f64>().unwrap();
                let x = [m1, sd1, m0, sd0].map(round);
                row.means = x.map(|x| print(x, 2));
                row.counts = [None, arm(n1), None, arm(n0)];
                Data::Continuous {
                    n1: n1 as f64,
                    mean1: x[0],
                    sd1: x[1],
                    n2: n0 as f64,
                    mean2: x[2],
                    sd2: x[3],
                }
            }
            _ => {
                let se = 0.1 + 0.4 * dice.unit();
                Data::Generic {
                    yi: theta + se * dice.normal(),
                    vi: se * se,
                }
            }
        };
        rows.push(Row {
            study: name,
            line: None,
            data: Some(data),
            columns: Vec::new(),
        });
        typed.push(row);
    }
    let random = dice.unit() < 0.5 || always;
    let binary = matches!(measure, Measure::Rr | Measure::Or);
    let method = if random {
        dice.one(&[Method::Dl, Method::Dl, Method::Reml, Method::Pm])
    } else if binary && dice.unit() < 0.5 {
        Method::Mh
    } else {
        Method::Fe
    };
    let engine = if measure == Measure::Hr {
        Measure::Gen
    } else {
        measure
    };
    // Some ratios are printed as their logarithms.
    let logged = ratio && dice.unit() < 0.1;
    let back = |x: f64| if ratio && !logged { x.exp() } else { x };
    let d = if logged { d.max(2) } else { d };
    let hartung = random && dice.unit() < 0.3;
    // Programs print the I² of Q or of τ².
    let of_tau2 = method == Method::Reml && dice.unit() < 0.7;
    let level = dice.one(&[95.0, 95.0, 95.0, 95.0, 90.0, 99.0]);
    let percent = |level: f64| Level::parse(level).unwrap();
    let of_studies = dice.one(&[95.0, level]);
    let pool = |rows: &[Row]| {
        let spec = Spec {
            level: percent(level),
            ..Spec::new(engine).method(method)
        };
        let spec = if hartung {
            spec.interval(Interval::Hksj)
        } else {
            spec
        };
        analyse(rows, &spec).unwrap()
    };
    let whole = pool(&rows);
    let shown = |dice: &mut Dice, table: &str, name: &str, rows: &[Row], d: usize| -> Pooled {
        let p = pool(rows);
        let i2d = dice.one(&[0_usize, 0, 1]);
        Pooled {
            table: table.into(),
            row: name.into(),
            k: Some(rows.len() as i64),
            i2: (rows.len() > 1)
                .then(|| print(if of_tau2 { p.i2 } else { p.i2_q }, i2d))
                .flatten(),
            p_het: (rows.len() > 1)
                .then(|| print_p(chi2_above(p.q, p.q_df), dice))
                .flatten(),
            model: Some(if random { Model::Random } else { Model::Fixed }),
            estimate: print(back(p.estimate), d),
            low: print(back(p.ci[0]), d),
            high: print(back(p.ci[1]), d),
            p: print_p(
                p.p.unwrap_or_else(|| normal_two_sided(p.estimate / p.se)),
                dice,
            ),
            measure: if logged {
                format!("log {}", measure_word(measure))
            } else {
                measure_word(measure).into()
            },
            log: Some(ratio),
            level: ((level - 95.0_f64).abs() > 1e-9).then_some(level),
        }
    };
    let each = pool(&rows);
    for (row, (study, unit)) in typed.iter_mut().zip(rows.iter().zip(&each.studies)) {
        let one = analyse(
            std::slice::from_ref(study),
            &Spec {
                level: percent(of_studies),
                ..Spec::new(engine).method(Method::Fe)
            },
        )
        .unwrap();
        row.estimate = print(back(one.estimate), d.max(2));
        row.low = print(back(one.ci[0]), d.max(2));
        row.high = print(back(one.ci[1]), d.max(2));
        row.weight = print(unit.weight, 1);
    }
    let subgroups = k >= 4 && dice.unit() < 0.4;
    let name = format!("outcome {n}");
    if subgroups {
        let cut = dice.whole(2, k as i64 - 2) as usize;
        for (at, row) in typed.iter_mut().enumerate() {
            row.subgroup = if at < cut { "low risk" } else { "high risk" }.into();
        }
        let low = shown(dice, &table, "low risk", &rows[..cut], d);
        let high = shown(dice, &table, "high risk", &rows[cut..], d);
        let total = shown(dice, &table, &name, &rows, d);
        let claim = |kind: &str, args: String, reported: String| Claim {
            kind: kind.into(),
            location: format!("{table} subgroups {kind}"),
            args,
            reported,
        };
        paper.claims.push(claim(
            "partition",
            format!("level=study parts={}+{}", cut, k - cut),
            k.to_string(),
        ));
        if method == Method::Fe {
            let (a, b) = (pool(&rows[..cut]), pool(&rows[cut..]));
            let difference = (a.estimate - b.estimate) / (a.se * a.se + b.se * b.se).sqrt();
            paper.claims.push(claim(
                "interaction",
                "rows=low risk|high risk".into(),
                format!("{:.3}", normal_two_sided(difference)),
            ));
            paper.claims.push(claim(
                "info",
                format!("rows=low risk|high risk total={name}"),
                String::new(),
            ));
            let between = whole.q - a.q - b.q;
            paper.claims.push(claim(
                "qdecomp",
                format!("total={:.2} parts={:.2}+{:.2}", whole.q, a.q, b.q),
                format!("{between:.2}"),
            ));
        }
        paper.claims.push(Claim {
            kind: "map".into(),
            location: format!("{table} / {name}"),
            args: format!("table={table}"),
            reported: String::new(),
        });
        paper.results.extend([low, high, total]);
    } else {
        let row = shown(dice, &table, &name, &rows, d);
        paper.results.push(row);
    }
    paper.claims.push(Claim {
        kind: "q".into(),
        location: format!("{table} heterogeneity"),
        args: format!("chi2={:.2} df={} i2={:.0}", whole.q, k - 1, whole.i2_q),
        reported: format!("{:.2}", chi2_above(whole.q, whole.q_df)),
    });
    if dice.unit() < 0.7 {
        let row = shown(dice, "text", &name, &rows, if ratio { 2 } else { 1 });
        paper.results.push(row);
    }
    paper.studies.extend(typed);
}

fn measure_word(measure: Measure) -> &'static str {
    match measure {
        Measure::Rr => "RR",
        Measure::Or => "OR",
        Measure::Md => "MD",
        _ => "HR",
    }
}

/// A consistent review.
fn paper(seed: u64) -> Paper {
    let dice = &mut Dice(seed);
    let always = dice.unit() < 0.2;
    let mut paper = Paper {
        random_if: if always {
            "always".into()
        } else {
            String::new()
        },
        ..Paper::default()
    };
    let included = dice.whole(6, 40);
    paper.flow = flow(dice, included);
    for n in 0..dice.whole(1, 4) as usize {
        outcome(dice, n, &mut paper, always);
    }
    let (x, n) = (dice.whole(1, 60), dice.whole(61, 400));
    let d = dice.one(&[1_usize, 2]);
    let arms: Vec<i64> = (0..included).map(|_| dice.whole(20, 300)).collect();
    let total: i64 = arms.iter().sum();
    let parts: Vec<String> = arms.iter().map(i64::to_string).collect();
    let claim = |kind: &str, args: String, reported: String| Claim {
        kind: kind.into(),
        location: format!("statement {kind} {}", args.len()),
        args,
        reported,
    };
    paper.claims.extend([
        claim(
            "pct",
            format!("x={x} n={n}"),
            format!("{:.d$}", 100.0 * x as f64 / n as f64),
        ),
        claim(
            "pct",
            format!("n={n}"),
            format!("{:.2}", 100.0 * x as f64 / n as f64),
        ),
        claim("sum", parts.join("+"), total.to_string()),
        claim(
            "mean",
            format!("total={total} n={included}"),
            format!("{:.1}", total as f64 / included as f64),
        ),
        claim(
            "range",
            parts.join("+"),
            format!(
                "{}-{}",
                arms.iter().min().unwrap(),
                arms.iter().max().unwrap()
            ),
        ),
    ]);
    let z = 3.0 * dice.unit();
    paper.claims.push(claim(
        "zp",
        format!("z={z:.2}"),
        format!("{:.2}", normal_two_sided(z)),
    ));
    paper
}

fn grave(found: &Found) -> Vec<String> {
    found
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .map(|f| format!("{} {}: {}", f.rule, f.place, f.message))
        .collect()
}

/// How many reviews: `LINT_REVIEWS=10000` for the long run.
fn reviews(usual: u64) -> u64 {
    std::env::var("LINT_REVIEWS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(usual)
}

#[test]
fn consistent_reviews_give_no_error() {
    let mut faults = Vec::new();
    let mut soft = std::collections::BTreeMap::<&str, u64>::new();
    for seed in 0..reviews(200) {
        let found = check(&paper(seed));
        faults.extend(grave(&found).into_iter().map(|f| format!("{seed}: {f}")));
        for f in found
            .findings
            .iter()
            .filter(|f| f.severity == Severity::Warn)
        {
            *soft.entry(f.rule).or_default() += 1;
        }
    }
    println!("warnings: {soft:?}");
    assert!(
        faults.is_empty(),
        "{} errors\n{}",
        faults.len(),
        faults
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// The tables of a paper as somebody types them: in German or Lancet typography, with or without scale and
/// level, the estimate and its interval in one cell or in three.
fn typed(paper: &Paper, dice: &mut Dice) -> [String; 2] {
    let german = dice.unit() < 0.5;
    let (comma, raised) = (german, !german && dice.unit() < 0.5);
    let cell = |text: &str| -> String {
        if comma {
            text.replace('.', ",")
        } else if raised {
            text.replace('.', "\u{b7}").replace('-', "\u{2212}")
        } else {
            text.to_owned()
        }
    };
    let sign = if german { ";" } else { "\t" };
    let n = |n: &Option<Printed>| n.as_ref().map_or(String::new(), |n| cell(&n.text));
    let one = dice.unit() < 0.5;
    let effect = |e: &Option<Printed>, a: &Option<Printed>, b: &Option<Printed>| {
        if one && a.is_some() {
            [
                format!("{} ({} to {})", n(e), n(a), n(b)),
                String::new(),
                String::new(),
            ]
        } else {
            [n(e), n(a), n(b)]
        }
    };
    let mut results = vec![
        [
            "table", "row", "k", "i2", "p_het", "model", "estimate", "ci_lo", "ci_hi", "p",
            "measure", "level",
        ]
        .join(sign),
    ];
    for row in &paper.results {
        let [e, a, b] = effect(&row.estimate, &row.low, &row.high);
        let model = row.model.map_or("", |m| {
            if m == Model::Random {
                "random-effects"
            } else {
                "Fixed"
            }
        });
        let level = row.level.map_or(String::new(), |l| l.to_string());
        let k = row.k.map_or(String::new(), |k| k.to_string());
        results.push(
            [
                &row.table,
                &row.row,
                &k,
                &n(&row.i2),
                &n(&row.p_het),
                model,
                &e,
                &a,
                &b,
                &n(&row.p),
                &row.measure,
                &level,
            ]
            .join(sign),
        );
    }
    let mut studies = vec![
        [
            "table", "subgroup", "study", "e1", "n1", "e0", "n0", "m1", "sd1", "m0", "sd0",
            "estimate", "ci_lo", "ci_hi", "weight",
        ]
        .join(sign),
    ];
    for row in &paper.studies {
        let [e, a, b] = effect(&row.estimate, &row.low, &row.high);
        let mut cells = vec![row.table.clone(), row.subgroup.clone(), row.study.clone()];
        cells.extend(row.counts.iter().map(n));
        cells.extend(row.means.iter().map(n));
        cells.extend([e, a, b, n(&row.weight)]);
        studies.push(cells.join(sign));
    }
    [results.join("\n") + "\n", studies.join("\n") + "\n"]
}

#[test]
fn typography_and_columns_change_no_finding() {
    let mut faults = Vec::new();
    for seed in 0..reviews(150) {
        let dice = &mut Dice(seed.wrapping_mul(31));
        let paper = paper(seed);
        let [results, studies] = typed(&paper, dice);
        let mut read = Paper {
            results: Vec::new(),
            studies: Vec::new(),
            ..paper.clone()
        };
        crate::lint::read::results(&mut read, results.as_bytes()).unwrap();
        crate::lint::read::studies(&mut read, studies.as_bytes()).unwrap();
        faults.extend(
            grave(&check(&read))
                .into_iter()
                .map(|f| format!("{seed}: {f}\n{results}")),
        );
    }
    assert!(
        faults.is_empty(),
        "{} errors\n{}",
        faults.len(),
        faults
            .iter()
            .take(6)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}

/// Changes the text of a printed number by a digit, so that nothing rounds to both.
fn changed(text: &str, dice: &mut Dice) -> Option<String> {
    let old = Printed::parse(text)?;
    for _ in 0..50 {
        let digits: Vec<usize> = text
            .char_indices()
            .filter(|(_, c)| c.is_ascii_digit())
            .map(|(at, _)| at)
            .collect();
        let at = dice.one(&digits);
        let digit = char::from(b'0' + dice.whole(0, 9) as u8);
        let mut new: Vec<char> = text.chars().collect();
        let place = text.get(..at)?.chars().count();
        new[place] = digit;
        let new: String = new.into_iter().collect();
        let now = Printed::parse(&new)?;
        if old.span().gap(now.span()) > 0.6 * old.unit()
            || (old.whole().is_some() && old.whole() != now.whole())
        {
            return Some(new);
        }
    }
    None
}

/// Changes one number of a review and says what kind it was.
fn change(paper: &mut Paper, dice: &mut Dice) -> Option<String> {
    let pick = dice.unit();
    if pick < 0.2 {
        let at = dice.whole(0, paper.flow.len() as i64 - 1) as usize;
        let new = changed(&paper.flow[at].n.to_string(), dice)?.parse().ok()?;
        paper.flow[at].n = new;
        return Some(format!(
            "flow {}",
            paper.flow[at].name.trim_end_matches(char::is_numeric)
        ));
    }
    if pick < 0.6 {
        let at = dice.whole(0, paper.results.len() as i64 - 1) as usize;
        let row = &mut paper.results[at];
        let which = dice.whole(0, 6);
        if which == 6 {
            row.k = changed(&row.k?.to_string(), dice)?
                .parse()
                .ok()
                .filter(|k| *k > 0);
            row.k?;
            return Some("pooled k".into());
        }
        let (field, name) = match which {
            0 => (&mut row.i2, "i2"),
            1 => (&mut row.p_het, "p_het"),
            2 => (&mut row.estimate, "estimate"),
            3 => (&mut row.low, "ci_lo"),
            4 => (&mut row.high, "ci_hi"),
            _ => (&mut row.p, "p"),
        };
        let text = changed(&field.as_ref()?.text, dice)?;
        *field = Printed::parse(&text);
        return Some(format!("pooled {name}"));
    }
    if pick < 0.8 {
        let at = dice.whole(0, paper.studies.len() as i64 - 1) as usize;
        let row = &mut paper.studies[at];
        let which = dice.whole(0, 5);
        let (field, name) = match which {
            0 => (&mut row.estimate, "estimate"),
            1 => (&mut row.low, "ci_lo"),
            2 => (&mut row.high, "ci_hi"),
            3 => (&mut row.weight, "weight"),
            4 => {
                let which = dice.whole(0, 3) as usize;
                (&mut row.counts[which], "count")
            }
            _ => {
                let which = dice.whole(0, 3) as usize;
                (&mut row.means[which], "mean")
            }
        };
        let text = changed(&field.as_ref()?.text, dice)?;
        *field = Printed::parse(&text);
        return Some(format!("study {name}"));
    }
    let at = dice.whole(0, paper.claims.len() as i64 - 1) as usize;
    let claim = &mut paper.claims[at];
    claim.reported = changed(&claim.reported, dice)?;
    Some(format!("statement {}", claim.kind))
}

#[test]
fn four_of_five_changed_numbers_are_found() {
    let mut kinds = std::collections::BTreeMap::<String, (u64, u64)>::new();
    for seed in 0..reviews(200) {
        let mut paper = paper(seed);
        let before = check(&paper).findings.len();
        let dice = &mut Dice(seed ^ 0xabcd);
        let Some(kind) = (0..20).find_map(|_| {
            let mut changed = paper.clone();
            let kind = change(&mut changed, dice)?;
            paper = changed;
            Some(kind)
        }) else {
            continue;
        };
        let after = check(&paper).findings;
        let entry = kinds.entry(kind).or_default();
        entry.1 += 1;
        entry.0 += u64::from(after.len() != before);
    }
    let (found, all) = kinds.values().fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    println!("{found} of {all}: {kinds:#?}");
    assert!(found * 100 >= all * 80, "{found} of {all}: {kinds:#?}");
}

#[test]
fn results_of_our_own_engine_raise_no_alarm() {
    let mut faults = Vec::new();
    for seed in 0..reviews(60) {
        let dice = &mut Dice(seed.wrapping_mul(77));
        for measure in [Measure::Rr, Measure::Or, Measure::Rd, Measure::Peto] {
            let k = dice.whole(1, 9);
            let rows: Vec<Row> = (0..k)
                .map(|n| {
                    let (n1, n0) = (dice.whole(10, 300), dice.whole(10, 300));
                    let (e1, e0) = (dice.whole(0, n1), dice.whole(0, n0));
                    let data = Data::Binary {
                        e1: e1 as f64,
                        n1: n1 as f64,
                        e2: e0 as f64,
                        n2: n0 as f64,
                    };
                    Row {
                        study: n.to_string(),
                        line: None,
                        data: Some(data),
                        columns: Vec::new(),
                    }
                })
                .collect();
            for method in Method::ALL {
                for interval in Interval::ALL {
                    let spec = Spec {
                        level: Level::parse(dice.one(&[90.0, 95.0, 99.0])).unwrap(),
                        ..Spec::new(measure).method(method).interval(interval)
                    };
                    let Ok(pooled) = analyse(&rows, &spec) else {
                        continue;
                    };
                    let value: serde_json::Value =
                        serde_json::from_str(&crate::pool::json::compact(&pooled).unwrap())
                            .unwrap();
                    let mut paper = Paper::default();
                    crate::lint::read::analysis(&mut paper, "one", &value);
                    let found = check(&paper);
                    let loud = found
                        .findings
                        .iter()
                        .filter(|f| f.severity != Severity::Info);
                    faults.extend(loud.map(|f| {
                        format!(
                            "{seed} {measure:?} {method:?} {interval:?} {} {}",
                            f.rule, f.message
                        )
                    }));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} alarms\n{}",
        faults.len(),
        faults
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}
