//! An R script that recomputes results with metafor and compares them, to 1e-6.
//!
//! The script states the data in full, so that it runs wherever R and metafor are. Every estimate,
//! interval, variance between studies with its interval, Q and I², the prediction interval, the results
//! without each study and up to each, those of subgroups and of a meta-regression are recomputed. metafor's own stopping rules are too loose for that
//! (a relative error of 4e-4 in τ²), so they are tightened; where it stops at a lower likelihood
//! than ours (Fisher scoring does) the script says so and goes on from ours. SMDH and ROM are
//! written out, since metafor's versions define them differently.

use crate::pool::measure::{Kind, Measure};
use crate::pool::result::{Coefficient, Pooled};
use crate::pool::row::Data;
use crate::pool::spec::{
    AddTo, Definition, Extra, Interval, Method, Prediction, Spec, SubgroupTau2, Tau2Interval,
};
use std::fmt::Write as _;

/// The versions of metafor that the script was written for.
pub const METAFOR: &str = "3.8 to 5.1";

/// What is computed beside and stands in no script, of what is asked for.
pub fn beyond_script(spec: &Spec) -> Vec<Extra> {
    let scripted = [Extra::LeaveOneOut, Extra::Cumulative];
    let asked = spec.with.iter().copied();
    asked.filter(|extra| !scripted.contains(extra)).collect()
}

/// The script of one result.
pub fn r_script(pooled: &Pooled, spec: &Spec) -> String {
    r_scripts(&[(String::new(), pooled, spec)])
}

/// The script of several results, each under its name.
pub fn r_scripts(all: &[(String, &Pooled, &Spec)]) -> String {
    let mut out = format!(
        "# Recomputes with metafor what perennial {} pooled, and compares.\n\
         # Written for metafor {METAFOR}. Rscript FILE prints a line for each number; it ends with an\n\
         # error where one differs by more than 1e-6.\n{HEAD}",
        env!("CARGO_PKG_VERSION")
    );
    for (name, pooled, spec) in all {
        out.push('\n');
        one(&mut out, name, pooled, spec);
    }
    out.push_str(
        "\nif (differ > 0) stop(differ, \" numbers differ\")\ncat(\"every number agrees\\n\")\n",
    );
    out
}

/// What every script begins with.
const HEAD: &str = r#"suppressMessages(library(metafor))
cat("metafor", as.character(packageVersion("metafor")), "\n")
differ <- 0
check <- function(name, theirs, ours, floor = 1e-4) {
  off <- abs(theirs - ours) / pmax(abs(theirs), floor)
  agrees <- !is.na(off) & off < 1e-6
  differ <<- differ + sum(!agrees)
  cat(sprintf("%-24s metafor %.10g  perennial %.10g  %s\n", name, theirs, ours,
              ifelse(agrees, "agrees", "DIFFERS")), sep = "")
}
# metafor stops early by default, and may stop nowhere: one step tighter or looser until it ends.
tight <- function(es, method, ...) {
  for (step in c(1, 0.5, 0.1)) for (threshold in c(1e-13, 1e-11, 1e-9)) {
    fit <- try(suppressWarnings(rma(yi, vi, data = es, method = method, ...,
      control = list(threshold = threshold, tol = 1e-13, maxiter = 20000, stepadj = step,
                     tau2.max = 1e6 * max(1, var(es$yi), na.rm = TRUE)))), silent = TRUE)
    if (!inherits(fit, "try-error")) return(fit)
  }
  stop(fit)
}
# The rule of some protocols: common effect where I2 is at most 50 %, else DerSimonian-Laird.
rule <- function(es) {
  fe <- suppressWarnings(rma(yi, vi, data = es, method = "FE"))
  if (fe$QE > 0 && 100 * (fe$QE - fe$k + 1) / fe$QE > 50) "DL" else "FE"
}
# Fisher scoring may end at a lower maximum of the likelihood than there is.
highest <- function(fit, es, method, ours, ...) {
  if (!method %in% c("REML", "ML") || nrow(es) < 2) return(fit)
  at <- suppressWarnings(rma(yi, vi, data = es, method = method, tau2 = ours, ...))
  if (c(logLik(at)) <= c(logLik(fit)) + 1e-8) return(fit)
  cat("metafor stopped at tau2 =", fit$tau2, "where the likelihood is lower than at", ours, "\n")
  at
}
# The interval of tau2 by the generalised Q.
qprofile <- function(es, level) {
  fit <- suppressWarnings(rma(yi, vi, data = es, method = "DL"))
  found <- suppressWarnings(confint(fit, level = level, control = list(tol = 1e-13, maxiter = 20000,
    tau2.max = 1e6 * max(1, var(es$yi), max(es$vi)))))
  unname(found$random["tau^2", c("ci.lb", "ci.ub")])
}
# The interval of tau2 by the likelihood, which is at most half the quantile below the highest.
hardy <- function(es, level, method, ours) {
  at <- function(t) c(logLik(suppressWarnings(rma(yi, vi, data = es, method = method, tau2 = t))))
  floor <- at(ours) - qchisq(level / 100, 1) / 2
  above <- function(t) at(t) - floor
  low <- if (above(0) >= 0) 0 else uniroot(above, c(0, ours), tol = 1e-14)$root
  c(low, uniroot(above, c(ours, 2 * ours + max(es$vi)), extendInt = "downX", tol = 1e-14)$root)
}
"#;

