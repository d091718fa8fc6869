//! The arranged figure: where every box, arrow and line of text is, before it is SVG.

use crate::plot::page::Page;
use crate::plot::rich::{Join, Line};
use crate::plot::svg::{Anchor, Figure, INK, Paint, Rect, Style};

/// A placed line of text.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) style: Style,
    pub(super) line: Line,
}

/// A box with its lines.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    pub(super) id: &'static str,
    pub(super) rect: Rect,
    pub(super) paint: Paint,
    pub(super) lines: Vec<Text>,
    /// The path of the count the whole box opens.
    pub(super) path: Option<String>,
}

/// The provisional stamp: a turned frame with its lines.
#[derive(Debug, Clone)]
pub(super) struct Stamp {
    pub(super) degrees: f64,
    pub(super) frame: Rect,
    pub(super) outer: Paint,
    pub(super) inner: Paint,
    pub(super) lines: Vec<Text>,
}

/// Everything that is drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct Scene {
    pub(super) page: Page,
    pub(super) height: f64,
    pub(super) panels: Vec<Panel>,
    pub(super) arrows: Vec<Vec<(f64, f64)>>,
    pub(super) notes: Vec<Text>,
    pub(super) stamp: Option<Stamp>,
}

impl Scene {
    /// The scene as SVG.
    pub(super) fn draw(
        &self,
        name: &str,
        title: &str,
        description: &str,
        links: Option<&str>,
    ) -> String {
        let size = (self.page.points(), self.page.millimetres());
        let mut figure = Figure::new(name, title, description, size, links);
        for panel in &self.panels {
            let opened = panel
                .path
                .as_deref()
                .is_some_and(|path| figure.open_link(path));
            figure.named_rect(panel.id, &panel.rect, &panel.paint);
            draw_lines(&mut figure, &panel.lines);
            if opened {
                figure.close_link();
            }
        }
        let ink = Paint::new("none", INK, 0.75);
        for arrow in &self.arrows {
            figure.polyline(arrow, &ink, true);
        }
        if let Some(stamp) = &self.stamp {
            let frame = &stamp.frame;
            figure.open_turned(stamp.degrees, (frame.cx(), frame.cy()));
            figure.rect(frame, &stamp.outer);
            let inset = 2.4;
            let inner = Rect::new(
                frame.x + inset,
                frame.y + inset,
                frame.w - 2.0 * inset,
                frame.h - 2.0 * inset,
            );
            figure.rect(&inner, &stamp.inner);
            draw_lines(&mut figure, &stamp.lines);
            figure.close_group();
        }
        draw_lines(&mut figure, &self.notes);
        figure.finish(self.height)
    }
}

/// Lines of a paragraph become one text. Centred ones stay apart: the space that joins two lines
/// would move the first.
fn draw_lines(figure: &mut Figure, lines: &[Text]) {
    let continues =
        |text: &Text| text.line.join != Join::Begins && text.style.anchor == Anchor::Start;
    for paragraph in lines.chunk_by(|_, next| continues(next)) {
        let Some(first) = paragraph.first() else {
            continue;
        };
        let placed: Vec<_> = paragraph
            .iter()
            .map(|text| (text.x, text.y, &text.line))
            .collect();
        figure.paragraph(&first.style, &placed);
    }
}
