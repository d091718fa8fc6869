//! Geometry, wording and well-formedness of the figure, on real and on hostile counts.

use super::arrange::arrange;
use super::scene::{Panel, Scene, Text};
use super::*;
use crate::plot::page::Page;
use crate::plot::svg::{Anchor, Rect};
use crate::prisma::*;

fn cd38() -> Counts {
    Counts {
        identified: Identified {
            databases: Sources::total_only(576),
            registers: Sources::total_only(23),
            ..Identified::default()
        },
        removed: Removed {
            duplicates: 195,
            automation: Removals::total_only(128),
            other: Removals::total_only(86),
        },
        screened: 190,
        excluded: Excluded::total_only(167),
        sought: 23,
        not_retrieved: 2,
        assessed: 21,
        excluded_full_text: Reasons::of(vec![
            Named::new("Review article", 6),
            Named::new("Single-arm trial without control", 3),
            Named::new("Insufficient data for extraction", 3),
            Named::new("Overlapping cohort, sequential publication", 1),
        ]),
        included: Tally::new(8, 8),
        total: Tally::new(8, 8),
        ..Counts::default()
    }
    .finish()
}

fn updated() -> Counts {
    Counts {
        version: Some("2.0".to_owned()),
        previous: Some(Tally::new(8, 8)),
        identified: Identified {
            databases: Sources::of(vec![
                Named::new("PubMed", 171),
                Named::new("Embase", 113),
                Named::new("CENTRAL", 29),
                Named::new("Web of Science", 13),
            ]),
            registers: Sources::of(vec![Named::new("ClinicalTrials.gov", 9)]),
            ..Identified::default()
        },
        removed: Removed {
            duplicates: 26,
            automation: Removals::total_only(118),
            other: Removals::total_only(4),
        },
        screened: 187,
        excluded: Excluded::split(138, 0),
        sought: 7,
        not_retrieved: 0,
        assessed: 6,
        excluded_full_text: Reasons::of(vec![
            Named::new("Review article", 2),
            Named::new("Single-arm trial", 1),
        ]),
        included: Tally::new(0, 1),
        total: Tally::new(8, 9),
        pending: Pending {
            before_screening: 0,
            title_abstract: 42,
            retrieval: 1,
            full_text: 2,
        },
        ..Counts::default()
    }
    .finish()
}

fn with_lane(mut counts: Counts) -> Counts {
    counts.identified.other = Sources::of(vec![
        Named::new("Websites", 2),
        Named::new("Organisations", 1),
        Named::new("Citation searching", 11),
    ]);
    counts.other_methods = OtherMethods {
        duplicates: 5,
        excluded: 2,
        sought: 6,
        not_retrieved: 1,
        assessed: 4,
        excluded_full_text: Reasons::of(vec![Named::new("Single-arm trial", 3)]),
        pending: Pending {
            title_abstract: 1,
            retrieval: 1,
            ..Pending::default()
        },
    };
    counts.included.reports += 1;
    counts.total.reports += 1;
    counts.finish()
}

