//! Where everything stands: columns by template, rows by the height of what is in them.

use super::content::{self, Para, Stage};
use super::grid::{Block, Column, Grid, column, compact_grid, grid};
use super::notes;
use super::scene::{Panel, Scene, Text};
use super::stamp::Design;
use super::{FlowOptions, PlotError};
use crate::plot::page::Page;
use crate::plot::rich::{Line, Run, balance, wrap};
use crate::plot::svg::{
    AMBER_EDGE, AMBER_INK, AMBER_TINT, Anchor, BRICK, BRICK_TINT, EVERGREEN, EVERGREEN_TINT, GREY,
    INK, NOTES, Paint, Rect, SAND, Style, WHITE,
};
use crate::plot::text::Weight;
use crate::prisma::{Counts, Template};

pub(super) const BEFORE_ROW: f64 = 22.0;
const NOTE_SIZE: f64 = 7.0;
const NOTE_LEADING: f64 = 10.0;
const PENDING_SIZE: f64 = 7.0;
const PENDING_LEADING: f64 = 9.4;

/// The arranger: a scene that grows downwards.
pub(super) struct Arranger<'a> {
    pub(super) counts: &'a Counts,
    pub(super) grid: Grid,
    pub(super) scene: Scene,
}

/// A box of a row: its name, its column, its text.
pub(super) struct Cell {
    id: &'static str,
    column: Column,
    pub(super) paint: Paint,
    pub(super) block: Block,
}

fn outline(fill: &'static str) -> Paint {
    Paint::new(fill, INK, 0.75)
}

/// Arranges the flow.
pub(super) fn arrange(counts: &Counts, options: &FlowOptions) -> Result<Scene, PlotError> {
    let template = match (counts.previous.is_some(), counts.has_other_lane()) {
        (false, false) => Template::V1,
        (false, true) => Template::V2,
        (true, false) => Template::V3,
        (true, true) => Template::V4,
    };
    let compact = options.page == Page::Column;
    let mut arranger = Arranger {
        counts,
        grid: if compact {
            compact_grid(template)
        } else {
            grid(template)
        },
        scene: Scene {
            page: if compact { Page::Column } else { Page::Full },
            ..Scene::default()
        },
    };
    let y = if compact {
        arranger.stacked(template, options)?
    } else {
        let y = arranger.heads(template)?;
        arranger.boxes(template, y, options)?
    };
    arranger.notes(y, options)?;
    Ok(arranger.scene)
}

