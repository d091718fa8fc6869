//! The notes below the figure: what the asterisks say, what PRISMA has no box for, what is wrong.

use super::FlowOptions;
use crate::plot::rich::Run;
use crate::plot::text::Weight;
use crate::prisma::{Counts, Named, Tally};

/// A paragraph in the making.
#[derive(Default)]
struct Note(Vec<Run>);

impl Note {
    fn text(mut self, text: impl Into<String>) -> Self {
        self.0.push(Run::plain(text));
        self
    }

    fn count(mut self, path: &str, n: u64) -> Self {
        self.0
            .push(Run::count(n.to_string(), Weight::Regular, path));
        self
    }

    /// `PubMed 171, Embase 113`, each count with its path.
    fn list(mut self, named: &[Named], path: &str) -> Self {
        for (at, part) in named.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            self = self
                .text(format!("{comma}{} ", part.name))
                .count(&format!("{path}[{}]", part.name), part.n);
        }
        self
    }
}

/// The notes, one paragraph each.
pub(super) fn notes(counts: &Counts, options: &FlowOptions) -> Vec<Vec<Run>> {
    let mut notes = vec![sources(counts), excluded(counts)];
    notes.extend(removed(counts));
    notes.extend(other_lane(counts));
    notes.extend(withdrawn(counts));
    notes.extend(
        options
            .notes
            .iter()
            .map(|note| Note::default().text(note.as_str())),
    );
    notes.push(Note::default().text("Layout: PRISMA 2020 (BMJ 2021;372:n71)."));
    notes.into_iter().map(|note| note.0).collect()
}

fn sources(counts: &Counts) -> Note {
    let databases = &counts.identified.databases.by_source;
    let registers = &counts.identified.registers.by_source;
    if databases.is_empty() && registers.is_empty() {
        return Note::default().text("* Counts of each database and register were not given.");
    }
    let mut note = Note::default()
        .text("* ")
        .list(databases, "identified.databases.by_source");
    if !databases.is_empty() && !registers.is_empty() {
        note = note.text("; ");
    }
    note.list(registers, "identified.registers.by_source")
        .text(".")
}

fn excluded(counts: &Counts) -> Note {
    let note = match (counts.excluded.by_human, counts.excluded.by_tool) {
        (None, None) => Note::default()
            .text("** Exclusions by people and by automation tools were not given separately."),
        (human, tool) => Note::default()
            .text("** ")
            .count("excluded.by_human", human.unwrap_or(0))
            .text(" by people, ")
            .count("excluded.by_tool", tool.unwrap_or(0))
            .text(" by automation tools."),
    };
    if counts.pending_total() == 0 {
        return note;
    }
    note.text(
        " Dashed boxes are people\u{2019}s work that is still open; they are not part of PRISMA \
         2020.",
    )
}

fn removed(counts: &Counts) -> Vec<Note> {
    let removed = &counts.removed;
    [
        (
            "Ineligible by automation tools: ",
            "removed.automation.by_rule",
            &removed.automation,
        ),
        (
            "Removed for other reasons: ",
            "removed.other.by_rule",
            &removed.other,
        ),
    ]
    .into_iter()
    .filter(|(_, _, removals)| !removals.by_rule.is_empty())
    .map(|(text, path, removals)| {
        Note::default()
            .text(text)
            .list(&removals.by_rule, path)
            .text(".")
    })
    .collect()
}

fn other_lane(counts: &Counts) -> Option<Note> {
    let lane = &counts.other_methods;
    if lane.duplicates == 0 && lane.excluded == 0 {
        return None;
    }
    let copies = if lane.duplicates == 1 {
        " copy of a known report, "
    } else {
        " copies of known reports, "
    };
    Some(
        Note::default()
            .text("Identified by other methods and not sought: ")
            .count("other_methods.duplicates", lane.duplicates)
            .text(copies)
            .count("other_methods.excluded", lane.excluded)
            .text(" set aside at title and abstract; PRISMA 2020 has no box for them."),
    )
}

fn withdrawn(counts: &Counts) -> Option<Note> {
    let gone = &counts.withdrawn;
    if *gone == Tally::default() {
        return None;
    }
    let studies = if gone.studies == 1 {
        " study in "
    } else {
        " studies in "
    };
    let reports = if gone.reports == 1 {
        " report"
    } else {
        " reports"
    };
    Some(
        Note::default()
            .text("Withdrawn since the previous version: ")
            .count("withdrawn.studies", gone.studies)
            .text(studies)
            .count("withdrawn.reports", gone.reports)
            .text(format!(
                "{reports}; total = previous + new \u{2212} withdrawn."
            )),
    )
}

/// The sentences of the red note: every identity that does not hold.
pub(super) fn faults(counts: &Counts) -> Vec<Vec<Run>> {
    counts
        .checks()
        .iter()
        .filter_map(crate::prisma::Check::fault)
        .map(|fault| vec![Run::plain(fault)])
        .collect()
}
