//! Effect measures, the scale each is pooled on, and the one way back to the reader's scale.

use super::math::{asin, cos, exp, sin};
use serde::Serialize;

/// An effect measure; the words are metafor's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Measure {
    /// Risk ratio, pooled as its logarithm.
    Rr,
    /// Odds ratio, pooled as its logarithm.
    Or,
    /// Risk difference.
    Rd,
    /// Difference of the arcsines of the square roots of two risks.
    As,
    /// Peto's one-step odds ratio, pooled as its logarithm.
    Peto,
    /// Mean difference.
    Md,
    /// Standardised mean difference, Hedges' g with the exact correction.
    Smd,
    /// Standardised mean difference with unequal variances (Bonett 2009).
    Smdh,
    /// Ratio of means, pooled as its logarithm.
    Rom,
    /// Hazard ratio, pooled as its logarithm.
    Hr,
    /// Incidence rate ratio, pooled as its logarithm.
    Irr,
    /// Incidence rate difference.
    Ird,
    /// Difference of the square roots of two incidence rates.
    Irsd,
    /// Proportion.
    Pr,
    /// Proportion, pooled as its logarithm.
    Pln,
    /// Proportion, pooled as its logit.
    Plo,
    /// Proportion, pooled as the arcsine of its square root.
    Pas,
    /// Proportion, pooled as Freeman and Tukey's double arcsine.
    Pft,
    /// Anything, as given.
    Gen,
}

/// The kinds of study data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Events and people of two arms.
    Binary,
    /// Means, standard deviations and people of two arms.
    Continuous,
    /// Estimate and variance.
    Generic,
    /// A ratio, hazard ratios first of all, with its interval.
    Hr,
    /// Observed less expected events, and their variance.
    Oev,
    /// Events and person-time of two arms.
    Rate,
    /// Events and people of one arm.
    Proportion,
}

/// The scale an estimate is pooled on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Logarithm of a ratio or proportion.
    Log,
    /// The reader's own scale.
    Identity,
    /// Logarithm of the odds of a proportion.
    Logit,
    /// Arcsine of the square root.
    Arcsine,
    /// Freeman and Tukey's double arcsine.
    FreemanTukey,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 19] = [
        Self::Rr,
        Self::Or,
        Self::Rd,
        Self::As,
        Self::Peto,
        Self::Md,
        Self::Smd,
        Self::Smdh,
        Self::Rom,
        Self::Hr,
        Self::Irr,
        Self::Ird,
        Self::Irsd,
        Self::Pr,
        Self::Pln,
        Self::Plo,
        Self::Pas,
        Self::Pft,
        Self::Gen,
    ];

    /// The measure's word, as in `--measure`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rr => "RR",
            Self::Or => "OR",
            Self::Rd => "RD",
            Self::As => "AS",
            Self::Peto => "PETO",
            Self::Md => "MD",
            Self::Smd => "SMD",
            Self::Smdh => "SMDH",
            Self::Rom => "ROM",
            Self::Hr => "HR",
            Self::Irr => "IRR",
            Self::Ird => "IRD",
            Self::Irsd => "IRSD",
            Self::Pr => "PR",
            Self::Pln => "PLN",
            Self::Plo => "PLO",
            Self::Pas => "PAS",
            Self::Pft => "PFT",
            Self::Gen => "GEN",
        }
    }

    /// The measure of a word, whatever the case of its letters.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|measure| measure.word().eq_ignore_ascii_case(word))
    }

    /// What readers call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Rr => "Risk ratio",
            Self::Or => "Odds ratio",
            Self::Rd => "Risk difference",
            Self::As => "Arcsine difference",
            Self::Peto => "Peto odds ratio",
            Self::Md => "Mean difference",
            Self::Smd => "Standardised mean difference (Hedges' g)",
            Self::Smdh => "Standardised mean difference (unequal variances)",
            Self::Rom => "Ratio of means",
            Self::Hr => "Hazard ratio",
            Self::Irr => "Incidence rate ratio",
            Self::Ird => "Incidence rate difference",
            Self::Irsd => "Difference of square-root rates",
            Self::Pr => "Proportion",
            Self::Pln => "Proportion (log)",
            Self::Plo => "Proportion (logit)",
            Self::Pas => "Proportion (arcsine)",
            Self::Pft => "Proportion (double arcsine)",
            Self::Gen => "Estimate",
        }
    }

    /// The kinds of data it can be computed from, its own first: a ratio also from ratios with their
    /// intervals, most also from estimates on the scale of pooling.
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Rr | Self::Or => &[Kind::Binary, Kind::Hr, Kind::Generic],
            Self::Rd => &[Kind::Binary, Kind::Generic],
            Self::As | Self::Peto => &[Kind::Binary],
            Self::Md | Self::Smd | Self::Rom => &[Kind::Continuous, Kind::Generic],
            Self::Smdh => &[Kind::Continuous],
            Self::Hr => &[Kind::Hr, Kind::Oev, Kind::Generic],
            Self::Irr => &[Kind::Rate, Kind::Hr, Kind::Generic],
            Self::Ird => &[Kind::Rate, Kind::Generic],
            Self::Irsd => &[Kind::Rate],
            Self::Pr | Self::Pln | Self::Plo | Self::Pas | Self::Pft => &[Kind::Proportion],
            Self::Gen => &[Kind::Generic],
        }
    }

    /// The scale it is pooled on.
    pub fn scale(self) -> Scale {
        match self {
            Self::Rr | Self::Or | Self::Peto | Self::Rom | Self::Hr | Self::Irr | Self::Pln => {
                Scale::Log
            }
            Self::Rd
            | Self::Md
            | Self::Smd
            | Self::Smdh
            | Self::Ird
            | Self::Irsd
            | Self::Pr
            | Self::Gen => Scale::Identity,
            Self::Plo => Scale::Logit,
            Self::As | Self::Pas => Scale::Arcsine,
            Self::Pft => Scale::FreemanTukey,
        }
    }

    /// Whether no effect is 0 on the scale of pooling; a single proportion has no such value.
    pub fn has_no_effect_value(self) -> bool {
        !matches!(
            self,
            Self::Pr | Self::Pln | Self::Plo | Self::Pas | Self::Pft
        )
    }

    /// A value on the scale of pooling, brought back to the reader's scale: the one way back.
    ///
    /// `people` is the harmonic mean of the sample sizes, which the double arcsine needs (Miller
    /// 1978). The arcsine difference has no way back.
    ///
    /// ```
    /// use perennial::pool::Measure;
    /// // The pooled log odds ratio of the BCG trials (REML) is -0.745: an odds ratio of 0.47.
    /// let ratio = Measure::Or.back(-0.745177770843696, None).unwrap();
    /// assert!((ratio - 0.4746500).abs() < 1e-6);
    /// ```
    pub fn back(self, value: f64, people: Option<f64>) -> Option<f64> {
        match self.scale() {
            Scale::Log => Some(exp(value)),
            Scale::Identity => Some(value),
            Scale::Logit => Some(if value >= 0.0 {
                1.0 / (1.0 + exp(-value))
            } else {
                exp(value) / (1.0 + exp(value))
            }),
            Scale::Arcsine if self == Self::Pas => {
                let root = sin(value.clamp(0.0, std::f64::consts::FRAC_PI_2));
                Some(root * root)
            }
            Scale::Arcsine => None,
            Scale::FreemanTukey => people.map(|people| miller(value, people)),
        }
    }
}

