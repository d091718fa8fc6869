//! A cell: one thing that one report says about one study, with where it says so.
//!
//! The address is study, report, arm, outcome, population, grade and time point; the value keeps
//! every number as printed; the provenance keeps quote, page, source and whether the number was
//! checked. Cochrane Handbook 5.3 (what to collect) and 5.5.4 (two extractors); MECIR C43-C46.

use super::Decimal;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where a value stands. Parts that do not apply are empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct CellKey {
    /// The study, as the file names it; whoever imports resolves it to an id.
    pub study: String,
    /// The report, as the file names it; empty where it is not in the review.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub report: String,
    /// An arm, `A vs B` for a comparison, or empty for the study.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub arm: String,
    /// The code of an outcome of the workflow, or of a characteristic.
    pub outcome: String,
    /// Who is counted: ITT, response-evaluable, safety.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub population: String,
    /// The grade of an adverse event, or the category of a characteristic (`≥2` prior lines).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub grade: String,
    /// The time point: `interim`, `final`, `12 months`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub time: String,
}

/// What a cell is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope<'a> {
    /// The study as a whole.
    Study,
    /// One arm, by name.
    Arm(&'a str),
    /// Two arms compared, the first against the second.
    Comparison(&'a str, &'a str),
}

impl CellKey {
    /// Whether the cell is about the study, an arm or a comparison.
    ///
    /// ```
    /// use perennial::extract::{CellKey, Scope};
    /// let key = CellKey { arm: "Isa-Kd vs Kd".into(), ..CellKey::default() };
    /// assert_eq!(key.scope(), Scope::Comparison("Isa-Kd", "Kd"));
    /// ```
    pub fn scope(&self) -> Scope<'_> {
        if self.arm.is_empty() {
            return Scope::Study;
        }
        match self.arm.split_once(" vs ") {
            Some((first, second)) => Scope::Comparison(first.trim(), second.trim()),
            None => Scope::Arm(&self.arm),
        }
    }

    /// The arm, where the cell is about one.
    pub fn single_arm(&self) -> Option<&str> {
        match self.scope() {
            Scope::Arm(arm) => Some(arm),
            Scope::Study | Scope::Comparison(..) => None,
        }
    }
}

impl fmt::Display for CellKey {
    /// The parts that apply, as people read them: `NCT02136134, 30237264: D-Vd, orr, ITT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.study)?;
        if !self.report.is_empty() {
            write!(f, ", {}", self.report)?;
        }
        let mut before = ": ";
        for part in [
            &self.arm,
            &self.outcome,
            &self.population,
            &self.grade,
            &self.time,
        ] {
            if !part.is_empty() {
                write!(f, "{before}{part}")?;
                before = ", ";
            }
        }
        Ok(())
    }
}

/// What the limits beside a median are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Spread {
    /// Least and greatest.
    #[serde(rename = "range")]
    Range,
    /// First and third quartile.
    #[serde(rename = "IQR")]
    Iqr,
    /// A confidence interval, at `ci_level`.
    #[serde(rename = "CI")]
    Ci,
}

impl Spread {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Range, Self::Iqr, Self::Ci];

    /// The word of the exchange file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::Iqr => "IQR",
            Self::Ci => "CI",
        }
    }
}