impl Arranger<'_> {
    /// The width of the figure.
    pub(super) fn width(&self) -> f64 {
        self.scene.page.points()
    }

    /// One head at `y`.
    pub(super) fn head(
        &mut self,
        id: &'static str,
        column: Column,
        text: &str,
        fill: &'static str,
        y: f64,
    ) -> Result<Rect, PlotError> {
        let size = self.grid.size + 0.5;
        let lines = balance(&[Run::new(text, Weight::SemiBold)], size, column.w - 8.0)?;
        let count = lines.iter().fold(0.0, |n, _| n + 1.0);
        let h = (count * size * 1.3 + 9.0).max(20.0);
        let rect = Rect::new(column.x, y, column.w, h);
        self.headed(id, rect, lines, fill);
        Ok(rect)
    }

    /// A head whose place is known.
    fn headed(&mut self, id: &'static str, rect: Rect, lines: Vec<Line>, fill: &'static str) {
        let size = self.grid.size + 0.5;
        let leading = size * 1.3;
        let count = lines.iter().fold(0.0, |n, _| n + 1.0);
        let style = Style {
            anchor: Anchor::Middle,
            ..Style::new(size, Weight::SemiBold, INK)
        };
        let mut y = rect.y + (rect.h - count * leading) / 2.0 + 0.76 * leading;
        let mut texts = Vec::new();
        for line in lines {
            texts.push(Text {
                x: rect.cx(),
                y,
                style,
                line,
            });
            y += leading;
        }
        self.scene.panels.push(Panel {
            id,
            rect,
            paint: outline(fill),
            lines: texts,
            path: None,
        });
    }

    /// The title boxes over the columns; gives the top of the first row.
    fn heads(&mut self, template: Template) -> Result<f64, PlotError> {
        let grid = self.grid;
        let main = column(grid.left.x, grid.right.x + grid.right.w - grid.left.x);
        let mut heads = vec![("head", main, content::main_head(template), SAND)];
        if template.is_update() {
            heads.push(("head-previous", grid.previous, "Previous studies", GREY));
        }
        if template.has_other_lane() {
            let lane = column(
                grid.other.x,
                grid.other_right.x + grid.other_right.w - grid.other.x,
            );
            heads.push(("head-other", lane, content::other_head(template), GREY));
        }
        let size = grid.size + 0.5;
        let leading = size * 1.3;
        let mut blocks = Vec::new();
        let mut h: f64 = 20.0;
        for (id, column, text, fill) in heads {
            let room = column.w - 8.0;
            let lines = balance(&[Run::new(text, Weight::SemiBold)], size, room)?;
            let count = lines.iter().fold(0.0, |n, _| n + 1.0);
            h = h.max(count * leading + 9.0);
            blocks.push((id, column, lines, fill));
        }
        for (id, column, lines, fill) in blocks {
            self.headed(id, Rect::new(column.x, 2.0, column.w, h), lines, fill);
        }
        Ok(2.0 + h + 12.0)
    }

    pub(super) fn cell(
        &self,
        id: &'static str,
        column: Column,
        fill: &'static str,
        paras: &[Para],
    ) -> Result<Cell, PlotError> {
        let paras = content::given(self.counts, paras);
        let block = self.grid.block(column, &paras)?;
        Ok(Cell {
            id,
            column,
            paint: outline(fill),
            block,
        })
    }

    /// Places cells side by side at `y`, each `h` high or as high as its text asks; gives where
    /// they are.
    pub(super) fn place(&mut self, y: f64, h: f64, cells: Vec<Cell>) -> Vec<Rect> {
        let mut rects = Vec::new();
        for cell in cells {
            let rect = Rect::new(cell.column.x, y, cell.column.w, h.max(cell.block.h));
            let panel = self.grid.panel(cell.id, rect, cell.paint, cell.block);
            self.scene.panels.push(panel);
            rects.push(rect);
        }
        rects
    }

    /// Hangs what waits below a box; gives where the column goes on.
    pub(super) fn hang(
        &mut self,
        id: &'static str,
        under: Rect,
        waiting: Option<(String, String)>,
    ) -> Result<Rect, PlotError> {
        let Some((text, path)) = waiting else {
            return Ok(under);
        };
        let inset = (under.w * 0.11).min(18.0);
        let w = under.w - 2.0 * inset;
        let runs = [Run::new(text, Weight::SemiBold)];
        let lines = wrap(&runs, PENDING_SIZE, w - 6.0, w - 6.0)?;
        let count = lines.iter().fold(0.0, |n, _| n + 1.0);
        let h = count * PENDING_LEADING + 4.6;
        let rect = Rect::new(under.x + inset, under.bottom(), w, h);
        let style = Style {
            anchor: Anchor::Middle,
            ..Style::new(PENDING_SIZE, Weight::SemiBold, AMBER_INK)
        };
        let mut y = rect.y + 9.6;
        let mut texts = Vec::new();
        for line in lines {
            texts.push(Text {
                x: rect.cx(),
                y,
                style,
                line,
            });
            y += PENDING_LEADING;
        }
        let paint = Paint {
            dash: Some("2.4 1.8"),
            radius: 0.0,
            ..Paint::new(AMBER_TINT, AMBER_EDGE, 0.75)
        };
        self.scene.panels.push(Panel {
            id,
            rect,
            paint,
            lines: texts,
            path: Some(path),
        });
        Ok(Rect::new(under.x, under.y, under.w, under.h + h))
    }

    pub(super) fn side(&mut self, id: &'static str, text: &'static str, top: f64, bottom: f64) {
        let thick = if self.scene.page == Page::Column {
            14.0
        } else {
            17.0
        };
        let rect = Rect::new(2.0, top, thick, bottom - top);
        let style = Style {
            anchor: Anchor::Middle,
            upwards: true,
            ..Style::new(8.0, Weight::SemiBold, EVERGREEN)
        };
        let width = crate::plot::text::width_or_em(text, 8.0, Weight::SemiBold).unwrap_or(0.0);
        let line = Line {
            runs: vec![Run::new(text, Weight::SemiBold)],
            width,
            ..Line::default()
        };
        let lines = vec![Text {
            x: rect.cx() + 2.9,
            y: rect.cy(),
            style,
            line,
        }];
        let paint = Paint::new(EVERGREEN_TINT, EVERGREEN, 0.75);
        self.scene.panels.push(Panel {
            id,
            rect,
            paint,
            lines,
            path: None,
        });
    }

    pub(super) fn arrow(&mut self, points: Vec<(f64, f64)>) {
        self.scene.arrows.push(points);
    }

    pub(super) fn across(&mut self, from: Rect, to: Rect, y: f64) {
        self.arrow(vec![(from.right(), y), (to.x, y)]);
    }

    pub(super) fn down(&mut self, from: Rect, to: Rect) {
        self.arrow(vec![(from.cx(), from.bottom()), (to.cx(), to.y)]);
    }

    /// The rows from identification to inclusion; gives their lower edge.
    fn boxes(
        &mut self,
        template: Template,
        top: f64,
        options: &FlowOptions,
    ) -> Result<f64, PlotError> {
        let counts = self.counts;
        let grid = self.grid;
        let lane = &counts.other_methods;
        let (main_pending, lane_pending) = (&counts.pending, &lane.pending);
        let other = template.has_other_lane();
        let (here, there) = ("", "other_methods.");

        // Identification.
        let mut cells = vec![
            self.cell("identified", grid.left, WHITE, &content::identified(counts))?,
            self.cell("removed", grid.right, WHITE, &content::removed(counts))?,
        ];
        if other {
            let paras = content::identified_other(counts);
            cells.push(self.cell("o1", grid.other, WHITE, &paras)?);
        }
        if let Some(previous) = &counts.previous {
            let paras = content::previous(previous);
            cells.push(self.cell("previous", grid.previous, GREY, &paras)?);
        }
        let h = cells.iter().fold(69.0_f64, |h, cell| h.max(cell.block.h));
        let rects = self.place(top, h, cells);
        let mut rects = rects.into_iter();
        let [identified, removed] = [rects.next(), rects.next()].map(Option::unwrap_or_default);
        let o1 = if other { rects.next() } else { None };
        let previous = rects.next();
        self.across(identified, removed, identified.cy());
        let waiting = content::waiting(here, main_pending, Stage::Identified);
        let mut main_end = self.hang("pending-before", identified, waiting)?;
        let mut lane_end = o1;
        if let Some(o1) = o1 {
            let waiting = content::waiting(there, lane_pending, Stage::Identified);
            let hung = self.hang("o-pending-before", o1, waiting)?;
            let waiting = content::waiting(there, lane_pending, Stage::Screened);
            lane_end = Some(self.hang("o-pending-title", hung, waiting)?);
        }
        let bottom = lane_end.map_or(0.0, |r| r.bottom()).max(main_end.bottom());
        self.side("identification", "Identification", top, bottom);

        // Screening: titles and abstracts.
        let start = bottom + BEFORE_ROW;
        let cells = vec![
            self.cell("screened", grid.left, WHITE, &content::screened(counts))?,
            self.cell("excluded", grid.right, WHITE, &content::excluded(counts))?,
        ];
        let [screened, excluded] = self.pair(start, cells);
        self.down(main_end, screened);
        self.across(screened, excluded, screened.cy());
        let waiting = content::waiting(here, main_pending, Stage::Screened);
        main_end = self.hang("pending-title", screened, waiting)?;

        // Screening: retrieval.
        let y = main_end.bottom() + BEFORE_ROW;
        let lower = excluded.bottom() + BEFORE_ROW;
        let y = y.max(lower);
        let mut cells = vec![
            self.cell(
                "sought",
                grid.left,
                WHITE,
                &content::sought(here, counts.sought),
            )?,
            self.cell(
                "not-retrieved",
                grid.right,
                WHITE,
                &content::not_retrieved(here, counts.not_retrieved),
            )?,
        ];
        if other {
            let paras = content::sought(there, lane.sought);
            cells.push(self.cell("o4", grid.other, WHITE, &paras)?);
            let paras = content::not_retrieved(there, lane.not_retrieved);
            cells.push(self.cell("o4b", grid.other_right, WHITE, &paras)?);
        }
        let h = cells.iter().fold(0.0_f64, |h, cell| h.max(cell.block.h));
        let mut rects = self.place(y, h, cells).into_iter();
        let [sought, missed, o4, o4b] =
            [rects.next(), rects.next(), rects.next(), rects.next()].map(Option::unwrap_or_default);
        self.down(main_end, sought);
        self.across(sought, missed, sought.cy());
        let waiting = content::waiting(here, main_pending, Stage::Sought);
        main_end = self.hang("pending-retrieval", sought, waiting)?;
        if let Some(from) = lane_end {
            self.down(from, o4);
            self.across(o4, o4b, o4.cy());
            let waiting = content::waiting(there, lane_pending, Stage::Sought);
            lane_end = Some(self.hang("o-pending-retrieval", o4, waiting)?);
        }

        // Screening: full texts. Reasons may be many; their box is as high as it must be.
        let y = lane_end.map_or(0.0, |r| r.bottom()).max(main_end.bottom()) + BEFORE_ROW;
        let mut cells = vec![self.cell(
            "assessed",
            grid.left,
            WHITE,
            &content::assessed(here, counts.assessed),
        )?];
        if other {
            let paras = content::assessed(there, lane.assessed);
            cells.push(self.cell("o5", grid.other, WHITE, &paras)?);
        }
        let h = cells.iter().fold(0.0_f64, |h, cell| h.max(cell.block.h));
        let mut rects = self.place(y, h, cells).into_iter();
        let [assessed, o5] = [rects.next(), rects.next()].map(Option::unwrap_or_default);
        let paras = content::reasons(here, &counts.excluded_full_text);
        let mut cells = vec![self.cell("excluded-full-text", grid.right, WHITE, &paras)?];
        if other {
            let paras = content::reasons(there, &lane.excluded_full_text);
            cells.push(self.cell("o5b", grid.other_right, WHITE, &paras)?);
        }
        let reasons = self.place(y, h, cells);
        self.down(main_end, assessed);
        for (from, to) in [assessed, o5].into_iter().zip(reasons.iter()) {
            self.across(from, *to, from.cy());
        }
        let waiting = content::waiting(here, main_pending, Stage::Assessed);
        main_end = self.hang("pending-full-text", assessed, waiting)?;
        if let Some(from) = lane_end {
            self.down(from, o5);
            let waiting = content::waiting(there, lane_pending, Stage::Assessed);
            lane_end = Some(self.hang("o-pending-full-text", o5, waiting)?);
        }
        let bottom = reasons
            .iter()
            .fold(main_end.bottom(), |y, r| y.max(r.bottom()))
            .max(lane_end.map_or(0.0, |r| r.bottom()));
        self.side("screening", "Screening", start, bottom);
        self.included(bottom + BEFORE_ROW, main_end, lane_end, previous, options)
    }

    /// Cells side by side, all as high as the highest.
    pub(super) fn row(&mut self, y: f64, cells: Vec<Cell>) -> Vec<Rect> {
        let h = cells.iter().fold(0.0_f64, |h, cell| h.max(cell.block.h));
        self.place(y, h, cells)
    }

    pub(super) fn pair(&mut self, y: f64, cells: Vec<Cell>) -> [Rect; 2] {
        let mut rects = self.row(y, cells).into_iter();
        [rects.next(), rects.next()].map(Option::unwrap_or_default)
    }

    /// The included boxes, what leads to them, and the stamp in the room beside them.
    fn included(
        &mut self,
        top: f64,
        main_end: Rect,
        lane_end: Option<Rect>,
        previous: Option<Rect>,
        options: &FlowOptions,
    ) -> Result<f64, PlotError> {
        let counts = self.counts;
        let grid = self.grid;
        let is_update = previous.is_some();
        let pending = counts.pending_total();
        let stamped = options.stamp && pending > 0;
        // The stamp stands right of the boxes, and of the other lane's way down to them where
        // that is in its way.
        let left = match lane_end {
            Some(lane) if !is_update => lane.cx() + 5.0,
            Some(_) => grid.left.x + grid.left.w + 10.0,
            None => grid.right.x,
        };
        let room = self.width() - 2.0 - left;
        let design = if stamped {
            Some(Design::new(pending, options.date.as_deref(), room)?)
        } else {
            None
        };
        let stamp_h = design.as_ref().map_or(0.0, |design| design.footprint().1);

        let tint = Paint::new(EVERGREEN_TINT, EVERGREEN, 1.0);
        let mut cell = self.cell("included", grid.left, WHITE, &content::included(counts))?;
        let mut h = cell.block.h;
        if !is_update {
            cell.paint = tint;
            h = h.max(42.0).max(stamp_h + 2.0);
        }
        let first = self
            .place(top, h, vec![cell])
            .into_iter()
            .next()
            .unwrap_or_default();
        self.down(main_end, first);
        if let Some(lane) = lane_end {
            let (x, y) = (lane.cx(), first.cy());
            self.arrow(vec![(x, lane.bottom()), (x, y), (first.right(), y)]);
        }
        let mut last = first;
        if let Some(previous) = previous {
            let mut cell = self.cell("total", grid.left, WHITE, &content::total(counts))?;
            cell.paint = tint;
            let h = cell.block.h;
            let y = first.bottom() + 20.0;
            last = self
                .place(y, h, vec![cell])
                .into_iter()
                .next()
                .unwrap_or_default();
            self.down(first, last);
            let x = previous.cx();
            self.arrow(vec![
                (x, previous.bottom()),
                (x, last.cy()),
                (last.x, last.cy()),
            ]);
        }
        last = self.meta_analysis(last)?;
        self.side("included-label", "Included", top, last.bottom());
        if let Some(design) = design {
            let upper = if is_update && lane_end.is_some() {
                first.cy() + 4.0
            } else {
                top
            };
            let upper = upper.min(last.bottom() - stamp_h);
            let beside = Rect::new(left, upper, room, last.bottom() - upper);
            self.scene.stamp = Some(design.at((beside.cx(), beside.cy())));
        }
        Ok(last.bottom())
    }

    /// The box of what is in the meta-analysis, below `last`; gives the last box.
    pub(super) fn meta_analysis(&mut self, last: Rect) -> Result<Rect, PlotError> {
        let paras = content::in_meta_analysis(self.counts);
        if paras.is_empty() {
            return Ok(last);
        }
        let cell = self.cell("meta-analysis", self.grid.left, WHITE, &paras)?;
        let rects = self.row(last.bottom() + 20.0, vec![cell]);
        let Some(rect) = rects.into_iter().next() else {
            return Ok(last);
        };
        self.down(last, rect);
        Ok(rect)
    }

    /// The notes, faults first; sets the height of the scene.
    fn notes(&mut self, bottom: f64, options: &FlowOptions) -> Result<(), PlotError> {
        let mut y = bottom + 12.0;
        let wide = self.width() - 4.0;
        let faults = notes::faults(self.counts);
        if !faults.is_empty() {
            let style = Style::new(7.5, Weight::Regular, BRICK);
            let mut lines = Vec::new();
            let mut baseline = y + 13.0;
            for runs in faults {
                for line in wrap(&runs, style.size, wide - 14.0, wide - 14.0)? {
                    lines.push(Text {
                        x: 9.0,
                        y: baseline,
                        style,
                        line,
                    });
                    baseline += 10.6;
                }
            }
            let rect = Rect::new(2.0, y, wide, baseline - y - 2.0);
            let paint = Paint::new(BRICK_TINT, BRICK, 0.75);
            self.scene.panels.push(Panel {
                id: "fault",
                rect,
                paint,
                lines,
                path: None,
            });
            y = rect.bottom() + 8.0;
        }
        y += 6.0;
        let style = Style::new(NOTE_SIZE, Weight::Regular, NOTES);
        for runs in notes::notes(self.counts, options) {
            for line in wrap(&runs, NOTE_SIZE, wide, wide)? {
                self.scene.notes.push(Text {
                    x: 2.0,
                    y,
                    style,
                    line,
                });
                y += NOTE_LEADING;
            }
        }
        self.scene.height = (y - NOTE_LEADING + 5.0).ceil();
        Ok(())
    }
}
