//! Full texts: got or not to be had, the files of a report, and the decision with its one reason.

use super::screen::view::{Record, Terms};
use crate::model::attachment::FileType;
use crate::model::{Choice, Phase, Place, RecordId, Role};
use crate::screen::attach::{self, Outcome};
use crate::screen::desk::{self, Desk, Learning, Order};
use crate::screen::{self, Ballot, ScreenError, decide as rules, undo as undoing};
use crate::store::read::Person;
use crate::store::{Attachments, Reader};
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::once::{kept, note, once, onward, report, stale};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::{class, day, did, grouped, many, sign};
use crate::workflow::Workflow;
use askama::Template;
use serde::Serialize;

const PHASE: Phase = Phase::FullText;

#[derive(Template, Serialize)]
#[template(path = "full_text.html")]
struct FullTextPage {
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    title: String,
    lists: Vec<List>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<Open>,
    #[serde(skip)]
    done: Option<String>,
    #[serde(skip)]
    undo: bool,
    refused: Vec<String>,
}

#[derive(Serialize)]
struct List {
    name: &'static str,
    reports: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    report: RecordId,
    title: String,
    files: usize,
    #[serde(skip)]
    here: bool,
}

/// The report that is open.
#[derive(Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "parts of a page, each shown by itself"
)]
struct Open {
    paper: Record,
    state: &'static str,
    #[serde(skip)]
    chip: (&'static str, &'static str),
    retrieval: bool,
    decides: bool,
    #[serde(skip)]
    may_attach: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    own: Option<Own>,
    files: Vec<File>,
    reasons: Vec<Reason>,
    #[serde(skip)]
    criteria: Vec<String>,
    /// Whether this person opens the retrieval again.
    #[serde(skip)]
    reopens: bool,
    /// How retrieval went, by whoever it was.
    retrieved: Vec<Try>,
    key: String,
    #[serde(skip)]
    next: Option<RecordId>,
    #[serde(skip)]
    previous: Option<RecordId>,
}

#[derive(Serialize)]
struct Own {
    decision: Choice,
    reason: Option<String>,
    note: Option<String>,
    #[serde(skip)]
    said: String,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
}

#[derive(Serialize)]
struct File {
    name: String,
    digest: String,
    kind: String,
    #[serde(skip)]
    size: String,
    bytes: u64,
    at: String,
    shown: bool,
    #[serde(skip)]
    own: bool,
}

#[derive(Serialize)]
struct Reason {
    digit: usize,
    code: String,
    text: String,
    #[serde(skip)]
    chosen: bool,
}

#[derive(Serialize)]
struct Try {
    at: String,
    outcome: Choice,
    note: Option<String>,
    by: String,
    #[serde(skip)]
    class: &'static str,
    #[serde(skip)]
    sign: &'static str,
}

fn enter(who: &Signed) -> Result<(), Problem> {
    if desk::may_decide(&who.person) {
        return Ok(());
    }
    Err(Problem::Forbidden(
        "full texts are retrieved and decided by reviewers and leads".to_owned(),
    ))
}

/// What waits for a person in this room.
pub(in crate::web) fn waiting(
    reader: Reader<'_>,
    people: &[Person],
    person: &Person,
) -> Result<Option<u64>, Problem> {
    if !desk::is_asked(people, person) {
        return Ok(None);
    }
    let places = reader.places()?;
    let retrieval = places
        .iter()
        .find(|(place, _)| *place == Place::RetrievalOpen);
    let retrieval = retrieval.map_or(0, |(_, n)| *n);
    Ok(Some(retrieval + desk::waiting(reader, person, PHASE)?))
}

/// What waits here: to retrieve, to decide, decided and not settled.
struct Queue {
    retrieve: Vec<RecordId>,
    desk: Desk,
}

impl Queue {
    fn of(site: &Site, reader: Reader<'_>, who: &Signed) -> Result<Self, Problem> {
        let learning = Learning {
            ranks: &site.ranks,
            question: "",
        };
        let retrieve = reader.reports_in(Place::RetrievalOpen)?;
        Ok(Self {
            retrieve: retrieve.into_iter().map(|row| row.id).collect(),
            desk: Desk::of(reader, &who.person, PHASE, &Order::Found, learning)?,
        })
    }

