//! One cell with several numbers in it: an estimate with its interval, an interval, a statistic of
//! heterogeneity.

use crate::lint::printed::{Comma, Printed};

/// What a cell such as `0.57 (95% CI 0.37 to 0.86; p = 0.008)` holds; what it does not hold is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Effect {
    pub(super) estimate: String,
    pub(super) low: String,
    pub(super) high: String,
    pub(super) level: String,
    pub(super) p: String,
}

/// The level that is named beside an interval: `99% CI`, `90 % credible interval`.
pub(super) fn level(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words = [
        "ci",
        "cri",
        "ki",
        "ic",
        "confidence",
        "credible",
        "c.i",
        "interval",
    ];
    let at = lower.find('%').or_else(|| {
        let at = lower.find("percent")?;
        Some(at)
    })?;
    let before = lower.get(..at)?.trim_end();
    let digits: String = before
        .chars()
        .rev()
        .take_while(|c| c.is_ascii_digit() || *c == '.' || *c == ',')
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let after = lower
        .get(at..)?
        .trim_start_matches(['%', '-', ' ', '\u{a0}']);
    let named = words.iter().any(|word| after.starts_with(word));
    let value = Printed::parse(digits.trim_start_matches([',', '.']))?.value;
    (named && (50.0..100.0).contains(&value)).then_some(digits)
}

/// What follows the words of an interval: `95% CI 0.37 to 0.86`.
fn behind_level(text: &str) -> &str {
    // The search is on letters that keep their length in lower case.
    let lower = text.to_ascii_lowercase();
    let end = ["ci", "cri", "ki", "interval"]
        .iter()
        .filter_map(|word| {
            let at = lower.find(word)?;
            let end = at + word.len();
            let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
            let alone = !letter(lower.get(..at)?.chars().next_back())
                && !letter(lower.get(end..)?.chars().next());
            alone.then_some(end)
        })
        .max();
    let Some(end) = end else { return text };
    text.get(end..)
        .unwrap_or(text)
        .trim_start_matches([':', ',', '=', '.', ';', ' ', '\u{a0}'])
}

/// The two limits of an interval; nothing where the text does not hold exactly two numbers.
pub(super) fn limits(text: &str, comma: Comma) -> Option<[String; 2]> {
    let inner = behind_level(text);
    [comma, Comma::Decimals, Comma::Thousands]
        .into_iter()
        .find_map(|comma| <[String; 2]>::try_from(numbers(inner, comma)).ok())
}

