//! What a pooled analysis gives; its JSON is the promise of the command line.
//!
//! `estimate`, `se` and every `ci` are on the scale of pooling, [`Back`] is on the reader's. What is
//! absent was not asked for or is not defined; then a warning says why.

use super::measure::{Measure, Scale};
use super::row::Data;
use super::spec::Method;
use serde::Serialize;

/// The result of one analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pooled {
    /// The effect measure.
    pub measure: Measure,
    /// The method, as asked.
    pub method: Method,
    /// The method that was used, where a rule chose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Method>,
    /// The scale of pooling.
    pub scale: Scale,
    /// How many studies are pooled.
    pub k: usize,
    /// The pooled estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// Estimate over standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stat: Option<f64>,
    /// Degrees of freedom of its t distribution; absent for the normal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// The two-sided p-value of no effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The variance between studies.
    pub tau2: f64,
    /// Its confidence interval, at the level of the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tau2_ci: Option<[f64; 2]>,
    /// Cochran's Q.
    pub q: f64,
    /// Its degrees of freedom.
    pub q_df: f64,
    /// Its p-value.
    pub q_p: f64,
    /// I² in per cent, from τ² and the typical variance.
    pub i2: f64,
    /// Its confidence interval, at the level of the specification.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub i2_ci: Option<[f64; 2]>,
    /// I² in per cent, from Q.
    pub i2_q: f64,
    /// H².
    pub h2: f64,
    /// The prediction interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<[f64; 2]>,
    /// The same on the reader's scale; absent where there is no way back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
    /// The studies, in the order of the rows used.
    pub studies: Vec<Study>,
    /// What a reader should know.
    pub warnings: Vec<String>,
    /// What stands below figures too: rows left out, additions to empty cells, an interval narrower
    /// than Wald's. Each stands in `warnings`.
    #[serde(skip)]
    pub footer: Vec<String>,
    /// Without each study in turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_one_out: Option<Vec<Step>>,
    /// With the first study, the first two, and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<Vec<Step>>,
    /// The result in each subgroup; absent where no column splits the studies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subgroups: Option<Subgroups>,
    /// Tests of small-study effects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small_study: Option<SmallStudy>,
    /// Trim and fill.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trim_fill: Option<TrimFill>,
    /// Meta-regression.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta_regression: Option<MetaRegression>,
    /// What each study does to the fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub influence: Option<Vec<Influence>>,
    /// Permutation test.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permutation: Option<Permutation>,
    /// The three-parameter selection model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection: Option<Selection>,
    /// Effects per 1,000 people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub absolute: Option<Absolute>,
    /// Contribution to Q and influence on the result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baujat: Option<Vec<Baujat>>,
    /// Fail-safe numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failsafe: Option<FailSafe>,
    /// The interval of Henmi and Copas.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub henmi_copas: Option<HenmiCopas>,
}

impl Pooled {
    /// The method that was used: what the rule chose where a rule chose, else what was asked for.
    pub fn used(&self) -> Method {
        self.chosen.unwrap_or(self.method)
    }

    /// Whether every number of it is one.
    pub(crate) fn is_finite(&self) -> bool {
        let [low, high] = self.ci;
        let always = [
            self.estimate,
            self.se,
            low,
            high,
            self.tau2,
            self.q,
            self.q_p,
            self.i2,
            self.i2_q,
            self.h2,
        ];
        let back = self.back.iter().flat_map(|back| {
            let [low, high] = back.ci;
            [back.estimate, low, high]
                .into_iter()
                .chain(back.prediction.into_iter().flatten())
        });
        let pairs = [self.tau2_ci, self.i2_ci, self.prediction];
        let steps = [&self.leave_one_out, &self.cumulative];
        let steps = steps.into_iter().flatten().flatten().flat_map(|step| {
            let [low, high] = step.ci;
            [
                step.estimate,
                step.se,
                low,
                high,
                step.tau2,
                step.q,
                step.i2,
            ]
        });
        always
            .into_iter()
            .chain(pairs.into_iter().flatten().flatten())
            .chain(back)
            .chain(steps)
            .all(f64::is_finite)
    }
}

/// Values on the reader's scale.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Back {
    /// The pooled estimate.
    pub estimate: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// The prediction interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prediction: Option<[f64; 2]>,
}

