//! The rows of the exchange format: the PRISMA2020 R package's vocabulary, then our own rows.
//!
//! The package finds a row by searching its first column for a name, so none of our names may
//! contain one of the package's; and it numbers boxes by first occurrence, so our rows sit in
//! boxes that exist.

/// The fixed cells of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) data: &'static str,
    pub(super) node: &'static str,
    pub(super) cell_of: &'static str,
    pub(super) description: &'static str,
    pub(super) boxtext: &'static str,
    /// Whether the row is written only where it says something.
    pub(super) ours: bool,
}

const fn row(
    data: &'static str,
    node: &'static str,
    cell_of: &'static str,
    description: &'static str,
    boxtext: &'static str,
) -> Row {
    Row {
        data,
        node,
        cell_of,
        description,
        boxtext,
        ours: false,
    }
}

const fn extra(data: &'static str, cell_of: &'static str, description: &'static str) -> Row {
    Row {
        data,
        node: "NA",
        cell_of,
        description,
        boxtext: "NA",
        ours: true,
    }
}

impl Row {
    /// Whether the row names a box and holds no count.
    pub(super) fn is_label(&self) -> bool {
        matches!(
            self.data,
            "NA" | "identification" | "screening" | "included"
        )
    }

    /// The hover text: the package wants one per node and `NA` elsewhere.
    pub(super) fn tooltip(&self) -> &'static str {
        if self.node == "NA" {
            "NA"
        } else {
            self.description
        }
    }

    /// The page the node opens.
    pub(super) fn url(&self) -> String {
        match (self.node, self.data) {
            ("NA", _) => "NA".to_owned(),
            (_, "NA") => format!("{}.html", self.cell_of),
            (_, data) => format!("{data}.html"),
        }
    }
}

/// Every row, in the order of the file.
#[rustfmt::skip]
pub(super) const ROWS: &[Row] = &[
    row("NA", "node4", "prevstud", "Grey title box; Previous studies", "Previous studies"),
    row("previous_studies", "node5", "box1", "Studies included in previous version of review", "Studies included in previous version of review"),
    row("previous_reports", "NA", "box1", "Reports of studies included in previous version of review", "Reports of studies included in previous version of review"),
    row("NA", "node6", "newstud", "Yellow title box; Identification of new studies via databases and registers", "Identification of new studies via databases and registers"),
    row("database_results", "node7", "box2", "Records identified from: Databases", "Databases"),
    row("database_specific_results", "NA", "box2", "Records identified from: specific databases", "Specific Databases"),
    row("register_results", "NA", "box2", "Records identified from: Registers", "Registers"),
    row("register_specific_results", "NA", "box2", "Records identified from: specific registers", "Specific Registers"),
    row("NA", "node16", "othstud", "Grey title box; Identification of new studies via other methods", "Identification of new studies via other methods"),
    row("website_results", "node17", "box11", "Records identified from: Websites", "Websites"),
    row("organisation_results", "NA", "box11", "Records identified from: Organisations", "Organisations"),
    row("citations_results", "NA", "box11", "Records identified from: Citation searching", "Citation searching"),
    row("duplicates", "node8", "box3", "Duplicate records", "Duplicate records"),
    row("excluded_automatic", "NA", "box3", "Records marked as ineligible by automation tools", "Records marked as ineligible by automation tools"),
    row("excluded_other", "NA", "box3", "Records removed for other reasons", "Records removed for other reasons"),
    row("records_screened", "node9", "box4", "Records screened (databases and registers)", "Records screened"),
    row("records_excluded", "node10", "box5", "Records excluded (databases and registers)", "Records excluded"),
    row("dbr_sought_reports", "node11", "box6", "Reports sought for retrieval (databases and registers)", "Reports sought for retrieval"),
    row("dbr_notretrieved_reports", "node12", "box7", "Reports not retrieved (databases and registers)", "Reports not retrieved"),
    row("other_sought_reports", "node18", "box12", "Reports sought for retrieval (other)", "Reports sought for retrieval"),
    row("other_notretrieved_reports", "node19", "box13", "Reports not retrieved (other)", "Reports not retrieved"),
    row("dbr_assessed", "node13", "box8", "Reports assessed for eligibility (databases and registers)", "Reports assessed for eligibility"),
    row("dbr_excluded", "node14", "box9", "Reports excluded (databases and registers)", "Reports excluded"),
    row("other_assessed", "node20", "box14", "Reports assessed for eligibility (other)", "Reports assessed for eligibility"),
    row("other_excluded", "node21", "box15", "Reports excluded (other)", "Reports excluded"),
    row("new_studies", "node15", "box10", "New studies included in review", "New studies included in review"),
    row("new_reports", "NA", "box10", "Reports of new included studies", "Reports of new included studies"),
    row("total_studies", "node22", "box16", "Total studies included in review", "Total studies included in review"),
    row("total_reports", "NA", "box16", "Reports of total included studies", "Reports of total included studies"),
    row("identification", "node1", "identification", "Blue identification box", "Identification"),
    row("screening", "node2", "screening", "Blue screening box", "Screening"),
    row("included", "node3", "included", "Blue included box", "Included"),
    row("total_studies_ma", "node23", "box17", "Total studies included in meta-analysis", "Total studies included in meta-analysis"),
    row("total_reports_ma", "NA", "box17", "Reports of total included studies in meta-analysis", "Reports of total included studies in meta-analysis"),
    extra("review_version", "identification", "Perennial: version of the review"),
    extra("flow_template", "identification", "Perennial: template of the flow"),
    extra("other_specific_results", "box11", "Perennial: records identified from other sources of the other-methods lane"),
    extra("other_total_results", "box11", "Perennial: records identified by other methods, where sources do not give them"),
    extra("automation_rules", "box3", "Perennial: ineligible by automation tools, by rule"),
    extra("removal_rules", "box3", "Perennial: removed for other reasons, by rule"),
    extra("decided_by_human", "box5", "Perennial: records excluded by a human"),
    extra("decided_by_tool", "box5", "Perennial: records excluded by automation tools"),
    extra("dbr_reason_total", "box9", "Perennial: reports excluded, where the reasons do not give them"),
    extra("other_reason_total", "box15", "Perennial: reports excluded (other), where the reasons do not give them"),
    extra("other_known_copies", "box11", "Perennial: copies of known reports (other)"),
    extra("other_set_aside", "box11", "Perennial: set aside at title and abstract (other)"),
    extra("withdrawn_studies", "box16", "Perennial: studies withdrawn since the previous version"),
    extra("withdrawn_reports", "box16", "Perennial: reports withdrawn since the previous version"),
    extra("pending_before", "box2", "Perennial: pending before the title and abstract stage"),
    extra("pending_title_abstract", "box4", "Perennial: pending at title and abstract"),
    extra("pending_retrieval", "box6", "Perennial: pending retrieval"),
    extra("pending_full_text", "box8", "Perennial: pending at full text"),
    extra("other_pending_before", "box11", "Perennial: pending before the title and abstract stage (other)"),
    extra("other_pending_title_abstract", "box11", "Perennial: pending at title and abstract (other)"),
    extra("other_pending_retrieval", "box12", "Perennial: pending retrieval (other)"),
    extra("other_pending_full_text", "box14", "Perennial: pending at full text (other)"),
];
