//! Studies and their reports: what each is, what it feeds, whose people may be counted twice.

use crate::extract::state;
use crate::model::{RecordId, Role, StudyId};
use crate::screen::cohorts::{self, Cohort, Overlap, ReportRole};
use crate::screen::{ScreenError, studies as rules};
use crate::store::Reader;
use crate::store::read::Person;
use crate::web::answer::Answer;
use crate::web::ask::{Ask, Signed};
use crate::web::once::{kept, once, onward, stale};
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::site::Site;
use crate::web::words::many;
use askama::Template;
use serde::Serialize;

#[derive(Template, Serialize)]
#[template(path = "studies.html")]
struct StudiesPage {
    #[serde(skip)]
    shell: Shell,
    #[serde(skip)]
    title: String,
    studies: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    study: StudyId,
    label: String,
    registry: Vec<String>,
    reports: usize,
    roles: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    overlaps: Vec<Overlap>,
}

#[derive(Template, Serialize)]
#[template(path = "study.html")]
struct StudyPage {
    #[serde(skip)]
    shell: Shell,
    study: StudyId,
    label: String,
    registry: Vec<Number>,
    /// Numbers that its records state and it does not have.
    further_numbers: Vec<String>,
    reports: Vec<Report>,
    overlaps: Vec<Overlap>,
    #[serde(skip)]
    lanes: Vec<Lane>,
    #[serde(skip)]
    ticks: Vec<Tick>,
    #[serde(skip)]
    height: u32,
    #[serde(skip)]
    said: String,
    #[serde(skip)]
    may_change: bool,
    #[serde(skip)]
    done: Option<String>,
    key: String,
}

#[derive(Serialize)]
struct Number {
    number: String,
    /// Where the register shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<String>,
    /// Reports of the review that are its entry.
    entries: Vec<RecordId>,
}

#[derive(Serialize)]
struct Report {
    report: RecordId,
    role: ReportRole,
    #[serde(skip)]
    role_words: &'static str,
    title: String,
    cited: String,
    year: Option<u16>,
    basis: String,
    /// Values that hold and come from it.
    values: usize,
    feeds: Vec<String>,
    retracted: bool,
}

/// A lane of the picture.
struct Lane {
    name: &'static str,
    y: u32,
    marks: Vec<Mark>,
}

struct Mark {
    x: u32,
    text_x: u32,
    words: String,
    shape: &'static str,
    filled: bool,
}

struct Tick {
    x: u32,
    year: u16,
}

/// Whether a person may link, unlink and rename.
fn may_change(person: &Person) -> bool {
    [Role::Lead, Role::Reviewer, Role::Extractor]
        .iter()
        .any(|role| person.is(*role))
}

/// Every study.
pub(in crate::web) fn list(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let all = cohorts::all(reader)?;
    let reports: usize = all.iter().map(|one| one.members.len()).sum();
    let page = StudiesPage {
        shell: Shell::of(site, reader, who, ("Studies", "/studies"))?,
        title: if all.is_empty() {
            "No study yet".to_owned()
        } else {
            format!(
                "{}, {}",
                many(all.len() as u64, "study", "studies"),
                many(reports as u64, "report", "reports")
            )
        },
        studies: all.iter().map(|one| row(one, &all)).collect(),
    };
    Answer::page(ask.json, &page)
}

fn row(one: &Cohort, all: &[Cohort]) -> Row {
    let roles = [
        ReportRole::RegisterEntry,
        ReportRole::Protocol,
        ReportRole::Main,
        ReportRole::Update,
        ReportRole::Abstract,
    ];
    let parts: Vec<String> = roles
        .into_iter()
        .filter_map(|role| {
            let n = one.members.iter().filter(|member| member.role == role);
            let n = n.count();
            let several = match role {
                ReportRole::RegisterEntry => "register entries",
                ReportRole::Protocol => "protocols",
                ReportRole::Main => "main",
                ReportRole::Update => "updates",
                ReportRole::Abstract => "abstracts",
            };
            (n > 0).then(|| many(n as u64, role.words(), several))
        })
        .collect();
    Row {
        study: one.study,
        label: one.label.clone(),
        registry: one.registry.clone(),
        reports: one.members.len(),
        roles: parts.join(", "),
        overlaps: cohorts::overlaps(one, all),
    }
}

