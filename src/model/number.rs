//! A number with its noun, as messages and reports say it.

/// "1 record", "2 records".
///
/// ```
/// use perennial::model::many;
/// assert_eq!(many(1, "study", "studies"), "1 study");
/// assert_eq!(many(0, "study", "studies"), "0 studies");
/// ```
pub fn many(n: u64, one: &str, several: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { several })
}
