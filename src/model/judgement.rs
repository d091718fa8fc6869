//! Judgements on risk of bias: those of RoB 2 (Sterne et al., BMJ 2019;366:l4898), of ROBINS-I (Sterne
//! et al., BMJ 2016;355:i4919), of ROBINS-E and of the older tools (RoB 1, QUADAS-2, ROBIS).

/// How a domain, or a result as a whole, is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Judgement {
    /// Low risk.
    Low,
    /// Unclear risk (RoB 1, QUADAS-2, ROBIS).
    Unclear,
    /// Some concerns (RoB 2, ROBINS-E).
    SomeConcerns,
    /// Moderate risk (ROBINS-I).
    Moderate,
    /// High risk (RoB 2).
    High,
    /// Serious risk (ROBINS-I).
    Serious,
    /// Critical risk (ROBINS-I).
    Critical,
    /// Very high risk (ROBINS-E).
    VeryHigh,
    /// The report does not say enough.
    NoInformation,
    /// The domain does not apply.
    NotApplicable,
    /// Nobody has judged it.
    NotAssessed,
}

impl Judgement {
    /// Every judgement, by rising risk, then those without one.
    pub const ALL: [Self; 11] = [
        Self::Low,
        Self::Unclear,
        Self::SomeConcerns,
        Self::Moderate,
        Self::High,
        Self::Serious,
        Self::Critical,
        Self::VeryHigh,
        Self::NoInformation,
        Self::NotApplicable,
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
            Self::Unclear => "Unclear",
            Self::SomeConcerns => "Some concerns",
            Self::Moderate => "Moderate",
            Self::High => "High",
            Self::Serious => "Serious",
            Self::Critical => "Critical",
            Self::VeryHigh => "Very high",
            Self::NoInformation => "No information",
            Self::NotApplicable => "Not applicable",
            Self::NotAssessed => "Not assessed",
        }
    }

    /// The judgement of the tools' words, whatever the case of their letters and whether `risk`, `risk of
    /// bias` or `bias` stands behind them; blank and `NA` are not assessed. Initials and signs depend on
    /// the table they stand in ([`crate::appraise::read()`]).
    ///
    /// ```
    /// use perennial::model::Judgement;
    /// assert_eq!(Judgement::from_word("some Concerns"), Some(Judgement::SomeConcerns));
    /// assert_eq!(Judgement::from_word("High risk of bias"), Some(Judgement::High));
    /// assert_eq!(Judgement::from_word(" NA "), Some(Judgement::NotAssessed));
    /// assert_eq!(Judgement::from_word("Lo"), None);
    /// ```
    pub fn from_word(word: &str) -> Option<Self> {
        let plain = word.trim().trim_end_matches('.').to_lowercase();
        let plain: Vec<&str> = plain.split([' ', '_', '-', '\u{a0}']).collect();
        let plain = plain.join(" ");
        let plain = plain.trim();
        let bare = ["risk of bias", "risk", "bias"]
            .iter()
            .find_map(|end| plain.strip_suffix(end))
            .unwrap_or(plain)
            .trim_end();
        match bare {
            "" | "na" | "not judged" | "pending" => return Some(Self::NotAssessed),
            "ni" | "no info" => return Some(Self::NoInformation),
            "n/a" => return Some(Self::NotApplicable),
            "some concern" | "sc" => return Some(Self::SomeConcerns),
            "vh" => return Some(Self::VeryHigh),
            "unclear concern" | "uncertain" => return Some(Self::Unclear),
            _ => {}
        }
        Self::ALL
            .into_iter()
            .find(|judgement| judgement.word().eq_ignore_ascii_case(bare))
    }

    /// Whether RoB 2 has it, or any tool may.
    pub fn is_rob2(self) -> bool {
        match self {
            Self::Low
            | Self::SomeConcerns
            | Self::High
            | Self::NoInformation
            | Self::NotApplicable
            | Self::NotAssessed => true,
            Self::Unclear | Self::Moderate | Self::Serious | Self::Critical | Self::VeryHigh => {
                false
            }
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
            | Self::NotApplicable
            | Self::NotAssessed => true,
            Self::Unclear | Self::SomeConcerns | Self::High | Self::VeryHigh => false,
        }
    }

    /// Whether ROBINS-E has it, or any tool may.
    pub fn is_robins_e(self) -> bool {
        self.is_rob2() || self == Self::VeryHigh
    }
}
