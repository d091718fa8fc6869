//! The working of a result in sentences: what each study gives, how it is weighted, what comes out.
//!
//! Formulas are those of the Cochrane Handbook (6.5, chapters 6 and 10) and of the papers that the
//! methods are named after; the numbers are those of the result, to six significant digits, so that
//! a reader with a pocket calculator can follow.

use super::digits::i2_from;
use crate::pool::{Measure, Method, Pooled, Scale};

/// A result step by step, from the studies to the reader's scale.
///
/// ```
/// use perennial::pool::{Data, Measure, Method, Row, Spec, analyse, steps};
/// let row = |study: &str, yi: f64, vi: f64| Row {
///     study: study.into(),
///     line: None,
///     data: Some(Data::Generic { yi, vi }),
///     columns: Vec::new(),
/// };
/// let rows = [row("A", 0.2, 0.04), row("B", 0.4, 0.04)];
/// let pooled = analyse(&rows, &Spec::new(Measure::Gen).method(Method::Fe)).unwrap();
/// let steps = steps::steps(&pooled);
/// assert!(steps.iter().any(|step| step.contains("0.3")), "{steps:?}");
/// ```
pub fn steps(pooled: &Pooled) -> Vec<String> {
    let method = pooled.used();
    let mut out = vec![format!("Each study: {}.", effect(pooled.measure))];
    out.extend(pooled.studies.iter().filter_map(|study| {
        let (yi, vi) = (study.yi?, study.vi?);
        Some(format!(
            "{}: y = {}, v = {}, weight {} %.",
            study.study,
            six(yi),
            six(vi),
            six(study.weight)
        ))
    }));
    if pooled.chosen.is_some() {
        out.push(format!(
            "The rule: I² from Q is {} %, so the model is {}.",
            six(pooled.i2_q),
            method.title()
        ));
    }
    out.push(format!(
        "Heterogeneity: Q = Σ (y − ŷ)² / v = {} on {} degrees of freedom, p = {}.",
        six(pooled.q),
        six(pooled.q_df),
        six(pooled.q_p)
    ));
    if method.is_random() {
        out.push(format!(
            "Between studies: {}: τ² = {}.",
            tau2(method),
            six(pooled.tau2)
        ));
    }
    if pooled.k > 1 {
        out.push(format!("{} = {} %.", i2(method), six(pooled.i2)));
    }
    out.push(format!("Weights: {}.", weights(method)));
    out.push(format!(
        "Estimate: ŷ = Σ w y / Σ w = {}, standard error {}.",
        six(pooled.estimate),
        six(pooled.se)
    ));
    let quantile = match pooled.df {
        Some(df) => format!("t with {} degrees of freedom", six(df)),
        None => "the normal quantile".to_owned(),
    };
    out.push(format!(
        "Interval: ŷ ± {quantile} × standard error = {} to {}.",
        six(pooled.ci[0]),
        six(pooled.ci[1])
    ));
    if let Some([lo, hi]) = pooled.prediction {
        out.push(format!(
            "Prediction: ŷ ± the quantile × √(τ² + se²) = {} to {}.",
            six(lo),
            six(hi)
        ));
    }
    if let Some(back) = &pooled.back
        && let Some(word) = back_word(pooled.scale)
    {
        out.push(format!(
            "On the reader's scale ({word}): {}, {} to {}.",
            six(back.estimate),
            six(back.ci[0]),
            six(back.ci[1])
        ));
    }
    out
}

/// What a study gives, and its variance.
fn effect(measure: Measure) -> &'static str {
    match measure {
        Measure::Rr => "y = ln((a / n₁) / (c / n₂)), v = 1/a − 1/n₁ + 1/c − 1/n₂",
        Measure::Or => "y = ln(a d / (b c)), v = 1/a + 1/b + 1/c + 1/d",
        Measure::Rd => "y = a / n₁ − c / n₂, v = a b / n₁³ + c d / n₂³",
        Measure::As => "y = arcsin √(a / n₁) − arcsin √(c / n₂), v = 1 / (4 n₁) + 1 / (4 n₂)",
        Measure::Peto => "y = (O − E) / V, v = 1 / V, with the hypergeometric E and V of its table",
        Measure::Md => "y = m₁ − m₂, v = sd₁² / n₁ + sd₂² / n₂",
        Measure::Smd => {
            "y = J (m₁ − m₂) / sd pooled (Hedges), v = 1/n₁ + 1/n₂ + y² / (2 (n₁ + n₂))"
        }
        Measure::Smdh => {
            "y = the standardised difference with unequal variances (Bonett 2009), with its variance"
        }
        Measure::Rom => "y = ln(m₁ / m₂), v = sd₁² / (n₁ m₁²) + sd₂² / (n₂ m₂²)",
        Measure::Hr => {
            "y = ln(HR), v = ((ln upper − ln lower) / (2 z of the interval's own level))²"
        }
        Measure::Irr => "y = ln((x₁ / t₁) / (x₂ / t₂)), v = 1/x₁ + 1/x₂",
        Measure::Ird => "y = x₁ / t₁ − x₂ / t₂, v = x₁ / t₁² + x₂ / t₂²",
        Measure::Irsd => "y = √(x₁ / t₁) − √(x₂ / t₂), v = 1 / (4 t₁) + 1 / (4 t₂)",
        Measure::Pr => "y = x / n, v = y (1 − y) / n",
        Measure::Pln => "y = ln(x / n), v = 1/x − 1/n",
        Measure::Plo => "y = ln(x / (n − x)), v = 1/x + 1/(n − x)",
        Measure::Pas => "y = arcsin √(x / n), v = 1 / (4 n)",
        Measure::Pft => {
            "y = (arcsin √(x / (n+1)) + arcsin √((x+1) / (n+1))) / 2, v = 1 / (4 n + 2)"
        }
        Measure::Gen => "y and v as given",
    }
}

