//! What the name of an effect measure says: whether it is a ratio, and which of the engine's it is.
//!
//! A name that is not known says nothing: then a row is judged by either scale, and an alarm is raised
//! only where neither fits.

use crate::pool::Measure;

/// What kind of number a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A ratio, whose interval is symmetric by its logarithm.
    Ratio,
    /// A difference, whose interval is symmetric as it stands.
    Difference,
    /// The logarithm of a ratio, printed as such.
    Logarithm,
    /// A number with a scale of its own: proportions, correlations, efficacies.
    Other,
    /// A name that says nothing of it, or none.
    Unknown,
}

/// What a printed name says.
pub fn named(name: &str) -> (Kind, Option<Measure>) {
    // What stands in brackets is the method, the model or the level.
    let mut depth = 0_i32;
    let bare: String = name
        .chars()
        .filter(|c| {
            match c {
                '(' | '[' => depth += 1,
                ')' | ']' => depth -= 1,
                _ => return depth <= 0,
            }
            false
        })
        .collect();
    let bare = if bare.trim().is_empty() { name } else { &bare };
    let lower = bare.to_lowercase();
    let mut words: Vec<&str> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    // Words of the interval, which says nothing of the measure.
    words.retain(|word| {
        ![
            "ci",
            "cri",
            "95",
            "90",
            "99",
            "95ci",
            "95cri",
            "interval",
            "confidence",
            "credible",
            "with",
            "and",
        ]
        .contains(word)
    });
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    if has(&["log", "ln", "logarithm", "logged"])
        || words.iter().any(|word| {
            ["log", "ln"].iter().any(|start| {
                word.strip_prefix(start).is_some_and(|rest| {
                    ["hr", "or", "rr", "irr", "rom", "hazard", "odds"].contains(&rest)
                })
            })
        })
    {
        // The ratio that it is the logarithm of.
        let bare = words
            .iter()
            .map(|word| {
                ["log", "ln"]
                    .iter()
                    .find_map(|start| word.strip_prefix(start))
                    .unwrap_or(word)
            })
            .collect::<String>();
        return (Kind::Logarithm, exact(&bare));
    }
    let joined: String = words.concat();
    if let Some(measure) = exact(&joined) {
        let ratio = matches!(
            measure,
            Measure::Rr | Measure::Or | Measure::Peto | Measure::Hr | Measure::Irr | Measure::Rom
        );
        return (
            if ratio { Kind::Ratio } else { Kind::Difference },
            Some(measure),
        );
    }
    // Estimates that are adjusted, or of another kind, follow from no counts.
    let own = has(&[
        "adjusted",
        "adj",
        "multivariable",
        "multivariate",
        "diagnostic",
        "sub",
        "subdistribution",
        "subhazard",
        "prevalence",
        "proportional",
        "likelihood",
    ]);
    let engine = |measure| (!own).then_some(measure);
    if has(&["reduction", "efficacy", "effectiveness"]) {
        let difference = has(&["absolute"]) || (has(&["mean"]) && !has(&["relative"]));
        return (
            if difference {
                Kind::Difference
            } else {
                Kind::Other
            },
            None,
        );
    }
    let ratio = has(&["ratio", "ratios"]);
    if ratio || joined.contains("relativerisk") || joined.contains("relativehazard") {
        let measure = if has(&["peto"]) {
            Some(Measure::Peto)
        } else if has(&["odds"]) {
            engine(Measure::Or)
        } else if has(&["risk"]) {
            engine(Measure::Rr)
        } else if has(&["hazard", "hazards"]) {
            engine(Measure::Hr)
        } else if has(&["rate"]) && !has(&["mortality", "standardised", "standardized"]) {
            engine(Measure::Irr)
        } else {
            None
        };
        return (Kind::Ratio, measure);
    }
    if has(&["difference", "differences", "diff"]) {
        let standard = has(&["standardised", "standardized", "std", "standard"]);
        let measure = if standard && has(&["mean"]) {
            Some(Measure::Smd)
        } else if has(&["mean"]) {
            engine(Measure::Md)
        } else if has(&["risk"]) {
            engine(Measure::Rd)
        } else {
            None
        };
        return (Kind::Difference, measure);
    }
    if has(&["hedges", "cohen", "cohens"]) {
        return (Kind::Difference, Some(Measure::Smd));
    }
    // `or` and `hr` are words of their own; as measures among other words they are capitals.
    let capital = |word: &str| {
        !["or", "hr"].contains(&word)
            || name
                .split(|c: char| !c.is_alphanumeric())
                .any(|own| own == word.to_uppercase())
    };
    if let Some(measure) = words
        .iter()
        .filter(|word| word.len() > 1 && capital(word))
        .find_map(|word| exact(word))
    {
        let (kind, _) = named_word(measure);
        return (kind, engine(measure));
    }
    if has(&[
        "aor", "ahr", "shr", "dor", "uor", "mor", "ror", "smr", "sir", "gmr", "plr", "nlr", "airr",
        "sdhr", "cshr", "prr", "arr",
    ]) && !has(&["arr"])
    {
        return (Kind::Ratio, None);
    }
    if has(&[
        "ve",
        "cor",
        "zcor",
        "correlation",
        "proportion",
        "proportions",
        "prevalence",
        "incidence",
        "sensitivity",
        "specificity",
        "auc",
        "auroc",
        "kappa",
        "percentage",
        "percent",
        "rate",
        "median",
        "nnt",
        "nnh",
        "i2",
        "accuracy",
        "survival",
        "r",
        "rho",
    ]) {
        return (Kind::Other, None);
    }
    (Kind::Unknown, None)
}

