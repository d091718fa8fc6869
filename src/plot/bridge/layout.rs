//! Where the rows of a bridge stand: side by side on two columns of a journal, the bar below its
//! words on one.

use super::{BridgeEnd, BridgePlot, BridgeRow};
use crate::plot::rich::{self, Line, Run};
use crate::plot::text::Weight;
use crate::plot::{Page, PlotError};

/// From line to line.
pub(super) const LINE: f64 = 9.2;
/// The left edge of words.
pub(super) const LEFT: f64 = 6.0;
/// More lines of detail are cut; the description has them all.
const LINES: usize = 3;
/// The height of a row with one line each of label and detail, words and bar side by side.
const ROW: f64 = 26.4;
/// The height of what a bar stands in below its words.
const STRIP: f64 = 15.0;

/// The columns of the figure.
pub(super) struct Layout {
    /// The width of the figure.
    pub(super) width: f64,
    /// The axis, from left to right.
    pub(super) plot: (f64, f64),
    /// The right edges of the two columns of numbers.
    pub(super) shift: f64,
    pub(super) after: f64,
    /// Room for labels and for details.
    labels: f64,
    details: f64,
    /// Whether bars stand below the words.
    pub(super) stacked: bool,
    /// Half the height of a bar.
    pub(super) half: f64,
}

impl Layout {
    pub(super) fn new(page: Page) -> Self {
        let width = page.points();
        match page {
            Page::Full => Self {
                width,
                plot: (204.0, 410.0),
                shift: 461.0,
                after: width - 4.0,
                labels: 190.0,
                details: 190.0,
                stacked: false,
                half: 6.0,
            },
            Page::Panel | Page::Column => Self {
                width,
                plot: (12.0, width - 12.0),
                shift: width - 48.0,
                after: width - 4.0,
                labels: width - 98.0,
                details: width - 2.0 * LEFT,
                stacked: true,
                half: 5.0,
            },
        }
    }
}

/// One row, laid out.
pub(super) struct Row<'a> {
    pub(super) label: Vec<Line>,
    pub(super) detail: Vec<Line>,
    pub(super) y: f64,
    pub(super) height: f64,
    /// The baseline of its first line.
    pub(super) first: f64,
    /// The baseline of its numbers.
    pub(super) numbers: f64,
    /// The middle of its bar.
    pub(super) middle: f64,
    /// What the bar stands in, from top to bottom.
    pub(super) strip: (f64, f64),
    pub(super) what: What<'a>,
}

impl Row<'_> {
    pub(super) fn is_part(&self) -> bool {
        matches!(self.what, What::Part(_))
    }
}

/// What a row is about.
#[derive(Clone, Copy)]
pub(super) enum What<'a> {
    Start(&'a BridgeEnd),
    Part(&'a BridgeRow),
    End(&'a BridgeEnd),
}

impl What<'_> {
    /// The estimate after it.
    pub(super) fn value(&self) -> f64 {
        match self {
            Self::Start(end) | Self::End(end) => end.estimate,
            Self::Part(row) => row.to,
        }
    }

    fn words(&self) -> (&str, &str) {
        match self {
            Self::Start(end) | Self::End(end) => (&end.label, &end.detail),
            Self::Part(row) => (&row.label, &row.detail),
        }
    }
}

/// The rows from `top` downwards.
pub(super) fn rows<'a>(
    plot: &'a BridgePlot,
    layout: &Layout,
    top: f64,
) -> Result<Vec<Row<'a>>, PlotError> {
    let mut rows = Vec::new();
    let mut y = top;
    let parts = plot.rows.iter().map(What::Part);
    let all = std::iter::once(What::Start(&plot.start)).chain(parts);
    for what in all.chain([What::End(&plot.end)]) {
        let row = row(what, layout, y)?;
        y += row.height;
        rows.push(row);
    }
    Ok(rows)
}

fn row<'a>(what: What<'a>, layout: &Layout, y: f64) -> Result<Row<'a>, PlotError> {
    let (label, detail) = what.words();
    let label = [Run::new(label, Weight::SemiBold)];
    let label = rich::wrap(&label, 8.0, layout.labels, layout.labels)?;
    let detail = cut(detail, layout.details)?;
    let lines = label.len() + detail.len();
    let row = |height: f64, first: f64, numbers: f64, strip: (f64, f64)| Row {
        label,
        detail,
        y,
        height,
        first,
        numbers,
        middle: f64::midpoint(strip.0, strip.1),
        strip,
        what,
    };
    if layout.stacked {
        let words = 14.6 + LINE * count(lines.saturating_sub(1));
        let strip = (y + words, y + words + STRIP);
        return Ok(row(words + STRIP + 3.0, y + 11.0, y + 11.0, strip));
    }
    let height = ROW + LINE * count(lines.saturating_sub(2));
    let middle = y + height / 2.0;
    // One line stands in the middle; a label with its details fills the row.
    let first = if lines == 1 { middle + 2.8 } else { y + 11.7 };
    Ok(row(height, first, middle + 2.8, (y, y + height)))
}

/// The lines of a detail; a list that takes too many ends with how many are not shown.
fn cut(detail: &str, room: f64) -> Result<Vec<Line>, PlotError> {
    let wrap = |text: &str| rich::wrap(&[Run::plain(text)], 7.0, room, room);
    let whole = wrap(detail)?;
    if whole.len() <= LINES {
        return Ok(whole);
    }
    let items: Vec<&str> = detail.split(", ").collect();
    let mut best = None;
    for shown in 1..items.len() {
        let list = items.get(..shown).unwrap_or_default().join(", ");
        let lines = wrap(&format!("{list} and {} more", items.len() - shown))?;
        if lines.len() > LINES {
            break;
        }
        best = Some(lines);
    }
    // One long sentence: its first lines.
    Ok(best.unwrap_or_else(|| {
        let mut lines: Vec<Line> = whole.into_iter().take(LINES).collect();
        if let Some(run) = lines.last_mut().and_then(|line| line.runs.last_mut()) {
            run.text.pop();
            run.text.push('\u{2026}');
        }
        lines
    }))
}

pub(super) fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}
