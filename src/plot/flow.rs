//! The PRISMA 2020 flow diagram: templates V1 to V4, with what is pending beside them.
//!
//! Columns, order and box texts are PRISMA 2020's (BMJ 2021;372:n71). Three things are ours, drawn
//! so that nobody takes them for PRISMA's: dashed amber boxes for work that is still open, the
//! provisional stamp, and a red note where the counts do not add up. Such a figure is drawn all
//! the same, with its fault named.

mod arrange;
mod compact;
mod content;
mod grid;
mod notes;
mod scene;
mod stamp;

use super::PlotError;
use super::page::Page;
use crate::prisma::{Counts, Named, Pending, Tally};

/// How a flow is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowOptions {
    /// The figure's name; prefixes its ids.
    pub name: String,
    /// Where counts lead: each becomes a link to this prefix and its path, percent-encoded.
    pub links: Option<String>,
    /// The date the counts were taken, as it stands in the stamp.
    pub date: Option<String>,
    /// Further notes below the figure, one paragraph each: that a flow is a demonstration, say.
    pub notes: Vec<String>,
    /// The width it is made for: one column of a journal has one lane below the other.
    pub page: Page,
    /// Whether a provisional flow is stamped. A figure that leaves the program always should be.
    pub stamp: bool,
}

impl Default for FlowOptions {
    fn default() -> Self {
        let name = "prisma-flow".to_owned();
        Self {
            name,
            links: None,
            date: None,
            notes: Vec::new(),
            page: Page::Full,
            stamp: true,
        }
    }
}

/// Draws the flow as SVG, 180 mm wide or 85.
///
/// ```
/// use perennial::plot::{FlowOptions, flow};
/// use perennial::prisma::Counts;
///
/// let svg = flow(&Counts::default().finish(), &FlowOptions::default())?;
/// assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
/// # Ok::<(), perennial::plot::PlotError>(())
/// ```
pub fn flow(counts: &Counts, options: &FlowOptions) -> Result<String, PlotError> {
    let scene = arrange::arrange(counts, options)?;
    let title = content::title(counts);
    let description = content::description(counts);
    Ok(scene.draw(
        &options.name,
        &title,
        &description,
        options.links.as_deref(),
    ))
}

/// The same counts as rows for a table beside the figure, in its order, zeroes included.
pub fn flow_table(counts: &Counts) -> Vec<(String, u64)> {
    let new = if counts.previous.is_some() {
        "New studies"
    } else {
        "Studies"
    };
    let reports = if counts.previous.is_some() {
        "new included"
    } else {
        "included"
    };
    let mut table = Table::default();
    if let Some(Tally { studies, reports }) = counts.previous {
        table.row("Studies included in previous version of review", studies);
        table.row(
            "Reports of studies included in previous version of review",
            reports,
        );
    }
    let identified = &counts.identified;
    table.row(
        "Records identified from databases",
        identified.databases.total,
    );
    table.parts(&identified.databases.by_source);
    table.row(
        "Records identified from registers",
        identified.registers.total,
    );
    table.parts(&identified.registers.by_source);
    table.row("Duplicate records removed", counts.removed.duplicates);
    let automation = &counts.removed.automation;
    table.row(
        "Records marked as ineligible by automation tools",
        automation.total,
    );
    table.parts(&automation.by_rule);
    table.row(
        "Records removed for other reasons",
        counts.removed.other.total,
    );
    table.parts(&counts.removed.other.by_rule);
    table.row("Records screened", counts.screened);
    table.row("Records excluded", counts.excluded.total);
    for (label, n) in [
        ("Records excluded by a human", counts.excluded.by_human),
        (
            "Records excluded by automation tools",
            counts.excluded.by_tool,
        ),
    ] {
        if let Some(n) = n {
            table.row(label, n);
        }
    }
    table.row("Reports sought for retrieval", counts.sought);
    table.row("Reports not retrieved", counts.not_retrieved);
    table.row("Reports assessed for eligibility", counts.assessed);
    table.row("Reports excluded", counts.excluded_full_text.total);
    table.parts(&counts.excluded_full_text.by_reason);
    table.pending(&counts.pending, "");
    if counts.has_other_lane() {
        let lane = &counts.other_methods;
        table.row(
            "Records identified by other methods",
            identified.other.total,
        );
        table.parts(&identified.other.by_source);
        table.row("Copies of known reports (other methods)", lane.duplicates);
        table.row(
            "Set aside at title and abstract (other methods)",
            lane.excluded,
        );
        table.row("Reports sought for retrieval (other methods)", lane.sought);
        table.row("Reports not retrieved (other methods)", lane.not_retrieved);
        table.row(
            "Reports assessed for eligibility (other methods)",
            lane.assessed,
        );
        table.row(
            "Reports excluded (other methods)",
            lane.excluded_full_text.total,
        );
        table.parts(&lane.excluded_full_text.by_reason);
        table.pending(&lane.pending, " (other methods)");
    }
    table.row(
        &format!("{new} included in review"),
        counts.included.studies,
    );
    table.row(
        &format!("Reports of {reports} studies"),
        counts.included.reports,
    );
    if counts.withdrawn != Tally::default() {
        table.row("Studies withdrawn", counts.withdrawn.studies);
        table.row("Reports withdrawn", counts.withdrawn.reports);
    }
    if counts.previous.is_some() {
        table.row("Total studies included in review", counts.total.studies);
        table.row("Reports of total included studies", counts.total.reports);
    }
    table.0
}

#[derive(Default)]
struct Table(Vec<(String, u64)>);

impl Table {
    fn row(&mut self, label: &str, n: u64) {
        self.0.push((label.to_owned(), n));
    }

    fn parts(&mut self, named: &[Named]) {
        self.0.extend(
            named
                .iter()
                .map(|part| (format!("\u{2013} {}", part.name), part.n)),
        );
    }

    fn pending(&mut self, pending: &Pending, lane: &str) {
        for (label, n) in [
            ("Awaiting screening", pending.before_screening),
            (
                "Awaiting title and abstract decisions",
                pending.title_abstract,
            ),
            ("Awaiting retrieval", pending.retrieval),
            ("Awaiting full-text decisions", pending.full_text),
        ] {
            if n > 0 {
                self.0.push((format!("{label}{lane}"), n));
            }
        }
    }
}

#[cfg(test)]
mod tests;
