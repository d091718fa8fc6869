//! One row of study data, as it comes from a file or from the review's extraction.

use super::measure::Kind;
use serde::Serialize;

/// One study's data for one analysis.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The name of the study.
    pub study: String,
    /// The line in the file it comes from, where there is one.
    pub line: Option<u64>,
    /// The numbers; nothing where the study gives none, and then the row is left out with a warning.
    pub data: Option<Data>,
    /// Further columns, for subgroups and moderators; an absent or empty value is missing.
    pub columns: Vec<(String, String)>,
}

/// The numbers of one study.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Data {
    /// Events and people of two arms.
    Binary {
        /// Events, first arm.
        e1: f64,
        /// People, first arm.
        n1: f64,
        /// Events, second arm.
        e2: f64,
        /// People, second arm.
        n2: f64,
    },
    /// People, means and standard deviations of two arms.
    Continuous {
        /// People, first arm.
        n1: f64,
        /// Mean, first arm.
        mean1: f64,
        /// Standard deviation, first arm.
        sd1: f64,
        /// People, second arm.
        n2: f64,
        /// Mean, second arm.
        mean2: f64,
        /// Standard deviation, second arm.
        sd2: f64,
    },
    /// Estimate and variance.
    Generic {
        /// The estimate, on the scale of pooling.
        yi: f64,
        /// Its sampling variance, on the scale of pooling.
        vi: f64,
    },
    /// A ratio with its interval.
    Hr {
        /// The ratio, as printed.
        hr: f64,
        /// The lower limit of its interval, on the same scale.
        ci_lb: f64,
        /// The upper limit of its interval, on the same scale.
        ci_ub: f64,
        /// Level of the interval.
        level: Level,
    },
    /// Observed less expected events, and their variance (log-rank).
    Oev {
        /// Observed less expected.
        oe: f64,
        /// The variance of O − E.
        v: f64,
    },
    /// Events and person-time of two arms.
    Rate {
        /// Events, first arm.
        e1: f64,
        /// Person-time, first arm.
        t1: f64,
        /// Events, second arm.
        e2: f64,
        /// Person-time, second arm.
        t2: f64,
    },
    /// Events and people of one arm.
    Proportion {
        /// How many had the event.
        e: f64,
        /// How many were observed.
        n: f64,
    },
}

/// The level of an interval, a fraction between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Level(f64);

impl Level {
    /// 95 per cent.
    pub const P95: Self = Self(0.95);

    /// A level from a number: up to 1 a fraction, above it per cent.
    ///
    /// ```
    /// use perennial::pool::Level;
    /// assert_eq!(Level::parse(99.0), Level::parse(0.99));
    /// assert_eq!(Level::parse(100.0), None);
    /// ```
    pub fn parse(number: f64) -> Option<Self> {
        let fraction = if number > 1.0 { number / 100.0 } else { number };
        (fraction > 0.0 && fraction < 1.0).then_some(Self(fraction))
    }

    /// The level as a fraction: 0.95.
    pub fn fraction(self) -> f64 {
        self.0
    }

    /// The level in per cent.
    pub fn percent(self) -> f64 {
        // 0.99 is not 99 / 100 to the last digit: fifteen digits are enough for a label.
        (self.0 * 1e10).round() / 1e8
    }
}

