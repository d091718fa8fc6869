//! Published versions.

use super::super::StoreError;
use super::super::flow::{Counted, FlowBox};
use super::Reader;
use crate::ledger::Body;
use crate::ledger::event::FileRef;
use crate::model::{Digest, EventSeq};

/// A published version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number, from 1.
    pub n: u32,
    /// The name under which it was published; a name is given once.
    pub name: String,
    /// The event that published it.
    pub seq: EventSeq,
    /// When the log took it: UTC with milliseconds.
    pub at: String,
    /// The last event that it includes.
    pub upto: EventSeq,
    /// Studies it included.
    pub studies: u64,
    /// How many included reports these studies had.
    pub reports: u64,
}

/// What the event of a version froze.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The hash of the last event that it includes.
    pub head: Digest,
    /// `workflow.toml`.
    pub workflow: FileRef,
    /// The query files.
    pub queries: Vec<FileRef>,
    /// The program and its version.
    pub program: String,
    /// Whether work was open.
    pub provisional: bool,
    /// The files of the report.
    pub files: Vec<FileRef>,
    /// What comparisons with the version need, by the hash of its bytes in the archive.
    pub state: Option<Digest>,
}

impl Reader<'_> {
    /// Every version that this review published, in order.
    pub fn versions(&self) -> Result<Vec<Version>, StoreError> {
        self.versions_where(false)
    }

    /// The version that was published before the review came here.
    pub fn baseline(&self) -> Result<Option<Version>, StoreError> {
        Ok(self.versions_where(true)?.pop())
    }

    fn versions_where(self, baseline: bool) -> Result<Vec<Version>, StoreError> {
        let mut all = self.conn.prepare_cached(
            "SELECT n, name, seq, at, upto, studies, reports FROM version
             WHERE baseline = ?1 ORDER BY n",
        )?;
        let rows = all.query_map([baseline], |row| {
            Ok(Version {
                n: row.get(0)?,
                name: row.get(1)?,
                seq: EventSeq(row.get(2)?),
                at: row.get(3)?,
                upto: EventSeq(row.get(4)?),
                studies: row.get(5)?,
                reports: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What the event of a version froze.
    pub fn frozen(&self, version: &Version) -> Result<Option<Frozen>, StoreError> {
        let Some(event) = self.event(version.seq)? else {
            return Ok(None);
        };
        Ok(match event.body()? {
            Body::VersionPublished {
                head,
                workflow,
                queries,
                program,
                provisional,
                files,
                state,
                ..
            } => Some(Frozen {
                head,
                workflow,
                queries,
                program,
                provisional,
                files,
                state,
            }),
            _ => None,
        })
    }

    /// Whether anything stands otherwise than at the last version.
    pub fn is_moved(&self) -> Result<bool, StoreError> {
        let moved: bool = self
            .conn
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM record WHERE col = 0)")?
            .query_row([], |row| row.get(0))?;
        if moved {
            return Ok(true);
        }
        for counted in [Counted::Reports, Counted::Studies, Counted::Ungrouped] {
            if self.count(&FlowBox::Gone(counted))? > 0 {
                return Ok(true);
            }
        }
        let now =
            self.count(&FlowBox::IncludedStudies)? + self.count(&FlowBox::IncludedUngrouped)?;
        let last = self.versions()?.pop();
        Ok(last.is_some_and(|last| last.studies != now))
    }
}
