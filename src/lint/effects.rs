//! The estimate of one study from its own counts or means, by every usual convention.

use super::paper::StudyRow;
use super::printed::Span;
use super::recompute::difference;
use crate::pool::dist::normal_critical;
use crate::pool::effect::effects;
use crate::pool::math::ln;
use crate::pool::{AddTo, Data, Measure, Row, Spec};

/// How a study's estimate is made of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Way {
    /// The measure.
    pub(super) measure: Measure,
    /// Whether the arms are the other way round.
    pub(super) turned: bool,
}

impl Way {
    /// Every way.
    pub(super) const ALL: [Self; 11] = {
        const fn way(measure: Measure, turned: bool) -> Way {
            Way { measure, turned }
        }
        [
            way(Measure::Rr, false),
            way(Measure::Or, false),
            way(Measure::Peto, false),
            way(Measure::Rd, false),
            way(Measure::Md, false),
            way(Measure::Smd, false),
            way(Measure::Rr, true),
            way(Measure::Or, true),
            way(Measure::Rd, true),
            way(Measure::Md, true),
            way(Measure::Smd, true),
        ]
    };

    /// Whether the estimate is a ratio.
    pub(super) fn is_ratio(self) -> bool {
        matches!(self.measure, Measure::Rr | Measure::Or | Measure::Peto)
    }

    /// In words.
    pub(super) fn words(self) -> &'static str {
        match self.measure {
            Measure::Rr => "risk ratio",
            Measure::Or => "odds ratio",
            Measure::Peto => "Peto odds ratio",
            Measure::Rd => "risk difference",
            Measure::Smd => "standardised mean difference",
            _ => "mean difference",
        }
    }

    /// Estimate and 95 % limits of a study, over the rounding of its means; ratios as their
    /// logarithm. Nothing where its numbers give none.
    pub(super) fn of(self, study: &StudyRow) -> Option<[Span; 3]> {
        self.adding(study, AddTo::Only0)
    }

    /// Every usual answer: with 0.5 in empty cells, and without, where the measure needs nothing added (a
    /// risk ratio of an arm in which all have the event, a risk difference).
    pub(super) fn all(self, study: &StudyRow) -> Vec<[Span; 3]> {
        let mut made: Vec<[Span; 3]> = self.of(study).into_iter().collect();
        let empty = study
            .events()
            .is_some_and(|[e1, n1, e0, n0]| e1 == 0 || e0 == 0 || e1 == n1 || e0 == n0);
        if empty && !matches!(self.measure, Measure::Md | Measure::Smd) {
            made.extend(self.adding(study, AddTo::None));
            made.extend(self.plain(study));
        }
        made
    }

    /// The risk ratio or difference of the counts as they are.
    fn plain(self, study: &StudyRow) -> Option<[Span; 3]> {
        let [e1, n1, e0, n0] = study.events()?.map(super::arithmetic::real);
        if n1 <= 0.0 || n0 <= 0.0 {
            return None;
        }
        let (p1, p0) = (e1 / n1, e0 / n0);
        let (y, v) = match self.measure {
            Measure::Rd => (p1 - p0, p1 * (1.0 - p1) / n1 + p0 * (1.0 - p0) / n0),
            Measure::Rr if e1 > 0.0 && e0 > 0.0 => {
                (ln(p1 / p0), 1.0 / e1 - 1.0 / n1 + 1.0 / e0 - 1.0 / n0)
            }
            _ => return None,
        };
        let y = if self.turned { -y } else { y };
        let half = normal_critical(0.95) * v.max(0.0).sqrt();
        (v > 0.0).then(|| [y, y - half, y + half].map(Span::point))
    }

    /// The same with the given addition to empty cells.
    fn adding(self, study: &StudyRow, add: AddTo) -> Option<[Span; 3]> {
        let z = normal_critical(0.95);
        let limits = |y: Span, se: Span| {
            let y = if self.turned { y.times(-1.0) } else { y };
            let half = se.times(z);
            [
                y,
                Span {
                    low: y.low - half.high,
                    high: y.high - half.low,
                },
                Span {
                    low: y.low + half.low,
                    high: y.high + half.high,
                },
            ]
        };
        if matches!(self.measure, Measure::Md | Measure::Smd) {
            let [n1, n0] = study.arms()?.map(super::arithmetic::real);
            let [m1, sd1, m0, sd0] = &study.means;
            let spans = [
                m1.as_ref()?.span(),
                sd1.as_ref()?.span(),
                m0.as_ref()?.span(),
                sd0.as_ref()?.span(),
            ];
            let mut found: Option<(Span, Span)> = None;
            for corner in 0_u8..16 {
                let mut at = [0.0_f64; 4];
                for ((slot, span), bit) in at.iter_mut().zip(spans).zip(0..4) {
                    *slot = if corner & (1 << bit) == 0 {
                        span.low
                    } else {
                        span.high
                    };
                }
                let [m1, sd1, m0, sd0] = at;
                let (y, se) =
                    difference(self.measure, [m1, sd1.max(0.0), m0, sd0.max(0.0)], n1, n0)?;
                let (y, se) = (Span::point(y), Span::point(se));
                found = Some(found.map_or((y, se), |(a, b)| (a.hull(y), b.hull(se))));
            }
            let (y, se) = found?;
            return Some(limits(y, se));
        }
        let [e1, n1, e2, n2] = study.events()?.map(super::arithmetic::real);
        let row = Row {
            study: study.study.clone(),
            line: None,
            data: Some(Data::Binary { e1, n1, e2, n2 }),
            columns: Vec::new(),
        };
        let spec = Spec {
            drop_double_zero: Some(true),
            add_to: Some(add),
            ..Spec::new(self.measure)
        };
        let effect = effects(&[row], &spec).into_iter().next()?.ok()?;
        let se = (effect.vi > 0.0).then(|| effect.vi.sqrt())?;
        Some(limits(Span::point(effect.yi), Span::point(se)))
    }
}
