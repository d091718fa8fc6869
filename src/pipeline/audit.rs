//! The audit: whether what the review says can be believed by someone who does not trust us.
//!
//! It looks at the database file, the log, the archive, the contents, the tables, the names of
//! people, the published versions and the files that stand in `reports/`, each against the log and
//! not against a table that says the same. It goes on after a fault, to the end, and writes
//! nothing. What each check proves, and what none can, is `docs/design/0012-threats.md`.

pub use crate::workspace::against::{Against, AgainstError, Mark, marks};

use crate::extract::analyses::flow_with_pooled;
use crate::ledger::{Body, Event, Via};
use crate::model::{Digest, PersonId, many};
use crate::report::flow;
use crate::store::audit::{Log, examine};
use crate::store::{Archive, Attachments, Reader, StoreError};
use crate::workspace::traces::{self as files, Published, Traces};
use crate::workspace::{DATABASE, OpenError, Workspace, against, has_database, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One thing that was checked.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What.
    pub what: String,
    /// What is wrong with it; empty where it holds.
    pub faults: Vec<String>,
}

/// What an audit found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Audit {
    /// What was checked, in order.
    pub checks: Vec<Check>,
    /// What is no fault and should be known.
    pub notes: Vec<String>,
    /// How many events the log has, where its chain holds.
    pub events: Option<u64>,
    /// The last hash, where the chain holds.
    pub head: Option<Digest>,
    /// People whose names were erased.
    pub erased: Vec<PersonId>,
    /// How the log stands to a head that was kept elsewhere, where one was given.
    pub against: Option<Against>,
}

impl Audit {
    /// Everything that is wrong.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        let all = self.checks.iter().flat_map(|check| &check.faults);
        all.map(String::as_str)
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults().next().is_none()
    }

    fn add(&mut self, what: impl Into<String>, faults: Vec<String>) {
        self.checks.push(Check {
            what: what.into(),
            faults,
        });
    }
}

/// What the walk through the log gathers for the other checks.
#[derive(Debug, Default)]
struct Named {
    archived: BTreeMap<Digest, String>,
    contents: BTreeSet<Digest>,
    versions: Vec<Published>,
    /// Everybody, with the hash of the name they have now, where the log has one.
    people: BTreeMap<PersonId, Option<Digest>>,
    erased: BTreeSet<PersonId>,
    /// Attachments by their bytes: what they are called, and whether they are attached now.
    attached: BTreeMap<Digest, (String, u64, bool)>,
    /// Events that may have to be hidden and have no salt.
    unsalted: u64,
}

impl Named {
    fn see(&mut self, event: &Event, body: &Body) {
        // What is given as options of a command is no file: earlier programs wrote its hash all the same.
        let typed = matches!(body, Body::CellExtracted { .. }) && event.via == Via::Cli.as_str();
        for (path, digest) in body.archived().into_iter().filter(|_| !typed) {
            self.archived.entry(digest).or_insert(path);
        }
        self.contents.extend(body.contents());
        match body {
            Body::PersonAdded { person, name, .. } | Body::PersonRenamed { person, name } => {
                self.people.insert(*person, *name);
            }
            Body::DecisionMade { salt: None, .. }
            | Body::EventUndone { salt: None, .. }
            | Body::RemovalReversed { salt: None, .. }
            | Body::CellExtracted { salt: None, .. }
            | Body::RobAnswered { salt: None, .. }
            | Body::RobJudged { salt: None, .. } => self.unsalted += 1,
            Body::AttachmentAdded {
                digest,
                name,
                bytes,
                ..
            } => {
                self.attached.insert(*digest, (name.clone(), *bytes, true));
            }
            Body::AttachmentRemoved { digest, .. } => {
                if let Some((.., there)) = self.attached.get_mut(digest) {
                    *there = false;
                }
            }
            Body::PersonErased { person } => {
                self.erased.insert(*person);
            }
            Body::VersionPublished {
                name,
                upto,
                head,
                files,
                ..
            } => self.versions.push(Published {
                name: name.clone(),
                seq: event.seq,
                upto: *upto,
                head: *head,
                files: files.clone(),
            }),
            _ => {}
        }
    }
}

