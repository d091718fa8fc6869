//! A number as it is printed, and the interval of values that it stands for.
//!
//! A number with d decimals stands for itself ± 0.5·10^-d; `< x` for everything up to x, `> x` for
//! everything from x on; a range for all between its ends. Arithmetic on intervals then gives every
//! value that the printed numbers allow, so that an alarm is raised only where none of them fits
//! (Moore, Kearfott and Cloud, Introduction to Interval Analysis, 2009).

use crate::pool::math::{exp, ln, pow};
use serde::{Serialize, Serializer};

/// Every real number between two ends, the ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Span {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// What two ends may differ by and still touch: a share of their size.
const TOUCH: f64 = 1e-9;

impl Span {
    /// The values between two numbers, in either order.
    pub fn new(a: f64, b: f64) -> Self {
        Self {
            low: a.min(b),
            high: a.max(b),
        }
    }

    /// One value.
    pub fn point(x: f64) -> Self {
        Self { low: x, high: x }
    }

    /// What lies between two bounds as well; the nearer bound where nothing does.
    #[must_use]
    pub fn clip(self, low: f64, high: f64) -> Self {
        Self {
            low: self.low.max(low).min(high),
            high: self.high.min(high).max(low),
        }
    }

    /// Whether some value lies in both, ends that touch within a billionth counted.
    pub fn meets(self, other: Self) -> bool {
        let slack = |x: f64, y: f64| TOUCH * x.abs().max(y.abs()).max(1e-3);
        self.low <= other.high + slack(self.low, other.high)
            && other.low <= self.high + slack(other.low, self.high)
    }

    /// Whether a value lies in it, the ends counted as in [`Span::meets`].
    pub fn holds(self, x: f64) -> bool {
        self.meets(Self::point(x))
    }

    /// How far apart two spans are; 0 where they meet.
    pub fn gap(self, other: Self) -> f64 {
        if self.meets(other) {
            0.0
        } else {
            (self.low - other.high).max(other.low - self.high)
        }
    }

    /// The middle.
    pub fn middle(self) -> f64 {
        f64::midpoint(self.low, self.high)
    }

    /// From end to end.
    pub fn width(self) -> f64 {
        self.high - self.low
    }

    /// The smallest span that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self {
            low: self.low.min(other.low),
            high: self.high.max(other.high),
        }
    }

    /// Wider by `by` at both ends.
    #[must_use]
    pub fn wider(self, by: f64) -> Self {
        Self {
            low: self.low - by,
            high: self.high + by,
        }
    }

    /// Multiplied by a number.
    #[must_use]
    pub fn times(self, x: f64) -> Self {
        Self::new(self.low * x, self.high * x)
    }

    /// The product of any value of one and any of the other.
    #[must_use]
    pub fn by(self, other: Self) -> Self {
        let ends = [
            self.low * other.low,
            self.low * other.high,
            self.high * other.low,
            self.high * other.high,
        ];
        Self {
            low: ends.iter().copied().fold(f64::INFINITY, f64::min),
            high: ends.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        }
    }

    /// The quotient of a value of one and one of the other; nothing where the divisor may be 0.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.low <= 0.0 && other.high >= 0.0 {
            return None;
        }
        Some(self.by(Self::new(1.0 / other.low, 1.0 / other.high)))
    }

    /// The size of the values, without their sign.
    #[must_use]
    pub fn abs(self) -> Self {
        if self.low <= 0.0 && self.high >= 0.0 {
            Self {
                low: 0.0,
                high: self.high.max(-self.low),
            }
        } else {
            Self::new(self.low.abs(), self.high.abs())
        }
    }

    /// What a rising function makes of it.
    #[must_use]
    pub fn rising(self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            low: f(self.low),
            high: f(self.high),
        }
    }

    /// What a falling function makes of it.
    #[must_use]
    pub fn falling(self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            low: f(self.high),
            high: f(self.low),
        }
    }

    /// The logarithms of what lies above 0; nothing where nothing does.
    pub fn ln(self) -> Option<Self> {
        if self.high <= 0.0 {
            return None;
        }
        let low = if self.low > 0.0 {
            ln(self.low)
        } else {
            f64::NEG_INFINITY
        };
        Some(Self {
            low,
            high: ln(self.high),
        })
    }

    /// The exponentials.
    #[must_use]
    pub fn exp(self) -> Self {
        self.rising(exp)
    }

    /// The square roots of what lies at or above 0.
    #[must_use]
    pub fn sqrt(self) -> Self {
        self.rising(|x| x.max(0.0).sqrt())
    }

    /// The middle as a reader sees it: four significant digits.
    pub fn about(self) -> String {
        short(self.middle())
    }

    /// The ends as a reader sees them: four significant digits.
    pub fn words(self) -> String {
        let (low, high) = (short(self.low), short(self.high));
        if low == high {
            low
        } else {
            format!("{low} to {high}")
        }
    }
}

