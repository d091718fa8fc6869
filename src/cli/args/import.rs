//! The arguments of `import`.

use clap::Args;
use std::path::PathBuf;

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Export files in any format that `convert` reads; gzip too
    #[arg(
        required_unless_present_any = ["undo", "baseline"],
        conflicts_with_all = ["undo", "baseline"]
    )]
    pub files: Vec<PathBuf>,
    /// The source they came from, as workflow.toml names it
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present_any = ["undo", "baseline"],
        conflicts_with_all = ["undo", "baseline"]
    )]
    pub source: Option<String>,
    /// Read and report, write nothing
    #[arg(long, conflicts_with = "undo")]
    pub check: bool,
    /// Import what could be read of a damaged file
    #[arg(long, conflicts_with = "undo")]
    pub accept_damaged: bool,
    /// Why the number of records differs from what the database or the file says, or why a file that looks like
    /// another source's is this one's; with --as
    #[arg(long, value_name = "TEXT", conflicts_with = "undo")]
    pub reason: Option<String>,
    /// The day on which the source was searched [default: the day of the import]
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "undo")]
    pub date: Option<String>,
    /// The number of hits that the database reported for this search
    #[arg(long, value_name = "N", conflicts_with = "undo")]
    pub hits: Option<u64>,
    /// Take an import back, the last where no event is given; with --as
    #[arg(long, value_name = "EVENT", num_args = 0..=1)]
    #[expect(
        clippy::option_option,
        reason = "not given, given without a number, given with one"
    )]
    pub undo: Option<Option<u64>>,
    /// What a review that was published before it came here included: a table with a column for the study,
    /// RIS with labels of studies (LB), or our own included.csv. It is the previous version of the updated flow
    #[arg(
        long,
        value_name = "FILE",
        requires = "of_version",
        conflicts_with_all = ["undo", "accept_damaged", "reason", "date", "hits"]
    )]
    pub baseline: Option<PathBuf>,
    /// The name of that version
    #[arg(long = "version", value_name = "NAME", requires = "baseline")]
    pub of_version: Option<String>,
}