fn one(out: &mut String, name: &str, pooled: &Pooled, spec: &Spec) {
    let title = if name.is_empty() {
        String::new()
    } else {
        format!("{name}: ")
    };
    let _ = writeln!(
        out,
        "# {}{}, {}",
        title.replace(['\n', '\r'], " "),
        spec.measure.title(),
        pooled.used().title()
    );
    out.push_str("local({\n");
    if !name.is_empty() {
        let _ = writeln!(out, "cat({})", text(&format!("\n{name}\n")));
    }
    data(out, pooled);
    let method = pooled.used();
    pool(out, pooled, spec, method);
    compare(out, pooled, spec, method);
    out.push_str("})\n");
}

/// A number as R reads it, shortest text that is the same number.
fn r(value: f64) -> String {
    format!("{value}")
}

fn text(word: &str) -> String {
    let escaped = word
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace('\r', "\\r");
    format!("\"{escaped}\"")
}

fn list(values: impl Iterator<Item = f64>) -> String {
    let values: Vec<String> = values.map(r).collect();
    format!("c({})", values.join(", "))
}

fn data(out: &mut String, pooled: &Pooled) {
    let Some(first) = pooled.studies.first() else {
        return;
    };
    let kind = first.data.kind();
    let names: Vec<String> = pooled.studies.iter().map(|s| text(&s.study)).collect();
    let _ = writeln!(out, "d <- data.frame(\n  study = c({})", names.join(", "));
    for (n, column) in kind.columns().iter().enumerate() {
        let values = pooled
            .studies
            .iter()
            .filter_map(|study| study.data.values().get(n).copied());
        let _ = writeln!(out, "  , {column} = {}", list(values));
    }
    if kind == Kind::Hr {
        let levels = pooled.studies.iter().filter_map(|study| match study.data {
            Data::Hr { level, .. } => Some(level.fraction()),
            _ => None,
        });
        let _ = writeln!(out, "  , level = {}", list(levels));
    }
    if pooled.subgroups.is_some() {
        let groups: Vec<String> = pooled
            .studies
            .iter()
            .map(|study| study.subgroup.as_deref().map_or_else(|| "NA".into(), text))
            .collect();
        let _ = writeln!(out, "  , group = c({})", groups.join(", "));
    }
    let moderators = pooled.meta_regression.iter().flat_map(|m| &m.columns);
    for (n, (_, values)) in moderators.enumerate() {
        let values: Vec<String> = values
            .iter()
            .map(|value| value.map_or_else(|| "NA".into(), r))
            .collect();
        let _ = writeln!(out, "  , x{} = c({})", n + 1, values.join(", "));
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

/// SMDH and ROM as they are meant, whatever metafor computes.
fn definition(spec: &Spec) -> &'static str {
    match (spec.measure, spec.definition) {
        (Measure::Smdh, Definition::Metafor5) => {
            "  # SMDH as metafor 5: Bonett's variance as it stands\n  \
             s2 <- (d$sd1^2 + d$sd2^2) / 2\n  \
             es$vi <- c(es$yi)^2 * (d$sd1^4 / (d$n1 - 1) + d$sd2^4 / (d$n2 - 1)) / (8 * s2^2) +\n           \
             (d$sd1^2 / (d$n1 - 1) + d$sd2^2 / (d$n2 - 1)) / s2\n"
        }
        (Measure::Smdh, Definition::Metafor38) => {
            "  # SMDH as metafor 3.8: times the square of Hedges' correction\n  \
             s2 <- (d$sd1^2 + d$sd2^2) / 2; m <- d$n1 + d$n2 - 2\n  \
             J <- exp(lgamma(m / 2) - log(sqrt(m / 2)) - lgamma((m - 1) / 2))\n  \
             es$vi <- J^2 * (c(es$yi)^2 * (d$sd1^4 / (d$n1 - 1) + d$sd2^4 / (d$n2 - 1)) / (8 * s2^2) +\n           \
             (d$sd1^2 / (d$n1 - 1) + d$sd2^2 / (d$n2 - 1)) / s2)\n"
        }
        (Measure::Rom, Definition::Metafor5) => {
            "  # ROM as metafor 5: corrected for small samples\n  \
             es$yi <- log(d$mean1 / d$mean2) +\n           \
             (d$sd1^2 / (d$n1 * d$mean1^2) - d$sd2^2 / (d$n2 * d$mean2^2)) / 2\n"
        }
        (Measure::Rom, Definition::Metafor38) => {
            "  # ROM as metafor 3.8: without a correction\n  es$yi <- log(d$mean1 / d$mean2)\n"
        }
        _ => "",
    }
}

/// `effects(d)`: estimates and variances of rows.
fn effects(out: &mut String, kind: Kind, spec: &Spec) {
    out.push_str("effects <- function(d) {\n");
    let _ = match kind {
        Kind::Generic => writeln!(out, "  es <- d"),
        Kind::Hr => writeln!(
            out,
            "  es <- transform(d, yi = log(hr), vi = ((log(ci_ub) - log(ci_lb)) / (2 * qnorm((1 + level) / 2)))^2)"
        ),
        Kind::Oev => writeln!(out, "  es <- transform(d, yi = oe / v, vi = 1 / v)"),
        Kind::Binary | Kind::Continuous | Kind::Rate | Kind::Proportion => {
            // Estimates as they are given need no function of metafor.
            writeln!(
                out,
                "  es <- escalc(\"{}\", {}, data = d{})\n{}",
                spec.measure.word(),
                arguments(kind),
                zero_cells(spec, kind),
                definition(spec).trim_end_matches('\n')
            )
        }
    };
    out.push_str("  es[!is.na(es$yi) & !is.na(es$vi), ]\n}\n");
}

/// `pool(d, ours)`: the model of rows; `ours` is the variance between studies that we found.
fn pool(out: &mut String, pooled: &Pooled, spec: &Spec, method: Method) {
    let Some(kind) = pooled.studies.first().map(|study| study.data.kind()) else {
        return;
    };
    let level = r(spec.level.percent());
    let test = test(spec);
    match method {
        Method::Mh => {
            let call = direct(kind, spec, "rma.mh");
            let _ = writeln!(out, "pool <- function(d, ours) {call}");
        }
        Method::Peto => {
            let call = direct(kind, spec, "rma.peto");
            let _ = writeln!(out, "pool <- function(d, ours) {call}");
        }
        Method::Rm => {
            effects(out, kind, spec);
            let call = direct(kind, spec, "rma.mh");
            let _ = writeln!(
                out,
                "# RevMan's M-H, Random: DerSimonian-Laird with Q around the Mantel-Haenszel estimate\n\
                 pool <- function(d, ours) {{\n  \
                 es <- effects(d); w <- 1 / es$vi; df <- nrow(es) - 1\n  \
                 Q <- sum(w * (es$yi - c(({call})$beta))^2)\n  \
                 tau2 <- if (df > 0) max(0, (Q - df) / (sum(w) - sum(w^2) / sum(w))) else 0\n  \
                 fit <- suppressWarnings(rma(yi, vi, data = es, tau2 = tau2, method = \"DL\", test = \"{test}\", level = {level}))\n  \
                 fit$QE <- if (df > 0) Q else 0; fit$I2 <- if (Q > df & df > 0) 100 * (Q - df) / Q else 0\n  fit\n}}"
            );
        }
        _ => {
            effects(out, kind, spec);
            let rule = pooled.method == Method::Rule50;
            let word = if rule {
                "rule(es)".to_owned()
            } else {
                text(method.word())
            };
            let _ = writeln!(
                out,
                "pool <- function(d, ours) {{\n  es <- effects(d)\n  \
                 if (nrow(es) < 2) return(suppressWarnings(rma(yi, vi, data = es, method = \"FE\", level = {level})))\n  method <- {word}\n  \
                 highest(tight(es, method, test = \"{test}\", level = {level}), es, method, ours,\n          \
                 test = \"{test}\", level = {level})\n}}"
            );
        }
    }
}

/// metafor's word for the test.
fn test(spec: &Spec) -> &'static str {
    match spec.interval {
        Interval::Wald => "z",
        Interval::Hksj => "knha",
        Interval::HkAdHoc => "adhoc",
    }
}

