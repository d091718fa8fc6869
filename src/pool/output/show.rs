//! A result as a table for a terminal: studies, pooled estimate, heterogeneity, what was asked beside.

use super::digits::{Digits, fixed, given, i2_from, variance as small};
use crate::pool::result::{Pooled, Step, Study};
use crate::pool::row::Data;
use crate::pool::spec::{Interval, Prediction, Spec};
use std::fmt::Write as _;

/// Columns of the terminal.
const NAME: usize = 26;
const VALUE: usize = 24;

/// The whole result as text, 88 columns wide.
pub fn table(pooled: &Pooled, spec: &Spec) -> String {
    let mut out = String::new();
    let people = crate::pool::analysis::people_of(pooled);
    let digits = Digits::of_pooled(pooled);
    let back = |x: f64| spec.measure.back(x, people).unwrap_or(x);
    let value = |x: f64| digits.value(back(x));
    let range = |bounds: [f64; 2]| {
        let [low, high] = digits.ends(bounds.map(back));
        format!("[{low}, {high}]")
    };
    let both = |x: f64, [low, high]: [f64; 2]| {
        let [x, low, high] = digits.triple([back(x), back(low), back(high)]);
        format!("{x} [{low}, {high}]")
    };
    let level = spec.level.percent();
    let method = pooled.used();
    let ci = match (spec.interval, pooled.df.is_some()) {
        (Interval::Hksj, true) => ", Hartung-Knapp interval",
        (Interval::HkAdHoc, true) => ", Hartung-Knapp interval (ad hoc)",
        (Interval::Wald | Interval::Hksj | Interval::HkAdHoc, _) => "",
    };
    let _ = writeln!(out, "{}, {}{ci}", spec.measure.title(), method.title());
    let head = format!("estimate [{level} %]");
    let _ = writeln!(
        out,
        "\n{:NAME$} {head:>VALUE$} {:>8}   data",
        "study", "weight"
    );
    let z = crate::pool::dist::normal_critical(spec.level.fraction());
    for study in &pooled.studies {
        let shown = match (study.yi, study.vi) {
            (Some(yi), Some(vi)) => {
                let half = z * vi.sqrt();
                own(spec, study, [yi, yi - half, yi + half], digits)
            }
            _ => "not estimable".into(),
        };
        let _ = writeln!(
            out,
            "{} {shown:>VALUE$} {:>6.1} %   {}",
            fit(&study.study, NAME),
            study.weight,
            data(&study.data)
        );
    }
    let shown = both(pooled.estimate, pooled.ci);
    let _ = writeln!(
        out,
        "{} {shown:>VALUE$} {:>6.1} %   {}",
        fit(&format!("pooled, k = {}", pooled.k), NAME),
        100.0,
        test(pooled)
    );
    if let Some(bounds) = pooled.prediction {
        let kind = match spec.prediction.unwrap_or(Prediction::TkMinus2) {
            Prediction::TkMinus2 => "t, k − 2",
            Prediction::TkMinus1 => "t, k − 1",
            Prediction::Z => "z",
        };
        let name = fit(&format!("prediction ({kind})"), NAME);
        let _ = writeln!(out, "{name} {:>VALUE$}", range(bounds));
    }
    heterogeneity(&mut out, pooled);
    beside(&mut out, pooled, &value, &both);
    out
}

fn test(pooled: &Pooled) -> String {
    // Without a value of no effect there is nothing to test against.
    let (Some(stat), Some(p), true) = (pooled.stat, pooled.p, pooled.measure.has_no_effect_value())
    else {
        return if pooled.stat.is_some() {
            String::new()
        } else {
            "no test".into()
        };
    };
    let stat = fixed(stat, 2);
    match pooled.df {
        Some(df) => format!("t = {stat}, df = {df}, p {}", p_value(p)),
        None => format!("z = {stat}, p {}", p_value(p)),
    }
}