impl std::ops::Add for Span {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            low: self.low + other.low,
            high: self.high + other.high,
        }
    }
}

impl std::ops::Sub for Span {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            low: self.low - other.high,
            high: self.high - other.low,
        }
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let end = |x: f64| x.is_finite().then_some(x);
        [end(self.low), end(self.high)].serialize(serializer)
    }
}

/// A number with four significant digits, without zeros that say nothing; small ones as a power.
pub fn short(x: f64) -> String {
    if x.is_nan() {
        return "undefined".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞" } else { "−∞" }.into();
    }
    let size = x.abs();
    if size < 1e-300 {
        return "0".into();
    }
    if size < 5e-5 {
        return format!("{x:.1e}").replace('-', "−");
    }
    let whole = (ln(size) / std::f64::consts::LN_10 + 1e-12).floor();
    let decimals = if whole >= 3.0 { 0.0 } else { 3.0 - whole };
    let mut text = (0_usize..9)
        .find(|d| f64::from(u8::try_from(*d).unwrap_or(9)) >= decimals)
        .map_or_else(|| format!("{x:.9}"), |d| format!("{x:.d$}"));
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    text.replace('-', "−")
}

/// Whether a printed number is a value or a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `0.05`: about this value.
    About,
    /// `<0.05`, `≤0.05`: at most this value.
    Below,
    /// `>0.05`, `≥0.05`: at least this value.
    Above,
    /// `0.01–0.05`: between two values.
    Between,
}

/// What a comma between digits means in a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Comma {
    /// Each number by itself: `1,234` is a thousand and more, `0,05` and `1,5` are not.
    #[default]
    Each,
    /// It parts thousands.
    Thousands,
    /// It parts decimals; a point then parts thousands.
    Decimals,
}

impl Comma {
    /// What the cells of a table, read together, say: `0,62` and `1,5` speak for decimals, `0.62` and
    /// `1,234.5` for thousands, `1,234` and `1.234` for neither. Where both are there, or neither, each
    /// number is read by itself.
    pub fn of<'a>(cells: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut decimals, mut points) = (false, false);
        for cell in cells {
            for run in runs(cell) {
                let commas = run.matches(',').count();
                let dots = run.matches(['.', '\u{b7}', '\u{2219}', '\u{22c5}']).count();
                let three = |sign: char| {
                    let mut parts = run.split(sign);
                    let first = parts.next().unwrap_or("");
                    (1..=3).contains(&first.len())
                        && !first.starts_with('0')
                        && parts.all(|part| part.len() == 3)
                };
                match (commas, dots) {
                    (1, 0) if !three(',') => decimals = true,
                    (0, 1) if !three('.') => points = true,
                    // The later sign parts the decimals: 1,234.5 and 1.234,5.
                    (1.., 1) if run.rfind(',') < run.rfind('.') => points = true,
                    (1, 1..) if run.rfind('.') < run.find(',') => decimals = true,
                    (1.., 2..) => points = true,
                    _ => {}
                }
            }
        }
        match (decimals, points) {
            (true, false) => Self::Decimals,
            (false, true) => Self::Thousands,
            _ => Self::Each,
        }
    }
}

