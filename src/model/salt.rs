//! What keeps a hidden event from being guessed: 128 random bits inside of what is hashed.
//!
//! A vote has few words and its time is nearly known, so that without a salt whoever has its hash
//! finds the vote by trying all of them. Names of people are hashed with one as well.

use super::ids::{Digest, IdError};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::fmt;
use std::str::FromStr;

/// 128 bits; their text form is 32 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt(pub [u8; 16]);

impl Salt {
    /// The salt of line `line` of a file that anybody may have, so that a replay gives the same log:
    /// the first 128 bits of SHA-256 over the review's id, the digits of the file's digest and the
    /// line, each as its length (8 bytes, big-endian) and its bytes. It hides nothing from whoever
    /// has the file.
    ///
    /// ```
    /// use perennial::model::{Digest, Salt};
    /// let salt = Salt::derived("demo", Digest::of(b"report,phase"), 2);
    /// assert_eq!(salt.to_string(), "0f0b6f9865a52384e810599d192bcb03");
    /// ```
    pub fn derived(review: &str, file: Digest, line: u64) -> Self {
        let mut hasher = sha2::Sha256::new();
        for field in [review, &file.to_string(), &line.to_string()] {
            hasher.update((field.len() as u64).to_be_bytes());
            hasher.update(field.as_bytes());
        }
        let hash: [u8; 32] = hasher.finalize().into();
        let mut salt = [0; 16];
        for (to, from) in salt.iter_mut().zip(hash) {
            *to = from;
        }
        Self(salt)
    }

    /// SHA-256 over the salt and the bytes of a name.
    pub fn hash_name(&self, name: &str) -> Digest {
        let mut bytes = self.0.to_vec();
        bytes.extend_from_slice(name.as_bytes());
        Digest::of(&bytes)
    }
}

impl fmt::Display for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Salt {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError {
            text: text.to_owned(),
            expected: "a salt of 32 hexadecimal digits",
        };
        let digits = text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if !digits || text.len() != 32 {
            return Err(wrong());
        }
        let bits = u128::from_str_radix(text, 16).map_err(|_| wrong())?;
        Ok(Self(bits.to_be_bytes()))
    }
}

impl Serialize for Salt {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_salt_is_read_as_it_is_written() {
        let salt = Salt::derived("demo", Digest::of(b"x"), 7);
        assert_eq!(salt.to_string().parse(), Ok(salt));
        for wrong in ["", "0", &"g".repeat(32), &"A".repeat(32), &"0".repeat(33)] {
            assert!(wrong.parse::<Salt>().is_err(), "{wrong}");
        }
    }
}
