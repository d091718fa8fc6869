//! Kinds are found from every format's words, and every kind has a way out.

use super::*;

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn every_kind_comes_back_from_its_name_and_its_code() {
    for row in &KINDS {
        assert_eq!(endnote(row.name), Some(row.kind), "{}", row.name);
        let types = strings(&[row.name]);
        for code in row.ris {
            assert_eq!(ris(code, &types), Some(row.kind), "{code}");
        }
        if let Some(number) = row.number {
            assert_eq!(endnote_name(&number.to_string()), Some(row.name));
        }
    }
}

#[test]
fn no_word_means_two_kinds() {
    let mut seen = std::collections::BTreeMap::new();
    for row in &KINDS {
        for word in row.words {
            assert_eq!(*word, bare(word), "a word of the table is bare");
            assert_eq!(seen.insert(*word, row.kind), None, "{word}");
        }
    }
}

#[test]
fn the_words_of_each_format_are_known() {
    use Publication as P;
    for (written, want) in [
        ("inproceedings", P::Conference),
        ("proceedings-article", P::Conference),
        ("conferencePaper", P::Conference),
        ("Conference Abstract", P::Conference),
        ("Meeting Abstract", P::Conference),
        ("phdthesis", P::Thesis),
        ("Academic Dissertation", P::Thesis),
        ("dissertation", P::Thesis),
        ("techreport", P::Report),
        ("Technical Report", P::Report),
        ("book-chapter", P::Chapter),
        ("bookSection", P::Chapter),
        ("incollection", P::Chapter),
        ("journal-article", P::JournalArticle),
        ("Article", P::JournalArticle),
        ("posted-content", P::Preprint),
        ("Dataset", P::Dataset),
        ("CPAPER", P::ConferencePaper),
    ] {
        assert_eq!(word(written), Some(want), "{written}");
    }
    assert_eq!(word("Letter"), None);
    assert_eq!(endnote("Conference Paper"), Some(P::ConferencePaper));
}

#[test]
fn an_article_with_other_types_is_an_article() {
    let types = strings(&["Congress", "Journal Article"]);
    assert_eq!(words(&types), Some(Publication::JournalArticle));
    assert_eq!(
        words(&strings(&["Review", "Congress"])),
        Some(Publication::Conference)
    );
    assert_eq!(words(&strings(&["Editorial"])), None);
}

#[test]
fn web_of_science_says_it_in_two_fields() {
    use Publication as P;
    let article = strings(&["Article"]);
    assert_eq!(wos(Some("J"), &article), Some(P::JournalArticle));
    assert_eq!(wos(Some("S"), &article), Some(P::Serial));
    assert_eq!(
        wos(Some("S"), &strings(&["Proceedings Paper"])),
        Some(P::ConferencePaper)
    );
    assert_eq!(
        wos(Some("B"), &strings(&["Article", "Book Chapter"])),
        Some(P::Chapter)
    );
    assert_eq!(wos(Some("C"), &[]), Some(P::ConferencePaper));
}

#[test]
fn a_code_that_nobody_knows_goes_out_as_it_came() {
    let mut record = Record::default();
    record.extra.insert("TY".to_owned(), vec!["XYZ".to_owned()]);
    assert_eq!(of(&record), Publication::JournalArticle);
    assert_eq!(ris_code(&record), "XYZ");
    record
        .extra
        .insert("TY".to_owned(), vec!["no code".to_owned()]);
    assert_eq!(ris_code(&record), "JOUR");
}
