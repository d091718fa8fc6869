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

use super::matrix::{Block, Matrix, Term};
use super::svm::Precision;
use super::words::Corpus;

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
        let mut corpus = Corpus::default();
        for (title, text) in titles.iter().zip(abstracts) {
            corpus.push(title, text);
        }
        self.read(corpus).matrix
    }

    /// The rows of records, with the names of their features.
    pub fn read(self, corpus: Corpus) -> Texts {
        match self {
            Self::Reference => Texts::of(corpus, &[(Field::Text, str::to_owned, 1.0)]),
            Self::Fields => Texts::of(
                corpus,
                &[
                    (Field::Text, singular, 1.0),
                    (Field::Beginning, beginning, BEGINNINGS),
                    (Field::Title, str::to_owned, TITLE),
                ],
            ),
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
    blocks: Vec<Names>,
}

#[derive(Debug, Clone)]
struct Names {
    field: Field,
    first: u32,
    words: Vec<String>,
}

/// A field, what it makes of a word, and its weight.
type Part = (Field, fn(&str) -> String, f64);

impl Texts {
    fn of(corpus: Corpus, parts: &[Part]) -> Self {
        let length = parts.iter().map(|part| part.2 * part.2).sum::<f64>().sqrt();
        let forms: Vec<(Vec<u32>, Vec<String>)> =
            parts.iter().map(|part| corpus.forms(part.1)).collect();
        let blocks: Vec<Block<'_>> = parts
            .iter()
            .zip(&forms)
            .map(|((field, _, by), (forms, _))| Block {
                forms,
                with_pairs: *field != Field::Beginning,
                titles: *field == Field::Title,
                by: by / length,
            })
            .collect();
        let (matrix, firsts) = Matrix::of_blocks(corpus, &blocks);
        let names = parts.iter().zip(forms).zip(firsts);
        let names = names.map(|((part, (_, words)), first)| Names {
            field: part.0,
            first,
            words,
        });
        Self {
            blocks: names.collect(),
            matrix,
        }
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
