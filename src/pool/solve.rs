//! Roots between two bounds: Newton steps while they stay inside, bisection otherwise, so that a
//! root that is bracketed is always found.

/// The root of a function that falls from positive at `low` to not positive at `high`.
///
/// `f` gives value and derivative. `origin` is a number below `low`: the bracket is halved in the
/// logarithm of the distance to it, since what is sought (a variance) may be of any size.
pub(crate) fn falling_root(
    mut low: f64,
    mut high: f64,
    origin: f64,
    start: Option<f64>,
    mut f: impl FnMut(f64) -> (f64, f64),
) -> f64 {
    let middle = |low: f64, high: f64| origin + ((low - origin) * (high - origin)).sqrt();
    let mut x = start
        .filter(|x| *x > low && *x < high)
        .unwrap_or_else(|| middle(low, high));
    for round in 0..400 {
        let (value, slope) = f(x);
        if value > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - value / slope;
        let inside = slope < 0.0 && newton >= low && newton <= high && round < 60;
        let next = if inside { newton } else { middle(low, high) };
        if (next - x).abs() <= 1e-16 * (x - origin).abs().max(x.abs()) {
            return next;
        }
        x = next;
    }
    x
}

/// The x between `low` and `high` where `f` is lowest, by golden section.
pub(crate) fn lowest(mut low: f64, mut high: f64, rounds: usize, f: impl Fn(f64) -> f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_8;
    let mut left = high - GOLDEN * (high - low);
    let mut right = low + GOLDEN * (high - low);
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..rounds {
        if at_left <= at_right {
            high = right;
            (right, at_right) = (left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = f(left);
        } else {
            low = left;
            (left, at_left) = (right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = f(right);
        }
    }
    f64::midpoint(low, high)
}

/// The root of a function with different signs at `low` and `high`, by bisection.
pub(crate) fn bisect(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let rising = f(low) <= 0.0;
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if (f(middle) <= 0.0) == rising {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_found_over_many_orders_of_magnitude() {
        for exponent in -12..12 {
            let want = 3.0 * 10f64.powi(exponent);
            let got = falling_root(0.0, 1e15, -1e-9, None, |x| (want - x, -1.0));
            assert!(
                (got - want).abs() <= 1e-15 * (want + 1e-9),
                "{got:e} {want:e}"
            );
            let cubic = |x: f64| (1.0 - (x / want).powi(3), -3.0 * x * x / want.powi(3));
            let got = falling_root(0.0, 1e15, -1e-9, None, cubic);
            assert!(
                (got - want).abs() <= 1e-14 * (want + 1e-9),
                "{got:e} {want:e}"
            );
        }
        assert!((bisect(0.0, 9.0, |x| x * x - 2.0) - 2f64.sqrt()).abs() < 1e-15);
        assert!((lowest(-3.0, 9.0, 80, |x| (x - 2.0).powi(2)) - 2.0).abs() < 1e-7);
    }
}
