//! What an event names outside of the log: bytes of the archive and contents of records.
//!
//! The log vouches for both by their hashes. Tables say where they lie; what has to be there only
//! the log says, so the audit takes it from here.

use super::{Body, FileRef, RowRef};
use crate::model::Digest;

impl Body {
    /// Every file whose bytes the archive must hold, with the name it goes by.
    pub fn archived(&self) -> Vec<(String, Digest)> {
        let file = |file: &FileRef| (file.path.clone(), file.digest);
        let row = |row: &Option<RowRef>| -> Vec<(String, Digest)> {
            let named = row
                .iter()
                .map(|row| ("a table that was read".to_owned(), row.digest));
            named.collect()
        };
        match self {
            Self::WorkflowAdopted {
                workflow, queries, ..
            } => std::iter::once(workflow).chain(queries).map(file).collect(),
            Self::RecordsReceived { file: of, .. } | Self::BaselineSet { file: of, .. } => {
                vec![file(of)]
            }
            Self::SearchCompleted {
                query, responses, ..
            } => {
                let responses = responses
                    .iter()
                    .map(|response| (response.path.clone(), response.digest));
                query.iter().map(file).chain(responses).collect()
            }
            Self::DecisionMade { from, .. }
            | Self::CellExtracted { from, .. }
            | Self::RobAnswered { from, .. }
            | Self::RobJudged { from, .. } => row(from),
            Self::VersionPublished {
                name,
                workflow,
                queries,
                files,
                ..
            } => {
                let of_report = files
                    .iter()
                    .map(|file| (format!("versions/{name}/{}", file.path), file.digest));
                let protocol = std::iter::once(workflow).chain(queries).map(file);
                protocol.chain(of_report).collect()
            }
            Self::PersonAdded { .. }
            | Self::PersonRolesChanged { .. }
            | Self::PersonDisabled { .. }
            | Self::PersonEnabled { .. }
            | Self::PersonRenamed { .. }
            | Self::PersonErased { .. }
            | Self::RecordsClustered { .. }
            | Self::ClustersRevised { .. }
            | Self::RecordsMerged { .. }
            | Self::RecordSplit { .. }
            | Self::RecordsRelated { .. }
            | Self::FilterApplied { .. }
            | Self::RemovalReversed { .. }
            | Self::EventUndone { .. }
            | Self::StudyCreated { .. }
            | Self::StudyRenamed { .. }
            | Self::ReportLinked { .. }
            | Self::ReportUnlinked { .. }
            | Self::RecordCorrected { .. }
            | Self::VotesUnblinded { .. }
            | Self::ConflictReturned { .. }
            | Self::AttachmentAdded { .. }
            | Self::AttachmentRemoved { .. }
            | Self::AnalysisSpecified { .. }
            | Self::RecordsSwept { .. }
            | Self::CountsAccepted { .. }
            | Self::DateKept { .. }
            | Self::ImportUndone { .. } => Vec::new(),
        }
    }

    /// The hashes of the contents of records that it brings.
    pub fn contents(&self) -> Vec<Digest> {
        match self {
            Self::RecordsReceived { new, revised, .. } => new
                .iter()
                .chain(revised)
                .map(|record| record.hash)
                .collect(),
            Self::BaselineSet { records, .. } => records.iter().map(|record| record.hash).collect(),
            _ => Vec::new(),
        }
    }
}