fn direct(kind: Kind, spec: &Spec, function: &str) -> String {
    let measure = if function == "rma.mh" {
        format!(", measure = \"{}\"", spec.measure.word())
    } else {
        String::new()
    };
    let added = if spec.mh_add && function == "rma.mh" {
        format!(
            ", add = c({0}, {0}), to = c(\"only0\", \"only0\")",
            r(spec.add)
        )
    } else if function == "rma.mh" {
        let to = match spec.zero_cells() {
            AddTo::Only0 => "only0",
            AddTo::All => "all",
            AddTo::If0All => "if0all",
            AddTo::None => "none",
        };
        format!(", add = c({}, 0), to = c(\"{to}\", \"none\")", r(spec.add))
    } else {
        String::new()
    };
    // Rows that are dropped are not among those given; what is left is kept.
    let drop = if kind == Kind::Binary && spec.drop_double_zero == Some(true) {
        ", drop00 = TRUE"
    } else {
        ""
    };
    format!(
        "suppressWarnings({function}({}, data = d{measure}{added}{drop}, level = {}))",
        arguments(kind),
        r(spec.level.percent())
    )
}

fn compare(out: &mut String, pooled: &Pooled, spec: &Spec, method: Method) {
    let [low, high] = pooled.ci;
    let _ = writeln!(out, "fit <- pool(d, {})", r(pooled.tau2));
    let mut wanted = vec![
        ("estimate", "c(fit$beta)", pooled.estimate),
        ("standard error", "fit$se", pooled.se),
        ("interval, low", "fit$ci.lb", low),
        ("interval, high", "fit$ci.ub", high),
    ];
    if method.is_random() {
        wanted.push(("tau2", "fit$tau2", pooled.tau2));
    }
    if pooled.k > 1 {
        wanted.push(("Q", "fit$QE", pooled.q));
        wanted.push(("I2", "fit$I2", pooled.i2));
    }
    for (name, theirs, ours) in wanted {
        // I² is in per cent.
        let floor = if name == "I2" { ", floor = 0.01" } else { "" };
        let _ = writeln!(out, "check(\"{name}\", {theirs}, {}{floor})", r(ours));
    }
    if let Some([low, high]) = pooled.prediction {
        let tail = r(0.5 + spec.level.fraction() / 2.0);
        let quantile = match spec.prediction.unwrap_or(Prediction::TkMinus2) {
            Prediction::TkMinus2 => format!("qt({tail}, {} - 2)", pooled.k),
            Prediction::TkMinus1 => format!("qt({tail}, {} - 1)", pooled.k),
            Prediction::Z => format!("qnorm({tail})"),
        };
        let _ = writeln!(
            out,
            "check(c(\"prediction, low\", \"prediction, high\"),\n      \
             c(fit$beta) + c(-1, 1) * {quantile} * sqrt(fit$tau2 + fit$se^2), {})",
            list([low, high].into_iter())
        );
    }
    if let Some(steps) = pooled.leave_one_out.as_ref().filter(|s| !s.is_empty()) {
        let studies = names(steps.iter().map(|step| step.study.as_str()));
        let _ = writeln!(
            out,
            "left <- {studies}\nat <- match(left, make.unique(d$study))\n\
             check(paste(\"without\", left), mapply(function(i, t) c(pool(d[-i, ], t)$beta), at, {}), {})",
            list(steps.iter().map(|step| step.tau2)),
            list(steps.iter().map(|step| step.estimate)),
        );
    }
    if let Some(steps) = pooled.cumulative.as_ref().filter(|s| !s.is_empty()) {
        let studies = names(steps.iter().map(|step| step.study.as_str()));
        let _ = writeln!(
            out,
            "added <- {studies}\nat <- match(added, make.unique(d$study))\n\
             check(paste(\"up to\", added), mapply(function(i, t) c(pool(d[seq_len(i), ], t)$beta), at, {}), {})",
            list(steps.iter().map(|step| step.tau2)),
            list(steps.iter().map(|step| step.estimate)),
        );
    }
    interval_of_tau2(out, pooled, spec);
    subgroups(out, pooled, spec);
    regression(out, pooled, spec);
}