/// One study of the analysis.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Study {
    /// The name, as the table gives it.
    pub study: String,
    /// Its effect size; absent where only its table counts (Mantel-Haenszel, Peto).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yi: Option<f64>,
    /// Its sampling variance, on the scale of pooling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vi: Option<f64>,
    /// Its weight in per cent.
    pub weight: f64,
    /// The place of its row among the rows given, from 0.
    #[serde(skip)]
    pub row: usize,
    /// Its numbers as given, for figures.
    #[serde(skip)]
    pub data: Data,
    /// Its level of the subgroup's column.
    #[serde(skip)]
    pub subgroup: Option<String>,
}

/// A pooled estimate with one study less, or with the studies so far.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The study left out, or the last one taken in.
    pub study: String,
    /// The pooled estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// Its p-value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
    /// The variance between studies.
    pub tau2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// I² in per cent.
    pub i2: f64,
}

/// Pooled estimates by subgroup, and the test between them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subgroups {
    /// The levels: by number where every one begins with a number and all have one unit, else in the
    /// order of the rows.
    pub levels: Vec<SubgroupLevel>,
    /// Q between the levels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q_between: Option<f64>,
    /// Its degrees of freedom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub df: Option<f64>,
    /// Its p-value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p: Option<f64>,
}

/// The studies with one value of the column that splits them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubgroupLevel {
    /// The value of the column.
    pub level: String,
    /// How many studies.
    pub k: usize,
    /// The pooled estimate.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// The variance between studies.
    pub tau2: f64,
    /// Cochran's Q.
    pub q: f64,
    /// I² in per cent.
    pub i2: f64,
}

/// Tests of small-study effects; each absent where it is not defined.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct SmallStudy {
    /// Egger 1997.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub egger: Option<Egger>,
    /// Begg and Mazumdar 1994.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub begg: Option<Begg>,
    /// Harbord 2006.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harbord: Option<Harbord>,
    /// Peters 2006.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peters: Option<Peters>,
}

/// The regression of y / se on 1 / se.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Egger {
    /// The intercept: 0 without small-study effects.
    pub intercept: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate divided by standard error.
    pub stat: f64,
    /// Degrees of freedom, k − 2.
    pub df: f64,
    /// The p-value.
    pub p: f64,
}

/// Kendall's rank correlation of standardised effects and variances.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Begg {
    /// Kendall's tau-b.
    pub tau: f64,
    /// The p-value: exact where nothing ties.
    pub p: f64,
}

/// The regression of score over root of information on root of information.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Harbord {
    /// The intercept: how far small studies lie from large ones.
    pub bias: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate divided by standard error.
    pub stat: f64,
    /// Degrees of freedom, k − 2.
    pub df: f64,
    /// The p-value.
    pub p: f64,
}

/// The weighted regression of the log odds ratio on 1 / n.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Peters {
    /// The slope on the measure of size.
    pub slope: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate divided by standard error.
    pub stat: f64,
    /// Degrees of freedom, k − 2.
    pub df: f64,
    /// The p-value.
    pub p: f64,
}

/// The side on which studies are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// Below the estimate.
    Left,
    /// Studies are missing above the estimate.
    Right,
}

/// Trim and fill.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrimFill {
    /// Where studies are filled in.
    pub side: Side,
    /// How many studies are filled in.
    pub k0: usize,
    /// The pooled estimate with them.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// The variance between studies with them.
    pub tau2: f64,
    /// The studies filled in.
    pub filled: Vec<Filled>,
}

/// A study that trim and fill put in.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Filled {
    /// Its effect size.
    pub yi: f64,
    /// Its sampling variance, on the scale of pooling.
    pub vi: f64,
}

