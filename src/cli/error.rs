//! Errors as people and scripts see them: a kind, an exit code, a picture, a help.

use super::diagnostic;
use crate::extract::ExtractError;
use crate::formats::ProblemKind;
use crate::pipeline::extract::EnterError;
use crate::pipeline::publish::VersionError;
use crate::pipeline::undo::UndoError;
use crate::pipeline::{OpenError, RunError};
use crate::report::ReportError;
use crate::screen::ScreenError;
use crate::search::SearchError;
use crate::search::eutils::EutilsError;
use crate::store::lock::LockError;
use crate::store::{ArchiveError, StoreError};

/// What kind of error; CLI and scripts tell them apart by this word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Wrong flags or arguments.
    Usage,
    /// `workflow.toml` or a query file.
    Config,
    /// A file, a person, a report: what was given is not usable.
    Input,
    /// The chain, the archive, a projection or an identity does not hold.
    Integrity,
    /// A source could not be reached.
    Network,
    /// Another process works on the workspace.
    Locked,
    /// A file system or database error.
    Io,
    /// A bug.
    Internal,
}

impl Kind {
    /// The word in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Input => "input",
            Self::Integrity => "integrity",
            Self::Network => "network",
            Self::Locked => "locked",
            Self::Io => "io",
            Self::Internal => "internal",
        }
    }

    /// The exit code, as documented.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage | Self::Config | Self::Input => 2,
            Self::Integrity => 4,
            Self::Network | Self::Locked => 5,
            Self::Io | Self::Internal => 1,
        }
    }
}

/// An error with everything that is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CliError {
    /// Its kind.
    pub kind: Kind,
    /// What happened, without a full stop.
    pub message: String,
    /// The file it is about.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// What can be done.
    pub help: Vec<String>,
    /// Pictures of the places, plain and in colour, where there are any.
    pictures: Vec<(String, String)>,
}

/// How a command ends when it does not end well.
#[derive(Debug)]
pub(super) enum Ending {
    /// Whoever read the answer has seen enough.
    BrokenPipe,
    /// An error.
    Error(Box<CliError>),
}

impl From<CliError> for Ending {
    fn from(error: CliError) -> Self {
        Self::Error(Box::new(error))
    }
}

/// Every module's error is an ending, through [`CliError`].
macro_rules! endings {
    ($($name:ty),+ $(,)?) => {
        $(impl From<$name> for Ending {
            fn from(error: $name) -> Self {
                CliError::from(error).into()
            }
        })+
    };
}

endings!(
    EnterError,
    OpenError,
    RunError,
    ReportError,
    ScreenError,
    SearchError,
    LockError,
    StoreError,
    UndoError
);

impl CliError {
    /// An error of a kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            file: None,
            line: None,
            help: Vec::new(),
            pictures: Vec::new(),
        }
    }

    /// An error of usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// The file and line it is about.
    #[must_use]
    pub fn at(mut self, file: impl Into<String>, line: Option<u64>) -> Self {
        self.file = Some(file.into());
        self.line = line;
        self
    }

    /// Something that can be done about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// The object in `{"error": …}`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({
            "kind": self.kind.as_str(),
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "help": if self.help.is_empty() { None } else { Some(self.help.join("\n")) },
        })
    }

    /// What stderr shows.
    pub fn picture(&self, color: bool) -> String {
        let paint = |code: &str, text: &str| {
            if color {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            } else {
                text.to_owned()
            }
        };
        let mut lines = Vec::new();
        if self.pictures.is_empty() {
            lines.push(format!(
                "{}: {}",
                paint("31;1", "error"),
                paint("1", &self.message)
            ));
            if let Some(file) = &self.file
                && !self.message.contains(file.as_str())
            {
                let line = self.line.map(|line| format!(":{line}")).unwrap_or_default();
                lines.push(format!("  --> {file}{line}"));
            }
            for help in &self.help {
                lines.push(format!("{}: {help}", paint("36", "help")));
            }
        } else {
            for (plain, styled) in &self.pictures {
                lines.push(if color { styled.clone() } else { plain.clone() });
                lines.push(String::new());
            }
            lines.pop();
        }
        if self.kind == Kind::Config {
            lines.push(paint("2", "exit 2, nothing was changed"));
        }
        lines.join("\n")
    }
}

/// The message with every cause behind it.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = inner.source();
    }
    text
}