/// 12 reasons, names of 60 characters, counts of 7 digits, everything pending.
fn hostile(mut counts: Counts, lane: bool) -> Counts {
    let long = "Nicht randomisierte Interventionsstudie <b>ohne</b> & Kontr.";
    assert_eq!(long.chars().count(), 60);
    let unbroken = "Pneumonoultramicroscopicsilicovolcanoconiosis_Intervention_X";
    assert_eq!(unbroken.chars().count(), 60);
    let named = |count: usize| -> Vec<Named> {
        (0..count)
            .map(|i| Named::new(if i % 3 == 1 { unbroken } else { long }, 1_234_567))
            .collect()
    };
    let pending = Pending {
        before_screening: 1_234_567,
        title_abstract: 7_654_321,
        retrieval: 1_234_567,
        full_text: 2_345_678,
    };
    counts.identified.databases = Sources::of(named(6));
    counts.identified.registers = Sources::of(named(3));
    counts.removed = Removed {
        duplicates: 9_999_999,
        automation: Removals::of(named(4)),
        other: Removals::of(named(2)),
    };
    counts.screened = 8_888_888;
    counts.excluded = Excluded::split(7_777_777, 8_888_888);
    counts.sought = 6_666_666;
    counts.not_retrieved = 5_555_555;
    counts.assessed = 4_444_444;
    counts.excluded_full_text = Reasons::of(named(12));
    counts.included = Tally::new(3_333_333, 4_444_444);
    counts.withdrawn = Tally::new(1_111_111, 2_222_222);
    counts.total = Tally::new(3_333_333, 4_444_444);
    counts.pending = pending;
    counts.in_meta_analysis = Some((3_333_333, Some(4_444_444)));
    if let Some(previous) = &mut counts.previous {
        *previous = Tally::new(1_234_567, 2_345_678);
    }
    if lane {
        counts.identified.other = Sources::of(named(5));
        counts.other_methods = OtherMethods {
            duplicates: 1_234_567,
            excluded: 2_345_678,
            sought: 8_888_888,
            not_retrieved: 7_777_777,
            assessed: 6_666_666,
            excluded_full_text: Reasons::of(named(12)),
            pending,
        };
    }
    counts.finish()
}

/// Every case on both widths.
fn every_scene() -> Vec<(Template, Scene)> {
    let mut out = Vec::new();
    for (template, counts) in every() {
        for page in [Page::Full, Page::Column] {
            assert_eq!(counts.template, template);
            let options = FlowOptions { page, ..options() };
            out.push((template, arrange(&counts, &options).unwrap()));
        }
    }
    out
}

fn every() -> Vec<(Template, Counts)> {
    use Template::{V1, V2, V3, V4};
    vec![
        (V1, cd38()),
        (V2, with_lane(cd38())),
        (V3, updated()),
        (V4, with_lane(updated())),
        (V1, hostile(cd38(), false)),
        (V2, hostile(cd38(), true)),
        (V3, hostile(updated(), false)),
        (V4, hostile(updated(), true)),
        (V1, Counts::default().finish()),
        (V2, {
            let mut counts = Counts::default();
            counts.identified.other = Sources::total_only(3);
            counts.other_methods.duplicates = 3;
            counts.finish()
        }),
    ]
}

fn options() -> FlowOptions {
    FlowOptions {
        date: Some("2026-07-21 09:40Z".to_owned()),
        notes: vec!["Demonstration counts.".to_owned()],
        ..FlowOptions::default()
    }
}

/// The ink of a line, from its ascent to its descent.
fn extent(text: &Text, widening: f64) -> Rect {
    let (w, size) = (text.line.width * widening, text.style.size);
    if text.style.upwards {
        return Rect::new(text.x - 0.75 * size, text.y - w / 2.0, size, w);
    }
    let x = match text.style.anchor {
        Anchor::Start => text.x,
        Anchor::Middle => text.x - w / 2.0,
        Anchor::End => text.x - w,
    };
    Rect::new(x, text.y - 0.75 * size, w, size)
}

fn inside(inner: &Rect, outer: &Rect) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

fn turned(stamp: &super::scene::Stamp) -> Rect {
    let (sin, cos) = stamp.degrees.to_radians().sin_cos();
    let (w, h) = (stamp.frame.w, stamp.frame.h);
    let (w, h) = (w * cos.abs() + h * sin.abs(), w * sin.abs() + h * cos.abs());
    Rect::new(stamp.frame.cx() - w / 2.0, stamp.frame.cy() - h / 2.0, w, h)
}

#[test]
fn no_two_boxes_overlap_and_all_stand_on_the_page() {
    for (template, scene) in every_scene() {
        let page = Rect::new(0.0, 0.0, scene.page.points(), scene.height);
        let mut rects: Vec<(&str, Rect)> = scene.panels.iter().map(|p| (p.id, p.rect)).collect();
        rects.extend(scene.stamp.iter().map(|stamp| ("stamp", turned(stamp))));
        rects.extend(scene.notes.iter().map(|note| ("note", extent(note, 1.0))));
        for (at, (id, rect)) in rects.iter().enumerate() {
            assert!(inside(rect, &page), "{template:?} {id} {rect:?}");
            for (other, next) in &rects[at + 1..] {
                assert!(
                    !rect.overlaps(next),
                    "{template:?}: {id} {rect:?} on {other} {next:?}"
                );
            }
        }
    }
}