/// Meta-regression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetaRegression {
    /// How many studies it has.
    pub k: usize,
    /// The coefficients, intercept first.
    pub coefficients: Vec<Coefficient>,
    /// The variance between studies that is left.
    pub tau2: f64,
    /// Residual Q.
    pub qe: f64,
    /// Its degrees of freedom.
    pub qe_df: f64,
    /// Its p-value.
    pub qe_p: f64,
    /// I² of what is left, in per cent.
    pub i2: f64,
    /// The test of all moderators.
    pub qm: f64,
    /// Its degrees of freedom.
    pub qm_df: f64,
    /// Its p-value.
    pub qm_p: f64,
    /// How much of τ² the moderators explain, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r2: Option<f64>,
    /// The terms behind the intercept with their values, one for each study of the result; nothing
    /// where a study is not in it.
    #[serde(skip)]
    pub columns: Vec<(String, Vec<Option<f64>>)>,
    /// The fitted line, where the one moderator is a column of numbers; for figures.
    #[serde(skip)]
    pub line: Option<FittedLine>,
}

/// A line over one moderator: what its band needs beside the coefficients.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLine {
    /// The covariance of intercept and slope.
    pub covariance: f64,
    /// The quantile of the intervals: normal, or t with the residual degrees of freedom.
    pub critical: f64,
    /// The studies it is fitted to.
    pub points: Vec<FittedPoint>,
}

/// One study of a fitted line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FittedPoint {
    /// Its place among the studies of the result.
    pub study: usize,
    /// The value of the moderator.
    pub moderator: f64,
    /// Its effect size.
    pub yi: f64,
    /// Its weight in per cent: 1 / (v + τ²) with the τ² that is left.
    pub weight: f64,
}

/// A coefficient of a meta-regression.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// `intercept`, the column, or the column and its level.
    pub term: String,
    /// The coefficient, on the scale of pooling.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// Estimate divided by standard error.
    pub stat: f64,
    /// The p-value.
    pub p: f64,
    /// The confidence interval of the coefficient.
    pub ci: [f64; 2],
}

/// What one study does to the fit (Viechtbauer and Cheung 2010).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// The study, as the row names it.
    pub study: String,
    /// Externally standardised residual.
    pub rstudent: f64,
    /// DFFITS: how far the fit moves without the study, in standard errors.
    pub dffits: f64,
    /// Cook's distance.
    pub cook_d: f64,
    /// Ratio of variances without and with the study.
    pub cov_r: f64,
    /// τ² without it.
    pub tau2_del: f64,
    /// Leverage: the weight of the study in its own fit.
    pub hat: f64,
    /// Weight in per cent.
    pub weight: f64,
}

/// Permutation test.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Permutation {
    /// The p-value: of no effect, or of no moderator.
    pub p: f64,
    /// Whether every permutation was tried.
    pub exact: bool,
    /// How many were tried.
    pub n: usize,
    /// The p-values of the coefficients of a meta-regression, intercept first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coefficients: Vec<f64>,
}

/// The three-parameter selection model (step at one-sided p = 0.025, maximum likelihood).
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Selection {
    /// The estimate, on the scale of pooling.
    pub estimate: f64,
    /// Its standard error.
    pub se: f64,
    /// The variance between studies.
    pub tau2: f64,
    /// The relative chance that a study that is not significant is seen.
    pub delta: f64,
    /// The likelihood ratio statistic of no selection.
    pub lrt: f64,
    /// Its p-value.
    pub p: f64,
}

/// Effects per 1,000 people at a stated risk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Absolute {
    /// The risk without the intervention.
    pub baseline_risk: f64,
    /// Events more per 1,000; fewer where negative.
    pub per_1000: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// How many people for one event more or fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nnt: Option<f64>,
    /// Its interval; absent where no effect is inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nnt_ci: Option<[f64; 2]>,
}

/// One study in Baujat's plot (Baujat 2002).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Baujat {
    /// The study, as the row names it.
    pub study: String,
    /// Its squared standardised residual.
    pub x: f64,
    /// Its influence on the pooled result.
    pub y: f64,
}

/// How many studies without effect would change the picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FailSafe {
    /// Rosenthal 1979.
    pub rosenthal: f64,
    /// Orwin 1983, to halve the unweighted mean.
    pub orwin: f64,
    /// Rosenberg 2005.
    pub rosenberg: f64,
}

/// The interval of Henmi and Copas 2010.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HenmiCopas {
    /// The common-effect estimate.
    pub estimate: f64,
    /// Its standard error under random effects.
    pub se: f64,
    /// Its confidence interval, at the level of the specification.
    pub ci: [f64; 2],
    /// DerSimonian and Laird's τ².
    pub tau2: f64,
}
