//! What a review prints, number by number: its flow, pooled rows, study rows and other statements.
//!
//! Every number keeps how it is printed; a place is written as the paper names it.

use super::measure::{Kind, named};
use super::printed::Printed;
use crate::pool::Measure;
use std::collections::BTreeMap;

/// A review as it is printed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paper {
    /// What it is called, for headings.
    pub title: String,
    /// The counts of its flow.
    pub flow: Vec<Count>,
    /// Its pooled results, one for each place that prints one.
    pub results: Vec<Pooled>,
    /// The rows of studies in its figures and tables.
    pub studies: Vec<StudyRow>,
    /// Its other statements.
    pub claims: Vec<Claim>,
    /// When it uses random effects: `i2>50`, `ph<0.1`, parts joined by `or` or `and`, `always`.
    pub random_if: String,
    /// Flows of the PRISMA2020 package, one for each column of counts.
    pub flows: Vec<(String, crate::prisma::Counts)>,
    /// What was typed and is not read: each a sentence with its place.
    pub notes: Vec<String>,
    /// Numbers that cannot be what their column says: place and sentence.
    pub impossible: Vec<(String, String)>,
}

/// A count of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Count {
    /// The box: `screened`, `db_pubmed`, `ft_r1`.
    pub name: String,
    /// The count.
    pub n: i64,
    /// Who says so: `text`, `Fig 1`.
    pub witness: String,
}

/// The model of a pooled result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// One common effect.
    Fixed,
    /// Random effects.
    Random,
}

impl Model {
    /// The word of a sentence.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Random => "random",
        }
    }
}

/// A pooled result as one place prints it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pooled {
    /// Table or figure; `text` and `abstract` are running text.
    pub table: String,
    /// Which result.
    pub row: String,
    /// How many studies.
    pub k: Option<i64>,
    /// I² in per cent.
    pub i2: Option<Printed>,
    /// The p-value of heterogeneity.
    pub p_het: Option<Printed>,
    /// The model.
    pub model: Option<Model>,
    /// The estimate.
    pub estimate: Option<Printed>,
    /// The lower limit.
    pub low: Option<Printed>,
    /// The upper limit.
    pub high: Option<Printed>,
    /// The p-value.
    pub p: Option<Printed>,
    /// The measure, as printed: `RR`, `MD`.
    pub measure: String,
    /// Whether it is a ratio, whose interval is symmetric by its logarithm.
    pub log: Option<bool>,
    /// The level of the interval in per cent; 95 where none is given.
    pub level: Option<f64>,
}

impl Pooled {
    /// The place in findings: `Table 2 / age<65`.
    pub fn place(&self) -> String {
        format!("{} / {}", self.table, self.row)
    }

    /// Whether it stands in running text.
    pub fn is_text(&self) -> bool {
        is_text(&self.table)
    }

    /// Estimate and limits, where all three are printed.
    pub fn interval(&self) -> Option<[&Printed; 3]> {
        Some([
            self.estimate.as_ref()?,
            self.low.as_ref()?,
            self.high.as_ref()?,
        ])
    }

    /// The engine's measure of that name.
    pub fn engine(&self) -> Option<Measure> {
        named(&self.measure).1
    }

    /// What kind of number its measure is.
    pub fn kind(&self) -> Kind {
        named(&self.measure).0
    }

    /// Whether a number of it lies below 0, whatever rounds to it.
    fn below_zero(&self) -> bool {
        [&self.estimate, &self.low, &self.high]
            .into_iter()
            .flatten()
            .any(|n| n.span().high < 0.0)
    }

    /// Whether it is a ratio that is printed as its logarithm: by its name, or since no ratio lies below 0.
    pub fn is_logarithm(&self) -> bool {
        match (self.log, self.kind()) {
            (Some(false), _) => false,
            (_, Kind::Logarithm) => true,
            (Some(true), _) | (None, Kind::Ratio) => self.below_zero(),
            _ => false,
        }
    }

