//! A live search of one source: plan, pages, completion; resumed wherever it stopped.
//!
//! 1. *Plan.* The full strategy for ids; the set difference with the store; known records revised
//!    since the last complete search; the records of included reports and of those in full text.
//!    The plan is written whole, before the first record is asked for.
//! 2. *Pages.* Each is fetched, checked and archived, then committed in one transaction: event,
//!    records, state. A kill loses at most the page under way.
//! 3. *Completion.* `search_completed`, written only when every page is in: it is the watermark,
//!    so a search that failed never hides a record from the next one.
//!
//! The log holds no time of a request and no retry: the same answers give the same chain, whatever
//! was interrupted (`docs/design/0007-live-search.md`).

use super::eutils::{Client, Contact, EutilsError, Fetched, PAGE, Session};
use super::receive::{ReadFile, Received, receive};
use super::{SearchError, say};
use crate::ledger::event::{FileRef, ResponseRef};
use crate::ledger::{Body, Stamp};
use crate::model::{Clock, Digest, Progress, RecordId};
use crate::store::archive::Stored;
use crate::store::read::PageRow;
use crate::store::{Archive, Store, Writer};
use crate::workflow::{Access, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Known records that one update fetches again because they were revised. Yearly maintenance
/// revises most of PubMed at once; what is beyond the cap is told.
pub const REVISED_CAP: usize = 2_000;
/// Days before the last search from which revisions are asked for.
const OVERLAP_DAYS: i64 = 2;

/// What one live search did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Searched {
    /// The source's name.
    pub source: String,
    /// Hits of the whole strategy.
    pub hits: u64,
    /// Records never seen before in this source.
    pub new: u64,
    /// Records with other content than before.
    pub revised: u64,
    /// Ids found and known already.
    pub known: u64,
    /// Records of included reports and reports in full text that were looked at by id.
    pub swept: u64,
    /// Ids that were never returned.
    pub missing: u64,
    /// Of the new records, those that came before this run went on with the search.
    #[serde(skip_serializing_if = "is_none")]
    pub new_before: u64,
    /// Requests sent by this run.
    pub requests: u64,
    /// Whether it went on with a search that was interrupted.
    pub resumed: bool,
    /// What the source, or the search, warns of.
    pub warnings: Vec<String>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_none(n: &u64) -> bool {
    *n == 0
}

/// A strategy as it is sent, and its file.
#[derive(Debug, Clone)]
pub struct Strategy {
    /// The query file.
    pub file: FileRef,
    /// The text that is sent.
    pub text: String,
}

/// What a live search works with.
pub struct Live<'a> {
    /// Where plan, pages and records are written.
    pub store: &'a mut Store,
    /// Where the answers are kept, byte for byte.
    pub archive: &'a Archive,
    /// The time of events.
    pub clock: &'a dyn Clock,
    /// Who is told how far the search is.
    pub progress: &'a dyn Progress,
}

/// The plan as the store keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    query: FileRef,
    sent: Digest,
    began: String,
    hits: u64,
    known: u64,
    swept: u64,
    translation: Option<String>,
    warnings: Vec<String>,
    responses: Vec<ResponseRef>,
    left: Vec<RecordId>,
    back: Vec<RecordId>,
}

/// Opens the session that all searches of one command share.
pub fn session(contact: &Contact) -> Result<Session, SearchError> {
    Session::new(contact.clone()).map_err(|error| SearchError::Source {
        name: "E-utilities".into(),
        error,
        pages: (0, 0),
    })
}

