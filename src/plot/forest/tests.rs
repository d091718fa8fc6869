//! The forest plot: nothing overlaps, every number stands, hostile names do no harm.

use super::*;

fn row(label: &str, counts: Option<[(u64, u64); 2]>, effect: (f64, f64, f64)) -> ForestRow {
    ForestRow {
        label: label.into(),
        detail: "2020".into(),
        counts,
        weight: Some(20.0),
        effect,
    }
}

/// PFS as the demonstration pools it, and whatever a hostile table may hold.
fn plot(rows: Vec<ForestRow>, log: bool) -> Forest {
    Forest {
        name: "pfs".into(),
        title: "Progression-free survival".into(),
        subtitle: "Antibody plus backbone v the same backbone".into(),
        arms: ["Antibody".into(), "Control".into()],
        first: "Trial".into(),
        measure: "Hazard ratio".into(),
        level: 95.0,
        log,
        groups: vec![ForestGroup {
            label: None,
            rows,
            subtotal: None,
        }],
        overall: Some(ForestSummary {
            label: "All trials".into(),
            effect: if log {
                (0.47, 0.37, 0.60)
            } else {
                (-2.0, -3.0, -1.0)
            },
            counts: None,
            weight: Some(100.0),
            note: None,
        }),
        prediction: if log { Some((0.24, 0.93)) } else { None },
        notes: vec!["Heterogeneity: τ² = 0.071; χ² = 26.1, df = 6 (P < 0.001); I² = 77.0%".into()],
        method: vec!["Inverse variance, DerSimonian-Laird τ², Wald interval.".into()],
        favours: ["Favours antibody".into(), "Favours control".into()],
    }
}

/// Every `<text>` of the figure: x, y, size, anchor, words.
fn texts(svg: &str) -> Vec<(f64, f64, f64, String, String)> {
    let mut out = Vec::new();
    for part in svg.split("<text ").skip(1) {
        let (attributes, rest) = part.split_once('>').unwrap();
        let attribute = |name: &str| {
            attributes
                .split(&format!("{name}=\""))
                .nth(1)
                .and_then(|a| a.split('"').next())
                .unwrap_or("")
                .to_owned()
        };
        let inner = rest.split("</text>").next().unwrap();
        let mut words = String::new();
        let mut inside = false;
        for c in inner.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => words.push(c),
                _ => {}
            }
        }
        let words = words
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        out.push((
            attribute("x").parse().unwrap(),
            attribute("y").parse().unwrap(),
            attribute("font-size").parse().unwrap_or(8.0),
            attribute("text-anchor"),
            words,
        ));
    }
    out
}

/// No two texts on one line run into each other, and none leaves the figure.
#[track_caller]
fn assert_clear(svg: &str) {
    let boxes: Vec<(f64, f64, f64, String)> = texts(svg)
        .into_iter()
        .map(|(x, y, size, anchor, words)| {
            let wide = crate::plot::text::width_or_em(&words, size, Weight::SemiBold).unwrap();
            let left = match anchor.as_str() {
                "end" => x - wide,
                "middle" => x - wide / 2.0,
                _ => x,
            };
            (left, left + wide, y, words)
        })
        .collect();
    for (n, (left, right, y, words)) in boxes.iter().enumerate() {
        assert!(
            *left > -2.0 && *right < draw::WIDTH + 2.0,
            "`{words}` leaves: {left} to {right}"
        );
        for (l, r, other_y, other) in boxes.iter().skip(n + 1) {
            let level = (y - other_y).abs() < 6.0;
            assert!(
                !level || *r <= left + 0.5 || *l >= right - 0.5,
                "`{words}` meets `{other}`"
            );
        }
    }
}

#[test]
fn texts_stand_clear_of_each_other() {
    let counts = Some([(263, 312), (115, 154)]);
    let cases: Vec<Vec<ForestRow>> = vec![
        vec![row("CANDOR", None, (0.63, 0.46, 0.85))],
        vec![
            row("CANDOR", counts, (0.63, 0.46, 0.85)),
            row("IKEMA", counts, (0.53, 0.32, 0.89)),
        ],
        vec![row(
            "A trial of a very long name that nobody should have given it, extended follow-up",
            Some([(1_234_567, 9_999_999), (1, 9_999_999)]),
            (1.2, 0.0001, 9000.0),
        )],
        (0..200)
            .map(|n| row(&format!("Trial {n}"), counts, (0.5, 0.4, 0.7)))
            .collect(),
        vec![
            row("Tiny", None, (0.0042, 0.0040, 0.0044)),
            row("Huge", None, (310.0, 250.0, 400.0)),
        ],
    ];
    for rows in cases {
        let svg = forest(&plot(rows, true)).unwrap();
        assert_clear(&svg);
    }
    assert_clear(&forest(&plot(vec![row("Mean", None, (-2.0, -4.0, 0.5))], false)).unwrap());
}

#[test]
fn every_number_given_stands_in_the_figure() {
    let svg = forest(&plot(
        vec![row(
            "CANDOR",
            Some([(263, 312), (115, 154)]),
            (1.13, 1.02, 1.25),
        )],
        true,
    ))
    .unwrap();
    for text in [
        "263 / 312",
        "115 / 154",
        "20.0",
        "1.13 [1.02, 1.25]",
        "0.47 [0.37, 0.60]",
        "[0.24, 0.93]",
    ] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(
        svg.contains("hazard ratio 0.47 (95% CI 0.37 to 0.60); prediction interval 0.24 to 0.93")
    );
}

#[test]
fn hostile_names_are_escaped_and_bytes_are_the_same() {
    let rows = || vec![row("<script>alert(1)</script>", None, (1.0, 0.5, 2.0))];
    let svg = forest(&plot(rows(), true)).unwrap();
    assert!(!svg.contains("<script"));
    assert_eq!(svg, forest(&plot(rows(), true)).unwrap());
    let mut reader = quick_xml::Reader::from_str(&svg);
    loop {
        if reader.read_event().unwrap() == quick_xml::events::Event::Eof {
            break;
        }
    }
}