    /// What is to be decided comes first: it is there.
    fn all(&self) -> Vec<RecordId> {
        let desk = self.desk.to_decide.iter().chain(&self.desk.skipped);
        desk.chain(&self.retrieve).copied().collect()
    }

    fn unsettled(&self) -> Vec<RecordId> {
        let own = self.desk.unsettled();
        own.filter(|own| own.place.phase() == Some(PHASE))
            .map(|own| own.report)
            .collect()
    }
}

/// The next report.
pub(in crate::web) fn next(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    page(site, ask, who, None, Vec::new())
}

/// One report.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let asked = report(ask, 1)?;
    enter(who)?;
    let found = {
        let snapshot = site.store.snapshot()?;
        rules::find(snapshot.read(), &asked.to_string())?.id
    };
    if found != asked {
        let twin = if ask.json { ".json" } else { "" };
        return Ok(Answer::moved(&format!(
            "{}/full-text/{found}{twin}",
            site.base
        )));
    }
    page(site, ask, who, Some(found), Vec::new())
}

fn page(
    site: &Site,
    ask: &Ask,
    who: &Signed,
    asked: Option<RecordId>,
    refused: Vec<String>,
) -> Result<Answer, Problem> {
    enter(who)?;
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let workflow = site.protocol(reader)?;
    let queue = Queue::of(site, reader, who)?;
    let all = queue.all();
    let here = asked.or_else(|| all.first().copied());
    let lists = [
        ("To decide", queue.desk.to_decide.clone()),
        ("Skipped", queue.desk.skipped.clone()),
        ("To retrieve", queue.retrieve.clone()),
        ("Decided, not settled", queue.unsettled()),
    ];
    let mut shown = Vec::new();
    for (name, reports) in lists {
        if reports.is_empty() {
            continue;
        }
        let mut rows = Vec::new();
        for id in reports {
            let Some(row) = reader.report(id)? else {
                continue;
            };
            let files = reader.attachments(id)?;
            rows.push(Row {
                report: id,
                title: row.title.unwrap_or_else(|| "(no title)".to_owned()),
                files: files.iter().filter(|file| file.removed.is_none()).count(),
                here: Some(id) == here,
            });
        }
        shown.push(List {
            name,
            reports: rows,
        });
    }
    let open = here
        .map(|id| open(reader, who, &workflow, &queue, id))
        .transpose()?;
    let (read, get) = (queue.desk.left() as u64, queue.retrieve.len() as u64);
    let title = match (read, get) {
        (0, 0) => "No full text waits for you".to_owned(),
        (0, get) => many(get, "report to retrieve", "reports to retrieve"),
        (read, 0) => many(read, "full text to read", "full texts to read"),
        (read, get) => format!(
            "{}, {} to retrieve",
            many(read, "full text to read", "full texts to read"),
            grouped(get)
        ),
    };
    let done = ask.query.get("done").and_then(|word| {
        Some(match word {
            "include" => "Included",
            "exclude" => "Excluded",
            "retrieved" => "Retrieved",
            "not-retrieved" => "Noted as not to be had",
            "attached" => "Attached",
            "removed" => "Removed: the log keeps its name, digest and the reason",
            "undone" => "Taken back",
            _ => return None,
        })
    });
    let undo = ask
        .query
        .get("done")
        .is_some_and(|word| word == "include" || word == "exclude");
    let page = FullTextPage {
        shell: Shell::of(site, reader, who, ("Full text", "/full-text"))?,
        title,
        lists: shown,
        report: open,
        done: done.map(str::to_owned),
        undo,
        refused,
    };
    Answer::page(ask.json, &page)
}

