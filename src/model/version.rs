//! Names of published versions.

/// The most letters that a name may have.
const LONGEST: usize = 40;
/// Words that stand for what is not published.
const KEPT: [&str; 2] = ["working", "latest"];

/// Whether a version may be called so: letters, digits, `.`, `-` and `_`, at most forty, not hidden as a
/// file and none of the words that stand for what is not published.
///
/// ```
/// use perennial::model::version::is_version_name;
/// assert!(is_version_name("2024-1.0"));
/// assert!(!is_version_name("latest"));
/// assert!(!is_version_name("1/2"));
/// ```
pub fn is_version_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    !name.is_empty()
        && name.len() <= LONGEST
        && name.chars().all(allowed)
        && !name.starts_with('.')
        && !KEPT.iter().any(|word| name.eq_ignore_ascii_case(word))
}
