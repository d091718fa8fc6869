//! Agreement in words and digits, as commands and reports print it.

use super::{Between, Kappa, Pair, Part, Stratum};
use crate::model::{PersonId, Phase};

/// What stands where nothing is said.
const NONE: &str = "–";

/// A coefficient with two digits and a true minus.
fn digits(value: f64) -> String {
    let text = format!("{value:.2}");
    match text.strip_prefix('-') {
        Some("0.00") => "0.00".into(),
        Some(rest) => format!("\u{2212}{rest}"),
        None => text,
    }
}

/// A share in per cent with one digit.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

impl Kappa {
    /// `0.65 [0.36, 0.94]`; an interval is printed no further than −1 and 1.
    pub fn words(&self) -> String {
        let value = digits(self.value);
        match self.ci {
            Some((low, high)) => {
                let (low, high) = (low.max(-1.0), high.min(1.0));
                format!("{value} [{}, {}]", digits(low), digits(high))
            }
            None => value,
        }
    }
}

impl Pair {
    /// Observed agreement, κ with its interval, PABAK and AC1; a dash where one is not said.
    pub fn words(&self) -> [String; 4] {
        let none = || NONE.to_owned();
        [
            self.observed.map_or_else(none, percent),
            self.kappa.as_ref().map_or_else(none, Kappa::words),
            self.pabak.map_or_else(none, digits),
            self.ac1.map_or_else(none, digits),
        ]
    }
}

impl Part {
    /// `whole review`, `version 1.0`, `since the last version`.
    pub fn words(&self) -> String {
        match self {
            Self::Whole => "whole review".into(),
            Self::Version(name) => format!("version {name}"),
            Self::Since => "since the last version".into(),
        }
    }
}

impl Stratum {
    /// The phase and the part, as a head shows them.
    pub fn title(&self) -> String {
        let phase = match self.phase {
            Phase::TitleAbstract => "title and abstract",
            Phase::Retrieval => "retrieval",
            Phase::FullText => "full text",
        };
        match &self.part {
            Part::Whole => phase.to_owned(),
            part => format!("{phase}, {}", part.words()),
        }
    }

    /// One sentence on all people together, where more than two voted.
    pub fn together(&self) -> Option<String> {
        let several = self.several.as_ref()?;
        let said: Vec<String> = [
            ("Fleiss' κ", several.fleiss),
            ("AC1", several.ac1),
            ("Krippendorff's α", several.alpha),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some(format!("{name} {}", digits(value?))))
        .collect();
        let said = if said.is_empty() {
            "too few for a coefficient, or one decision throughout".to_owned()
        } else {
            said.join(", ")
        };
        Some(format!(
            "All {} people, {}: {said}.",
            several.people,
            crate::model::many(several.n.into(), "report", "reports")
        ))
    }
}

impl Between {
    /// Both people, by name.
    pub fn names(&self, name: impl Fn(PersonId) -> String) -> String {
        self.people.map(name).join(", ")
    }

    /// How many reports both include, only the first, only the second, and neither.
    pub fn cells(&self) -> [u32; 4] {
        let of = |i: usize, j: usize| {
            let row = self.pair.table.get(i);
            row.and_then(|row| row.get(j)).copied().unwrap_or(0)
        };
        [of(0, 0), of(0, 1), of(1, 0), of(1, 1)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::agreement::Several;

    #[test]
    fn numbers_have_their_digits_and_what_is_not_said_a_dash() {
        let pair = Pair::of(vec![vec![5, 3], vec![2, 135]]);
        assert_eq!(
            pair.words(),
            ["96.6 %", "0.65 [0.36, 0.94]", "0.93", "0.96"]
        );
        let pair = Pair::of(vec![vec![0, 20], vec![20, 0]]);
        assert_eq!(pair.words()[1], "\u{2212}1.00 [\u{2212}1.00, \u{2212}1.00]");
        let pair = Pair::of(vec![vec![2, 0], vec![0, 3]]);
        assert_eq!(pair.words(), ["100.0 %", "–", "–", "–"]);
        let whole = Pair::of(vec![vec![5, 0], vec![0, 30]]);
        assert_eq!(whole.words()[1], "1.00");
        assert_eq!(digits(-0.001), "0.00");
    }

    #[test]
    fn several_people_are_told_in_one_sentence() {
        let stratum = |rows: &[Vec<u32>]| Stratum {
            phase: Phase::FullText,
            part: Part::Version("1.0".into()),
            reports: 3,
            pairs: Vec::new(),
            several: Some(Several::of(3, rows)),
        };
        let rows: Vec<Vec<u32>> = (0..12).map(|n| vec![n % 4, 3 - n % 4]).collect();
        let said = stratum(&rows);
        assert_eq!(said.title(), "full text, version 1.0");
        let said = said.together().unwrap();
        assert!(
            said.starts_with("All 3 people, 12 reports: Fleiss' κ 0.33"),
            "{said}"
        );
        let said = stratum(&rows[..3]).together().unwrap();
        assert!(said.contains("too few"), "{said}");
    }
}
