//! Records in use that the strategy no longer gives are asked for by id at each update, as PubMed's
//! are: a retraction or a revision must be seen whether or not a search still finds the record.
//!
//! What the strategy gives has just been read with it; only what it does not give is asked again.

use super::{Link, Page, is_own, note_of};
use crate::model::many;
use crate::search::eutils::EutilsError;
use crate::search::live::Live;
use crate::search::{SearchError, ctgov, europepmc};
use crate::store::read::PageRow;
use crate::workflow::{Service, Source};
use std::collections::BTreeSet;

/// The purpose of a page of records that are asked for by id.
pub(super) const SWEEP: &str = "sweep";
/// Records asked for at once.
const BATCH: usize = 100;

impl Link<'_> {
    /// Asks for records by the ids that the service gave them.
    pub(super) fn again(&mut self, ids: &[String]) -> Result<(Page, Vec<u8>), EutilsError> {
        let asked = match self.service {
            Service::Ctgov => ctgov::again(ids),
            Service::EuropePmc => europepmc::again(ids),
        };
        self.ask(&asked, "")
    }
}

impl Live<'_> {
    /// Plans what is to be asked for by id, behind the last page of the search; whether there is
    /// something.
    pub(super) fn plan_again(
        &mut self,
        source: &Source,
        run: u64,
        pages: &[PageRow],
    ) -> Result<bool, SearchError> {
        if pages.iter().any(|page| page.purpose == SWEEP) {
            return Ok(false);
        }
        let mut given = BTreeSet::new();
        for page in pages {
            given.extend(note_of(page)?.ids);
        }
        let in_use = self.store.snapshot()?.read().keys_in_use(&source.name)?;
        let absent: Vec<String> = in_use
            .into_iter()
            .filter(|key| is_own(&source.access, key) && !given.contains(key))
            .collect();
        let last = pages.last().map_or(0, |page| page.n);
        self.store.write(|writer| {
            for (ids, n) in absent.chunks(BATCH).zip(last + 1..) {
                writer.put_page(run, n, SWEEP, ids)?;
            }
            Ok::<_, SearchError>(!absent.is_empty())
        })
    }
}

/// Of an answer by id only what was asked for; gives what is missing from it.
pub(super) fn only_asked(of: &PageRow, page: &mut Page) -> Vec<String> {
    if of.purpose != SWEEP {
        return Vec::new();
    }
    page.next = None;
    let asked: BTreeSet<&str> = of.ids.iter().map(String::as_str).collect();
    let mut missing: BTreeSet<&str> = asked.clone();
    page.parsed.records.retain(|parsed| {
        let id = parsed.record.source_id.as_deref().unwrap_or_default();
        missing.remove(id);
        asked.contains(id)
    });
    missing.into_iter().map(str::to_owned).collect()
}

/// What is said of records in use that the service no longer has.
pub(super) fn said_missing(missing: &[String]) -> Option<String> {
    let n = missing.len() as u64;
    (n > 0).then(|| {
        let what = many(n, "record in use is", "records in use are");
        format!(
            "{what} no longer at the service and kept: {}",
            missing.join(", ")
        )
    })
}
