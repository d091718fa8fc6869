//! Effect sizes from counts: two arms, two rates, one proportion; and what empty cells do.

use super::{Effect, Left};
use crate::pool::math::{asin, is_zero, ln};
use crate::pool::measure::Measure;
use crate::pool::row::Data;

/// The cells of a study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Counts {
    /// Events and the others, first and second arm.
    Table {
        /// Events, first arm.
        a: f64,
        /// Others, first arm.
        b: f64,
        /// Events, second arm.
        c: f64,
        /// Others, second arm.
        d: f64,
    },
    /// Events and person-time, first and second arm.
    Rates {
        /// Events, first arm.
        x1: f64,
        /// Person-time, first arm.
        t1: f64,
        /// Events, second arm.
        x2: f64,
        /// Person-time, second arm.
        t2: f64,
    },
    /// Events and the others of one arm.
    Single {
        /// How many had the event.
        x: f64,
        /// How many had not.
        m: f64,
    },
    /// The data are not counts.
    None,
}

impl Counts {
    /// The cells of a study's data.
    pub fn of(data: &Data) -> Self {
        match *data {
            Data::Binary { e1, n1, e2, n2 } => Self::Table {
                a: e1,
                b: n1 - e1,
                c: e2,
                d: n2 - e2,
            },
            Data::Rate { e1, t1, e2, t2 } => Self::Rates {
                x1: e1,
                t1,
                x2: e2,
                t2,
            },
            Data::Proportion { e, n } => Self::Single { x: e, m: n - e },
            Data::Continuous { .. } | Data::Generic { .. } | Data::Hr { .. } | Data::Oev { .. } => {
                Self::None
            }
        }
    }

    /// Whether a cell is empty.
    pub(crate) fn has_zero(&self) -> bool {
        match *self {
            Self::Table { a, b, c, d } => is_zero(a) || is_zero(b) || is_zero(c) || is_zero(d),
            Self::Rates { x1, x2, .. } => is_zero(x1) || is_zero(x2),
            Self::Single { x, m } => is_zero(x) || is_zero(m),
            Self::None => false,
        }
    }

    /// Whether both arms have no events, or nothing but events.
    pub(crate) fn one_sided(&self) -> Option<Left> {
        match *self {
            Self::Table { a, c, .. } if is_zero(a) && is_zero(c) => Some(Left::NoEvents),
            Self::Table { b, d, .. } if is_zero(b) && is_zero(d) => Some(Left::AllEvents),
            Self::Rates { x1, x2, .. } if is_zero(x1) && is_zero(x2) => Some(Left::NoEvents),
            _ => None,
        }
    }

    /// Whether an arm has nobody in it.
    pub(crate) fn is_without_people(&self) -> bool {
        match *self {
            Self::Table { a, b, c, d } => is_zero(a + b) || is_zero(c + d),
            Self::Single { x, m } => is_zero(x + m),
            Self::Rates { .. } | Self::None => false,
        }
    }

    /// The cells with something added to each.
    pub(crate) fn plus(&self, add: f64) -> Self {
        match *self {
            Self::Table { a, b, c, d } => Self::Table {
                a: a + add,
                b: b + add,
                c: c + add,
                d: d + add,
            },
            Self::Rates { x1, t1, x2, t2 } => Self::Rates {
                x1: x1 + add,
                t1,
                x2: x2 + add,
                t2,
            },
            Self::Single { x, m } => Self::Single {
                x: x + add,
                m: m + add,
            },
            Self::None => Self::None,
        }
    }

    /// Effect size and variance.
    pub(crate) fn effect(&self, measure: Measure) -> Result<Effect, Left> {
        match *self {
            Self::Table { a, b, c, d } => table(measure, a, b, c, d),
            Self::Rates { x1, t1, x2, t2 } => rates(measure, (x1, t1), (x2, t2)),
            Self::Single { x, m } => single(measure, x, x + m),
            Self::None => Err(Left::Missing),
        }
    }
}

