//! What is asked of a pooled analysis: measure, model, interval, zero cells, and what goes with it.

use super::measure::Measure;
use super::row::Level;
use serde::{Serialize, Serializer};

/// How studies are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Inverse variance, one common effect.
    Fe,
    /// Mantel-Haenszel, one common effect.
    Mh,
    /// Peto's one-step odds ratio, one common effect.
    Peto,
    /// Random effects, τ² by DerSimonian and Laird (1986).
    Dl,
    /// Random effects as RevMan's "M-H, Random": τ² from Q around the Mantel-Haenszel estimate.
    Rm,
    /// Random effects, τ² by Paule and Mandel (1982).
    Pm,
    /// Random effects, τ² by restricted maximum likelihood.
    Reml,
    /// Random effects, τ² by maximum likelihood.
    Ml,
    /// Random effects, τ² by Hunter and Schmidt.
    Hs,
    /// Random effects, τ² by Hedges and Olkin.
    He,
    /// Random effects, τ² by Sidik and Jonkman (2005).
    Sj,
    /// Random effects, τ² by empirical Bayes (Morris 1983); its root is Paule and Mandel's.
    Eb,
    /// A rule of some protocols: common effect where I² ≤ 50 %, otherwise DerSimonian-Laird.
    Rule50,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 13] = [
        Self::Fe,
        Self::Mh,
        Self::Peto,
        Self::Dl,
        Self::Rm,
        Self::Pm,
        Self::Reml,
        Self::Ml,
        Self::Hs,
        Self::He,
        Self::Sj,
        Self::Eb,
        Self::Rule50,
    ];

    /// The method's word, as in `--method`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fe => "FE",
            Self::Mh => "MH",
            Self::Peto => "PETO",
            Self::Dl => "DL",
            Self::Rm => "RM",
            Self::Pm => "PM",
            Self::Reml => "REML",
            Self::Ml => "ML",
            Self::Hs => "HS",
            Self::He => "HE",
            Self::Sj => "SJ",
            Self::Eb => "EB",
            Self::Rule50 => "rule:50",
        }
    }

    /// The method of a word, whatever the case of its letters.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|method| method.word().eq_ignore_ascii_case(word))
    }

    /// What readers call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Fe => "common effect, inverse variance",
            Self::Mh => "common effect, Mantel-Haenszel",
            Self::Peto => "common effect, Peto",
            Self::Dl => "random effects, DerSimonian-Laird",
            Self::Rm => "random effects, Mantel-Haenszel as in RevMan",
            Self::Pm => "random effects, Paule-Mandel",
            Self::Reml => "random effects, REML",
            Self::Ml => "random effects, maximum likelihood",
            Self::Hs => "random effects, Hunter-Schmidt",
            Self::He => "random effects, Hedges-Olkin",
            Self::Sj => "random effects, Sidik-Jonkman",
            Self::Eb => "random effects, empirical Bayes",
            Self::Rule50 => "common effect if I² ≤ 50 %, else DerSimonian-Laird",
        }
    }

    /// Whether it can have a variance between studies.
    pub fn is_random(self) -> bool {
        !matches!(self, Self::Fe | Self::Mh | Self::Peto)
    }

    /// Whether it needs the tables and not only estimates and variances.
    pub fn needs_tables(self) -> bool {
        matches!(self, Self::Mh | Self::Peto | Self::Rm)
    }

    /// The measures it can pool; nothing stands for all.
    pub fn measures(self) -> Option<&'static [Measure]> {
        use Measure::{Ird, Irr, Or, Peto, Rd, Rr};
        match self {
            Self::Mh | Self::Rm => Some(&[Rr, Or, Rd, Irr, Ird]),
            Self::Peto => Some(&[Peto]),
            _ => None,
        }
    }
}

impl Serialize for Method {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.word())
    }
}

/// How the interval of the pooled estimate is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Interval {
    /// Estimate ± z · standard error.
    #[default]
    Wald,
    /// Hartung and Knapp (2001), Sidik and Jonkman (2002): t with k − 1 degrees of freedom.
    Hksj,
    /// The same, never narrower than its standard error makes it (Knapp and Hartung 2003).
    HkAdHoc,
}

impl Interval {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Wald, Self::Hksj, Self::HkAdHoc];

    /// Its word on the command line and in `workflow.toml`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wald => "wald",
            Self::Hksj => "hksj",
            Self::HkAdHoc => "hksj-adhoc",
        }
    }

    /// The way of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// Where something is added to empty cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AddTo {
    /// To studies with an empty cell.
    Only0,
    /// To every study.
    All,
    /// To every study, if any has an empty cell.
    If0All,
    /// Nowhere.
    None,
}

/// The quantile of the prediction interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prediction {
    /// t with k − 2 degrees of freedom (Higgins, Thompson and Spiegelhalter 2009).
    TkMinus2,
    /// t with k − 1 degrees of freedom.
    TkMinus1,
    /// The normal distribution's.
    Z,
}

/// How the interval of τ² is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Tau2Interval {
    /// From the distribution of the generalised Q (Viechtbauer 2007).
    #[default]
    QProfile,
    /// From the likelihood; REML and ML only.
    ProfileLikelihood,
}

/// The estimator of the number of missing studies (Duval and Tweedie 2000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Trim {
    /// From the sum of ranks.
    #[default]
    L0,
    /// From the longest run of ranks.
    R0,
}

/// Whether subgroups share one variance between studies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SubgroupTau2 {
    /// Each level has its own.
    #[default]
    Own,
    /// One for all levels.
    Common,
}