    /// On which scales its interval may be symmetric: by its logarithm (`true`), as it stands, or, where
    /// neither measure nor scale is known, either.
    pub fn scales(&self) -> &'static [bool] {
        if self.is_logarithm() {
            return &[false];
        }
        match (self.log, self.kind()) {
            (Some(true), _) | (None, Kind::Ratio) => &[true],
            (Some(false), _) | (None, Kind::Difference | Kind::Logarithm) => &[false],
            (None, Kind::Other | Kind::Unknown) if self.below_zero() => &[false],
            (None, Kind::Other | Kind::Unknown) => &[true, false],
        }
    }

    /// Whether its interval is of a scale that is neither of the two.
    pub fn other_scale(&self) -> bool {
        self.log.is_none() && self.kind() == Kind::Other
    }

    /// Whether it is analysed by its logarithm: as stated, else as its measure is; where neither is known,
    /// where its interval is symmetric so and not as it stands.
    pub fn is_ratio(&self) -> bool {
        match self.scales() {
            [only] => *only,
            _ => self.interval().is_some_and(|numbers| {
                super::asymmetry::of(numbers, true).is_none()
                    && super::asymmetry::of(numbers, false).is_some()
            }),
        }
    }

    /// The level of its interval as a fraction.
    pub fn level(&self) -> f64 {
        let level = self.level.unwrap_or(95.0);
        if level <= 1.0 { level } else { level / 100.0 }
    }
}

/// Whether a table is running text.
pub fn is_text(table: &str) -> bool {
    let table = table.trim().to_lowercase();
    // A section by its number: `3.4`.
    if table.starts_with(|c: char| c.is_ascii_digit() || c == '§') || table.starts_with("section")
    {
        return true;
    }
    [
        "text",
        "abstract",
        "discussion",
        "conclusion",
        "conclusions",
        "results",
        "highlights",
    ]
    .contains(&table.as_str())
}

/// A row of a study in a figure or table.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StudyRow {
    /// Table or figure.
    pub table: String,
    /// The subgroup it stands in; empty where there are none.
    pub subgroup: String,
    /// The study.
    pub study: String,
    /// Events and participants of the first arm, then of the second.
    pub counts: [Option<Printed>; 4],
    /// Mean and standard deviation of the first arm, then of the second.
    pub means: [Option<Printed>; 4],
    /// The estimate.
    pub estimate: Option<Printed>,
    /// The lower limit.
    pub low: Option<Printed>,
    /// The upper limit.
    pub high: Option<Printed>,
    /// The weight in per cent.
    pub weight: Option<Printed>,
    /// The measure, where the table itself names it.
    pub measure: String,
}

impl StudyRow {
    /// The place in findings: `Fig 2 / Ogawa 2016`, with its subgroup in brackets.
    pub fn place(&self) -> String {
        if self.subgroup.is_empty() {
            format!("{} / {}", self.table, self.study)
        } else {
            format!("{} / {} ({})", self.table, self.study, self.subgroup)
        }
    }

    /// Participants of both arms.
    pub fn arms(&self) -> Option<[i64; 2]> {
        let [_, n1, _, n0] = &self.counts;
        Some([n1.as_ref()?.whole()?, n0.as_ref()?.whole()?])
    }

    /// Events and participants of both arms: e1, n1, e0, n0.
    pub fn events(&self) -> Option<[i64; 4]> {
        let [e1, n1, e0, n0] = &self.counts;
        Some([
            e1.as_ref()?.whole()?,
            n1.as_ref()?.whole()?,
            e0.as_ref()?.whole()?,
            n0.as_ref()?.whole()?,
        ])
    }

    /// Estimate and limits, where all three are printed.
    pub fn interval(&self) -> Option<[&Printed; 3]> {
        Some([
            self.estimate.as_ref()?,
            self.low.as_ref()?,
            self.high.as_ref()?,
        ])
    }
}

/// A statement that is neither a count of the flow nor a pooled row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Claim {
    /// What kind of statement: `sum`, `pct`, `partition`.
    pub kind: String,
    /// Where it stands; the place in findings.
    pub location: String,
    /// What it is compared with.
    pub args: String,
    /// What is printed.
    pub reported: String,
}

impl Claim {
    /// `name=value` parts of the arguments; a value reaches to the next name, so it may hold blanks.
    pub fn named(&self) -> Vec<(&str, &str)> {
        parts_of(&self.args)
    }

