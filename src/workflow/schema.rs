//! Every key of `workflow.toml`: the one list that the validator, its suggestions and the
//! reference page are made from.

pub mod kind;

use kind::{Kind, Need};

/// One key of one table.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The table it stands in: `source`, `filter.rule`; empty for the top of the file.
    pub table: &'static str,
    /// The key as it stands in the file.
    pub name: &'static str,
    /// What its value must be.
    pub kind: Kind,
    /// Whether it may be left out, and what then holds.
    pub need: Need,
    /// What it says, in one sentence.
    pub meaning: &'static str,
}

const fn key(
    table: &'static str,
    name: &'static str,
    kind: Kind,
    need: Need,
    meaning: &'static str,
) -> Key {
    Key {
        table,
        name,
        kind,
        need,
        meaning,
    }
}

/// The kinds of a source, by their word.
const SOURCE_KINDS: Kind = Kind::Word(&["database", "register", "other"]);
/// The ways to have the records of a source, by their word.
const ACCESS: Kind = Kind::Word(&["eutils", "ctgov", "europepmc", "file"]);
/// The boxes a rule may count in, by their word.
const BOXES: Kind = Kind::Word(&["automation", "other"]);
/// The roles that may settle, by their word.
const SETTLERS: Kind = Kind::Words(&["adjudicator", "lead", "reviewer"]);
/// How often the sources may be searched, by their word.
const SEARCH_CADENCE: Kind = Kind::Schedule(&[
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half-yearly",
    "yearly",
]);
/// How often a later step may be done, by its word.
const CADENCE: Kind = Kind::Schedule(&[
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "half-yearly",
    "yearly",
    "each-update",
]);
const STATUS: Kind = Kind::Word(&["active", "paused", "retired"]);
/// What an outcome's data are, by their word.
const OUTCOME_TYPES: Kind =
    Kind::Word(&["binary", "time-to-event", "continuous", "characteristic"]);
const DIRECTIONS: Kind = Kind::Word(&["higher-is-better", "lower-is-better"]);
/// The effect measures of two arms, by their word.
const MEASURES: Kind = Kind::Word(&[
    "RR", "OR", "RD", "AS", "PETO", "HR", "MD", "SMD", "SMDH", "ROM",
]);
/// The methods of pooling, by their word.
const METHODS: Kind = Kind::Word(&[
    "FE", "MH", "PETO", "DL", "RM", "PM", "REML", "ML", "HS", "HE", "SJ", "EB", "rule:50",
]);
/// How the interval of a pooled estimate is made, by its word.
const INTERVALS: Kind = Kind::Word(&["wald", "hksj", "hksj-adhoc"]);
const OTHERWISE: Kind = Kind::Word(&["latest", "earliest", "error"]);
const EXTRACTORS: Kind = Kind::Count { min: 1, max: 2 };
const LEVEL: Kind = Kind::Count { min: 51, max: 99 };
const DIRECTION: Need = Need::Depends("none: figures name no favoured side");
const REVIEWERS: Kind = Kind::Count { min: 1, max: 9 };
const HITS: Kind = Kind::Count {
    min: 0,
    max: u32::MAX as u64,
};
const ENABLED: Need = Need::Depends("`true`; `false` with `abstract_lacks`");
const TYPE: Need = Need::Depends("`eutils` where `base_url` or `tool` is given, else `file`");
const SERVICE_URL: Need = Need::Depends("the service's own");
const ONE_OF: Need = Need::Depends("exactly one condition per rule");

use Kind::{Address, Flag, Name, Number, Path, Slug, Table, Tables, Text, Texts};
use Need::{Default, Depends, Optional, Required};

