//! The words of the kinds, in the order in which the reference describes them.

use super::Body;

impl Body {
    /// Every kind's word, in the order of the enumeration.
    pub const KINDS: [&'static str; 32] = [
        "workflow_adopted",
        "person_added",
        "person_roles_changed",
        "person_disabled",
        "person_enabled",
        "person_renamed",
        "person_erased",
        "records_received",
        "search_completed",
        "records_clustered",
        "clusters_revised",
        "records_merged",
        "record_split",
        "records_related",
        "filter_applied",
        "removal_reversed",
        "decision_made",
        "event_undone",
        "study_created",
        "study_renamed",
        "report_linked",
        "report_unlinked",
        "votes_unblinded",
        "record_corrected",
        "cell_extracted",
        "rob_answered",
        "rob_judged",
        "analysis_specified",
        "records_swept",
        "counts_accepted",
        "import_undone",
        "version_published",
    ];

    /// The kind's word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::WorkflowAdopted { .. } => "workflow_adopted",
            Self::PersonAdded { .. } => "person_added",
            Self::PersonRolesChanged { .. } => "person_roles_changed",
            Self::PersonDisabled { .. } => "person_disabled",
            Self::PersonEnabled { .. } => "person_enabled",
            Self::PersonRenamed { .. } => "person_renamed",
            Self::PersonErased { .. } => "person_erased",
            Self::RecordsReceived { .. } => "records_received",
            Self::SearchCompleted { .. } => "search_completed",
            Self::RecordsClustered { .. } => "records_clustered",
            Self::ClustersRevised { .. } => "clusters_revised",
            Self::RecordsMerged { .. } => "records_merged",
            Self::RecordSplit { .. } => "record_split",
            Self::RecordsRelated { .. } => "records_related",
            Self::FilterApplied { .. } => "filter_applied",
            Self::RemovalReversed { .. } => "removal_reversed",
            Self::DecisionMade { .. } => "decision_made",
            Self::EventUndone { .. } => "event_undone",
            Self::StudyCreated { .. } => "study_created",
            Self::StudyRenamed { .. } => "study_renamed",
            Self::ReportLinked { .. } => "report_linked",
            Self::ReportUnlinked { .. } => "report_unlinked",
            Self::VotesUnblinded { .. } => "votes_unblinded",
            Self::RecordCorrected { .. } => "record_corrected",
            Self::CellExtracted { .. } => "cell_extracted",
            Self::RobAnswered { .. } => "rob_answered",
            Self::RobJudged { .. } => "rob_judged",
            Self::AnalysisSpecified { .. } => "analysis_specified",
            Self::RecordsSwept { .. } => "records_swept",
            Self::CountsAccepted { .. } => "counts_accepted",
            Self::ImportUndone { .. } => "import_undone",
            Self::VersionPublished { .. } => "version_published",
        }
    }
}
