//! Errors as people and scripts see them: a kind, an exit code, a picture, a help.

use super::diagnostic;
use crate::extract::ExtractError;
use crate::extract::enter::EnterError;
use crate::living::publish::VersionError;
use crate::model::{Fault, FaultKind};
use crate::pipeline::backup::BackupError;
use crate::pipeline::correct::CorrectError;
use crate::pipeline::undo::UndoError;
use crate::pipeline::{OpenError, RunError};
use crate::report::ReportError;
use crate::screen::ScreenError;
use crate::screen::attach::AttachError;
use crate::search::SearchError;
use crate::search::baseline::BaselineError;
use crate::search::eutils::EutilsError;
use crate::store::lock::LockError;
use crate::store::{ArchiveError, StoreError};
use crate::workspace::AdoptError;

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
    /// The kind, from which the exit code follows.
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
    /// Something went wrong, and is told.
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
    AdoptError,
    BackupError,
    BaselineError,
    CorrectError,
    EnterError,
    OpenError,
    RunError,
    ReportError,
    ScreenError,
    AttachError,
    SearchError,
    LockError,
    StoreError,
    UndoError,
    VersionError
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

impl From<Fault> for CliError {
    fn from(fault: Fault) -> Self {
        let kind = match fault.kind {
            FaultKind::Config => Kind::Config,
            FaultKind::Input | FaultKind::Missing | FaultKind::Forbidden | FaultKind::State => {
                Kind::Input
            }
            FaultKind::Integrity => Kind::Integrity,
            FaultKind::Network => Kind::Network,
            FaultKind::Locked => Kind::Locked,
            FaultKind::Io => Kind::Io,
        };
        Self {
            kind,
            message: fault.message,
            file: fault.file,
            line: fault.line,
            help: fault.help,
            pictures: Vec::new(),
        }
    }
}

/// What the library tells of an error; the commands that help are added to it.
fn told<E>(error: &E) -> CliError
where
    for<'a> Fault: From<&'a E>,
{
    Fault::from(error).into()
}

impl From<OpenError> for CliError {
    fn from(error: OpenError) -> Self {
        let mut out = told(&error);
        match error {
            OpenError::Invalid { text, found, .. } => {
                let draw = |d, color| diagnostic::render(d, &text, color, 88);
                let pictures = found.iter().map(|d| (draw(d, false), draw(d, true)));
                out.pictures = pictures.collect();
                out
            }
            OpenError::NotFound(_) => {
                out.kind = Kind::Usage;
                out.help("`perennial init DIR` makes a workspace; `--workspace DIR` names one")
            }
            OpenError::Store(error) => error.into(),
            OpenError::NotUtf8 { .. } | OpenError::Read { .. } | OpenError::Lost(_) => out,
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        let out = told(&error);
        match error {
            StoreError::Missing(_) => out.help(
                "`perennial status` says what comes first; if there was a database, restore db/ \
                 from a backup",
            ),
            _ => out,
        }
    }
}

impl From<LockError> for CliError {
    fn from(error: LockError) -> Self {
        told(&error)
    }
}

impl From<ArchiveError> for CliError {
    fn from(error: ArchiveError) -> Self {
        told(&error)
    }
}

/// What a live search that was not completed leaves: what is safe, and the command that goes on.
fn unfinished(error: &EutilsError, done: u64, total: u64) -> [String; 2] {
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
    [safe, next.to_owned()]
}

impl From<SearchError> for CliError {
    fn from(error: SearchError) -> Self {
        let out = told(&error);
        match error {
            SearchError::Counts { .. } => out.help(
                "see whether the export is complete and `hits` in workflow.toml is right; a \
                 difference with a reason is imported with `--reason TEXT --as NAME`",
            ),
            SearchError::OtherSource { .. } => out.help(
                "give the source it comes from with `--source`; where it is this one's after \
                 all, import it with `--reason TEXT --as NAME`",
            ),
            SearchError::Damaged { problems, .. } => out.help(format!(
                "{}; export the search again, or import what could be read with \
                 `--accept-damaged`",
                crate::model::many(problems as u64, "problem", "problems")
            )),
            SearchError::NotLive { ref name } => {
                out.help(format!("give `perennial import FILE --source \"{name}\"`"))
            }
            SearchError::BadEmail => out.help(
                "set it to an address at which NCBI can reach you: \
                 `NCBI_EMAIL=you@example.org perennial search`",
            ),
            SearchError::NoEmail => out.help(
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
            } => {
                let [safe, next] = unfinished(inner, done, total);
                out.help(safe).help(next)
            }
            SearchError::Archive(error) => error.into(),
            SearchError::Store(error) => error.into(),
            SearchError::Lock(error) => error.into(),
            SearchError::UnknownSource { .. }
            | SearchError::Read { .. }
            | SearchError::Format { .. }
            | SearchError::NoRecords { .. }
            | SearchError::Answer { .. }
            | SearchError::Wave { .. } => out,
        }
    }
}

impl From<AttachError> for CliError {
    fn from(error: AttachError) -> Self {
        let out = told(&error);
        match error {
            AttachError::Screen(error) => error.into(),
            AttachError::Archive(error) => error.into(),
            AttachError::ReasonMissing => out.help("`--reason \"the wrong paper\"`"),
            AttachError::Unknown { report, .. } | AttachError::Several { report, .. } => out.help(
                format!("`perennial screen attachments {report}` lists what there is"),
            ),
        }
    }
}

impl From<ScreenError> for CliError {
    fn from(error: ScreenError) -> Self {
        let out = told(&error);
        match error {
            ScreenError::Store(error) => error.into(),
            ScreenError::UnknownPerson(_) | ScreenError::MistakenPerson { .. } => {
                out.help("`perennial user list` shows who there is, `perennial user add` adds")
            }
            ScreenError::NeedsLead { .. } => {
                out.help("say who acts with `--as NAME`, or let PERENNIAL_AS hold the name")
            }
            ScreenError::NotYours(name) => {
                out.help(format!("give the command as that person: `--as {name}`"))
            }
            ScreenError::Blind { .. } => out.help(
                "the whole log belongs to whoever holds the files and names no person: leave \
                 `--as` and PERENNIAL_AS out",
            ),
            ScreenError::LastLead(_) => out
                .help("make someone else a lead first: `perennial user role NAME lead --as LEAD`"),
            ScreenError::Settled { .. } => {
                out.help("`perennial screen undo EVENT --as LEAD` takes a decision back")
            }
            ScreenError::MergeAsks(change) => {
                let [a, b] = change.reports;
                out.help(format!(
                    "`perennial dedup merge {a} {b} --confirm` merges them all the same"
                ))
            }
            _ => out,
        }
    }
}

impl From<ReportError> for CliError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Store(error) => error.into(),
            ReportError::Archive(error) => error.into(),
            ReportError::Screen(error) => error.into(),
            other => told(&other),
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
            EnterError::Extract(_) => told(&error),
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
            RunError::NoArchive | RunError::NoWaves(_) => told(&error),
        }
    }
}

