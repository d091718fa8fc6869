//! Every command and option, as `--help` tells them.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Living systematic reviews, from search to flow report, in one program and one folder.
///
/// Try the demonstration, without a network: perennial run --replay
#[derive(Debug, Parser)]
#[command(
    name = "perennial",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Args, Clone)]
pub struct Global {
    /// The workspace [default: the nearest folder upwards with workflow.toml]
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Print one JSON document on stdout and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// The person who acts
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub actor: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new, commented workspace
    ///
    /// Example: perennial init my-review
    Init(InitArgs),
    /// Run the whole pipeline as far as it can go, then write the report
    ///
    /// Example: perennial run --replay
    Run(RunArgs),
    /// Bring the living review up to date: search again, carry on, report
    ///
    /// Example: perennial update --replay
    Update(RunArgs),
    /// Read export files of a source into the store
    ///
    /// Example: perennial import embase.ris --source Embase --check
    Import(ImportArgs),
    /// Find duplicates: in the workspace, or alone on files
    ///
    /// Example: perennial dedup review
    Dedup(DedupArgs),
    /// Apply the rules of the workflow before screening
    ///
    /// Example: perennial filter --sample 10
    Filter(FilterArgs),
    /// Mark inclusions, settle disagreements, take back
    ///
    /// Example: perennial screen list --for reviewer-1
    Screen(ScreenArgs),
    /// Group reports into studies
    ///
    /// Example: perennial study list
    Study(StudyArgs),
    /// Write the flow report
    ///
    /// Example: perennial report --out reports
    Report(ReportArgs),
    /// How many records are where, who has what to do, the next command
    ///
    /// Example: perennial status
    Status(StatusArgs),
    /// The counts of the PRISMA 2020 flow and the identities they obey
    ///
    /// Example: perennial prisma --json
    Prisma(PrismaArgs),
    /// Check chain, archive, projections and identities
    ///
    /// Example: perennial audit
    Audit(AuditArgs),
    /// Write records, decisions, studies, counts or the log
    ///
    /// Example: perennial export events --format jsonl
    Export(ExportArgs),
    /// Add people and give them roles
    ///
    /// Example: perennial user add maria --role reviewer
    User(UserArgs),
    /// Convert bibliographic files, without a workspace
    ///
    /// Example: perennial convert embase.ris -o embase.jsonl
    Convert(ConvertArgs),
    /// Draw a PRISMA 2020 flow from a file of counts, without a workspace
    ///
    /// Example: perennial flow reports/prisma.csv -o flow.svg
    Flow(FlowArgs),
}

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make
    pub dir: PathBuf,
}

/// `run`, `update`
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Take the archived searches and decisions of `[replay]` instead of the network
    #[arg(long)]
    pub replay: bool,
}

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Export files: RIS, MEDLINE (nbib), Web of Science, CSV, PubMed XML; gzip too
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The source they came from, as workflow.toml names it
    #[arg(long, value_name = "NAME")]
    pub source: String,
    /// Read and report, write nothing
    #[arg(long)]
    pub check: bool,
    /// Import what could be read of a damaged file
    #[arg(long)]
    pub accept_damaged: bool,
}

/// `dedup`
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DedupArgs {
    /// What to do in the workspace
    #[command(subcommand)]
    pub command: Option<DedupCommand>,
    /// Files to deduplicate without a workspace
    #[arg(requires = "output")]
    pub files: Vec<PathBuf>,
    /// Where to write the clusters: id,cluster,primary,rule,score
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Where to write the pairs for people: id1,id2,score,why
    #[arg(long, value_name = "FILE", requires = "files")]
    pub review: Option<PathBuf>,
    /// Say field by field why two records are one or are not
    #[arg(long, num_args = 2, value_names = ["ID1", "ID2"], requires = "files")]
    pub explain: Option<Vec<String>>,
}

/// `dedup review|merge|split|relate`
#[derive(Debug, Subcommand)]
pub enum DedupCommand {
    /// Show the pairs that wait for a person, field by field, side by side
    Review,
    /// Show what this program's rules would change where a review was grouped by older ones
    Upgrade {
        /// Put them in force; reports on which people decided stay as they are
        #[arg(long)]
        accept: bool,
    },
    /// Say that two records are one report
    Merge {
        /// One record or report
        a: String,
        /// The other
        b: String,
    },
    /// Say that a record is not part of its report
    Split {
        /// The record
        record: String,
    },
    /// Say that two records are related or distinct, not the same
    Relate {
        /// The notice, version or secondary report
        a: String,
        /// What it belongs to
        b: String,
        /// How
        #[arg(long = "as-relation", value_name = "R")]
        relation: RelationWord,
    },
}

/// How two records relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RelationWord {
    /// A version of one work: a Cochrane update, a preprint
    Version,
    /// An erratum, comment or retraction of the other
    NoticeOf,
    /// A conference abstract, protocol or register entry of the other's study
    ReportOf,
    /// Two reports that have nothing to do with each other
    Distinct,
}

/// `filter`
#[derive(Debug, Args)]
pub struct FilterArgs {
    /// Show N removed reports, drawn reproducibly, for a person to check
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
}

