//! What `workflow.toml` says, once it has been found valid.

mod analysis;

pub use analysis::{
    Analysis, Arms, Direction, Extraction, Otherwise, Outcome, OutcomeType, Published, Sensitivity,
    StudyExcluded,
};

use crate::model::schedule;
use crate::model::{Role, Rules, Schedule, SourceKind};
use serde::{Deserialize, Serialize};

/// `[review]`: what the review is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// The name that never changes; the hash chain of the log begins with it.
    pub id: String,
    /// The title as readers see it.
    pub title: Option<String>,
    /// The question in one sentence.
    pub question: Option<String>,
    /// Number in a register of reviews.
    pub registration: Option<String>,
    /// Stamps every output as a demonstration.
    pub demonstration: bool,
    /// The parts of the question.
    pub pico: Pico,
}

impl Review {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }
}

/// `[review.pico]`: population, intervention, comparator, outcomes, design.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pico {
    /// Who is studied.
    pub population: Option<String>,
    /// What they are given.
    pub intervention: Option<String>,
    /// What it is compared with.
    pub comparator: Option<String>,
    /// What is measured.
    pub outcomes: Option<String>,
    /// Which designs are eligible.
    pub design: Option<String>,
}

/// `[criteria]`: what makes a report eligible, shown beside every record that is screened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Criteria {
    /// All must hold.
    pub include: Vec<String>,
    /// None may hold.
    pub exclude: Vec<String>,
    /// Words that speak for a report, marked where people screen.
    pub highlight_include: Vec<String>,
    /// Words that speak against it.
    pub highlight_exclude: Vec<String>,
}

impl super::Workflow {
    /// The text of what is looked for: the question, its parts and what makes a report eligible. Ranking
    /// begins from it.
    pub fn looked_for(&self) -> String {
        let pico = &self.review.pico;
        let parts = [
            &self.review.title,
            &self.review.question,
            &pico.population,
            &pico.intervention,
            &pico.comparator,
            &pico.outcomes,
            &pico.design,
        ];
        let criteria = self.criteria.include.iter();
        let words = self.criteria.highlight_include.iter();
        let all = parts.into_iter().flatten().chain(criteria).chain(words);
        all.map(String::as_str).collect::<Vec<_>>().join("\n")
    }
}

/// `[[source]]`: where records come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name in the flow, unique whatever the letter case.
    pub name: String,
    /// Its box in the flow.
    pub kind: SourceKind,
    /// How its records are had.
    pub access: Access,
    /// The platform it is searched on (PRISMA-S, item 1).
    pub platform: Option<String>,
    /// What the search appendix says of it.
    pub note: Option<String>,
}

/// How the records of a source are had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    /// The program asks NCBI's E-utilities.
    Eutils {
        /// Path of the strategy in the workspace.
        query: String,
        /// Address of the service, with a slash at its end.
        base_url: String,
        /// The name the program gives itself there.
        tool: String,
    },
    /// The program asks a service that gives its records page by page.
    Pages {
        /// The service that is asked.
        service: Service,
        /// Path of the strategy in the workspace.
        query: String,
        /// Address of the service, with a slash at its end.
        base_url: String,
    },
    /// A person searches and brings an export file.
    File {
        /// Path of the strategy in the workspace.
        query: Option<String>,
        /// Hits the source reported, as typed by the person who searched.
        hits: Option<u64>,
    },
}

/// A service that gives its records page by page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// ClinicalTrials.gov, API v2.
    Ctgov,
    /// Europe PMC, RESTful search.
    EuropePmc,
}

impl Service {
    /// Every service.
    pub const ALL: [Self; 2] = [Self::Ctgov, Self::EuropePmc];

    /// The word of the workflow and of the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ctgov => "ctgov",
            Self::EuropePmc => "europepmc",
        }
    }

    /// The name in a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ctgov => "ClinicalTrials.gov",
            Self::EuropePmc => "Europe PMC",
        }
    }

    /// Its own address.
    pub fn address(self) -> &'static str {
        match self {
            Self::Ctgov => "https://clinicaltrials.gov/api/v2/",
            Self::EuropePmc => "https://www.ebi.ac.uk/europepmc/webservices/rest/",
        }
    }
}

impl Source {
    /// Path of the strategy in the workspace.
    pub fn query(&self) -> Option<&str> {
        match &self.access {
            Access::Eutils { query, .. } | Access::Pages { query, .. } => Some(query),
            Access::File { query, .. } => query.as_deref(),
        }
    }
}

/// The box of the flow in which a rule's records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RemovalBox {
    /// Records marked as ineligible by automation tools.
    Automation,
    /// Records removed for other reasons.
    Other,
}

