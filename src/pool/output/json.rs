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
    if let Some((digits, shift)) = twelve(value)
        && let Some(ten) = TENS.get(shift)
    {
        let rounded = (digits / ten).copysign(value);
        // Adding 0 makes a negative zero positive.
        return rounded + 0.0;
    }
    if value.abs() <= 0.0 {
        return 0.0;
    }
    format!("{value:.11e}").parse().unwrap_or(value)
}

/// The twelve digits of a number's size as a whole number, and how many of them are decimals; nothing
/// outside 1e-10 and 1e11, where a product by an exact power of ten does not do it.
fn twelve(value: f64) -> Option<(f64, usize)> {
    let size = value.abs();
    if !(1e-10..1e11).contains(&size) {
        return None;
    }
    let above = TENS.iter().take_while(|ten| **ten <= size).count();
    let shift = if above > 0 {
        12 - above
    } else {
        11 + TENS.iter().take_while(|ten| **ten * size < 1.0).count()
    };
    let ten = TENS.get(shift)?;
    Some(((size * ten).round(), shift))
}

/// Room for a sign, twenty digits, and a point among them.
const ROOM: usize = 22;

/// The shortest text of the rounded number, where it is one without an exponent.
///
/// No two numbers of up to fifteen digits are one `f64`, so its twelve digits without their last zeros
/// are the shortest text that is read as the number, which any other writer would look for.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a whole number from 0 to 1e12, and two digits of it"
)]
fn plain(value: f64, text: &mut [u8; ROOM]) -> Option<&[u8]> {
    if value.abs() < 1e-5 {
        return None;
    }
    let (digits, decimals) = twelve(value)?;
    let digits = digits as u64;
    let (high, low) = (
        eight((digits / 100_000_000) as u32),
        eight((digits % 100_000_000) as u32),
    );
    let zeros = b"00000000";
    let ascii = |eight: u64| (eight + u64::from_le_bytes(*zeros)).to_le_bytes();
    text.get_mut(6..14)?.copy_from_slice(&ascii(high));
    text.get_mut(14..)?.copy_from_slice(&ascii(low));
    // The whole part goes one to the left to make place for the point.
    let point = ROOM - 1 - decimals;
    text.copy_within(1..=point, 0);
    *text.get_mut(point)? = b'.';
    let first = if digits < 1_000_000_000_000 { 9 } else { 8 };
    let begin = first.min(point - 1);
    let empty = if low == 0 {
        8 + high.leading_zeros() / 8
    } else {
        low.leading_zeros() / 8
    };
    let end = ROOM - (empty as usize).min(decimals - 1);
    if value < 0.0 {
        *text.get_mut(begin - 1)? = b'-';
        return text.get(begin - 1..end);
    }
    text.get(begin..end)
}

/// The eight decimal digits of a number below 1e8, a byte each, the first in the lowest.
fn eight(number: u32) -> u64 {
    let number = u64::from(number);
    // Two fours side by side, then four twos, then eight ones; the products divide by 100 and by 10.
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | ((twos - 10 * tens) << 8)
}

/// Any value as JSON text, compact.
pub fn compact<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    write(value, CompactFormatter)
}

/// Any value as JSON text, one line for each member.
pub fn pretty<T: Serialize>(value: &T) -> Result<String, serde_json::Error> {
    write(value, PrettyFormatter::new())
}

/// Any value as JSON text, compact, on a line of its own behind what is there.
pub fn line<T: Serialize>(value: &T, out: &mut Vec<u8>) -> Result<(), serde_json::Error> {
    value.serialize(&mut Serializer::with_formatter(
        &mut *out,
        Digits(CompactFormatter),
    ))?;
    out.push(b'\n');
    Ok(())
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
        match plain(value, &mut [b'0'; ROOM]) {
            Some(text) => writer.write_all(text),
            None => self.0.write_f64(writer, round(value)),
        }
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
    fn eight_digits_are_those_of_the_number() {
        let mut number = 0;
        while number < 100_000_000 {
            let digits = eight(number).to_le_bytes();
            let text: String = digits.iter().map(u8::to_string).collect();
            assert_eq!(text, format!("{number:08}"));
            number += 997;
        }
        assert_eq!(eight(99_999_999), u64::from_le_bytes([9; 8]));
    }

    #[test]
    fn a_plain_number_is_written_as_any_writer_writes_the_rounded_one() {
        let mut seed = 7_u64;
        let mut next = || {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            seed >> 11
        };
        let mut values = vec![
            0.0,
            -0.0,
            1.0,
            -1.0,
            10.0,
            99.0,
            100.0,
            1e-5,
            9.999_999_999_99e-6,
            9.999_999_999_999_9e-6,
            0.000_01,
            0.1,
            0.5,
            0.999_999_999_999_4,
            0.999_999_999_999_6,
            9.999_999_999_999_6,
            1e10,
            99_999_999_999.96,
            99_999_999_999.94,
            1e11,
            123_456_789_012.3,
            1e15,
            1e16,
            1e17,
            1e-10,
        ];
        for _ in 0..50_000 {
            let bits = f64::from(u32::try_from(next() >> 21).unwrap()) / f64::from(u32::MAX);
            let power = i32::try_from(next() % 30).unwrap() - 15;
            values.push((bits - 0.5) * 10f64.powi(power));
            // Few digits, as tables have them.
            let whole = f64::from(u32::try_from(next() % 100_000).unwrap());
            values.push(whole / 10f64.powi(power.rem_euclid(9)));
        }
        for value in values {
            assert_eq!(
                compact(&value).unwrap(),
                serde_json::to_string(&round(value)).unwrap()
            );
        }
    }

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