/// Every key, table by table, in the order of the reference page.
#[rustfmt::skip]
pub static KEYS: &[Key] = &[
    key("", "review", Table, Required, "What the review is."),
    key("", "criteria", Table, Optional, "What makes a report eligible; shown beside every record that is screened."),
    key("", "source", Tables, Optional, "Where records come from, in the order of the flow; one table per source."),
    key("", "replay", Table, Optional, "Where archived waves of a search stand, for runs without a network."),
    key("", "filter", Table, Optional, "What removes records before people screen them."),
    key("", "screening", Table, Optional, "How many people decide, who settles, and the reasons at full text."),
    key("", "extraction", Table, Optional, "How many people extract, and which drugs the review is about."),
    key("", "outcome", Tables, Optional, "What the reports are read for; one table per outcome."),
    key("", "analysis", Tables, Optional, "What is pooled, in the order of the report; one table per result."),
    key("", "living", Table, Optional, "The parameters of the living mode (PRISMA-LSR, item L1)."),

    key("review", "id", Slug, Required, "The name that never changes: the hash chain of the log begins with it."),
    key("review", "title", Text, Depends("the id"), "The title as readers see it."),
    key("review", "question", Text, Optional, "The question in one sentence."),
    key("review", "registration", Text, Optional, "Number in a register of reviews, such as PROSPERO."),
    key("review", "demonstration", Flag, Default("false"), "Whether every output is stamped as a demonstration."),
    key("review", "pico", Table, Optional, "The parts of the question."),

    key("review.pico", "population", Text, Optional, "Who is studied."),
    key("review.pico", "intervention", Text, Optional, "What they are given."),
    key("review.pico", "comparator", Text, Optional, "What it is compared with."),
    key("review.pico", "outcomes", Text, Optional, "What is measured."),
    key("review.pico", "design", Text, Optional, "Which study designs are eligible."),

    key("criteria", "include", Texts, Optional, "What must all hold for a report to be included."),
    key("criteria", "exclude", Texts, Optional, "What excludes a report, each alone."),
    key("criteria", "highlight_include", Texts, Optional, "Words that are marked in green where people screen; `random*` marks every word that begins so."),
    key("criteria", "highlight_exclude", Texts, Optional, "Words that are marked in red, with a dotted line."),

    key("source", "name", Name, Required, "Its name in the flow and on the command line; unique whatever the letter case."),
    key("source", "kind", SOURCE_KINDS, Required, "Its box in the flow; `other` is the lane of other methods."),
    key("source", "type", ACCESS, TYPE, "Whether the program asks PubMed (`eutils`), ClinicalTrials.gov (`ctgov`) or Europe PMC (`europepmc`), or a person brings an export file."),
    key("source", "platform", Text, Optional, "The platform it is searched on, for the search appendix."),
    key("source", "query", Path, Depends("required unless `file`"), "The file with its search strategy; for `ctgov` lines such as `query.cond = asthma`, or one expression."),
    key("source", "base_url", Address, SERVICE_URL, "Address of the service (not for `file`)."),
    key("source", "tool", Text, Default("\"perennial\""), "The name the program gives itself at the service, without spaces (`eutils` only)."),
    key("source", "hits", HITS, Optional, "Hits that the source reported, typed by the person who searched (`file` only)."),
    key("source", "note", Text, Optional, "What the search appendix says of it."),

    key("replay", "from", Path, Required, "The folder with the waves `001/`, `002/` and so on."),

    key("filter", "rule", Tables, Optional, "One rule; the first that applies to a record counts it."),

    key("filter.rule", "name", Name, Required, "Its name in the counts; unique whatever the letter case."),
    key("filter.rule", "box", BOXES, Required, "Where its records are counted: ineligible by automation tools, or removed for other reasons."),
    key("filter.rule", "description", Text, Optional, "What it is for, in the words of the methods section."),
    key("filter.rule", "publication_type_any", Texts, ONE_OF, "Condition: one of the record's publication types is one of these."),
    key("filter.rule", "title_any", Texts, ONE_OF, "Condition: one of these phrases begins at a word of the title, whatever the letter case."),
    key("filter.rule", "heading_any", Texts, ONE_OF, "Condition: one of the record's controlled headings is one of these."),
    key("filter.rule", "keyword_any", Texts, ONE_OF, "Condition: one of the record's author keywords is one of these."),
    key("filter.rule", "no_title_and_no_identifier", Flag, ONE_OF, "Condition, `true`: the record has neither a title nor any identifier."),
    key("filter.rule", "abstract_lacks", Texts, ONE_OF, "Condition: the record has an abstract, and none of these phrases is in its title or abstract."),
    key("filter.rule", "unless_title_any", Texts, Optional, "Phrases at a word of the title that keep a record whatever the condition says."),
    key("filter.rule", "enabled", Flag, ENABLED, "Whether the rule acts."),

    key("screening", "title_abstract", Table, Optional, "The phase of titles and abstracts."),
    key("screening", "full_text", Table, Optional, "The phase of full texts."),
    key("screening", "adjudicators", SETTLERS, Default("[\"adjudicator\", \"lead\"]"), "Roles that may settle a disagreement."),
    key("screening", "reason", Tables, Optional, "One reason of exclusion at full text, in order: the first that applies is the primary one."),

    key("screening.title_abstract", "reviewers", REVIEWERS, Default("2"), "People who decide on each report, independently."),

    key("screening.full_text", "reviewers", REVIEWERS, Default("2"), "People who decide on each report, independently."),

    key("screening.reason", "code", Slug, Required, "What decisions carry; unique."),
    key("screening.reason", "text", Text, Required, "What the flow prints."),

    key("extraction", "extractors", EXTRACTORS, Default("2"), "People who enter each cell, independently; a cell is pooled when they agree or a person settled it."),
    key("extraction", "settle_own", Flag, Default("false"), "Whether who entered a value may also settle a disagreement about it."),
    key("extraction", "intervention_drugs", Texts, Optional, "Generic names of the drugs of the intervention; a control arm that gets one is flagged."),

    key("outcome", "code", Slug, Required, "What cells carry; unique. `orr`, `vgpr`, `cr` and `pr` are held against each other."),
    key("outcome", "name", Text, Required, "What tables and figures print."),
    key("outcome", "type", OUTCOME_TYPES, Required, "What its data are: events of n, a hazard ratio, mean and SD, or a column of the table of studies."),
    key("outcome", "direction", DIRECTIONS, DIRECTION, "Which way it is good."),
    key("outcome", "populations", Texts, Depends("any"), "The populations it is given for, such as ITT."),
    key("outcome", "grades", Texts, Depends("any"), "The grades of an adverse event that it is given for."),
    key("outcome", "definition", Text, Optional, "How it is defined."),

    key("analysis", "name", Slug, Required, "Its name on the command line; unique."),
    key("analysis", "title", Text, Depends("the name"), "Its title in figures."),
    key("analysis", "outcome", Text, Required, "The code of its outcome."),
    key("analysis", "measure", MEASURES, Required, "The effect measure; it must fit the type of the outcome."),
    key("analysis", "method", METHODS, Required, "The method of pooling; `rule:50` is fixed effect where I² ≤ 50 %, else DerSimonian-Laird."),
    key("analysis", "population", Texts, Depends("any"), "The populations it takes, in order of preference: the first that a report has."),
    key("analysis", "grade", Text, Optional, "The grade it takes."),
    key("analysis", "time", Text, Depends("any"), "The time point it takes."),
    key("analysis", "reports", Texts, Optional, "Reports that are preferred, in order; one report is used per study."),
    key("analysis", "otherwise", OTHERWISE, Default("\"latest\""), "Which report is used where none of these has the data; `error` leaves the study out."),
    key("analysis", "exclude", Tables, Optional, "A study that is left out of this analysis, and why."),
    key("analysis", "arms", Tables, Optional, "Which arms are compared of a trial with more than two; one table per comparison."),
    key("analysis", "subgroup", Text, Optional, "The code of the characteristic by which it is split."),
    key("analysis", "level", LEVEL, Default("95"), "The level of the pooled interval, in per cent."),
    key("analysis", "interval", INTERVALS, Default("\"wald\""), "How the pooled interval is made; `hksj` is Hartung and Knapp's, `hksj-adhoc` never narrower than its standard error makes it."),
    key("analysis", "medians", Flag, Default("false"), "Whether means and SDs are estimated from medians with quartiles or range (Luo 2018, Wan 2014)."),
    key("analysis", "sensitivity", Tables, Optional, "The same analysis made otherwise, shown beside it."),
    key("analysis", "published", Table, Optional, "What a published review prints for it, shown side by side."),

    key("analysis.exclude", "study", Text, Required, "The study, as files of extractions name it."),
    key("analysis.exclude", "why", Text, Required, "Why, in the words of the report."),

    key("analysis.arms", "study", Text, Required, "The study, as files of extractions name it."),
    key("analysis.arms", "experimental", Texts, Required, "The experimental arm; several are combined into one group (Handbook 6.5.2.10)."),
    key("analysis.arms", "control", Texts, Required, "The control arm; several are combined."),
    key("analysis.arms", "split", Flag, Default("false"), "Whether a group that stands in several comparisons of the study is divided evenly between them (Handbook 23.3.4)."),

    key("analysis.sensitivity", "name", Text, Required, "What it is called in the report; unique within its analysis."),
    key("analysis.sensitivity", "method", METHODS, Depends("that of the analysis"), "The method of pooling."),
    key("analysis.sensitivity", "interval", INTERVALS, Depends("that of the analysis"), "How the pooled interval is made."),
    key("analysis.sensitivity", "without", Texts, Optional, "Studies that are left out, as files of extractions name them."),
    key("analysis.sensitivity", "population", Texts, Depends("those of the analysis"), "The populations it takes, in order of preference."),
    key("analysis.sensitivity", "medians", Flag, Depends("that of the analysis"), "Whether means and SDs are estimated from medians."),

    key("analysis.published", "estimate", Number, Required, "The estimate, as printed."),
    key("analysis.published", "ci_low", Number, Optional, "Lower limit, as printed."),
    key("analysis.published", "ci_high", Number, Optional, "Upper limit, as printed."),
    key("analysis.published", "i2", Number, Optional, "I² in per cent, as printed."),
    key("analysis.published", "source", Text, Required, "Where it is printed."),

    key("living", "status", STATUS, Default("\"active\""), "Whether the review is kept up to date."),
    key("living", "search", SEARCH_CADENCE, Optional, "How often the sources are searched."),
    key("living", "screening", CADENCE, Optional, "How often new records are screened."),
    key("living", "extraction", CADENCE, Optional, "How often data are extracted."),
    key("living", "appraisal", CADENCE, Optional, "How often risk of bias is appraised."),
    key("living", "analysis", CADENCE, Optional, "How often results are pooled again."),
    key("living", "certainty", CADENCE, Optional, "How often the certainty of the evidence is judged again."),
    key("living", "publication", CADENCE, Optional, "How often a version is published."),
    key("living", "timezone", Kind::Zone, Default("\"UTC\""), "The zone of the IANA database in which days and times are meant."),
    key("living", "source", Tables, Optional, "A source that is searched on dates of its own; the others keep those of `search`."),
    key("living", "retirement", Text, Optional, "When the living mode ends."),
    key("living", "reason", Text, Optional, "Why the review is paused or retired; the status line says it."),
    key("living", "rationale", Text, Optional, "Why the review is a living one."),

    key("living.source", "name", Name, Required, "The name of the source, as its `[[source]]` has it."),
    key("living.source", "search", SEARCH_CADENCE, Required, "How often it is searched."),
];

