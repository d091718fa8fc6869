//! A small SVG writer: coordinates with two decimals, escaped text, presentation attributes only.
//!
//! Ids carry the figure's name, so that several figures share a page. Each figure has `role=img`,
//! or `group` where its counts are links, a title and a description with its numbers.

use super::rich::{Join, Line, Run};
use super::text::{Weight, directed};
use std::fmt::Write as _;

/// Text and box outlines.
pub const INK: &str = "#1B1F1D";
/// Notes and axes.
pub const NOTES: &str = "#565C58";
/// Emphasis, side labels, included.
pub const EVERGREEN: &str = "#1F5F4E";
/// Tint of evergreen.
pub const EVERGREEN_TINT: &str = "#E6EFEA";
/// Faults, high risk, effects away from benefit.
pub const BRICK: &str = "#9E3A26";
/// Tint of brick.
pub const BRICK_TINT: &str = "#F8E9E4";
/// Text in amber boxes.
pub const AMBER_INK: &str = "#6E4D00";
/// Outline of amber boxes.
pub const AMBER_EDGE: &str = "#8A6100";
/// Ground of amber boxes.
pub const AMBER_TINT: &str = "#FFF8E6";
/// The ground of heads.
pub const SAND: &str = "#F2EFE6";
/// What comes from an earlier version, or from another lane.
pub const GREY: &str = "#E9E9E6";
/// The ground of the figure.
pub const WHITE: &str = "#FFFFFF";

const HALO: &str = " paint-order=\"stroke\" stroke=\"#FFFFFF\" stroke-width=\"2.4\" \
                    stroke-linejoin=\"round\"";
const FONT: &str = "Inter, 'Helvetica Neue', Arial, sans-serif";

/// A rectangle, by its upper left corner and its size.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// The left edge, in CSS pixels.
    pub x: f64,
    /// The upper edge, in CSS pixels.
    pub y: f64,
    /// Width, in CSS pixels.
    pub w: f64,
    /// Height, in CSS pixels.
    pub h: f64,
}

impl Rect {
    /// A rectangle by its upper left corner and its size.
    pub fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// The lower edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// The middle from left to right.
    pub fn cx(&self) -> f64 {
        self.x + self.w / 2.0
    }

    /// The middle from top to bottom.
    pub fn cy(&self) -> f64 {
        self.y + self.h / 2.0
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        let clear = 0.01;
        self.x + clear < other.right()
            && other.x + clear < self.right()
            && self.y + clear < other.bottom()
            && other.y + clear < self.bottom()
    }
}

/// Ground and outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paint {
    /// The colour inside; `none` for nothing.
    pub fill: &'static str,
    /// The colour of the outline; `none` for nothing.
    pub stroke: &'static str,
    /// Outline's width.
    pub width: f64,
    /// Dashes of the outline.
    pub dash: Option<&'static str>,
    /// Radius of the corners.
    pub radius: f64,
}

impl Paint {
    /// The paint of a box.
    pub fn new(fill: &'static str, stroke: &'static str, width: f64) -> Self {
        Self {
            fill,
            stroke,
            width,
            dash: None,
            radius: 1.5,
        }
    }

    fn attributes(&self) -> String {
        let mut out = format!(
            "fill=\"{}\" stroke=\"{}\" stroke-width=\"{}\"",
            self.fill,
            self.stroke,
            number(self.width)
        );
        if let Some(dash) = self.dash {
            let _ = write!(out, " stroke-dasharray=\"{dash}\"");
        }
        out
    }
}

/// Where a line of text is tied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// At its beginning.
    #[default]
    Start,
    /// In its middle.
    Middle,
    /// At its end.
    End,
}

impl Anchor {
    fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// How a line of text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// The size of the font, in CSS pixels.
    pub size: f64,
    /// Weight of runs that say nothing else.
    pub weight: Weight,
    /// The colour of the letters.
    pub fill: &'static str,
    /// Where it is tied.
    pub anchor: Anchor,
    /// Whether it reads upwards.
    pub upwards: bool,
    /// Whether a white rim keeps it clear of the lines below it.
    pub halo: bool,
}

impl Style {
    /// Level text, tied at its beginning.
    pub fn new(size: f64, weight: Weight, fill: &'static str) -> Self {
        Self {
            size,
            weight,
            fill,
            anchor: Anchor::Start,
            upwards: false,
            halo: false,
        }
    }
}

/// A figure in the making.
#[derive(Debug, Clone)]
pub struct Figure {
    name: String,
    title: String,
    description: String,
    width: f64,
    millimetres: f64,
    links: Option<String>,
    body: String,
}

impl Figure {
    /// An empty figure. `name` prefixes its ids; `links` prefixes the addresses of counts, which
    /// are plain without it.
    pub fn new(
        name: &str,
        title: &str,
        description: &str,
        (width, millimetres): (f64, f64),
        links: Option<&str>,
    ) -> Self {
        Self {
            name: id(name),
            title: title.to_owned(),
            description: description.to_owned(),
            width,
            millimetres,
            links: links.map(str::to_owned),
            body: String::new(),
        }
    }