/// Audits the workspace at `root`.
///
/// An error means that it could not be done (no workspace, an invalid workflow, a file system);
/// damage is no error but a fault in what is returned.
pub fn audit(root: &Path, against: Option<&[Mark]>) -> Result<Audit, OpenError> {
    let (workflow, _, queries) = load(root, false)?;
    let archive = Archive::new(root.join("db/archive"));
    // Files first: what is published while this runs must not look newer than the log.
    let found = Traces::look(root);
    let path = root.join(DATABASE);
    let mut audit = Audit::default();
    if !has_database(&path) {
        let Some(lost) = found.without_database() else {
            return Err(StoreError::Missing(path).into());
        };
        audit.add("the database", vec![lost]);
        audit.add(
            many(found.archived(), "archived file", "archived files"),
            found.damaged(&archive),
        );
        audit.against = against.map(|marks| against::compare(&Log::default(), marks));
        return Ok(audit);
    }
    let state = match examine(&path) {
        Ok(state) => state,
        Err(error) if is_damage(&error) => {
            return Ok(unreadable(audit, &error, &found, &archive));
        }
        Err(error) => return Err(error.into()),
    };
    audit.add("the database file, by SQLite's own check", state.damage);
    let schema = format!("its {} tables, indexes and triggers", state.parts);
    audit.add(schema, state.schema);
    if !state.readable {
        let damaged = found.damaged(&archive);
        audit.add("the archive", damaged);
        return Ok(audit);
    }
    let workspace = match Workspace::adopted(root) {
        Err(OpenError::Store(error)) if is_damage(&error) => Workspace::open_reading(root),
        opened => opened,
    };
    let workspace = match workspace {
        Ok(workspace) => workspace,
        Err(OpenError::Store(error)) if is_damage(&error) => {
            return Ok(unreadable(audit, &error, &found, &archive));
        }
        Err(error) => return Err(error),
    };
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();

    let mut named = Named::default();
    let log = reader.walk(&workflow.review.id, |event, body| named.see(event, body));
    let whole = log.faults.is_empty();
    let chain = match log.events {
        0 => "the chain of events".to_owned(),
        n => format!("the chain of {n} events"),
    };
    audit.add(chain, log.faults.clone());
    if whole {
        audit.events = Some(log.events);
        audit.head = log.head.map(|(_, hash)| hash);
    }
    if log.back > 0 {
        let events = many(log.back, "event is", "events are");
        audit.notes.push(format!(
            "{events} earlier than the event before: the clock of the machine went back"
        ));
    }

    if named.unsalted > 0 {
        let events = many(named.unsalted, "event", "events");
        audit.notes.push(format!(
            "{events} of a program before 0.2 can be opened from their hash: they have no salt"
        ));
    }

    archived(&mut audit, reader, &archive, &mut named);
    attached(&mut audit, &Attachments::of(root), &named);
    audit.add("the contents of records", contents(reader, &named));
    audit.add(
        "the projections, rebuilt from event 1",
        workspace.store.projection_faults(reader),
    );
    identities(&mut audit, &workspace, reader);
    names(&mut audit, reader, &named);
    let versions = named.versions.len() as u64;
    if versions > 0 {
        let what = many(versions, "published version", "published versions");
        audit.add(what, files::versions(root, &log, &named.versions));
    }
    let expected = queries.len() + 1;
    audit.add(
        "the age of the parts",
        found.ages(&log, &named.versions, expected),
    );
    let unknown = found.unknown(&named.archived);
    if unknown > 0 {
        let files = many(unknown, "file", "files");
        audit.notes.push(format!(
            "{files} of the archive stand in no event: an interrupted command left them, or the \
             database is older than its archive"
        ));
    }
    audit.erased = named.erased.into_iter().collect();
    if let Some(marks) = against {
        let found = against::compare(&log, marks);
        audit.add(found.words(), found.faults.clone());
        audit.against = Some(found);
    }
    Ok(audit)
}

