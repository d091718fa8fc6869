//! The pages beside the report: the register with every trail, the sets behind the counts, the
//! search runs in full, and a list of excluded reports that is too long for the report itself.
//!
//! Register and sets are cut into files of about half a megabyte, which a browser opens at once;
//! [`Places`] says which file holds what.

use super::listed;
use super::number::Number;
use super::places::{MEMBERS, Places, REPORTS};
use super::say::{self, Say};
use super::sets::{Known, MemberView};
use super::{EXCLUDED, anchor};
use crate::model::{Lane, PersonId, RecordId, StudyId};
use crate::report::ReportError;
use crate::report::checklist::{Checklist, Item, Status, checklists};
use crate::report::data::{CountSet, Report, ReportData, Search};
use askama::Template;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// What the head of every page beside the report says.
struct Head<'a> {
    data: &'a ReportData,
    version: &'static str,
    /// What the page holds.
    name: String,
    /// Its number and how many there are of its kind.
    at: (usize, usize),
    /// The beginning of its file's name, where there are several.
    stem: &'static str,
}

impl<'a> Head<'a> {
    fn new(data: &'a ReportData, name: String, at: (usize, usize), stem: &'static str) -> Self {
        Self {
            data,
            version: env!("CARGO_PKG_VERSION"),
            name,
            at,
            stem,
        }
    }

    /// The files before and behind this one.
    fn next_to(&self) -> [Option<String>; 2] {
        let (n, of) = self.at;
        let file = |n: usize| format!("{}-{n}.html", self.stem);
        [(n > 1).then(|| file(n - 1)), (n < of).then(|| file(n + 1))]
    }
}

/// A file of the register.
#[derive(Template)]
#[template(path = "register.html")]
struct RegisterPage<'a> {
    head: Head<'a>,
    reports: &'a [Report],
    listed: &'a BTreeSet<StudyId>,
}

impl Say for RegisterPage<'_> {}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "called by templates, as methods and with references"
)]
impl RegisterPage<'_> {
    /// A text as long as the register has room for.
    fn whole<'t>(&self, text: &'t str) -> Cow<'t, str> {
        say::cut(text, say::WHOLE)
    }

    fn is_listed(&self, id: &StudyId) -> bool {
        self.listed.contains(id)
    }

    /// Everybody whose decisions stand in this file: the number in the log, and the name.
    fn people(&self) -> BTreeMap<PersonId, &str> {
        let phases = self.reports.iter().flat_map(|report| &report.phases);
        let votes = phases.flat_map(|phase| &phase.votes);
        votes
            .map(|vote| (vote.person, vote.name.as_str()))
            .collect()
    }
}

/// A set, or as much of it as a file holds.
struct SetPart<'a> {
    /// Its anchor; only the first part has it.
    anchor: Option<String>,
    path: String,
    name: String,
    rule: &'a str,
    n: u64,
    members: Vec<MemberView<'a>>,
    /// The sets that hold its members, where it lists none itself: name and number.
    parts: Vec<(String, Number)>,
    /// Whether its beginning stands in an earlier file.
    continued: bool,
    /// Whether the rest of it stands in the next file.
    goes_on: bool,
}

/// A file of sets.
#[derive(Template)]
#[template(path = "counts.html")]
struct CountsPage<'a> {
    head: Head<'a>,
    sets: Vec<SetPart<'a>>,
}

impl Say for CountsPage<'_> {}

/// The search runs in full.
#[derive(Template)]
#[template(path = "runs.html")]
struct RunsPage<'a> {
    head: Head<'a>,
    places: &'a Places,
}

impl Say for RunsPage<'_> {}

impl RunsPage<'_> {
    /// The new records of a run, as a link to their set.
    fn run_number(&self, search: &Search) -> Number {
        Number {
            href: Some(self.places.set(&listed::run_path(search.run))),
            n: search.new,
        }
    }
}

/// The reporting checklists.
#[derive(Template)]
#[template(path = "checklists.html")]
struct ChecklistsPage<'a> {
    head: Head<'a>,
    lists: &'a [Checklist],
}

#[expect(clippy::unused_self, reason = "called by the template, as a method")]
impl ChecklistsPage<'_> {
    fn is_missing(&self, item: &Item) -> bool {
        item.status == Status::Missing
    }

    /// "30 filled, 4 missing, 8 for a person".
    fn told(&self, list: &Checklist) -> String {
        [Status::Filled, Status::Missing, Status::ForAPerson]
            .map(|status| format!("{} {}", list.count(status), status.words()))
            .join(", ")
    }
}

/// Every report excluded at full text, where they are too many for the report.
#[derive(Template)]
#[template(path = "excluded-all.html")]
struct ExcludedPage<'a> {
    head: Head<'a>,
    places: &'a Places,
}

impl Say for ExcludedPage<'_> {}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    clippy::unused_self,
    reason = "called by templates, as methods and with references"
)]
impl<'a> ExcludedPage<'a> {
    fn report(&self, id: &RecordId) -> Option<&'a Report> {
        self.head.data.report(*id)
    }

    fn trail(&self, id: &RecordId) -> String {
        self.places.report(*id)
    }

    fn is_other(&self, lane: &Lane) -> bool {
        *lane == Lane::Other
    }
}