impl From<OpenError> for CliError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Invalid { file, text, found } => {
                let first = found.first();
                let mut out = Self::new(
                    Kind::Config,
                    first.map_or_else(|| "the workflow is not valid".into(), |d| d.message.clone()),
                )
                .at(file, first.map(|d| d.line as u64));
                out.help = found.iter().flat_map(|d| d.help.clone()).collect();
                out.pictures = found
                    .iter()
                    .map(|d| {
                        let draw = |color| diagnostic::render(d, &text, color, 88);
                        (draw(false), draw(true))
                    })
                    .collect();
                out
            }
            OpenError::NotUtf8 { ref path, .. } => {
                let path = path.clone();
                Self::new(Kind::Config, error.to_string()).at(path, None)
            }
            OpenError::NotFound(_) => Self::new(Kind::Usage, error.to_string())
                .help("`perennial init DIR` makes a workspace; `--workspace DIR` names one"),
            OpenError::Read { ref path, .. } => {
                let path = path.display().to_string();
                Self::new(Kind::Io, chain(&error)).at(path, None)
            }
            OpenError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::Missing(_) => Kind::Input,
            StoreError::Full
            | StoreError::ReadOnly(_)
            | StoreError::Unread(_)
            | StoreError::Sqlite(_)
            | StoreError::Newer { .. }
            | StoreError::NetworkFileSystem { .. }
            | StoreError::Io { .. } => Kind::Io,
            StoreError::Busy | StoreError::Moved { .. } => Kind::Locked,
            StoreError::MigrationChanged { .. }
            | StoreError::Damaged { .. }
            | StoreError::Ledger(_)
            | StoreError::Chain(_)
            | StoreError::Projection { .. }
            | StoreError::Value(_) => Kind::Integrity,
            StoreError::OtherReview { .. } => Kind::Config,
        };
        let help = match error {
            StoreError::Full => Some("free some space, then give the command again: it resumes"),
            StoreError::Busy => Some("wait for the other process, then give the command again"),
            StoreError::OtherReview { .. } => {
                Some("set `[review] id` back, or move db/ away to begin a new log")
            }
            StoreError::Damaged { .. } => Some("restore db/ from a backup"),
            StoreError::Missing(_) => Some(
                "`perennial status` says what comes first; if there was a database, restore db/ \
                 from a backup",
            ),
            StoreError::Moved { .. } => Some("give the command again"),
            StoreError::ReadOnly(_) => {
                Some("commands that only read work here; copy the workspace to change it")
            }
            StoreError::Unread(_) => {
                Some("copy the workspace with all files of db/ to where it can be written")
            }
            _ => None,
        };
        let mut out = Self::new(kind, chain(&error));
        out.help.extend(help.map(str::to_owned));
        out
    }
}

impl From<LockError> for CliError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held { .. } => Self::new(Kind::Locked, error.to_string())
                .help("wait until it has ended, then give the command again"),
            LockError::Io { .. } => Self::new(Kind::Io, chain(&error)),
        }
    }
}

impl From<ArchiveError> for CliError {
    fn from(error: ArchiveError) -> Self {
        match &error {
            ArchiveError::Changed { .. } => Self::new(Kind::Integrity, error.to_string()),
            ArchiveError::Io { source, .. } if is_full(source) => Self::new(
                Kind::Io,
                "no space left for the archive; nothing of this step was saved",
            )
            .help("free some space, then give the command again: it resumes"),
            ArchiveError::Io { .. } => Self::new(Kind::Io, chain(&error)),
        }
    }
}

/// A full disk, a used-up quota, or a file that may not grow.
fn is_full(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge
    )
}

/// A live search that was not completed: the cause, what is safe, the command that goes on.
fn unfinished(message: &str, error: &EutilsError, done: u64, total: u64) -> CliError {
    let kind = if error.needs_a_person() {
        Kind::Input
    } else if matches!(error, EutilsError::Machine(_)) {
        Kind::Io
    } else {
        Kind::Network
    };
    let safe = if total == 0 {
        "nothing of this search was saved, and nothing that was there has changed".to_owned()
    } else {
        format!(
            "{done} of {total} pages are saved; the search counts as done only with all of them"
        )
    };
    let next = match error {
        EutilsError::Stopped => "`perennial search` goes on where it stopped",
        EutilsError::NoHost { .. } => {
            "check `base_url` of the source in workflow.toml and the network, then give \
             `perennial search` again"
        }
        EutilsError::BadKey => {
            "correct NCBI_API_KEY, or unset it, then give `perennial search` again"
        }
        EutilsError::Syntax { .. } => {
            "correct the query file (`perennial lint-query FILE --for pubmed`), then give \
             `perennial search` again"
        }
        EutilsError::TooLong { .. } => "shorten the strategy, then give `perennial search` again",
        EutilsError::Redirect { .. }
        | EutilsError::Refused { .. }
        | EutilsError::Address { .. } => {
            "check the query file of the source, and its `base_url` in workflow.toml, then give \
             `perennial search` again"
        }
        EutilsError::Outage { .. }
        | EutilsError::Inconsistent(_)
        | EutilsError::Damaged(_)
        | EutilsError::Machine(_) => "later, give `perennial search` again: it continues there",
    };
    CliError::new(kind, message).help(safe).help(next)
}

