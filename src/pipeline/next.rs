//! What comes next in a review: the earliest stage that has something to do, and who does it.

use super::{RunError, Workspace, live};
use crate::extract::state;
use crate::prisma::Counts;
use crate::screen::Work;
use crate::screen::desk::is_asked;
use crate::store::Reader;
use crate::workflow::Workflow;

/// The next step. A command names the command for it, a page links to the room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The archive is replayed from its beginning.
    FirstWave,
    /// The next wave of the archive is taken.
    NextWave,
    /// The stages run: an import is to be finished, or records wait for rules.
    Run,
    /// The sources are searched.
    Search,
    /// An export is imported.
    Import,
    /// A person screens.
    Screen {
        /// The first person for whom reports wait, by name.
        person: String,
    },
    /// Reports wait, and nobody is there to screen them.
    AddReviewer,
    /// Pairs of records wait for a person.
    Pairs,
    /// Trial data wait for a person.
    Extract,
    /// Trial data wait, and nobody is there to enter them.
    AddExtractor,
    /// Nothing waits: the report can be read.
    Read,
}

impl Next {
    /// The next step of a review whose flow, waiting work and open waves are known.
    pub fn of(
        workspace: &Workspace,
        reader: Reader<'_>,
        (more, counts, waiting): (bool, &Counts, &[Work]),
    ) -> Result<Self, RunError> {
        let (seq, _) = reader.head(workspace.store.review())?;
        let replay = workspace.workflow.replay_from.is_some();
        let before =
            counts.pending.before_screening + counts.other_methods.pending.before_screening;
        Ok(if seq.0 == 0 && replay {
            Self::FirstWave
        } else if !reader.open_imports()?.is_empty() {
            Self::Run
        } else if !reader.open_searches()?.is_empty()
            || reader.record_count()? == 0 && !live::sources(workspace, &[])?.is_empty()
        {
            Self::Search
        } else if reader.record_count()? == 0 {
            Self::Import
        } else if before > 0 {
            Self::Run
        } else if let Some(work) = waiting.iter().find(|w| w.screening() > 0) {
            Self::Screen {
                person: work.person.clone(),
            }
        } else if screening(counts) && too_few(reader, &workspace.workflow)? {
            Self::AddReviewer
        } else if waiting.iter().any(|work| work.pairs > 0) {
            Self::Pairs
        } else if !state::open(reader, &workspace.workflow)?.is_empty() {
            if waiting.iter().any(|work| work.extraction() > 0) {
                Self::Extract
            } else {
                Self::AddExtractor
            }
        } else if more {
            Self::NextWave
        } else {
            Self::Read
        })
    }
}

/// Whether reports wait for decisions.
fn screening(counts: &Counts) -> bool {
    [&counts.pending, &counts.other_methods.pending]
        .iter()
        .any(|pending| pending.title_abstract + pending.full_text > 0)
}

/// Whether fewer people are asked to decide than each report needs: it would wait for nobody.
fn too_few(reader: Reader<'_>, workflow: &Workflow) -> Result<bool, RunError> {
    let people = reader.people()?;
    let asked = people.iter().filter(|person| is_asked(&people, person));
    let asked = asked.count();
    let needed = workflow
        .screening
        .rules
        .title_abstract
        .max(workflow.screening.rules.full_text);
    Ok(asked < usize::from(needed))
}