/// Everything that one cell says, each number as printed.
///
/// A publication often gives a count and a percentage, or an effect and its interval: one value
/// holds them together, so that they can be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CellValue {
    /// Participants with the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u64>,
    /// Participants counted; absent where the report does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub n: Option<u64>,
    /// Mean, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<Decimal>,
    /// Standard deviation, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<Decimal>,
    /// Standard error of the mean, or of the effect: of its logarithm where that is a ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub se: Option<Decimal>,
    /// Median, in `unit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median: Option<Decimal>,
    /// The lower of the limits beside the median or the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<Decimal>,
    /// The upper of the limits beside the median or the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<Decimal>,
    /// What these limits are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Spread>,
    /// Events per hundred participants, as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub percent: Option<Decimal>,
    /// The effect measure: HR, RR, OR, MD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<String>,
    /// The effect, of the first arm of the comparison against the second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Decimal>,
    /// Lower limit of its confidence interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci_low: Option<Decimal>,
    /// Upper limit of its confidence interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci_high: Option<Decimal>,
    /// The interval's own level, in per cent: 95, but also 99 or 95.4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci_level: Option<Decimal>,
    /// The two-sided p-value of the effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<Decimal>,
    /// The unit of mean and median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Median follow-up of the report, in months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_months: Option<Decimal>,
    /// A value in words: `≥1`, `open label`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The report was read and does not say it: a value of its own, other than a missing cell.
    #[serde(skip_serializing_if = "is_false")]
    pub not_reported: bool,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl CellValue {
    /// Whether nothing at all is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it has a number or words beside the marks of how it was measured.
    pub fn has_figures(&self) -> bool {
        let decimals = self.decimals();
        self.events.is_some()
            || self.text.is_some()
            || decimals
                .iter()
                .any(|(name, value)| value.is_some() && !FRAME.contains(name))
    }

    /// Every decimal with the name of its column.
    pub(crate) fn decimals(&self) -> [(&'static str, Option<&Decimal>); 13] {
        [
            ("mean", self.mean.as_ref()),
            ("sd", self.sd.as_ref()),
            ("se", self.se.as_ref()),
            ("median", self.median.as_ref()),
            ("low", self.low.as_ref()),
            ("high", self.high.as_ref()),
            ("percent", self.percent.as_ref()),
            ("effect", self.effect.as_ref()),
            ("ci_low", self.ci_low.as_ref()),
            ("ci_high", self.ci_high.as_ref()),
            ("ci_level", self.ci_level.as_ref()),
            ("p", self.p.as_ref()),
            ("follow_up_months", self.follow_up_months.as_ref()),
        ]
    }

    /// Everything that it says, in words: `events 12, n 50`.
    ///
    /// ```
    /// use perennial::extract::CellValue;
    /// let value = CellValue { events: Some(12), n: Some(50), ..CellValue::default() };
    /// assert_eq!(value.words(), "events 12, n 50");
    /// ```
    pub fn words(&self) -> String {
        let mut out: Vec<String> = Vec::new();
        let counts = [("events", self.events), ("n", self.n)];
        for (name, value) in counts {
            out.extend(value.map(|value| format!("{name} {value}")));
        }
        for (name, value) in self.decimals() {
            out.extend(value.map(|value| format!("{name} {}", value.as_str())));
        }
        out.extend(
            self.spread
                .map(|spread| format!("spread {}", spread.as_str())),
        );
        let texts = [
            ("measure", &self.measure),
            ("unit", &self.unit),
            ("text", &self.text),
        ];
        for (name, value) in texts {
            out.extend(value.as_ref().map(|value| format!("{name} {value}")));
        }
        if self.not_reported {
            out.push("not reported".to_owned());
        }
        out.join(", ")
    }

    /// Whether two people entered the same thing: the same numbers, whatever zeros end them, and
    /// the same words, whatever their letter case.
    pub fn agrees(&self, other: &Self) -> bool {
        self.differences(other).is_empty()
    }

    /// The columns in which two values differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let mut out = Vec::new();
        let mut differ = |name, same: bool| {
            if !same {
                out.push(name);
            }
        };
        let words = |a: &Option<String>, b: &Option<String>| {
            let fold = |text: &Option<String>| text.as_deref().map(|t| t.trim().to_lowercase());
            fold(a) == fold(b)
        };
        differ("events", self.events == other.events);
        differ("n", self.n == other.n);
        for ((name, ours), (_, theirs)) in self.decimals().into_iter().zip(other.decimals()) {
            let same = match (ours, theirs) {
                (Some(ours), Some(theirs)) => ours.same(theirs),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            differ(name, same);
        }
        differ("spread", self.spread == other.spread);
        differ("measure", words(&self.measure, &other.measure));
        differ("unit", words(&self.unit, &other.unit));
        differ("text", words(&self.text, &other.text));
        differ("not_reported", self.not_reported == other.not_reported);
        out
    }
}

/// Columns that say how something was measured, not what was found.
const FRAME: [&str; 2] = ["ci_level", "follow_up_months"];

/// Whether somebody saw the value in the source named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// It was seen there.
    Verified,
    /// It was not: it must be shown as provisional.
    #[default]
    Unverified,
}

impl Confidence {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Verified, Self::Unverified];

    /// The word of the exchange file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Unverified => "unverified",
        }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// The count was computed from a printed percentage.
    #[serde(skip_serializing_if = "is_false")]
    pub derived: bool,
    /// The sentence or table row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// The page of the source, as printed; absent where nobody noted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// The document in which it was seen, where that is not the report itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether somebody saw it there.
    pub confidence: Confidence,
    /// What a reader must know, such as why a denominator differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A cell: address, value, provenance.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cell {
    /// Where the value stands.
    pub key: CellKey,
    /// What the report says, with every number as printed.
    pub value: CellValue,
    /// Where the value comes from.
    #[serde(default)]
    pub provenance: Provenance,
}

/// What one person entered for a cell: an *extraction*.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entry {
    /// Address, value and where it was seen.
    pub cell: Cell,
    /// Who entered it; empty where the person who imports does.
    pub extractor: String,
    /// When, in the log's spelling; empty where it is now.
    pub at: String,
    /// Whether it settles what others entered.
    pub reconciles: bool,
}
