//! What is wrong in a file that a person wrote, and where: message, place and help.
//!
//! A diagnostic holds values only; `cli::diagnostic` draws it. It serves any text file, not only
//! `workflow.toml`: a query file or an import of decisions points at its bytes in the same way.

use std::fmt;
use std::ops::Range;

/// One problem in one file, with the bytes it is about and what can be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// The file as the person knows it, relative to the workspace.
    pub file: String,
    /// The bytes of the file that are underlined.
    pub span: Range<usize>,
    /// The line of the first byte, from 1.
    pub line: usize,
    /// The character in that line, from 1.
    pub column: usize,
    /// What stands beside the underline; may be empty.
    pub label: String,
    /// What can be done about it, one sentence each.
    pub help: Vec<String>,
    /// Another place that must be seen to understand this one.
    pub context: Option<Context>,
}

/// A second place of the same file that is shown with the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The bytes of the file that are shown.
    pub span: Range<usize>,
    /// What stands beside them; where empty the line is shown without an underline.
    pub label: String,
}

impl Diagnostic {
    /// A problem at `span` of `source`, which is the whole text of `file`.
    ///
    /// ```
    /// use perennial::workflow::Diagnostic;
    /// let text = "report,phase\nr1,fulltext\n";
    /// let found = Diagnostic::new("unknown phase `fulltext`", "decisions.csv", text, 16..24);
    /// assert_eq!(found.to_string(), "decisions.csv:2:4: unknown phase `fulltext`");
    /// ```
    pub fn new(message: impl Into<String>, file: &str, source: &str, span: Range<usize>) -> Self {
        let (line, column) = position(source, span.start);
        Self {
            message: message.into(),
            file: file.to_owned(),
            span,
            line,
            column,
            label: String::new(),
            help: Vec::new(),
            context: None,
        }
    }

    /// The same with a text beside the underline.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// The same with one more piece of advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The same with the line of `span` shown above or below.
    #[must_use]
    pub fn context(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        let label = label.into();
        self.context = Some(Context { span, label });
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            file,
            line,
            column,
            message,
            ..
        } = self;
        write!(f, "{file}:{line}:{column}: {message}")
    }
}

impl std::error::Error for Diagnostic {}

/// Line and character of a byte, both from 1; a byte beyond the end counts as the end.
pub fn position(source: &str, byte: usize) -> (usize, usize) {
    let before = source
        .char_indices()
        .take_while(|(at, _)| *at < byte)
        .map(|(_, c)| c);
    before.fold((1, 1), |(line, column), c| {
        if c == '\n' {
            (line + 1, 1)
        } else {
            (line, column + 1)
        }
    })
}

/// A text of the file in backticks, with control characters spelled out.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("`");
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out.push('`');
    out
}

/// `a`, `b` or `c`: words in backticks for a sentence.
pub(crate) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|w| quoted(w)).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters_and_the_end_is_a_place() {
        let text = "a = \"é\"\r\nb";
        assert_eq!(position(text, 0), (1, 1));
        assert_eq!(position(text, text.find('b').unwrap()), (2, 1));
        assert_eq!(position(text, 7), (1, 7));
        assert_eq!(position(text, 900), (2, 2));
    }

    #[test]
    fn words_are_listed_as_in_a_sentence() {
        assert_eq!(one_of(&["a"]), "`a`");
        assert_eq!(one_of(&["a", "b", "c"]), "`a`, `b` or `c`");
        assert_eq!(quoted("a\u{1b}[1m"), "`a\\u{1b}[1m`");
    }
}