/// The interval of the variance between studies.
fn interval_of_tau2(out: &mut String, pooled: &Pooled, spec: &Spec) {
    let Some([low, high]) = pooled.tau2_ci else {
        return;
    };
    if high <= 0.0 {
        out.push_str("# The interval of tau2 is empty: no variance makes Q so small.\n");
        return;
    }
    let level = r(spec.level.percent());
    let how = match (spec.tau2_interval, spec.method) {
        (Tau2Interval::QProfile, _) => format!("qprofile(es, {level})"),
        (Tau2Interval::ProfileLikelihood, method) => format!(
            "hardy(es, {level}, {}, {})",
            text(method.word()),
            r(pooled.tau2)
        ),
    };
    let _ = writeln!(
        out,
        "es <- effects(d)\ncheck(c(\"tau2, low\", \"tau2, high\"), {how}, {})",
        list([low, high].into_iter())
    );
}

/// The meta-regression, its terms under short names.
fn regression(out: &mut String, pooled: &Pooled, spec: &Spec) {
    let Some(found) = &pooled.meta_regression else {
        return;
    };
    out.push_str("# Meta-regression:");
    for (n, (term, _)) in found.columns.iter().enumerate() {
        let _ = write!(out, " x{} is {};", n + 1, term.replace(['\n', '\r'], " "));
    }
    let terms: Vec<String> = (1..=found.columns.len()).map(|n| format!("x{n}")).collect();
    let given: Vec<String> = terms
        .iter()
        .map(|term| format!("!is.na(es${term})"))
        .collect();
    // What random effects by Mantel-Haenszel or by a rule are, a regression has no more.
    let method = match spec.method {
        Method::Rm | Method::Rule50 => Method::Dl,
        other => other,
    };
    let (level, test) = (r(spec.level.percent()), test(spec));
    let model = terms.join(" + ");
    let _ = writeln!(
        out,
        "\nes <- effects(d); es <- es[{}, ]\n\
         fit <- highest(tight(es, \"{word}\", mods = ~ {model}, test = \"{test}\", level = {level}), es, \"{word}\", {},\n\
         \x20              mods = ~ {model}, test = \"{test}\", level = {level})",
        given.join(" & "),
        r(found.tau2),
        word = method.word()
    );
    let names: Vec<String> = found.coefficients.iter().map(|c| text(&c.term)).collect();
    let _ = writeln!(out, "terms <- c({})", names.join(", "));
    let of = |pick: fn(&Coefficient) -> f64| list(found.coefficients.iter().map(pick));
    for (name, theirs, ours) in [
        ("", "c(fit$beta)", of(|c| c.estimate)),
        (", standard error", "fit$se", of(|c| c.se)),
        (", low", "fit$ci.lb", of(|c| c.ci[0])),
        (", high", "fit$ci.ub", of(|c| c.ci[1])),
    ] {
        let _ = writeln!(out, "check(paste0(terms, \"{name}\"), {theirs}, {ours})");
    }
    let mut wanted = vec![
        ("residual Q", "fit$QE", found.qe),
        ("moderators, test", "fit$QM", found.qm),
    ];
    if method.is_random() {
        wanted.insert(0, ("tau2 that is left", "fit$tau2", found.tau2));
    }
    for (name, theirs, ours) in wanted {
        let _ = writeln!(out, "check(\"{name}\", {theirs}, {})", r(ours));
    }
}

