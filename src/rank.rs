//! Screening prioritisation: the order in which records are read, never which are.
//!
//! A model learns from decisions which records resemble the relevant ones and puts those first; all
//! records are read in the end, unless people decide to stop. [`matrix`] turns texts into weights of
//! words, [`svm`] learns, [`model`] says what is read of a record, [`order`] gives the order of a review
//! under way, [`mod@simulate`] replays a finished screening, [`mod@forecast`] says what is likely left, [`measures`] what an order is worth and [`stopping`] when reading on would find
//! little.
//!
//! Nothing here draws by chance or by the clock: the same labels give the same order, at any number
//! of threads and on any machine. Logarithms come from `libm`; sums are added in one order.

pub mod forecast;
pub mod labelled;
pub mod matrix;
pub mod measures;
pub mod model;
pub mod order;
pub mod simulate;
pub mod stopping;
pub mod svm;
pub mod words;

pub use matrix::Matrix;
pub use measures::{Figures, Measures, measure};
pub use model::Model;
pub use simulate::{Screening, Simulated, simulate};
pub use svm::Svm;

/// A number of things to calculate with.
#[expect(
    clippy::cast_precision_loss,
    reason = "no review has 2^53 records or words"
)]
fn count(n: usize) -> f64 {
    n as f64
}

/// A place among features; there are far fewer than 2^32.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
