//! One spelling for each arm of a study: the one that was entered first.
//!
//! Two extractors type `D-Vd` and `d-vd`, or `Isa–Kd` with the dash of the paper, and mean one arm.
//! What the log holds stays as it was typed; cells are compared by the first spelling.

use std::collections::BTreeMap;

/// The spellings of arms seen so far, by study.
#[derive(Debug, Clone, Default)]
pub struct Spellings {
    known: BTreeMap<(String, String), String>,
}

impl Spellings {
    /// The arm as it was first spelt in this study, which it is from now on; a comparison arm by arm.
    ///
    /// ```
    /// use perennial::extract::Spellings;
    /// let mut arms = Spellings::default();
    /// assert_eq!(arms.of("s1", "Isa-Kd"), "Isa-Kd");
    /// assert_eq!(arms.of("s1", "kd VS isa–kd"), "kd vs Isa-Kd");
    /// assert_eq!(arms.of("s2", "ISA-KD"), "ISA-KD");
    /// ```
    pub fn of(&mut self, study: &str, arm: &str) -> String {
        match compared(arm) {
            Some((first, second)) => {
                let first = self.one(study, first);
                format!("{first} vs {}", self.one(study, second))
            }
            None => self.one(study, arm),
        }
    }

    /// What two spellings of an arm, or of a comparison, have in common.
    ///
    /// ```
    /// use perennial::extract::Spellings;
    /// assert_eq!(Spellings::folded("kd VS isa–kd"), Spellings::folded("Kd vs. Isa-Kd"));
    /// ```
    pub fn folded(arm: &str) -> String {
        match compared(arm) {
            Some((first, second)) => format!("{} vs {}", folded(first), folded(second)),
            None => folded(arm),
        }
    }

    fn one(&mut self, study: &str, arm: &str) -> String {
        if arm.trim().is_empty() {
            return String::new();
        }
        let key = (study.to_owned(), folded(arm));
        self.known
            .entry(key)
            .or_insert_with(|| arm.split_whitespace().collect::<Vec<_>>().join(" "))
            .clone()
    }
}

/// Whether two spellings mean one arm.
pub fn same_arm(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The two arms of `A vs B`, however the word between them is written.
fn compared(arm: &str) -> Option<(&str, &str)> {
    let lower = arm.to_ascii_lowercase();
    let found = [" vs ", " vs. ", " versus "]
        .into_iter()
        .find_map(|word| lower.find(word).map(|at| (at, word.len())));
    let (at, length) = found?;
    Some((arm.get(..at)?, arm.get(at + length..)?))
}

/// Two arms are one where they are the same by this.
fn folded(arm: &str) -> String {
    let words: Vec<String> = arm
        .to_lowercase()
        .split_whitespace()
        .map(|word| {
            word.chars()
                .map(|c| match c {
                    '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
                    other => other,
                })
                .collect()
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arm_is_one_whatever_its_capitals_blanks_and_dashes() {
        let mut arms = Spellings::default();
        assert_eq!(arms.of("s1", "Honey  10 mL"), "Honey 10 mL");
        for other in ["honey 10 ml", "HONEY 10 ML", " Honey\t10 mL "] {
            assert_eq!(arms.of("s1", other), "Honey 10 mL");
        }
        assert_eq!(arms.of("s1", "Honey 20 mL"), "Honey 20 mL");
        assert_eq!(
            arms.of("s1", "HONEY 10 ML vs. placebo"),
            "Honey 10 mL vs placebo"
        );
        assert_eq!(arms.of("s1", "Placebo"), "placebo");
        assert_eq!(arms.of("s1", ""), "");
        // A word that only contains the letters is not a comparison.
        assert_eq!(arms.of("s1", "Novsin"), "Novsin");
    }
}
