//! Where the columns of a forest plot stand, by the width of the page and the journal's style.

use super::lines::{Effect, pooled_effects};
use super::{Forest, ForestData, ForestStyle, NOT_ESTIMABLE};
use crate::plot::PlotError;
use crate::plot::page::Page;
use crate::plot::rich::Run;
use crate::plot::svg::{Anchor, Figure, INK, Style};
use crate::plot::text::{SLACK, Weight, width_or_em};
use crate::plot::words::Digits;

/// Between a column and the next.
const GAP: f64 = 9.0;
/// In the compact layout the plot is not narrower than this, while names have room.
const PLOT: f64 = 66.0;
/// The narrowest column of names.
const NAMES: f64 = 50.0;
/// Effects wider than this stand on two lines in the compact layout.
const STACKED: f64 = 96.0;

/// The columns: right edges of the numeric ones.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says whether one thing is drawn"
)]
pub(super) struct Columns {
    pub(super) label: f64,
    /// The right edges of the columns of data; none where they are not drawn.
    pub(super) cells: Vec<f64>,
    pub(super) weight: f64,
    pub(super) effect: f64,
    pub(super) plot: (f64, f64),
    /// Where the judgements begin.
    pub(super) bias: f64,
    pub(super) weights: bool,
    /// Without counts and weights, in smaller type, what follows below the plot.
    pub(super) compact: bool,
    pub(super) jama: bool,
    /// Whether the interval stands below the estimate.
    stacked: bool,
    /// The digits of effects.
    digits: Digits,
    /// How wide the effects are.
    pub(super) effect_width: f64,
    /// Size of the rows' text.
    pub(super) size: f64,
    /// From one row to the next.
    pub(super) row: f64,
    /// How far the rows of a subgroup are indented.
    pub(super) indent: f64,
}

impl Columns {
    pub(super) fn of(plot: &Forest) -> Result<Self, PlotError> {
        let compact = plot.page != Page::Full;
        let mut columns = Self {
            label: 0.0,
            cells: Vec::new(),
            weight: 0.0,
            effect: 0.0,
            plot: (0.0, 0.0),
            bias: 0.0,
            weights: !compact && plot.rows().any(|row| row.weight.is_some()),
            compact,
            jama: plot.style == ForestStyle::Jama,
            stacked: false,
            effect_width: 0.0,
            digits: plot.digits,
            size: if compact { 7.5 } else { 8.0 },
            row: if compact { 13.0 } else { 14.2 },
            indent: if compact { 6.0 } else { 8.0 },
        };
        columns.measure_effects(plot)?;
        if compact {
            columns.place_compact(plot)?;
        } else {
            columns.place_full(plot)?;
        }
        Ok(columns)
    }

    fn widest(&self, texts: &[String], weight: Weight) -> Result<f64, PlotError> {
        let mut widest: f64 = 0.0;
        for text in texts {
            widest = widest.max(width_or_em(text, self.size, weight)? * SLACK);
        }
        Ok(widest)
    }

    fn measure_effects(&mut self, plot: &Forest) -> Result<(), PlotError> {
        let wide = |columns: &Self| -> Result<f64, PlotError> {
            let lines = |effects: Vec<Effect>| -> Vec<String> {
                let lines = effects.into_iter().map(|e| columns.effect_lines(e));
                lines.flatten().collect()
            };
            let mut studies = lines(plot.rows().filter_map(|row| row.effect).collect());
            if plot.rows().any(|row| row.effect.is_none()) {
                studies.push(NOT_ESTIMABLE.to_owned());
            }
            let pooled = lines(pooled_effects(plot));
            let studies = columns.widest(&studies, Weight::Regular)?;
            Ok(studies.max(columns.widest(&pooled, Weight::Bold)?))
        };
        self.effect_width = wide(self)?;
        if self.compact && self.effect_width > STACKED {
            self.stacked = true;
            self.effect_width = wide(self)?;
        }
        self.effect_width += 2.0;
        Ok(())
    }

    fn names(&self, plot: &Forest) -> Result<f64, PlotError> {
        let named: Vec<String> = plot
            .rows()
            .map(|row| format!("{} {}", row.label, row.detail))
            .collect();
        let grouped = plot.groups.iter().any(|group| group.label.is_some());
        let indent = if self.compact && grouped {
            self.indent
        } else {
            0.0
        };
        Ok(self.widest(&named, Weight::Regular)? + 10.0 + indent)
    }