/// The definition of I² that the result has.
fn i2(method: Method) -> &'static str {
    if i2_from(method) == "Q" {
        "Heterogeneity beyond chance: I² = max(0, (Q − df) / Q)"
    } else {
        "Heterogeneity beyond chance: I² = τ² / (τ² + s²), s² = (k − 1) Σ w / ((Σ w)² − Σ w²) with w = 1 / v"
    }
}

fn weights(method: Method) -> &'static str {
    match method {
        Method::Fe => "w = 1 / v",
        Method::Mh => "Mantel and Haenszel's, from the tables themselves (Handbook 10.4.1)",
        Method::Peto => "w = V of each table",
        Method::Rm => "w = 1 / (v + τ²), with τ² from Q around the Mantel-Haenszel estimate",
        Method::Dl
        | Method::Pm
        | Method::Reml
        | Method::Ml
        | Method::Hs
        | Method::He
        | Method::Sj
        | Method::Eb
        | Method::Rule50 => "w = 1 / (v + τ²)",
    }
}

fn tau2(method: Method) -> &'static str {
    match method {
        Method::Dl | Method::Rule50 => {
            "DerSimonian and Laird, τ² = max(0, (Q − (k − 1)) / (Σ w − Σ w² / Σ w)) with w = 1 / v"
        }
        Method::Rm => "as DerSimonian and Laird, with Q around the Mantel-Haenszel estimate",
        Method::Pm | Method::Eb => "Paule and Mandel, the τ² at which the generalised Q is k − 1",
        Method::Reml => "the τ² at which the restricted likelihood is greatest",
        Method::Ml => "the τ² at which the likelihood is greatest",
        Method::Hs => "Hunter and Schmidt, τ² = max(0, (Q − k) / Σ w)",
        Method::He => "Hedges and Olkin, τ² = max(0, the variance of y − the mean of v)",
        Method::Sj => "Sidik and Jonkman (2005)",
        Method::Fe | Method::Mh | Method::Peto => "none",
    }
}

/// How the reader's scale is reached; nothing where it is the scale of pooling.
fn back_word(scale: Scale) -> Option<&'static str> {
    match scale {
        Scale::Log => Some("exp"),
        Scale::Logit => Some("the inverse logit"),
        Scale::Arcsine | Scale::FreemanTukey => Some("the squared sine"),
        Scale::Identity => None,
    }
}

/// Six significant digits, without needless zeros.
fn six(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !size.is_finite() {
        return value.to_string();
    }
    if !(1e-4..1e9).contains(&size) {
        return format!("{value:.5e}").replace('-', "\u{2212}");
    }
    let before = (1..10)
        .find(|digits| size < crate::pool::math::pow(10.0, f64::from(*digits)))
        .unwrap_or(10);
    let zeros = (0..4)
        .find(|zeros| size >= crate::pool::math::pow(10.0, -f64::from(*zeros)))
        .unwrap_or(4);
    let decimals = if size >= 1.0 {
        6_i32 - before
    } else {
        5 + zeros
    };
    let decimals = usize::try_from(decimals.max(0)).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    text.replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Data, Row, Spec, analyse};

    #[test]
    fn six_significant_digits_are_printed() {
        for (value, text) in [
            (0.0, "0"),
            (1.0, "1"),
            (-0.749_621_3, "−0.749621"),
            (0.012_345_678, "0.0123457"),
            (0.000_512_345_6, "0.000512346"),
            (123.456_789, "123.457"),
            (26.3, "26.3"),
            (0.000_012_3, "1.23000e−5"),
        ] {
            assert_eq!(six(value), text, "{value}");
        }
    }

    #[test]
    fn the_steps_name_every_study_and_the_numbers_of_the_result() {
        let row = |study: &str, e1: f64, n1: f64, e2: f64, n2: f64| Row {
            study: study.into(),
            line: None,
            data: Some(Data::Binary { e1, n1, e2, n2 }),
            columns: Vec::new(),
        };
        let rows = [
            row("CASTOR", 201.0, 240.0, 148.0, 234.0),
            row("POLLUX", 261.0, 281.0, 211.0, 276.0),
            row("Small", 5.0, 10.0, 9.0, 10.0),
        ];
        for method in [
            Method::Fe,
            Method::Dl,
            Method::Reml,
            Method::Mh,
            Method::Rule50,
        ] {
            let pooled = analyse(&rows, &Spec::new(Measure::Rr).method(method)).unwrap();
            let text = steps(&pooled).join("\n");
            assert!(text.contains(&six(pooled.estimate)), "{text}");
            assert!(text.contains(&six(pooled.se)), "{text}");
            assert!(text.contains(&six(pooled.back.unwrap().ci[1])), "{text}");
            let used = pooled.used();
            assert_eq!(text.contains("Between studies"), used.is_random(), "{text}");
            assert!(text.contains("exp"), "{text}");
        }
    }
}
