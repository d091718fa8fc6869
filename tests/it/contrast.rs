//! Every text of every figure can be read on what it stands on: WCAG 2's AA, 4.5 to 1, in colour and
//! in greys.
//!
//! The figures are those of the guide, which has every kind, and some whose colours it does not
//! show. Grounds are found by geometry: the last filled shape below a point of a text that was drawn
//! before it. Dark text must also stand out from bare paper, and nothing drawn later may cover it.

use perennial::plot::svg::grey;
use perennial::plot::text::{Weight, width_or_em};
use perennial::plot::{
    BridgeEnd, BridgePlot, BridgeRow, Page, Timeline, TimelineKind, TimelineMark, bridge, rob,
    timeline,
};
use perennial::pool::Measure;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// The least contrast of text, WCAG 2.2 SC 1.4.3.
const AA: f64 = 4.5;
const PAPER: &str = "#FFFFFF";

type Point = (f64, f64);

/// Something filled.
#[derive(Debug)]
enum Shape {
    Rect(Point, Point),
    Circle(Point, f64),
    Polygon(Vec<Point>),
}

impl Shape {
    fn holds(&self, (x, y): Point) -> bool {
        match self {
            Self::Rect((left, top), (right, bottom)) => {
                (*left..=*right).contains(&x) && (*top..=*bottom).contains(&y)
            }
            Self::Circle((cx, cy), radius) => (x - cx).hypot(y - cy) <= *radius,
            Self::Polygon(points) => {
                let ends = points.iter().zip(points.iter().cycle().skip(1));
                let crossed = ends.filter(|((ax, ay), (bx, by))| {
                    (ay > &y) != (by > &y) && x < ax + (y - ay) / (by - ay) * (bx - ax)
                });
                crossed.count() % 2 == 1
            }
        }
    }
}

/// A line of text with points in the middle of its letters.
#[derive(Debug)]
struct Words {
    text: String,
    fill: String,
    halo: bool,
    points: Vec<Point>,
    /// How many shapes were drawn before it.
    after: usize,
}

/// What a figure draws, in its order.
#[derive(Debug, Default)]
struct Drawn {
    shapes: Vec<(Shape, String)>,
    texts: Vec<Words>,
}

type Attributes = BTreeMap<String, String>;

fn attributes(tag: &BytesStart<'_>) -> Attributes {
    tag.attributes()
        .map(|one| one.unwrap())
        .map(|one| (one.key.as_ref().to_owned(), one.value.into_owned()))
        .collect()
}

fn number(of: &Attributes, key: &str) -> f64 {
    of.get(key).map_or(0.0, |value| value.parse().unwrap())
}

/// Degrees and centre of `rotate(d x y)`.
fn turn(of: &Attributes) -> Option<[f64; 3]> {
    let inner = of.get("transform")?.strip_prefix("rotate(")?;
    let parts = inner.strip_suffix(')')?.split(' ');
    let parts: Vec<f64> = parts.map(|part| part.parse().unwrap()).collect();
    parts.try_into().ok()
}

fn turned((x, y): Point, by: Option<[f64; 3]>) -> Point {
    let Some([degrees, cx, cy]) = by else {
        return (x, y);
    };
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (dx, dy) = (x - cx, y - cy);
    (cx + dx * cos - dy * sin, cy + dx * sin + dy * cos)
}

