//! The arguments of `search` and `lint-query`.

use crate::strategy::Platform;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `search`
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// Sources of type `eutils`, `ctgov` or `europepmc`, as workflow.toml names them [default: all of them]
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
}

/// `lint-query`
#[derive(Debug, Args)]
pub struct LintQueryArgs {
    /// The file with the strategy; lines that begin with `# ` are comments
    pub file: PathBuf,
    /// Whose language the strategy is written in
    #[arg(long = "for", value_enum)]
    pub dialect: Dialect,
}

/// The languages of `lint-query`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dialect {
    /// PubMed
    Pubmed,
    /// Ovid: MEDLINE, Embase, PsycInfo
    Ovid,
    /// Embase.com
    Embase,
    /// The Cochrane Library: CENTRAL
    Cochrane,
    /// Web of Science
    Wos,
}

impl Dialect {
    /// The platform whose rules are checked.
    pub fn platform(self) -> Platform {
        match self {
            Self::Pubmed => Platform::Pubmed,
            Self::Ovid => Platform::Ovid,
            Self::Embase => Platform::Embase,
            Self::Cochrane => Platform::Cochrane,
            Self::Wos => Platform::Wos,
        }
    }
}
