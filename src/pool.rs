//! Pooled analysis: effect sizes, models, heterogeneity, sensitivity, small-study effects. Pure
//! numerics: rows and a specification in, one result out.
//!
//! [`analyse`] takes [`Row`]s and a [`Spec`] and gives [`Pooled`], whose JSON is the promise of the
//! command line. Effect sizes, estimators and defaults are those of metafor (Viechtbauer 2010, J Stat
//! Softw 36(3)), to 1e-10 for closed forms and 1e-8 for what iterates; "M-H, Random" is RevMan's.
//! Every module names its formulas and their source. Solvers scan before they search and search
//! inside a bracket; one study, no events and τ² at its bound are named outcomes, never NaN.
//!
//! ```
//! use perennial::pool::{Data, Measure, Row, Spec, analyse};
//! let row = |study: &str, e1: f64, n1: f64, e2: f64, n2: f64| Row {
//!     study: study.into(),
//!     line: None,
//!     data: Some(Data::Binary { e1, n1, e2, n2 }),
//!     columns: Vec::new(),
//! };
//! // Three of the BCG trials of Colditz 1994.
//! let rows = [
//!     row("Aronson", 4.0, 123.0, 11.0, 139.0),
//!     row("Ferguson & Simes", 6.0, 306.0, 29.0, 303.0),
//!     row("Rosenthal", 3.0, 231.0, 11.0, 220.0),
//! ];
//! let pooled = analyse(&rows, &Spec::new(Measure::Rr)).unwrap();
//! assert_eq!(pooled.k, 3);
//! assert!((pooled.back.unwrap().estimate - 0.26442).abs() < 1e-5);
//! ```

pub mod absolute;
mod analysis;
pub mod bridge;
pub mod convert;
pub mod dist;
mod doubts;
pub mod effect;
mod henmi;
mod heterogeneity;
mod linear;
pub mod living;
pub(crate) mod math;
mod measure;
mod model;
pub mod output;
mod permutation;
mod predict;
pub mod read;
mod regression;
pub mod result;
mod row;
pub mod scale;
mod selection;
mod sensitivity;
pub mod small_study;
mod solve;
mod spec;
mod subgroup;
mod tables;
mod tau2;
mod trim_fill;

pub use analysis::{PoolError, analyse, people};
pub(crate) use doubts::doubts_control;
pub use measure::{Kind, Measure, Scale};
pub use output::{digits, json, script, show, steps};
pub use result::{Pooled, Side, Study};
pub use row::{Data, Level, Row};
pub use spec::{
    AddTo, Definition, Extra, Interval, Method, Prediction, Spec, SubgroupTau2, Tau2Interval, Trim,
};