/// Digits with points and commas between them.
fn runs(cell: &str) -> impl Iterator<Item = &str> {
    let sign = |c: char| matches!(c, '.' | ',' | '\u{b7}' | '\u{2219}' | '\u{22c5}');
    cell.split(move |c: char| !c.is_ascii_digit() && !sign(c))
        .map(move |run| run.trim_matches(sign))
        .filter(|run| !run.is_empty())
}

/// A number as printed.
#[derive(Debug, Clone, PartialEq)]
pub struct Printed {
    /// As typed.
    pub text: String,
    /// The number; of a range its lower end.
    pub value: f64,
    /// Decimals that are printed; negative where the last digits are no more than a power of ten.
    pub decimals: i32,
    /// Value or bound.
    pub sign: Sign,
    /// The upper end of a range.
    upper: f64,
}

impl Printed {
    /// Reads a printed number: signs, `<` and `>`, thousands, decimal commas and raised points,
    /// per cent, powers of ten, ranges. Nothing where it holds no number (`NR`, `—`, `NS`).
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_as(text, Comma::Each)
    }

    /// The same where the table says what a comma means.
    pub fn parse_as(text: &str, comma: Comma) -> Option<Self> {
        let plain = plain(text);
        let number = |text: &str| number(text, comma);
        let (sign, rest) = match plain.chars().next()? {
            '<' | '≤' | '⩽' => (Sign::Below, plain.get(plain.chars().next()?.len_utf8()..)?),
            '>' | '≥' | '⩾' => (Sign::Above, plain.get(plain.chars().next()?.len_utf8()..)?),
            '=' | '≈' | '~' => (Sign::About, plain.get(plain.chars().next()?.len_utf8()..)?),
            _ => (Sign::About, plain.as_str()),
        };
        let rest = rest.trim_start_matches(['=', '~']);
        let made = |value, decimals, sign, upper| {
            Some(Self {
                text: text.trim().to_owned(),
                value,
                decimals,
                sign,
                upper,
            })
        };
        if let Some((value, decimals)) = number(rest) {
            return made(value, decimals, sign, value);
        }
        // A range: the dash that parts two numbers is none of their signs.
        for (at, _) in rest.match_indices('-').filter(|(at, _)| *at > 0) {
            let (low, high) = (rest.get(..at)?, rest.get(at + 1..)?);
            if let (Some((low, d)), Some((high, e))) = (number(low), number(high))
                && low <= high
            {
                return made(low, d.max(e), Sign::Between, high);
            }
        }
        None
    }

    /// A p-value that is printed in words: `NS` says 0.05 or more.
    pub fn p_value(text: &str, comma: Comma) -> Option<Self> {
        let word = text.trim().to_lowercase();
        let said = [
            "ns",
            "n.s.",
            "n.s",
            "p=ns",
            "p = ns",
            "not significant",
            "non-significant",
            "nonsignificant",
        ];
        if said.contains(&word.as_str()) {
            return Some(Self {
                text: text.trim().to_owned(),
                value: 0.05,
                decimals: 2,
                sign: Sign::Above,
                upper: 0.05,
            });
        }
        Self::parse_as(text, comma)
    }

    /// A proportion as a percentage; the text stays as printed.
    #[must_use]
    pub fn times_hundred(&self) -> Self {
        Self {
            text: self.text.clone(),
            value: self.value * 100.0,
            decimals: self.decimals - 2,
            sign: self.sign,
            upper: self.upper * 100.0,
        }
    }

    /// The two numbers of a range.
    pub fn ends(&self) -> Option<[f64; 2]> {
        (self.sign == Sign::Between).then_some([self.value, self.upper])
    }

    /// Half of the last printed digit.
    pub fn half(&self) -> f64 {
        0.5 * self.unit()
    }

    /// One in the last printed digit.
    pub fn unit(&self) -> f64 {
        pow(10.0, -f64::from(self.decimals))
    }

    /// Every value that rounds to what is printed.
    pub fn span(&self) -> Span {
        match self.sign {
            Sign::About => Span::new(self.value - self.half(), self.value + self.half()),
            Sign::Between => Span::new(self.value - self.half(), self.upper + self.half()),
            Sign::Below => Span {
                low: f64::NEG_INFINITY,
                high: self.value,
            },
            Sign::Above => Span {
                low: self.value,
                high: f64::INFINITY,
            },
        }
    }

    /// Every value that gives what is printed where digits are cut off and not rounded.
    pub fn cut(&self) -> Span {
        match self.sign {
            Sign::About if self.value < 0.0 => Span::new(self.value - self.unit(), self.value),
            Sign::About => Span::new(self.value, self.value + self.unit()),
            _ => self.span(),
        }
    }

    /// Every value that rounding or cutting makes of what is printed.
    pub fn either(&self) -> Span {
        self.span().hull(self.cut())
    }

    /// As a probability: between 0 and 1.
    pub fn probability(&self) -> Span {
        self.span().clip(0.0, 1.0)
    }

    /// As a share of a hundred: between 0 and 100.
    pub fn percent(&self) -> Span {
        self.span().clip(0.0, 100.0)
    }

    /// The whole number, where it is one.
    pub fn whole(&self) -> Option<i64> {
        let is = self.sign == Sign::About && self.decimals <= 0 && self.value.abs() < 9e15;
        is.then(|| self.value.round()).map(|x| {
            #[expect(clippy::cast_possible_truncation, reason = "below 9e15 and whole")]
            let whole = x as i64;
            whole
        })
    }
}