impl Live<'_> {
    /// Searches `source`, or goes on with its search that was interrupted.
    pub fn search(
        &mut self,
        session: &mut Session,
        source: &Source,
        strategy: &Strategy,
    ) -> Result<Searched, SearchError> {
        let Access::Eutils { base_url, tool, .. } = &source.access else {
            return Err(SearchError::NotLive {
                name: source.name.clone(),
            });
        };
        let before = session.requests;
        let fail = |error| SearchError::Source {
            name: source.name.clone(),
            error,
            pages: (0, 0),
        };
        let mut client = Client::new(session, base_url, tool).map_err(fail)?;
        let sent = Digest::of(strategy.text.as_bytes());
        let mut resumed = false;
        let mut before_stop = 0;
        let mut earlier = Searched::default();
        if let Some((run, plan)) = self.open(&source.name)? {
            if plan.sent == sent {
                resumed = true;
                for page in self.store.snapshot()?.read().pages(run)? {
                    if page.done {
                        before_stop += note_of(&page)?.new;
                    }
                }
                self.pages(&mut client, source, run)?;
                let stale = day(&plan.began) != day(&self.clock.now());
                earlier = self.complete(source, run, plan)?;
                if !stale {
                    earlier.resumed = true;
                    earlier.new_before = before_stop;
                    earlier.requests = client.requests() - before;
                    return Ok(earlier);
                }
            } else {
                self.abandon(source, run, plan)?;
            }
        }
        let run = self.plan(&mut client, source, strategy, sent)?;
        self.pages(&mut client, source, run)?;
        let Some((_, plan)) = self.open(&source.name)? else {
            return Ok(Searched::default());
        };
        let mut done = self.complete(source, run, plan)?;
        done.resumed = resumed;
        done.new_before = before_stop;
        done.new += earlier.new;
        done.revised += earlier.revised;
        done.requests = client.requests() - before;
        Ok(done)
    }

    fn open(&self, source: &str) -> Result<Option<(u64, Plan)>, SearchError> {
        let Some(open) = self.store.snapshot()?.read().open_plan(source)? else {
            return Ok(None);
        };
        let plan = serde_json::from_str(&open.body)
            .map_err(|error| crate::store::StoreError::Value(error.to_string()))?;
        Ok(Some((open.run, plan)))
    }

    /// Asks for ids and writes down every page that has to be fetched.
    fn plan(
        &mut self,
        client: &mut Client<'_>,
        source: &Source,
        strategy: &Strategy,
        sent: Digest,
    ) -> Result<u64, SearchError> {
        let name = &source.name;
        let fail = |error: EutilsError| SearchError::Source {
            name: name.clone(),
            error,
            pages: (0, 0),
        };
        let found = client.find(&strategy.text).map_err(fail)?;
        let mut warnings = found.warnings;
        if found.ids.len() as u64 != found.count {
            warnings.push(format!(
                "the result changed during the search: {} ids in its parts, {} hits at first",
                found.ids.len(),
                found.count
            ));
        }
        let mut answers = found.answers;
        let snapshot = self.store.snapshot()?;
        let reader = snapshot.read();
        let keys = reader.keys(name)?;
        let ids: BTreeSet<String> = found.ids.iter().map(u64::to_string).collect();
        let new: Vec<String> = found
            .ids
            .iter()
            .map(u64::to_string)
            .filter(|id| !keys.contains_key(id))
            .collect();
        let known = (ids.len() - new.len()) as u64;
        let sweep = reader.keys_in_use(name)?;
        let mut revised = Vec::new();
        if known > 0
            && let Some(since) = self.since(name)?
        {
            let limit = format!("{since}:3000[lr]");
            let (count, ids, body) = client.find_within(&strategy.text, &limit).map_err(fail)?;
            answers.push(body);
            // Newest first: the cap leaves out the oldest.
            revised = ids
                .iter()
                .rev()
                .map(u64::to_string)
                .filter(|id| keys.contains_key(id) && !sweep.contains(id))
                .collect();
            let all = revised.len() as u64 + count.saturating_sub(ids.len() as u64);
            if all > REVISED_CAP as u64 {
                revised.truncate(REVISED_CAP);
                warnings.push(format!(
                    "{all} known records were revised since {since}; the {REVISED_CAP} newest were fetched again, with all of included reports"
                ));
            }
            revised.reverse();
        }
        let had_left = self.store.snapshot()?.read().left(name)?;
        let numbers = |id: &str| id.bytes().all(|b| b.is_ascii_digit());
        let gone: Vec<(&String, RecordId)> = keys
            .iter()
            .filter(|(key, _)| numbers(key) && !ids.contains(*key))
            .map(|(key, id)| (key, *id))
            .collect();
        let left: Vec<RecordId> = gone
            .iter()
            .map(|(_, id)| *id)
            .filter(|id| !had_left.contains(id))
            .collect();
        if !left.is_empty() {
            let shown: Vec<&str> = gone
                .iter()
                .filter(|(_, id)| left.contains(id))
                .take(20)
                .map(|(key, _)| key.as_str())
                .collect();
            warnings.push(format!(
                "{} no longer returned by the strategy and kept: {}{}",
                crate::model::many(left.len() as u64, "known record is", "known records are"),
                shown.join(", "),
                if left.len() > 20 { ", …" } else { "" }
            ));
        }
        let back: Vec<RecordId> = had_left
            .into_iter()
            .filter(|id| !gone.iter().any(|(_, gone)| gone == id))
            .collect();
        let mut pages: Vec<(&str, Vec<String>)> = Vec::new();
        let sweep: Vec<String> = sweep.into_iter().filter(|key| numbers(key)).collect();
        for (purpose, list) in [("new", &new), ("revised", &revised), ("sweep", &sweep)] {
            pages.extend(list.chunks(PAGE).map(|page| (purpose, page.to_vec())));
        }
        let mut kept: Vec<Stored> = Vec::new();
        for bytes in &answers {
            kept.push(self.archive.keep(bytes)?);
        }
        let mut plan = Plan {
            query: strategy.file.clone(),
            sent,
            began: self.clock.now(),
            hits: found.count,
            known,
            swept: sweep.len() as u64,
            translation: found.translation,
            warnings,
            responses: Vec::new(),
            left,
            back,
        };
        drop(snapshot);
        self.store.write(|writer| {
            let run = writer.read().next_run()?;
            for (n, stored) in kept.iter().enumerate() {
                let path = format!("{name}/{run}/esearch-{:03}.xml", n + 1);
                writer.put_archive(stored, &path)?;
                plan.responses.push(ResponseRef {
                    role: "esearch".into(),
                    path,
                    digest: stored.digest,
                });
            }
            let body = serde_json::to_string(&plan)
                .map_err(|error| crate::store::StoreError::Value(error.to_string()))?;
            writer.put_plan(run, name, &body, &pages)?;
            Ok::<_, SearchError>(run)
        })
    }

    /// The day from which revisions are asked for, as PubMed writes it.
    fn since(&self, source: &str) -> Result<Option<String>, SearchError> {
        let last = self
            .store
            .snapshot()?
            .read()
            .search_runs()?
            .into_iter()
            .rev()
            .find(|run| {
                matches!(&run.body, Body::SearchCompleted { source: of, interface, .. }
                if of == source && interface == "eutils")
            });
        let Some(last) = last else { return Ok(None) };
        let date: Option<jiff::civil::Date> = day(&last.at).parse().ok();
        Ok(date.map(|date| {
            let from = date.saturating_sub(jiff::Span::new().days(OVERLAP_DAYS));
            from.strftime("%Y/%m/%d").to_string()
        }))
    }

    /// Fetches the pages that are not in the store yet.
    fn pages(
        &mut self,
        client: &mut Client<'_>,
        source: &Source,
        run: u64,
    ) -> Result<(), SearchError> {
        let pages = self.store.snapshot()?.read().pages(run)?;
        let total = pages.len() as u64;
        let mut done = pages.iter().filter(|page| page.done).count() as u64;
        let records = pages.iter().map(|page| page.ids.len() as u64).sum();
        self.progress
            .begin(&format!("records from {}", source.name), records);
        for page in &pages {
            if page.done {
                self.progress.already(page.ids.len() as u64);
                continue;
            }
            let before = client.requests();
            let fetched = client.fetch(&page.ids);
            let requests = client.requests() - before;
            match fetched {
                Ok(fetched) => self.keep(source, run, page, fetched, requests)?,
                Err(error) => {
                    let text = error.to_string();
                    self.store.write(|writer| {
                        writer.note_fault((run, page.n), requests, &text)?;
                        Ok::<_, SearchError>(())
                    })?;
                    self.progress.end();
                    return Err(SearchError::Source {
                        name: source.name.clone(),
                        error,
                        pages: (done, total),
                    });
                }
            }
            done += 1;
            self.progress.advance(page.ids.len() as u64);
        }
        self.progress.end();
        Ok(())
    }

    /// Archives a page's answers, then commits page, records and event together.
    fn keep(
        &mut self,
        source: &Source,
        run: u64,
        page: &PageRow,
        fetched: Fetched,
        requests: u64,
    ) -> Result<(), SearchError> {
        let stamp = Stamp::program(self.clock.now());
        let mut files = Vec::new();
        for (n, answer) in (1_u32..).zip(fetched.answers) {
            let part = if n == 1 {
                String::new()
            } else {
                format!("-{n}")
            };
            let stored = self.archive.keep(&answer.bytes)?;
            let file = ReadFile {
                path: format!("{}/{run}/efetch-{:04}{part}.xml", source.name, page.n),
                role: "efetch",
                digest: stored.digest,
                parsed: answer.parsed,
            };
            files.push((stored, file));
        }
        let missing: Vec<String> = fetched.missing.iter().map(|(id, _)| id.clone()).collect();
        self.store.write(|writer| {
            let mut answers = Vec::new();
            let mut total = Received::default();
            for (stored, file) in &files {
                writer.put_archive(stored, &file.path)?;
                // What a sweep finds unchanged is not news: the answer is kept, no event written.
                if page.purpose == "new" || changes(writer, &source.name, file)? {
                    total.add(receive(writer, &stamp, &source.name, run, file)?);
                }
                let problems: Vec<String> = file.parsed.problems.iter().map(say).collect();
                answers.push(PageAnswer {
                    response: file.response(),
                    records: file.parsed.records.len() as u64,
                    problems,
                });
            }
            let page_of = PageNote {
                answers,
                new: total.new,
                revised: total.revised,
                why: fetched.missing,
            };
            let note = serde_json::to_string(&page_of)
                .map_err(|error| crate::store::StoreError::Value(error.to_string()))?;
            writer.close_page((run, page.n), requests, &note, &missing)?;
            Ok::<_, SearchError>(())
        })
    }

    /// Every page is in: the search is complete, and that is the watermark.
    fn complete(&mut self, source: &Source, run: u64, plan: Plan) -> Result<Searched, SearchError> {
        let mut done = Searched {
            source: source.name.clone(),
            hits: plan.hits,
            known: plan.known,
            swept: plan.swept,
            warnings: plan.warnings,
            ..Searched::default()
        };
        let mut responses = plan.responses;
        let mut missing: Vec<String> = Vec::new();
        let mut retrieved = 0;
        for page in self.store.snapshot()?.read().pages(run)? {
            let note = if page.done {
                note_of(&page)?
            } else {
                PageNote::default()
            };
            done.new += note.new;
            done.revised += note.revised;
            for answer in note.answers {
                retrieved += answer.records;
                responses.push(answer.response);
            }
            for (id, why) in note.why {
                done.warnings.push(format!("PMID {id}: {why}"));
                missing.push(id);
            }
        }
        done.missing = missing.len() as u64;
        let stamp = Stamp::program(self.clock.now());
        let name = &source.name;
        self.store.write(|writer| {
            let mut untold = Vec::new();
            for id in missing {
                if !writer.read().is_not_returned(name, &id)? {
                    untold.push(id);
                }
            }
            writer.append(&stamp.draft(Body::SearchCompleted {
                searched: None,
                run,
                source: name.clone(),
                interface: "eutils".to_owned(),
                query: Some(plan.query),
                hits: Some(plan.hits),
                declared: None,
                retrieved,
                known: plan.known,
                translation: plan.translation,
                stated: None,
                warnings: done.warnings.clone(),
                responses,
            }))?;
            if !(plan.left.is_empty() && plan.back.is_empty() && untold.is_empty()) {
                writer.append(&stamp.draft(Body::RecordsSwept {
                    run,
                    source: name.clone(),
                    left: plan.left,
                    back: plan.back,
                    missing: untold,
                }))?;
            }
            writer.close_plan(run)?;
            Ok::<_, SearchError>(())
        })?;
        Ok(done)
    }

    /// The strategy was changed while its search was interrupted: what came is kept and told.
    fn abandon(&mut self, source: &Source, run: u64, mut plan: Plan) -> Result<(), SearchError> {
        let pages = self.store.snapshot()?.read().pages(run)?;
        let done = pages.iter().filter(|page| page.done).count();
        plan.warnings.push(format!(
            "not complete: the strategy was changed after {done} of {} pages",
            pages.len()
        ));
        plan.left.clear();
        plan.back.clear();
        self.complete(source, run, plan).map(|_| ())
    }
}

/// What a page brought, as the store keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct PageNote {
    answers: Vec<PageAnswer>,
    new: u64,
    revised: u64,
    why: Vec<(String, String)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct PageAnswer {
    response: ResponseRef,
    records: u64,
    problems: Vec<String>,
}

fn note_of(page: &PageRow) -> Result<PageNote, crate::store::StoreError> {
    serde_json::from_str(&page.answers)
        .map_err(|error| crate::store::StoreError::Value(error.to_string()))
}

/// Whether a file holds anything that the store does not.
pub(super) fn changes(
    writer: &Writer<'_>,
    source: &str,
    file: &ReadFile,
) -> Result<bool, SearchError> {
    for entry in &file.parsed.records {
        let hash = crate::store::write::record_hash(&entry.record)
            .map_err(crate::ledger::LedgerError::from)
            .map_err(crate::store::StoreError::from)?;
        let id = entry.record.source_id.as_deref().unwrap_or_default();
        let there = writer.read().record_by_key(source, id)?;
        // What the source said last, not what people made of it.
        let last = match there {
            Some(row) => writer.read().revisions(row.id)?.pop(),
            None => None,
        };
        if last.is_none_or(|revision| revision.hash != hash) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The day of a point in time.
pub(super) fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}
