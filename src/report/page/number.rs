//! Numbers that open: a count as a link to its set, and sums of them.

use askama::filters::HtmlSafe;
use std::fmt;

/// A count; where it has a place it is a link.
pub(super) struct Number {
    /// `#count-screened`, or the same behind the name of a file.
    pub(super) href: Option<String>,
    pub(super) n: u64,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = grouped(self.n);
        match &self.href {
            // File names are ours; an anchor holds letters, digits, `-._~` and `%` only.
            Some(href) => write!(f, "<a class=\"n\" href=\"{href}\">{n}</a>"),
            None => f.write_str(&n),
        }
    }
}

impl HtmlSafe for Number {}

/// One side of an identity: `576 + 23 − 195`, each number a link.
pub(super) struct Sum(pub(super) Vec<(bool, Number)>);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("0");
        }
        for (at, (minus, number)) in self.0.iter().enumerate() {
            match (at, minus) {
                (0, false) => {}
                (0, true) => f.write_str("−")?,
                (_, false) => f.write_str(" + ")?,
                (_, true) => f.write_str(" − ")?,
            }
            number.fmt(f)?;
        }
        Ok(())
    }
}

impl HtmlSafe for Sum {}

/// A number with its thousands apart: `2,821`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        for (n, want) in [
            (0, "0"),
            (999, "999"),
            (2821, "2,821"),
            (1_000_000, "1,000,000"),
        ] {
            assert_eq!(grouped(n), want);
        }
    }
}
