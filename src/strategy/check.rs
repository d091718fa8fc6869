//! One answer for every platform: which rule, how grave, where, and what to write instead.
//!
//! An error is what a platform refuses or reads otherwise than it is written. A warning is what
//! works and is likely not meant: a line that nothing uses, a date limit in a strategy that is run
//! again and again, AND beside OR (PRESS 2015: McGowan et al., J Clin Epidemiol 2016).

use super::{cochrane, embase, ovid, pubmed, wos};
use crate::workflow::Diagnostic;
use std::ops::Range;

/// Whose language a strategy is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// PubMed.
    Pubmed,
    /// Ovid: MEDLINE, Embase, PsycInfo.
    Ovid,
    /// Embase.com.
    Embase,
    /// The Cochrane Library.
    Cochrane,
    /// Web of Science.
    Wos,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 5] = [
        Self::Pubmed,
        Self::Ovid,
        Self::Embase,
        Self::Cochrane,
        Self::Wos,
    ];

    /// The word of the command line and of `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pubmed => "pubmed",
            Self::Ovid => "ovid",
            Self::Embase => "embase",
            Self::Cochrane => "cochrane",
            Self::Wos => "wos",
        }
    }

    /// The name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pubmed => "PubMed",
            Self::Ovid => "Ovid",
            Self::Embase => "Embase.com",
            Self::Cochrane => "the Cochrane Library",
            Self::Wos => "Web of Science",
        }
    }

    /// The platform that a source's `platform` or name speaks of.
    ///
    /// ```
    /// use perennial::strategy::Platform;
    /// assert_eq!(Platform::of("Embase.com"), Some(Platform::Embase));
    /// assert_eq!(Platform::of("Embase (Ovid)"), Some(Platform::Ovid));
    /// assert_eq!(Platform::of("ClinicalTrials.gov"), None);
    /// ```
    pub fn of(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
        let known: [(&[&str], Self); 5] = [
            (&["ovid"], Self::Ovid),
            (&["cochrane", "central"], Self::Cochrane),
            (&["web of science", "webofscience"], Self::Wos),
            (&["embase"], Self::Embase),
            (&["pubmed", "e-utilities"], Self::Pubmed),
        ];
        known
            .into_iter()
            .find(|(words, _)| says(words))
            .map(|(_, platform)| platform)
    }
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The platform refuses it, or reads it otherwise than it is written.
    Error,
    /// It works, and is likely not meant.
    Warning,
}

impl Severity {
    /// The word of `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A rule of PubMed.
    Pubmed(pubmed::Rule),
    /// A reference to a line that is not there.
    LineMissing,
    /// A reference of a line to itself or to a later one.
    LineLater,
    /// Two lines with one number.
    LineTwice,
    /// A line that the last line does not use.
    LineUnused,
    /// An operator that the platform does not have.
    UnknownOperator,
    /// `and`, `or`, `not` in lower case.
    LowerCase,
    /// AND and OR side by side.
    Mixed,
    /// An operator without something on both sides, or a group without a term.
    Dangling,
    /// Words side by side without an operator, which are searched apart.
    ImplicitAnd,
    /// A field that the platform does not have.
    UnknownField,
    /// A term without a field.
    FieldMissing,
    /// A subject heading that is not written as one.
    Heading,
    /// A proximity operator that cannot work as written.
    Proximity,
    /// A sign that is not a wildcard on this platform, or not at this place.
    Wildcard,
    /// A truncated word with fewer than three letters.
    ShortTruncation,
    /// A wildcard in quotation marks.
    WildcardInPhrase,
    /// A typographic quotation mark.
    Quote,
    /// An asterisk of another alphabet.
    Asterisk,
    /// Brackets or quotation marks that do not pair.
    Unbalanced,
    /// A date limit.
    DateLimit,
    /// A term that most strategies of the review have, and this one lacks.
    ConceptTerm,
    /// A concept that most strategies of the review have, and this one lacks.
    ConceptMissing,
}