#[test]
fn every_text_fits_its_box_with_slack_for_a_wider_font() {
    for (template, scene) in every_scene() {
        for Panel {
            id, rect, lines, ..
        } in &scene.panels
        {
            assert!(!lines.is_empty(), "{id} is empty");
            for (at, text) in lines.iter().enumerate() {
                let line = extent(text, 1.06);
                assert!(text.line.width > 0.0);
                assert!(
                    inside(&line, rect),
                    "{template:?} {id}: `{}`",
                    text.line.text()
                );
                for next in &lines[at + 1..] {
                    assert!(!extent(text, 1.0).overlaps(&extent(next, 1.0)), "{id}");
                }
            }
        }
        for note in &scene.notes {
            let right = extent(note, 1.06).right();
            assert!(right <= scene.page.points(), "{}", note.line.text());
        }
        if let Some(stamp) = &scene.stamp {
            for text in &stamp.lines {
                let w =
                    crate::plot::text::width(&text.line.text(), text.style.size, text.style.weight);
                assert!(w.unwrap() * 1.06 < stamp.frame.w - 8.0);
                assert!(text.y + 3.0 < stamp.frame.bottom());
            }
        }
    }
}

#[test]
fn no_arrow_crosses_a_box_or_the_stamp() {
    for (template, scene) in every_scene() {
        let mut rects: Vec<(&str, Rect)> = scene.panels.iter().map(|p| (p.id, p.rect)).collect();
        rects.extend(scene.stamp.iter().map(|stamp| ("stamp", turned(stamp))));
        for arrow in &scene.arrows {
            for pair in arrow.windows(2) {
                let [(x1, y1), (x2, y2)] = [pair[0], pair[1]];
                let shaft = Rect::new(x1.min(x2), y1.min(y2), (x2 - x1).abs(), (y2 - y1).abs());
                assert!(shaft.w < 0.01 || shaft.h < 0.01, "{template:?} {arrow:?}");
                assert!(
                    shaft.w + shaft.h >= 8.0,
                    "{template:?} {arrow:?} is too short"
                );
                let shaft = Rect::new(shaft.x - 0.05, shaft.y - 0.05, shaft.w + 0.1, shaft.h + 0.1);
                for (id, rect) in &rects {
                    let core = Rect::new(rect.x + 0.1, rect.y + 0.1, rect.w - 0.2, rect.h - 0.2);
                    assert!(
                        !shaft.overlaps(&core),
                        "{template:?}: {arrow:?} crosses {id}"
                    );
                }
            }
        }
    }
}

/// The text of the figure, line breaks as spaces.
fn words(svg: &str) -> String {
    let mut reader = quick_xml::Reader::from_str(svg);
    let mut out = String::new();
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Text(text) => {
                out.push_str(text.trim_matches('\n'));
            }
            quick_xml::events::Event::GeneralRef(name) => {
                out.push(match &*name {
                    "lt" => '<',
                    "gt" => '>',
                    "amp" => '&',
                    "quot" => '"',
                    "#39" => '\'',
                    other => panic!("unknown entity {other}"),
                });
            }
            quick_xml::events::Event::End(end) if end.name().as_ref() == "text" => out.push(' '),
            quick_xml::events::Event::Eof => return out,
            _ => {}
        }
    }
}

