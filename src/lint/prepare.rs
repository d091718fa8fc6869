//! What is done to a paper before it is checked: numbers that cannot be are set aside, I² that is
//! printed as a proportion becomes a percentage, and what no rule can read is noted.

use super::groups::Groups;
use super::measure::Kind;
use super::paper::{Claim, Paper};
use super::printed::{Comma, Printed, Sign};
use super::rule::Found;
use super::{RULES, declared};

/// The paper as the rules take it.
pub(super) fn prepared(paper: &Paper) -> Paper {
    let mut paper = paper.clone();
    proportions(&mut paper);
    impossible(&mut paper);
    notes(&mut paper);
    paper
}

/// I² of a review that prints all of them as proportions: 0.62 for 62 %.
fn proportions(paper: &mut Paper) {
    let all: Vec<&Printed> = paper
        .results
        .iter()
        .filter_map(|row| row.i2.as_ref())
        .collect();
    let below = all
        .iter()
        .all(|i2| (0.0..=1.0).contains(&i2.value) && !i2.text.contains('%'));
    let some = all
        .iter()
        .filter(|i2| i2.value > 0.0 && i2.value < 1.0 && i2.decimals >= 2)
        .count();
    // One lone 0.62 beside a p-value that needs 62 % tells it as well as several do.
    if !below || some == 0 || some * 2 < all.iter().filter(|i2| i2.value > 0.0).count() {
        return;
    }
    let larger = paper.results.iter().any(|row| {
        let (Some(i2), Some(p), Some(k)) = (&row.i2, &row.p_het, row.k) else {
            return false;
        };
        k > 1 && i2.value > 0.0 && fits(&i2.times_hundred(), p, k) && !fits(i2, p, k)
    });
    if some < 2 && !larger {
        return;
    }
    for row in &mut paper.results {
        row.i2 = row.i2.as_ref().map(Printed::times_hundred);
    }
    paper.notes.push(
        "I² is printed as a proportion; it is read as a percentage: 0.62 as 62 %.".to_owned(),
    );
}

/// Whether I² and the p-value of heterogeneity of so many studies fit.
pub(super) fn fits(i2: &Printed, p: &Printed, k: i64) -> bool {
    use super::arithmetic::{p_of_q, q_of_i2, real};
    let df = real(k - 1);
    p.probability().meets(p_of_q(q_of_i2(i2.percent(), df), df))
}