/// The text with one spelling of each sign, without blanks, letters of `p =` and per cent signs.
fn plain(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let lower = lower
        .strip_prefix("p")
        .or_else(|| {
            lower
                .strip_prefix("i²")
                .or_else(|| lower.strip_prefix("i2"))
        })
        .filter(|rest| rest.trim_start().starts_with(['=', '<', '>', '≤', '≥']))
        .unwrap_or(&lower);
    let lower = lower.replace("&lt;", "<").replace("&gt;", ">");
    // Marks of footnotes belong to the table, not to the number.
    let lower = lower.trim_end_matches(['*', '†', '‡', '§', '¶', '#', ' ']);
    lower
        .chars()
        .filter_map(|c| match c {
            '\u{2212}' | '\u{2010}'..='\u{2015}' | '\u{fe63}' | '\u{ff0d}' => Some('-'),
            '\u{b7}' | '\u{2219}' | '\u{22c5}' => Some('.'),
            '%' => None,
            c if c.is_whitespace() || c == '\u{202f}' || c == '\u{2009}' => None,
            '\'' | '\u{2019}' => None,
            c => Some(c),
        })
        .collect::<String>()
        .replace("to", "-")
}

/// A number without sign of comparison, and its decimals.
fn number(text: &str, comma: Comma) -> Option<(f64, i32)> {
    // Powers of ten: 1.2e-5, 1.2×10-5, 10^-5.
    for mark in ["×10^", "x10^", "*10^", "×10", "x10", "*10", "e"] {
        if let Some((head, power)) = text.split_once(mark) {
            let power: i32 = power.parse().ok().filter(|p: &i32| p.abs() < 300)?;
            let (value, decimals) = number(head, comma)?;
            return Some((value * pow(10.0, f64::from(power)), decimals - power));
        }
    }
    if let Some(power) = text.strip_prefix("10^") {
        let power: i32 = power.parse().ok().filter(|p: &i32| p.abs() < 300)?;
        return Some((pow(10.0, f64::from(power)), -power));
    }
    let (minus, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = separated(digits, comma)?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let decimals = digits.split_once('.').map_or(0, |(_, after)| after.len());
    if digits == "." || decimals > 300 {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    let value = if minus { -value } else { value };
    // A number that a program wrote out in full is no truer than its eighth digit.
    let significant = digits
        .trim_start_matches(['0', '.'])
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    let decimals = decimals - significant.saturating_sub(8).min(decimals);
    value
        .is_finite()
        .then_some((value, i32::try_from(decimals).ok()?))
}

/// Digits with a decimal point at most: commas that part thousands go, one that parts decimals
/// becomes a point (`1,234` is a thousand and more, `0,05` and `1,5` are not).
fn separated(digits: &str, comma: Comma) -> Option<String> {
    if comma == Comma::Decimals {
        // The two signs change places; a point that parts no thousands is a decimal point all the same.
        let single = digits.matches('.').count() == 1 && !digits.contains(',');
        let groups = digits
            .split_once('.')
            .is_some_and(|(first, rest)| rest.len() == 3 && !first.starts_with('0'));
        if single && !groups {
            return Some(digits.to_owned());
        }
        let turned: String = digits
            .chars()
            .map(|c| match c {
                '.' => ',',
                ',' => '.',
                c => c,
            })
            .collect();
        return separated(&turned, Comma::Thousands);
    }
    let commas = digits.matches(',').count();
    if commas == 0 {
        return (digits.matches('.').count() < 2).then(|| digits.to_owned());
    }
    let parts: Vec<&str> = digits.split(',').collect();
    let (first, rest) = parts.split_first()?;
    let groups = rest.iter().enumerate().all(|(n, part)| {
        let whole = if n + 1 == rest.len() {
            part.split('.').next().unwrap_or(part)
        } else {
            part
        };
        whole.len() == 3
    });
    let thousands = groups && (1..=3).contains(&first.len()) && !first.starts_with('0');
    if thousands {
        return Some(digits.replace(',', ""));
    }
    (commas == 1 && !digits.contains('.') && comma == Comma::Each).then(|| digits.replace(',', "."))
}

impl Serialize for Printed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.text.serialize(serializer)
    }
}

