//! Every command and option, as `--help` tells them.

mod appraise;
mod figures;
mod import;
mod pool;
mod rank;
mod record;
mod screen;
mod search;
mod serve;
mod user;
mod versions;

pub(super) use appraise::{AppraiseArgs, AppraiseCommand, AppraiseSet};
pub(super) use figures::{
    DpiWord, DrawArgs, FigureArgs, LookArgs, RobArgs, StyleWord, ToolWord, WidthWord,
};
pub(super) use import::ImportArgs;
pub(super) use pool::{
    CiWord, MetaforWord, MhZeroWord, PoolArgs, PredictionWord, ScriptWord, Tau2CiWord, Tau2Word,
    TrimWord, ZeroWord,
};
pub(super) use rank::SimulateArgs;
pub(super) use record::{RecordArgs, RecordCommand};
pub(super) use screen::{DecisionsWord, ScreenArgs, ScreenCommand};
pub(super) use search::{LintQueryArgs, SearchArgs};
pub(super) use serve::ServeArgs;
pub(super) use user::{UserArgs, UserCommand};
pub(super) use versions::{
    CompletionsArgs, DiffArgs, ManArgs, PublishArgs, ScheduleArgs, SchedulePrint, VersionsArgs,
    WatchArgs,
};

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
    /// The person who acts [default: what PERENNIAL_AS holds]
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
    /// Update when the schedule in workflow.toml says so, until told to stop
    ///
    /// Example: perennial watch --once
    Watch(WatchArgs),
    /// Show when each step of the living mode was done and is due next, or what runs them
    ///
    /// Example: perennial schedule
    Schedule(ScheduleArgs),
    /// Search the sources that the program asks itself, new and revised records only
    ///
    /// Example: perennial search PubMed
    Search(SearchArgs),
    /// Check a search strategy for what its source never reports
    ///
    /// Example: perennial lint-query queries/pubmed.txt --for pubmed
    LintQuery(LintQueryArgs),
    /// Check printed numbers for what arithmetic settles: of this review, or of a published one
    ///
    /// Example: perennial lint paper
    Lint(LintArgs),
    /// Read export files of a source into the store, or take an import back
    ///
    /// Example: perennial import embase.ris --source Embase --check
    #[command(disable_version_flag = true)]
    Import(ImportArgs),
    /// Find duplicates: in the workspace, or alone on files
    ///
    /// Example: perennial dedup review
    Dedup(DedupArgs),
    /// Show a record, or correct what its source says of it
    ///
    /// Example: perennial record show r17
    Record(RecordArgs),
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
    /// Enter trial data, cell by cell; see where each stands
    ///
    /// Example: perennial extract list --study CASTOR
    Extract(ExtractArgs),
    /// Assess the risk of bias of results by the questions of RoB 2; see where each stands
    ///
    /// Example: perennial appraise list
    Appraise(AppraiseArgs),
    /// Write the flow report
    ///
    /// Example: perennial report --out reports
    Report(ReportArgs),
    /// Serve the pages where people screen, until Ctrl-C
    ///
    /// Example: perennial serve
    Serve(ServeArgs),
    /// How many records are where, who has what to do, the next command
    ///
    /// Example: perennial status
    Status(StatusArgs),
    /// The counts of the PRISMA 2020 flow and the identities they obey
    ///
    /// Example: perennial prisma --json
    Prisma(PrismaArgs),
    /// Freeze the review as it stands under a name
    ///
    /// Example: perennial publish 1.0
    Publish(PublishArgs),
    /// The published versions
    ///
    /// Example: perennial versions
    Versions(VersionsArgs),
    /// What changed between two versions, or since one: studies, counts, cells, protocol, estimates
    ///
    /// Example: perennial diff 1.0 2.0
    Diff(DiffArgs),
    /// Open a number, a record, a report, a study or an event down to people and bytes
    ///
    /// Example: perennial explain removed.duplicates
    Explain(ExplainArgs),
    /// Copy database, archive and full texts into one file while others write
    ///
    /// Example: perennial backup review.tar
    Backup(BackupArgs),
    /// Make a workspace of a backup, and audit it
    ///
    /// Example: perennial restore review.tar review-again
    Restore(RestoreArgs),
    /// Check file, chain, archive, projections, versions and identities
    ///
    /// Example: perennial audit
    Audit(AuditArgs),
    /// Write records, decisions, studies, counts or the log
    ///
    /// Example: perennial export events --format jsonl
    Export(ExportArgs),
    /// Add people and give them roles; once someone is a lead, only leads do
    ///
    /// Example: perennial user add maria --role reviewer --as lead
    User(UserArgs),
    /// Convert bibliographic files, without a workspace
    ///
    /// Example: perennial convert embase.ris -o embase.jsonl
    Convert(ConvertArgs),
    /// Pool the studies of a file, without a workspace
    ///
    /// Example: perennial pool studies.csv --measure RR --method REML
    Pool(Box<PoolArgs>),
    /// Read a finished screening again in a model's order, and say what that would have saved
    ///
    /// Example: perennial simulate labelled.csv --prior 12,7 -o order.csv --figure recall.svg
    Simulate(SimulateArgs),
    /// Draw a PRISMA 2020 flow from a file of counts, without a workspace
    ///
    /// Example: perennial flow reports/prisma.csv -o flow.svg
    Flow(FlowArgs),
    /// Draw judgements on the risk of bias, or make them from answers to RoB 2's questions, without a
    /// workspace
    ///
    /// Example: perennial rob judgements.csv -o lights.svg --summary summary.svg
    Rob(RobArgs),
    /// Print the completions of a shell: commands, options and their values
    ///
    /// Example: perennial completions bash > ~/.local/share/bash-completion/completions/perennial
    Completions(CompletionsArgs),
    /// Write a manual page for every command
    ///
    /// Example: perennial man ~/.local/share/man/man1
    Man(ManArgs),
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
    /// Where to write what is related and not merged: id1,id2,relation,why
    #[arg(long, value_name = "FILE", requires = "files")]
    pub relations: Option<PathBuf>,
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
        /// Do so although both are included or belong to different studies
        #[arg(long)]
        confirm: bool,
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
    /// Another report of the same study
    SameStudy,
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

