//! What single studies do: leave one out, cumulative, influence, Baujat.
//!
//! Influence after Viechtbauer and Cheung 2010, Res Synth Methods 1:112; Baujat 2002, Stat Med 21:2641.

use super::effect::Unit;
use super::math::count;
use super::model::{Fit, How, effects, fit};
use super::result::{Baujat, Influence, Step};
use super::spec::Method;
use super::tau2::{Common, Likelihood, highest, scan_points};

/// The fits without each study in turn, in order; nothing where what is left cannot be pooled.
pub(crate) fn without_each(units: &[Unit], how: &How, full: &Fit) -> Vec<Option<Fit>> {
    if units.len() < 2 {
        return units.iter().map(|_| None).collect();
    }
    let variances = if matches!(how.method, Method::Reml | Method::Ml) && how.tau2.is_none() {
        likelihood_without_each(units, how.method, full.tau2)
    } else {
        units.iter().map(|_| how.tau2).collect()
    };
    let mut left: Vec<Unit> = units.iter().skip(1).copied().collect();
    let mut out = Vec::with_capacity(units.len());
    for (n, tau2) in variances.into_iter().enumerate() {
        out.push(fit(&left, &How { tau2, ..*how }));
        if let (Some(place), Some(unit)) = (left.get_mut(n), units.get(n)) {
            *place = *unit;
        }
    }
    out
}

/// τ² without each study: the scan's sums are made once for all studies and each study is taken
/// out of them; only the refining of the root looks at the studies again.
fn likelihood_without_each(units: &[Unit], method: Method, full: f64) -> Vec<Option<f64>> {
    let likelihood = if method == Method::Ml {
        Likelihood::Full
    } else {
        Likelihood::Restricted
    };
    let (y, v) = effects(units);
    if y.len() != units.len() || y.len() < 4 {
        return units.iter().map(|_| None).collect();
    }
    let centre = super::math::mean(&y);
    let points = scan_points(&Common { y: &y, v: &v });
    let sums: Vec<Sums> = points
        .iter()
        .map(|tau2| {
            let mut sums = Sums::default();
            for (y, v) in y.iter().zip(&v) {
                sums.add(y - centre, 1.0 / (v + tau2), 1.0);
            }
            sums
        })
        .collect();
    let (mut ys, mut vs) = (y.clone(), v.clone());
    let mut out = Vec::with_capacity(units.len());
    for (n, (here_y, here_v)) in y.iter().zip(&v).enumerate() {
        ys.remove(n);
        vs.remove(n);
        let scores = points.iter().zip(&sums).map(|(tau2, sums)| {
            let mut sums = *sums;
            sums.add(here_y - centre, 1.0 / (here_v + tau2), -1.0);
            sums.score(likelihood)
        });
        out.push(Some(highest(
            &Common { y: &ys, v: &vs },
            likelihood,
            &points,
            scores,
            Some(full),
        )));
        ys.insert(n, *here_y);
        vs.insert(n, *here_v);
    }
    out
}

/// Power sums of weights and estimates at one τ², from which the score follows.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    w: [f64; 3],
    wy: [f64; 3],
    wyy: [f64; 3],
}

impl Sums {
    fn add(&mut self, y: f64, w: f64, sign: f64) {
        let mut power = sign * w;
        for ((a, b), c) in self.w.iter_mut().zip(&mut self.wy).zip(&mut self.wyy) {
            *a += power;
            *b += power * y;
            *c += power * y * y;
            power *= w;
        }
    }

    fn score(&self, likelihood: Likelihood) -> (f64, f64) {
        let [w1, w2, w3] = self.w;
        let [y1, y2, y3] = self.wy;
        let [_, yy2, yy3] = self.wyy;
        let mu = y1 / w1;
        let cross = y2 - mu * w2;
        let squares = yy2 - 2.0 * mu * y2 + mu * mu * w2;
        let cubes = yy3 - 2.0 * mu * y3 + mu * mu * w3 - cross * cross / w1;
        let ratio = w2 / w1;
        match likelihood {
            Likelihood::Restricted => (
                0.5 * (squares - w1 + ratio),
                0.5 * (w2 - 2.0 * w3 / w1 + ratio * ratio) - cubes,
            ),
            Likelihood::Full => (0.5 * (squares - w1), 0.5 * w2 - cubes),
        }
    }
}

