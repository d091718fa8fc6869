//! What a model reads of a record.
//!
//! [`Model::Reference`] is ASReview's ELAS u4: title and abstract as one text, words as they are.
//! [`Model::Fields`] reads the same in three blocks, each a TF-IDF matrix of its own:
//!
//! | block | weight | why |
//! |---|---|---|
//! | title and abstract, words and pairs, plural and singular as one | 1 | `trials` is `trial` |
//! | the first five letters of their words, without pairs | 0.5 | `hypertension` is `hypertensive` |
//! | the title alone, words and pairs as they are | 0.4 | what a report says first weighs more |
//!
//! The weights were chosen among a dozen on eight targets over four sets; against the reference model they lowered the
//! loss on seven of them and on none raised it by more than a hundredth (`docs/design/0014-ranking.md`).

use super::matrix::Matrix;
use super::svm::Precision;
use super::words::{Lexicon, each_word};
use std::collections::HashMap;

/// Which model gives the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// ELAS u4, trained to convergence after every label.
    Reference,
    /// Blocks of fields.
    Fields,
}

impl Model {
    /// Its name in results.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Fields => "fields",
        }
    }

    /// How exactly it learns.
    pub fn precision(self) -> Precision {
        match self {
            Self::Reference => Precision::EXACT,
            Self::Fields => Precision::QUICK,
        }
    }

    /// After how many irrelevant labels in a row all are learned again; in between only the newest is.
    /// A relevant one is always learned at once.
    pub fn patience(self, known: usize) -> usize {
        match self {
            Self::Reference => 1,
            Self::Fields => 1 + known / 50,
        }
    }

    /// The rows of records.
    pub fn matrix(self, titles: &[String], abstracts: &[String]) -> Matrix {
        let texts: Vec<String> = titles
            .iter()
            .zip(abstracts)
            .map(|(title, text)| format!("{title} {text}"))
            .collect();
        match self {
            Self::Reference => Matrix::of_texts(&texts),
            Self::Fields => {
                let stems = Matrix::of_words(&mapped(&texts, singular));
                let beginnings = Matrix::of_single_words(&mapped(&texts, beginning));
                let parts = [
                    (stems, 1.0),
                    (beginnings, BEGINNINGS),
                    (Matrix::of_texts(titles), TITLE),
                ];
                let length = parts.iter().map(|(_, by)| by * by).sum::<f64>().sqrt();
                Matrix::beside(&parts.map(|(part, by)| (part, by / length)))
            }
        }
    }
}

/// Weight of the beginnings of words.
const BEGINNINGS: f64 = 0.5;
/// Weight of the title as a block.
const TITLE: f64 = 0.4;
/// How many letters a beginning has.
const LETTERS: usize = 5;

/// The words of texts, numbered by what `form` makes of them.
fn mapped(texts: &[String], form: impl Fn(&str) -> String) -> Vec<Vec<u32>> {
    let mut lexicon = Lexicon::default();
    let mut forms: HashMap<String, u32> = HashMap::new();
    let numbered = |text: &String| {
        let mut out = Vec::new();
        each_word(text, |word| {
            let number = match forms.get(word) {
                Some(number) => *number,
                None => {
                    let number = lexicon.number(&form(word));
                    forms.insert(word.to_owned(), number);
                    number
                }
            };
            out.push(number);
        });
        out
    };
    texts.iter().map(numbered).collect()
}

/// An English word without the ending of its plural; a word with a digit stays.
fn singular(word: &str) -> String {
    if word.len() < 4 || word.chars().any(char::is_numeric) {
        return word.to_owned();
    }
    for (ending, instead) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
    ] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.len() >= 2
        {
            return format!("{stem}{instead}");
        }
    }
    let plural = !word.ends_with("ss") && !word.ends_with("us") && !word.ends_with("is");
    let stem = word.strip_suffix('s').filter(|_| plural);
    stem.unwrap_or(word).to_owned()
}

/// The first letters of a word.
fn beginning(word: &str) -> String {
    word.chars().take(LETTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plural_and_singular_are_one_and_other_endings_stay() {
        for (word, form) in [
            ("trials", "trial"),
            ("studies", "study"),
            ("biopsies", "biopsy"),
            ("classes", "class"),
            ("indexes", "index"),
            ("virus", "virus"),
            ("diagnosis", "diagnosis"),
            ("stress", "stress"),
            ("cd38s", "cd38s"),
            ("was", "was"),
        ] {
            assert_eq!(singular(word), form);
        }
        assert_eq!(beginning("hypertension"), beginning("hypertensive"));
        assert_eq!(beginning("β2"), "β2");
    }

    #[test]
    fn rows_of_either_model_have_length_one() {
        let titles = ["Trials of a drug", "A drug trial", "Rats", "Rats", "A drug"];
        let titles = titles.map(str::to_owned);
        let abstracts = [
            "response rates",
            "",
            "hypertensive rats",
            "hypertension",
            "rate",
        ];
        let abstracts = abstracts.map(str::to_owned);
        for model in [Model::Reference, Model::Fields] {
            let matrix = model.matrix(&titles, &abstracts);
            for n in 0..5 {
                let row = matrix.row(n);
                assert!((row.own + row.shared - 1.0).abs() < 1e-9, "{model:?} {n}");
            }
        }
    }
}