impl std::fmt::Display for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(text: &str) -> (f64, f64) {
        let span = Printed::parse(text).unwrap().span();
        (span.low, span.high)
    }

    fn near(text: &str, low: f64, high: f64) {
        let (a, b) = span(text);
        let close =
            |x: f64, y: f64| (x - y).abs() < 1e-9 || (x.is_infinite() && x.signum() == y.signum());
        assert!(close(a, low) && close(b, high), "{text}: {a} to {b}");
    }

    #[test]
    fn a_printed_number_stands_for_what_rounds_to_it() {
        near("0.05", 0.045, 0.055);
        near(".05", 0.045, 0.055);
        near("0·05", 0.045, 0.055);
        near("0,05", 0.045, 0.055);
        near("62", 61.5, 62.5);
        near("62%", 61.5, 62.5);
        near("62.0 %", 61.95, 62.05);
        near("1,234", 1233.5, 1234.5);
        near("1 234", 1233.5, 1234.5);
        near("12,345.6", 12345.55, 12345.65);
        near("1,5", 1.45, 1.55);
        near("0,123", 0.1225, 0.1235);
        near("\u{2212}0.47", -0.475, -0.465);
        near("–0.47", -0.475, -0.465);
        near("1.2e-5", 1.15e-5, 1.25e-5);
        near("1.2 × 10−5", 1.15e-5, 1.25e-5);
        near("0.000", -0.0005, 0.0005);
        near("0.03*", 0.025, 0.035);
        near("12 †", 11.5, 12.5);
    }

    #[test]
    fn bounds_and_ranges() {
        near("<0.001", f64::NEG_INFINITY, 0.001);
        near("< .001", f64::NEG_INFINITY, 0.001);
        near("p < 0.001", f64::NEG_INFINITY, 0.001);
        near("P=0.03", 0.025, 0.035);
        near("≥0.05", 0.05, f64::INFINITY);
        near("> 0.05", 0.05, f64::INFINITY);
        near("0.01-0.05", 0.005, 0.055);
        near("−0.9 to −0.1", -0.95, -0.05);
        near("<10^-5", f64::NEG_INFINITY, 1e-5);
        let p = Printed::parse("<0.001").unwrap().probability();
        assert!(p.low.abs() < 1e-12 && (p.high - 0.001).abs() < 1e-12);
    }

    #[test]
    fn a_table_says_what_its_commas_mean() {
        let of = |cells: &[&str]| Comma::of(cells.iter().copied());
        assert_eq!(of(&["1,112", "0,901", "2,372"]), Comma::Decimals);
        assert_eq!(
            of(&["1,234 (1,101\u{2013}1,383)", "0,853 (0,742; 0,981)"]),
            Comma::Decimals
        );
        assert_eq!(of(&["1,234", "0.75"]), Comma::Thousands);
        assert_eq!(of(&["1,234.5", "2,000"]), Comma::Thousands);
        assert_eq!(of(&["1.234,5"]), Comma::Decimals);
        assert_eq!(of(&["1,234", "5"]), Comma::Each);
        assert_eq!(of(&["0,62", "0.71"]), Comma::Each);
        assert_eq!(of(&["(0.36,0.95)"]), Comma::Thousands);
        assert_eq!(
            of(&["0\u{b7}853 (0\u{b7}742\u{2013}0\u{b7}981)"]),
            Comma::Thousands
        );
        let read =
            |text: &str| Printed::parse_as(text, Comma::Decimals).map(|p| (p.value, p.decimals));
        assert_eq!(read("1,112"), Some((1.112, 3)));
        assert_eq!(read("1.234,5"), Some((1234.5, 1)));
        assert_eq!(read("12.345"), Some((12345.0, 0)));
        assert_eq!(read("0.75"), Some((0.75, 2)));
        assert_eq!(read("-2,023"), Some((-2.023, 3)));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in [
            "", "NR", "NA", "—", "-", "NS", "n/a", ".", "1.2.3", "inf", "nan", "1,23,4",
        ] {
            assert_eq!(Printed::parse(text), None, "{text}");
        }
    }

    #[test]
    fn cut_digits_reach_one_unit_up() {
        let p = Printed::parse("0.17").unwrap();
        assert!(p.cut().holds(0.178) && !p.span().holds(0.178));
        let m = Printed::parse("-0.17").unwrap();
        assert!(m.cut().holds(-0.178) && !m.cut().holds(-0.168));
    }

    mod properties {
        use super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn what_is_rounded_lies_in_the_span(x in -1e4..1e4_f64, d in 0_usize..5) {
                let printed = Printed::parse(&format!("{x:.d$}")).unwrap();
                prop_assert!(printed.span().holds(x));
                prop_assert!((printed.span().width() - printed.unit()).abs() < 1e-9);
            }

            #[test]
            fn arithmetic_holds_every_point(a in -50.0..50.0_f64, b in -50.0..50.0_f64,
                    c in 0.1..50.0_f64, u in 0.0..1.0_f64, v in 0.0..1.0_f64, w in 0.0..4.0_f64) {
                let (x, y) = (Span::new(a, b), Span::new(c, c + w));
                let (p, q) = (x.low + u * x.width(), y.low + v * y.width());
                prop_assert!((x + y).holds(p + q));
                prop_assert!((x - y).holds(p - q));
                prop_assert!(x.by(y).holds(p * q));
                prop_assert!(x.over(y).unwrap().holds(p / q));
                prop_assert!(x.abs().holds(p.abs()));
                prop_assert!(y.ln().unwrap().holds(q.ln()));
                prop_assert!(y.sqrt().holds(q.sqrt()));
                prop_assert!(x.hull(y).holds(p) && x.hull(y).holds(q));
                prop_assert_eq!(x.meets(y), y.meets(x));
                prop_assert_eq!(x.gap(y) > 0.0, !x.meets(y));
            }

            #[test]
            fn any_text_is_read_or_refused(text in "\\PC{0,12}") {
                if let Some(printed) = Printed::parse(&text) {
                    prop_assert!(printed.value.is_finite());
                    prop_assert!(printed.span().low <= printed.span().high);
                }
            }
        }
    }
}
