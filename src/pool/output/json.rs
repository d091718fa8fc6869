//! JSON with at most 12 significant digits, so that the bytes agree on every platform.

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};
use std::io::{self, Write};

/// Powers of ten that are exact.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

/// The number with 12 significant digits that is nearest; its shortest text has no more.
///
/// ```
/// assert_eq!(perennial::pool::json::round(0.1 + 0.2), 0.3);
/// assert_eq!(perennial::pool::json::round(-745.17777084369649), -745.177770844);
/// ```
pub fn round(value: f64) -> f64 {
    let size = value.abs();
    // Between 1e-10 and 1e11 a product and a quotient by an exact power of ten do it.
    if (1e-10..1e11).contains(&size) {
        let above = TENS.iter().take_while(|ten| **ten <= size).count();
        let shift = if above > 0 {
            12 - above
        } else {
            let below = TENS.iter().take_while(|ten| **ten * size < 1.0).count();
            11 + below
        };
        if let Some(ten) = TENS.get(shift) {
            let rounded = (value * ten).round() / ten;
            // Adding 0 makes a negative zero positive.
            return rounded + 0.0;
        }
    }
    if size <= 0.0 {
        return 0.0;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// Any value as JSON text, compact.
pub fn compact<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    write(value, CompactFormatter)
}

/// Any value as JSON text, one line for each member.
pub fn pretty<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    write(value, PrettyFormatter::new())
}

fn write<T: Serialize, F: Formatter>(value: &T, inner: F) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::with_capacity(2048);
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Digits(inner)))?;
    String::from_utf8(bytes).map_err(serde::ser::Error::custom)
}

/// A formatter that rounds every number that is not an integer.
struct Digits<F>(F);

impl<F: Formatter> Formatter for Digits<F> {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.0.write_f64(writer, round(value))
    }
    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(w, first)
    }
    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + Write>(&mut self, w: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(w, first)
    }
    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_has_more_than_twelve_digits() {
        let mut value: f64 = 1.234_567_890_123_456_7e-300;
        while value < 1e300 {
            for number in [value, -value, value.sqrt(), value * 8.100_000_000_000_01] {
                let text = compact(&number).unwrap();
                let mantissa = text.split(['e', 'E']).next().unwrap();
                let digits = mantissa
                    .trim_start_matches(['-', '0', '.'])
                    .replace('.', "");
                assert!(digits.trim_end_matches('0').len() <= 12, "{text}");
                let back: f64 = text.parse().unwrap();
                assert!((back / number - 1.0).abs() < 6e-12, "{text}");
            }
            value *= 7.3;
        }
        assert_eq!(
            compact(&[0.0, -0.0, 1.0, 0.5]).unwrap(),
            "[0.0,0.0,1.0,0.5]"
        );
    }
}
