//! Single words of a strategy: operators of every platform, and wildcards.
//!
//! Operators and wildcards look alike from platform to platform and differ in what they do: `$` is
//! any ending on Ovid, one letter at most in Web of Science and nothing in the Cochrane Library.
//! Sources: the search help of Ovid, Embase.com, the Cochrane Library and Web of Science, read in
//! November 2026.

use super::check::{Checker, Code, Platform};
use super::structure::{Item, Op};
use super::tokens::{Kind, Token};

/// A proximity operator taken apart: its name in lower case, and what follows it.
struct Proximity<'a> {
    name: &'a str,
    slash: bool,
    number: Option<&'a str>,
}

/// The operator that a token is, told where the platform does not have it.
pub(super) fn operator(checker: &mut Checker, token: &Token) -> Option<Item> {
    if token.kind != Kind::Word {
        return None;
    }
    let lower = token.text.to_ascii_lowercase();
    let (op, right) = match lower.as_str() {
        "and" => (Op::And, "AND"),
        "or" => (Op::Or, "OR"),
        "not" => (Op::Not, "NOT"),
        "|" | "||" => return Some(symbol(checker, token, Op::Or, "OR")),
        "&" | "&&" => return Some(symbol(checker, token, Op::And, "AND")),
        _ => return near(checker, token, &lower),
    };
    if checker.platform != Platform::Ovid && token.text != right && !told(checker, token) {
        checker.add(
            Code::LowerCase,
            token.span.clone(),
            &format!("the operator `{}` is not in upper case", token.text),
            "easily taken for a word",
            &format!("write `{right}`; a word that is meant stands in quotation marks"),
        );
    }
    Some(Item::Op(op, token.span.clone()))
}

/// Whether an operator of the same line was told already: a line that is written in lower case is
/// written so throughout.
fn told(checker: &Checker, token: &Token) -> bool {
    let last = checker.found.iter().rfind(|f| f.code == Code::LowerCase);
    last.is_some_and(|f| {
        let between = checker.at(&(f.diagnostic.span.end..token.span.start));
        !between.is_empty() && !between.contains('\n')
    })
}

fn symbol(checker: &mut Checker, token: &Token, op: Op, right: &str) -> Item {
    checker.add(
        Code::UnknownOperator,
        token.span.clone(),
        &format!("`{}` is no operator", token.text),
        &format!("{} does not know it", checker.platform.name()),
        &format!("write `{right}`"),
    );
    Item::Op(op, token.span.clone())
}

fn near(checker: &mut Checker, token: &Token, lower: &str) -> Option<Item> {
    let parts = proximity(lower)?;
    let upper = token.text.chars().all(|c| !c.is_ascii_lowercase());
    let numbered = parts.number.is_some();
    let meant = match (checker.platform, parts.name) {
        (Platform::Ovid, "adj") | (Platform::Cochrane, "near" | "next") => true,
        (Platform::Wos, "near" | "same") => numbered || parts.name == "near" || upper,
        (_, "near" | "next" | "adj") => numbered || upper,
        (_, "w" | "n" | "pre" | "onear") => numbered && (parts.slash || upper),
        _ => false,
    };
    if !meant {
        return None;
    }
    let distance = parts.number.unwrap_or("3");
    let help = match checker.platform {
        Platform::Ovid => format!("write `adj{distance}`"),
        Platform::Embase => format!("write `NEAR/{distance}`, or `NEXT/{distance}` in this order"),
        Platform::Cochrane => format!("write `NEAR/{distance}`, or `NEXT` for words side by side"),
        Platform::Wos | Platform::Pubmed => {
            let narrow = distance.parse().is_ok_and(|n: u32| n <= 15);
            format!("write `NEAR/{}`", if narrow { distance } else { "15" })
        }
    };
    if let Some((code, message, label)) = wrong(checker.platform, &parts, token.text) {
        checker.add(code, token.span.clone(), &message, label, &help);
    }
    Some(Item::Op(Op::Near, token.span.clone()))
}

/// What is wrong with a proximity operator on this platform.
fn wrong(
    platform: Platform,
    parts: &Proximity,
    shown: &str,
) -> Option<(Code, String, &'static str)> {
    let number: Option<u32> = parts.number.and_then(|digits| digits.parse().ok());
    let has = match platform {
        Platform::Ovid => parts.name == "adj",
        Platform::Embase | Platform::Cochrane => matches!(parts.name, "near" | "next"),
        Platform::Wos => matches!(parts.name, "near" | "same"),
        Platform::Pubmed => false,
    };
    let without = "the platform does not have it";
    if !has {
        let message = format!("{} has no operator `{shown}`", platform.name());
        return Some((Code::UnknownOperator, message, without));
    }
    let ill = match platform {
        Platform::Ovid => parts.slash,
        _ => parts.number.is_some() && !parts.slash,
    };
    if ill || (parts.slash && number.is_none()) {
        let message = format!("`{shown}` is not how a distance is written here");
        return Some((Code::Proximity, message, "it is searched as a word"));
    }
    if platform == Platform::Embase && number.is_none() {
        let message = format!("`{shown}` has no distance");
        return Some((Code::Proximity, message, "Embase.com needs a number"));
    }
    if number == Some(0) && platform != Platform::Wos {
        let message = format!("`{shown}` has a distance of 0");
        return Some((Code::Proximity, message, "words side by side are 1 apart"));
    }
    if platform == Platform::Wos && number.is_some_and(|n| n > 15) {
        let message = format!("`{shown}` is wider than 15 words");
        return Some((Code::Proximity, message, "15 is the widest distance"));
    }
    None
}

