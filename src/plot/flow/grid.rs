//! The columns and the type of each template, and text wrapped to a column.

use super::PlotError;
use super::content::Para;
use super::scene::{Panel, Text};
use crate::plot::rich::{Line, wrap};
use crate::plot::svg::{INK, Paint, Rect, Style};
use crate::plot::text::Weight;
use crate::prisma::Template;

/// Left edge and width of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) x: f64,
    pub(super) w: f64,
}

pub(super) const fn column(x: f64, w: f64) -> Column {
    Column { x, w }
}

/// The columns and the type of one template.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) size: f64,
    pub(super) leading: f64,
    pub(super) padding: f64,
    pub(super) indent: f64,
    pub(super) lowest: f64,
    pub(super) previous: Column,
    pub(super) left: Column,
    pub(super) right: Column,
    pub(super) other: Column,
    pub(super) other_right: Column,
}

const NONE: Column = column(0.0, 0.0);

/// The columns on one column of a journal: room on the left for a lane that passes another, on the
/// right for the way of the previous studies.
pub(super) fn compact_grid(template: Template) -> Grid {
    let left = if template.has_other_lane() {
        column(30.0, 94.0)
    } else {
        column(22.0, 100.0)
    };
    let right = if template.is_update() {
        column(137.0, 93.0)
    } else {
        column(137.0, 102.0)
    };
    Grid {
        size: 7.0,
        leading: 9.4,
        padding: 4.5,
        indent: 4.0,
        lowest: 26.0,
        previous: NONE,
        left,
        right,
        other: NONE,
        other_right: NONE,
    }
}

pub(super) fn grid(template: Template) -> Grid {
    let wide = Grid {
        size: 8.0,
        leading: 11.2,
        padding: 7.0,
        indent: 8.0,
        lowest: 34.0,
        previous: NONE,
        left: column(32.0, 222.0),
        right: column(288.0, 220.0),
        other: NONE,
        other_right: NONE,
    };
    match template {
        Template::V1 => wide,
        Template::V2 => Grid {
            size: 7.5,
            leading: 10.4,
            padding: 5.5,
            indent: 6.0,
            lowest: 30.0,
            left: column(28.0, 108.0),
            right: column(150.0, 116.0),
            other: column(284.0, 106.0),
            other_right: column(404.0, 104.0),
            ..wide
        },
        Template::V3 => Grid {
            padding: 6.0,
            previous: column(26.0, 98.0),
            left: column(138.0, 176.0),
            right: column(338.0, 170.0),
            ..wide
        },
        Template::V4 => Grid {
            size: 7.0,
            leading: 9.6,
            padding: 5.0,
            indent: 5.0,
            lowest: 28.0,
            previous: column(26.0, 76.0),
            left: column(112.0, 92.0),
            right: column(217.0, 99.0),
            other: column(328.0, 84.0),
            other_right: column(425.0, 83.0),
        },
    }
}

/// Wrapped text of a box, before it has a place.
pub(super) struct Block {
    pub(super) lines: Vec<(f64, Line)>,
    pub(super) h: f64,
}

impl Grid {
    pub(super) fn block(&self, column: Column, paras: &[Para]) -> Result<Block, PlotError> {
        let mut lines = Vec::new();
        for para in paras {
            let first = if para.part { self.indent } else { 0.0 };
            let rest = if para.part { 2.0 * self.indent } else { 0.0 };
            let room = column.w - 2.0 * self.padding;
            let wrapped = wrap(&para.runs, self.size, room - first, room - rest)?;
            for (at, line) in wrapped.into_iter().enumerate() {
                lines.push((if at == 0 { first } else { rest }, line));
            }
        }
        let count = lines.iter().fold(0.0, |n, _| n + 1.0);
        let h = count * self.leading + 2.0 * self.padding - 0.33 * self.size;
        Ok(Block {
            lines,
            h: h.max(self.lowest),
        })
    }

    pub(super) fn panel(&self, id: &'static str, rect: Rect, paint: Paint, block: Block) -> Panel {
        let count = block.lines.iter().fold(0.0, |n, _| n + 1.0);
        let mut y = rect.y + (rect.h - count * self.leading) / 2.0 + 0.741 * self.leading;
        let style = Style::new(self.size, Weight::Regular, INK);
        let mut lines = Vec::new();
        for (indent, line) in block.lines {
            lines.push(Text {
                x: rect.x + self.padding + indent,
                y,
                style,
                line,
            });
            y += self.leading;
        }
        Panel {
            id,
            rect,
            paint,
            lines,
            path: None,
        }
    }
}