fn heterogeneity(out: &mut String, pooled: &Pooled) {
    let mut line = format!(
        "\nheterogeneity: Q = {:.2}, df = {}, p {}; I² (from {}) = {:.1} %",
        pooled.q,
        pooled.q_df,
        p_value(pooled.q_p),
        i2_from(pooled.used()),
        pooled.i2
    );
    if let Some([low, high]) = pooled.i2_ci {
        let _ = write!(line, " [{low:.1}, {high:.1}]");
    }
    if pooled.tau2_ci.is_some() || pooled.tau2 > 0.0 {
        let _ = write!(line, "; τ² = {}", small(pooled.tau2));
    }
    if let Some([low, high]) = pooled.tau2_ci {
        let _ = write!(line, " [{}, {}]", small(low), small(high));
    }
    let _ = writeln!(out, "{line}");
}

fn beside(
    out: &mut String,
    pooled: &Pooled,
    value: &dyn Fn(f64) -> String,
    both: &dyn Fn(f64, [f64; 2]) -> String,
) {
    let steps = |out: &mut String, title: &str, steps: &[Step]| {
        let _ = writeln!(out, "\n{title}");
        for step in steps {
            let shown = both(step.estimate, step.ci);
            let name = fit(&step.study, NAME);
            let _ = writeln!(out, "{name} {shown:>VALUE$}   I² = {:.1} %", step.i2);
        }
    };
    if let Some(found) = &pooled.subgroups {
        let _ = writeln!(out, "\nsubgroups");
        for level in &found.levels {
            let shown = both(level.estimate, level.ci);
            let name = fit(&format!("{}, k = {}", level.level, level.k), NAME);
            let _ = writeln!(out, "{name} {shown:>VALUE$}   I² = {:.1} %", level.i2);
        }
        if let (Some(q), Some(df), Some(p)) = (found.q_between, found.df, found.p) {
            let _ = writeln!(out, "between: Q = {q:.2}, df = {df}, p {}", p_value(p));
        }
    }
    if let Some(found) = &pooled.meta_regression {
        let _ = writeln!(out, "\nmeta-regression, k = {}", found.k);
        for term in &found.coefficients {
            let [low, high] = term.ci;
            let values = [term.estimate, low, high];
            let [x, low, high] = Digits::of(false, &[values]).triple(values);
            let shown = format!("{x} [{low}, {high}]");
            let name = fit(&term.term, NAME);
            let _ = writeln!(out, "{name} {shown:>VALUE$}   p {}", p_value(term.p));
        }
        let r2 = found
            .r2
            .map_or_else(String::new, |r2| format!(", R² = {r2:.1} %"));
        let _ = writeln!(
            out,
            "moderators: {:.2}, p {}; left: τ² = {}{r2}",
            found.qm,
            p_value(found.qm_p),
            small(found.tau2)
        );
    }
    if let Some(found) = &pooled.leave_one_out {
        steps(out, "without", found);
    }
    if let Some(found) = &pooled.cumulative {
        steps(out, "cumulative", found);
    }
    if let Some(found) = &pooled.small_study {
        let _ = writeln!(out, "\nsmall-study effects");
        let mut line = |name: &str, what: &str, stat: f64, p: f64| {
            let name = fit(name, NAME);
            let _ = writeln!(out, "{name} {what} = {stat:.3}, p {}", p_value(p));
        };
        if let Some(test) = found.egger {
            line("Egger", "intercept", test.intercept, test.p);
        }
        if let Some(test) = found.begg {
            line("Begg", "tau", test.tau, test.p);
        }
        if let Some(test) = found.harbord {
            line("Harbord", "bias", test.bias, test.p);
        }
        if let Some(test) = found.peters {
            line("Peters", "slope", test.slope, test.p);
        }
    }
    rest(out, pooled, value, both);
}