impl From<SearchError> for CliError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::UnknownSource {
                ref name,
                ref known,
            } => {
                let near = crate::workflow::nearest(name, known.iter().map(String::as_str));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it has: {}", known.join(", ")),
                };
                Self::new(Kind::Input, error.to_string()).help(help)
            }
            SearchError::Read { ref path, .. } => {
                let path = path.display().to_string();
                Self::new(Kind::Input, chain(&error)).at(path, None)
            }
            SearchError::Format {
                ref path,
                ref source,
            } => {
                let path = path.clone();
                let help =
                    (source.kind() == ProblemKind::EmptyFile).then_some("export the search again");
                let mut out = Self::new(Kind::Input, chain(&error)).at(path, None);
                out.help.extend(help.map(str::to_owned));
                out
            }
            SearchError::Counts { .. } => Self::new(Kind::Input, error.to_string()).help(
                "see whether the export is complete and `hits` in workflow.toml is right; a \
                 difference with a reason is imported with `--reason TEXT --as NAME`",
            ),
            SearchError::OtherSource { ref path, .. } => {
                let path = path.clone();
                Self::new(Kind::Input, error.to_string()).at(path, None).help(
                    "give the source it comes from with `--source`; where it is this one's after \
                     all, import it with `--reason TEXT --as NAME`",
                )
            }
            SearchError::Damaged {
                ref path,
                line,
                problems,
                ..
            } => {
                let path = path.clone();
                Self::new(Kind::Input, error.to_string())
                    .at(path, line)
                    .help(format!(
                        "{}; export the search again, or import what could be read with \
                     `--accept-damaged`",
                        crate::model::many(problems as u64, "problem", "problems")
                    ))
            }
            SearchError::Answer { ref path, .. }
            | SearchError::Wave { ref path, .. }
            | SearchError::NoRecords { ref path } => {
                let path = path.clone();
                Self::new(Kind::Input, error.to_string()).at(path, None)
            }
            SearchError::NotLive { ref name } => {
                let help = format!("give `perennial import FILE --source \"{name}\"`");
                Self::new(Kind::Input, error.to_string()).help(help)
            }
            SearchError::BadEmail => Self::new(Kind::Config, error.to_string()).help(
                "set it to an address at which NCBI can reach you: \
                 `NCBI_EMAIL=you@example.org perennial search`",
            ),
            SearchError::NoEmail => Self::new(Kind::Config, error.to_string()).help(
                "set it for this command: `NCBI_EMAIL=you@example.org perennial search`; it is \
                 sent to NCBI and kept nowhere",
            ),
            SearchError::Query { file, text, found } => {
                OpenError::Invalid { file, text, found }.into()
            }
            SearchError::Source {
                error: ref inner,
                pages: (done, total),
                ..
            } => unfinished(&error.to_string(), inner, done, total),
            SearchError::Archive(error) => error.into(),
            SearchError::Store(error) => error.into(),
            SearchError::Lock(error) => error.into(),
        }
    }
}

impl From<ScreenError> for CliError {
    fn from(error: ScreenError) -> Self {
        match error {
            ScreenError::Store(error) => error.into(),
            ScreenError::Row { ref path, line, .. } => {
                let path = path.clone();
                Self::new(Kind::Input, error.to_string())
                    .at(path, Some(line))
                    .help("the file is taken whole or not at all: nothing of it was saved")
            }
            ScreenError::UnknownPerson(_) => Self::new(Kind::Input, error.to_string())
                .help("`perennial user list` shows who there is, `perennial user add` adds"),
            ScreenError::NeedsLead { .. } => Self::new(Kind::Input, error.to_string())
                .help("say who acts with `--as NAME`, or let PERENNIAL_AS hold the name"),
            ScreenError::LastLead(_) => Self::new(Kind::Input, error.to_string())
                .help("make someone else a lead first: `perennial user role NAME lead --as LEAD`"),
            ScreenError::UnknownReport(_) => Self::new(Kind::Input, error.to_string())
                .help("give an id such as `r17`, a PMID, a DOI, or `source:id`"),
            ScreenError::MergeAsks(ref change) => {
                let [a, b] = change.reports;
                let mut asks = Self::new(Kind::Input, error.to_string());
                for line in change.lines() {
                    asks = asks.help(line);
                }
                asks.help(format!(
                    "`perennial dedup merge {a} {b} --confirm` merges them all the same"
                ))
            }
            ref other @ (ScreenError::Disabled(_)
            | ScreenError::Role { .. }
            | ScreenError::NameTaken(_)
            | ScreenError::Name(_)
            | ScreenError::Erased(_)
            | ScreenError::Ambiguous { .. }
            | ScreenError::Choice { .. }
            | ScreenError::Phase { .. }
            | ScreenError::Settled { .. }
            | ScreenError::NoConflict { .. }
            | ScreenError::OwnVote { .. }
            | ScreenError::ReasonMissing(_)
            | ScreenError::UnknownReason { .. }
            | ScreenError::NothingToUndo(_)
            | ScreenError::Undo { .. }
            | ScreenError::DecidedDifferently { .. }
            | ScreenError::SameRecord(_)
            | ScreenError::UnknownStudy(_)
            | ScreenError::OwnValue(_)
            | ScreenError::NoValue
            | ScreenError::Future(_)
            | ScreenError::Foreign(_)
            | ScreenError::NotIncluded { .. }
            | ScreenError::Label(_)
            | ScreenError::NotLinked { .. }
            | ScreenError::Value(_)) => Self::new(Kind::Input, other.to_string()),
        }
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Write { ref source, .. } if is_full(source) => Self::new(
                Kind::Io,
                "no space left for the report; the log is complete",
            )
            .help("free some space, then give the command again"),
            other => Self::new(Kind::Io, chain(&other)),
        }
    }
}

