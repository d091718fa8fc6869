//! What the tests of figures ask of every text: inside the figure, clear of the others, large enough.

use super::text::{Weight, width_or_em};

/// A line of text of a figure.
#[derive(Debug, Clone)]
pub(super) struct Words {
    left: f64,
    right: f64,
    y: f64,
    size: f64,
    /// What it says.
    pub(super) text: String,
}

/// Every line of text of a figure, those of paragraphs one by one.
pub(super) fn lines(svg: &str) -> Vec<Words> {
    let mut out = Vec::new();
    for part in svg.split("<text ").skip(1) {
        let (attributes, rest) = part.split_once('>').unwrap();
        let inner = rest.split("</text>").next().unwrap();
        let size: f64 = attribute(attributes, "font-size").parse().unwrap();
        let anchor = attribute(attributes, "text-anchor");
        let mut place = (attribute(attributes, "x"), attribute(attributes, "y"));
        for (n, piece) in inner.split("<tspan x=").enumerate() {
            let mut text = piece;
            if n > 0 {
                let (head, tail) = piece.split_once('>').unwrap();
                place = (
                    head.split('"').nth(1).unwrap().to_owned(),
                    attribute(head, "y"),
                );
                text = tail;
            }
            out.push(measured(&bare(text), size, &anchor, &place));
        }
    }
    out
}

fn attribute(attributes: &str, name: &str) -> String {
    let found = attributes.split(&format!("{name}=\"")).nth(1).unwrap();
    found.split('"').next().unwrap().to_owned()
}

fn bare(markup: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for c in markup.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => words.push(c),
            _ => {}
        }
    }
    let words = words.replace("&lt;", "<").replace("&gt;", ">");
    let words = words.replace("&#39;", "'").replace("&quot;", "\"");
    words.replace("&amp;", "&").trim_end().to_owned()
}

fn measured(text: &str, size: f64, anchor: &str, (x, y): &(String, String)) -> Words {
    let x: f64 = x.parse().unwrap();
    let wide = width_or_em(text, size, Weight::SemiBold).unwrap();
    let left = match anchor {
        "end" => x - wide,
        "middle" => x - wide / 2.0,
        _ => x,
    };
    Words {
        left,
        right: left + wide,
        y: y.parse().unwrap(),
        size,
        text: text.to_owned(),
    }
}

/// No two texts meet, none leaves the figure, none is smaller than 7 points.
#[track_caller]
pub(super) fn assert_legible(svg: &str) {
    let view = svg.split("viewBox=\"0 0 ").nth(1).unwrap();
    let mut view = view.split('"').next().unwrap().split(' ');
    let width: f64 = view.next().unwrap().parse().unwrap();
    let height: f64 = view.next().unwrap().parse().unwrap();
    let all = lines(svg);
    for (n, a) in all.iter().enumerate() {
        assert!(a.size >= 7.0, "{a:?} is too small");
        let inside = a.left > -2.0 && a.right < width + 2.0;
        assert!(
            inside && a.y - 0.7 * a.size > -0.5 && a.y < height,
            "{a:?} leaves"
        );
        for b in all.iter().skip(n + 1) {
            let beside = a.right <= b.left + 0.5 || b.right <= a.left + 0.5;
            let below = (a.y - b.y).abs() >= 0.85 * a.size.min(b.size);
            assert!(beside || below, "{a:?} meets {b:?}");
        }
    }
}

/// The figure is well-formed XML with a title, a description and nothing that runs.
#[track_caller]
pub(super) fn assert_sound(svg: &str) {
    let mut reader = quick_xml::Reader::from_str(svg);
    while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
    assert!(svg.contains("role=\"img\"") && svg.contains("<title") && svg.contains("<desc"));
    assert!(!svg.contains("<script") && !svg.contains(">NaN<") && !svg.contains(">inf<"));
}
