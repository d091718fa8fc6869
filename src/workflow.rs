//! `workflow.toml`: the review's question, sources, filter rules, screening rules, outcomes,
//! analyses and schedule.
//!
//! [`Workflow::load`] takes the text of the file and gives typed values, or every problem in it at
//! once, each with its place, what was expected and the nearest valid key. It reads no file and
//! asks no clock: [`Workflow::check_files`] is told which files exist. The keys and their meanings
//! are one list, [`reference()`], from which validation and documentation are both made.
//!
//! The file holds rules, not people: no name, e-mail or secret (design, sections 5 and 6).

mod analysis;
mod check;
pub mod diagnostic;
mod living;
mod near;
mod read;
mod rules;
pub mod schema;
mod sources;
pub mod template;
#[cfg(test)]
mod tests;
pub mod types;

pub use diagnostic::{Context, Diagnostic};
pub use near::nearest;
pub use schema::{Key, reference_markdown};
pub use types::{
    Access, Analysis, Arms, Criteria, Direction, Evidence, Extraction, FilterRule, Living,
    LivingStatus, Otherwise, Outcome, OutcomeType, Pico, Published, Reason, RemovalBox, Review,
    Screening, Sensitivity, Service, Source, SourceSchedule, StudyExcluded,
};

use crate::model::{Fault, FaultKind, Role, Rules};
use read::{Reader, Section};
use sources::Named;
use toml::de::DeTable;

/// A valid `workflow.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workflow {
    /// What the review is.
    pub review: Review,
    /// What makes a report eligible.
    pub criteria: Criteria,
    /// Where records come from, in the order of the flow.
    pub sources: Vec<Source>,
    /// The folder with archived waves, for runs without a network.
    pub replay_from: Option<String>,
    /// What removes records before screening, in order.
    pub rules: Vec<FilterRule>,
    /// How people decide.
    pub screening: Screening,
    /// How data are extracted.
    pub extraction: Extraction,
    /// How data were extracted when a version was published, by its number; one that is not there was
    /// published as data are extracted now. The file does not say this: whoever opens a workspace does.
    pub published: std::collections::BTreeMap<u32, Extraction>,
    /// What the reports are read for, in the order of tables.
    pub outcomes: Vec<Outcome>,
    /// What is pooled, in the order of the report.
    pub analyses: Vec<Analysis>,
    /// The parameters of the living mode.
    pub living: Living,
    /// The query files, with the places that name them.
    queries: Vec<Named>,
    /// Where `replay_from` is named: a diagnostic without its message.
    replay_place: Option<Diagnostic>,
}

/// What is wrong in a file as one fault: the first problem, and what helps with each.
pub fn fault(file: &str, found: &[Diagnostic]) -> Fault {
    let first = found.first();
    let message = first.map_or_else(
        || "the workflow is not valid".to_owned(),
        |d| d.message.clone(),
    );
    let mut fault = Fault::new(FaultKind::Config, message).at(file, first.map(|d| d.line as u64));
    fault.help = found.iter().flat_map(|d| d.help.clone()).collect();
    fault
}

/// Every key of `workflow.toml`, table by table.
pub fn reference() -> &'static [Key] {
    schema::KEYS
}

impl Workflow {
    /// Reads the text of the file at `path`, or says everything that is wrong with it.
    ///
    /// ```
    /// use perennial::workflow::Workflow;
    /// let found = Workflow::load("[review]\nname = \"x\"\n", "workflow.toml").unwrap_err();
    /// assert_eq!(found.len(), 2);
    /// assert_eq!(found[0].message, "missing key `id` in `[review]`");
    /// assert_eq!(found[1].message, "unknown key `name`");
    /// ```
    pub fn load(text: &str, path: &str) -> Result<Self, Vec<Diagnostic>> {
        let (tree, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return Err(syntax(&errors, text, path));
        }
        let mut reader = Reader::new(text, path);
        let top = reader.top(tree.get_ref());
        let (sources, queries) = sources::sources(&mut reader, &top);
        let living = living::living(&mut reader, &top, &sources);
        let replay = reader.table(&top, "replay");
        let outcomes = analysis::outcomes(&mut reader, &top);
        let workflow = Self {
            review: review(&mut reader, &top),
            criteria: criteria(&mut reader, &top),
            sources,
            replay_from: replay.text("from"),
            published: std::collections::BTreeMap::new(),
            replay_place: replay.get("from").map(|value| reader.at(value.span(), "")),
            rules: rules::rules(&mut reader, &top),
            screening: screening(&mut reader, &top),
            extraction: analysis::extraction(&mut reader, &top),
            analyses: analysis::analyses(&mut reader, &top, &outcomes),
            outcomes,
            living,
            queries,
        };
        let mut found = reader.found;
        found.sort_by_key(|problem| problem.span.start);
        if found.is_empty() {
            Ok(workflow)
        } else {
            Err(found)
        }
    }