impl Code {
    /// The word of `--json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pubmed(rule) => rule.as_str(),
            Self::LineMissing => "line-missing",
            Self::LineLater => "line-later",
            Self::LineTwice => "line-twice",
            Self::LineUnused => "line-unused",
            Self::UnknownOperator => "unknown-operator",
            Self::LowerCase => "lower-case-operator",
            Self::Mixed => "mixed-operators",
            Self::Dangling => "dangling-operator",
            Self::ImplicitAnd => "implicit-and",
            Self::UnknownField => "unknown-field",
            Self::FieldMissing => "field-missing",
            Self::Heading => "heading",
            Self::Proximity => "proximity",
            Self::Wildcard => "wildcard",
            Self::ShortTruncation => "short-truncation",
            Self::WildcardInPhrase => "wildcard-in-phrase",
            Self::Quote => "typographic-quote",
            Self::Asterisk => "typographic-asterisk",
            Self::Unbalanced => "unbalanced",
            Self::DateLimit => "date-limit",
            Self::ConceptTerm => "concept-term",
            Self::ConceptMissing => "concept-missing",
        }
    }

    /// How grave it is by itself.
    pub fn severity(self) -> Severity {
        match self {
            Self::LineUnused
            | Self::LowerCase
            | Self::Mixed
            | Self::ImplicitAnd
            | Self::FieldMissing
            | Self::ShortTruncation
            | Self::DateLimit
            | Self::ConceptTerm
            | Self::ConceptMissing => Severity::Warning,
            Self::Pubmed(_)
            | Self::LineMissing
            | Self::LineLater
            | Self::LineTwice
            | Self::UnknownOperator
            | Self::Dangling
            | Self::UnknownField
            | Self::Heading
            | Self::Proximity
            | Self::Wildcard
            | Self::WildcardInPhrase
            | Self::Quote
            | Self::Asterisk
            | Self::Unbalanced => Severity::Error,
        }
    }
}

/// Something that a check found in a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule that found it.
    pub code: Code,
    /// How grave it is here.
    pub severity: Severity,
    /// Where, and what to do.
    pub diagnostic: Diagnostic,
}

/// Everything in `text` that `platform` would refuse or read otherwise, in the order of the file.
///
/// ```
/// use perennial::strategy::{Platform, check};
/// let text = "1 exp Asthma/\n2 wheez*.ti,ab.\n3 1 or 4\n";
/// let found = check(Platform::Ovid, text, "q.txt");
/// let codes: Vec<&str> = found.iter().map(|f| f.code.as_str()).collect();
/// assert_eq!(codes, ["line-unused", "line-missing"]);
/// assert_eq!((found[1].diagnostic.line, found[1].diagnostic.column), (3, 8));
/// ```
pub fn check(platform: Platform, text: &str, file: &str) -> Vec<Finding> {
    let mut found = match platform {
        Platform::Pubmed => pubmed::check(text, file)
            .into_iter()
            .map(|finding| Finding {
                code: Code::Pubmed(finding.rule),
                severity: Severity::Error,
                diagnostic: finding.diagnostic,
            })
            .collect(),
        Platform::Ovid => ovid::check(text, file),
        Platform::Embase => embase::check(text, file),
        Platform::Cochrane => cochrane::check(text, file),
        Platform::Wos => wos::check(text, file),
    };
    found.sort_by_key(|f| (f.diagnostic.span.start, f.code));
    found
}

/// The findings of one file as they come up.
#[derive(Debug)]
pub(super) struct Checker<'a> {
    pub(super) platform: Platform,
    pub(super) text: &'a str,
    file: &'a str,
    pub(super) found: Vec<Finding>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(platform: Platform, text: &'a str, file: &'a str) -> Self {
        Self {
            platform,
            text,
            file,
            found: Vec::new(),
        }
    }

    /// The bytes of the file at `span`.
    pub(super) fn at(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    pub(super) fn add(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: &str,
        label: &str,
        help: &str,
    ) {
        let diagnostic = Diagnostic::new(message, self.file, self.text, span)
            .label(label)
            .help(help);
        // Of `$` in a phrase only the older help of Web of Science says that it does not work.
        let severity = match (code, self.platform) {
            (Code::WildcardInPhrase, Platform::Wos) => Severity::Warning,
            _ => code.severity(),
        };
        self.found.push(Finding {
            code,
            severity,
            diagnostic,
        });
    }

    /// The same with a second place.
    pub(super) fn add_with(
        &mut self,
        code: Code,
        span: Range<usize>,
        words: [&str; 3],
        other: (Range<usize>, &str),
    ) {
        let [message, label, help] = words;
        self.add(code, span, message, label, help);
        if let Some(last) = self.found.pop() {
            self.found.push(Finding {
                diagnostic: last.diagnostic.context(other.0, other.1),
                ..last
            });
        }
    }

    pub(super) fn date_limit(&mut self, span: Range<usize>) {
        self.add(
            Code::DateLimit,
            span,
            "a date limit in a living strategy",
            "records that enter the database late are never found",
            "leave the date out of the strategy that an update runs",
        );
    }
}