/// One spelling of each sign.
fn plain(text: &str) -> String {
    text.replace(" to ", " ; ")
        .replace(" bis ", " ; ")
        .chars()
        .map(|c| match c {
            '\u{2212}' | '\u{2010}'..='\u{2015}' | '\u{fe63}' | '\u{ff0d}' => '-',
            '\u{b7}' | '\u{2219}' | '\u{22c5}' => '.',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect()
}

/// The numbers of a text, each with its sign. A dash behind a number parts it from the next; the next
/// dash is a sign.
fn numbers(text: &str, comma: Comma) -> Vec<String> {
    let text = plain(text);
    let chars: Vec<char> = text.chars().collect();
    let digit = |at: usize| chars.get(at).is_some_and(char::is_ascii_digit);
    let mut out: Vec<String> = Vec::new();
    let mut minus = false;
    let mut ended = false;
    let mut at = 0;
    while let Some(c) = chars.get(at).copied() {
        if c.is_ascii_digit() || (c == '.' && digit(at + 1)) {
            let mut number = String::new();
            while let Some(c) = chars.get(at).copied() {
                let before = number.rsplit(',').next().unwrap_or("");
                let three = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
                let inside = match c {
                    c if c.is_ascii_digit() => true,
                    '.' => digit(at + 1) && (!number.contains('.') || comma == Comma::Decimals),
                    ',' if comma == Comma::Decimals => digit(at + 1) && !number.contains(','),
                    ',' => {
                        three
                            && !number.contains('.')
                            && (1..=3).contains(&before.len())
                            && !number.starts_with('0')
                    }
                    ' ' => {
                        three
                            && !number.contains(['.', ','])
                            && number.len() <= 3
                            && !number.starts_with('0')
                            && ended_by_space(&chars, at)
                    }
                    _ => false,
                };
                if !inside {
                    break;
                }
                if c != ' ' {
                    number.push(c);
                }
                at += 1;
            }
            out.push(if minus { format!("-{number}") } else { number });
            minus = false;
            ended = true;
            continue;
        }
        if c == '-' {
            let apart = at > 0 && chars.get(at - 1) == Some(&' ') && digit(at + 1);
            let negative = out.last().is_some_and(|n| n.starts_with('-'));
            // `-0.66 -0.16`: blanks part two negative limits.
            if !ended || (apart && negative) {
                minus = true;
            }
            ended = false;
        } else if c == ' ' || c == '+' {
            // A blank parts nothing by itself.
        } else {
            minus = false;
            ended = false;
        }
        at += 1;
    }
    out
}

/// Whether a blank inside digits parts thousands and not two numbers: what follows the three digits is
/// no digit and no point.
fn ended_by_space(chars: &[char], at: usize) -> bool {
    !chars.get(at + 4).is_some_and(|c| *c == '.' || *c == ',')
}

/// The p-value that is printed in a text: `p = 0.05`, `P<0.001`.
fn p_of(text: &str) -> Option<String> {
    let plain = text.to_lowercase();
    let mut from = 0;
    while let Some(at) = plain.get(from..)?.find('p') {
        let at = from + at;
        let before = plain.get(..at)?.chars().next_back();
        let rest = plain.get(at + 1..)?;
        let rest = rest
            .trim_start_matches("-value")
            .trim_start_matches(" value")
            .trim_start();
        if !before.is_some_and(char::is_alphabetic)
            && rest.starts_with(['=', '<', '>', '\u{2264}', '\u{2265}'])
        {
            let sign: String = rest
                .chars()
                .take_while(|c| "=<>\u{2264}\u{2265}".contains(*c))
                .collect();
            let number: String = rest
                .get(sign.len()..)?
                .trim_start()
                .chars()
                .take_while(|c| c.is_ascii_digit() || ".,\u{b7}".contains(*c))
                .collect();
            let number = number.trim_end_matches([',', '.']);
            if !number.is_empty() {
                return Some(format!("{}{number}", sign.trim_matches('=')));
            }
        }
        from = at + 1;
    }
    None
}

/// Reads a cell of an estimate.
pub(super) fn effect(cell: &str, comma: Comma) -> Effect {
    let mut found = Effect {
        level: level(cell).unwrap_or_default(),
        p: p_of(cell).unwrap_or_default(),
        ..Effect::default()
    };
    let lower = cell.to_ascii_lowercase();
    let (before, inner) = match cell.find(['(', '[', '{']) {
        Some(at) => {
            let rest = cell.get(at + 1..).unwrap_or("");
            let end = rest.find([')', ']', '}']).unwrap_or(rest.len());
            (cell.get(..at).unwrap_or(""), rest.get(..end).unwrap_or(""))
        }
        // `0.85, 95% CI 0.74 to 0.98`
        None if behind_level(cell).len() < cell.len() => {
            let end = if found.level.is_empty() {
                lower.find("ci")
            } else {
                cell.find(found.level.as_str())
            };
            let end = end.unwrap_or(cell.len());
            (cell.get(..end).unwrap_or(""), cell.get(end..).unwrap_or(""))
        }
        None => {
            let all = numbers(cell, comma);
            if let Ok([estimate, low, high]) = <[String; 3]>::try_from(all)
                && found.p.is_empty()
                && Printed::parse_as(cell, comma).is_none()
            {
                return Effect {
                    estimate,
                    low,
                    high,
                    ..found
                };
            }
            (cell, "")
        }
    };
    // `RR = 0.85`, `HR 0.71`: the name of the measure before the number.
    let bare = before.trim().trim_end_matches([',', ';', ':']).trim_end();
    let number = bare
        .char_indices()
        .find(|(_, c)| c.is_ascii_digit() || "-+.<>\u{2212}\u{2013}\u{b7}".contains(*c))
        .map_or(0, |(at, _)| at);
    let named = bare
        .get(..number)
        .is_some_and(|name| name.chars().all(|c| c.is_alphabetic() || "= :".contains(c)));
    let estimate = if named {
        bare.get(number..).unwrap_or(bare)
    } else {
        bare
    };
    estimate.trim().clone_into(&mut found.estimate);
    // What stands behind the interval in one bracket: `1.00-1.44; p = 0.05`.
    let lower = inner.to_ascii_lowercase();
    let end = [";p", "; p", ", p", ",p", " p=", " p<", " p ="]
        .iter()
        .filter_map(|mark| lower.find(mark))
        .min()
        .unwrap_or(inner.len());
    if let Some([low, high]) = limits(inner.get(..end).unwrap_or(inner), comma) {
        found.low = low;
        found.high = high;
    }
    found
}

/// I², the p-value and the degrees of freedom of `I² = 81%, p = 0.34` or
/// `Chi² = 9.31, df = 8 (P = 0.32); I² = 14%`, by the columns they are of.
pub(super) fn heterogeneity(cell: &str) -> Vec<(&'static str, String)> {
    let plain = cell.to_lowercase().replace('\u{b2}', "2");
    let behind = |name: &str| -> Option<String> {
        let at = plain.match_indices(name).map(|(at, _)| at).find(|at| {
            let before = plain.get(..*at).and_then(|b| b.chars().next_back());
            !before.is_some_and(char::is_alphanumeric)
        })?;
        let rest = plain
            .get(at + name.len()..)?
            .trim_start_matches([' ', '=', ':', '\u{a0}']);
        let number: String = rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || ".,\u{b7}<-\u{2212}".contains(*c))
            .collect();
        let number = number.trim_end_matches([',', '.']).to_owned();
        (!number.is_empty()).then_some(number)
    };
    let mut out = Vec::new();
    if let Some(i2) = behind("i2").or_else(|| behind("i 2")) {
        out.push(("i2", i2));
    }
    if let Some(p) = p_of(cell) {
        out.push(("p_het", p));
    }
    if let Some(df) = behind("df").or_else(|| behind("d.f."))
        && let Some(df) = Printed::parse(&df).and_then(|df| df.whole())
    {
        out.push(("k", (df + 1).to_string()));
    }
    if out.is_empty() && Printed::parse(cell).is_some() && cell.contains('%') {
        out.push(("i2", cell.trim().to_owned()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_with_its_interval_is_read_as_papers_write_it() {
        let three = |cell: &str, comma: Comma| {
            let e = effect(cell, comma);
            [e.estimate, e.low, e.high].join("|")
        };
        for (cell, expected) in [
            ("0.57 (0.37 to 0.86)", "0.57|0.37|0.86"),
            ("0.57 [0.37, 0.86]", "0.57|0.37|0.86"),
            ("0.57 (95% CI 0.37\u{2013}0.86)", "0.57|0.37|0.86"),
            ("0.57, 95% CI: 0.37-0.86", "0.57|0.37|0.86"),
            ("0.57 (0.37,0.86)", "0.57|0.37|0.86"),
            ("-0.9 (-1.2--0.1)", "-0.9|-1.2|-0.1"),
            (
                "\u{2212}3.4 (\u{2212}5.5 \u{2013} \u{2212}1.3)\u{2020}",
                "\u{2212}3.4|-5.5|-1.3",
            ),
            ("-3.4 (-5.5 -1.3)", "-3.4|-5.5|-1.3"),
            (
                "0\u{b7}85 (0\u{b7}74\u{2013}0\u{b7}98)",
                "0\u{b7}85|0.74|0.98",
            ),
            (
                "1\u{b7}20 (1\u{b7}00\u{2013}1\u{b7}44); p=0\u{b7}05",
                "1\u{b7}20|1.00|1.44",
            ),
            ("1.20 (1.00-1.44; p = 0.05)", "1.20|1.00|1.44"),
            ("HR 0.71 (0.55\u{2013}0.92)", "0.71|0.55|0.92"),
            ("1,204.5 (1,002.1 to 1,406.9)", "1,204.5|1,002.1|1,406.9"),
            ("0.85 0.74 to 0.98", "0.85|0.74|0.98"),
            ("1.00 (Ref)", "1.00||"),
            ("0.62", "0.62||"),
        ] {
            assert_eq!(three(cell, Comma::Thousands), expected, "{cell}");
        }
        for (cell, expected) in [
            ("1,234 (1,101\u{2013}1,383)", "1,234|1,101|1,383"),
            ("0,853 (0,742; 0,981)", "0,853|0,742|0,981"),
            ("0,853 (0,742, 0,981)", "0,853|0,742|0,981"),
        ] {
            assert_eq!(three(cell, Comma::Decimals), expected, "{cell}");
        }
        assert_eq!(
            effect("1.20 (1.00\u{2013}1.44); p<0.05", Comma::Each).p,
            "<0.05"
        );
        assert_eq!(
            effect("1.20 (99% CI 1.00\u{2013}1.44)", Comma::Each).level,
            "99"
        );
    }

    #[test]
    fn levels_and_heterogeneity() {
        assert_eq!(level("HR (99% CI)").as_deref(), Some("99"));
        assert_eq!(level("OR (90 %-CrI)").as_deref(), Some("90"));
        assert_eq!(level("97.5% confidence interval").as_deref(), Some("97.5"));
        assert_eq!(level("Weight (%)"), None);
        assert_eq!(level("50% of CI"), None);
        assert_eq!(
            heterogeneity("I\u{b2} = 81%, p = 0.34"),
            [("i2", "81".to_owned()), ("p_het", "0.34".to_owned())]
        );
        assert_eq!(
            heterogeneity(
                "Heterogeneity: Tau\u{b2} = 0.02; Chi\u{b2} = 9.31, df = 8 (P < 0.001); I\u{b2} = 14%"
            ),
            [
                ("i2", "14".to_owned()),
                ("p_het", "<0.001".to_owned()),
                ("k", "9".to_owned())
            ]
        );
    }
}
