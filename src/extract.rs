//! What the reports say: trial characteristics and outcome data, cell by cell.
//!
//! A [`Cell`] has an address (study, report, arm, outcome, population, grade, time), a value with
//! every number as printed, and where it was seen. People enter cells independently
//! ([`reconcile`](mod@reconcile)), [`checks`] hold them against arithmetic, and [`choose`](mod@choose) picks the rows of an
//! analysis, one report per study, by the rule that the workflow states. Cochrane Handbook 5
//! (collecting data), 6.2 (which result of a study); MECIR C43-C51.
//!
//! [`enter`] takes what people enter into the log, [`state`] says where every cell stands, and
//! [`appraisal`] where the risk of bias of each result does, and [`analyses`](mod@analyses) makes the analyses of the workflow over the values that hold. The other files take
//! values and give values.

pub mod analyses;
pub mod appraisal;
mod arms;
pub mod cell;
pub mod characteristic;
pub mod checks;
pub mod choose;
#[cfg(test)]
mod demonstration;
pub mod enter;
pub mod exchange;
pub mod reconcile;
pub mod state;
pub mod template;
pub mod view;

pub use crate::model::{Decimal, DecimalError};
pub use arms::{Spellings, same_arm};
pub use cell::{Cell, CellKey, CellValue, Confidence, Entry, Provenance, Scope, Spread};
pub use characteristic::{ArmRole, CHARACTERISTICS, Characteristic};
pub use checks::{Code, Context, Finding, Severity, check_cell, check_study};
pub use choose::{Chosen, Left, ReportDate, Row, RowData, StudyReports, choose};
pub use reconcile::{Open, Standing, standing};

/// Why a file of extractions is refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// One cell of the file is wrong.
    #[error("{path}:{line}: {column}: {reason}")]
    Field {
        /// The file, as it was named.
        path: String,
        /// Line, from 1.
        line: u64,
        /// The column, as the header of the file names it.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// A whole row, or the header, is wrong.
    #[error("{path}:{line}: {reason}")]
    Row {
        /// The file, as it was named.
        path: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
}