/// `screen`
#[derive(Debug, Args)]
pub struct ScreenArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ScreenCommand,
}

/// `screen …`
#[derive(Debug, Subcommand)]
pub enum ScreenCommand {
    /// List what is open
    ///
    /// Example: perennial screen list --for reviewer-1 --phase title-abstract
    List {
        /// Only this phase
        #[arg(long, value_name = "P")]
        phase: Option<String>,
        /// What this person has to do, and nothing of what others chose
        #[arg(long = "for", value_name = "NAME")]
        person: Option<String>,
    },
    /// Decide on a report
    ///
    /// Example: perennial screen decide 31735560 --phase title-abstract include --as reviewer-1
    Decide {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// title-abstract or full-text
        #[arg(long, value_name = "P")]
        phase: String,
        /// include, exclude or unsure
        decision: String,
        /// Reason code of the workflow; needed where a full text is excluded
        #[arg(long, value_name = "R")]
        reason: Option<String>,
        /// A note
        #[arg(long, value_name = "T")]
        note: Option<String>,
    },
    /// Say whether the full text could be had
    ///
    /// Example: perennial screen retrieve 31735560 retrieved --as reviewer-1
    Retrieve {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// retrieved or not-retrieved
        outcome: String,
        /// A note
        #[arg(long, value_name = "T")]
        note: Option<String>,
    },
    /// Settle a disagreement of others
    ///
    /// Example: perennial screen settle r17 --phase title-abstract exclude --as adjudicator
    Settle {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// title-abstract or full-text
        #[arg(long, value_name = "P")]
        phase: String,
        /// include or exclude
        decision: String,
        /// Reason code of the workflow
        #[arg(long, value_name = "R")]
        reason: Option<String>,
        /// A note
        #[arg(long, value_name = "T")]
        note: Option<String>,
    },
    /// Take an event back: the one named, else your last decision
    ///
    /// Example: perennial screen undo --as reviewer-1
    Undo {
        /// The event's number
        event: Option<u64>,
    },
    /// Read decisions: report,phase,reviewer,decision,reason,note,at,settles
    ///
    /// Example: perennial screen import decisions.csv
    Import {
        /// The CSV file
        file: PathBuf,
    },
    /// Write the decisions as CSV
    ///
    /// Example: perennial screen export
    Export {
        /// Show unsettled votes too; this is recorded
        #[arg(long)]
        unblind: bool,
    },
}

/// `study`
#[derive(Debug, Args)]
pub struct StudyArgs {
    /// What to do
    #[command(subcommand)]
    pub command: StudyCommand,
}

/// `study list|link|unlink`
#[derive(Debug, Subcommand)]
pub enum StudyCommand {
    /// List studies and their reports
    List,
    /// Say that a report belongs to a study
    Link {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// Study: id, registry number or name; a new number or name makes a study
        study: String,
    },
    /// Say that a report does not belong to a study
    Unlink {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// Study: id, registry number or name
        study: String,
    },
}

/// `report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Where to write [default: reports/ of the workspace]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// `status`
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Exit with 3 while people's work is waiting
    #[arg(long)]
    pub exit_code: bool,
}

/// `prisma`
#[derive(Debug, Args)]
pub struct PrismaArgs {}

/// `audit`
#[derive(Debug, Args)]
pub struct AuditArgs {}

/// `export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to write
    pub what: ExportWhat,
    /// As what [default: the first that fits]
    #[arg(long, value_name = "F")]
    pub format: Option<String>,
    /// Show unsettled votes too; this is recorded
    #[arg(long)]
    pub unblind: bool,
}

/// What `export` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportWhat {
    /// Every record: csv, jsonl
    Records,
    /// Decisions: csv
    Decisions,
    /// Studies and their reports: csv
    Studies,
    /// The flow: csv (PRISMA2020's columns), json
    Prisma,
    /// The log: jsonl
    Events,
}

/// `user`
#[derive(Debug, Args)]
pub struct UserArgs {
    /// What to do
    #[command(subcommand)]
    pub command: UserCommand,
}

/// `user add|role|disable|list`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person
    Add {
        /// The name
        name: String,
        /// lead, reviewer, adjudicator, extractor, auditor; several with commas
        #[arg(long, value_name = "ROLE[,ROLE]")]
        role: String,
    },
    /// Give a person other roles
    Role {
        /// The name
        name: String,
        /// The roles, with commas
        role: String,
    },
    /// End a person's part; what they decided stays
    Disable {
        /// The name
        name: String,
    },
    /// List people
    List,
}

/// `convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Files to read; gzip too
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where to write
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Read as pubmed-xml, ris, nbib, wos or csv [default: by content]
    #[arg(long, value_name = "F")]
    pub from: Option<String>,
    /// Write as jsonl, csv, ris or nbib [default: by the output's extension, else jsonl]
    #[arg(long, value_name = "F")]
    pub to: Option<String>,
}

/// `flow`
#[derive(Debug, Args)]
pub struct FlowArgs {
    /// Counts in the columns of the PRISMA2020 package
    pub counts: PathBuf,
    /// Where to write the figure
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
}
