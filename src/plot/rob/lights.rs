//! The traffic light: a row for each study, a column for each domain, the overall judgement apart.

use super::{Rob, signs};
use crate::plot::PlotError;
use crate::plot::rich::{self, Line, Run};
use crate::plot::scatter::legend::{self, Key, Sign};
use crate::plot::scatter::{self, square};
use crate::plot::svg::{Anchor, Figure, INK, NOTES, Rect, Style};
use crate::plot::text::Weight;

/// Hairlines between rows and before the overall judgement.
const HAIR: &str = "#CFCBC0";
/// Size of a study's name and from line to line of it.
const NAME: f64 = 8.0;
const LEADING: f64 = 10.0;
/// Size of the heads.
const HEAD: f64 = 7.5;
/// The overall judgement's column is as wide as its head.
const OVERALL: f64 = 36.0;
/// More studies than this stand closer.
const MANY: usize = 30;

/// Where the columns stand.
struct Columns {
    names: f64,
    pitch: f64,
    domains: usize,
    overall: Option<f64>,
    radius: f64,
}

impl Columns {
    fn new(plot: &Rob) -> Self {
        let width = plot.page.points();
        let domains = plot.domains.len();
        let overall = plot.has_overall();
        let apart = if overall { OVERALL } else { 0.0 };
        let wanted = (width * 0.66 - apart) / f64::from(u32::try_from(domains).unwrap_or(1));
        let pitch = wanted.clamp(13.4, (width * 0.09).clamp(23.0, 44.0));
        let used = pitch * f64::from(u32::try_from(domains).unwrap_or(1)) + apart;
        Self {
            names: width - used,
            pitch,
            domains,
            overall: overall.then_some(width - OVERALL / 2.0),
            radius: (pitch * 0.45).min(6.2),
        }
    }

    fn domain(&self, n: usize) -> f64 {
        self.names + self.pitch * (f64::from(u32::try_from(n).unwrap_or(0)) + 0.5)
    }

    /// The line before the overall judgement.
    fn wall(&self) -> f64 {
        self.names + self.pitch * f64::from(u32::try_from(self.domains).unwrap_or(0))
    }
}

pub(super) fn draw(plot: &Rob, figure: &mut Figure) -> Result<f64, PlotError> {
    let width = plot.page.points();
    let y = heading(plot, figure, width)? + 11.0;
    let columns = Columns::new(plot);
    heads(plot, &columns, figure, y);
    let rule = y + 5.0;
    figure.polyline(
        &[(0.0, rule), (width, rule)],
        &square("none", INK, 0.75),
        false,
    );
    let least: f64 = if plot.studies.len() > MANY {
        15.6
    } else {
        19.0
    };
    let mut y = rule;
    for study in &plot.studies {
        let room = columns.names - 4.0;
        let name = [Run::plain(study.label.clone())];
        let lines = rich::wrap(&name, NAME, room, room)?;
        let rows = f64::from(u32::try_from(lines.len().max(1)).unwrap_or(1));
        let high = least.max(LEADING * rows + 7.0);
        let middle = y + high / 2.0;
        written(figure, &lines, middle - LEADING * (rows - 1.0) / 2.0 + 2.9);
        for (n, judgement) in study.domains.iter().enumerate() {
            signs::draw(
                figure,
                *judgement,
                (columns.domain(n), middle),
                columns.radius,
            );
        }
        if let (Some(x), Some(judgement)) = (columns.overall, study.overall) {
            signs::draw(figure, judgement, (x, middle), columns.radius);
        }
        y += high;
        figure.polyline(&[(0.0, y), (width, y)], &square("none", HAIR, 0.5), false);
    }
    if columns.overall.is_some() {
        let wall = columns.wall();
        let line = [(wall, rule + 1.0), (wall, y)];
        figure.polyline(&line, &square("none", HAIR, 0.75), false);
    }
    let y = legend::draw(figure, &keys(plot), (0.0, y + 16.0), width)?;
    let y = domains(plot, figure, y + 15.0, width)?;
    scatter::ending(figure, &[], &plot.notes, (0.0, y), width)
}

/// The title; gives its last baseline.
pub(super) fn heading(plot: &Rob, figure: &mut Figure, width: f64) -> Result<f64, PlotError> {
    Ok(scatter::heading(figure, &plot.heading(), width)? - 4.0)
}

fn heads(plot: &Rob, columns: &Columns, figure: &mut Figure, y: f64) {
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(HEAD, Weight::SemiBold, INK)
    };
    let mut head = |x: f64, text: &str| {
        let run = Run::new(text, Weight::SemiBold);
        figure.text(x, y, &style, &[run]);
    };
    for (n, domain) in plot.domains.iter().enumerate() {
        // Narrow columns have room for the number alone.
        let short = domain.short.as_str();
        let number = short.strip_prefix('D').unwrap_or(short);
        head(
            columns.domain(n),
            if columns.pitch < 15.5 { number } else { short },
        );
    }
    if let Some(x) = columns.overall {
        head(x, "Overall");
    }
}

fn written(figure: &mut Figure, lines: &[Line], first: f64) {
    let style = Style::new(NAME, Weight::Regular, INK);
    let mut y = first;
    let mut placed = Vec::new();
    for line in lines {
        placed.push((0.0, y, line));
        y += LEADING;
    }
    figure.paragraph(&style, &placed);
}

/// The judgements with their words.
pub(super) fn keys(plot: &Rob) -> Vec<Key> {
    let all = plot.explained().into_iter();
    all.map(|one| (Sign::Judged(one), one.word().to_owned()))
        .collect()
}

/// What the domains are called; gives the next baseline.
fn domains(plot: &Rob, figure: &mut Figure, y: f64, room: f64) -> Result<f64, PlotError> {
    let named: Vec<_> = plot
        .domains
        .iter()
        .filter(|domain| !domain.name.is_empty())
        .collect();
    let mut runs: Vec<Run> = Vec::new();
    for (n, domain) in named.iter().enumerate() {
        // A number stays with the first word of its name, a dot with the last.
        let (first, rest) = domain.name.split_once(' ').unwrap_or((&domain.name, ""));
        runs.push(Run::solid(format!("{} {first}", domain.short)));
        let dot = if n + 1 < named.len() { " \u{b7} " } else { "" };
        let gap = if rest.is_empty() { "" } else { " " };
        runs.push(Run::plain(format!("{gap}{rest}{dot}")));
    }
    let style = Style::new(scatter::SIZE, Weight::Regular, NOTES);
    let mut y = y;
    for line in rich::wrap(&runs, scatter::SIZE, room, room)? {
        figure.text(0.0, y, &style, &line.runs);
        y += 10.0;
    }
    Ok(y)
}

/// A bar of the summary stands in this height around its middle.
pub(super) fn bar(x: f64, middle: f64, wide: f64) -> Rect {
    Rect::new(x, middle - 6.5, wide, 13.0)
}
