//! Judgements on risk of bias: those of RoB 2 (Sterne et al., BMJ 2019;366:l4898) and of ROBINS-I
//! (Sterne et al., BMJ 2016;355:i4919).

/// How a domain, or a result as a whole, is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// Low risk.
    Low,
    /// Some concerns (RoB 2).
    SomeConcerns,
    /// Moderate risk (ROBINS-I).
    Moderate,
    /// High risk (RoB 2).
    High,
    /// Serious risk (ROBINS-I).
    Serious,
    /// Critical risk (ROBINS-I).
    Critical,
    /// The report does not say enough.
    NoInformation,
    /// Nobody has judged it.
    NotAssessed,
}

impl Judgement {
    /// Every judgement, by rising risk, then those without one.
    pub const ALL: [Self; 8] = [
        Self::Low,
        Self::SomeConcerns,
        Self::Moderate,
        Self::High,
        Self::Serious,
        Self::Critical,
        Self::NoInformation,
        Self::NotAssessed,
    ];

    /// The tool's words.
    ///
    /// ```
    /// use perennial::model::Judgement;
    /// assert_eq!(Judgement::SomeConcerns.word(), "Some concerns");
    /// ```
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "Low",
            Self::SomeConcerns => "Some concerns",
            Self::Moderate => "Moderate",
            Self::High => "High",
            Self::Serious => "Serious",
            Self::Critical => "Critical",
            Self::NoInformation => "No information",
            Self::NotAssessed => "Not assessed",
        }
    }

    /// The judgement of the tool's words, whatever the case of their letters; blank and `NA` are
    /// not assessed.
    ///
    /// ```
    /// use perennial::model::Judgement;
    /// assert_eq!(Judgement::from_word("some Concerns"), Some(Judgement::SomeConcerns));
    /// assert_eq!(Judgement::from_word(" NA "), Some(Judgement::NotAssessed));
    /// assert_eq!(Judgement::from_word("Lo"), None);
    /// ```
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim();
        if word.is_empty() || word.eq_ignore_ascii_case("NA") {
            return Some(Self::NotAssessed);
        }
        Self::ALL
            .into_iter()
            .find(|judgement| judgement.word().eq_ignore_ascii_case(word))
    }

    /// Whether RoB 2 has it, or any tool may.
    pub fn is_rob2(self) -> bool {
        match self {
            Self::Low
            | Self::SomeConcerns
            | Self::High
            | Self::NoInformation
            | Self::NotAssessed => true,
            Self::Moderate | Self::Serious | Self::Critical => false,
        }
    }

    /// Whether ROBINS-I has it, or any tool may.
    pub fn is_robins_i(self) -> bool {
        match self {
            Self::Low
            | Self::Moderate
            | Self::Serious
            | Self::Critical
            | Self::NoInformation
            | Self::NotAssessed => true,
            Self::SomeConcerns | Self::High => false,
        }
    }
}
