//! What the value of a key must be, and what holds where it is left out.

use crate::workflow::diagnostic::one_of;

/// What the value of a key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text that is not empty.
    Text,
    /// A short text that also serves on the command line: no `:`, `[`, `]` or line break.
    Name,
    /// Lower-case letters, digits and single hyphens.
    Slug,
    /// A file or folder inside the workspace.
    Path,
    /// An address that begins with `http://` or `https://`.
    Address,
    /// `true` or `false`.
    Flag,
    /// A whole number in a range.
    Count {
        /// The least value that is taken.
        min: u64,
        /// The largest value that is taken.
        max: u64,
    },
    /// A number, kept as it is written.
    Number,
    /// One of a closed set of words.
    Word(&'static [&'static str]),
    /// When something is due: one of these words, plain words, or an expression of cron.
    Schedule(&'static [&'static str]),
    /// A zone of the IANA database.
    Zone,
    /// A list of texts.
    Texts,
    /// A list of words of a closed set.
    Words(&'static [&'static str]),
    /// A table.
    Table,
    /// A list of tables.
    Tables,
}

impl Kind {
    /// What is expected, for a sentence after "must be".
    pub fn describe(self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Name => "a short text without `:`, `[` or `]`".to_owned(),
            Self::Slug => "lower-case letters, digits and hyphens".to_owned(),
            Self::Path => "a path inside the workspace".to_owned(),
            Self::Address => "an address that begins with `https://` or `http://`".to_owned(),
            Self::Flag => "`true` or `false`".to_owned(),
            Self::Count { min: 0, .. } => "a whole number".to_owned(),
            Self::Count { min, max } => format!("a whole number from {min} to {max}"),
            Self::Number => "a number".to_owned(),
            Self::Word(words) => one_of(words),
            Self::Schedule(words) => format!(
                "{}, plain words such as `monthly on the 15th`, or cron",
                words
                    .iter()
                    .map(|word| format!("`{word}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Self::Zone => "a time zone such as `Europe/Berlin`".to_owned(),
            Self::Texts => "a list of texts".to_owned(),
            Self::Words(words) => format!("a list of {}", one_of(words)),
            Self::Table => "a table".to_owned(),
            Self::Tables => "a list of tables".to_owned(),
        }
    }
}

/// Whether a key may be left out, and what then holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must be given.
    Required,
    /// It may be left out; then there is none.
    Optional,
    /// It may be left out; then this TOML value holds.
    Default(&'static str),
    /// What holds depends on other keys, as this phrase says.
    Depends(&'static str),
}

impl Need {
    /// What holds where the key is left out, for a table cell.
    pub fn describe(self) -> String {
        match self {
            Self::Required => "required".to_owned(),
            Self::Optional => "none".to_owned(),
            Self::Default(value) => format!("`{value}`"),
            Self::Depends(phrase) => phrase.to_owned(),
        }
    }
}

/// The slug nearest to a text: `Anti-CD38 (living)` gives `anti-cd38-living`.
pub fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    out.truncate(64);
    out.trim_end_matches('-').to_owned()
}