/// Every file of the archive that an event or the table names.
pub(super) fn archived_names(reader: Reader<'_>, review: &str) -> BTreeSet<Digest> {
    let mut named = Named::default();
    reader.walk(review, |event, body| named.see(event, body));
    let mut out: BTreeSet<Digest> = named.archived.into_keys().collect();
    let table = reader.archived().unwrap_or_default();
    out.extend(table.into_iter().map(|(raw, ..)| raw));
    out
}

/// Whether an error says that the database is damaged, and not that it cannot be reached.
fn is_damage(error: &StoreError) -> bool {
    match error {
        StoreError::Damaged { .. }
        | StoreError::Foreign(_)
        | StoreError::Sqlite(_)
        | StoreError::MigrationChanged { .. }
        | StoreError::OtherReview { .. }
        | StoreError::Ledger(_)
        | StoreError::Chain(_)
        | StoreError::Projection { .. }
        | StoreError::Value(_) => true,
        StoreError::Missing(_)
        | StoreError::Moved { .. }
        | StoreError::Full
        | StoreError::ReadOnly(_)
        | StoreError::Unread(_)
        | StoreError::Busy
        | StoreError::Random(_)
        | StoreError::Clock(_)
        | StoreError::Newer { .. }
        | StoreError::NetworkFileSystem { .. }
        | StoreError::Io { .. } => false,
    }
}

fn unreadable(mut audit: Audit, error: &StoreError, found: &Traces, archive: &Archive) -> Audit {
    let fault = format!("{error}; restore db/ from a backup: `perennial restore FILE DIR`");
    audit.add("the database", vec![fault]);
    audit.add("the archive", found.damaged(archive));
    audit
}

/// Every file that an event or the table names is there with its bytes.
fn archived(audit: &mut Audit, reader: Reader<'_>, archive: &Archive, named: &mut Named) {
    let mut faults = Vec::new();
    let mut packed: BTreeMap<Digest, Digest> = BTreeMap::new();
    match reader.archived() {
        Ok(rows) => {
            for (raw, stored, path) in rows {
                packed.insert(raw, stored);
                named.archived.entry(raw).or_insert(path);
            }
        }
        Err(error) => faults.push(format!("the table archive: {error}")),
    }
    for (raw, path) in &named.archived {
        match archive.check(*raw) {
            Ok(there) if packed.get(raw).is_none_or(|stored| *stored == there) => {}
            Ok(_) => faults.push(format!(
                "{path}: the stored file was packed anew, its content is unchanged"
            )),
            Err(error) => faults.push(format!("{path}: {}", files::with_cause(&error))),
        }
    }
    let files = many(
        named.archived.len() as u64,
        "archived file",
        "archived files",
    );
    audit.add(files, faults);
}

/// Every attachment is there with its bytes, and those that were removed are gone.
fn attached(audit: &mut Audit, kept: &Attachments, named: &Named) {
    if named.attached.is_empty() {
        return;
    }
    let (mut faults, mut there, mut missing, mut erased) = (Vec::new(), 0, 0, 0);
    for (digest, (name, bytes, attached)) in &named.attached {
        if !attached {
            erased += 1;
            if kept.has(*digest) {
                audit.notes.push(format!(
                    "attachment {} ({name}) was removed, and its bytes are still there",
                    digest.short()
                ));
            }
            continue;
        }
        there += 1;
        match kept.get(*digest) {
            Ok(found) if found.len() as u64 == *bytes => {}
            Ok(found) => faults.push(format!(
                "attachment {name}: it has {} bytes, and the log says {bytes}",
                found.len()
            )),
            Err(_) if kept.left_out() && !kept.has(*digest) => missing += 1,
            Err(error) => faults.push(format!("attachment {name}: {}", files::with_cause(&error))),
        }
    }
    if missing > 0 {
        let what = many(missing, "attachment is", "attachments are");
        audit.notes.push(format!(
            "{what} not here: the backup that was restored was made without full texts"
        ));
    }
    if erased > 0 {
        let what = many(erased, "attachment was", "attachments were");
        audit
            .notes
            .push(format!("{what} removed by people, the bytes erased"));
    }
    audit.add(many(there, "attachment", "attachments"), faults);
}