fn open(
    reader: Reader<'_>,
    who: &Signed,
    workflow: &Workflow,
    queue: &Queue,
    id: RecordId,
) -> Result<Open, Problem> {
    let row = rules::find(reader, &id.to_string())?;
    let card = screen::card::card(reader, &id.to_string(), Some(&who.person))?;
    let terms = Terms::of(reader, &who.person, workflow)?;
    let own = queue.desk.own.iter().find(|own| own.report == id);
    let retrieval = row.place == Place::RetrievalOpen;
    let decides = matches!(row.place, Place::FulltextOpen | Place::FulltextConflict);
    let (state, chip) = match row.place {
        Place::RetrievalOpen => ("Not retrieved yet", ("unsure", "?")),
        // Whether votes are missing or disagree is not told.
        Place::FulltextOpen | Place::FulltextConflict => ("Retrieved", ("include", "✓")),
        Place::NotRetrieved => ("Not to be had", ("exclude", "×")),
        Place::Included => ("Included", ("include", "+")),
        Place::FulltextExcluded => ("Excluded", ("exclude", "×")),
        Place::TitleOpen | Place::TitleConflict => ("In title and abstract", ("open", "")),
        Place::TitleExcluded => ("Excluded on title and abstract", ("exclude", "×")),
        Place::Compare | Place::Filter | Place::Removed => ("Not in screening", ("open", "")),
    };
    let files = reader.attachments(id)?;
    let lead = who.person.is(Role::Lead);
    let files = files.into_iter().filter(|file| file.removed.is_none());
    let files = files
        .map(|file| File {
            shown: FileType::parse(&file.kind).is_some_and(FileType::is_shown),
            digest: file.digest.to_string(),
            size: size(file.bytes),
            at: day(&file.at).to_owned(),
            own: lead || file.person == Some(who.person.id),
            bytes: file.bytes,
            name: file.name,
            kind: file.kind,
        })
        .collect();
    let retrieved = screen::card::retrieval(reader, id)?.into_iter();
    let retrieved = retrieved
        .map(|step| Try {
            at: day(&step.at).to_owned(),
            class: class(step.outcome),
            sign: sign(step.outcome),
            outcome: step.outcome,
            note: step.note,
            by: step.by,
        })
        .collect();
    let reasons = workflow.screening.reasons.iter().enumerate();
    let chosen = own.and_then(|own| own.reason.clone());
    let all = queue.all();
    let at = all.iter().position(|one| *one == id);
    let after = at.map_or(0, |at| at + 1);
    let next = all.get(after).or(all.first()).copied();
    let times = reader.times_decided(who.person.id, PHASE, id)?;
    let tried = reader.times_decided(who.person.id, Phase::Retrieval, id)?;
    Ok(Open {
        paper: Record::of(reader, &card, &row, &terms)?,
        state,
        chip,
        reopens: row.place == Place::NotRetrieved && who.person.is(Role::Lead),
        retrieval,
        decides,
        may_attach: retrieval || decides || row.place.is_settled(Phase::Retrieval),
        own: own.map(|own| Own {
            decision: own.choice,
            reason: own.reason.clone(),
            note: own.note.clone(),
            said: said(own.choice, own.reason.as_deref(), workflow),
            class: class(own.choice),
            sign: sign(own.choice),
        }),
        files,
        reasons: reasons
            .map(|(n, reason)| Reason {
                digit: n + 1,
                chosen: chosen.as_deref() == Some(&reason.code),
                code: reason.code.clone(),
                text: reason.text.clone(),
            })
            .collect(),
        criteria: workflow.criteria.include.clone(),
        retrieved,
        key: format!("{id}.{times}.{tried}"),
        next: next.filter(|next| *next != id),
        previous: at
            .and_then(|at| at.checked_sub(1))
            .and_then(|at| all.get(at))
            .copied(),
    })
}

fn said(choice: Choice, reason: Option<&str>, workflow: &Workflow) -> String {
    let reasons = &workflow.screening.reasons;
    let known = reason.map(|code| {
        let known = reasons.iter().find(|known| known.code == code);
        known.map_or(code, |known| known.text.as_str())
    });
    match known {
        Some(text) => format!("{}: {text}", did(choice)),
        None => did(choice).to_owned(),
    }
}

/// "2.4 MB".
fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// What was ticked and typed on how a report was tried, as one note.
fn tried(ask: &Ask) -> Result<Option<String>, Problem> {
    let known = [
        ("library", "own library"),
        ("loan", "interlibrary loan"),
        ("authors", "wrote to the authors"),
        ("abstract-only", "only an abstract exists"),
    ];
    let ticked = ask.form.all("tried");
    let mut parts: Vec<String> = ticked
        .filter_map(|word| known.iter().find(|(code, _)| *code == word))
        .map(|(_, words)| (*words).to_owned())
        .collect();
    if let Some(on) = ask.form.get("asked") {
        if on.parse::<jiff::civil::Date>().is_err() {
            return Err(Problem::Input(format!(
                "`{on}` is no date such as 2026-07-15"
            )));
        }
        parts.push(format!("asked {on}"));
    }
    parts.extend(note(ask)?);
    Ok((!parts.is_empty()).then(|| parts.join("; ")))
}

