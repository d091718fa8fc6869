//! Tokens and passwords.
//!
//! A token is 256 random bits, kept as its SHA-256; a password is kept as argon2id makes it with
//! the parameters of OWASP's password storage page (19 MiB, two passes, one lane).

use crate::model::Digest;
use argon2::{Algorithm, Argon2, Params, Version};
use std::fmt::Write as _;

/// A token that was just made; only its digest is kept.
#[derive(Debug, Clone)]
pub struct Secret(String);

impl Secret {
    /// Draws a new one; `None` where the machine gives no random bits.
    pub fn draw() -> Option<Self> {
        let mut bytes = [0u8; 32];
        getrandom::fill(&mut bytes).ok()?;
        Some(Self(hex(&bytes)))
    }

    /// What its holder is given.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// What is kept.
    pub fn digest(&self) -> Digest {
        digest(&self.0)
    }
}

/// The address at which an invited person sets a password.
pub fn invite_address(public: &str, secret: &Secret) -> String {
    format!("{}/i/{}", public.trim_end_matches('/'), secret.text())
}

/// What is kept of a token.
pub(super) fn digest(token: &str) -> Digest {
    Digest::of(token.as_bytes())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing into a text cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Kibibytes and passes; [`PASSES`] is what a dummy costs too.
const MEMORY: u32 = 19_456;
const PASSES: u32 = 2;
const KIND: &str = "argon2id";

fn derived(password: &str, salt: &[u8], memory: u32, passes: u32) -> Option<[u8; 32]> {
    let params = Params::new(memory, passes, 1, Some(32)).ok()?;
    let mut out = [0u8; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut out)
        .ok()?;
    Some(out)
}

/// What is kept of a password: `argon2id$19456$2$SALT$HASH`.
pub(super) fn kept(password: &str) -> Option<String> {
    let mut salt = [0u8; 16];
    getrandom::fill(&mut salt).ok()?;
    let hash = derived(password, &salt, MEMORY, PASSES)?;
    Some(format!(
        "{KIND}${MEMORY}${PASSES}${}${}",
        hex(&salt),
        hex(&hash)
    ))
}

/// Whether a password is the one that was kept. Without one it costs the same and is `false`.
pub(super) fn is_right(password: &str, kept: Option<&str>) -> bool {
    let read = |kept: &str| {
        let mut parts = kept.split('$');
        let kind = parts.next()?;
        let memory: u32 = parts.next()?.parse().ok()?;
        let passes: u32 = parts.next()?.parse().ok()?;
        let salt = unhex(parts.next()?)?;
        let hash = unhex(parts.next()?)?;
        (kind == KIND).then_some((memory, passes, salt, hash))
    };
    match kept.and_then(read) {
        Some((memory, passes, salt, hash)) => {
            derived(password, &salt, memory, passes).is_some_and(|found| equal(&found, &hash))
        }
        None => {
            let made = derived(password, &[7; 16], MEMORY, PASSES);
            // The work is done for its cost alone.
            std::hint::black_box(made);
            false
        }
    }
}

/// Compares without telling by its time how much agrees.
fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

/// Shortest and longest password, in characters.
const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// Words that many passwords are made of: a password that is one of them, repeated or with digits
/// and signs around it, is refused.
const COMMON: &str = include_str!("common.txt");

/// Why a password is not taken.
pub(super) fn refused(password: &str, name: &str) -> Option<String> {
    let n = password.chars().count();
    if n < SHORTEST {
        return Some(format!(
            "{n} characters: a password has {SHORTEST} or more. Four unrelated words are a good one."
        ));
    }
    if n > LONGEST {
        return Some(format!("{n} characters: a password has at most {LONGEST}."));
    }
    let plain: String = password.to_lowercase();
    let letters: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    let bare = letters.trim_matches(|c: char| c.is_ascii_digit());
    let name: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let made_of =
        |word: &str| !word.is_empty() && (bare == word || letters == word || repeats(bare, word));
    let different: std::collections::BTreeSet<char> = plain.chars().collect();
    if different.len() < 5
        || letters.chars().all(|c| c.is_ascii_digit()) && n < 20
        || runs(&letters)
    {
        return Some(
            "Too easy to guess: it repeats or counts. Four unrelated words are a good one."
                .to_owned(),
        );
    }
    if COMMON.lines().any(made_of) || made_of(&name) {
        return Some(
            "Too easy to guess: it is a common password or your name. Four unrelated words are a \
             good one."
                .to_owned(),
        );
    }
    None
}

fn repeats(text: &str, word: &str) -> bool {
    !text.is_empty() && text.len().is_multiple_of(word.len()) && text.replace(word, "").is_empty()
}

/// Whether a text only counts or follows a row of the keyboard.
fn runs(text: &str) -> bool {
    const ROWS: [&str; 5] = [
        "qwertyuiopasdfghjklzxcvbnm",
        "qwertzuiopasdfghjklyxcvbnm",
        "azertyuiopqsdfghjklmwxcvbn",
        "abcdefghijklmnopqrstuvwxyz",
        "123456789012345678901234567890",
    ];
    text.len() >= 6 && ROWS.iter().any(|row| row.contains(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_right_or_wrong() {
        let kept = kept("four unrelated words").unwrap();
        assert!(kept.starts_with("argon2id$19456$2$"));
        assert!(is_right("four unrelated words", Some(&kept)));
        assert!(!is_right("four unrelated word", Some(&kept)));
        assert!(!is_right("four unrelated words", None));
        assert!(!is_right("four unrelated words", Some("nonsense")));
    }

    #[test]
    fn easy_passwords_are_refused() {
        for easy in [
            "short",
            "passwordpassword",
            "Password1234567",
            "123456789012",
            "aaaaaaaaaaaaa",
            "qwertyuiopas",
            "reviewer reviewer",
            "letmein-letmein",
            &"x".repeat(300),
        ] {
            assert!(refused(easy, "reviewer").is_some(), "{easy}");
        }
        for good in [
            "correct horse battery",
            "Zwölf Zeichen reichen",
            "x7!kP2#mQ9wL",
        ] {
            assert_eq!(refused(good, "reviewer-1"), None, "{good}");
        }
    }
}
