//! People decide: votes, settling, undo, studies; and what each may see.
//!
//! The rules of when a report is settled are the table of [`crate::model::settlement`]; where it
//! then is in the flow is [`crate::model::place`]. This module checks that a person may do what
//! they ask, writes the events, and gives a reviewer a view that cannot show another's open vote
//! ([`ReviewerView`]). The decisions are in `docs/design/0004-screening.md`.

pub mod acting;
pub mod acts;
pub mod agreement;
pub mod attach;
pub mod card;
pub mod cohorts;
pub mod conflict;
pub mod decide;
pub mod desk;
pub mod discuss;
pub mod exchange;
mod fault;
pub mod foreign;
pub mod hidden;
mod names;
pub mod pairs;
pub mod people;
pub mod queue;
pub mod rank;
pub mod studies;
pub mod undo;

pub use acting::Acting;
pub use decide::{Ballot, Outcome, cast, settle};
pub use queue::{Mine, ReviewerView, Work, work};

use crate::model::{IdError, Phase, Place, RecordId};
use crate::store::StoreError;

/// Why a person cannot do what they ask. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ScreenError {
    /// Nobody has this name.
    #[error("nobody in this review is called `{0}`")]
    UnknownPerson(String),
    /// Nobody has this name, and somebody has one like it.
    #[error("nobody in this review is called `{name}`; did you mean `{near}`?")]
    MistakenPerson {
        /// What was given.
        name: String,
        /// Who there is.
        near: String,
    },
    /// The person acts no more.
    #[error("{0} is disabled")]
    Disabled(String),
    /// The person's roles do not allow it.
    #[error("{person} may not {what}: it needs the role {needs}")]
    Role {
        /// The person, by name.
        person: String,
        /// What they may not do, behind "may".
        what: &'static str,
        /// The roles that may, joined by "or".
        needs: String,
    },
    /// Only a lead may do this, and nobody was named.
    #[error("only a lead may {what}: {leads}")]
    NeedsLead {
        /// What they may not do, behind "may".
        what: &'static str,
        /// The leads, by name.
        leads: String,
    },
    /// The only lead would stop being one.
    #[error("{0} is the only lead: a review that has a lead is never without one")]
    LastLead(String),
    /// The person's name was erased.
    #[error("the name of {0} was erased for good: add the person anew")]
    Erased(String),
    /// The text cannot be a name.
    #[error(
        "`{0}` cannot be a person's name: it takes some text of at most 100 characters, no id such as p3"
    )]
    Name(String),
    /// The name is taken.
    #[error("there is a person called `{0}` already")]
    NameTaken(String),
    /// No report has this id or identifier.
    #[error("no record or report is known by `{0}`")]
    UnknownReport(String),
    /// An identifier stands on several reports.
    #[error("`{text}` names several reports: {reports}; use one of these ids")]
    Ambiguous {
        /// What was given.
        text: String,
        /// Their ids, joined by commas.
        reports: String,
    },
    /// Only included reports are reports of a study.
    #[error("{report} is not included ({}): only included reports belong to studies", describe(*.place))]
    NotIncluded {
        /// The report that was named.
        report: RecordId,
        /// Where it is.
        place: Place,
    },
    /// The label is empty, an id, or another study's.
    #[error(
        "a study cannot be called `{0}`: a label is some text, no id such as s3, and no other study's"
    )]
    Label(String),
    /// The choice does not belong to the phase.
    #[error("`{choice}` is no decision of the phase {phase}")]
    Choice {
        /// What was chosen.
        choice: &'static str,
        /// In which phase.
        phase: Phase,
    },
    /// The report is not in this phase.
    #[error("{report} cannot be decided in {phase}: it is {}", describe(*.place))]
    Phase {
        /// The report that was named.
        report: RecordId,
        /// The phase asked for.
        phase: Phase,
        /// Where it is.
        place: Place,
    },
    /// The report is settled.
    #[error("{report} is settled in {phase}; only the lead can reopen it")]
    Settled {
        /// The report that was named.
        report: RecordId,
        /// The phase in which they would have to agree, or the decision was to be made.
        phase: Phase,
    },
    /// The disagreement was given back to those who voted, who have not all answered.
    #[error(
        "{report} was given back to those who voted in {phase}, who have not all voted once more"
    )]
    Discussed {
        /// The report that was named.
        report: RecordId,
        /// In which phase.
        phase: Phase,
    },
    /// Somebody whose vote disagrees acts no more.
    #[error("{report} cannot be given back: {person} voted on it and acts no more")]
    Gone {
        /// The report that was named.
        report: RecordId,
        /// Who.
        person: String,
    },
    /// There is no disagreement to settle.
    #[error("{report} is not in conflict in {phase}")]
    NoConflict {
        /// The report that was named.
        report: RecordId,
        /// The phase in which they would have to agree, or the decision was to be made.
        phase: Phase,
    },
    /// A person who voted cannot settle.
    #[error("{person} voted on {report}; a person who did not must settle it")]
    OwnVote {
        /// The person, by name.
        person: String,
        /// The report that was named.
        report: RecordId,
    },
    /// An exclusion at full text needs a reason of the workflow.
    #[error("an exclusion at full text needs a reason; the workflow has: {0}")]
    ReasonMissing(String),
    /// The workflow has no such reason.
    #[error("the workflow has no reason `{reason}`; it has: {known}")]
    UnknownReason {
        /// What was given.
        reason: String,
        /// What there is.
        known: String,
    },
    /// Reasons of another tool's table that the workflow does not have.
    #[error("the workflow does not have {}", .0.iter().map(|one| format!("`{}` ({})", one.text,
        crate::model::many(one.n, "decision", "decisions"))).collect::<Vec<_>>().join(", "))]
    UnknownReasons(Vec<foreign::UnknownReason>),
    /// Nothing can be undone.
    #[error("{0} has nothing to undo")]
    NothingToUndo(String),
    /// No act has this name.
    #[error("`{0}` cannot be undone: there is no such event or act that you may see")]
    NoAct(String),
    /// Only the person may see their own open decisions.
    #[error("what {0} has decided is {0}'s alone to see while it is open")]
    NotYours(String),
    /// A person who may not see open votes asks for what tells of them.
    #[error("{person} may not {what}: it tells of votes that are not settled")]
    Blind {
        /// Who.
        person: String,
        /// What.
        what: &'static str,
    },
    /// This event cannot be undone by this person.
    #[error("{event} cannot be undone by {person}: {reason}")]
    Undo {
        /// The event that was to be taken back, as the person may know it.
        event: String,
        /// The person, by name.
        person: String,
        /// The reason, as the end of a sentence.
        reason: String,
    },
    /// Two reports are decided differently.
    #[error("{a} and {b} are decided differently in {phase}; undo one of the decisions first")]
    DecidedDifferently {
        /// The report with the lower number.
        a: RecordId,
        /// The report with the higher number.
        b: RecordId,
        /// The phase in which they would have to agree, or the decision was to be made.
        phase: Phase,
    },
    /// A merge changes what is included: a person confirms it.
    #[error("merging {} and {} needs a confirmation: {}", .0.reports[0], .0.reports[1], .0.because.join(", "))]
    MergeAsks(Box<pairs::Change>),
    /// A record does not relate to itself.
    #[error("{0} is one record; a relation needs two")]
    SameRecord(RecordId),
    /// A person who entered a value cannot settle it.
    #[error("{0} entered this value; a person who did not must settle it")]
    OwnValue(String),
    /// A time that is still to come.
    #[error("{0} lies in the future")]
    Future(String),
    /// Nothing of a file of another tool says what was decided, or who did.
    #[error("{0}")]
    Foreign(String),
    /// There is no value to settle.
    #[error("nobody entered a value of this cell, so there is nothing to settle")]
    NoValue,
    /// Everybody entered the same value.
    #[error(
        "nobody disagrees on {0}: a value that is not right is entered as another, and then settled"
    )]
    Agreed(String),
    /// A row of somebody else in the file of a person who is no lead.
    #[error("the row is of {0}, who must enter it, or a lead must")]
    RowOfAnother(String),
    /// No such study.
    #[error("no study is known by `{0}`")]
    UnknownStudy(String),
    /// The report and the study are not linked.
    #[error("{report} is not linked to {study}")]
    NotLinked {
        /// The report that was named.
        report: RecordId,
        /// The study as it was named.
        study: String,
    },
    /// A file of decisions, people or links is wrong somewhere.
    #[error("{path}:{line}: {reason}")]
    Row {
        /// The file, as it was named.
        path: String,
        /// Line, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// A text is not of its type.
    #[error(transparent)]
    Value(#[from] IdError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Where a report is, in words.
pub fn describe(place: Place) -> &'static str {
    match place {
        Place::Compare => "not yet deduplicated",
        Place::Filter => "not yet looked at by the filter rules",
        Place::Removed => "removed before screening",
        Place::TitleOpen | Place::TitleConflict => "in title and abstract screening",
        Place::TitleExcluded => "excluded on title and abstract",
        Place::RetrievalOpen => "awaiting retrieval",
        Place::NotRetrieved => "not retrieved",
        Place::FulltextOpen | Place::FulltextConflict => "in full-text screening",
        Place::FulltextExcluded => "excluded at full text",
        Place::Included => "included",
    }
}
