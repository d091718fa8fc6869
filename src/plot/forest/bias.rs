//! Judgements on the risk of bias beside the studies of a forest plot, as RevMan sets them.

use super::columns::{BEFORE, Columns, PITCH};
use super::{Forest, ForestRow};
use crate::model::Judgement;
use crate::plot::rich::Run;
use crate::plot::rob::{self, Rob};
use crate::plot::svg::{Anchor, Figure, INK, Style};
use crate::plot::text::Weight;

const RADIUS: f64 = 5.0;
/// What the overall judgement is headed.
const OVERALL: &str = "All";

impl Forest {
    /// Takes the judgements of a table, by the names of its studies, and says in the footer what the
    /// columns are. A study that it lacks is not assessed; gives the names that the plot lacks.
    pub fn judge(&mut self, table: &Rob) -> Vec<String> {
        let overall = table.has_overall();
        self.bias = table
            .domains
            .iter()
            .map(|domain| domain.short.clone())
            .collect();
        if overall {
            self.bias.push(OVERALL.to_owned());
        }
        let columns = self.bias.len();
        let mut known = Vec::new();
        for row in self.groups.iter_mut().flat_map(|group| &mut group.rows) {
            let found = table.studies.iter().find(|study| study.label == row.label);
            row.bias = match found {
                Some(study) => {
                    known.push(study.label.clone());
                    let last = study.overall.unwrap_or(Judgement::NotAssessed);
                    let all = study.domains.iter().copied().chain(overall.then_some(last));
                    all.collect()
                }
                None => vec![Judgement::NotAssessed; columns],
            };
        }
        let tool = table
            .tool
            .as_deref()
            .map_or_else(String::new, |tool| format!(" ({tool})"));
        let domains: Vec<String> = table.domains.iter().map(rob::RobDomain::title).collect();
        let mut signs: Vec<Judgement> = self.rows().flat_map(|row| row.bias.clone()).collect();
        signs.sort_unstable();
        signs.dedup();
        let signs: Vec<String> = signs.into_iter().map(signed).collect();
        self.method.push(format!(
            "Risk of bias{tool}: {}. {}.",
            domains.join("; "),
            signs.join(", ")
        ));
        let unknown = table
            .studies
            .iter()
            .filter(|study| !known.contains(&study.label));
        unknown.map(|study| study.label.clone()).collect()
    }
}

/// `+ low`
fn signed(judgement: Judgement) -> String {
    let sign = match judgement {
        Judgement::Low => "+",
        Judgement::SomeConcerns | Judgement::Moderate => "!",
        Judgement::High | Judgement::Serious | Judgement::Critical | Judgement::VeryHigh => {
            "\u{d7}"
        }
        Judgement::NoInformation => "NI",
        Judgement::NotApplicable => "\u{2013}",
        Judgement::Unclear | Judgement::NotAssessed => "?",
    };
    format!("{sign} {}", judgement.word().to_lowercase())
}

/// The middle of each column.
fn places<'a>(plot: &'a Forest, columns: &Columns) -> impl Iterator<Item = f64> + 'a {
    let mut x = columns.bias + BEFORE - PITCH / 2.0;
    plot.bias.iter().map(move |_| {
        x += PITCH;
        x
    })
}

/// The heads, their baseline at `y`.
pub(super) fn heads(plot: &Forest, columns: &Columns, figure: &mut Figure, y: f64) {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::SemiBold, INK)
    };
    for (x, head) in places(plot, columns).zip(&plot.bias) {
        figure.text(x, y, &style, &[Run::new(head, Weight::SemiBold)]);
    }
}

/// The judgements on one study, their middle at `y`.
pub(super) fn signs(
    plot: &Forest,
    row: &ForestRow,
    columns: &Columns,
    figure: &mut Figure,
    y: f64,
) {
    for (x, judgement) in places(plot, columns).zip(&row.bias) {
        rob::sign(figure, *judgement, (x, y), RADIUS);
    }
}