/// `study`
#[derive(Debug, Args)]
pub struct StudyArgs {
    /// What to do
    #[command(subcommand)]
    pub command: StudyCommand,
}

/// `study list|link|rename|unlink`
#[derive(Debug, Subcommand)]
pub enum StudyCommand {
    /// List studies and their reports
    List,
    /// Move an included report to the study it belongs to
    ///
    /// Example: perennial study link 31735560 ICARIA-MM --as lead
    Link {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// Study: id, registry number or name; a new number or name makes a study
        study: String,
        /// Keep its other studies: one report of two trials
        #[arg(long)]
        also: bool,
    },
    /// Call a study something else; figures and tables use the name
    ///
    /// Example: perennial study rename s3 "ICARIA-MM" --as lead
    Rename {
        /// Study: id, registry number or name
        study: String,
        /// The new name
        label: String,
    },
    /// Say that a report does not belong to a study
    Unlink {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// Study: id, registry number or name
        study: String,
    },
}

/// `extract`
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// What to do
    #[command(subcommand)]
    pub command: ExtractCommand,
}

/// `extract list|set|import|export|template`
#[derive(Debug, Subcommand)]
pub enum ExtractCommand {
    /// List the cells, where each stands, and what the checks found
    ///
    /// Values that are not agreed are blind: whoever lists sees that a cell is open; with --for (or --as)
    /// a person sees what they have to enter and what they entered, and who may settle a difference sees
    /// the values, which name nobody.
    ///
    /// Example: perennial extract list --for extractor-1
    List {
        /// Only this study: id, registry number or name
        #[arg(long, value_name = "STUDY")]
        study: Option<String>,
        /// Only this outcome
        #[arg(long, value_name = "CODE")]
        outcome: Option<String>,
        /// What this person has to do, and nothing of what others entered
        #[arg(long = "for", value_name = "NAME")]
        person: Option<String>,
    },
    /// Enter one value
    ///
    /// Example: perennial extract set CASTOR orr --report 30237264 --arm D-Vd --population ITT
    /// --events 201 --n 240 --as extractor-1
    Set(Box<ExtractSet>),
    /// Read a file of values, whole or not at all
    ///
    /// Example: perennial extract import extraction.csv --as extractor-1
    Import {
        /// The CSV file
        file: PathBuf,
    },
    /// Write what was entered and is in force as CSV; values that are not agreed are left out
    ///
    /// Example: perennial extract export
    Export {
        /// Write values that are not agreed too; this is recorded
        #[arg(long)]
        unblind: bool,
    },
    /// Write a table to fill: a row for each study, arm and outcome, with the columns they need
    ///
    /// With --as only what this person has not entered. Rows that stay empty are passed over when the
    /// table is imported.
    ///
    /// Example: perennial extract template --as extractor-1 > to-fill.csv
    Template {
        /// Only this study: id, registry number or name
        #[arg(long, value_name = "STUDY")]
        study: Option<String>,
        /// Only this outcome
        #[arg(long, value_name = "CODE")]
        outcome: Option<String>,
    },
}