/// Sets aside what cannot be.
fn impossible(paper: &mut Paper) {
    let mut found = Vec::new();
    for row in &mut paper.results {
        let place = row.place();
        for (slot, name) in [(&mut row.p, "p"), (&mut row.p_het, "p of heterogeneity")] {
            let out = |p: &Printed| {
                let span = p.span();
                // "<1.2" and "<0" say no more than that they are bounds.
                span.low > 1.0 || span.high < 0.0 || (p.sign == Sign::About && p.value < 0.0)
            };
            if let Some(p) = slot.take_if(|p| out(p)) {
                found.push((
                    place.clone(),
                    format!("{name} is {p}, which lies not between 0 and 1."),
                ));
            }
        }
        let out = |i2: &Printed| {
            let span = i2.span();
            span.low > 100.0 || span.high < 0.0
        };
        if let Some(i2) = row.i2.take_if(|i2| out(i2)) {
            found.push((
                place.clone(),
                format!("I² is {i2}, which lies not between 0 and 100 %."),
            ));
        }
        let negative = |k: &mut i64| *k < 0;
        if let Some(k) = row.k.take_if(negative) {
            found.push((place.clone(), format!("{k} studies, which is below 0.")));
        }
        if row.k == Some(0) && row.estimate.is_some() {
            row.k = None;
            found.push((
                place.clone(),
                "no studies, but a pooled estimate.".to_owned(),
            ));
        }
        // A ratio whose lower limit alone lies below 0 is neither a ratio nor its logarithm.
        if row.kind() == Kind::Ratio && row.log != Some(false) {
            let below = |n: &Option<Printed>| n.as_ref().is_some_and(|n| n.span().high < 0.0);
            if below(&row.low)
                && !below(&row.estimate)
                && row
                    .interval()
                    .is_some_and(|numbers| super::asymmetry::of(numbers, false).is_some())
            {
                let low = row.low.as_ref().map_or("", |n| n.text.as_str()).to_owned();
                found.push((
                    place.clone(),
                    format!("the lower limit of a ratio is {low}, which is below 0."),
                ));
            }
        }
    }
    for row in &mut paper.studies {
        let place = row.place();
        let [_, n1, _, n0] = &mut row.counts;
        for slot in [n1, n0] {
            if let Some(n) = slot.take_if(|n| n.span().high < 0.0) {
                found.push((
                    place.clone(),
                    format!("{n} participants, which is below 0."),
                ));
            }
        }
    }
    for count in paper.flow.iter().filter(|count| count.n < 0) {
        found.push((
            count.witness.clone(),
            format!("{} is {}, which is below 0.", count.name, count.n),
        ));
    }
    for claim in paper.claims.iter().filter(|claim| claim.kind == "pct") {
        if let (Some(x), Some(n)) = (claim.value("x"), claim.value("n"))
            && x.span().low > n.span().high
        {
            found.push((
                claim.location.clone(),
                format!("{x} of {n} are more than all."),
            ));
        } else if let Some(p) = claim
            .printed()
            .filter(|p| p.span().low > 100.0 || p.span().high < 0.0)
        {
            found.push((
                claim.location.clone(),
                format!("{p} % lies not between 0 and 100 %."),
            ));
        }
    }
    for claim in paper
        .claims
        .iter()
        .filter(|claim| ["q", "chi2p", "zp", "tp", "interaction"].contains(&claim.kind.as_str()))
    {
        if let Some(p) = claim
            .printed()
            .filter(|p| p.span().low > 1.0 || p.span().high < 0.0)
        {
            found.push((
                claim.location.clone(),
                format!("p is {p}, which lies not between 0 and 1."),
            ));
        }
    }
    found.append(&mut paper.impossible);
    paper.impossible = found;
}

/// The kinds of statement, each with the rules that read it.
const KINDS: [(&str, &[&str]); 38] = [
    ("sum", &["DATA-SUM"]),
    ("mean", &["DATA-MEAN"]),
    ("pct", &["DATA-PCT", "DATA-GRIM"]),
    ("bound", &["DATA-BOUND"]),
    ("count", &["TEXT-TABLE"]),
    ("equal", &["TEXT-TABLE"]),
    ("range", &["TEXT-TABLE"]),
    ("tally", &["TEXT-TABLE"]),
    ("partition", &["STAT-PARTITION"]),
    ("q", &["STAT-QP", "STAT-QI2"]),
    ("chi2p", &["STAT-CHI2P"]),
    ("zp", &["STAT-ZP"]),
    ("tp", &["STAT-TP"]),
    ("hwe", &["DATA-HWE"]),
    ("interaction", &["STAT-INTERACTION"]),
    ("untested", &[]),
    ("info", &[]),
    ("qdecomp", &["STAT-QDECOMP"]),
    ("dblcount", &["DATA-DOUBLE"]),
    ("armsize", &[]),
    ("comparator", &[]),
    ("crossdup", &["DATA-DUP"]),
    ("phrase", &[]),
    ("maxi2", &["TEXT-MAXI2"]),
    ("asymmetry", &[]),
    ("denominator", &[]),
    ("blinding", &[]),
    ("robtool", &[]),
    ("robresult", &[]),
    ("sources", &[]),
    ("perdb", &[]),
    ("automation", &[]),
    ("unit", &[]),
    ("otherreason", &[]),
    ("exclusion", &[]),
    ("registration", &[]),
    ("scope", &[]),
    ("map", &[]),
];