fn named(reader: Reader<'_>, text: &str) -> Result<StudyId, Problem> {
    rules::find_study(reader, text)?
        .ok_or_else(|| ScreenError::UnknownStudy(text.to_owned()).into())
}

/// One study.
pub(in crate::web) fn show(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let text = ask.part(1).unwrap_or_default();
    let snapshot = site.store.snapshot()?;
    let reader = snapshot.read();
    let id = named(reader, &text)?;
    if text != id.to_string() {
        let twin = if ask.json { ".json" } else { "" };
        return Ok(Answer::to(&format!("{}/studies/{id}{twin}", site.base)));
    }
    let workflow = site.protocol(reader)?;
    let all = cohorts::all(reader)?;
    let Some(one) = all.iter().find(|one| one.study == id) else {
        return Err(ScreenError::UnknownStudy(text).into());
    };
    let held = state::held(reader, &workflow)?;
    let study = id.to_string();
    let mut reports = Vec::new();
    for member in &one.members {
        let from = member.row.id.to_string();
        let cells = held
            .iter()
            .filter(|cell| cell.key.study == study && cell.key.report == from);
        let mut feeds: Vec<String> = Vec::new();
        let mut values = 0;
        for cell in cells {
            values += 1;
            let known = workflow.outcomes.iter();
            let known = known.into_iter().find(|one| one.code == cell.key.outcome);
            if let Some(outcome) = known
                && !feeds.contains(&outcome.name)
            {
                feeds.push(outcome.name.clone());
            }
        }
        let record = &member.record;
        let journal = record.journal.clone().unwrap_or_default();
        let year = record.year.map(|year| year.to_string()).unwrap_or_default();
        let volume = record.volume.clone().map(|v| format!("; {v}"));
        let pages = record.pages.clone().map(|pages| format!(": {pages}"));
        reports.push(Report {
            report: member.row.id,
            role: member.role,
            role_words: member.role.words(),
            title: member
                .row
                .title
                .clone()
                .unwrap_or_else(|| "(no title)".to_owned()),
            cited: [journal, year]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(", ")
                + &volume.unwrap_or_default()
                + &pages.unwrap_or_default(),
            year: record.year,
            basis: match member.basis.as_str() {
                "person" => "linked by a person".to_owned(),
                "report" => "the only report of its own".to_owned(),
                number => format!("by {number}"),
            },
            values,
            feeds,
            retracted: record.retracted,
        });
    }
    let mut registry = Vec::new();
    for number in &one.registry {
        registry.push(Number {
            href: number
                .starts_with("NCT")
                .then(|| format!("https://clinicaltrials.gov/study/{number}")),
            entries: cohorts::entries(reader, number)?
                .iter()
                .map(|row| row.id)
                .collect(),
            number: number.clone(),
        });
    }
    let values: usize = reports.iter().map(|one| one.values).sum();
    let (lanes, ticks) = picture(&reports);
    let page = StudyPage {
        shell: Shell::of(site, reader, who, (&one.label, "/studies"))?,
        said: format!(
            "{}, {}",
            many(reports.len() as u64, "report", "reports"),
            match values {
                0 => "no value that holds yet".to_owned(),
                n => many(n as u64, "value that holds", "values that hold"),
            }
        ),
        study: id,
        label: one.label.clone(),
        registry,
        further_numbers: one.further_numbers().into_iter().collect(),
        overlaps: cohorts::overlaps(one, &all),
        height: u32::try_from(lanes.len()).unwrap_or(0) * 26 + 30,
        lanes,
        ticks,
        may_change: may_change(&who.person),
        done: ask.query.get("done").map(|word| {
            match word {
                "linked" => "Linked",
                "renamed" => "Renamed",
                _ => "Unlinked",
            }
            .to_owned()
        }),
        key: format!("{id}.{}.{}", one.label.len(), links(reader, id)?),
        reports,
    };
    Answer::page(ask.json, &page)
}

fn links(reader: Reader<'_>, study: StudyId) -> Result<String, Problem> {
    let all = reader.study_links(study)?;
    let last = all.last().map(|(report, ..)| report.to_string());
    Ok(format!("{}{}", all.len(), last.unwrap_or_default()))
}

