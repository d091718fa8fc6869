//! Words of a text, as the tokenizer of scikit-learn takes them: `\w\w+` of the lower-cased text.

use std::collections::HashMap;

/// Numbers for words, in the order in which they are met.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    numbers: HashMap<String, u32>,
}

impl Lexicon {
    /// The numbers of the words of a text, in its order.
    pub fn words(&mut self, text: &str) -> Vec<u32> {
        let mut out = Vec::new();
        each_word(text, |word| out.push(self.number(word)));
        out
    }

    /// The number of a word.
    pub fn number(&mut self, word: &str) -> u32 {
        if let Some(number) = self.numbers.get(word) {
            return *number;
        }
        let number = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        self.numbers.insert(word.to_owned(), number);
        number
    }

    /// The words by their numbers.
    pub fn into_words(self) -> Vec<String> {
        let mut words: Vec<(u32, String)> = self
            .numbers
            .into_iter()
            .map(|(word, number)| (number, word))
            .collect();
        words.sort_unstable();
        words.into_iter().map(|(_, word)| word).collect()
    }

    /// How many words it has.
    pub fn len(&self) -> usize {
        self.numbers.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.numbers.is_empty()
    }
}

/// Titles and abstracts as words by number: what models read, without the texts.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    lexicon: Lexicon,
    words: Vec<u32>,
    /// Where each text ends, and before that its title.
    ends: Vec<(usize, usize)>,
}

impl Corpus {
    /// Adds a text: a title and an abstract.
    pub fn push(&mut self, title: &str, text: &str) {
        let (words, lexicon) = (&mut self.words, &mut self.lexicon);
        each_word(title, |word| words.push(lexicon.number(word)));
        let title = words.len();
        each_word(text, |word| words.push(lexicon.number(word)));
        self.ends.push((title, self.words.len()));
    }

    /// How many texts it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// How many words it has that differ.
    pub fn distinct(&self) -> u32 {
        u32::try_from(self.lexicon.len()).unwrap_or(u32::MAX)
    }

    /// The words of a text, or of its title alone.
    pub fn words(&self, text: usize, title: bool) -> &[u32] {
        let before = text.checked_sub(1).and_then(|at| self.ends.get(at));
        let from = before.map_or(0, |(_, end)| *end);
        let (middle, end) = self.ends.get(text).copied().unwrap_or((from, from));
        let to = if title { middle } else { end };
        self.words.get(from..to).unwrap_or_default()
    }

    /// What `form` makes of its words: for each word the number of its form, and the forms.
    pub fn forms(&self, form: impl Fn(&str) -> String) -> (Vec<u32>, Vec<String>) {
        let mut words: Vec<(&String, &u32)> = self.lexicon.numbers.iter().collect();
        words.sort_unstable_by_key(|(_, number)| **number);
        let mut forms = Lexicon::default();
        let numbers = words.into_iter().map(|(word, _)| forms.number(&form(word)));
        (numbers.collect(), forms.into_words())
    }
}

/// Calls `take` with every word of two or more letters, digits or underscores, in lower case.
///
/// ```
/// use perennial::rank::words::each_word;
/// let mut words = Vec::new();
/// each_word("A CD38-directed antibody, β2", |word| words.push(word.to_owned()));
/// assert_eq!(words, ["cd38", "directed", "antibody", "β2"]);
/// ```
pub fn each_word(text: &str, mut take: impl FnMut(&str)) {
    let lower = text.to_lowercase();
    let mut start = None;
    for (at, c) in lower.char_indices() {
        match (start, belongs(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                give(&lower, from, at, &mut take);
                start = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }
    if let Some(from) = start {
        give(&lower, from, lower.len(), &mut take);
    }
}

fn give(text: &str, from: usize, to: usize, take: &mut impl FnMut(&str)) {
    if let Some(word) = text.get(from..to)
        && word.chars().nth(1).is_some()
    {
        take(word);
    }
}

/// Whether a character is part of a word: a letter, a digit or `_`. A combining mark parts words, as
/// it does there.
fn belongs(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c)
}