/// Notes what no rule reads: statements of another kind or form, a rule of the model in other words.
fn notes(paper: &mut Paper) {
    for claim in &mut paper.claims {
        settle(claim);
    }
    let mut notes = Vec::new();
    if !paper.random_if.trim().is_empty() && declared::Rule::parse(&paper.random_if).is_none() {
        notes.push(format!(
            "The rule of the model `{}` is not understood: i2>50, ph<0.1, parts joined by or and and, always.",
            paper.random_if
        ));
    }
    let unread: Vec<&Claim> = paper
        .claims
        .iter()
        .filter(|claim| !is_read(paper, claim))
        .collect();
    for claim in unread {
        let known = KINDS.iter().any(|(kind, _)| *kind == claim.kind);
        notes.push(match (known, claim.kind.as_str()) {
            (false, "") => format!("The statement at {} names no kind.", claim.location),
            (false, kind) => format!(
                "The statement at {} is of no kind that is known: `{kind}`.",
                claim.location
            ),
            (true, kind) => format!(
                "The statement at {} is not understood: kind {kind}, args `{}`, reported `{}`.",
                claim.location, claim.args, claim.reported
            ),
        });
    }
    let unknown = paper
        .results
        .iter()
        .filter(|row| row.scales().len() > 1 && row.interval().is_some())
        .count();
    if unknown > 0 {
        notes.push(format!(
            "{} no measure that is known and no scale: an alarm is raised only where it fits neither as a ratio nor as a difference.",
            if unknown == 1 { "1 pooled row names".to_owned() } else { format!("{unknown} pooled rows name") }
        ));
    }
    paper.notes.extend(notes);
}

/// One spelling of what people write in statements.
fn settle(claim: &mut Claim) {
    if ["percent", "percentage", "%"].contains(&claim.kind.as_str()) {
        "pct".clone_into(&mut claim.kind);
    }
    claim.args = claim.args.replace('\u{b2}', "2").replace('\u{3c7}', "chi");
    if claim.kind == "pct"
        && !claim.args.contains('=')
        && let Some((x, n)) = claim
            .args
            .split_once('/')
            .or_else(|| claim.args.split_once(" of "))
        && Printed::parse(x).is_some()
        && Printed::parse(n).is_some()
    {
        claim.args = format!("x={} n={}", x.trim(), n.trim());
    }
    if ["sum", "hwe", "range"].contains(&claim.kind.as_str())
        && !claim.args.contains(['+', '|', ';'])
    {
        let parts: Vec<&str> = if claim.args.contains(", ") {
            claim.args.split(", ").collect()
        } else {
            claim.args.split(',').collect()
        };
        let numbers = parts
            .iter()
            .all(|part| Printed::parse_as(part, Comma::Thousands).is_some());
        if parts.len() > 1 && numbers {
            claim.args = parts.join("+");
        }
    }
}

/// Whether some rule reads a statement.
fn is_read(paper: &Paper, claim: &Claim) -> bool {
    let Some((_, rules)) = KINDS.iter().find(|(kind, _)| *kind == claim.kind) else {
        return false;
    };
    let rows = || claim.arg("rows").or_else(|| claim.arg("row"));
    match claim.kind.as_str() {
        "info" | "untested" | "interaction" => {
            let named = rows().is_some_and(|rows| {
                rows.split('|')
                    .all(|row| paper.pooled(row.trim(), &claim.location).is_some())
            });
            return named || claim.kind == "untested";
        }
        "map" => {
            return paper
                .results
                .iter()
                .any(|row| super::paper::same(&row.place(), &claim.location));
        }
        _ if rules.is_empty() => return true,
        _ => {}
    }
    // The statement alone, with what is printed of studies where it is of a table.
    let needs = ["dblcount", "crossdup"].contains(&claim.kind.as_str());
    let mut alone = Paper {
        claims: vec![claim.clone()],
        ..Paper::default()
    };
    if needs {
        alone.studies.clone_from(&paper.studies);
    }
    let mut found = Found::default();
    for rule in RULES.iter().filter(|rule| rules.contains(&rule.id)) {
        (rule.run)(&alone, &Groups::default(), &mut found);
    }
    found.checked.keys().any(|rule| rules.contains(rule))
}