/// The proportion whose double arcsine is `value` in a sample of `people` (Miller 1978).
fn miller(value: f64, people: f64) -> f64 {
    let least = 0.5 * asin((1.0 / (people + 1.0)).sqrt());
    let most = 0.5 * (asin((people / (people + 1.0)).sqrt()) + std::f64::consts::FRAC_PI_2);
    if value <= least {
        return 0.0;
    }
    if value >= most {
        return 1.0;
    }
    let (s, c) = (sin(2.0 * value), cos(2.0 * value));
    let inner = s + (s - 1.0 / s) / people;
    let root = (1.0 - inner * inner).max(0.0).sqrt();
    0.5 * (1.0 - root * c.signum())
}

impl Kind {
    /// Every kind, with the columns that make it.
    pub const ALL: [(Self, &'static [&'static str]); 7] = [
        (Self::Binary, &["e1", "n1", "e2", "n2"]),
        (
            Self::Continuous,
            &["n1", "mean1", "sd1", "n2", "mean2", "sd2"],
        ),
        (Self::Generic, &["yi", "vi"]),
        (Self::Hr, &["hr", "ci_lb", "ci_ub"]),
        (Self::Oev, &["oe", "v"]),
        (Self::Rate, &["e1", "t1", "e2", "t2"]),
        (Self::Proportion, &["e", "n"]),
    ];

    /// The columns it needs.
    pub fn columns(self) -> &'static [&'static str] {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or(&[], |(_, columns)| columns)
    }

    /// The kind's word, as in `--type`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Continuous => "continuous",
            Self::Generic => "generic",
            Self::Hr => "hr",
            Self::Oev => "oev",
            Self::Rate => "rate",
            Self::Proportion => "proportion",
        }
    }

    /// The kind of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .map(|(kind, _)| kind)
            .find(|kind| kind.word() == word)
    }

    /// The measure that needs no choice, where there is one.
    pub fn own_measure(self) -> Option<Measure> {
        match self {
            Self::Hr | Self::Oev => Some(Measure::Hr),
            Self::Generic => Some(Measure::Gen),
            Self::Binary | Self::Continuous | Self::Rate | Self::Proportion => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_kinds_go_both_ways() {
        for measure in Measure::ALL {
            assert_eq!(Measure::from_word(measure.word()), Some(measure));
            assert_eq!(
                serde_json::to_string(&measure).unwrap(),
                format!("\"{}\"", measure.word())
            );
        }
        for (kind, columns) in Kind::ALL {
            assert_eq!(Kind::from_word(kind.word()), Some(kind));
            assert_eq!(kind.columns(), columns);
        }
    }

    #[test]
    fn the_double_arcsine_comes_back_where_it_came_from() {
        for (events, people) in [
            (1.0, 7.0),
            (3.0, 10.0),
            (5.0, 10.0),
            (39.0, 40.0),
            (0.0, 9.0),
        ] {
            let n: f64 = people;
            let there = 0.5
                * (asin((events / (n + 1.0_f64)).sqrt())
                    + asin(((events + 1.0) / (n + 1.0)).sqrt()));
            let back = Measure::Pft.back(there, Some(people)).unwrap();
            assert!((back - events / people).abs() < 1e-12, "{back}");
        }
    }
}
