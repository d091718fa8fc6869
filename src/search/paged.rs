//! A live search of a service that gives its records page by page, each behind the token of the
//! page before: ClinicalTrials.gov and Europe PMC.
//!
//! The full strategy is run at every update; every record comes with it, so that new and revised
//! ones are told by their content. A page is archived, then committed in one transaction: event,
//! records, state, and the token of the next page. A kill loses at most the page under way, and the
//! search goes on behind the last one that is in. `search_completed` is written when the last page
//! is in and says what the service counted and what was read (`docs/design/0007-live-search.md`).

use super::eutils::answer::first_words;
use super::eutils::{Contact, EutilsError, Secret, Timing};
use super::http::{Fault, Session, connect};
use super::live::{Live, Searched, Strategy, changes, day};
use super::receive::{ReadFile, Received, receive};
use super::watch::Watch;
use super::{SearchError, ctgov, europepmc, say};
use crate::formats::{self, Format, Parsed, ProblemKind};
use crate::ledger::event::{FileRef, ResponseRef};
use crate::ledger::{Body, Stamp};
use crate::model::many;
use crate::model::{Digest, RecordId};
use crate::store::StoreError;
use crate::store::read::PageRow;
use crate::workflow::{Access, Service, Source};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

mod again;

/// Why the services of pages are asked by https alone; they take no name and no key.
const UNCHANGED: &str = "what is asked and answered must not be changed on the way";

/// An address longer than this is sent in the body, where the service takes it there.
const LONG: usize = 4_000;

/// One request and what became of it.
pub(super) struct Asked {
    /// Behind the address of the service.
    pub(super) path: &'static str,
    /// The path that takes the parameters in a body.
    pub(super) long: Option<&'static str>,
    /// Names and values.
    pub(super) parameters: Vec<(String, String)>,
}

/// One page as it was read.
#[derive(Debug)]
pub(super) struct Page {
    /// What was read from the answer.
    pub(super) parsed: Parsed,
    /// Records of the whole search, as the service counts them.
    pub(super) total: Option<u64>,
    /// What the next page is asked for by; none behind the last.
    pub(super) next: Option<String>,
}

/// The plan as the store keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Plan {
    service: String,
    query: FileRef,
    sent: Digest,
    began: String,
}

/// What a page brought, as the store keeps it.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Note {
    response: Option<ResponseRef>,
    total: Option<u64>,
    ids: Vec<String>,
    new: u64,
    revised: u64,
    known: u64,
    problems: Vec<String>,
}

/// A service that is asked.
struct Link<'a> {
    session: &'a mut Session,
    http: reqwest::Client,
    base: Url,
    service: Service,
}

/// Opens the session that the services share; they are asked without a name.
pub fn session(timing: Option<Timing>, watch: Watch) -> Result<Session, SearchError> {
    let mut contact = Contact::new(Secret::new(""), None, None);
    contact.watch = watch;
    contact.timing = timing.unwrap_or_else(Timing::of_pages);
    Session::new(contact).map_err(|error| SearchError::Source {
        name: "the connection".into(),
        error,
        pages: (0, 0),
    })
}

impl Link<'_> {
    /// Asks for what a page of the plan stands for.
    fn page(&mut self, strategy: &str, of: &PageRow) -> Result<(Page, Vec<u8>), EutilsError> {
        if of.purpose == again::SWEEP {
            return self.again(&of.ids);
        }
        let token = of.ids.first().map_or("", String::as_str);
        let asked = match self.service {
            Service::Ctgov => ctgov::asked(strategy, token),
            Service::EuropePmc => europepmc::asked(strategy, token),
        };
        self.ask(&asked, token)
    }

    fn ask(&mut self, asked: &Asked, token: &str) -> Result<(Page, Vec<u8>), EutilsError> {
        let (service, http, base) = (self.service, &self.http, &self.base);
        let doing = format!("a page of {}", service.name());
        let once = |session: &mut Session| {
            let request = request(http, base, asked)?;
            session.send(request, classify)
        };
        self.session.persist(&doing, once, |body, _| match service {
            Service::Ctgov => ctgov::read(body, token),
            Service::EuropePmc => europepmc::read(body, token),
        })
    }
}

