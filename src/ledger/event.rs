//! Events and the closed set of their kinds.
//!
//! Kinds and fields are for ever: a field is added with a default, nothing is renamed, a new
//! meaning is a new kind. Every kind is described in `docs/reference/events.md`, checked by a
//! test against [`Body::KINDS`].

use super::{LedgerError, canonical};
use crate::model::correction::Field;
use crate::model::{
    Choice, DateOutcome, Digest, EventSeq, PersonId, Phase, RecordId, RegistryId, Role, Rules,
    Salt, SourceKind, StudyId,
};
use serde::{Deserialize, Serialize};

mod actor;
mod entry;
pub use actor::{Actor, Via};
pub use entry::{Draft, Event, Stamp};

/// A file behind an event: its bytes' hash and its place in the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRef {
    /// Path as the workflow or the person named it.
    pub path: String,
    /// SHA-256 of the bytes, which lie in the archive.
    pub digest: Digest,
}

/// A source as the workflow declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// Its name in the workflow of that time.
    pub name: String,
    /// Its kind, which decides the box.
    pub kind: SourceKind,
}

/// An exclusion reason as the workflow declares it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRef {
    /// What decisions carry.
    pub code: String,
    /// What people read.
    pub text: String,
}

/// One record in a received file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceivedRecord {
    /// The record's number.
    pub record: RecordId,
    /// The id the source gives, or `sha256:` and the hash of the canonical record.
    pub key: String,
    /// SHA-256 of the canonical record.
    pub hash: Digest,
    /// Number of the record in the file, from 1.
    pub n: u64,
    /// Line on which it starts, from 1, where the format has lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
}

/// A record that its source withdrew (PubMed's `DeleteCitation`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnRef {
    /// The id the source gave it.
    pub key: String,
    /// The record's number, where the source ever gave it here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
}

/// A pair of records that the program joined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinRef {
    /// The earlier record.
    pub a: RecordId,
    /// The later record.
    pub b: RecordId,
    /// The rule that accepted the pair.
    pub rule: String,
    /// Its score, a decimal string.
    pub score: String,
}

/// Two records of which something is said or asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairRef {
    /// The earlier record.
    pub a: RecordId,
    /// The later record.
    pub b: RecordId,
}

/// A relation between two records that are not the same report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationRef {
    /// The notice, version or secondary report.
    pub from: RecordId,
    /// What it belongs to.
    pub to: RecordId,
    /// `version`, `notice-of` or `report-of`.
    pub relation: String,
    /// What shows it.
    pub why: String,
}

/// A pair that a person must look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UncertainRef {
    /// The earlier record.
    pub a: RecordId,
    /// The later record.
    pub b: RecordId,
    /// Its score, a decimal string.
    pub score: String,
    /// The field that stopped the rules.
    pub why: String,
}

/// A filter rule in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRef {
    /// Its name in the workflow of that time.
    pub name: String,
    /// `automation` or `other`.
    #[serde(rename = "box")]
    pub to: String,
    /// SHA-256 of its definition, its version.
    pub digest: Digest,
}

/// A report that a rule removed before screening.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemovalRef {
    /// The report, by the number of its first record.
    pub report: RecordId,
    /// The rule's name.
    pub rule: String,
    /// `automation` or `other`.
    #[serde(rename = "box")]
    pub to: String,
    /// The evidence that matched: field and text.
    pub evidence: String,
}

/// A file of a search, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseRef {
    /// `esearch`, `efetch`, `page` or `export`.
    pub role: String,
    /// The name of the file or answer.
    pub path: String,
    /// SHA-256 of the bytes.
    pub digest: Digest,
}

/// A record that stays when an import is taken back, as the others gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptRef {
    /// The record, by the number that it keeps for ever.
    pub record: RecordId,
    /// The first search run of the others that gave it.
    pub run: u64,
    /// The event of that run that received it.
    pub event: EventSeq,
    /// The numbers of its revisions that only this import gave.
    pub withdrawn: Vec<u64>,
}