/// The time line: a lane per role, a mark per report.
fn picture(reports: &[Report]) -> (Vec<Lane>, Vec<Tick>) {
    let years = || reports.iter().filter_map(|one| one.year);
    let (Some(first), Some(last)) = (years().min(), years().max()) else {
        return (Vec::new(), Vec::new());
    };
    let span = u32::from(last - first).max(1) + 1;
    let at = |year: u16| 130 + u32::from(year - first) * 820 / span;
    let ticks = (first..=last)
        .filter(|year| u32::from(year - first).is_multiple_of(span.div_ceil(12)))
        .map(|year| Tick { x: at(year), year })
        .collect();
    let mut lanes = Vec::new();
    for role in [
        ReportRole::RegisterEntry,
        ReportRole::Protocol,
        ReportRole::Main,
        ReportRole::Update,
        ReportRole::Abstract,
    ] {
        let of: Vec<&Report> = reports.iter().filter(|one| one.role == role).collect();
        if of.is_empty() {
            continue;
        }
        let mut marks: Vec<Mark> = Vec::new();
        for one in of {
            let Some(year) = one.year else { continue };
            let x = at(year) + 8;
            // Reports of one year stand on one mark.
            if let Some(same) = marks.iter_mut().find(|mark| mark.x == x) {
                same.filled |= one.values > 0;
                let more = same.words.split_once(" + ");
                let n = more.and_then(|(_, n)| n.parse::<u32>().ok()).unwrap_or(0);
                let bare = more.map_or(same.words.as_str(), |(bare, _)| bare);
                same.words = format!("{bare} + {}", n + 1);
                continue;
            }
            marks.push(Mark {
                x,
                text_x: x + 10,
                words: one.report.to_string(),
                shape: match role {
                    ReportRole::RegisterEntry => "square",
                    ReportRole::Abstract => "triangle",
                    ReportRole::Protocol | ReportRole::Main | ReportRole::Update => "dot",
                },
                filled: one.values > 0,
            });
        }
        lanes.push(Lane {
            name: role.words(),
            y: u32::try_from(lanes.len()).unwrap_or(0) * 26 + 14,
            marks,
        });
    }
    (lanes, ticks)
}

/// Links, unlinks or renames.
pub(in crate::web) fn act(site: &Site, ask: &Ask, who: &Signed) -> Result<Answer, Problem> {
    let text = ask.part(1).unwrap_or_default();
    let word = ask
        .form
        .get("act")
        .ok_or_else(|| Problem::Bad("an act is missing: link, unlink or rename".to_owned()))?;
    let field = |name: &'static str| {
        ask.form
            .get(name)
            .ok_or_else(|| Problem::Bad(format!("`{name}` is missing")))
    };
    let value = once(site, ask, who, "studies", |writer, acting| {
        let id = named(writer.read(), &text)?;
        let study = id.to_string();
        let gone = |error: ScreenError| match error {
            ScreenError::NotLinked { .. } => stale(
                "Not saved: the report is no longer of this study",
                "It was moved after your page was made. Nothing was changed.",
                kept(ask, &["report", "label"]),
                ("Show the study", format!("/studies/{id}")),
            ),
            other => other.into(),
        };
        match word {
            "link" => {
                let also = ask.form.get("also").is_some();
                let done = rules::link(writer, acting, (field("report")?, &study), also)?;
                Ok(serde_json::json!({
                    "done": "linked", "report": done.report, "study": done.study,
                    "left": done.left, "emptied": done.emptied,
                }))
            }
            "unlink" => {
                let (report, _) =
                    rules::unlink(writer, acting, field("report")?, &study).map_err(gone)?;
                let empty = writer.read().study_links(id)?.is_empty();
                Ok(serde_json::json!({
                    "done": "unlinked", "report": report, "study": id, "empty": empty,
                }))
            }
            "rename" => {
                let (id, label) = rules::rename(writer, acting, (&study, field("label")?))?;
                Ok(serde_json::json!({"done": "renamed", "study": id, "label": label}))
            }
            _ => Err(Problem::Bad("an act is link, unlink or rename".to_owned())),
        }
    })?;
    let empty = value.get("empty").and_then(serde_json::Value::as_bool);
    if empty == Some(true) {
        return onward(site, ask, &value, "/studies");
    }
    let said = |name: &str| value.get(name).and_then(serde_json::Value::as_str);
    let to = format!(
        "/studies/{}?done={}",
        said("study").unwrap_or_default(),
        said("done").unwrap_or_default()
    );
    onward(site, ask, &value, &to)
}
