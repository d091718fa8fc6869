//! An R script that recomputes a result with metafor and compares it, to 1e-6.

use crate::pool::measure::Kind;
use crate::pool::result::Pooled;
use crate::pool::row::Data;
use crate::pool::spec::{AddTo, Interval, Method, Spec};
use std::fmt::Write as _;

/// The script for one result.
pub fn r_script(pooled: &Pooled, spec: &Spec) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "# Recomputes with metafor what perennial {} pooled: {}, {}.\n# Rscript FILE; prints one line per number and stops where one differs by more than 1e-6.\nlibrary(metafor)",
        env!("CARGO_PKG_VERSION"),
        spec.measure.title(),
        pooled.method.title(),
    );
    data(&mut out, pooled);
    let method = pooled.used();
    match method {
        Method::Mh => direct(&mut out, pooled, spec, "rma.mh"),
        Method::Peto => direct(&mut out, pooled, spec, "rma.peto"),
        Method::Rm => {
            effects(&mut out, pooled, spec);
            direct(&mut out, pooled, spec, "rma.mh");
            let _ = writeln!(
                out,
                "# RevMan's M-H, Random: DerSimonian-Laird with Q around the Mantel-Haenszel estimate\n\
                 es <- es[!is.na(es$yi), ]; w <- 1 / es$vi; df <- nrow(es) - 1\n\
                 Q <- sum(w * (es$yi - c(fit$beta))^2)\n\
                 tau2 <- max(0, (Q - df) / (sum(w) - sum(w^2) / sum(w)))\n\
                 fit <- rma(yi, vi, data = es, tau2 = tau2, method = \"DL\", level = {})",
                r(spec.level.percent())
            );
        }
        _ => {
            effects(&mut out, pooled, spec);
            let test = match spec.interval {
                Interval::Wald => "z",
                Interval::Hksj => "knha",
                Interval::HkAdHoc => "adhoc",
            };
            let _ = writeln!(
                out,
                "fit <- rma(yi, vi, data = es, method = \"{}\", test = \"{test}\", level = {},\n           \
                 control = list(threshold = 1e-10, tol = 1e-13, maxiter = 10000))",
                method.word(),
                r(spec.level.percent())
            );
        }
    }
    compare(&mut out, pooled, method);
    out
}

/// A number as R reads it, shortest text that is the same number.
fn r(value: f64) -> String {
    format!("{value}")
}

fn text(word: &str) -> String {
    let escaped = word.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}

fn data(out: &mut String, pooled: &Pooled) {
    let Some(first) = pooled.studies.first() else {
        return;
    };
    let kind = first.data.kind();
    let names: Vec<String> = pooled.studies.iter().map(|s| text(&s.study)).collect();
    let _ = writeln!(out, "d <- data.frame(\n  study = c({})", names.join(", "));
    for (n, column) in kind.columns().iter().enumerate() {
        let values: Vec<String> = pooled
            .studies
            .iter()
            .filter_map(|study| study.data.values().get(n).map(|value| r(*value)))
            .collect();
        let _ = writeln!(out, "  , {column} = c({})", values.join(", "));
    }
    if kind == Kind::Hr {
        let levels: Vec<String> = pooled
            .studies
            .iter()
            .filter_map(|study| match study.data {
                Data::Hr { level, .. } => Some(r(level.fraction())),
                _ => None,
            })
            .collect();
        let _ = writeln!(out, "  , level = c({})", levels.join(", "));
    }
    out.push_str(")\n");
}

fn arguments(kind: Kind) -> &'static str {
    match kind {
        Kind::Binary => "ai = e1, n1i = n1, ci = e2, n2i = n2",
        Kind::Continuous => "m1i = mean1, sd1i = sd1, n1i = n1, m2i = mean2, sd2i = sd2, n2i = n2",
        Kind::Rate => "x1i = e1, t1i = t1, x2i = e2, t2i = t2",
        Kind::Proportion => "xi = e, ni = n",
        Kind::Generic | Kind::Hr | Kind::Oev => "",
    }
}

fn zero_cells(spec: &Spec, kind: Kind) -> String {
    if kind == Kind::Continuous {
        return String::new();
    }
    let to = match spec.zero_cells() {
        AddTo::Only0 => "only0",
        AddTo::All => "all",
        AddTo::If0All => "if0all",
        AddTo::None => "none",
    };
    let drop = if kind == Kind::Proportion {
        String::new()
    } else {
        let drops = if spec.drops_double_zero() {
            "TRUE"
        } else {
            "FALSE"
        };
        format!(", drop00 = {drops}")
    };
    format!(", add = {}, to = \"{to}\"{drop}", r(spec.add))
}

fn effects(out: &mut String, pooled: &Pooled, spec: &Spec) {
    let Some(kind) = pooled.studies.first().map(|study| study.data.kind()) else {
        return;
    };
    let _ = match kind {
        Kind::Generic => writeln!(out, "es <- d"),
        Kind::Hr => writeln!(
            out,
            "es <- transform(d, yi = log(hr), vi = ((log(ci_ub) - log(ci_lb)) / (2 * qnorm((1 + level) / 2)))^2)"
        ),
        Kind::Oev => writeln!(out, "es <- transform(d, yi = oe / v, vi = 1 / v)"),
        Kind::Binary | Kind::Continuous | Kind::Rate | Kind::Proportion => writeln!(
            out,
            "es <- escalc(\"{}\", {}, data = d{})",
            spec.measure.word(),
            arguments(kind),
            zero_cells(spec, kind)
        ),
    };
}

fn direct(out: &mut String, pooled: &Pooled, spec: &Spec, function: &str) {
    let Some(kind) = pooled.studies.first().map(|study| study.data.kind()) else {
        return;
    };
    let measure = if function == "rma.mh" {
        format!(", measure = \"{}\"", spec.measure.word())
    } else {
        String::new()
    };
    let added = if spec.mh_add {
        format!(
            ", add = c({0}, {0}), to = c(\"only0\", \"only0\")",
            r(spec.add)
        )
    } else {
        String::new()
    };
    let _ = writeln!(
        out,
        "fit <- {function}({}, data = d{measure}{added}, level = {})",
        arguments(kind),
        r(spec.level.percent())
    );
}

fn compare(out: &mut String, pooled: &Pooled, method: Method) {
    let [low, high] = pooled.ci;
    let mut wanted = vec![
        ("estimate", "c(fit$beta)", pooled.estimate),
        ("se", "fit$se", pooled.se),
        ("ci_lb", "fit$ci.lb", low),
        ("ci_ub", "fit$ci.ub", high),
    ];
    if method.is_random() {
        wanted.push(("tau2", "fit$tau2", pooled.tau2));
    }
    if method != Method::Rm {
        wanted.push(("Q", "fit$QE", pooled.q));
    }
    out.push_str(
        "check <- function(name, theirs, ours) {\n  off <- abs(theirs - ours) / max(abs(theirs), 1e-4)\n  \
         cat(sprintf(\"%-9s metafor %.10g  perennial %.10g  %s\\n\", name, theirs, ours, \
         if (off < 1e-6) \"agrees\" else \"DIFFERS\"))\n  if (off >= 1e-6) quit(status = 1)\n}\n",
    );
    for (name, theirs, ours) in wanted {
        let _ = writeln!(out, "check(\"{name}\", {theirs}, {})", r(ours));
    }
}