impl Data {
    /// The kind of data.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Binary { .. } => Kind::Binary,
            Self::Continuous { .. } => Kind::Continuous,
            Self::Generic { .. } => Kind::Generic,
            Self::Hr { .. } => Kind::Hr,
            Self::Oev { .. } => Kind::Oev,
            Self::Rate { .. } => Kind::Rate,
            Self::Proportion { .. } => Kind::Proportion,
        }
    }

    /// The numbers in the order of the kind's columns.
    pub fn values(&self) -> Vec<f64> {
        let columns = self.kind().columns().len();
        self.padded().into_iter().take(columns).collect()
    }

    /// The numbers in the order of the kind's columns, then zeros.
    fn padded(&self) -> [f64; 6] {
        match *self {
            Self::Binary { e1, n1, e2, n2 } => [e1, n1, e2, n2, 0.0, 0.0],
            Self::Continuous {
                n1,
                mean1,
                sd1,
                n2,
                mean2,
                sd2,
            } => [n1, mean1, sd1, n2, mean2, sd2],
            Self::Generic { yi, vi } => [yi, vi, 0.0, 0.0, 0.0, 0.0],
            Self::Hr {
                hr, ci_lb, ci_ub, ..
            } => [hr, ci_lb, ci_ub, 0.0, 0.0, 0.0],
            Self::Oev { oe, v } => [oe, v, 0.0, 0.0, 0.0, 0.0],
            Self::Rate { e1, t1, e2, t2 } => [e1, t1, e2, t2, 0.0, 0.0],
            Self::Proportion { e, n } => [e, n, 0.0, 0.0, 0.0, 0.0],
        }
    }

    /// What makes the numbers impossible, with the column to blame; nothing where they can be.
    pub fn fault(&self) -> Option<(&'static str, String)> {
        // Nearly every table is one that can be, and there are many.
        if let Self::Binary { e1, n1, e2, n2 } = *self
            && (0.0..=n1).contains(&e1)
            && (0.0..=n2).contains(&e2)
            && n1.max(n2) <= LARGEST
        {
            return None;
        }
        let kind = self.kind();
        for (column, value) in kind.columns().iter().zip(self.padded()) {
            if !value.is_finite() {
                return Some((column, format!("{value} is not a finite number")));
            }
            let variance = matches!(self, Self::Generic { .. }) && *column == "vi";
            if value.abs() > LARGEST && !variance {
                return Some((
                    column,
                    format!("{value:e} is too large to be computed with"),
                ));
            }
        }
        let arm = |events: (&'static str, f64), people: (&'static str, f64)| {
            if people.1 < 0.0 {
                Some((people.0, format!("{} people are below 0", people.1)))
            } else if events.1 < 0.0 {
                Some((events.0, format!("{} events are below 0", events.1)))
            } else if events.1 > people.1 {
                let text = format!("{} events among {} people", events.1, people.1);
                Some((events.0, text))
            } else {
                None
            }
        };
        let spread = |column: &'static str, sd: f64| {
            (sd < 0.0).then(|| (column, format!("a standard deviation of {sd} is below 0")))
        };
        let people = |column: &'static str, n: f64| {
            (n <= 0.0).then(|| (column, format!("an arm of {n} people cannot be pooled")))
        };
        match *self {
            Self::Binary { e1, n1, e2, n2 } => {
                arm(("e1", e1), ("n1", n1)).or_else(|| arm(("e2", e2), ("n2", n2)))
            }
            Self::Proportion { e, n } => arm(("e", e), ("n", n)),
            Self::Continuous {
                n1, sd1, n2, sd2, ..
            } => people("n1", n1)
                .or_else(|| people("n2", n2))
                .or_else(|| spread("sd1", sd1))
                .or_else(|| spread("sd2", sd2)),
            Self::Generic { vi, .. } => variance("vi", vi),
            Self::Oev { v, .. } => variance("v", v),
            Self::Rate { e1, t1, e2, t2 } => {
                for (column, events) in [("e1", e1), ("e2", e2)] {
                    if events < 0.0 {
                        return Some((column, format!("{events} events are below 0")));
                    }
                }
                for (column, time) in [("t1", t1), ("t2", t2)] {
                    if time <= 0.0 {
                        return Some((column, format!("a person-time of {time} is not above 0")));
                    }
                }
                None
            }
            Self::Hr {
                hr, ci_lb, ci_ub, ..
            } => {
                for (column, value) in [("hr", hr), ("ci_lb", ci_lb), ("ci_ub", ci_ub)] {
                    if value <= 0.0 {
                        let text = format!("{value} is not above 0, as a ratio and its bounds are");
                        return Some((column, text));
                    }
                }
                if ci_lb >= ci_ub {
                    let text = format!("the lower bound {ci_lb} is not below the upper {ci_ub}");
                    return Some(("ci_lb", text));
                }
                if hr < ci_lb || hr > ci_ub {
                    let text = format!("{hr} lies outside its interval {ci_lb} to {ci_ub}");
                    return Some(("hr", text));
                }
                None
            }
        }
    }
}

/// Numbers beyond this, and variances beyond its reciprocal to the power of 2.5, overflow in the sums
/// of squares and cubes of weights.
const LARGEST: f64 = 1e30;
const VARIANCES: std::ops::RangeInclusive<f64> = 1e-75..=1e75;

fn variance(column: &'static str, value: f64) -> Option<(&'static str, String)> {
    if value > 0.0 && !VARIANCES.contains(&value) {
        let what = if value < 1.0 { "small" } else { "large" };
        return Some((
            column,
            format!("a variance of {value:e} is too {what} to be computed with"),
        ));
    }
    if value < 0.0 {
        Some((column, format!("a variance of {value} is below 0")))
    } else if value <= 0.0 {
        Some((
            column,
            "a variance of 0 would outweigh every other study".into(),
        ))
    } else {
        None
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::P95
    }
}