    /// Whether every query file is there: `exists` is asked for each path as written, `nearest`
    /// lists the files that a mistyped path could mean.
    pub fn check_files(
        &self,
        exists: impl Fn(&str) -> bool,
        nearest: &[String],
    ) -> Result<(), Vec<Diagnostic>> {
        let missing = self.queries.iter().filter(|named| !exists(&named.path));
        let found: Vec<Diagnostic> = missing
            .map(|named| {
                let mut problem = named.place.clone().label("no such file");
                problem.message = format!(
                    "`query` of source {} points at a file that does not exist",
                    diagnostic::quoted(&named.source)
                );
                let near = near::nearest(&named.path, nearest.iter().map(String::as_str));
                match near {
                    Some(near) => problem.help(format!("`{near}` exists; did you mean that?")),
                    None => problem.help(format!(
                        "write the strategy into {}",
                        diagnostic::quoted(&named.path)
                    )),
                }
            })
            .collect();
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    /// Whether the folder of the archived waves is there; asked by a replay only.
    pub fn check_replay(&self, exists: impl Fn(&str) -> bool) -> Result<(), Vec<Diagnostic>> {
        match (&self.replay_from, &self.replay_place) {
            (Some(from), Some(place)) if !exists(from) => {
                let mut problem = place.clone().label("no such folder");
                "`from` of `[replay]` points at a folder that does not exist"
                    .clone_into(&mut problem.message);
                Err(vec![problem.help(
                    "it holds the archived waves, `001/`, `002/` and so on",
                )])
            }
            _ => Ok(()),
        }
    }

    /// The source of that name, whatever the letter case.
    pub fn source(&self, name: &str) -> Option<&Source> {
        let folded = name.to_lowercase();
        self.sources
            .iter()
            .find(|source| source.name.to_lowercase() == folded)
    }

    /// The declared outcome of that code.
    pub fn outcome(&self, code: &str) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.code == code)
    }

    /// The analysis of that name.
    pub fn analysis(&self, name: &str) -> Option<&Analysis> {
        self.analyses.iter().find(|analysis| analysis.name == name)
    }

    /// The query files, in the order of the sources, each once.
    pub fn query_files(&self) -> Vec<&str> {
        let mut files: Vec<&str> = Vec::new();
        for named in &self.queries {
            if !files.contains(&named.path.as_str()) {
                files.push(&named.path);
            }
        }
        files
    }
}

/// The errors of the TOML grammar, the first of each line: later ones only echo it.
fn syntax(errors: &[toml::de::Error], text: &str, path: &str) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = errors
        .iter()
        .map(|error| {
            let end = text.len();
            let span = error.span().unwrap_or(end..end);
            let under = text.get(span.clone()).unwrap_or_default().to_owned();
            let place = |message: String| Diagnostic::new(message, path, text, span.clone());
            let message = error.message();
            if message.starts_with("string values must be quoted") {
                let quoted = under.trim().escape_default();
                place("a text must stand in quotes".to_owned())
                    .label("not valid TOML")
                    .help(format!("write `\"{quoted}\"`"))
            } else if message == "duplicate key" {
                place(format!("duplicate key {}", diagnostic::quoted(&under)))
                    .label("given again here")
                    .help("leave one of the two out")
            } else {
                place(message.to_owned()).label("not valid TOML")
            }
        })
        .collect();
    found.sort_by_key(|problem| problem.span.start);
    found.dedup_by_key(|problem| problem.line);
    found
}

fn review(reader: &mut Reader, top: &Section) -> Review {
    let section = reader.table(top, "review");
    let pico = reader.table(&section, "pico");
    Review {
        id: section.text("id").unwrap_or_default(),
        title: section.text("title"),
        question: section.text("question"),
        registration: section.text("registration"),
        demonstration: section.flag("demonstration").unwrap_or_default(),
        pico: Pico {
            population: pico.text("population"),
            intervention: pico.text("intervention"),
            comparator: pico.text("comparator"),
            outcomes: pico.text("outcomes"),
            design: pico.text("design"),
        },
    }
}

fn criteria(reader: &mut Reader, top: &Section) -> Criteria {
    let section = reader.table(top, "criteria");
    Criteria {
        include: section.texts("include").unwrap_or_default(),
        exclude: section.texts("exclude").unwrap_or_default(),
        highlight_include: section.texts("highlight_include").unwrap_or_default(),
        highlight_exclude: section.texts("highlight_exclude").unwrap_or_default(),
    }
}

fn screening(reader: &mut Reader, top: &Section) -> Screening {
    let section = reader.table(top, "screening");
    let mut reviewers = |phase| {
        let count = reader.table(&section, phase).count("reviewers");
        count.and_then(|n| u8::try_from(n).ok()).unwrap_or(2)
    };
    let rules = Rules {
        title_abstract: reviewers("title_abstract"),
        full_text: reviewers("full_text"),
    };
    let sections = reader.tables(&section, "reason");
    sources::unique(reader, &sections, "code", "reason");
    let reasons = sections.iter().map(|reason| Reason {
        code: reason.text("code").unwrap_or_default(),
        text: reason.text("text").unwrap_or_default(),
    });
    let settling = section.texts("adjudicators").unwrap_or_default();
    Screening {
        rules,
        adjudicators: settling
            .iter()
            .filter_map(|role| role.parse::<Role>().ok())
            .collect(),
        reasons: reasons.collect(),
    }
}