/// Makes the pages beside the report: name and bytes.
pub(in crate::report) fn beside(data: &ReportData) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let places = Places::of(data);
    // Both are large and neither needs the other.
    let (register, counts) = std::thread::scope(|scope| {
        let register = scope.spawn(|| register(data));
        let counts = counts(data, &places);
        (register.join(), counts)
    });
    let mut out = match register {
        Ok(register) => register?,
        Err(panic) => std::panic::resume_unwind(panic),
    };
    out.extend(counts?);
    let head = |name: &str| Head::new(data, name.to_owned(), (1, 1), "");
    let runs = RunsPage {
        head: head("Search runs"),
        places: &places,
    };
    out.push(("searches.html".to_owned(), runs.render()?.into_bytes()));
    let lists = checklists(data);
    let page = ChecklistsPage {
        head: head("Reporting checklists"),
        lists: &lists,
    };
    out.push(("checklists.html".to_owned(), page.render()?.into_bytes()));
    if data.excluded.len() > EXCLUDED {
        let all = ExcludedPage {
            head: head("Reports excluded at full text"),
            places: &places,
        };
        out.push(("excluded.html".to_owned(), all.render()?.into_bytes()));
    }
    Ok(out)
}

fn register(data: &ReportData) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let studies = data.studies.iter().filter_map(|item| item.study.as_ref());
    let listed: BTreeSet<StudyId> = studies.map(|study| study.id).collect();
    let mut chunks: Vec<&[Report]> = data.reports.chunks(REPORTS).collect();
    if chunks.is_empty() {
        chunks.push(&[]);
    }
    let of = chunks.len();
    let pages = chunks.into_iter().zip(1..).map(|(reports, n)| {
        let page = RegisterPage {
            head: Head::new(data, "Register of reports".to_owned(), (n, of), "register"),
            reports,
            listed: &listed,
        };
        Ok((format!("register-{n}.html"), page.render()?.into_bytes()))
    });
    pages.collect()
}

/// The sets one behind the other, cut into files where one is full, also within a set.
fn counts(data: &ReportData, places: &Places) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let known = Known::new(data, places);
    let mut files: Vec<Vec<SetPart<'_>>> = vec![Vec::new()];
    let mut filled = 0;
    let number = |set: &CountSet| {
        let href = Some(places.set(&set.path));
        (set.name.clone(), Number { href, n: set.n })
    };
    for set in &data.sets {
        let parts = listed::parts(data, set);
        let listed = if parts.is_empty() {
            &set.members[..]
        } else {
            &[]
        };
        let part = SetPart {
            anchor: Some(anchor(&set.path)),
            path: set.path.clone(),
            name: set.name.clone(),
            rule: set.rule,
            n: set.n,
            members: listed.iter().map(|m| known.member(set, *m)).collect(),
            parts: parts.into_iter().map(number).collect(),
            continued: false,
            goes_on: false,
        };
        fill(&mut files, &mut filled, part);
    }
    let of_run = listed::runs(data);
    for search in &data.searches {
        let path = listed::run_path(search.run);
        let ids = of_run.get(&search.run).map_or(&[][..], Vec::as_slice);
        let same = if ids.is_empty() {
            None
        } else {
            listed::same(data, search, ids)
        };
        let part = SetPart {
            anchor: Some(anchor(&path)),
            name: listed::run_name(search),
            rule: listed::RUN_RULE,
            n: ids.len() as u64,
            path,
            members: if same.is_none() {
                known.of(ids)
            } else {
                Vec::new()
            },
            parts: same.into_iter().map(number).collect(),
            continued: false,
            goes_on: false,
        };
        fill(&mut files, &mut filled, part);
    }
    let of = files.len();
    let pages = files.into_iter().zip(1..).map(|(sets, n)| {
        let page = CountsPage {
            head: Head::new(data, "Sets behind the counts".to_owned(), (n, of), "counts"),
            sets,
        };
        Ok((format!("counts-{n}.html"), page.render()?.into_bytes()))
    });
    pages.collect()
}

/// Puts a set into the files; `filled` members are in them so far. File `n` (from 0) begins at member
/// `n * MEMBERS`, as [`Places`] counts.
fn fill<'a>(files: &mut Vec<Vec<SetPart<'a>>>, filled: &mut usize, mut part: SetPart<'a>) {
    loop {
        while files.len() <= *filled / MEMBERS {
            files.push(Vec::new());
        }
        let room = MEMBERS - *filled % MEMBERS;
        let rest = if part.members.len() > room {
            part.members.split_off(room)
        } else {
            Vec::new()
        };
        *filled += part.members.len();
        let more = (!rest.is_empty()).then(|| SetPart {
            anchor: None,
            path: part.path.clone(),
            name: part.name.clone(),
            rule: part.rule,
            n: part.n,
            members: rest,
            parts: Vec::new(),
            continued: true,
            goes_on: false,
        });
        part.goes_on = more.is_some();
        let file = files.last_mut();
        if let Some(file) = file {
            file.push(part);
        }
        match more {
            Some(next) => part = next,
            None => return,
        }
    }
}
