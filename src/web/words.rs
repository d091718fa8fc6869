//! How pages spell what they show.

use crate::model::Choice;

/// Thousands take a comma: 2,821.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// "1 title", "2,821 titles".
pub(super) fn many(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { several })
}

/// `2026-07-15 06:00Z` of a point in time.
pub(super) fn minute(at: &str) -> String {
    match (at.get(..10), at.get(11..16)) {
        (Some(day), Some(time)) => format!("{day} {time}Z"),
        _ => at.to_owned(),
    }
}

/// The day of a point in time.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// "Excluded" of a choice.
pub(super) fn did(choice: Choice) -> &'static str {
    match choice {
        Choice::Include => "Included",
        Choice::Exclude => "Excluded",
        Choice::Unsure => "Marked unsure",
        Choice::Retrieved => "Retrieved",
        Choice::NotRetrieved => "Not retrieved",
    }
}

/// The sign beside a choice.
pub(super) fn sign(choice: Choice) -> &'static str {
    match choice {
        Choice::Include | Choice::Retrieved => "+",
        Choice::Exclude | Choice::NotRetrieved => "×",
        Choice::Unsure => "?",
    }
}

/// The class of a choice in the stylesheet.
pub(super) fn class(choice: Choice) -> &'static str {
    match choice {
        Choice::Include | Choice::Retrieved => "include",
        Choice::Exclude | Choice::NotRetrieved => "exclude",
        Choice::Unsure => "unsure",
    }
}

/// A value of an address.
pub(super) fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_and_times_are_spelt_for_people() {
        assert_eq!(super::grouped(0), "0");
        assert_eq!(super::grouped(2821), "2,821");
        assert_eq!(super::grouped(1_000_000), "1,000,000");
        assert_eq!(super::many(1, "title", "titles"), "1 title");
        assert_eq!(
            super::minute("2026-07-15T06:00:01.000Z"),
            "2026-07-15 06:00Z"
        );
    }
}