fn request(
    http: &reqwest::Client,
    base: &Url,
    asked: &Asked,
) -> Result<reqwest::RequestBuilder, Fault> {
    let join = |path| {
        base.join(path)
            .map_err(|error| Fault::again(error.to_string()))
    };
    let mut url = join(asked.path)?;
    url.query_pairs_mut().extend_pairs(&asked.parameters);
    match asked.long {
        Some(path) if url.as_str().len() > LONG => {
            Ok(http.post(join(path)?).form(&asked.parameters))
        }
        _ => Ok(http.get(url)),
    }
}

/// Classifies an answer by body, then status. `Ok` means: worth parsing.
fn classify(status: u16, retry_after: Option<Duration>, body: &[u8]) -> Result<(), Fault> {
    let wait = retry_after.unwrap_or_default();
    let head = String::from_utf8_lossy(body.get(..body.len().min(4_000)).unwrap_or_default());
    let start = head.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let lower = start.to_ascii_lowercase();
    let json = start.starts_with('{');
    let limit = !json && (lower.contains("rate limit") || lower.contains("too many requests"));
    if status == 429 || limit {
        return Err(Fault::Again {
            cause: "the limit of requests is reached".to_owned(),
            wait: wait.max(Duration::from_secs(1)),
        });
    }
    if (300..400).contains(&status) {
        return Err(Fault::Stop(EutilsError::Refused {
            status,
            said: "it points to another address, which is not followed".to_owned(),
        }));
    }
    if matches!(status, 413 | 414) {
        return Err(Fault::Stop(EutilsError::TooLong { status }));
    }
    if (400..500).contains(&status) && !matches!(status, 408 | 425) {
        let said = first_words(start);
        return Err(Fault::Refused { status, said });
    }
    let again = |cause: String| Err(Fault::Again { cause, wait });
    if start.is_empty() {
        return again(format!("an empty answer (status {status})"));
    }
    if start.starts_with('<') {
        return again(format!("markup instead of JSON (status {status})"));
    }
    if status != 200 {
        return again(format!("status {status}"));
    }
    if !json {
        return Err(Fault::Damaged("text instead of JSON".to_owned()));
    }
    Ok(())
}

/// Reads a body of `format` whole; damage in it is a fault.
pub(super) fn read_json(body: &[u8], format: Format) -> Result<(Value, Parsed), Fault> {
    let value: Value = serde_json::from_slice(body)
        .map_err(|error| Fault::Damaged(format!("no whole JSON: {error}")))?;
    // An error that comes as an answer.
    for key in ["errMsg", "errorMessage", "error"] {
        if let Some(said) = value.get(key).and_then(Value::as_str) {
            let said = first_words(said);
            return Err(Fault::Refused { status: 200, said });
        }
    }
    let mut parsed =
        formats::read(body, Some(format)).map_err(|error| Fault::Damaged(error.to_string()))?;
    parsed.problems.retain(|p| p.kind != ProblemKind::NoRecords);
    match parsed.problems.iter().find(|p| p.kind.breaks_page()) {
        Some(problem) => Err(Fault::Damaged(problem.text.clone())),
        None => Ok((value, parsed)),
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Value(error.to_string()))
}

fn note_of(page: &PageRow) -> Result<Note, StoreError> {
    serde_json::from_str(&page.answers).map_err(|error| StoreError::Value(error.to_string()))
}

/// Pages in all, as the first one lets expect.
fn expected(pages: &[PageRow]) -> Result<u64, StoreError> {
    let rows = pages.len() as u64;
    let Some(first) = pages.first().filter(|page| page.done) else {
        return Ok(rows);
    };
    let note = note_of(first)?;
    let each = (note.ids.len() as u64).max(1);
    Ok(note.total.unwrap_or(0).div_ceil(each).max(rows))
}

