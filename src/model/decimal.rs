//! A number as a publication prints it.
//!
//! How many decimals are printed says how far the number was rounded, and the checks need that:
//! `0.50` is anything from 0.495 to 0.505, `0.5` anything from 0.45 to 0.55 (design, section 10).
//! So the text is kept, and travels as text in the log, where no float may stand.

use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// The most digits a number may have: enough for any publication, and exact in 64 bits.
const DIGITS: usize = 15;

/// A decimal number with the digits that were printed.
///
/// ```
/// use perennial::model::Decimal;
/// let hazard: Decimal = "0.50".parse().unwrap();
/// assert_eq!(hazard.to_string(), "0.50");
/// assert_eq!(hazard.rounding(), (0.495, 0.505));
/// assert!(hazard.same(&"0.5".parse().unwrap()));
/// assert!("0,5".parse::<Decimal>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal {
    text: String,
    /// The digits as a whole number, with the sign.
    units: i64,
    /// Digits after the point.
    decimals: u32,
}

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a number: {reason}")]
pub struct DecimalError {
    text: String,
    reason: &'static str,
}

impl Decimal {
    /// The digits as a whole number: 50 for `0.50`.
    pub fn units(&self) -> i64 {
        self.units
    }

    /// How many digits stand after the point.
    pub fn decimals(&self) -> u32 {
        self.decimals
    }

    /// The text as printed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number for arithmetic.
    pub fn value(&self) -> f64 {
        // The text is digits with at most one point and fifteen digits: it always parses.
        self.text.parse().unwrap_or_default()
    }

    /// The least and the greatest number that would be printed like this.
    pub fn rounding(&self) -> (f64, f64) {
        // One more digit, a five: written as text, so that the bounds are the nearest floats.
        let bound = |units: i128| {
            let places = usize::try_from(self.decimals).unwrap_or_default() + 1;
            let sign = if units < 0 { "-" } else { "" };
            let digits = format!("{:0>width$}", units.unsigned_abs(), width = places + 1);
            let (whole, rest) = digits.split_at(digits.len().saturating_sub(places));
            format!("{sign}{whole}.{rest}").parse().unwrap_or_default()
        };
        let tenfold = i128::from(self.units) * 10;
        (bound(tenfold - 5), bound(tenfold + 5))
    }

    /// Whether both are the same number, however many zeros end them.
    pub fn same(&self, other: &Self) -> bool {
        self.compare(other) == Ordering::Equal
    }

    /// Which of the two numbers is greater, exactly.
    pub fn compare(&self, other: &Self) -> Ordering {
        let scaled = |of: &Self, by: &Self| i128::from(of.units) * 10_i128.pow(by.decimals);
        scaled(self, other).cmp(&scaled(other, self))
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.units < 0
    }
}

impl FromStr for Decimal {
    type Err = DecimalError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fault = |reason| DecimalError {
            text: text.to_owned(),
            reason,
        };
        let text = text.trim();
        let (negative, bare) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match bare.split_once('.') {
            Some((whole, fraction)) => (whole, Some(fraction)),
            None => (bare, None),
        };
        let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if bare.contains(',') {
            return Err(fault("write a decimal point and no commas"));
        }
        if !is_digits(whole) || !is_digits(fraction.unwrap_or_default()) {
            return Err(fault("digits, and at most one point, are allowed"));
        }
        if whole.is_empty() || fraction.is_some_and(str::is_empty) {
            return Err(fault("a digit must stand on both sides of the point"));
        }
        let digits = format!("{whole}{}", fraction.unwrap_or_default());
        if digits.len() > DIGITS {
            return Err(fault("more digits than any publication prints"));
        }
        let units: i64 = digits.parse().map_err(|_| fault("not a number"))?;
        if negative && units == 0 {
            return Err(fault("zero has no sign"));
        }
        let decimals = fraction.map_or(0, str::len);
        Ok(Self {
            text: text.to_owned(),
            units: if negative { -units } else { units },
            decimals: u32::try_from(decimals).unwrap_or_default(),
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for Decimal {
    type Error = DecimalError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(decimal: Decimal) -> Self {
        decimal.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_number_keeps_its_digits_and_gives_its_rounding() {
        assert_eq!(decimal("83.8").rounding(), (83.75, 83.85));
        assert_eq!(decimal("-0.05").rounding(), (-0.055, -0.045));
        assert_eq!(decimal("0").rounding(), (-0.5, 0.5));
        assert_eq!(decimal("14").rounding(), (13.5, 14.5));
        assert_eq!(decimal("-1.50").value().to_string(), "-1.5");
        assert_eq!(decimal("0.40").compare(&decimal("0.4")), Ordering::Equal);
        assert_eq!(decimal("-2").compare(&decimal("-1.99")), Ordering::Less);
    }

    #[test]
    fn texts_that_are_no_plain_number_say_why() {
        for (text, reason) in [
            ("0,53", "write a decimal point"),
            ("1e3", "digits, and at most one point"),
            ("inf", "digits, and at most one point"),
            ("NaN", "digits, and at most one point"),
            ("1.2.3", "digits, and at most one point"),
            (".5", "a digit must stand on both sides"),
            ("5.", "a digit must stand on both sides"),
            ("", "a digit must stand on both sides"),
            ("-", "a digit must stand on both sides"),
            ("-0.0", "zero has no sign"),
            ("1234567890123456", "more digits"),
        ] {
            let error = text.parse::<Decimal>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn it_travels_as_text() {
        let json = serde_json::to_string(&decimal("0.50")).unwrap();
        assert_eq!(json, "\"0.50\"");
        assert_eq!(
            serde_json::from_str::<Decimal>(&json).unwrap().as_str(),
            "0.50"
        );
        assert!(serde_json::from_str::<Decimal>("\"x\"").is_err());
    }
}
