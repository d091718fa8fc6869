//! What joining two reports, or parting a record from one, would change in the flow, before it is done.
//!
//! The act is done in a transaction that is thrown away. Told are the boxes that no vote moves (what was
//! removed before screening, and what was screened); what a merge of included reports changes is told by
//! [`pairs::Change`]. So nobody learns from it how an open report was voted on.

use super::flow;
use crate::model::RecordId;
use crate::prisma::Counts;
use crate::screen::{Acting, ScreenError, pairs};
use crate::store::{Store, StoreError, Writer};
use serde::Serialize;

/// A box of the flow that an act would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// Its path, as `explain` takes it.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// Now.
    pub before: u64,
    /// Afterwards.
    pub after: u64,
}

/// What an act would do.
#[derive(Debug, Default)]
pub struct Preview {
    /// The boxes that change.
    pub moved: Vec<Moved>,
    /// What a person is asked about first, where included reports or studies change.
    pub asks: Option<Box<pairs::Change>>,
    /// Why it cannot be done.
    pub refused: Option<ScreenError>,
}

/// Ends the transaction: with the counts that it made, or the reason it failed.
enum Stop {
    Counted(Box<Counts>),
    Refused(ScreenError),
}

impl From<ScreenError> for Stop {
    fn from(error: ScreenError) -> Self {
        Self::Refused(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

/// What joining the reports of two records would do.
pub fn of_merge(
    store: &Store,
    acting: &Acting,
    (a, b): (RecordId, RecordId),
) -> Result<Preview, ScreenError> {
    let (a, b) = (a.to_string(), b.to_string());
    let mut asks = None;
    let mut preview = tried(store, |writer| {
        pairs::merge(writer, acting, (&a, &b), false).map(|_| ())
    })?;
    if let Some(ScreenError::MergeAsks(change)) = preview.refused {
        asks = Some(change);
        preview = tried(store, |writer| {
            pairs::merge(writer, acting, (&a, &b), true).map(|_| ())
        })?;
    }
    preview.asks = asks;
    Ok(preview)
}

/// What parting a record from its report would do.
pub fn of_split(store: &Store, acting: &Acting, record: RecordId) -> Result<Preview, ScreenError> {
    let record = record.to_string();
    tried(store, |writer| {
        pairs::split(writer, acting, &record).map(|_| ())
    })
}

fn tried(
    store: &Store,
    act: impl FnOnce(&mut Writer<'_>) -> Result<(), ScreenError>,
) -> Result<Preview, ScreenError> {
    let before = flow::combined(store.snapshot()?.read())?;
    let done: Result<(), Stop> = store.write(|writer| {
        act(writer)?;
        Err(Stop::Counted(Box::new(flow::combined(writer.read())?)))
    });
    Ok(match done {
        Ok(()) => Preview::default(),
        Err(Stop::Counted(after)) => Preview {
            moved: compared(&before, &after),
            ..Preview::default()
        },
        Err(Stop::Refused(ScreenError::Store(error))) => return Err(error.into()),
        Err(Stop::Refused(error)) => Preview {
            refused: Some(error),
            ..Preview::default()
        },
    })
}

fn compared(before: &Counts, after: &Counts) -> Vec<Moved> {
    let told = |path: &str| {
        path == "screened" || path == "other_methods.duplicates" || path.starts_with("removed.")
    };
    let mut out = Vec::new();
    for (path, n) in after.leaves() {
        let was = before.get(&path).unwrap_or(0);
        if was == n || !told(&path) {
            continue;
        }
        let name = flow::words(&path).map_or_else(|| path.clone(), |(name, _)| name);
        out.push(Moved {
            name,
            before: was,
            after: n,
            path,
        });
    }
    out
}
