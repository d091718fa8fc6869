//! Record, report, study, decision and the identifiers between them: plain types and their rules.
//!
//! The words are PRISMA 2020's (BMJ 2021;372:n71, Box 1). Nothing here reads a file, a clock or a
//! database; every other module builds on these types and this module builds on none of them.

pub mod attachment;
pub mod cell;
pub mod characteristic;
pub mod cluster;
pub mod correction;
pub mod decimal;
pub mod decision;
pub mod fault;
pub mod finding;
pub mod ids;
pub mod judgement;
pub mod number;
pub mod path;
pub mod place;
pub mod progress;
pub mod publication;
pub mod record;
pub mod salt;
pub mod schedule;
pub mod settlement;
pub mod source;
pub mod time;
pub mod version;
pub mod visible;

pub use attachment::FileType;
pub use decimal::{Decimal, DecimalError};
pub use decision::{Choice, Phase, Role, Vote};
pub use fault::{Fault, FaultKind};
pub use ids::{
    Digest, Doi, EventSeq, IdError, PersonId, Pmcid, Pmid, RecordId, RegistryId, StudyId,
};
pub use judgement::Judgement;
pub use number::many;
pub use place::Place;
pub use progress::{Progress, Quiet};
pub use publication::Publication;
pub use record::{Link, Record, RecordKind};
pub use salt::Salt;
pub use schedule::{DateOutcome, Schedule};
pub use settlement::{Rules, Standing, settle};
pub use source::{Lane, SourceKind};
pub use time::{ArchiveClock, Clock};