/// Leave one out: the pooled results without each study.
pub(crate) fn leave_one_out(names: &[&str], fits: &[Option<Fit>]) -> Vec<Step> {
    names
        .iter()
        .zip(fits)
        .filter_map(|(name, fit)| fit.as_ref().map(|fit| step(name, fit)))
        .collect()
}

/// Cumulative: the pooled results of the first study, the first two, and so on.
pub(crate) fn cumulative(names: &[&str], units: &[Unit], how: &How) -> Vec<Step> {
    names
        .iter()
        .enumerate()
        .filter_map(|(n, name)| {
            let so_far = units.get(..=n)?;
            fit(so_far, how).map(|fit| step(name, &fit))
        })
        .collect()
}

fn step(name: &str, fit: &Fit) -> Step {
    Step {
        study: name.to_owned(),
        estimate: fit.estimate,
        se: fit.se,
        ci: fit.ci,
        p: fit.p,
        tau2: fit.tau2,
        q: fit.q,
        i2: fit.i2,
    }
}

/// The influence set, with `fits` the fits without each study.
pub(crate) fn influence(
    names: &[&str],
    units: &[Unit],
    full: &Fit,
    fits: &[Option<Fit>],
) -> Vec<Influence> {
    names
        .iter()
        .zip(units)
        .zip(fits)
        .zip(&full.weights)
        .filter_map(|(((name, unit), without), weight)| {
            let effect = unit.effect?;
            let without = without.as_ref()?;
            let hat = weight / 100.0;
            let away = full.estimate - without.estimate;
            let spread = without.factor * (effect.vi + without.tau2);
            let residual = effect.yi - without.estimate;
            // What is 0 but for rounding is 0, as metafor has it.
            let residual = if residual.abs() < 100.0 * f64::EPSILON {
                0.0
            } else {
                residual
            };
            Some(Influence {
                study: (*name).to_owned(),
                rstudent: residual / (spread + without.se * without.se).sqrt(),
                dffits: away / (hat * spread).sqrt(),
                cook_d: away * away / (full.se * full.se),
                cov_r: without.se * without.se / (full.se * full.se),
                tau2_del: without.tau2,
                hat,
                weight: *weight,
            })
        })
        .collect()
}

/// Baujat's plot: squared Pearson residual against the squared standardised change of the result.
pub(crate) fn baujat(
    names: &[&str],
    units: &[Unit],
    full: &Fit,
    fits: &[Option<Fit>],
) -> Vec<Baujat> {
    names
        .iter()
        .zip(units)
        .zip(fits)
        .filter_map(|((name, unit), without)| {
            let effect = unit.effect?;
            let without = without.as_ref()?;
            let residual = effect.yi - full.estimate;
            let change = (without.estimate - full.estimate) / without.se;
            Some(Baujat {
                study: (*name).to_owned(),
                x: residual * residual / (full.tau2 + effect.vi),
                y: change * change,
            })
        })
        .collect()
}

/// Fail-safe numbers: Rosenthal 1979 at one-sided 5 %, Orwin 1983 for half the unweighted mean,
/// Rosenberg 2005 at two-sided 5 %. The Handbook (13.3.5.1) advises against all three.
pub(crate) fn fail_safe(units: &[Unit]) -> super::result::FailSafe {
    let (y, v) = effects(units);
    let k = count(y.len());
    let stouffer = y.iter().zip(&v).map(|(y, v)| y / v.sqrt()).sum::<f64>() / k.sqrt();
    let one_sided = super::dist::normal_quantile(0.95);
    let two_sided = super::dist::normal_critical(0.95);
    let sum: f64 = v.iter().map(|v| 1.0 / v).sum();
    let weighted: f64 = y.iter().zip(&v).map(|(y, v)| y / v).sum();
    let whole = |number: f64| {
        let number = number.max(0.0);
        if (number - number.round()).abs() >= 1.5e-8 {
            number.ceil()
        } else {
            number.round()
        }
    };
    super::result::FailSafe {
        rosenthal: whole(k * (stouffer / one_sided) * (stouffer / one_sided) - k),
        orwin: whole(k),
        rosenberg: whole(k * ((weighted / two_sided) * (weighted / two_sided) - sum) / sum),
    }
}