/// A decision on retrieval or on the full text.
pub(in crate::web) fn decide(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    let asked = report(ask, 1)?;
    let word = ask.form.get("decision").ok_or_else(|| {
        Problem::Bad(
            "a decision is missing: include, exclude, skip, retrieved or not-retrieved".to_owned(),
        )
    })?;
    let onto = |said: &str| {
        let next: Option<RecordId> = ask.form.get("next").and_then(|id| id.parse().ok());
        let place = next.map_or_else(String::new, |id| format!("/{id}"));
        format!("/full-text{place}?done={said}")
    };
    if word == "skip" {
        let now = site.now();
        let person = who.person.id;
        let value = once(site, ask, who, "full-text", |writer, _| {
            let report = rules::find(writer.read(), &asked.to_string())?;
            writer.skip(person, PHASE, report.id, Some(&now))?;
            Ok(serde_json::json!({"report": report.id, "decision": "skip", "changed": true}))
        })?;
        return onward(site, ask, &value, &onto("skip"));
    }
    let choice: Choice = word
        .parse()
        .map_err(|error: crate::model::IdError| Problem::Bad(error.to_string()))?;
    let (phase, note) = match choice {
        Choice::Retrieved | Choice::NotRetrieved => (Phase::Retrieval, tried(ask)?),
        Choice::Include | Choice::Exclude | Choice::Unsure => (PHASE, note(ask)?),
    };
    if choice == Choice::NotRetrieved && note.is_none() {
        return Err(Problem::Input(
            "say at least one way in which it was tried".to_owned(),
        ));
    }
    let reason = ask.form.get("reason").filter(|_| choice == Choice::Exclude);
    let person = who.person.id;
    let value = once(site, ask, who, "full-text", |writer, acting| {
        let there = rules::find(writer.read(), &asked.to_string())?;
        let typed = kept(ask, &["decision", "reason", "tried", "asked", "note"]);
        let on = ("Show the report", format!("/full-text/{}", there.id));
        if there.id != asked {
            return Err(stale(
                "Not saved: this report was merged while it was open",
                &format!(
                    "{asked} is now part of {}. What you typed is kept below.",
                    there.id
                ),
                typed,
                on,
            ));
        }
        let ballot = Ballot {
            report: asked.to_string(),
            phase,
            choice,
            reason: reason.map(str::to_owned),
            note: note.clone(),
            from: None,
            made: None,
        };
        let done = screen::cast(writer, acting, &ballot).map_err(|error| {
            let title = match &error {
                ScreenError::Settled { .. } => {
                    "Not saved: this report was settled while it was open"
                }
                ScreenError::Phase { .. } => "Not saved: this report is not in this phase",
                _ => return Problem::from(error),
            };
            stale(
                title,
                "It was moved after your page was made. Nothing was changed. What you typed is kept \
                 below.",
                typed,
                on,
            )
        })?;
        writer.skip(person, PHASE, asked, None)?;
        Ok(serde_json::json!({
            "report": done.report, "decision": choice, "changed": done.changed,
        }))
    })?;
    if choice == Choice::Retrieved {
        // What was just got is read next.
        return onward(
            site,
            ask,
            &value,
            &format!("/full-text/{asked}?done=retrieved"),
        );
    }
    onward(site, ask, &value, &onto(choice.as_str()))
}

/// Takes back the own last decision in this room.
pub(in crate::web) fn undo(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    enter(who)?;
    let person = who.person.id;
    let value = once(site, ask, who, "full-text-undo", |writer, acting| {
        if let Some(named) = ask.form.get("undo") {
            // What is settled a lead opens again; the core asks for that.
            let report = rules::find(writer.read(), named)?.id;
            let tried = screen::card::retrieval(writer.read(), report)?;
            let last = tried.last().map(|step| step.seq);
            let seq = last.ok_or_else(|| {
                stale(
                    "Nothing to take back",
                    "Nobody has tried to retrieve this report, or it was taken back meanwhile.",
                    Vec::new(),
                    ("Show the report", format!("/full-text/{report}")),
                )
            })?;
            undoing::undo(writer, acting, Some(seq))?;
            return Ok(serde_json::json!({"report": report, "undone": true}));
        }
        let mut own = writer.read().own_decisions(person, PHASE)?;
        own.extend(writer.read().own_decisions(person, Phase::Retrieval)?);
        let last = own.iter().max_by_key(|own| own.seq).ok_or_else(|| {
            stale(
                "Nothing to take back",
                "No decision of yours on a full text stands.",
                Vec::new(),
                ("Go on", "/full-text".to_owned()),
            )
        })?;
        let (seq, report) = (last.seq, last.report);
        undoing::undo(writer, acting, Some(seq))?;
        Ok(serde_json::json!({"report": report, "undone": true}))
    })?;
    let report = value.get("report").and_then(serde_json::Value::as_str);
    let to = format!("/full-text/{}?done=undone", report.unwrap_or_default());
    onward(site, ask, &value, &to)
}

