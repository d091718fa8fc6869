//! The nearest valid word to a mistyped one, or none where every guess would mislead.

/// The candidate that `wrong` most probably stands for.
///
/// A candidate qualifies when one of these holds, letter case and `-` against `_` set aside: at
/// most one edit in four characters (Damerau-Levenshtein, so a swap of neighbours is one edit), a
/// Jaro-Winkler likeness of 0.9, or one is the beginning of the other.
pub fn nearest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = fold(wrong);
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let folded = fold(candidate);
        let longer = wrong.chars().count().max(folded.chars().count());
        let edits = strsim::damerau_levenshtein(&wrong, &folded);
        let likeness = strsim::jaro_winkler(&wrong, &folded);
        let begins = wrong.len().min(folded.len()) >= 4
            && (folded.starts_with(&wrong) || wrong.starts_with(&folded));
        let near = edits <= (longer / 4).max(1) || likeness >= 0.9 || begins;
        if near && longer > 2 && best.is_none_or(|(top, _)| likeness > top) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(text: &str) -> String {
    text.trim().to_lowercase().replace(['-', ' '], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_word_and_strangers_find_none() {
        let keys = [
            "name",
            "kind",
            "platform",
            "publication_type_any",
            "title_any",
        ];
        for (wrong, want) in [
            ("nmae", Some("name")),
            ("Kind", Some("kind")),
            ("plattform", Some("platform")),
            ("publication-type-any", Some("publication_type_any")),
            ("publication_type", Some("publication_type_any")),
            ("titles_any", Some("title_any")),
            ("frobnicate", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, keys), want, "{wrong}");
        }
        let files = ["queries/pubmed.txt", "queries/embase.txt"];
        assert_eq!(
            nearest("queries/pubmd.txt", files),
            Some("queries/pubmed.txt")
        );
        assert_eq!(nearest("search.md", files), None);
    }
}