    fn place_compact(&mut self, plot: &Forest) -> Result<(), PlotError> {
        let width = plot.page.points();
        self.effect_width = self.effect_width.max(44.0);
        let most = width - 8.0 - PLOT - 12.0 - self.effect_width;
        self.label = self.names(plot)?.min(most.max(NAMES)).max(NAMES);
        let effect = self.label + self.effect_width;
        self.weight = effect;
        self.effect = effect;
        self.plot = (effect + 12.0, width - 8.0);
        Ok(())
    }

    fn place_full(&mut self, plot: &Forest) -> Result<(), PlotError> {
        let heads = plot.data.heads(&plot.arms, self.jama);
        let shown = plot.rows().any(|row| !row.cells.is_empty());
        let heads = if shown { heads } else { Vec::new() };
        let limit = match heads.len() {
            0 => 190.0,
            1 => 150.0,
            _ => 118.0,
        };
        self.label = self.names(plot)?.clamp(70.0, limit);
        let head = |text: &str| width_or_em(text, 7.0, Weight::SemiBold).map(|w| w * SLACK);
        let mut x = self.label;
        let mut next = |need: f64, shown: bool| {
            if shown {
                x += need + GAP;
            }
            x
        };
        let mut edges = Vec::with_capacity(heads.len());
        for (at, (above, below)) in heads.iter().enumerate() {
            let texts = self.widest(&sides(plot, at), Weight::Bold)?;
            let need = texts.max(head(above)?).max(head(below)?);
            let least = if plot.data == ForestData::Observed {
                24.0
            } else {
                46.0
            };
            edges.push(next(need.max(least), true));
        }
        self.cells = edges;
        self.weight = next(28.0, self.weights && !self.jama);
        self.effect_width = self.effect_width.max(head(&plot.measure)? + 2.0);
        self.effect = next(self.effect_width, true);
        let width = plot.page.points() - bias_width(plot);
        self.bias = width;
        self.plot = (self.effect + 16.0, width - 8.0);
        if self.jama && self.weights {
            self.plot.1 = width - 40.0;
            self.weight = width;
        }
        Ok(())
    }

    /// How many lines an effect takes.
    pub(super) fn lines(&self) -> usize {
        if self.stacked { 2 } else { 1 }
    }

    /// An interval in the style's brackets; with a sign in it the ends are joined by a word.
    pub(super) fn interval(&self, lo: f64, hi: f64) -> String {
        let [a, b] = self.digits.ends([lo, hi]);
        self.bracketed(lo, &a, &b)
    }

    fn bracketed(&self, lo: f64, a: &str, b: &str) -> String {
        if !self.jama {
            return format!("[{a}, {b}]");
        }
        if lo < 0.0 {
            format!("({a} to {b})")
        } else {
            format!("({a}\u{2013}{b})")
        }
    }

    /// An effect with its interval, line by line.
    pub(super) fn effect_lines(&self, (estimate, lo, hi): Effect) -> Vec<String> {
        let [estimate, a, b] = self.digits.triple([estimate, lo, hi]);
        let interval = self.bracketed(lo, &a, &b);
        if self.stacked {
            vec![estimate, interval]
        } else {
            vec![format!("{estimate} {interval}")]
        }
    }

    pub(super) fn text(&self, weight: Weight) -> Style {
        Style::new(self.size, weight, INK)
    }

    /// Text that ends at `x`.
    pub(super) fn right(&self, figure: &mut Figure, x: f64, y: f64, text: &str, weight: Weight) {
        let style = Style {
            anchor: Anchor::End,
            ..self.text(weight)
        };
        figure.text(x, y, &style, &[Run::new(text, weight)]);
    }
}

/// The texts of one column of data, of rows and summaries.
fn sides(plot: &Forest, at: usize) -> Vec<String> {
    let summaries = plot
        .groups
        .iter()
        .filter_map(|group| group.subtotal.as_ref())
        .chain(&plot.overall);
    plot.rows()
        .map(|row| &row.cells)
        .chain(summaries.map(|summary| &summary.cells))
        .filter_map(|cells| cells.get(at).cloned())
        .collect()
}

/// From one column of judgements to the next, and before the first.
pub(super) const PITCH: f64 = 12.6;
pub(super) const BEFORE: f64 = 8.0;

/// How wide the columns of judgements are; nothing where there are none.
fn bias_width(plot: &Forest) -> f64 {
    if plot.bias.is_empty() {
        0.0
    } else {
        plot.bias.iter().fold(BEFORE, |sum, _| sum + PITCH)
    }
}