impl From<AdoptError> for CliError {
    fn from(error: AdoptError) -> Self {
        match error {
            AdoptError::Archive(error) => error.into(),
            AdoptError::Store(error) => error.into(),
        }
    }
}

impl From<BackupError> for CliError {
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Open(error) => error.into(),
            BackupError::Store(error) => error.into(),
            BackupError::Io { .. } | BackupError::NotOne { .. } | BackupError::Taken(_) => {
                told(&error)
            }
        }
    }
}

impl From<VersionError> for CliError {
    fn from(error: VersionError) -> Self {
        let out = told(&error);
        match error {
            VersionError::Lint(_) => out.help(
                "`perennial lint` shows them; `--despite-lint REASON` publishes all the same",
            ),
            VersionError::Provisional(_) => out
                .help("`perennial status` says what waits for whom")
                .help("`--provisional` publishes all the same, stamped provisional"),
            VersionError::Unknown { known, .. } if known.is_empty() => {
                out.help("`perennial publish NAME` publishes the first")
            }
            VersionError::Archive(error) => error.into(),
            VersionError::Report(error) => error.into(),
            VersionError::Store(error) => error.into(),
            VersionError::Baseline(_) => {
                out.help("`perennial explain previous.studies` lists what it included; give another name to a version of this review")
            }
            VersionError::Empty => out.help("`perennial run` searches first"),
            VersionError::Unknown { .. } | VersionError::Name(_) | VersionError::Taken { .. } => {
                out
            }
        }
    }
}

impl From<CorrectError> for CliError {
    fn from(error: CorrectError) -> Self {
        let out = told(&error);
        match error {
            CorrectError::Person(error) => error.into(),
            CorrectError::Run(error) => error.into(),
            CorrectError::Store(error) => error.into(),
            CorrectError::NoReason => out.help("say it with `--why TEXT`"),
            CorrectError::Unknown(_)
            | CorrectError::Several { .. }
            | CorrectError::Value(_)
            | CorrectError::Same { .. } => out,
        }
    }
}

impl From<UndoError> for CliError {
    fn from(error: UndoError) -> Self {
        let out = told(&error);
        match error {
            UndoError::Person(error) => error.into(),
            UndoError::Store(error) => error.into(),
            UndoError::Nothing => out.help("`perennial export events` shows what was imported"),
            UndoError::Refused { .. } => {
                out.help("give the number of a `search_completed` event of an import")
            }
            UndoError::Published { .. } => out,
            UndoError::Acted { acts, .. } => {
                let mut out = out;
                for (act, name) in acts.iter().take(10) {
                    out = out.help(format!(
                        "first `perennial screen undo {} --as NAME` ({} on {})",
                        name,
                        act.words(),
                        act.report
                    ));
                }
                if acts.len() > 10 {
                    out = out.help(format!("and {} more", acts.len() - 10));
                }
                out
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_one_exit_code_whoever_tells_it() {
        for kind in FaultKind::ALL {
            let told = CliError::from(Fault::new(kind, "something"));
            assert_eq!(told.kind.exit_code(), kind.exit_code(), "{kind:?}");
            let status = kind.status();
            assert!((400..600).contains(&status), "{kind:?}: {status}");
        }
    }

    #[test]
    fn commands_are_added_to_what_the_library_says_and_change_none_of_it() {
        let report = crate::model::RecordId(3);
        let phase = crate::model::Phase::FullText;
        let error = ScreenError::Settled { report, phase };
        let fault = Fault::from(&error);
        assert!(!fault.message.contains("perennial") && fault.help.is_empty());
        let told = CliError::from(error);
        assert_eq!(told.message, fault.message);
        assert!(told.help.iter().any(|help| help.contains("screen undo")));
    }
}