impl From<EnterError> for CliError {
    fn from(error: EnterError) -> Self {
        match error {
            EnterError::Screen(error) => error.into(),
            EnterError::Store(error) => error.into(),
            // Of a single value there is no file and no line.
            EnterError::Extract(ExtractError::Row { path, reason, .. })
                if path == super::extract::GIVEN =>
            {
                Self::new(Kind::Input, reason)
            }
            EnterError::Extract(ExtractError::Field {
                path,
                column,
                reason,
                ..
            }) if path == super::extract::GIVEN => {
                Self::new(Kind::Input, format!("{column}: {reason}"))
            }
            EnterError::Extract(ref inner) => {
                let (path, line) = match inner {
                    ExtractError::Field { path, line, .. }
                    | ExtractError::Row { path, line, .. } => (path.clone(), *line),
                };
                Self::new(Kind::Input, inner.to_string())
                    .at(path, Some(line))
                    .help("the file is taken whole or not at all: nothing of it was saved")
            }
        }
    }
}

impl From<RunError> for CliError {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Search(error) => error.into(),
            RunError::Screen(error) => error.into(),
            RunError::Report(error) => error.into(),
            RunError::Enter(error) => error.into(),
            RunError::Version(error) => error.into(),
            RunError::Store(error) => error.into(),
            RunError::NoArchive => Self::new(Kind::Config, error.to_string())
                .at("workflow.toml", None)
                .help("add `[replay]` with `from = \"db/example\"`"),
            RunError::NoWaves(_) => Self::new(Kind::Input, error.to_string()),
        }
    }
}

impl From<VersionError> for CliError {
    fn from(error: VersionError) -> Self {
        let found = Self::new(Kind::Input, error.to_string());
        match &error {
            VersionError::Provisional(_) => found
                .help("`perennial status` says what waits for whom")
                .help("`--provisional` publishes all the same, stamped provisional"),
            VersionError::Unknown { name, known } if !known.is_empty() => {
                match crate::workflow::nearest(name, known.iter().map(String::as_str)) {
                    Some(near) => found.help(format!("did you mean `{near}`?")),
                    None => found.help(format!("there are: {}", known.join(", "))),
                }
            }
            VersionError::Unknown { .. } => {
                found.help("`perennial publish NAME` publishes the first")
            }
            VersionError::Empty => found.help("`perennial run` searches first"),
            VersionError::Name(_) | VersionError::Taken { .. } => found,
        }
    }
}

impl From<UndoError> for CliError {
    fn from(error: UndoError) -> Self {
        let out = Self::new(Kind::Input, error.to_string());
        match error {
            UndoError::Person(error) => error.into(),
            UndoError::Store(error) => error.into(),
            UndoError::Nothing => out.help("`perennial export events` shows what was imported"),
            UndoError::Refused { .. } => {
                out.help("give the number of a `search_completed` event of an import")
            }
            UndoError::Published { .. } => out.help("what was published stands on these records"),
            UndoError::Acted { acts, hidden, .. } => {
                let mut out = out;
                for act in acts.iter().take(10) {
                    out = out.help(format!(
                        "first `perennial screen undo {} --as NAME` ({} on {})",
                        act.event,
                        act.words(),
                        act.report
                    ));
                }
                if acts.len() > 10 {
                    out = out.help(format!("and {} more", acts.len() - 10));
                }
                if hidden > 0 {
                    out = out.help("those who voted take their votes back with `screen undo`");
                }
                out
            }
        }
    }
}