    fn line(&mut self, markup: &str) {
        self.body.push_str(markup);
        self.body.push('\n');
    }

    /// A rectangle, by its upper left corner and its size.
    pub fn rect(&mut self, rect: &Rect, paint: &Paint) {
        self.rect_with("", rect, paint);
    }

    /// A rectangle that a page can find, by the figure's name and its own.
    pub fn named_rect(&mut self, part: &str, rect: &Rect, paint: &Paint) {
        let id = format!(" id=\"{}-{}\"", self.name, escape(part));
        self.rect_with(&id, rect, paint);
    }

    fn rect_with(&mut self, id: &str, rect: &Rect, paint: &Paint) {
        let [x, y, width, height] = [rect.x, rect.y, rect.w, rect.h].map(number);
        let (radius, paint) = (number(paint.radius), paint.attributes());
        self.line(&format!(
            "<rect{id} x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             rx=\"{radius}\" {paint}/>"
        ));
    }

    /// A line through points; with an arrow head at its end where asked.
    pub fn polyline(&mut self, points: &[(f64, f64)], paint: &Paint, arrow: bool) {
        let path: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", number(*x), number(*y)))
            .collect();
        let head = if arrow {
            format!(" marker-end=\"url(#{}-a)\"", self.name)
        } else {
            String::new()
        };
        let paint = paint.attributes();
        self.line(&format!(
            "<polyline points=\"{}\" {paint}{head}/>",
            path.join(" ")
        ));
    }

    /// Separate straight lines, as one path.
    pub fn segments(&mut self, lines: &[[(f64, f64); 2]], paint: &Paint) {
        let path: Vec<String> = lines
            .iter()
            .map(|[from, to]| {
                let [a, b, c, d] = [from.0, from.1, to.0, to.1].map(number);
                format!("M{a} {b}L{c} {d}")
            })
            .collect();
        let paint = paint.attributes();
        self.line(&format!("<path d=\"{}\" {paint}/>", path.concat()));
    }

    /// A circle, by its centre and radius in CSS pixels.
    pub fn circle(&mut self, (x, y): (f64, f64), radius: f64, paint: &Paint) {
        let [x, y, radius] = [x, y, radius].map(number);
        let paint = paint.attributes();
        self.line(&format!(
            "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {paint}/>"
        ));
    }

    /// One line of text; counts in it open where the figure has links.
    pub fn text(&mut self, x: f64, y: f64, style: &Style, runs: &[Run]) {
        let line = Line {
            runs: runs.to_vec(),
            ..Line::default()
        };
        self.paragraph(style, &[(x, y, &line)]);
    }

    /// The lines of one paragraph as one text, so that it is found and copied whole.
    pub fn paragraph(&mut self, style: &Style, lines: &[(f64, f64, &Line)]) {
        let mut out = String::new();
        for (at, (x, y, line)) in lines.iter().enumerate() {
            let [x, y] = [x, y].map(|value| number(*value));
            if at == 0 {
                out.push_str(&opening(style, &x, &y));
                self.runs(&mut out, style, &line.runs);
            } else {
                if line.join == Join::Space {
                    out.push(' ');
                }
                let _ = write!(out, "<tspan x=\"{x}\" y=\"{y}\">");
                self.runs(&mut out, style, &line.runs);
                out.push_str("</tspan>");
            }
        }
        if !out.is_empty() {
            out.push_str("</text>");
            self.line(&out);
        }
    }

    fn runs(&self, out: &mut String, style: &Style, runs: &[Run]) {
        for run in runs {
            let text = escape(&directed(&run.text));
            let set = if run.weight == style.weight {
                text
            } else {
                format!(
                    "<tspan font-weight=\"{}\">{text}</tspan>",
                    run.weight.number()
                )
            };
            match run.path.as_deref().and_then(|path| self.address(path)) {
                Some(href) => {
                    let _ = write!(out, "<a class=\"count\" href=\"{href}\">{set}</a>");
                }
                None => out.push_str(&set),
            }
        }
    }

    fn address(&self, path: &str) -> Option<String> {
        let prefix = self.links.as_deref()?;
        Some(format!("{}{}", escape(prefix), percent_encode(path)))
    }

    /// Opens a link around what follows; `false` where the figure has no links and nothing is to
    /// be closed.
    pub fn open_link(&mut self, path: &str) -> bool {
        match self.address(path) {
            Some(href) => {
                self.line(&format!("<a class=\"count\" href=\"{href}\">"));
                true
            }
            None => false,
        }
    }

    /// Closes the link.
    pub fn close_link(&mut self) {
        self.line("</a>");
    }

    /// Opens a group turned by `degrees` around a point.
    pub fn open_turned(&mut self, degrees: f64, (x, y): (f64, f64)) {
        let [degrees, x, y] = [degrees, x, y].map(number);
        self.line(&format!("<g transform=\"rotate({degrees} {x} {y})\">"));
    }

