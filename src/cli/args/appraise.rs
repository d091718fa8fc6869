//! The arguments of `appraise`.

use clap::{Args, Subcommand};
use std::path::PathBuf;

/// `appraise`
#[derive(Debug, Args)]
pub struct AppraiseArgs {
    /// What to do
    #[command(subcommand)]
    pub command: AppraiseCommand,
}

/// `appraise list|set|import|export|template`
#[derive(Debug, Subcommand)]
pub enum AppraiseCommand {
    /// List the results that are assessed, with their judgements and how they come about
    ///
    /// Assessments that are not settled are blind: whoever lists sees that a result is open; with --for
    /// (or --as) a person sees their own, and who may settle a difference sees what the assessors said,
    /// which names nobody.
    ///
    /// Example: perennial appraise list --for extractor-1
    List {
        /// What this person has assessed and has to settle, and nothing else of what others did
        #[arg(long = "for", value_name = "NAME")]
        person: Option<String>,
    },
    /// Answer one question, or judge a domain otherwise than the algorithm does, with the reason
    ///
    /// Example: perennial appraise set CASTOR pfs 2.6 PY --note "analysed as randomised" --as extractor-1
    Set(Box<AppraiseSet>),
    /// Read a file of answers, whole or not at all: the columns of `rob --answers`, and assessor,
    /// comparison, population, time, note, quote, page, made, settles where they are needed
    ///
    /// Example: perennial appraise import answers.csv --as extractor-1
    Import {
        /// The CSV file
        file: PathBuf,
    },
    /// Write what was answered and judged as CSV; what is not settled is left out
    ///
    /// Example: perennial appraise export
    Export {
        /// Write what is not settled too; this is recorded
        #[arg(long)]
        unblind: bool,
    },
    /// Write a table to fill: a row for each included study, outcome and question
    ///
    /// Example: perennial appraise template --result pfs > to-fill.csv
    Template {
        /// Only this study: id, registry number or name
        #[arg(long, value_name = "STUDY")]
        study: Option<String>,
        /// Only this outcome
        #[arg(long, value_name = "CODE")]
        result: Option<String>,
        /// The effect of interest: assignment or adhering
        #[arg(long, value_name = "EFFECT", default_value = "assignment")]
        effect: String,
    },
}

/// `appraise set`
#[derive(Debug, Args)]
pub struct AppraiseSet {
    /// Study: id, registry number or name
    pub study: String,
    /// Code of the outcome that the result is of
    pub result: String,
    /// Question (1.1 to 5.3), domain (D1 to D5), or Overall
    pub question: String,
    /// Y, PY, PN, N, NI or NA; of a domain Low, "Some concerns" or High
    pub answer: String,
    /// The effect of interest: assignment or adhering
    #[arg(long, value_name = "EFFECT", default_value = "assignment")]
    pub effect: String,
    /// The comparison, where the study has several
    #[arg(long, value_name = "TEXT")]
    pub comparison: Option<String>,
    /// Who is counted, where the study says several
    #[arg(long, value_name = "TEXT")]
    pub population: Option<String>,
    /// The time point, where there are several
    #[arg(long, value_name = "TEXT")]
    pub time: Option<String>,
    /// Why; a judgement of a domain needs it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// What the report says, word for word
    #[arg(long, value_name = "TEXT")]
    pub quote: Option<String>,
    /// Where it says so
    #[arg(long, value_name = "PAGE")]
    pub page: Option<String>,
    /// Settle what the assessors disagree on
    #[arg(long)]
    pub settles: bool,
}
