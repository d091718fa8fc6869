//! The signs behind the words of a title: `HER2+` and `HER2-` are two groups of patients, and what
//! is read as words alone is one.

use super::super::text::hash32;

/// Each signed word, with whether its sign is a plus; sorted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Signs(Box<[(u32, bool)]>);

impl Signs {
    /// Reads the signs of a folded title.
    ///
    /// A hyphen that another word hangs on ("pre- and postoperative") is none.
    pub(super) fn read(text: &str) -> Self {
        let mut found = Vec::new();
        for (at, mark) in text.match_indices(['+', '-']) {
            let plus = mark == "+";
            let (head, tail) = (text.get(..at), text.get(at + 1..));
            let (Some(head), Some(tail)) = (head, tail) else {
                continue;
            };
            let word = last_word(head);
            if word.is_empty() {
                // `(+)-catechin`: the sign belongs to the word behind.
                let named = tail.strip_prefix(')').or_else(|| tail.strip_prefix(']'));
                let named = named.map(|t| first_word(t.trim_start_matches('-')));
                if let Some(word) = named.filter(|word| !word.is_empty())
                    && head.ends_with(['(', '['])
                {
                    found.push((hash32(word) ^ 1, plus));
                }
                continue;
            }
            let ends = tail.chars().next().is_none_or(|c| !c.is_alphanumeric());
            let said = match first_word(tail.trim_start()) {
                "positive" => Some(true),
                "negative" => Some(false),
                _ if plus => ends.then_some(true),
                _ => (ends && !hangs(tail)).then_some(false),
            };
            found.extend(said.map(|plus| (hash32(word), plus)));
        }
        found.sort_unstable();
        found.dedup();
        Self(found.into())
    }

    /// Whether a word has one sign here and the other there.
    pub(crate) fn oppose(&self, other: &Self) -> bool {
        let only = |signs: &Self, word: u32, plus: bool| {
            let has = |sign: bool| signs.0.binary_search(&(word, sign)).is_ok();
            has(plus) && !has(!plus)
        };
        self.0
            .iter()
            .any(|&(word, plus)| only(self, word, plus) && only(other, word, !plus))
    }

    /// The signs as numbers, for a hash of the title.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u64> + '_ {
        let number = |&(word, plus): &(u32, bool)| u64::from(word) << 1 | u64::from(plus);
        self.0.iter().map(number)
    }
}

/// Whether what follows a hyphen says that the word before hangs on one to come.
fn hangs(tail: &str) -> bool {
    let tail = tail.trim_start_matches([',', ' ', '/']);
    [
        "and", "or", "to", "versus", "vs", "und", "et", "y", "e", "o",
    ]
    .contains(&first_word(tail))
        || tail.starts_with('&')
}

fn last_word(text: &str) -> &str {
    let from = text.rfind(|c: char| !c.is_alphanumeric());
    let from = from.map(|at| {
        at + text
            .get(at..)
            .and_then(|t| t.chars().next())
            .map_or(1, char::len_utf8)
    });
    text.get(from.unwrap_or(0)..).unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric());
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opposite_signs_oppose_and_lost_ones_do_not() {
        let oppose = |a: &str, b: &str| {
            let (a, b) = (Signs::read(a), Signs::read(b));
            assert_eq!(a.oppose(&b), b.oppose(&a));
            a.oppose(&b)
        };
        assert!(oppose("her2+ tumours", "her2- tumours"));
        assert!(oppose("her2+ tumours", "her2-negative tumours"));
        assert!(oppose("hiv-positive men", "hiv-negative men"));
        assert!(oppose("(+)-catechin in rats", "(-)-catechin in rats"));
        assert!(oppose("er+/her2- disease", "er-/her2- disease"));
        assert!(!oppose("cd4+ cells", "cd4 cells"));
        assert!(!oppose("pre- and postoperative care", "pre+ care"));
        assert!(!oppose("er+ and er- disease", "er- disease"));
        assert!(!oppose("hpv- positive smears", "hpv-positive smears"));
        assert!(!oppose("asthma- a review", "asthma: a review"));
    }
}