fn read(svg: &str) -> Drawn {
    let mut out = Drawn::default();
    let mut reader = Reader::from_str(svg);
    let (mut group, mut marker) = (None, false);
    let mut text: Option<(Attributes, Point, String)> = None;
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return out,
            Event::Start(tag) | Event::Empty(tag) => {
                let of = attributes(&tag);
                match tag.name().as_ref() {
                    "marker" => marker = true,
                    "g" => group = turn(&of),
                    "text" => {
                        let at = (number(&of, "x"), number(&of, "y"));
                        text = Some((of, at, String::new()));
                    }
                    "tspan" if of.contains_key("x") => {
                        if let Some((style, at, said)) = &mut text {
                            place(&mut out, style, *at, said, group);
                            (*at, *said) = ((number(&of, "x"), number(&of, "y")), String::new());
                        }
                    }
                    name if !marker => shape(&mut out, name, &of, group),
                    _ => {}
                }
            }
            Event::Text(part) => {
                if let Some((.., said)) = &mut text {
                    said.push_str(&part);
                }
            }
            Event::GeneralRef(_) => {
                if let Some((.., said)) = &mut text {
                    said.push('&');
                }
            }
            Event::End(tag) => match tag.name().as_ref() {
                "marker" => marker = false,
                "g" => group = None,
                "text" => {
                    let (style, at, said) = text.take().unwrap();
                    place(&mut out, &style, at, &said, group);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

fn shape(out: &mut Drawn, name: &str, of: &Attributes, group: Option<[f64; 3]>) {
    let fill = of.get("fill").cloned().unwrap_or_else(|| "none".into());
    if fill == "none" {
        return;
    }
    let shape = match name {
        "rect" => {
            let (x, y) = (number(of, "x"), number(of, "y"));
            let (right, bottom) = (x + number(of, "width"), y + number(of, "height"));
            match group {
                None => Shape::Rect((x, y), (right, bottom)),
                Some(_) => {
                    let corners = [(x, y), (right, y), (right, bottom), (x, bottom)];
                    Shape::Polygon(corners.map(|corner| turned(corner, group)).to_vec())
                }
            }
        }
        "circle" => Shape::Circle((number(of, "cx"), number(of, "cy")), number(of, "r")),
        "polyline" => {
            let points = of["points"].split(' ').map(|pair| {
                let (x, y) = pair.split_once(',').unwrap();
                turned((x.parse().unwrap(), y.parse().unwrap()), group)
            });
            Shape::Polygon(points.collect())
        }
        _ => return,
    };
    out.shapes.push((shape, fill));
}

fn place(out: &mut Drawn, style: &Attributes, (x, y): Point, said: &str, group: Option<[f64; 3]>) {
    let said = said.trim();
    if said.is_empty() {
        return;
    }
    let size = number(style, "font-size");
    let wide = width_or_em(said, size, Weight::Regular).unwrap();
    let left = match style.get("text-anchor").map(String::as_str) {
        Some("middle") => x - wide / 2.0,
        Some("end") => x - wide,
        _ => x,
    };
    let along = [0.02, 0.25, 0.5, 0.75, 0.98];
    let points = along.map(|share| {
        let point = (left + wide * share, y - 0.35 * size);
        turned(turned(point, turn(style)), group)
    });
    out.texts.push(Words {
        text: said.to_owned(),
        fill: style["fill"].clone(),
        halo: style.contains_key("paint-order"),
        points: points.to_vec(),
        after: out.shapes.len(),
    });
}

/// The relative luminance of a colour (WCAG 2).
fn luminance(colour: &str) -> f64 {
    let value = u32::from_str_radix(colour.strip_prefix('#').unwrap(), 16).unwrap();
    [(16, 0.2126), (8, 0.7152), (0, 0.0722)]
        .into_iter()
        .map(|(shift, share)| {
            let channel = f64::from((value >> shift) & 0xFF) / 255.0;
            share
                * if channel <= 0.04045 {
                    channel / 12.92
                } else {
                    ((channel + 0.055) / 1.055).powf(2.4)
                }
        })
        .sum()
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What a text stands on, each ground once.
fn grounds<'a>(words: &Words, drawn: &'a Drawn) -> Vec<&'a str> {
    let before = drawn.shapes.get(..words.after).unwrap();
    let mut out: Vec<&str> = Vec::new();
    for point in &words.points {
        let below = before.iter().rev().find(|(shape, _)| shape.holds(*point));
        out.push(below.map_or(PAPER, |(_, fill)| fill));
    }
    // Light text lives on dark grounds alone; a rim is paper.
    if luminance(&words.fill) < 0.5 || words.halo {
        out.push(PAPER);
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// What of a figure cannot be read.
fn faults(name: &str, svg: &str) -> Vec<String> {
    let drawn = read(svg);
    assert!(!drawn.texts.is_empty(), "{name}");
    let mut out = Vec::new();
    for words in &drawn.texts {
        let (text, fill) = (&words.text, &words.fill);
        let later = drawn.shapes.get(words.after..).unwrap();
        let covers = |(shape, _): &&(Shape, String)| words.points.iter().any(|at| shape.holds(*at));
        if let Some((shape, _)) = later.iter().find(covers) {
            out.push(format!("{name}: `{text}` lies under {shape:?}"));
        }
        for ground in grounds(words, &drawn) {
            let found = contrast(fill, ground);
            if found < AA {
                out.push(format!("{name}: `{text}` {fill} on {ground} is {found:.2}"));
            }
        }
    }
    out
}

/// Figures with what the guide has not: every judgement, all ways of a bridge, every mark.
fn made() -> Vec<(String, String)> {
    let table = "Study,D1,D2,D3,D4,D5,D6,D7,Overall\n\
                 A,Low,Moderate,Serious,Critical,No information,,Low,Critical\n\
                 B,Critical,No information,,Low,Moderate,Serious,Low,No information\n\
                 C,Low,Low,Low,Low,Low,Low,Low,\n";
    let end = |label: &str, estimate: f64| BridgeEnd {
        label: label.into(),
        detail: "7 trials, random effects (I² 75.9%)".into(),
        estimate,
        ci: Some((estimate - 0.2, estimate + 0.2)),
    };
    let part = |from: f64, to: f64| BridgeRow {
        label: "New studies".into(),
        detail: "ICARIA-MM, CANDOR".into(),
        from,
        to,
        shown: "+0.1000".into(),
    };
    let mark = |at: &str, kind: TimelineKind| TimelineMark {
        at: at.into(),
        kind,
        note: "a note".into(),
    };
    let news = TimelineKind::News {
        records: 20,
        included: 3,
    };
    let mut out = Vec::new();
    for page in [Page::Column, Page::Panel, Page::Full] {
        let plot = rob::Rob {
            name: "rob".into(),
            title: "Result".into(),
            page,
            ..rob::Rob::from(perennial::appraise::read(table.as_bytes()).unwrap())
        };
        let [lights, summary] =
            [rob::rob_lights, rob::rob_summary].map(|draw| draw(&plot).unwrap());
        let bridge = bridge(&BridgePlot {
            name: "bridge".into(),
            title: "Bridge".into(),
            page,
            outcome: "overall response".into(),
            measure: Measure::Rr,
            start: end("v1.0", 0.2),
            rows: vec![part(0.2, 0.3), part(0.3, 0.15), part(0.15, 0.15)],
            end: end("v2.0", 0.15),
            total: "\u{2212}0.0500".into(),
            sum: Some("+0.1000 \u{2212} 0.1500 = \u{2212}0.0500".into()),
        });
        let timeline = timeline(&Timeline {
            name: "timeline".into(),
            title: "Timeline".into(),
            page,
            marks: vec![
                mark("2024-01-31", TimelineKind::NoNews),
                mark("2024-04-30", news.clone()),
                mark("2024-05-15", TimelineKind::Version { name: "1.0".into() }),
                mark("2024-06-01", TimelineKind::Protocol),
                mark("2024-07-01", TimelineKind::Retraction { label: "A".into() }),
            ],
            next: Some("2024-07-31".into()),
        });
        for (name, svg) in [
            ("lights", lights),
            ("summary", summary),
            ("bridge", bridge.unwrap()),
            ("timeline", timeline.unwrap()),
        ] {
            out.push((format!("{name} {page:?}"), svg));
        }
    }
    out
}

#[test]
fn every_text_of_every_figure_stands_out_from_its_ground() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/pictures/figures");
    let mut figures = made();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        figures.push((name, std::fs::read_to_string(path).unwrap()));
    }
    assert!(figures.len() > 30);
    let mut found = Vec::new();
    for (name, svg) in &figures {
        found.extend(faults(name, svg));
        found.extend(faults(&format!("{name} in greys"), &grey(svg)));
    }
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
    // Texts were found where they stand: in boxes and bars, on bands and signs.
    let pairs: Vec<(String, String)> = figures
        .iter()
        .map(|(_, svg)| read(svg))
        .flat_map(|drawn| {
            let pair = |words: &Words| {
                let on = grounds(words, &drawn).into_iter();
                let ink = words.fill.clone();
                on.map(move |ground| (ink.clone(), ground.to_owned()))
                    .collect::<Vec<_>>()
            };
            drawn.texts.iter().flat_map(pair).collect::<Vec<_>>()
        })
        .collect();
    for (ink, ground) in [
        ("#1F5F4E", "#E6EFEA"),
        ("#2B1E00", "#E2B04A"),
        ("#FFFFFF", "#9E3A26"),
        ("#565C58", "#F6F4EE"),
        ("#1B1F1D", "#E9E9E6"),
    ] {
        assert!(
            pairs.contains(&(ink.into(), ground.into())),
            "{ink} on {ground}"
        );
    }
}

#[test]
fn what_cannot_be_read_is_found() {
    let on = |ground: &str, ink: &str| {
        let svg = format!(
            "<svg><rect width=\"100\" height=\"50\" fill=\"#FFFFFF\"/>\
             <rect x=\"10\" y=\"10\" width=\"80\" height=\"30\" fill=\"{ground}\"/>\
             <text x=\"50\" y=\"25\" font-size=\"8\" fill=\"{ink}\" text-anchor=\"middle\">word\
             </text></svg>"
        );
        faults("figure", &svg)
    };
    assert!((contrast("#FFFFFF", "#000000") - 21.0).abs() < 1e-9);
    assert_eq!(on("#1F5F4E", "#FFFFFF"), [""; 0]);
    assert_eq!(
        on("#E2B04A", "#FFFFFF"),
        ["figure: `word` #FFFFFF on #E2B04A is 1.99"]
    );
    assert_eq!(on("#E9E9E6", "#777777").len(), 2);
    let covered = "<svg><text x=\"5\" y=\"9\" font-size=\"8\" fill=\"#000000\">word</text>\
                   <circle cx=\"7\" cy=\"6\" r=\"3\" fill=\"#FFFFFF\"/></svg>";
    assert!(faults("figure", covered)[0].contains("lies under Circle"));
}