/// What is computed beside the pooled estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extra {
    /// Without each study in turn.
    LeaveOneOut,
    /// With the first study, the first two, and so on, in row order.
    Cumulative,
    /// Tests of small-study effects.
    SmallStudy,
    /// What each study does to the fit.
    Influence,
    /// Trim and fill.
    TrimFill,
    /// Permutation test.
    Permutation,
    /// The three-parameter selection model.
    Selection,
    /// Effects per 1,000 people.
    Absolute,
    /// Contribution to Q and influence.
    Baujat,
    /// How many studies without effect would be needed.
    FailSafe,
    /// The interval of Henmi and Copas.
    HenmiCopas,
}

impl Extra {
    /// Every extra.
    pub const ALL: [Self; 11] = [
        Self::LeaveOneOut,
        Self::Cumulative,
        Self::SmallStudy,
        Self::Influence,
        Self::TrimFill,
        Self::Permutation,
        Self::Selection,
        Self::Absolute,
        Self::Baujat,
        Self::FailSafe,
        Self::HenmiCopas,
    ];

    /// The extra's word, as in `--with`.
    pub fn word(self) -> &'static str {
        match self {
            Self::LeaveOneOut => "leave-one-out",
            Self::Cumulative => "cumulative",
            Self::SmallStudy => "small-study",
            Self::Influence => "influence",
            Self::TrimFill => "trim-fill",
            Self::Permutation => "permutation",
            Self::Selection => "selection",
            Self::Absolute => "absolute",
            Self::Baujat => "baujat",
            Self::FailSafe => "failsafe",
            Self::HenmiCopas => "henmi-copas",
        }
    }

    /// The extra of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extra| extra.word() == word)
    }
}

/// How SMDH and ROM are computed, where metafor's versions differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Definition {
    /// As metafor 5: SMDH with Bonett's variance as it stands, ROM with the correction of small samples
    /// (Lajeunesse 2015, Ecology 96:2056, eq. 8).
    #[default]
    Metafor5,
    /// As metafor 3.8: the variance of SMDH times the square of Hedges' correction, ROM without a
    /// correction.
    Metafor38,
}

/// A pooled analysis as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// The effect measure.
    pub measure: Measure,
    /// How studies are combined.
    pub method: Method,
    /// How the interval is made.
    pub interval: Interval,
    /// The level of every interval.
    pub level: Level,
    /// What is added to empty cells.
    pub add: f64,
    /// Where it is added; by the measure unless it is given.
    pub add_to: Option<AddTo>,
    /// Whether studies without events, or with nothing but events, in both arms are left out of a
    /// ratio; by the measure unless it is given.
    pub drop_double_zero: Option<bool>,
    /// Whether Mantel-Haenszel adds to tables with an empty cell too.
    pub mh_add: bool,
    /// The quantile of the prediction interval; t with k − 2 unless it is given.
    pub prediction: Option<Prediction>,
    /// How the interval of τ² is made.
    pub tau2_interval: Tau2Interval,
    /// The estimator of trim and fill.
    pub trim: Trim,
    /// The column of the subgroups.
    pub subgroup: Option<String>,
    /// Whether subgroups share one τ².
    pub subgroup_tau2: SubgroupTau2,
    /// The columns of the meta-regression.
    pub moderators: Vec<String>,
    /// What is computed beside.
    pub with: Vec<Extra>,
    /// The risk without the intervention, for absolute effects.
    pub baseline_risk: Option<f64>,
    /// The seed of the permutations, where they are too many to try all.
    pub seed: u64,
    /// Whose definition SMDH and ROM have.
    pub definition: Definition,
}

impl Spec {
    /// REML (Peto's own method for Peto's odds ratio) with Wald's interval at 95 per cent: what the
    /// command does when nothing is said.
    pub fn new(measure: Measure) -> Self {
        Self {
            measure,
            method: match measure {
                Measure::Peto => Method::Peto,
                _ => Method::Reml,
            },
            interval: Interval::Wald,
            level: Level::P95,
            add: 0.5,
            add_to: None,
            drop_double_zero: None,
            mh_add: false,
            prediction: None,
            tau2_interval: Tau2Interval::QProfile,
            trim: Trim::L0,
            subgroup: None,
            subgroup_tau2: SubgroupTau2::Own,
            moderators: Vec::new(),
            with: Vec::new(),
            baseline_risk: None,
            seed: 1,
            definition: Definition::default(),
        }
    }

    /// The same with another method.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// The same with another interval.
    #[must_use]
    pub fn interval(mut self, interval: Interval) -> Self {
        self.interval = interval;
        self
    }

    /// The same with something more computed beside.
    #[must_use]
    pub fn with(mut self, extra: Extra) -> Self {
        self.with.push(extra);
        self
    }

    /// Whether something is computed beside.
    pub(crate) fn wants(&self, extra: Extra) -> bool {
        self.with.contains(&extra)
    }

    /// Where something is added to empty cells: as metafor has it unless it is given. Peto's method
    /// needs nothing added, so that its rows are those that make its diamond.
    pub fn zero_cells(&self) -> AddTo {
        if self.method == Method::Peto {
            return AddTo::None;
        }
        self.add_to.unwrap_or(match self.measure {
            Measure::As | Measure::Pas | Measure::Pft | Measure::Irsd => AddTo::None,
            _ => AddTo::Only0,
        })
    }

    /// Whether rows without events in both arms are left out.
    pub fn drops_double_zero(&self) -> bool {
        self.drop_double_zero
            .unwrap_or(matches!(self.measure, Measure::Rr | Measure::Or))
    }
}