    /// The value of a name in the arguments.
    pub fn arg(&self, name: &str) -> Option<&str> {
        self.named()
            .into_iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The number of a name in the arguments.
    pub fn value(&self, name: &str) -> Option<Printed> {
        let text = self.arg(name)?;
        // `x=312 of n=1182`, `x=4, n=26`.
        let text = text.strip_suffix(" of").unwrap_or(text);
        Printed::parse(text.trim_end_matches([',', ' ']))
    }

    /// What is printed, as a number.
    pub fn printed(&self) -> Option<Printed> {
        Printed::parse(&self.reported)
    }
}

/// Splits `a=1 b=two words c=3` at its names. A name is letters, digits and `_` before a `=` that
/// follows no other sign of comparison.
fn parts_of(text: &str) -> Vec<(&str, &str)> {
    let mut starts: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or("");
        // Blanks before the sign are none of the name: `x = 312`.
        let name = before
            .trim_end()
            .char_indices()
            .rev()
            .take_while(|(_, c)| c.is_alphanumeric() || *c == '_')
            .last()
            .map(|(from, _)| from);
        let Some(from) = name else { continue };
        let first = from == 0
            || before
                .get(..from)
                .is_some_and(|b| b.ends_with([' ', ';', '\t']));
        let letter = before
            .get(from..)
            .is_some_and(|n| n.starts_with(char::is_alphabetic));
        if first && letter {
            starts.push((from, at));
        }
    }
    let ends = starts
        .iter()
        .skip(1)
        .map(|(from, _)| *from)
        .chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|((from, at), end)| {
            let value = text.get(at + 1..end)?.trim().trim_end_matches(';').trim();
            Some((text.get(*from..*at)?.trim_end(), value))
        })
        .collect()
}

/// The boxes of one witness.
pub type Boxes<'a> = BTreeMap<&'a str, i64>;

impl Paper {
    /// Who speaks of the flow, in the order of first mention.
    pub fn witnesses(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for count in &self.flow {
            if !out.contains(&count.witness.as_str()) {
                out.push(&count.witness);
            }
        }
        out
    }

    /// The boxes that one witness prints.
    pub fn boxes(&self, witness: &str) -> Boxes<'_> {
        let mut boxes = Boxes::new();
        for count in self.flow.iter().filter(|count| count.witness == witness) {
            boxes.entry(count.name.as_str()).or_insert(count.n);
        }
        boxes
    }

    /// The statements of a kind.
    pub fn claims<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Claim> {
        self.claims.iter().filter(move |claim| claim.kind == kind)
    }

    /// The pooled row of that name: in the table that `near` begins with, else the only one that has
    /// it, else the first outside running text.
    pub fn pooled(&self, row: &str, near: &str) -> Option<&Pooled> {
        let named: Vec<&Pooled> = self
            .results
            .iter()
            .filter(|r| same(&r.row, row) || same(&r.place(), row))
            .collect();
        let starts = |r: &&&Pooled| near.to_lowercase().starts_with(&r.table.to_lowercase());
        let there = named.iter().find(starts);
        there
            .or_else(|| named.iter().find(|r| !r.is_text()))
            .or_else(|| named.first())
            .copied()
    }
}

/// The study rows of each table, in the order of first mention.
pub fn tables(studies: &[StudyRow]) -> Vec<(&str, Vec<&StudyRow>)> {
    grouped(studies.iter(), |row| &row.table)
}

/// Rows by a name of theirs, in the order of first mention.
pub fn grouped<'a, T>(
    rows: impl IntoIterator<Item = &'a T>,
    name: impl Fn(&'a T) -> &'a str,
) -> Vec<(&'a str, Vec<&'a T>)> {
    let mut places: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    let mut out: Vec<(&str, Vec<&T>)> = Vec::new();
    for row in rows {
        let own = name(row);
        let place = *places.entry(key(own)).or_insert(out.len());
        match out.get_mut(place) {
            Some((_, list)) => list.push(row),
            None => out.push((own, vec![row])),
        }
    }
    out
}

/// Whether two names are one: whatever their case and blanks, never one that ends like the other.
pub fn same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        let (mut a, mut b) = (a.split_ascii_whitespace(), b.split_ascii_whitespace());
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if a.eq_ignore_ascii_case(b) => {}
                _ => return false,
            }
        }
    }
    key(a) == key(b)
}

/// A name as two that are one have it: in lower case, one blank between words.
pub fn key(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_parts_reach_to_the_next_name() {
        let found = parts_of("rows=single row|double row total=re-tear total");
        assert_eq!(
            found,
            [
                ("rows", "single row|double row"),
                ("total", "re-tear total")
            ]
        );
        assert_eq!(
            parts_of("rows=<15 months|>=15 months"),
            [("rows", "<15 months|>=15 months")]
        );
        assert_eq!(
            parts_of("chi2=9.31 df=8 i2=14"),
            [("chi2", "9.31"), ("df", "8"), ("i2", "14")]
        );
        assert_eq!(parts_of("14+16"), []);
    }

    #[test]
    fn names_match_exactly() {
        assert!(!same("12 weeks", "2 weeks") && same("12  Weeks", "12 weeks"));
    }
}