fn names<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(text).collect();
    format!("make.unique(c({}))", words.join(", "))
}

fn subgroups(out: &mut String, pooled: &Pooled, spec: &Spec) {
    let Some(found) = pooled.subgroups.as_ref() else {
        return;
    };
    if found.levels.is_empty() {
        return;
    }
    let levels: Vec<String> = found
        .levels
        .iter()
        .map(|level| text(&level.level))
        .collect();
    // One variance for all is that of the model with the levels as moderator.
    let common = spec.subgroup_tau2 == SubgroupTau2::Common && spec.method.is_random();
    let part = if common {
        let word = match spec.method {
            Method::Rm | Method::Rule50 => Method::Dl.word(),
            other => other.word(),
        };
        let shared = found
            .levels
            .iter()
            .map(|level| level.tau2)
            .fold(0.0, f64::max);
        let _ = writeln!(
            out,
            "es <- effects(d); es <- es[!is.na(es$group), ]\n\
             shared <- if (nrow(es) > length(unique(es$group)))\n  \
             highest(tight(es, \"{word}\", mods = ~ factor(group)), es, \"{word}\", {}, mods = ~ factor(group))$tau2 else 0\n\
             check(\"tau2 of all subgroups\", shared, {})",
            r(shared),
            r(shared)
        );
        format!(
            "one <- es[es$group == level, ]\n  \
             part <- if (nrow(one) > 1) suppressWarnings(rma(yi, vi, data = one, method = \"DL\", tau2 = shared, test = \"{}\", level = {}))\n          \
             else list(beta = one$yi, se = sqrt(one$vi + shared))",
            test(spec),
            r(spec.level.percent())
        )
    } else {
        "part <- pool(d[!is.na(d$group) & d$group == level, ], t)".to_owned()
    };
    let _ = writeln!(
        out,
        "levels <- c({})\nparts <- mapply(function(level, t) {{\n  \
         {part}\n  c(c(part$beta), part$se)\n}}, levels, {})\n\
         check(paste(\"subgroup\", levels), parts[1, ], {})",
        levels.join(", "),
        list(found.levels.iter().map(|level| level.tau2)),
        list(found.levels.iter().map(|level| level.estimate)),
    );
    if let Some(q) = found.q_between {
        let _ = writeln!(
            out,
            "w <- 1 / parts[2, ]^2\n\
             check(\"between subgroups, Q\", sum(w * (parts[1, ] - sum(w * parts[1, ]) / sum(w))^2), {})",
            r(q)
        );
    }
}