/// Attaches files; a report that was sought is retrieved by its first PDF.
pub(in crate::web) fn attach(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let asked = report(ask, 1)?;
    if ask.files.is_empty() {
        return Err(Problem::Input("no file was chosen".to_owned()));
    }
    let acting = screen::Acting::of(&who.person, site.now(), crate::ledger::Via::Import);
    let folder = Attachments::of(&site.root);
    let (id, done) = attach::add(
        &site.store,
        &folder,
        &acting,
        &asked.to_string(),
        &ask.files,
    )?;
    let mut refused = Vec::new();
    let mut files = Vec::new();
    let mut pdf = false;
    for one in &done {
        let (word, why) = match &one.outcome {
            Outcome::Added(kind) => {
                pdf |= *kind == FileType::Pdf;
                ("added", None)
            }
            Outcome::Already(_) => ("already", None),
            Outcome::Refused(why) => {
                refused.push(format!("{} {why}", one.name));
                ("refused", Some(why.to_string()))
            }
        };
        files.push(serde_json::json!({
            "name": one.name, "digest": one.digest.to_string(), "bytes": one.bytes,
            "outcome": word, "why": why,
        }));
    }
    if pdf && desk::may_decide(&who.person) && ask.form.get("retrieved").is_some() {
        let ballot = Ballot {
            report: id.to_string(),
            phase: Phase::Retrieval,
            choice: Choice::Retrieved,
            reason: None,
            note: None,
            from: None,
            made: None,
        };
        let acting = screen::Acting::of(&who.person, site.now(), who.via);
        let cast = site.store.write(|writer| {
            let sought = rules::find(writer.read(), &id.to_string())?.place;
            if sought == Place::RetrievalOpen {
                screen::cast(writer, &acting, &ballot)?;
            }
            Ok::<_, ScreenError>(())
        });
        cast?;
    }
    if ask.json {
        return Answer::json(&serde_json::json!({"report": id, "files": files}));
    }
    if !refused.is_empty() && desk::may_decide(&who.person) {
        return page(site, ask, who, Some(id), refused);
    }
    Ok(Answer::to(&format!(
        "{}/full-text/{id}?done=attached",
        site.base
    )))
}

/// The bytes of a file: a PDF to be shown, anything else to be saved.
pub(in crate::web) fn file(site: &Site, ask: &Ask, _: &Signed) -> Result<Answer, Problem> {
    let (of, text) = (report(ask, 1)?, ask.part(3).unwrap_or_default());
    let snapshot = site.store.snapshot()?;
    let row = attach::find(snapshot.read(), &of.to_string(), &text)?;
    let bytes = Attachments::of(&site.root).get(row.digest)?;
    let kind = FileType::parse(&row.kind);
    let shown = kind.is_some_and(FileType::is_shown) && ask.query.get("download").is_none();
    let media = kind.map_or("application/octet-stream", FileType::media);
    Ok(Answer::brought(media, bytes, &row.name, shown))
}

/// Removes a file for good.
pub(in crate::web) fn detach(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let (of, text) = (report(ask, 1)?, ask.part(3).unwrap_or_default());
    let reason = ask.form.get("reason").unwrap_or_default();
    let acting = screen::Acting::of(&who.person, site.now(), who.via);
    let folder = Attachments::of(&site.root);
    let done = attach::remove(
        &site.store,
        &folder,
        &acting,
        (&of.to_string(), &text),
        reason,
    )?;
    let value = serde_json::json!({"removed": done.file.name, "reports": done.reports});
    onward(site, ask, &value, &format!("/full-text/{of}?done=removed"))
}
