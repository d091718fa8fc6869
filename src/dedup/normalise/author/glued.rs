//! Names that an export ran together: `Adeli K.Lewis G. F.`, `BergS.H.LindZ.J.`,
//! `Novak SBerg JTLind AS` and `Novak LiangBerg JulieLind Angela` are all three people or more.
//!
//! A surname that begins without a blank before it begins a new person, unless what stands before
//! it is a particle of the same name (`McCabe`, `VanElst`, `DeJong`).

/// Beginnings of surnames that are written with a capital inside.
const PARTICLES: [&str; 36] = [
    "mc", "mac", "de", "di", "da", "du", "dos", "del", "della", "des", "le", "la", "lo", "li",
    "las", "los", "el", "al", "van", "von", "vande", "vander", "vanden", "der", "den", "ter",
    "ten", "te", "st", "fitz", "san", "o", "abu", "bin", "ben", "ap",
];

/// A piece of a name.
#[derive(Debug, PartialEq, Eq)]
enum Piece<'a> {
    /// A word with small letters.
    Word(&'a str),
    /// A capital that stands for a given name.
    Initial(&'a str),
}

/// The people of a text without separators, or nothing where no two are glued.
pub(super) fn split(text: &str) -> Option<Vec<String>> {
    if !text.chars().any(char::is_lowercase) || text.contains(',') {
        return None;
    }
    let mut people: Vec<String> = Vec::new();
    let mut before: Option<Piece<'_>> = None;
    let (mut blank, mut worded, mut joined_initial) = (true, false, false);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if !first.is_alphabetic() {
            blank |= first.is_whitespace();
            rest = rest.get(first.len_utf8()..)?;
            continue;
        }
        let piece = piece(rest)?;
        let (part, glued) = match &piece {
            Piece::Word(word) => {
                let new = !blank && worded && !follows_particle(before.as_ref());
                worded = true;
                (*word, new)
            }
            Piece::Initial(letter) => {
                joined_initial |= !blank && matches!(before, Some(Piece::Word(_)));
                (*letter, false)
            }
        };
        match people.last_mut() {
            Some(person) if !glued => {
                // A particle and its name are one word.
                let joined =
                    !blank && matches!((&before, &piece), (Some(Piece::Word(_)), Piece::Word(_)));
                if !joined {
                    person.push(' ');
                }
                person.push_str(part);
            }
            _ => people.push(part.to_owned()),
        }
        rest = rest.get(part.len()..)?;
        before = Some(piece);
        blank = false;
    }
    (people.len() > 1 || joined_initial).then_some(people)
}

fn follows_particle(before: Option<&Piece<'_>>) -> bool {
    match before {
        Some(Piece::Word(word)) => {
            let lower = word.to_lowercase();
            let last = lower.rsplit(['-', '\'']).next().unwrap_or_default();
            PARTICLES.contains(&last)
        }
        Some(Piece::Initial(_)) | None => false,
    }
}

/// The piece at the beginning: a word with its hyphens and apostrophes, or one capital.
fn piece(text: &str) -> Option<Piece<'_>> {
    let mut chars = text.char_indices();
    let (_, first) = chars.next()?;
    let mut end = first.len_utf8();
    let mut small = first.is_lowercase();
    let mut letters = chars.peekable();
    while let Some((at, c)) = letters.next() {
        let next = letters.peek().map(|(_, c)| *c);
        let goes_on = if c.is_alphabetic() {
            !c.is_uppercase() || joint(text, at)
        } else {
            matches!(c, '-' | '\'' | '\u{2019}' | '\u{2010}')
                && next.is_some_and(char::is_alphabetic)
                && (small || c == '\'' || c == '\u{2019}')
        };
        if !goes_on {
            break;
        }
        small |= c.is_lowercase();
        end = at + c.len_utf8();
    }
    let part = text.get(..end)?;
    // A capital and its hyphen belong to initials: "J.-P.", "J-P".
    Some(if small {
        Piece::Word(part)
    } else {
        Piece::Initial(text.get(..first.len_utf8())?)
    })
}

/// Whether the capital at `at` follows a hyphen or an apostrophe within the word.
fn joint(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|t| t.ends_with(['-', '\'', '\u{2019}', '\u{2010}']))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn people_are_parted_in_every_shape() {
        for (text, want) in [
            ("Adeli K.Lewis G. F.", "Adeli K|Lewis G F"),
            ("BergS.H.LindZ.J.", "Berg S H|Lind Z J"),
            ("BergS.LindZ.", "Berg S|Lind Z"),
            ("Novak SBerg JTLind AS", "Novak S|Berg J T|Lind A S"),
            (
                "Novak LiangBerg JulieLind Angela",
                "Novak Liang|Berg Julie|Lind Angela",
            ),
            (
                "McClungC.A.O'HaraP.VanElst L.",
                "McClung C A|O'Hara P|VanElst L",
            ),
            (
                "Warner-SchmidtJ.TeyssierJ.-R.",
                "Warner-Schmidt J|Teyssier J R",
            ),
            ("van derBerg J.Lind K.", "van derBerg J|Lind K"),
            ("Lewis G.van der Berg J.", "Lewis G|van der Berg J"),
            ("NovakA.D.", "Novak A D"),
        ] {
            assert_eq!(split(text).unwrap_or_default().join("|"), want, "{text}");
        }
        for text in [
            "Attal M",
            "Attal, Michel",
            "Michel Attal",
            "NOVAK S",
            "De Jong P",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
