//! Names of files without the machine they lie on.

/// The name of a file as pages show it: a path from the root of a machine loses its folders, which
/// name a person's account and are nobody else's; a path inside the workspace stays.
///
/// ```
/// use perennial::model::path::without_machine;
/// assert_eq!(without_machine("/home/ann/exports/embase.ris"), "embase.ris");
/// assert_eq!(without_machine(r"C:\Users\ann\embase.ris"), "embase.ris");
/// assert_eq!(without_machine("../ann/embase.ris"), "embase.ris");
/// assert_eq!(without_machine("exports/embase.ris"), "exports/embase.ris");
/// ```
pub fn without_machine(path: &str) -> &str {
    let drive = path
        .get(1..3)
        .is_some_and(|rest| rest == ":\\" || rest == ":/");
    let outside = path.starts_with(['/', '\\', '~'])
        || drive
        || path.split(['/', '\\']).any(|part| part == "..");
    if !outside {
        return path;
    }
    match path.rsplit(['/', '\\']).next() {
        Some(name) if !name.is_empty() => name,
        Some(_) | None => path,
    }
}
