//! The flow on one column of a journal, 85 mm: two columns of boxes, one lane below the other.
//!
//! Order and texts of the boxes are those of the wide figure. Previous studies stand on top and
//! lead down the right margin to the total; where there is a lane of other methods, the main lane
//! passes it on the left.

use super::arrange::{Arranger, BEFORE_ROW};
use super::content::{self, Stage};
use super::grid::column;
use super::stamp::Design;
use super::{FlowOptions, PlotError};
use crate::plot::svg::{EVERGREEN, EVERGREEN_TINT, GREY, Paint, Rect, SAND, WHITE};
use crate::prisma::{Counts, Pending, Reasons, Template};

/// Where the main lane passes the other one.
const GUTTER: f64 = 21.5;
/// The least height beside which `Identification` stands upright.
const SIDE: f64 = 62.0;
/// Before a head that begins a lane.
const BEFORE_HEAD: f64 = 14.0;
/// Below a head.
const BELOW_HEAD: f64 = 8.0;

/// What one lane says from retrieval on.
struct Lane<'a> {
    prefix: &'a str,
    ids: [&'static str; 7],
    sought: u64,
    not_retrieved: u64,
    assessed: u64,
    reasons: &'a Reasons,
    pending: &'a Pending,
}

impl<'a> Lane<'a> {
    fn main(counts: &'a Counts) -> Self {
        Self {
            prefix: "",
            ids: [
                "sought",
                "not-retrieved",
                "pending-retrieval",
                "assessed",
                "excluded-full-text",
                "pending-full-text",
                "screening",
            ],
            sought: counts.sought,
            not_retrieved: counts.not_retrieved,
            assessed: counts.assessed,
            reasons: &counts.excluded_full_text,
            pending: &counts.pending,
        }
    }

    fn other(counts: &'a Counts) -> Self {
        let lane = &counts.other_methods;
        Self {
            prefix: "other_methods.",
            ids: [
                "o4",
                "o4b",
                "o-pending-retrieval",
                "o5",
                "o5b",
                "o-pending-full-text",
                "o-screening",
            ],
            sought: lane.sought,
            not_retrieved: lane.not_retrieved,
            assessed: lane.assessed,
            reasons: &lane.excluded_full_text,
            pending: &lane.pending,
        }
    }
}