#[test]
fn the_boxes_carry_prisma_s_exact_texts_and_the_counts() {
    let text = words(&flow(&cd38(), &options()).unwrap());
    for wanted in [
        "Identification of studies via databases and registers",
        "Records identified from*: Databases (n = 576) Registers (n = 23)",
        "Records removed before screening: Duplicate records removed (n = 195) Records marked as \
         ineligible by automation tools (n = 128) Records removed for other reasons (n = 86)",
        "Records screened (n = 190)",
        "Records excluded** (n = 167)",
        "Reports sought for retrieval (n = 23)",
        "Reports not retrieved (n = 2)",
        "Reports assessed for eligibility (n = 21)",
        "Reports excluded (n = 13): Review article (n = 6)",
        "Studies included in review (n = 8) Reports of included studies (n = 8)",
        "Demonstration counts.",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    assert!(!text.contains("PROVISIONAL") && !text.contains("does not hold"));
    let text = words(&flow(&with_lane(updated()), &options()).unwrap());
    for wanted in [
        "Previous studies",
        "Studies included in previous version of review (n = 8) Reports of studies included in \
         previous version of review (n = 8)",
        "Identification of new studies via databases and registers",
        "Identification of new studies via other methods",
        "Records identified from: Websites (n = 2) Organisations (n = 1) Citation searching (n = 11)",
        "New studies included in review (n = 0) Reports of new included studies (n = 2)",
        "Total studies included in review (n = 8) Reports of total included studies (n = 10)",
        "42 awaiting decisions",
        "1 awaiting retrieval",
        "PROVISIONAL 47 pending \u{b7} 2026-07-21 09:40Z",
        "* PubMed 171, Embase 113, CENTRAL 29, Web of Science 13; ClinicalTrials.gov 9.",
        "** 138 by people, 0 by automation tools.",
        "not sought: 5 copies of known reports, 2 set aside at title and abstract;",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

#[test]
fn the_meta_analysis_is_a_box_of_its_own_below_what_is_included() {
    for (counts, above) in [(cd38(), "included"), (updated(), "total")] {
        for page in [Page::Full, Page::Column] {
            let mut counts = counts.clone();
            let options = FlowOptions { page, ..options() };
            let without = arrange(&counts, &options).unwrap();
            assert!(
                without
                    .panels
                    .iter()
                    .all(|panel| panel.id != "meta-analysis")
            );
            counts.in_meta_analysis = Some((7, None));
            let scene = arrange(&counts, &options).unwrap();
            let of = |id: &str| scene.panels.iter().find(|panel| panel.id == id).unwrap();
            let (above, below) = (of(above), of("meta-analysis"));
            assert!(below.rect.y > above.rect.bottom());
            let tail = (above.rect.cx(), above.rect.bottom());
            let head = (below.rect.cx(), below.rect.y);
            assert!(scene.arrows.contains(&vec![tail, head]));
            assert!(of("included-label").rect.bottom() >= below.rect.bottom());
            let text = words(&flow(&counts, &options).unwrap());
            assert!(
                text.contains("Studies included in meta-analysis (n = 7)"),
                "{text}"
            );
            assert!(!text.contains("Reports of studies included in meta-analysis"));
        }
    }
}

#[test]
fn the_svg_is_well_formed_escaped_and_self_contained() {
    for (template, counts) in every() {
        let links = FlowOptions {
            links: Some("/explain?what=a&of=".to_owned()),
            ..options()
        };
        let narrow = FlowOptions {
            page: Page::Column,
            ..links.clone()
        };
        for options in [options(), links, narrow] {
            let svg = flow(&counts, &options).unwrap();
            let mut reader = quick_xml::Reader::from_str(&svg);
            reader.config_mut().check_end_names = true;
            let mut depth = 0_i32;
            loop {
                match reader.read_event().unwrap() {
                    quick_xml::events::Event::Start(_) => depth += 1,
                    quick_xml::events::Event::End(_) => depth -= 1,
                    quick_xml::events::Event::Eof => break,
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{template:?}");
            for foreign in [
                "<b>", "style=", "<style", "<script", "var(", "NaN", "inf", "\u{0}",
            ] {
                assert!(!svg.contains(foreign), "{template:?} has {foreign}");
            }
            assert_eq!(svg, flow(&counts, &options).unwrap());
            assert_eq!(svg.contains("<a "), options.links.is_some());
        }
    }
}

#[test]
fn every_count_of_the_figure_opens_and_ids_carry_the_name() {
    let counts = with_lane(updated());
    let options = FlowOptions {
        name: "versions 2".to_owned(),
        links: Some("/explain/".to_owned()),
        ..options()
    };
    let narrow = FlowOptions {
        page: Page::Column,
        ..options.clone()
    };
    every_count_opens(&counts, &flow(&counts, &narrow).unwrap());
    every_count_opens(&counts, &flow(&counts, &options).unwrap());
}

fn every_count_opens(counts: &Counts, svg: &str) {
    let encoded = crate::plot::svg::percent_encode;
    for (path, n) in counts.leaves() {
        let silent = path.starts_with("withdrawn")
            || path == "identified.other.total"
            || (path.contains("pending") && n == 0);
        let link = format!("<a class=\"count\" href=\"/explain/{}\">", encoded(&path));
        assert_eq!(svg.contains(&link), !silent, "{path}");
    }
    assert!(svg.contains("href=\"/explain/identified.databases.by_source%5BPubMed%5D\""));
    for part in svg.split(" id=\"").skip(1) {
        assert!(part.starts_with("versions-2-"), "{part}");
    }
}

#[test]
fn a_broken_flow_is_drawn_with_its_fault_named() {
    let mut counts = cd38();
    counts.sought = 22;
    let text = words(&flow(&counts.finish(), &options()).unwrap());
    assert!(text.contains("Reports sought for retrieval (n = 22)"));
    let fault = "I2 does not hold: records screened 190, but records excluded 167 + reports \
                 sought 22 = 189.";
    assert!(text.contains(fault), "{text}");
}

#[test]
fn a_stamp_can_be_left_to_the_page_and_a_foreign_script_does_not_stop_the_figure() {
    let unstamped = FlowOptions {
        stamp: false,
        ..options()
    };
    assert!(
        !flow(&updated(), &unstamped)
            .unwrap()
            .contains("PROVISIONAL")
    );
    let mut counts = updated();
    counts.identified.databases.by_source[0].name = "万方数据 CNKI".to_owned();
    assert!(
        flow(&counts.finish(), &options())
            .unwrap()
            .contains("万方数据")
    );
}

#[test]
fn the_table_has_the_rows_of_the_figure() {
    let table = flow_table(&with_lane(updated()));
    let find = |label: &str| table.iter().find(|(l, _)| l == label).map(|(_, n)| *n);
    assert_eq!(find("– PubMed"), Some(171));
    assert_eq!(find("Reports of new included studies"), Some(2));
    assert_eq!(find("Awaiting title and abstract decisions"), Some(42));
    assert_eq!(find("Total studies included in review"), Some(8));
    assert_eq!(
        flow_table(&cd38())[0],
        ("Records identified from databases".to_owned(), 576)
    );
}

#[test]
fn the_description_tells_the_numbers() {
    assert_eq!(
        content::description(&cd38()),
        "599 records identified from databases and registers, 409 removed before screening, 190 \
         screened, 167 excluded; 23 reports sought, 2 not retrieved, 21 assessed, 13 excluded. 8 \
         studies in 8 reports included."
    );
    assert_eq!(
        content::description(&updated()),
        "Previous version: 8 studies in 8 reports. 335 records identified from databases and \
         registers, 148 removed before screening, 187 screened, 138 excluded; 7 reports sought, 0 \
         not retrieved, 6 assessed, 3 excluded. 0 new studies in 1 report; 8 studies in 9 reports \
         in total. Provisional: 45 pending."
    );
}

#[test]
fn the_four_templates_as_svg() {
    insta::assert_snapshot!("v1_published", flow(&cd38(), &options()).unwrap());
    let linked = FlowOptions {
        links: Some("/explain/".to_owned()),
        ..options()
    };
    insta::assert_snapshot!("v4_pending", flow(&with_lane(updated()), &linked).unwrap());
}