/// `near/3`, `adj3`, `next`, `w/2`; none for other words.
fn proximity(lower: &str) -> Option<Proximity<'_>> {
    let letters = lower.bytes().take_while(u8::is_ascii_lowercase).count();
    let (name, rest) = lower.split_at_checked(letters)?;
    if !matches!(
        name,
        "near" | "next" | "adj" | "same" | "w" | "n" | "pre" | "onear"
    ) {
        return None;
    }
    let (slash, digits) = match rest.strip_prefix('/') {
        Some(digits) => (true, digits),
        None => (false, rest),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Proximity {
        name,
        slash,
        number: Some(digits).filter(|d| !d.is_empty()),
    })
}

/// The wildcards of a platform.
struct Signs {
    /// Any number of letters.
    any: &'static str,
    /// One letter, or none.
    one: &'static str,
    /// Signs of other platforms, and what to write for them.
    foreign: &'static [(char, &'static str)],
    /// What does not work in quotation marks, and what to write there.
    phrase: (&'static str, &'static str),
    /// Whether a word may begin with one.
    first: bool,
}

fn signs(platform: Platform) -> Signs {
    let plain = Signs {
        any: "*",
        one: "?",
        foreign: &[],
        phrase: ("", ""),
        first: true,
    };
    match platform {
        Platform::Pubmed => plain,
        Platform::Ovid => Signs {
            any: "*$:",
            one: "#?",
            first: false,
            ..plain
        },
        Platform::Embase => Signs {
            one: "?$",
            foreign: &[('#', "`?` for exactly one letter, `$` for one or none")],
            ..plain
        },
        Platform::Cochrane => Signs {
            foreign: &[
                ('$', "`*` for any ending, `?` for one letter"),
                ('#', "`?` for one letter"),
            ],
            phrase: ("*?", "join the words by NEXT: `(plasma NEXT cell*)`"),
            ..plain
        },
        Platform::Wos => Signs {
            one: "?$",
            foreign: &[('#', "`?` for exactly one letter, `$` for one or none")],
            phrase: ("$", "write both spellings, joined by OR"),
            ..plain
        },
    }
}

/// The wildcards of one word or phrase, which begins at the byte `start` of the file.
pub(super) fn wildcards(checker: &mut Checker, text: &str, start: usize, quoted: bool) {
    let signs = signs(checker.platform);
    if quoted && let Some(at) = text.find(|c| signs.phrase.0.contains(c)) {
        let sign = text.get(at..=at).unwrap_or_default();
        checker.add(
            Code::WildcardInPhrase,
            start + at..start + at + 1,
            &format!("the wildcard `{sign}` does not work in quotation marks"),
            "it is taken for a letter, or refused",
            signs.phrase.1,
        );
        return;
    }
    let mut at = 0;
    for word in text.split_inclusive(char::is_whitespace) {
        one_word(checker, &signs, word.trim_end(), start + at);
        at += word.len();
    }
}

fn one_word(checker: &mut Checker, signs: &Signs, word: &str, start: usize) {
    let mut letters = 0;
    for (at, c) in word.char_indices() {
        let here = start + at..start + at + c.len_utf8();
        if c.is_alphanumeric() {
            letters += 1;
        } else if let Some((_, right)) = signs.foreign.iter().find(|(sign, _)| *sign == c)
            && letters > 0
        {
            checker.add(
                Code::Wildcard,
                here,
                &format!("`{c}` is no wildcard here"),
                &format!("{} takes it for a letter", checker.platform.name()),
                &format!("write {right}"),
            );
            return;
        } else if signs.any.contains(c) || signs.one.contains(c) {
            let after = word.get(at + c.len_utf8()..).unwrap_or_default();
            truncated(checker, signs, (c, letters, after), start, here);
            return;
        }
    }
}

/// A wildcard `c` after `before` letters.
fn truncated(
    checker: &mut Checker,
    signs: &Signs,
    (c, before, after): (char, usize, &str),
    start: usize,
    here: std::ops::Range<usize>,
) {
    let limited = after.starts_with(|c: char| c.is_ascii_digit());
    let letters = after.chars().filter(|c| c.is_alphanumeric()).count();
    if before == 0 && letters > 0 && !signs.first {
        checker.add(
            Code::Wildcard,
            here,
            "a word begins with a wildcard",
            &format!("{} does not search word endings", checker.platform.name()),
            "write the words that are meant, joined by OR",
        );
    } else if before + letters == 0 {
        checker.add(
            Code::Wildcard,
            here,
            "a wildcard without a word",
            "it finds everything, or is refused",
            "leave it out, or write the beginning of a word before it",
        );
    } else if signs.any.contains(c) && before.max(letters) < 3 && !limited {
        checker.add(
            Code::ShortTruncation,
            start..here.end,
            "fewer than three letters beside the wildcard",
            "it finds far more than is meant, or is refused",
            "write three letters or more before it, or the words that are meant",
        );
    }
}
