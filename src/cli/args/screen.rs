//! The arguments of `screen`.

use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

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
    /// Show a report as a reviewer needs it: abstract, criteria, own earlier decision
    ///
    /// Without a report, the next one that waits for the person. Who may settle a disagreement sees
    /// the votes, with reasons and notes, in an order that names nobody.
    ///
    /// Example: perennial screen show 31735560
    Show {
        /// Report: id, PMID, DOI or source:id
        report: Option<String>,
    },
    /// Show the next report that waits for a person
    ///
    /// Example: perennial screen next --as reviewer-1
    Next {
        /// Only of this phase
        #[arg(long, value_name = "P")]
        phase: Option<String>,
    },
    /// Show in which order titles and abstracts are read, and why one is high
    ///
    /// Ranked, the likeliest to go forward stand first, as settled decisions and your own say; one in
    /// twenty is drawn by chance. Nothing is left out. `--keep` makes an order yours: `screen next`,
    /// `screen list` and the site follow it.
    ///
    /// Example: perennial screen rank --as reviewer-1
    Rank {
        /// Report: say why it stands where it does
        report: Option<String>,
        /// ranked, found, newest, oldest, registry (registered trials first), random or random:SEED
        /// [default: ranked]
        #[arg(long, value_name = "ORDER", conflicts_with = "report")]
        order: Option<String>,
        /// Keep this order as yours; `--order found` goes back to the order in which they were found
        #[arg(long, requires = "order")]
        keep: bool,
        /// How many are shown; `--json` gives all
        #[arg(long, value_name = "N", default_value_t = 20)]
        first: usize,
    },
    /// Decide on a report
    ///
    /// Example: perennial screen decide 31735560 include --as reviewer-1
    Decide {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// title-abstract or full-text [default: the phase that the report is in]
        #[arg(long, value_name = "P")]
        phase: Option<String>,
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
    /// Example: perennial screen settle r17 exclude --as adjudicator
    Settle {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// title-abstract or full-text [default: the phase that the report is in]
        #[arg(long, value_name = "P")]
        phase: Option<String>,
        /// include or exclude
        decision: String,
        /// Reason code of the workflow
        #[arg(long, value_name = "R")]
        reason: Option<String>,
        /// A note
        #[arg(long, value_name = "T")]
        note: Option<String>,
    },
    /// Take an event back: the one named, else your last act that still stands
    ///
    /// Where no event is named and a report was settled or a version published since, it is asked
    /// first. To take back an undo puts your own act in force again, as long as its report is open.
    ///
    /// Example: perennial screen undo --as reviewer-1
    Undo {
        /// The act: `me.41`, your forty-first, or `r17.3`, the third on report 17 that you may see
        #[arg(value_name = "ACT")]
        event: Option<String>,
        /// Say what would be taken back, and change nothing
        #[arg(long)]
        check: bool,
        /// Do so although a report was settled or a version published since
        #[arg(long, conflicts_with = "check")]
        yes: bool,
    },
    /// Read decisions: report,phase,reviewer,decision,reason,note,at,settles
    ///
    /// Or the tables of other tools: Rayyan's with the inclusions of people in its notes, ASReview's
    /// with labels, Covidence's for one list each. Rows of no report here are told, and passed over. So
    /// are reasons that the workflow does not have: they go into the note at title and abstract, and are
    /// refused at full text.
    ///
    /// Example: perennial screen import decisions.csv
    Import {
        /// The CSV file
        file: PathBuf,
        /// Whose table it is
        #[arg(long, value_name = "F", default_value = "perennial")]
        format: DecisionsWord,
        /// Whose decisions they are, where a row does not say; of several in the file, this person's
        #[arg(long, value_name = "NAME")]
        reviewer: Option<String>,
        /// In which phase another tool's decisions were made [default: as its file says]
        #[arg(long, value_name = "P")]
        phase: Option<String>,
        /// What a reason of another tool's table is in this review, by its code; without a code: a note
        #[arg(long = "map-reason", value_name = "TEXT=CODE")]
        reasons: Vec<String>,
    },
    /// Write a table of decisions to fill: a row for each report that is open
    ///
    /// Example: perennial screen template --for reviewer-1 --phase title-abstract > to-fill.csv
    Template {
        /// Only this phase
        #[arg(long, value_name = "P")]
        phase: Option<String>,
        /// What this person has to decide
        #[arg(long = "for", value_name = "NAME")]
        person: String,
    },
    /// Say how far people agreed: 2×2 table, observed agreement, κ with its interval, PABAK, AC1
    ///
    /// By phase and two people, over the review and by version, with the reasons of full texts that both
    /// exclude. Only of reports that are settled; unsure counts as include. Of fewer than ten reports no
    /// coefficient is said.
    ///
    /// Example: perennial screen agreement
    Agreement,
    /// Give a disagreement back to those who voted: each sees the others' votes and votes once more
    ///
    /// The votes of before stay in the agreement, those of the discussion are left out of it. Until all have
    /// voted once more, it can still be settled.
    ///
    /// Example: perennial screen return r17 --note "does the age criterion apply?" --as lead
    Return {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// title-abstract or full-text [default: the phase that the report is in]
        #[arg(long, value_name = "P")]
        phase: Option<String>,
        /// What they are asked
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Attach files to a report: its full text and its supplements
    ///
    /// PDF, PNG, JPEG, DOCX, XLSX, CSV, TXT and ZIP, at most 50 MB each; what a file is, its bytes say.
    /// Of a folder every file is taken. Without a report, each file goes to the one that the identifiers in
    /// its name point to; of what is not sure it is said which reports it may belong to.
    ///
    /// Example: perennial screen attach 31735560 paper.pdf appendix.docx --as reviewer-1
    Attach {
        /// A report (id, PMID, DOI or source:id) and its files; or files alone
        #[arg(value_name = "REPORT|FILE", required = true, num_args = 1..)]
        what: Vec<String>,
    },
    /// List the files that are attached
    ///
    /// Example: perennial screen attachments
    Attachments {
        /// Report: id, PMID, DOI or source:id
        report: Option<String>,
    },
    /// Remove an attached file from every report that has it, and erase its bytes
    ///
    /// Example: perennial screen detach 31735560 paper.pdf --reason "another trial's paper" --as lead
    Detach {
        /// Report: id, PMID, DOI or source:id
        report: String,
        /// The file: its name, or the beginning of its digest
        file: String,
        /// Why
        #[arg(long, value_name = "T")]
        reason: String,
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

/// `screen import --format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DecisionsWord {
    /// The columns of `screen export`
    Perennial,
    /// Rayyan's table
    Rayyan,
    /// ASReview's table
    Asreview,
    /// Covidence's table of one list
    Covidence,
}