    /// Closes the group.
    pub fn close_group(&mut self) {
        self.line("</g>");
    }

    /// The figure, `height` high.
    pub fn finish(self, height: f64) -> String {
        let name = &self.name;
        let millimetres = number(self.millimetres);
        let tall = number(self.millimetres * height / self.width);
        let (width, height) = (number(self.width), number(height));
        // What is inside an image is hidden from readers of screens, its links too.
        let role = if self.links.is_some() { "group" } else { "img" };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"{role}\" \
             aria-labelledby=\"{name}-t {name}-d\" viewBox=\"0 0 {width} {height}\" \
             width=\"{millimetres}mm\" height=\"{tall}mm\" font-family=\"{FONT}\" \
             font-size=\"8\">\n\
             <title id=\"{name}-t\">{}</title>\n\
             <desc id=\"{name}-d\">{}</desc>\n\
             <defs><marker id=\"{name}-a\" viewBox=\"0 0 6 6\" refX=\"5.4\" refY=\"3\" \
             markerWidth=\"6\" markerHeight=\"6\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
             <path d=\"M0 .4 5.6 3 0 5.6z\" fill=\"{INK}\"/></marker></defs>\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"{WHITE}\"/>\n\
             {}</svg>\n",
            escape(&self.title),
            escape(&self.description),
            self.body
        )
    }
}

/// The opening tag of a text.
fn opening(style: &Style, x: &str, y: &str) -> String {
    let turn = if style.upwards {
        format!(" transform=\"rotate(-90 {x} {y})\"")
    } else {
        String::new()
    };
    let rim = if style.halo { HALO } else { "" };
    format!(
        "<text x=\"{x}\" y=\"{y}\" font-size=\"{}\" font-weight=\"{}\" fill=\"{}\" \
         text-anchor=\"{}\"{turn}{rim}>",
        number(style.size),
        style.weight.number(),
        style.fill,
        style.anchor.word()
    )
}

/// A coordinate: two decimals, never `-0.00`, never a word.
pub fn number(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let text = format!("{value:.2}");
    if text == "-0.00" {
        "0.00".to_owned()
    } else {
        text
    }
}

/// Text as it may stand in SVG; what XML forbids becomes U+FFFD.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

/// The same figure in greys, each colour by its lightness; what colour said is said by shape and
/// hatching as well.
///
/// ```
/// use perennial::plot::svg::grey;
///
/// assert_eq!(grey("<path fill=\"#1F5F4E\"/>"), "<path fill=\"#555555\"/>");
/// assert_eq!(grey("<text fill=\"#FFFFFF\">=#1F5F4E</text>"), "<text fill=\"#FFFFFF\">=#1F5F4E</text>");
/// ```
pub fn grey(svg: &str) -> String {
    const ATTRIBUTE: &str = "=\"#";
    let mut out = String::with_capacity(svg.len());
    let mut parts = svg.split(ATTRIBUTE);
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        out.push_str(ATTRIBUTE);
        match part
            .split_at_checked(6)
            .filter(|(_, rest)| rest.starts_with('"'))
        {
            Some((colour, rest)) => {
                out.push_str(&grey_of(colour).unwrap_or_else(|| colour.to_owned()));
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// The grey of the same relative luminance (WCAG 2), as six digits.
fn grey_of(colour: &str) -> Option<String> {
    let value = u32::from_str_radix(colour, 16).ok()?;
    let mut luminance = 0.0;
    for (shift, share) in [(16, 0.2126), (8, 0.7152), (0, 0.0722)] {
        let channel = f64::from((value >> shift) & 0xFF) / 255.0;
        let linear = if channel <= 0.04045 {
            channel / 12.92
        } else {
            libm::pow((channel + 0.055) / 1.055, 2.4)
        };
        luminance += share * linear;
    }
    let channel = if luminance <= 0.0031308 {
        12.92 * luminance
    } else {
        1.055 * libm::pow(luminance, 1.0 / 2.4) - 0.055
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 255"
    )]
    let level = (channel * 255.0).round().clamp(0.0, 255.0) as u8;
    Some(format!("{level:02X}").repeat(3))
}

/// A path as one segment of an address: all but letters, digits and `-._~` as bytes.
pub fn percent_encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn id(name: &str) -> String {
    let clean = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(clean).collect();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name
    } else {
        format!("f{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_cannot_break_the_markup() {
        assert_eq!(
            escape("<a href=\"x\">&'\u{1}"),
            "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\u{fffd}"
        );
        assert_eq!(number(-0.001), "0.00");
        assert_eq!(number(f64::NAN), "0.00");
        assert_eq!(number(1.005), "1.00");
        let encoded = percent_encode("identified.databases.by_source[Pub/Med é]");
        assert_eq!(
            encoded,
            "identified.databases.by_source%5BPub%2FMed%20%C3%A9%5D"
        );
        assert_eq!(id("9 <x>"), "f9--x-");
    }
}