fn rest(
    out: &mut String,
    pooled: &Pooled,
    value: &dyn Fn(f64) -> String,
    both: &dyn Fn(f64, [f64; 2]) -> String,
) {
    if let Some(found) = &pooled.trim_fill {
        let side = match found.side {
            crate::pool::result::Side::Left => "left",
            crate::pool::result::Side::Right => "right",
        };
        let _ = writeln!(
            out,
            "\ntrim and fill: {} filled in on the {side}: {}",
            found.k0,
            both(found.estimate, found.ci)
        );
    }
    if let Some(found) = &pooled.selection {
        let _ = writeln!(
            out,
            "\nselection model: {}, δ = {:.2}, likelihood ratio {:.2}, p {}",
            value(found.estimate),
            found.delta,
            found.lrt,
            p_value(found.p)
        );
    }
    if let Some(found) = &pooled.permutation {
        let kind = if found.exact { "all" } else { "drawn" };
        let _ = writeln!(
            out,
            "\npermutation test: p {} ({} {kind})",
            p_value(found.p),
            found.n
        );
    }
    if let Some(found) = &pooled.absolute {
        let [low, high] = found.ci;
        let _ = writeln!(
            out,
            "\nper 1,000 at a risk of {:.3}: {:+.0} [{low:+.0}, {high:+.0}]",
            found.baseline_risk, found.per_1000
        );
    }
    if let Some(found) = &pooled.failsafe {
        let _ = writeln!(
            out,
            "\nfail-safe N: Rosenthal {}, Orwin {}, Rosenberg {}",
            found.rosenthal, found.orwin, found.rosenberg
        );
    }
    if let Some(found) = &pooled.henmi_copas {
        let _ = writeln!(out, "\nHenmi and Copas: {}", both(found.estimate, found.ci));
    }
    if let Some(found) = &pooled.influence {
        let _ = writeln!(
            out,
            "\n{:NAME$} rstudent  dffits  cook.d   cov.r",
            "influence"
        );
        for study in found {
            let _ = writeln!(
                out,
                "{} {:>8.3} {:>7.3} {:>7.3} {:>7.3}",
                fit(&study.study, NAME),
                study.rstudent,
                study.dffits,
                study.cook_d,
                study.cov_r
            );
        }
    }
    if let Some(found) = &pooled.baujat {
        let _ = writeln!(out, "\n{:NAME$}        x        y", "Baujat");
        for study in found {
            let name = fit(&study.study, NAME);
            let _ = writeln!(out, "{name} {:>8.3} {:>8.3}", study.x, study.y);
        }
    }
}

/// The numbers as given.
fn data(data: &Data) -> String {
    let t = given;
    match *data {
        Data::Binary { e1, n1, e2, n2 } => format!("{}/{} v {}/{}", t(e1), t(n1), t(e2), t(n2)),
        Data::Continuous {
            n1,
            mean1,
            sd1,
            n2,
            mean2,
            sd2,
        } => format!(
            "{} ({}) {} v {} ({}) {}",
            t(mean1),
            t(sd1),
            t(n1),
            t(mean2),
            t(sd2),
            t(n2)
        ),
        Data::Generic { .. } => String::new(),
        Data::Hr { level, .. } => format!("{} % interval", level.percent()),
        Data::Oev { oe, v } => format!("O−E {}, V {}", t(oe), t(v)),
        Data::Rate { e1, t1, e2, t2 } => format!("{}/{} v {}/{}", t(e1), t(t1), t(e2), t(t2)),
        Data::Proportion { e, n } => format!("{}/{}", t(e), t(n)),
    }
}

/// A study's own effect, brought back with its own sample size; an interval that was typed at this
/// level as it was typed.
fn own(spec: &Spec, study: &Study, values: [f64; 3], digits: Digits) -> String {
    let shown = match study.data {
        Data::Hr {
            hr,
            ci_lb,
            ci_ub,
            level,
        } if (level.percent() - spec.level.percent()).abs() < 1e-9 => [hr, ci_lb, ci_ub],
        data => {
            let people = crate::pool::people([&data]);
            values.map(|x| spec.measure.back(x, people).unwrap_or(x))
        }
    };
    let [x, low, high] = digits.triple(shown);
    format!("{x} [{low}, {high}]")
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".into()
    } else {
        format!("= {p:.3}")
    }
}

/// Cuts or fills to a width.
fn fit(text: &str, width: usize) -> String {
    if text.chars().count() > width {
        let cut: String = text.chars().take(width - 1).collect();
        return format!("{}…", cut.trim_end());
    }
    format!("{text:width$}")
}