fn named_word(measure: Measure) -> (Kind, Option<Measure>) {
    let ratio = matches!(
        measure,
        Measure::Rr | Measure::Or | Measure::Peto | Measure::Hr | Measure::Irr | Measure::Rom
    );
    (
        if ratio { Kind::Ratio } else { Kind::Difference },
        Some(measure),
    )
}

/// The measure of a name in one word.
fn exact(name: &str) -> Option<Measure> {
    Some(match name {
        "rr" | "riskratio" | "relativerisk" => Measure::Rr,
        "or" | "oddsratio" => Measure::Or,
        "rd" | "riskdifference" | "ard" => Measure::Rd,
        "peto" | "petoor" | "petooddsratio" => Measure::Peto,
        "md" | "wmd" | "meandifference" | "weightedmeandifference" => Measure::Md,
        "smd"
        | "hedgesg"
        | "g"
        | "cohensd"
        | "d"
        | "standardisedmeandifference"
        | "standardizedmeandifference" => Measure::Smd,
        "hr" | "hazardratio" => Measure::Hr,
        "irr" | "rateratio" | "incidencerateratio" => Measure::Irr,
        "rom" | "ratioofmeans" => Measure::Rom,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_papers_write_them() {
        for name in [
            "Adjusted odds ratio (95% CI)",
            "Pooled aOR",
            "sHR",
            "Risk ratio, 95% CI",
            "Hazard Ratio (95% CrI)",
            "Rate ratio",
            "DOR",
            "Relative risk (95% CI)",
            "Odds Ratio (M-H, Random, 95% CI)",
            "aOR",
            "Pooled OR",
            "Summary RR",
            "HR",
            "Likelihood ratio",
            "incidence rate ratio",
            "Adj. HR",
            "OR [95% CI]",
            "IRR",
            "Geometric mean ratio",
            "Peto OR",
        ] {
            assert_eq!(named(name).0, Kind::Ratio, "{name}");
        }
        for name in [
            "MD (95% CI)",
            "Std. Mean Difference (IV, Random, 95% CI)",
            "WMD",
            "Risk difference",
            "Hedges' g",
            "Cohen's d",
            "Absolute risk reduction",
            "Weighted mean difference",
        ] {
            assert_eq!(named(name).0, Kind::Difference, "{name}");
        }
        for name in ["log HR (95% CI)", "lnRR", "log odds ratio", "logOR"] {
            assert_eq!(named(name).0, Kind::Logarithm, "{name}");
        }
        for name in [
            "VE",
            "COR",
            "proportion",
            "Pooled prevalence (95% CI)",
            "Vaccine efficacy",
        ] {
            assert_eq!(named(name).0, Kind::Other, "{name}");
        }
        for name in [
            "",
            "Study or Subgroup",
            "Effect",
            "Pooled estimate",
            "Estimate (95% CI)",
            "ES",
            "ARR",
        ] {
            assert_eq!(named(name).0, Kind::Unknown, "{name}");
        }
        assert_eq!(
            named("Odds Ratio (M-H, Random, 95% CI)").1,
            Some(Measure::Or)
        );
        assert_eq!(named("Adjusted odds ratio").1, None);
        assert_eq!(named("log RR").1, Some(Measure::Rr));
        assert_eq!(
            named("Std. Mean Difference (IV, Fixed)").1,
            Some(Measure::Smd)
        );
    }
}