/// Every content that an event brought is there and gives its hash.
fn contents(reader: Reader<'_>, named: &Named) -> Vec<String> {
    let mut missing = named.contents.clone();
    let mut out = Vec::new();
    let read = reader.contents(|hash, gives| match hash.parse::<Digest>() {
        Ok(digest) if gives == Some(digest) => {
            missing.remove(&digest);
        }
        Ok(digest) => {
            missing.remove(&digest);
            out.push(format!("the record content {hash} does not give its hash"));
        }
        Err(_) => out.push(format!("a record content stands under `{hash}`, no hash")),
    });
    if let Err(error) = read {
        out.push(format!("the table content: {error}"));
    }
    out.extend(
        missing
            .iter()
            .map(|hash| format!("the record content {hash} is not there")),
    );
    out
}

fn identities(audit: &mut Audit, workspace: &Workspace, reader: Reader<'_>) {
    let columns = || {
        let mut columns = flow::layout(reader, flow::Layout::Separate, None)?;
        columns = flow_with_pooled(reader, &workspace.workflow, columns)?;
        if columns.len() > 1 {
            columns.extend(flow::layout(reader, flow::Layout::Combined, None)?);
        }
        Ok::<_, super::RunError>(columns)
    };
    let columns = match columns() {
        Ok(columns) => columns,
        Err(error) => {
            audit.add("the identities of the flow", vec![error.to_string()]);
            return;
        }
    };
    let all: Vec<_> = columns
        .iter()
        .flat_map(crate::prisma::Counts::checks)
        .collect();
    let found: Vec<String> = all.iter().filter_map(crate::prisma::Check::fault).collect();
    let held = all.len() - found.len();
    let of = match columns.len() {
        1 => "of the flow".to_owned(),
        n => format!("of the flow in {n} columns"),
    };
    audit.add(
        format!("{held} of {} identities {of} hold", all.len()),
        found,
    );
}

/// Everybody has a name, or an event that erased it.
fn names(audit: &mut Audit, reader: Reader<'_>, named: &Named) {
    if named.people.is_empty() {
        return;
    }
    let mut faults = Vec::new();
    let mut unhashed = 0;
    match reader.names() {
        Ok(rows) => {
            let all: BTreeSet<PersonId> = named.people.keys().copied().collect();
            let mut without = &all - &named.erased;
            for (person, name, salt) in rows {
                without.remove(&person);
                match named.people.get(&person) {
                    None => faults.push(format!(
                        "`{name}` is the name of {person}, whom no event added"
                    )),
                    Some(_) if named.erased.contains(&person) => {
                        faults.push(format!("{person} has a name, though an event erased it"));
                    }
                    Some(Some(hash)) if salt.map(|salt| salt.hash_name(&name)) != Some(*hash) => {
                        faults.push(format!(
                            "the name of {person} is `{name}`, which does not give the hash in the log"
                        ));
                    }
                    Some(Some(_)) => {}
                    Some(None) => unhashed += 1,
                }
            }
            faults.extend(
                without
                    .iter()
                    .map(|person| format!("the name of {person} is gone, and no event erased it")),
            );
        }
        Err(error) => faults.push(format!("the table person_name: {error}")),
    }
    if unhashed > 0 {
        let people = many(unhashed, "person", "people");
        audit.notes.push(format!(
            "the log vouches for no name of {people}: a program before 0.2 added them"
        ));
    }
    let people = named.people.len() as u64;
    audit.add(
        format!("the {}", many(people, "name", "names of people"))
            .replace("1 name", "name of 1 person"),
        faults,
    );
}
