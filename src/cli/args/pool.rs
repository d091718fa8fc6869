//! The options of `pool`.

use super::figures::FigureArgs;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `pool`
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command, by itself"
)]
pub struct PoolArgs {
    /// Studies: CSV with the columns of their type, and any others for subgroups and moderators
    ///
    /// binary study,e1,n1,e2,n2 · continuous study,n1,mean1,sd1,n2,mean2,sd2 · generic study,yi,vi
    /// · hr study,hr,ci_lb,ci_ub,level · oev study,oe,v · rate study,e1,t1,e2,t2 · proportion study,e,n
    ///
    /// Without a file: the analyses of the workspace
    pub file: Option<PathBuf>,
    /// Only this analysis of the workspace
    #[arg(long, value_name = "ANALYSIS", conflicts_with = "file")]
    pub only: Option<String>,
    /// The figures to draw.
    #[command(flatten)]
    pub figures: FigureArgs,
    /// One analysis for each value of the column `analysis`, one line of JSON each
    #[arg(long)]
    pub batch: bool,
    /// Print the table of studies to fill, with the columns that --type or --measure takes
    #[arg(long, conflicts_with_all = ["file", "only", "batch"])]
    pub template: bool,
    /// binary, continuous, generic, hr, oev, rate or proportion [default: from the columns]
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    /// RR, OR, RD, AS, PETO, MD, SMD, SMDH, ROM, HR, IRR, IRD, IRSD, PR, PLN, PLO, PAS, PFT or GEN
    #[arg(long, value_name = "M")]
    pub measure: Option<String>,
    /// FE, MH, PETO, DL, RM, PM, REML, ML, HS, HE, SJ, EB or rule:50 [default: REML; PETO for PETO]
    #[arg(long, value_name = "M")]
    pub method: Option<String>,
    /// How the interval of the estimate is made [default: wald]
    #[arg(long, value_name = "CI")]
    pub ci: Option<CiWord>,
    /// The level of every interval, in per cent [default: 95]
    #[arg(long, value_name = "L")]
    pub level: Option<f64>,
    /// What is added to the cells of a study with an empty one [default: 0.5]
    #[arg(long, value_name = "X")]
    pub add: Option<f64>,
    /// Where it is added [default: only0; none for AS, PAS, PFT, IRSD and Peto's method]
    #[arg(long, value_name = "WHERE")]
    pub zero: Option<ZeroWord>,
    /// Leave out studies without events, or with nothing but events, in both arms
    #[arg(long, conflicts_with = "keep00")]
    pub drop00: bool,
    /// Keep them [default: dropped for RR and OR]
    #[arg(long)]
    pub keep00: bool,
    /// Whether Mantel-Haenszel adds to tables with an empty cell [default: none]
    #[arg(long, value_name = "WHERE")]
    pub mh_zero: Option<MhZeroWord>,
    /// The quantile of the prediction interval [default: t-k-2]
    #[arg(long, value_name = "Q")]
    pub prediction: Option<PredictionWord>,
    /// How trim and fill counts the missing [default: L0]
    #[arg(long, value_name = "E")]
    pub trim: Option<TrimWord>,
    /// Pool each value of a column, and test between them
    #[arg(long, value_name = "COL")]
    pub subgroup: Option<String>,
    /// Whether subgroups share one variance between studies [default: own]
    #[arg(long, value_name = "T")]
    pub tau2: Option<Tau2Word>,
    /// Meta-regression on these columns
    #[arg(long, value_name = "COL[,COL]", value_delimiter = ',')]
    pub moderator: Vec<String>,
    /// How the interval of the variance between studies is made [default: q-profile]
    #[arg(long, value_name = "I")]
    pub tau2_ci: Option<Tau2CiWord>,
    /// Whose definition SMDH and ROM have: metafor 5's or 3.8's [default: 5]
    #[arg(long, value_name = "V")]
    pub metafor: Option<MetaforWord>,
    /// leave-one-out, cumulative, small-study, influence, trim-fill, permutation, selection,
    /// absolute, baujat, failsafe, henmi-copas
    #[arg(long, value_name = "WHAT[,WHAT]", value_delimiter = ',')]
    pub with: Vec<String>,
    /// The risk without the intervention, for absolute effects
    #[arg(long, value_name = "P")]
    pub baseline_risk: Option<f64>,
    /// Print a script that recomputes the result and compares: r (with metafor)
    #[arg(long, value_name = "LANGUAGE", conflicts_with_all = ["batch", "json"])]
    pub script: Option<ScriptWord>,
}

/// `--ci`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiWord {
    /// Estimate ± z · standard error
    Wald,
    /// Hartung, Knapp, Sidik and Jonkman
    Hksj,
    /// The same, never narrower than its standard error makes it
    HksjAdhoc,
}

/// `--metafor`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MetaforWord {
    /// SMDH with Bonett's variance as it stands, ROM corrected for small samples
    #[value(name = "5")]
    V5,
    /// The variance of SMDH times the square of Hedges' correction, ROM without a correction
    #[value(name = "3.8")]
    V38,
}

/// `--zero`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ZeroWord {
    /// To studies with an empty cell
    Only0,
    /// To every study
    All,
    /// To every study, if one has an empty cell
    If0all,
    /// Nowhere
    None,
}

/// `--mh-zero`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MhZeroWord {
    /// Nothing is added
    None,
    /// To tables with an empty cell
    Only0,
}

/// `--prediction`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PredictionWord {
    /// t with k − 2 degrees of freedom
    #[value(name = "t-k-2")]
    TkMinus2,
    /// t with k − 1 degrees of freedom
    #[value(name = "t-k-1")]
    TkMinus1,
    /// Normal
    #[value(name = "z")]
    Z,
}

/// `--trim`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TrimWord {
    /// From the sum of ranks
    #[value(name = "L0")]
    L0,
    /// From the longest run of ranks
    #[value(name = "R0")]
    R0,
}

/// `--tau2`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tau2Word {
    /// Each subgroup has its own
    Own,
    /// One for all
    Common,
}

/// `--script`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScriptWord {
    /// R with metafor
    R,
}

/// `--tau2-ci`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tau2CiWord {
    /// From the generalised Q
    QProfile,
    /// From the likelihood; REML and ML
    ProfileLikelihood,
}