/// A study of a review that was published before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineStudyRef {
    /// The study, by the number that it keeps for ever.
    pub study: StudyId,
    /// What the review calls it.
    pub label: String,
    /// Its registry numbers.
    pub registry: Vec<RegistryId>,
    /// Its reports.
    pub reports: Vec<RecordId>,
}

/// What happened. The kinds are closed: a new one must be handled wherever events are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(
    tag = "kind",
    content = "body",
    rename_all = "snake_case",
    deny_unknown_fields
)]
pub enum Body {
    /// The workflow and its query files first act, or act changed.
    WorkflowAdopted {
        /// `workflow.toml`.
        workflow: FileRef,
        /// Every query file.
        queries: Vec<FileRef>,
        /// The sources, in order.
        sources: Vec<SourceRef>,
        /// People per report.
        rules: Rules,
        /// Exclusion reasons at full text, in order.
        reasons: Vec<ReasonRef>,
        /// Roles that may settle a disagreement.
        adjudicators: Vec<Role>,
    },
    /// A person joins, with roles.
    PersonAdded {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
        /// What they may do.
        roles: Vec<Role>,
        /// SHA-256 over the name's salt and the name, both in the erasable table; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Digest>,
    },
    /// A person's roles change.
    PersonRolesChanged {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
        /// What they may do from now on.
        roles: Vec<Role>,
    },
    /// A person acts no more.
    PersonDisabled {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
    },
    /// A person who acted no more acts again.
    PersonEnabled {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
    },
    /// A person is called otherwise; names stand outside the log.
    PersonRenamed {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
        /// SHA-256 over the name's salt and the name, both in the erasable table; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<Digest>,
    },
    /// The name of a person was erased, and the person acts no more.
    PersonErased {
        /// The person, by number; the name stands outside the log, where it can be erased.
        person: PersonId,
    },
    /// A page or file of records was read.
    RecordsReceived {
        /// The source's name.
        source: String,
        /// The search run it belongs to, from 1.
        run: u64,
        /// The archived file or answer from which they were read.
        file: FileRef,
        /// The format they were read as.
        format: String,
        /// The reader and its version: `ris/1`.
        parser: String,
        /// Records the source never gave before.
        new: Vec<ReceivedRecord>,
        /// Records the source gave before, with other content now.
        revised: Vec<ReceivedRecord>,
        /// Records the source gave before, unchanged.
        known: Vec<RecordId>,
        /// Records that the source says it withdrew: they are told, and nothing is counted.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        withdrawn: Vec<WithdrawnRef>,
        /// Problems reported, each `kind` with line and record.
        problems: Vec<String>,
        /// Its number among the parts of a run that comes in parts, from 1. What such a part gives
        /// counts once the run is complete; without a number it counts at once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part: Option<u64>,
    },
    /// One execution of one strategy is complete.
    SearchCompleted {
        /// The run, from 1.
        run: u64,
        /// The source's name.
        source: String,
        /// `eutils`, `ctgov`, `europepmc` or `file`.
        interface: String,
        /// The query file whose bytes were sent, where there is one.
        query: Option<FileRef>,
        /// The day of the search, `YYYY-MM-DD`, where it is not the day of the event: an export that
        /// was imported later.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        searched: Option<String>,
        /// Hits that the source reported.
        hits: Option<u64>,
        /// Records that the file itself declares.
        declared: Option<u64>,
        /// Records read from the answers.
        retrieved: u64,
        /// Ids that the source returned and the store already had, not fetched again.
        known: u64,
        /// The source's translation of the query.
        translation: Option<String>,
        /// The search as the file itself states it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stated: Option<String>,
        /// The source's warnings.
        warnings: Vec<String>,
        /// The archived answers, in the order in which they came.
        responses: Vec<ResponseRef>,
    },
    /// New records were compared with each other and with all before.
    RecordsClustered {
        /// Version of the rules.
        rules: String,
        /// Every record up to this one has been compared.
        upto: RecordId,
        /// Pairs joined, in the order applied.
        joins: Vec<JoinRef>,
        /// Relations between records that stay apart, as the rules saw them.
        relations: Vec<RelationRef>,
        /// Pairs for people.
        queue: Vec<UncertainRef>,
    },
    /// Joins of the program no longer hold: a new record, or new rules that a person accepted.
    ClustersRevised {
        /// Version of the rules.
        rules: String,
        /// The version in force before, where a person accepts a newer one.
        from: Option<String>,
        /// The joins that no longer hold.
        withdrawn: Vec<PairRef>,
    },
    /// A person says that two records are one report.
    RecordsMerged {
        /// The earlier record.
        a: RecordId,
        /// The later record.
        b: RecordId,
    },
    /// A person says that a record is not part of its report.
    RecordSplit {
        /// The record, by the number that it keeps for ever.
        record: RecordId,
        /// The other records of its report, which stay together.
        rest: Vec<RecordId>,
    },
    /// A person says how two records relate.
    RecordsRelated {
        /// The notice, version or secondary report.
        a: RecordId,
        /// What it belongs to.
        b: RecordId,
        /// `version`, `notice-of`, `report-of`, `same-study` or `distinct`.
        relation: String,
    },
    /// The rules of the workflow were applied to reports not yet looked at.
    FilterApplied {
        /// The rules in force, in order.
        rules: Vec<RuleRef>,
        /// Every report up to this record has been looked at.
        upto: RecordId,
        /// The reports that a rule removed, each with its evidence.
        removed: Vec<RemovalRef>,
        /// Reports that a rule had removed and no rule in force removes.
        returned: Vec<RecordId>,
    },
    /// A person brings back a report that a rule removed.
    RemovalReversed {
        /// The report, by the number of its first record.
        report: RecordId,
        /// Random bits, so that a hash does not tell what it hides; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// A person decides on a report.
    DecisionMade {
        /// The report, by the number of its first record.
        report: RecordId,
        /// In which phase.
        phase: Phase,
        /// The decision; retrieval has two words of its own.
        choice: Choice,
        /// The code of the reason in the workflow of that time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        /// What the person noted, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Whether this settles a disagreement of others.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        settles: bool,
        /// The file and line it was read from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<RowRef>,
        /// When it was made, as the file says, where that is before it came into the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<String>,
        /// Random bits, so that a hash does not tell what it hides; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// An earlier event of a person is taken back.
    EventUndone {
        /// The event that is taken back.
        event: EventSeq,
        /// Whether a settled report is opened again by it.
        reopens: bool,
        /// Random bits, so that a hash does not tell what it hides; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// A study is known from now on.
    StudyCreated {
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// Its registry numbers.
        registry: Vec<RegistryId>,
        /// What people call it.
        label: String,
    },
    /// A study is called something else from now on.
    StudyRenamed {
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// What people call it.
        label: String,
    },
    /// A report belongs to a study.
    ReportLinked {
        /// The report, by the number of its first record.
        report: RecordId,
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// A registry number, `person`, or `report` where the study was made for it.
        basis: String,
    },
    /// A report does not belong to a study.
    ReportUnlinked {
        /// The report, by the number of its first record.
        report: RecordId,
        /// The study, by the number that it keeps for ever.
        study: StudyId,
    },
    /// Someone looked at unsettled votes.
    VotesUnblinded {
        /// The command, or the page, that showed them.
        command: String,
    },
    /// A review that was published before it came here: what it included is what came before.
    BaselineSet {
        /// The name of the published version.
        version: String,
        /// The file that its studies and reports were read from.
        file: FileRef,
        /// The format that it was read as.
        format: String,
        /// Its reports.
        records: Vec<ReceivedRecord>,
        /// Its studies.
        studies: Vec<BaselineStudyRef>,
    },
    /// A person corrects what a source says of a record; the source's bytes and value stay.
    RecordCorrected {
        /// The record, by the number that it keeps for ever.
        record: RecordId,
        /// The field that is corrected.
        field: Field,
        /// What it is; empty where there is none.
        value: String,
        /// Why, in the person's words.
        why: String,
    },
    /// A person entered a value for a cell.
    CellExtracted {
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// The report that says it; absent where it is not in the review.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        report: Option<RecordId>,
        /// The arm, `A vs B`, or empty for the study.
        arm: String,
        /// Outcome or characteristic code.
        outcome: String,
        /// Who is counted.
        population: String,
        /// Grade or category.
        grade: String,
        /// The time point as the person wrote it; empty where there is only one.
        time: String,
        /// The value, each number as printed.
        value: serde_json::Value,
        /// Quote, page, source, confidence, note.
        provenance: serde_json::Value,
        /// Codes and texts of the warnings that stay with the cell.
        findings: Vec<String>,
        /// Whether it settles what others entered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reconciles: bool,
        /// The file and line it was read from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<RowRef>,
        /// When it was made, as the file says, where that is before it came into the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<String>,
        /// Random bits, so that a hash does not tell what it hides; none in logs of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// A person answered a signalling question on the risk of bias in a result.
    RobAnswered {
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// Code of the outcome that the result is of.
        outcome: String,
        /// The comparison, where a trial has several; else empty.
        comparison: String,
        /// Who is counted, where a trial says several; else empty.
        population: String,
        /// The time point, where there are several; else empty.
        time: String,
        /// The effect of interest: `assignment` or `adhering`.
        effect: String,
        /// The number of the question: `2.6`.
        question: String,
        /// `Y`, `PY`, `PN`, `N`, `NI` or `NA`.
        answer: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// What the report says, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quote: Option<String>,
        /// Where it says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        page: Option<String>,
        /// Whether it settles what others answered.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reconciles: bool,
        /// The file and line it was read from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<RowRef>,
        /// When it was made, as the file says, where that is before it came into the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<String>,
        /// Random bits, so that a hash does not tell what it hides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// A person judged a domain, or a result as a whole, otherwise than the algorithm does.
    RobJudged {
        /// The study, by the number that it keeps for ever.
        study: StudyId,
        /// Code of the outcome that the result is of.
        outcome: String,
        /// The comparison, where a trial has several; else empty.
        comparison: String,
        /// Who is counted, where a trial says several; else empty.
        population: String,
        /// The time point, where there are several; else empty.
        time: String,
        /// The effect of interest: `assignment` or `adhering`.
        effect: String,
        /// `D1` to `D5`, or `Overall`.
        domain: String,
        /// `Low`, `Some concerns` or `High`.
        judgement: String,
        /// Why.
        reason: String,
        /// Whether it settles what others judged.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        reconciles: bool,
        /// The file and line it was read from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<RowRef>,
        /// When it was made, as the file says, where that is before it came into the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        made: Option<String>,
        /// Random bits, so that a hash does not tell what it hides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// Who may settle a disagreement gives it back to those who voted: each sees the others' votes and
    /// reasons on it and votes once more.
    ConflictReturned {
        /// The report, by the number of its first record.
        report: RecordId,
        /// In which phase.
        phase: Phase,
        /// Those whose votes disagree, in the order of their numbers.
        people: Vec<PersonId>,
        /// What they are asked, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
        /// Random bits, so that a hash does not tell what it hides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        salt: Option<Salt>,
    },
    /// A file was attached to a report: its full text or a supplement.
    AttachmentAdded {
        /// The report, by the number of its first record.
        report: RecordId,
        /// SHA-256 of the bytes, which lie with the attachments.
        digest: Digest,
        /// What it is called, without a folder.
        name: String,
        /// `pdf`, `png`, `jpeg`, `docx`, `xlsx`, `csv`, `txt` or `zip`, by its bytes.
        #[serde(rename = "type")]
        kind: String,
        /// How many bytes it has.
        bytes: u64,
    },
    /// An attachment was removed from every report that had it, and its bytes were erased.
    AttachmentRemoved {
        /// SHA-256 of the bytes.
        digest: Digest,
        /// Why.
        reason: String,
    },
    /// An analysis was made of these data by this specification; its results are recomputed.
    AnalysisSpecified {
        /// The name of the analysis in the workflow of that time.
        analysis: String,
        /// The specification as the workflow has it.
        specification: serde_json::Value,
        /// SHA-256 of the rows it takes in, as canonical JSON; older logs hash another text of them.
        input: Digest,
        /// The studies in it.
        studies: Vec<StudyId>,
    },
    /// A search saw known records leave its result or come back to it, or ids without a record.
    RecordsSwept {
        /// The run, from 1.
        run: u64,
        /// The source's name.
        source: String,
        /// Known records that the strategy returns no more; they stay in the review.
        left: Vec<RecordId>,
        /// Records that had left the result and are returned again.
        back: Vec<RecordId>,
        /// Ids that the strategy found and the source never returned, asked again each time.
        missing: Vec<String>,
    },
    /// A person says why the counts of a search differ.
    CountsAccepted {
        /// The search run, from 1.
        run: u64,
        /// The source's name.
        source: String,
        /// Hits that the source reported, where somebody typed them.
        hits: Option<u64>,
        /// Records that the files themselves declare.
        declared: Option<u64>,
        /// Records read from the files.
        retrieved: u64,
        /// Why they differ.
        reason: String,
    },
    /// A person takes an import back: what only it gave counts nowhere any more.
    ImportUndone {
        /// The event that completed the import.
        event: EventSeq,
        /// Its search run.
        run: u64,
        /// The source's name.
        source: String,
        /// Records that no other import of the source gave.
        gone: Vec<RecordId>,
        /// Records that others gave too, where something of them was this import's alone.
        kept: Vec<KeptRef>,
        /// Questions asked since about what is left; those that still stand are asked anew.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        asked: Vec<PairRef>,
    },
    /// The review up to an event is frozen under a name.
    VersionPublished {
        /// The name of the version.
        name: String,
        /// The last event that the version includes.
        upto: EventSeq,
        /// The hash of that event.
        head: Digest,
        /// `workflow.toml` as it was in force.
        workflow: FileRef,
        /// The query files as they were in force.
        queries: Vec<FileRef>,
        /// The program and its version.
        program: String,
        /// Whether work was open.
        provisional: bool,
        /// The files of the report.
        files: Vec<FileRef>,
        /// What later comparisons with the version need, kept in the archive; absent in versions of
        /// before, whose state is made again from the log.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<Digest>,
        /// Why it is published although the linter finds errors; absent where it finds none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite_lint: Option<String>,
    },
    /// A planned date of the living mode is past; each step and date once.
    DateKept {
        /// The step: `search`, `screening`, `extraction`, `analysis` or `publication`.
        step: String,
        /// The source, where it is searched on dates of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source: Option<String>,
        /// The planned day, `YYYY-MM-DD`, in the zone of the workflow.
        due: String,
        /// What came of it.
        outcome: DateOutcome,
    },
}

/// A row of an imported file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowRef {
    /// SHA-256 of the file's bytes.
    pub digest: Digest,
    /// Line, from 1.
    pub line: u64,
}

impl Body {
    /// The kind's word and the canonical body.
    fn parts(&self) -> Result<(String, String), LedgerError> {
        let value = serde_json::to_value(self)
            .map_err(|error| super::CanonicalError::Value(error.to_string()))?;
        let body = value.get("body").cloned().unwrap_or(serde_json::json!({}));
        Ok((self.kind().to_owned(), canonical(&body)?))
    }
}

mod kinds;
mod named;

#[cfg(test)]
mod tests;
