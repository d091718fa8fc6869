//! What a check says about numbers: which rule, how grave, where, in which words, with which numbers.
//!
//! The linter and the checks at entry give the same thing, so that a list of findings reads alike
//! wherever it stands.

use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// How grave a finding is, by what it can change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The numbers contradict each other as printed.
    Error,
    /// Something that a person should look at: a convention, an omission, a contradiction that the
    /// numbers alone do not settle.
    Warn,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
        }
    }
}

/// A number of a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// As printed or in words.
    Text(String),
    /// A count.
    Count(i64),
    /// A value.
    Value(f64),
    /// Everything between two values; an open end is nothing.
    Span([Option<f64>; 2]),
}

impl From<&str> for Number {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Number {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Number {
    fn from(n: i64) -> Self {
        Self::Count(n)
    }
}

impl From<f64> for Number {
    fn from(x: f64) -> Self {
        Self::Value(x)
    }
}

/// A line of the drawing of a finding: what stands between two values.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// What it is: `printed`, `implied by k and I²`.
    pub label: String,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// The numbers of a finding by name, in the order that the arithmetic reads.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Numbers(pub Vec<(&'static str, Number)>);

impl Serialize for Numbers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, number) in &self.0 {
            map.serialize_entry(name, number)?;
        }
        map.end()
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The id of the rule: `STAT-I2P`.
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Where the numbers stand: `Table 2 / age<65`.
    pub place: String,
    /// What is inconsistent as printed, in a sentence.
    pub message: String,
    /// The numbers of the arithmetic.
    pub numbers: Numbers,
    /// The formula's or the standard's source.
    pub reference: &'static str,
    /// What would fit, where the arithmetic tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fits: Option<String>,
    /// What a drawing of it shows.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bars: Vec<Bar>,
}

impl Finding {
    /// A finding without numbers.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        place: impl Into<String>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            severity,
            place: place.into(),
            message: message.into(),
            numbers: Numbers::default(),
            reference: "",
            fits: None,
            bars: Vec::new(),
        }
    }

    /// With a number.
    #[must_use]
    pub fn number(mut self, name: &'static str, number: impl Into<Number>) -> Self {
        self.numbers.0.push((name, number.into()));
        self
    }

    /// With what would fit.
    #[must_use]
    pub fn fits(mut self, text: impl Into<String>) -> Self {
        self.fits = Some(text.into());
        self
    }

    /// With a line of its drawing; ends that are no numbers are left out.
    #[must_use]
    pub fn bar(mut self, label: &str, low: f64, high: f64) -> Self {
        if low.is_finite() && high.is_finite() {
            self.bars.push(Bar {
                label: label.to_owned(),
                low,
                high,
            });
        }
        self
    }
}