impl Arranger<'_> {
    /// Every row of the flow; gives their lower edge.
    pub(super) fn stacked(
        &mut self,
        template: Template,
        options: &FlowOptions,
    ) -> Result<f64, PlotError> {
        let grid = self.grid;
        let both = column(grid.left.x, grid.right.x + grid.right.w - grid.left.x);
        let mut y = 2.0;
        let mut previous = None;
        if let Some(tally) = &self.counts.previous {
            let head = self.head("head-previous", both, "Previous studies", GREY, y)?;
            let cell = self.cell("previous", both, GREY, &content::previous(tally))?;
            let rect = self.row(head.bottom() + BELOW_HEAD, vec![cell]);
            previous = rect.into_iter().next();
            y = previous.map_or(y, |rect| rect.bottom()) + BEFORE_HEAD;
        }
        let head = self.head("head", both, content::main_head(template), SAND, y)?;
        let main_end = self.main_lane(head.bottom() + BELOW_HEAD)?;
        let mut y = self.lowest();
        let mut lane_end = None;
        if template.has_other_lane() {
            let y0 = y + BEFORE_HEAD;
            let text = content::other_head(template);
            let head = self.head("head-other", both, text, GREY, y0)?;
            lane_end = Some(self.other_lane(head.bottom() + BELOW_HEAD)?);
            y = self.lowest();
        }
        self.end(y + BEFORE_ROW, main_end, lane_end, previous, options)
    }

    /// The lowest edge of any box.
    fn lowest(&self) -> f64 {
        let bottoms = self.scene.panels.iter().map(|panel| panel.rect.bottom());
        bottoms.fold(0.0, f64::max)
    }

    fn main_lane(&mut self, top: f64) -> Result<Rect, PlotError> {
        let (counts, grid) = (self.counts, self.grid);
        let cells = vec![
            self.cell("identified", grid.left, WHITE, &content::identified(counts))?,
            self.cell("removed", grid.right, WHITE, &content::removed(counts))?,
        ];
        let [identified, removed] = self.pair(top, cells);
        self.across(identified, removed, identified.cy());
        let waiting = content::waiting("", &counts.pending, Stage::Identified);
        let end = self.hang("pending-before", identified, waiting)?;
        self.side(
            "identification",
            "Identification",
            top,
            end.bottom().max(removed.bottom()),
        );
        let start = end.bottom().max(removed.bottom()) + BEFORE_ROW;
        let cells = vec![
            self.cell("screened", grid.left, WHITE, &content::screened(counts))?,
            self.cell("excluded", grid.right, WHITE, &content::excluded(counts))?,
        ];
        let [screened, excluded] = self.pair(start, cells);
        self.down(end, screened);
        self.across(screened, excluded, screened.cy());
        let waiting = content::waiting("", &counts.pending, Stage::Screened);
        let end = self.hang("pending-title", screened, waiting)?;
        let y = end.bottom().max(excluded.bottom()) + BEFORE_ROW;
        self.retrieval(&Lane::main(counts), end, (y, start))
    }

    fn other_lane(&mut self, top: f64) -> Result<Rect, PlotError> {
        let (counts, grid) = (self.counts, self.grid);
        let lane = &counts.other_methods;
        let paras = content::identified_other(counts);
        let first = column(grid.left.x, grid.right.x + grid.right.w - grid.left.x);
        let cell = self.cell("o1", first, WHITE, &paras)?;
        // High enough for the label at its side.
        let rect = self.place(top, SIDE, vec![cell]).into_iter().next();
        let rect = rect.unwrap_or_default();
        // What hangs below it and what follows stand in the left column.
        let under = Rect::new(grid.left.x, rect.y, grid.left.w, rect.h);
        let waiting = content::waiting("other_methods.", &lane.pending, Stage::Identified);
        let hung = self.hang("o-pending-before", under, waiting)?;
        let waiting = content::waiting("other_methods.", &lane.pending, Stage::Screened);
        let end = self.hang("o-pending-title", hung, waiting)?;
        self.side("o-identification", "Identification", top, end.bottom());
        let y = end.bottom() + BEFORE_ROW;
        self.retrieval(&Lane::other(counts), end, (y, y))
    }

    /// Retrieval and full texts of a lane, whose screening began at `start`; gives its end.
    fn retrieval(
        &mut self,
        lane: &Lane<'_>,
        end: Rect,
        (y, start): (f64, f64),
    ) -> Result<Rect, PlotError> {
        let grid = self.grid;
        let [
            sought_id,
            missed_id,
            retrieval_id,
            assessed_id,
            reasons_id,
            text_id,
            side_id,
        ] = lane.ids;
        let paras = content::sought(lane.prefix, lane.sought);
        let missed = content::not_retrieved(lane.prefix, lane.not_retrieved);
        let cells = vec![
            self.cell(sought_id, grid.left, WHITE, &paras)?,
            self.cell(missed_id, grid.right, WHITE, &missed)?,
        ];
        let [sought, missed] = self.pair(y, cells);
        self.down(end, sought);
        self.across(sought, missed, sought.cy());
        let waiting = content::waiting(lane.prefix, lane.pending, Stage::Sought);
        let end = self.hang(retrieval_id, sought, waiting)?;
        let y = end.bottom().max(missed.bottom()) + BEFORE_ROW;
        let paras = content::assessed(lane.prefix, lane.assessed);
        let cell = self.cell(assessed_id, grid.left, WHITE, &paras)?;
        let height = cell.block.h;
        let assessed = self.row(y, vec![cell]).into_iter().next();
        let assessed = assessed.unwrap_or_default();
        let paras = content::reasons(lane.prefix, lane.reasons);
        let cell = self.cell(reasons_id, grid.right, WHITE, &paras)?;
        let reasons = self.place(y, height, vec![cell]).into_iter().next();
        let reasons = reasons.unwrap_or_default();
        self.down(end, assessed);
        self.across(assessed, reasons, assessed.cy());
        let waiting = content::waiting(lane.prefix, lane.pending, Stage::Assessed);
        let end = self.hang(text_id, assessed, waiting)?;
        let bottom = end.bottom().max(reasons.bottom());
        self.side(side_id, "Screening", start, bottom);
        Ok(end)
    }

    /// The included boxes, what leads to them, and the stamp beside or below them.
    fn end(
        &mut self,
        top: f64,
        main_end: Rect,
        lane_end: Option<Rect>,
        previous: Option<Rect>,
        options: &FlowOptions,
    ) -> Result<f64, PlotError> {
        let (counts, grid) = (self.counts, self.grid);
        let tint = Paint::new(EVERGREEN_TINT, EVERGREEN, 1.0);
        let mut cell = self.cell("included", grid.left, WHITE, &content::included(counts))?;
        if previous.is_none() {
            cell.paint = tint;
        }
        let first = self.row(top, vec![cell]).into_iter().next();
        let first = first.unwrap_or_default();
        match lane_end {
            None => self.down(main_end, first),
            Some(lane) => {
                self.down(lane, first);
                // From what hangs below the last box, where something does.
                let mut panels = self.scene.panels.iter();
                let hung = panels.find(|panel| panel.id == "pending-full-text");
                let from = hung.map_or_else(
                    || (main_end.bottom() - 6.0).max(main_end.y + 4.0),
                    |hung| hung.rect.cy(),
                );
                let to = first.cy();
                self.arrow(vec![
                    (hung.map_or(main_end.x, |hung| hung.rect.x), from),
                    (GUTTER, from),
                    (GUTTER, to),
                    (first.x, to),
                ]);
            }
        }
        let mut last = first;
        if let Some(previous) = previous {
            let mut cell = self.cell("total", grid.left, WHITE, &content::total(counts))?;
            cell.paint = tint;
            let y = first.bottom() + 20.0;
            last = self
                .row(y, vec![cell])
                .into_iter()
                .next()
                .unwrap_or_default();
            self.down(first, last);
            let x = self.width() - 2.0;
            self.arrow(vec![
                (previous.right(), previous.cy()),
                (x, previous.cy()),
                (x, last.cy()),
                (last.right(), last.cy()),
            ]);
        }
        last = self.meta_analysis(last)?;
        self.side("included-label", "Included", top, last.bottom());
        let mut bottom = last.bottom();
        let pending = counts.pending_total();
        if options.stamp && pending > 0 {
            let room = self.width() - 4.0;
            let design = Design::new(pending, options.date.as_deref(), room)?;
            let (wide, tall) = design.footprint();
            let middle = grid.right.x + grid.right.w / 2.0;
            let x = middle.min(self.width() - 3.0 - wide / 2.0);
            let centre = (x, bottom + 6.0 + tall / 2.0);
            self.scene.stamp = Some(design.at(centre));
            bottom += tall + 8.0;
        }
        Ok(bottom)
    }
}