/// Handbook 10.4.1 to 10.4.3; Rücker 2009 for the arcsine; Yusuf 1985 for Peto.
fn table(measure: Measure, a: f64, b: f64, c: f64, d: f64) -> Result<Effect, Left> {
    let (n1, n2) = (a + b, c + d);
    let (p1, p2) = (a / n1, c / n2);
    let effect = match measure {
        Measure::Rr => {
            if is_zero(a) || is_zero(c) {
                return Err(Left::EmptyCell);
            }
            Effect {
                yi: ln(p1) - ln(p2),
                vi: 1.0 / a - 1.0 / n1 + 1.0 / c - 1.0 / n2,
            }
        }
        Measure::Or => {
            if is_zero(a) || is_zero(b) || is_zero(c) || is_zero(d) {
                return Err(Left::EmptyCell);
            }
            Effect {
                yi: ln(a / b) - ln(c / d),
                vi: 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d,
            }
        }
        Measure::Rd => Effect {
            yi: p1 - p2,
            vi: p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2,
        },
        Measure::As => Effect {
            yi: asin(p1.sqrt()) - asin(p2.sqrt()),
            vi: 1.0 / (4.0 * n1) + 1.0 / (4.0 * n2),
        },
        Measure::Peto => {
            let score = score(a, b, c, d).ok_or_else(|| {
                let counts = Counts::Table { a, b, c, d };
                counts.one_sided().unwrap_or(Left::TooFew)
            })?;
            Effect {
                yi: score.difference / score.variance,
                vi: 1.0 / score.variance,
            }
        }
        _ => return Err(Left::Missing),
    };
    Ok(effect)
}

/// Observed less expected events of the first arm, and their hypergeometric variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Score {
    pub(crate) difference: f64,
    pub(crate) variance: f64,
}

/// a − E(a) and Var(a) where the margins of the table are fixed; nothing where it cannot vary.
#[expect(
    clippy::many_single_char_names,
    reason = "the cells of a 2x2 table are a, b, c, d everywhere"
)]
pub(crate) fn score(a: f64, b: f64, c: f64, d: f64) -> Option<Score> {
    let (n1, n2) = (a + b, c + d);
    let n = n1 + n2;
    let (events, others) = (a + c, b + d);
    let variance = events * others * (n1 / n) * (n2 / n) / (n - 1.0);
    (variance > 0.0 && variance.is_finite()).then(|| Score {
        difference: a - events * n1 / n,
        variance,
    })
}

fn rates(measure: Measure, first: (f64, f64), second: (f64, f64)) -> Result<Effect, Left> {
    let ((x1, t1), (x2, t2)) = (first, second);
    let (r1, r2) = (x1 / t1, x2 / t2);
    match measure {
        Measure::Irr if is_zero(x1) || is_zero(x2) => Err(Left::EmptyCell),
        Measure::Irr => Ok(Effect {
            yi: ln(r1) - ln(r2),
            vi: 1.0 / x1 + 1.0 / x2,
        }),
        Measure::Ird => Ok(Effect {
            yi: r1 - r2,
            vi: r1 / t1 + r2 / t2,
        }),
        Measure::Irsd => Ok(Effect {
            yi: r1.sqrt() - r2.sqrt(),
            vi: 1.0 / (4.0 * t1) + 1.0 / (4.0 * t2),
        }),
        _ => Err(Left::Missing),
    }
}

/// Freeman and Tukey 1950 for the double arcsine.
fn single(measure: Measure, x: f64, n: f64) -> Result<Effect, Left> {
    let p = x / n;
    match measure {
        Measure::Pr => Ok(Effect {
            yi: p,
            vi: p * (1.0 - p) / n,
        }),
        Measure::Pln if is_zero(x) => Err(Left::EmptyCell),
        Measure::Pln => Ok(Effect {
            yi: ln(p),
            vi: 1.0 / x - 1.0 / n,
        }),
        Measure::Plo if is_zero(x) || is_zero(n - x) => Err(Left::EmptyCell),
        Measure::Plo => Ok(Effect {
            yi: ln(p / (1.0 - p)),
            vi: 1.0 / x + 1.0 / (n - x),
        }),
        Measure::Pas => Ok(Effect {
            yi: asin(p.sqrt()),
            vi: 1.0 / (4.0 * n),
        }),
        Measure::Pft => Ok(Effect {
            yi: 0.5 * (asin((x / (n + 1.0)).sqrt()) + asin(((x + 1.0) / (n + 1.0)).sqrt())),
            vi: 1.0 / (4.0 * n + 2.0),
        }),
        _ => Err(Left::Missing),
    }
}
