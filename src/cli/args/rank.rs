//! The options of `simulate`.

use super::figures::DrawArgs;
use clap::Args;
use std::path::PathBuf;

/// `simulate`
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// The labelled set: CSV with title, abstract and a column of labels, 1 or 0
    #[arg(value_name = "LABELLED.csv")]
    pub file: PathBuf,
    /// Records whose labels are known at the start, at least one relevant and one not; one simulation
    /// for each
    #[arg(long, value_name = "ID,ID")]
    pub prior: Vec<String>,
    /// Draw a relevant and an irrelevant record to start with; one simulation for each [default: 42
    /// where no --prior is given]
    #[arg(long, value_name = "N")]
    pub seed: Vec<u64>,
    /// The reference model, ASReview's ELAS u4, trained to convergence after every label
    #[arg(long)]
    pub exact: bool,
    /// The column of labels [default: label_included or another usual name]
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<String>,
    /// Where the order goes: CSV with rank and id, priors with rank 0; of several simulations the
    /// second goes into NAME-2.csv
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    /// The recall curves.
    #[command(flatten)]
    pub draw: DrawArgs,
}