impl Live<'_> {
    /// Searches a source that gives its records page by page, or goes on with its search that was
    /// interrupted.
    pub fn search_pages(
        &mut self,
        session: &mut Session,
        source: &Source,
        strategy: &Strategy,
    ) -> Result<Searched, SearchError> {
        let Access::Pages {
            service, base_url, ..
        } = &source.access
        else {
            return Err(SearchError::NotLive {
                name: source.name.clone(),
            });
        };
        let before = session.requests;
        let (http, base) =
            connect(session, base_url, UNCHANGED).map_err(|error| SearchError::Source {
                name: source.name.clone(),
                error,
                pages: (0, 0),
            })?;
        let mut link = Link {
            session,
            http,
            base,
            service: *service,
        };
        let sent = Digest::of(strategy.text.as_bytes());
        let mut earlier = Searched::default();
        let mut resumed = false;
        let mut before_stop = 0;
        if let Some((run, plan)) = self.open_pages(&source.name)? {
            if let Some(why) = outdated(&plan, *service, sent) {
                self.end_early(source, run, &plan, why)?;
            } else {
                for page in self.store.snapshot()?.read().pages(run)? {
                    if page.done {
                        before_stop += note_of(&page)?.new;
                    }
                }
                match self.all_pages(&mut link, source, strategy, run) {
                    Ok(()) => {
                        resumed = true;
                        earlier = self.finish(source, run, &plan, None)?;
                        if day(&plan.began) == day(&self.clock.now()) {
                            earlier.resumed = true;
                            earlier.new_before = before_stop;
                            earlier.requests = link.session.requests - before;
                            return Ok(earlier);
                        }
                    }
                    // The token is no longer good: the search begins anew.
                    Err(SearchError::Source {
                        error: EutilsError::Refused { .. },
                        pages: (1.., _),
                        ..
                    }) => {
                        let why = "the service no longer goes on with it";
                        self.end_early(source, run, &plan, why)?;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let plan = Plan {
            service: service.as_str().to_owned(),
            query: strategy.file.clone(),
            sent,
            began: self.clock.now(),
        };
        let body = json(&plan)?;
        let run = self.store.write(|writer| {
            let run = writer.read().next_run()?;
            let first = [("page", vec![String::new()])];
            writer.put_plan(run, &source.name, &body, &first)?;
            Ok::<_, SearchError>(run)
        })?;
        self.all_pages(&mut link, source, strategy, run)?;
        let mut done = self.finish(source, run, &plan, None)?;
        done.resumed = resumed;
        done.new_before = if resumed { before_stop } else { 0 };
        done.new += earlier.new;
        done.revised += earlier.revised;
        done.requests = link.session.requests - before;
        Ok(done)
    }

    /// The open search of a source; one that another kind of source left is closed.
    fn open_pages(&mut self, source: &str) -> Result<Option<(u64, Plan)>, SearchError> {
        let Some(open) = self.store.snapshot()?.read().open_plan(source)? else {
            return Ok(None);
        };
        match serde_json::from_str(&open.body) {
            Ok(plan) => Ok(Some((open.run, plan))),
            Err(_) => {
                self.store.write(|writer| {
                    writer.close_plan(open.run)?;
                    Ok::<_, SearchError>(())
                })?;
                Ok(None)
            }
        }
    }

    /// Fetches pages until the last is in.
    fn all_pages(
        &mut self,
        link: &mut Link<'_>,
        source: &Source,
        strategy: &Strategy,
        run: u64,
    ) -> Result<(), SearchError> {
        let mut begun = false;
        loop {
            let pages = self.store.snapshot()?.read().pages(run)?;
            let done = pages.iter().filter(|page| page.done).count() as u64;
            let Some(open) = pages.iter().find(|page| !page.done) else {
                if self.plan_again(source, run, &pages)? {
                    continue;
                }
                self.progress.end();
                return Ok(());
            };
            let before = link.session.requests;
            let answer = link.page(&strategy.text, open);
            let requests = link.session.requests - before;
            match answer {
                Ok((page, bytes)) => {
                    let records = page.parsed.records.len() as u64;
                    if !begun {
                        begun = true;
                        let total = page.total.unwrap_or(records);
                        self.progress
                            .begin(&format!("records from {}", source.name), total);
                        let had = pages.iter().filter(|page| page.done);
                        let had: u64 = had
                            .map(|page| Ok(note_of(page)?.ids.len() as u64))
                            .sum::<Result<u64, StoreError>>()?;
                        self.progress.already(had);
                    }
                    self.keep_page(source, (run, open), page, &bytes, requests)?;
                    self.progress.advance(records);
                }
                Err(error) => {
                    let text = error.to_string();
                    self.store.write(|writer| {
                        writer.note_fault((run, open.n), requests, &text)?;
                        Ok::<_, SearchError>(())
                    })?;
                    self.progress.end();
                    return Err(SearchError::Source {
                        name: source.name.clone(),
                        error,
                        pages: (done, expected(&pages)?),
                    });
                }
            }
        }
    }

    /// Archives a page, then commits its records, its state and the page behind it together.
    fn keep_page(
        &mut self,
        source: &Source,
        (run, of): (u64, &PageRow),
        mut page: Page,
        bytes: &[u8],
        requests: u64,
    ) -> Result<(), SearchError> {
        let n = of.n;
        let missing = again::only_asked(of, &mut page);
        let stamp = Stamp::program(self.clock.now());
        let stored = self.archive.keep(bytes)?;
        let file = ReadFile {
            path: format!("{}/{run}/{}-{n:04}.json", source.name, of.purpose),
            role: "page",
            digest: stored.digest,
            parsed: page.parsed,
        };
        let records = &file.parsed.records;
        let ids = records.iter().filter_map(|r| r.record.source_id.clone());
        let mut note = Note {
            response: Some(file.response()),
            total: page.total,
            ids: ids.collect(),
            problems: file.parsed.problems.iter().map(say).collect(),
            ..Note::default()
        };
        self.store.write(|writer| {
            writer.put_archive(&stored, &file.path)?;
            // A page without news is kept and writes no event.
            let received = if changes(writer, &source.name, &file)? {
                receive(writer, &stamp, &source.name, run, &file)?
            } else {
                Received {
                    known: file.parsed.records.len() as u64,
                    ..Received::default()
                }
            };
            (note.new, note.revised, note.known) = (received.new, received.revised, received.known);
            writer.close_page((run, n), requests, &json(&note)?, &missing)?;
            if let Some(next) = page.next {
                writer.put_page(run, n + 1, "page", &[next])?;
            }
            Ok::<_, SearchError>(())
        })
    }

    /// The last page is in, or the search ends before it for `why`.
    fn finish(
        &mut self,
        source: &Source,
        run: u64,
        plan: &Plan,
        why: Option<String>,
    ) -> Result<Searched, SearchError> {
        let mut done = Searched {
            source: source.name.clone(),
            ..Searched::default()
        };
        let (mut responses, mut retrieved) = (Vec::new(), 0);
        let mut hits = None;
        let mut ids: BTreeSet<String> = BTreeSet::new();
        for page in self
            .store
            .snapshot()?
            .read()
            .pages(run)?
            .iter()
            .filter(|p| p.done)
        {
            let note = note_of(page)?;
            done.new += note.new;
            done.revised += note.revised;
            responses.extend(note.response);
            done.warnings.extend(note.problems);
            if page.purpose == again::SWEEP {
                done.swept += page.ids.len() as u64;
                done.warnings.extend(again::said_missing(&page.missing));
                continue;
            }
            hits = hits.or(note.total);
            retrieved += note.ids.len() as u64;
            done.known += note.known;
            ids.extend(note.ids);
        }
        let distinct = ids.len() as u64;
        done.hits = hits.unwrap_or(distinct);
        let whole = why.is_none() && distinct >= done.hits;
        done.warnings.extend(why);
        if !whole && distinct != done.hits {
            done.warnings.push(format!(
                "the service counted {} and gave {distinct} on its pages",
                many(done.hits, "record", "records")
            ));
        }
        let (left, back) = self.left_and_back(source, &ids, whole, &mut done.warnings)?;
        let stamp = Stamp::program(self.clock.now());
        let name = &source.name;
        self.store.write(|writer| {
            writer.append(&stamp.draft(Body::SearchCompleted {
                searched: None,
                run,
                source: name.clone(),
                interface: plan.service.clone(),
                query: Some(plan.query.clone()),
                hits: Some(done.hits),
                declared: None,
                retrieved,
                known: 0,
                translation: None,
                stated: None,
                warnings: done.warnings.clone(),
                responses,
            }))?;
            if !(left.is_empty() && back.is_empty()) {
                writer.append(&stamp.draft(Body::RecordsSwept {
                    run,
                    source: name.clone(),
                    left,
                    back,
                    missing: Vec::new(),
                }))?;
            }
            writer.close_plan(run)?;
            Ok::<_, SearchError>(())
        })?;
        Ok(done)
    }

    /// Known records that a whole search no longer gave, and those that it gives again.
    fn left_and_back(
        &self,
        source: &Source,
        ids: &BTreeSet<String>,
        whole: bool,
        warnings: &mut Vec<String>,
    ) -> Result<(Vec<RecordId>, Vec<RecordId>), SearchError> {
        let had_left = self.store.snapshot()?.read().left(&source.name)?;
        let keys = self.store.snapshot()?.read().keys(&source.name)?;
        let back = keys
            .iter()
            .filter(|(key, id)| ids.contains(*key) && had_left.contains(id));
        let back = back.map(|(_, id)| *id).collect();
        if !whole {
            return Ok((Vec::new(), back));
        }
        let gone: Vec<(&String, RecordId)> = keys
            .iter()
            .filter(|(key, id)| {
                is_own(&source.access, key) && !ids.contains(*key) && !had_left.contains(id)
            })
            .map(|(key, id)| (key, *id))
            .collect();
        if !gone.is_empty() {
            let shown: Vec<&str> = gone.iter().take(20).map(|(key, _)| key.as_str()).collect();
            warnings.push(format!(
                "{} no longer returned by the strategy and kept: {}{}",
                many(gone.len() as u64, "known record is", "known records are"),
                shown.join(", "),
                if gone.len() > 20 { ", …" } else { "" }
            ));
        }
        Ok((gone.into_iter().map(|(_, id)| id).collect(), back))
    }

    /// A search that is not gone on with: what came is kept and told.
    fn end_early(
        &mut self,
        source: &Source,
        run: u64,
        plan: &Plan,
        why: &str,
    ) -> Result<(), SearchError> {
        let pages = self.store.snapshot()?.read().pages(run)?;
        let done = pages.iter().filter(|page| page.done).count();
        if done == 0 {
            return self.store.write(|writer| {
                writer.close_plan(run)?;
                Ok::<_, SearchError>(())
            });
        }
        let pages = many(done as u64, "page", "pages");
        let why = format!("not complete: {why}, after {pages}");
        self.finish(source, run, plan, Some(why)).map(|_| ())
    }
}

/// Why an open search is not gone on with.
fn outdated(plan: &Plan, service: Service, sent: Digest) -> Option<&'static str> {
    if plan.service != service.as_str() {
        Some("the source was changed")
    } else if plan.sent != sent {
        Some("the strategy was changed")
    } else {
        None
    }
}

/// Whether a key is one that the service gives, not one of an export that was imported.
fn is_own(access: &Access, key: &str) -> bool {
    match access {
        Access::Pages {
            service: Service::Ctgov,
            ..
        } => key.starts_with("NCT"),
        Access::Pages {
            service: Service::EuropePmc,
            ..
        } => key.contains(':') && !key.starts_with("sha256:"),
        Access::Eutils { .. } | Access::File { .. } => false,
    }
}