/// `extract set`
#[derive(Debug, Args)]
pub struct ExtractSet {
    /// Study: id, registry number or name
    pub study: String,
    /// Outcome or characteristic code
    pub outcome: String,
    /// The report that says it: id, PMID, DOI or source:id
    #[arg(long)]
    pub report: Option<String>,
    /// The arm, or `A vs B`; left out for the study as a whole
    #[arg(long)]
    pub arm: Option<String>,
    /// Who is counted: ITT, response-evaluable, safety
    #[arg(long)]
    pub population: Option<String>,
    /// Grade of an adverse event, or category
    #[arg(long)]
    pub grade: Option<String>,
    /// Time point
    #[arg(long)]
    pub time: Option<String>,
    /// Participants with the event
    #[arg(long)]
    pub events: Option<String>,
    /// Participants counted
    #[arg(long)]
    pub n: Option<String>,
    /// Mean
    #[arg(long, allow_hyphen_values = true)]
    pub mean: Option<String>,
    /// Standard deviation
    #[arg(long)]
    pub sd: Option<String>,
    /// Standard error of the mean, or of the effect: of its logarithm where that is a ratio
    #[arg(long)]
    pub se: Option<String>,
    /// Median
    #[arg(long, allow_hyphen_values = true)]
    pub median: Option<String>,
    /// Lower limit beside the median or the mean
    #[arg(long, allow_hyphen_values = true)]
    pub low: Option<String>,
    /// Upper limit beside the median or the mean
    #[arg(long, allow_hyphen_values = true)]
    pub high: Option<String>,
    /// What these limits are: range, IQR or CI
    #[arg(long)]
    pub spread: Option<String>,
    /// Events per hundred, as printed
    #[arg(long)]
    pub percent: Option<String>,
    /// Effect measure: HR, RR, OR, MD
    #[arg(long)]
    pub measure: Option<String>,
    /// The effect, first arm against second
    #[arg(long, allow_hyphen_values = true)]
    pub effect: Option<String>,
    /// Lower limit of its interval
    #[arg(long, allow_hyphen_values = true)]
    pub ci_low: Option<String>,
    /// Upper limit of its interval
    #[arg(long, allow_hyphen_values = true)]
    pub ci_high: Option<String>,
    /// Level of that interval, in per cent
    #[arg(long)]
    pub ci_level: Option<String>,
    /// Two-sided p-value of the effect
    #[arg(long, value_name = "P")]
    pub p: Option<String>,
    /// Unit of mean or median
    #[arg(long)]
    pub unit: Option<String>,
    /// Median follow-up of the report, in months
    #[arg(long)]
    pub follow_up_months: Option<String>,
    /// A value in words
    #[arg(long)]
    pub text: Option<String>,
    /// The report was read and does not say it
    #[arg(long)]
    pub not_reported: bool,
    /// The count was computed from a printed percentage
    #[arg(long)]
    pub derived: bool,
    /// The sentence or table row
    #[arg(long)]
    pub quote: Option<String>,
    /// The page
    #[arg(long)]
    pub page: Option<String>,
    /// The document it was seen in, where that is not the report
    #[arg(long)]
    pub source: Option<String>,
    /// verified or unverified [default: verified]
    #[arg(long)]
    pub confidence: Option<String>,
    /// What a reader must know
    #[arg(long)]
    pub note: Option<String>,
    /// Settle what others entered
    #[arg(long)]
    pub reconcile: bool,
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
pub struct PrismaArgs {
    /// As it was published
    #[arg(long, value_name = "VERSION")]
    pub at: Option<String>,
    /// How the versions stand side by side [default: separate, once something is published]
    #[arg(long, value_name = "LAYOUT", conflicts_with = "at")]
    pub layout: Option<LayoutWord>,
    /// The flow diagram; one file for each column.
    #[command(flatten)]
    pub draw: DrawArgs,
}

/// The layouts of a living flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LayoutWord {
    /// The first version and each update by itself
    Separate,
    /// Everything in one column
    Combined,
    /// The first version, and all updates together
    BaseUpdates,
    /// Everything before together, and the latest by itself
    PreviousLatest,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A count such as removed.duplicates, or record:r17, report:r17, study:s3, event:42
    pub what: String,
}