/// The keys of one table, in order.
pub fn keys_of(table: &str) -> impl Iterator<Item = &'static Key> + '_ {
    KEYS.iter().filter(move |key| key.table == table)
}

/// One key of one table.
pub fn find(table: &str, name: &str) -> Option<&'static Key> {
    keys_of(table).find(|key| key.name == name)
}

impl Key {
    /// The path of the table that this key opens: `filter.rule`.
    pub fn opens(&self) -> String {
        if self.table.is_empty() {
            self.name.to_owned()
        } else {
            format!("{}.{}", self.table, self.name)
        }
    }

    /// The key as a person writes it: `name`, `[review]`, `[[source]]`.
    pub fn written(&self) -> String {
        match self.kind {
            Kind::Table => format!("[{}]", self.opens()),
            Kind::Tables => format!("[[{}]]", self.opens()),
            _ => self.name.to_owned(),
        }
    }
}

/// A table as a person writes its header: `[review]`, `[[filter.rule]]`.
pub fn header(table: &str) -> String {
    KEYS.iter()
        .find(|key| key.opens() == table)
        .map_or_else(|| "the top of the file".to_owned(), Key::written)
}

/// The reference of every key as a Markdown page: one section per table.
pub fn reference_markdown() -> String {
    let mut out = Vec::new();
    let mut table = "";
    for key in KEYS.iter().filter(|key| !key.table.is_empty()) {
        if key.table != table {
            table = key.table;
            let opening = KEYS.iter().find(|k| k.opens() == table);
            let meaning = opening.map_or("", |k| k.meaning);
            let required = opening.is_some_and(|k| k.need == Required);
            let need = if required { " Required." } else { "" };
            out.push(format!("\n## `{}`\n\n{meaning}{need}\n", header(table)));
            out.push("| key | value | default | meaning |\n|---|---|---|---|".to_owned());
        }
        let (name, kind, need) = (key.written(), key.kind.describe(), key.need.describe());
        out.push(format!("| `{name}` | {kind} | {need} | {} |", key.meaning));
    }
    out.join("\n").trim_start().to_owned() + "\n"
}