impl RemovalBox {
    /// The word of the workflow and the log.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Automation => "automation",
            Self::Other => "other",
        }
    }
}

/// `[[filter.rule]]`: records removed before screening, on positive evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterRule {
    /// Its name in the counts, unique.
    pub name: String,
    /// Where its records are counted.
    pub removal: RemovalBox,
    /// What it is for, in the words of the methods section.
    pub description: Option<String>,
    /// What a record must show to be removed.
    pub evidence: Evidence,
    /// Phrases that keep a record whatever the evidence.
    pub unless_title_any: Vec<String>,
    /// Whether the rule acts.
    pub enabled: bool,
}

/// What a record must show for a rule to act on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evidence {
    /// One of its publication types is one of these.
    PublicationTypeAny(Vec<String>),
    /// One of these phrases begins at a word of its title.
    TitleAny(Vec<String>),
    /// One of its controlled headings is one of these.
    HeadingAny(Vec<String>),
    /// One of its author keywords is one of these.
    KeywordAny(Vec<String>),
    /// It has neither a title nor any identifier.
    NoTitleAndNoIdentifier,
    /// It has an abstract, and none of these phrases is in title or abstract.
    AbstractLacks(Vec<String>),
}

impl Evidence {
    /// The key of `workflow.toml`.
    pub fn key(&self) -> &'static str {
        match self {
            Self::PublicationTypeAny(_) => "publication_type_any",
            Self::TitleAny(_) => "title_any",
            Self::HeadingAny(_) => "heading_any",
            Self::KeywordAny(_) => "keyword_any",
            Self::NoTitleAndNoIdentifier => "no_title_and_no_identifier",
            Self::AbstractLacks(_) => "abstract_lacks",
        }
    }
}

/// `[screening]`: how many people decide, who settles, and the reasons at full text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screening {
    /// People per report in each phase.
    pub rules: Rules,
    /// Roles that may settle a disagreement.
    pub adjudicators: Vec<Role>,
    /// Reasons of exclusion at full text, in order: the first that applies is the primary one.
    pub reasons: Vec<Reason>,
}

/// `[[screening.reason]]`: one reason of exclusion at full text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What decisions carry.
    pub code: String,
    /// What the flow prints.
    pub text: String,
}

/// Whether the review is kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum LivingStatus {
    /// Updates are made on schedule.
    #[default]
    Active,
    /// Updates are held for now.
    Paused,
    /// No further update will be made.
    Retired,
}

impl LivingStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Active, Self::Paused, Self::Retired];

    /// The word of the workflow.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Retired => "retired",
        }
    }
}

/// `[living]`: the parameters of the living mode (PRISMA-LSR, items 3 and L1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Living {
    /// Whether the review is kept up to date.
    pub status: LivingStatus,
    /// How often the sources are searched.
    pub search: Option<Schedule>,
    /// How often new records are screened.
    pub screening: Option<Schedule>,
    /// How often data are extracted.
    pub extraction: Option<Schedule>,
    /// How often risk of bias is appraised.
    pub appraisal: Option<Schedule>,
    /// How often results are pooled again.
    pub analysis: Option<Schedule>,
    /// How often the certainty of the evidence is judged again.
    pub certainty: Option<Schedule>,
    /// How often a version is published.
    pub publication: Option<Schedule>,
    /// The zone in which days and times are meant.
    pub timezone: String,
    /// Sources that are searched on dates of their own.
    pub sources: Vec<SourceSchedule>,
    /// When the living mode ends.
    pub retirement: Option<String>,
    /// Why the review is paused or retired.
    pub reason: Option<String>,
    /// Why the review is a living one.
    pub rationale: Option<String>,
}

/// `[[living.source]]`: a source that is searched on dates of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSchedule {
    /// The name of the source, as its table has it.
    pub name: String,
    /// How often it is searched.
    pub search: Schedule,
}

impl Default for Living {
    fn default() -> Self {
        Self {
            status: LivingStatus::Active,
            search: None,
            screening: None,
            extraction: None,
            appraisal: None,
            analysis: None,
            certainty: None,
            publication: None,
            timezone: schedule::UTC.to_owned(),
            sources: Vec::new(),
            retirement: None,
            reason: None,
            rationale: None,
        }
    }
}

impl Living {
    /// The zone in which days and times are meant.
    pub fn zone(&self) -> jiff::tz::TimeZone {
        schedule::zone(&self.timezone).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// How often a source is searched.
    pub fn search_of(&self, source: &str) -> Option<&Schedule> {
        let own = self.sources.iter().find(|own| own.name == source);
        own.map(|own| &own.search).or(self.search.as_ref())
    }
}
