//! A number with its noun, as messages and reports say it.

/// "1 record", "2 records".
///
/// ```
/// use perennial::model::many;
/// assert_eq!(many(1, "study", "studies"), "1 study");
/// assert_eq!(many(0, "study", "studies"), "0 studies");
/// ```
pub fn many(n: u64, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}

/// Numbers as decimal texts, the shortest that give the same number back: canonical JSON holds no
/// floats.
pub mod exact {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    /// Writes a number as its decimal text.
    pub fn serialize<S: Serializer>(value: &f64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(value)
    }

    /// Reads the text again; what is not a finite number is refused.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.parse::<f64>().map_err(D::Error::custom)?;
        if number.is_finite() {
            Ok(number)
        } else {
            Err(D::Error::custom("not a finite number"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    #[derive(Serialize, Deserialize)]
    struct One(#[serde(with = "super::exact")] f64);

    #[test]
    fn a_number_written_as_text_is_the_same_number_again() {
        for number in [0.1 + 0.2, 1e-300, f64::MAX, -0.0, 5e-324, 0.532, 99.0] {
            let text = serde_json::to_string(&One(number)).unwrap();
            let One(again) = serde_json::from_str(&text).unwrap();
            assert_eq!(again.to_bits(), number.to_bits(), "{text}");
        }
        for text in ["\"inf\"", "\"NaN\"", "\"\"", "1.5"] {
            assert!(serde_json::from_str::<One>(text).is_err(), "{text}");
        }
    }
}
