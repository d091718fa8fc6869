//! The geometry of a radial plot: an origin at the left, an arc around it, rays of equal effect.

use super::Radial;
use crate::plot::page::Page;
use crate::plot::scatter;

/// Where the most precise study stands, in radii of the arc.
const REACH: f64 = 0.86;
/// How far from the origin a point may lie.
const RIM: f64 = 0.95;
/// From the arc to its numbers.
pub(super) const AWAY: f64 = 6.0;
/// The steepest ray whose end on the arc is labelled.
const STEEPEST: f64 = 1.13;

/// Origin, radius and units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sector {
    /// Where the lines meet, in CSS pixels.
    pub(super) origin: (f64, f64),
    /// The radius of the arc.
    pub(super) radius: f64,
    /// Points by unit of precision and of standardised effect.
    pub(super) unit: (f64, f64),
    /// Points above and below the origin.
    pub(super) above: f64,
    pub(super) below: f64,
    /// The precision at which the band ends.
    pub(super) band: f64,
}

impl Sector {
    /// As high as it can be for its page; the upper edge is at `top`, the origin at `left`.
    pub(super) fn new(plot: &Radial, (left, top): (f64, f64), radius: f64, point: f64) -> Self {
        let places: Vec<(f64, f64)> = plot.studies.iter().map(|one| plot.place(one)).collect();
        let farthest = places.iter().map(|place| place.0).fold(0.0, f64::max);
        let across = REACH * radius / farthest;
        let band = farthest * 1.04;
        let (pooled, z) = (plot.pooled.0, plot.level.1);
        let room = match plot.page {
            Page::Column => 180.0,
            Page::Panel => 230.0,
            Page::Full => 300.0,
        };
        // What the figure holds, by the height of a unit.
        let extent = |up: f64| -> (f64, f64, bool) {
            let (mut above, mut below, mut inside) = (z * up, z * up, true);
            let mut hold = |y: f64| {
                above = above.max(y);
                below = below.max(-y);
            };
            for (x, value) in &places {
                hold(value * up + point + 3.0);
                hold(value * up - point - 3.0);
                inside &= libm::hypot(x * across, value * up) <= RIM * radius;
            }
            for edge in [-z, z] {
                hold((pooled * band + edge) * up);
            }
            inside &= (pooled * band).abs() * up <= 0.9 * radius;
            let slope = libm::atan2(pooled * up, across);
            hold(radius * libm::sin(slope));
            (above, below, inside)
        };
        let (mut low, mut high) = (0.0, room / (2.0 * z));
        for _ in 0..60 {
            let up = f64::midpoint(low, high);
            let (above, below, inside) = extent(up);
            if inside && above + below <= room {
                low = up;
            } else {
                high = up;
            }
        }
        let (above, below, _) = extent(low);
        Self {
            origin: (left, top + above),
            radius,
            unit: (across, low),
            above,
            below,
            band,
        }
    }

    /// Where a precision and a standardised effect meet.
    pub(super) fn at(&self, (x, z): (f64, f64)) -> (f64, f64) {
        (
            self.origin.0 + x * self.unit.0,
            self.origin.1 - z * self.unit.1,
        )
    }

    /// The angle of the ray of an effect.
    pub(super) fn angle(&self, effect: f64) -> f64 {
        libm::atan2(effect * self.unit.1, self.unit.0)
    }

    /// A point at an angle, so far from the origin.
    pub(super) fn turned(&self, angle: f64, far: f64) -> (f64, f64) {
        (
            self.origin.0 + far * libm::cos(angle),
            self.origin.1 - far * libm::sin(angle),
        )
    }

    /// The effects at the ends of the arc: as far as studies, pooled interval and no effect go and
    /// a little further, but not above or below the figure.
    pub(super) fn effects(&self, plot: &Radial) -> (f64, f64) {
        let (_, [lo, hi]) = plot.pooled;
        let studies = plot.studies.iter().map(|study| study.effect);
        let null = plot.null.then_some(0.0);
        let all = studies.chain([lo, hi]).chain(null);
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        for effect in all.filter(|effect| effect.is_finite()) {
            (least, most) = (least.min(effect), most.max(effect));
        }
        let more = 0.06 * (most - least);
        let end = |points: f64| {
            let angle = libm::asin((points / self.radius).min(1.0)).min(STEEPEST);
            libm::tan(angle) * self.unit.0 / self.unit.1
        };
        (
            (least - more).max(-end(self.below)),
            (most + more).min(end(self.above)),
        )
    }

    /// A stretch of the arc, so far from the origin.
    pub(super) fn arc(&self, (lo, hi): (f64, f64), far: f64) -> Vec<(f64, f64)> {
        let (from, to) = (self.angle(lo), self.angle(hi));
        (0..=48)
            .map(|step| from + (to - from) * f64::from(step) / 48.0)
            .map(|angle| self.turned(angle, far))
            .collect()
    }

    /// The round effects on the arc: the angle and what is written there.
    pub(super) fn ticks(&self, plot: &Radial) -> Vec<(f64, String)> {
        let (lo, hi) = self.effects(plot);
        let pooling = |value: f64| if plot.log { libm::log(value) } else { value };
        let place = |value: f64| self.angle(pooling(value)) * self.radius;
        let ends = (scatter::shown(lo, plot.log), scatter::shown(hi, plot.log));
        crate::plot::forest::Axis::along(ends, plot.log, &place)
            .into_iter()
            .map(|(value, text)| (self.angle(pooling(value)), text))
            .filter(|(angle, _)| {
                // Clear of the scale below and of the names above.
                let up = (self.radius + AWAY) * libm::sin(*angle);
                up > 4.0 - self.below && up < self.above - 2.0
            })
            .collect()
    }
}
