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

use super::matrix::{Matrix, Term};
use super::number;
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
        self.read(titles, abstracts).matrix
    }

    /// The rows of records, with the names of their features.
    pub fn read(self, titles: &[String], abstracts: &[String]) -> Texts {
        let texts: Vec<String> = titles
            .iter()
            .zip(abstracts)
            .map(|(title, text)| format!("{title} {text}"))
            .collect();
        match self {
            Self::Reference => {
                let (numbered, words) = mapped(&texts, str::to_owned);
                let matrix = Matrix::of_words(&numbered);
                Texts::of([(Field::Text, matrix, words, 1.0)])
            }
            Self::Fields => {
                let (numbered, words) = mapped(&texts, singular);
                let stems = (Field::Text, Matrix::of_words(&numbered), words, 1.0);
                let (numbered, words) = mapped(&texts, beginning);
                let matrix = Matrix::of_single_words(&numbered);
                let beginnings = (Field::Beginning, matrix, words, BEGINNINGS);
                drop(texts);
                let (numbered, words) = mapped(titles, str::to_owned);
                let title = (Field::Title, Matrix::of_words(&numbered), words, TITLE);
                Texts::of([stems, beginnings, title])
            }
        }
    }
}

/// Where a feature was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// In title or abstract.
    Text,
    /// In title or abstract, at the beginning of a word.
    Beginning,
    /// In the title.
    Title,
}

/// Rows of records, and what their features are called.
#[derive(Debug, Clone)]
pub struct Texts {
    /// The rows.
    pub matrix: Matrix,
    blocks: Vec<Block>,
}

#[derive(Debug, Clone)]
struct Block {
    field: Field,
    first: u32,
    words: Vec<String>,
}

impl Texts {
    fn of<const N: usize>(parts: [(Field, Matrix, Vec<String>, f64); N]) -> Self {
        let length = parts.iter().map(|part| part.3 * part.3).sum::<f64>().sqrt();
        let (mut blocks, mut matrices, mut first) = (Vec::new(), Vec::new(), 0);
        for (field, matrix, words, by) in parts {
            blocks.push(Block {
                field,
                first,
                words,
            });
            first += number(matrix.width());
            matrices.push((matrix, by / length));
        }
        let matrix = match <[(Matrix, f64); 1]>::try_from(matrices) {
            Ok([(matrix, _)]) => matrix,
            Err(several) => Matrix::beside(&several),
        };
        Self { matrix, blocks }
    }

    /// What a feature is called, and where it was read.
    pub fn name(&self, feature: u32) -> Option<(Field, String)> {
        let block = self.blocks.iter().rfind(|block| block.first <= feature)?;
        let word = |n: u32| block.words.get(usize::try_from(n).ok()?);
        let words = match self.matrix.term(feature)? {
            Term::Word(one) => word(one)?.clone(),
            Term::Pair(one, other) => format!("{} {}", word(one)?, word(other)?),
        };
        Some((block.field, words))
    }

    /// The first feature of a field; features of later fields are higher.
    pub fn first_of(&self, field: Field) -> Option<u32> {
        let block = self.blocks.iter().find(|block| block.field == field)?;
        Some(block.first)
    }
}

/// Weight of the beginnings of words.
const BEGINNINGS: f64 = 0.5;
/// Weight of the title as a block.
const TITLE: f64 = 0.4;
/// How many letters a beginning has.
const LETTERS: usize = 5;

/// The words of texts, numbered by what `form` makes of them, and what each number stands for.
fn mapped(texts: &[String], form: impl Fn(&str) -> String) -> (Vec<Vec<u32>>, Vec<String>) {
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
    let texts = texts.iter().map(numbered).collect();
    (texts, lexicon.into_words())
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