/// `backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to make
    pub file: PathBuf,
    /// Keep N earlier backups, as FILE.1 to FILE.N; without it a file that is there is not replaced
    #[arg(long, value_name = "N")]
    pub keep: Option<u32>,
    /// Leave the full texts out
    #[arg(long)]
    pub without_full_texts: bool,
}

/// `restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
    /// The folder to make
    pub folder: PathBuf,
}

/// `audit`
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Prove that the log only grew since: a head, or a file or folder of a report that prints one
    #[arg(long, value_name = "HEAD|REPORT")]
    pub against: Option<String>,
}

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
    /// Every record: csv, jsonl; with what was decided: ris, nbib, asreview, rayyan
    Records,
    /// Decisions: csv; every screened report with its own: ris, nbib, jsonl, asreview, rayyan
    Decisions,
    /// Studies and their reports: csv
    Studies,
    /// Judgements on the risk of bias that hold: csv, robvis
    Rob,
    /// The pooled analyses: json, r (a metafor script that recomputes and compares)
    Analysis,
    /// The flow: csv (PRISMA2020's columns), json
    Prisma,
    /// The log: jsonl
    Events,
}

/// `convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Files to read; gzip too
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Where to write: .ris, .nbib, .csv or .jsonl, or `-` for the standard output
    #[arg(short, long, value_name = "OUT")]
    pub output: PathBuf,
    /// Read as pubmed-xml, ris, nbib, wos, csv, bib, enw, endnote-xml, ictrp, ctgov, crossref, europepmc, text or refworks [default: by content]
    #[arg(long, value_name = "F")]
    pub from: Option<String>,
    /// Write as jsonl, csv, ris or nbib [default: by the name of the output]
    #[arg(long, value_name = "F")]
    pub to: Option<String>,
}

/// `lint`
#[derive(Debug, Args)]
pub struct LintArgs {
    /// A published review [default: the review of the workspace]: a folder of tables, one TOML file, results.json, a PRISMA2020 CSV, a table of
    /// RevMan's data package, or a table pasted from a paper (.tsv)
    #[arg(value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Make a folder to type a review into, with a line of help for each column
    #[arg(long, value_name = "DIR", conflicts_with_all = ["folder", "html"])]
    pub template: Option<PathBuf>,
    /// Write the findings as a page too, with the arithmetic drawn
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

/// `flow`
#[derive(Debug, Args)]
pub struct FlowArgs {
    /// Counts in the columns of the PRISMA2020 package; a blank count is not given, which is not 0
    #[arg(required_unless_present = "template")]
    pub counts: Option<PathBuf>,
    /// Where to write the figure: .svg, .png or .pdf by its name
    #[arg(short, long, value_name = "FILE", required_unless_present = "template")]
    pub output: Option<PathBuf>,
    /// Print the table to fill, with every row and no count
    #[arg(long, conflicts_with_all = ["counts", "output"])]
    pub template: bool,
    /// How the figure is made.
    #[command(flatten)]
    pub look: LookArgs,
}
