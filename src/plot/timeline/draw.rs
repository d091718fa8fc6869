//! Axis, flags, bars, marks and legend of a timeline.

use super::calendar::{day, ticks};
use super::place::{self, Place, Side, Wanted, cut, wide};
use super::{Timeline, TimelineKind, TimelineMark, below, dated, many};
use crate::plot::PlotError;
use crate::plot::rich::Run;
use crate::plot::svg::{
    AMBER_INK, Anchor, BRICK, EVERGREEN, Figure, INK, NOTES, Paint, Rect, Style, WHITE,
};
use crate::plot::text::Weight;

/// The marks stand so far from the edges.
const EDGE: f64 = 14.0;
const LANE: f64 = 21.0;
const BELOW: f64 = 11.5;
/// The tallest bar.
const BAR: f64 = 30.0;
/// A flag's label is at most so long.
const FLAG: f64 = 150.0;
/// Lanes for what stands below the axis.
const LANES: usize = 6;
/// A shorter span is shown as so many days.
const DAYS: i32 = 120;

/// The days on the axis.
struct Scale {
    width: f64,
    empty: bool,
    first: f64,
    points: f64,
}

impl Scale {
    fn fit(days: &[i32], width: f64) -> Self {
        let first = days.iter().copied().min().unwrap_or(0);
        let last = days.iter().copied().max().unwrap_or(0);
        let wider = (DAYS - (last - first)).max(0);
        let (first, last) = (first - wider / 2, last + wider - wider / 2);
        Self {
            width,
            empty: days.is_empty(),
            first: f64::from(first),
            points: (width - 2.0 * EDGE) / f64::from(last - first),
        }
    }

    fn x(&self, day: i32) -> f64 {
        EDGE + (f64::from(day) - self.first) * self.points
    }

    /// The day at a place.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a day between two that were read from dates"
    )]
    fn day(&self, x: f64) -> i32 {
        (self.first + (x - EDGE) / self.points).round() as i32
    }
}

/// A flag above the axis.
struct Flag {
    x: f64,
    name: String,
    note: String,
    next: bool,
}

/// A search with its place on the line.
struct Search {
    x: f64,
    news: Option<(u64, u64)>,
}

/// What is drawn, sorted out.
struct Scene<'a> {
    scale: Scale,
    searches: Vec<Search>,
    flags: Vec<Flag>,
    places: Vec<Option<Place>>,
    under: Vec<(f64, &'a TimelineMark)>,
    /// Labels that found no room.
    left_out: u64,
}

pub(super) fn draw(plot: &Timeline, figure: &mut Figure) -> Result<f64, PlotError> {
    let mut scene = scene(plot)?;
    let lanes = scene.places.iter().flatten().map(|place| place.lane + 1);
    let bars = tallest(&scene.searches) > 0;
    let above = if bars { BAR + 16.0 } else { 12.0 };
    let axis = 4.0 + LANE * count(lanes.max().unwrap_or(0)) + above;
    flags(&scene, figure, axis, above);
    line(&scene.scale, figure, axis);
    searches(&mut scene, figure, axis);
    let y = under(&mut scene, figure, axis + 26.0)?;
    legend(plot, &scene, figure, y + 6.0)
}

fn scene(plot: &Timeline) -> Result<Scene<'_>, PlotError> {
    let marks = plot.by_day()?;
    let next = plot.next.as_deref().map(day).transpose()?;
    let days: Vec<i32> = marks.iter().map(|(day, _)| *day).chain(next).collect();
    let scale = Scale::fit(&days, plot.page.points());
    let mut flags = Vec::new();
    let (mut searches, mut under) = (Vec::new(), Vec::new());
    for (day, mark) in marks {
        let x = scale.x(day);
        let room = (x.max(scale.width - x) - 5.0).min(FLAG);
        match &mark.kind {
            TimelineKind::NoNews => searches.push(Search { x, news: None }),
            TimelineKind::News { records, included } => searches.push(Search {
                x,
                news: Some((*records, *included)),
            }),
            TimelineKind::Version { name } => flags.push(Flag {
                x,
                name: cut(&format!("Version {name}"), 8.0, Weight::SemiBold, room)?,
                note: cut(&mark.note, 7.0, Weight::Regular, room)?,
                next: false,
            }),
            TimelineKind::Protocol | TimelineKind::Retraction { .. } => under.push((x, mark)),
        }
    }
    if let (Some(day), Some(text)) = (next, &plot.next) {
        flags.push(Flag {
            x: scale.x(day),
            name: "Next search".into(),
            note: text.clone(),
            next: true,
        });
        flags.sort_by(|a, b| a.x.total_cmp(&b.x));
    }
    let wanted = flags.iter().map(wanted).collect::<Result<Vec<_>, _>>()?;
    let places = place::flags(&wanted, scale.width);
    let left_out = places.iter().filter(|place| place.is_none()).count();
    Ok(Scene {
        scale,
        searches,
        flags,
        places,
        under,
        left_out: u64::try_from(left_out).unwrap_or(u64::MAX),
    })
}

fn wanted(flag: &Flag) -> Result<Wanted, PlotError> {
    Ok(Wanted {
        x: flag.x,
        name: wide(&flag.name, 8.0, Weight::SemiBold)?,
        note: wide(&flag.note, 7.0, Weight::Regular)?,
    })
}

/// Poles with what stands beside them.
fn flags(scene: &Scene<'_>, figure: &mut Figure, axis: f64, above: f64) {
    for (flag, place) in scene.flags.iter().zip(&scene.places) {
        let lanes = place.map_or(0, |place| place.lane + 1);
        let top = axis - above - LANE * count(lanes) + if lanes == 0 { 0.0 } else { 2.0 };
        figure.polyline(&[(flag.x, top), (flag.x, axis)], &pole(flag.next), false);
        let Some(place) = place else { continue };
        let (x, anchor) = match place.side {
            Side::Right => (flag.x + 3.0, Anchor::Start),
            Side::Left => (flag.x - 3.0, Anchor::End),
        };
        let style = |size, weight, fill| Style {
            anchor,
            ..Style::new(size, weight, fill)
        };
        let name = style(8.0, Weight::SemiBold, INK);
        figure.text(
            x,
            top + 6.5,
            &name,
            &[Run::new(&flag.name, Weight::SemiBold)],
        );
        if place.whole && !flag.note.is_empty() {
            let note = style(7.0, Weight::Regular, NOTES);
            figure.text(x, top + 15.0, &note, &[Run::plain(&flag.note)]);
        }
    }
}

fn pole(next: bool) -> Paint {
    Paint {
        dash: next.then_some("2 2"),
        ..stroke(EVERGREEN, 1.0)
    }
}

/// The axis with its months or years.
fn line(scale: &Scale, figure: &mut Figure, axis: f64) {
    figure.polyline(
        &[(0.0, axis), (scale.width, axis)],
        &stroke(INK, 0.75),
        false,
    );
    if scale.empty {
        return;
    }
    let (first, last) = (scale.day(0.0), scale.day(scale.width));
    let style = Style {
        anchor: Anchor::Middle,
        ..Style::new(7.0, Weight::Regular, NOTES)
    };
    for (day, label) in ticks(first, last, scale.points) {
        let x = scale.x(day);
        if !(16.0..=scale.width - 16.0).contains(&x) {
            continue;
        }
        figure.polyline(&[(x, axis), (x, axis + 4.0)], &stroke(INK, 0.5), false);
        figure.text(x, axis + 13.0, &style, &[Run::plain(label)]);
    }
}

/// Bars, then dots, then the numbers of what was included.
fn searches(scene: &mut Scene<'_>, figure: &mut Figure, axis: f64) {
    let room = (scene.scale.width - 2.0 * EDGE) / count(scene.searches.len().max(1));
    let radius = (room * 0.32).clamp(1.0, 2.2);
    let thick = (room * 0.4).clamp(1.0, 2.8);
    let most = tallest(&scene.searches);
    let bars: Vec<Rect> = scene
        .searches
        .iter()
        .filter_map(|search| {
            let height = height(search.news?.0, most);
            let y = axis - radius - 1.6 - height;
            (height > 0.0).then(|| Rect::new(search.x - thick / 2.0, y, thick, height))
        })
        .collect();
    for bar in &bars {
        figure.rect(bar, &bar_paint());
    }
    for search in &scene.searches {
        let fill = if search.news.is_some() { INK } else { WHITE };
        figure.circle((search.x, axis), radius, &Paint::new(fill, INK, 0.75));
    }
    included(scene, figure, &bars, (axis - radius - 1.6, most));
}

fn bar_paint() -> Paint {
    Paint {
        radius: 0.0,
        ..Paint::new(EVERGREEN, "none", 0.0)
    }
}

/// `+2` above a bar or beside its top, the largest first, where there is room.
fn included(scene: &mut Scene<'_>, figure: &mut Figure, bars: &[Rect], (foot, most): (f64, u64)) {
    let poles: Vec<f64> = scene.flags.iter().map(|flag| flag.x).collect();
    let mut wanted: Vec<(u64, f64, f64)> = scene
        .searches
        .iter()
        .filter_map(|search| {
            search
                .news
                .map(|(records, n)| (n, search.x, height(records, most)))
        })
        .filter(|(n, ..)| *n > 0)
        .collect();
    wanted.sort_by_key(|(n, ..)| std::cmp::Reverse(*n));
    let mut taken: Vec<Rect> = Vec::new();
    for (n, x, height) in wanted {
        let text = format!("+{n}");
        let wide = wide(&text, 7.0, Weight::SemiBold).unwrap_or(12.0);
        let top = foot - height - 9.0;
        let free = |left: &f64| {
            let label = Rect::new(*left, top, wide, 7.5);
            let clear = |other: &Rect| !label.overlaps(other);
            *left >= 0.0
                && label.right() <= scene.scale.width
                && bars.iter().chain(&taken).all(clear)
                && poles
                    .iter()
                    .all(|pole| *pole < left - 0.5 || *pole > label.right() + 0.5)
        };
        let places = [x - wide / 2.0, x + 2.0, x - wide - 2.0];
        match places.into_iter().find(free) {
            Some(left) => {
                taken.push(Rect::new(left, top, wide, 7.5));
                let style = Style {
                    anchor: Anchor::Middle,
                    ..Style::new(7.0, Weight::SemiBold, EVERGREEN)
                };
                let run = Run::new(text, Weight::SemiBold);
                figure.text(left + wide / 2.0, top + 6.6, &style, &[run]);
            }
            None => scene.left_out += 1,
        }
    }
}

/// The height of a bar: 0 of nothing, and something of anything.
fn height(records: u64, most: u64) -> f64 {
    if records == 0 || most == 0 {
        return 0.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a share of the height of a bar")]
    let share = records as f64 / most as f64;
    (BAR * share).max(1.5)
}

fn tallest(searches: &[Search]) -> u64 {
    let records = searches.iter().filter_map(|search| search.news);
    records.map(|(records, _)| records).max().unwrap_or(0)
}

/// Protocol changes and retractions, from `y` downwards; gives where the next line would stand.
fn under(scene: &mut Scene<'_>, figure: &mut Figure, y: f64) -> Result<f64, PlotError> {
    let (labels, places) = labels(&scene.under, scene.scale.width)?;
    let lanes = places.iter().flatten().map(|place| place.lane + 1);
    let labelled = lanes.max().unwrap_or(0);
    let protocol = |(place, (_, mark)): (&Option<Place>, &(f64, &TimelineMark))| {
        place.is_none() && mark.kind == TimelineKind::Protocol
    };
    let second = usize::from(places.iter().zip(&scene.under).any(protocol));
    let mut used = labelled;
    for ((text, place), (x, mark)) in labels.iter().zip(&places).zip(&scene.under) {
        let Some(place) = place else {
            // Without a label: a lane of its own for each kind, where symbols cross no text.
            let lane = match mark.kind {
                TimelineKind::Retraction { .. } => labelled + second,
                TimelineKind::Protocol
                | TimelineKind::NoNews
                | TimelineKind::News { .. }
                | TimelineKind::Version { .. } => labelled,
            };
            used = used.max(lane + 1);
            scene.left_out += 1;
            symbol(figure, &mark.kind, (*x, y + BELOW * count(lane) - 2.4));
            continue;
        };
        let y = y + BELOW * count(place.lane);
        symbol(figure, &mark.kind, (*x, y - 2.4));
        let (x, anchor) = match place.side {
            Side::Right => (x + 6.0, Anchor::Start),
            Side::Left => (x - 6.0, Anchor::End),
        };
        let style = Style {
            anchor,
            ..Style::new(7.0, Weight::Regular, INK)
        };
        figure.text(x, y, &style, &[Run::plain(text)]);
    }
    Ok(y + BELOW * count(used))
}

/// The labels below the axis and where they stand: as long as leaves room for most, at last the date
/// alone.
fn labels(
    marks: &[(f64, &TimelineMark)],
    width: f64,
) -> Result<(Vec<String>, Vec<Option<Place>>), PlotError> {
    let mut best = (Vec::new(), Vec::new());
    let mut most = None;
    for longest in [330.0, 180.0, 0.0] {
        let mut texts = Vec::new();
        let mut wanted = Vec::new();
        for (x, mark) in marks {
            let text = if longest > 0.0 {
                // A label that fits on neither side is cut to the longer one.
                let room = x.max(width - x) - 10.0;
                let text = below(mark).unwrap_or_default();
                cut(&text, 7.0, Weight::Regular, room.min(longest))?
            } else {
                dated(mark)
            };
            wanted.push((*x, wide(&text, 7.0, Weight::Regular)? + 3.0));
            texts.push(text);
        }
        let places = place::beside(&wanted, width, LANES);
        let found = places.iter().flatten().count();
        if most.is_none_or(|most| found > most) {
            (best, most) = ((texts, places), Some(found));
        }
        if most == Some(marks.len()) {
            break;
        }
    }
    Ok(best)
}

/// What stands for a kind of mark.
fn symbol(figure: &mut Figure, kind: &TimelineKind, (x, y): (f64, f64)) {
    match kind {
        TimelineKind::Protocol => {
            let points = [
                (x - 3.0, y + 2.4),
                (x + 3.0, y + 2.4),
                (x, y - 2.8),
                (x - 3.0, y + 2.4),
            ];
            figure.polyline(&points, &Paint::new(AMBER_INK, AMBER_INK, 0.5), false);
        }
        TimelineKind::Retraction { .. } => {
            let cross = [
                [(x - 2.5, y - 2.5), (x + 2.5, y + 2.5)],
                [(x - 2.5, y + 2.5), (x + 2.5, y - 2.5)],
            ];
            figure.segments(&cross, &stroke(BRICK, 1.3));
        }
        TimelineKind::Version { .. } => {
            figure.polyline(&[(x, y - 4.0), (x, y + 4.0)], &pole(false), false);
        }
        TimelineKind::NoNews => figure.circle((x, y), 2.2, &Paint::new(WHITE, INK, 0.75)),
        TimelineKind::News { .. } => {
            let bar = Rect::new(x - 1.4, y - 5.0, 2.8, 6.0);
            figure.rect(&bar, &bar_paint());
            figure.circle((x, y + 3.4), 1.8, &Paint::new(INK, INK, 0.75));
        }
    }
}

/// The legend: what occurs, and how many labels are not shown.
fn legend(
    plot: &Timeline,
    scene: &Scene<'_>,
    figure: &mut Figure,
    y: f64,
) -> Result<f64, PlotError> {
    let style = Style::new(7.0, Weight::Regular, NOTES);
    let (mut x, mut y) = (0.0, y);
    for (kind, text) in entries(plot, scene) {
        let indent = if kind.is_some() { 9.5 } else { 0.0 };
        let wide = wide(&text, 7.0, Weight::Regular)?;
        if x > 0.0 && x + indent + wide > scene.scale.width {
            (x, y) = (0.0, y + 11.0);
        }
        match kind {
            Some(Key::Mark(kind)) => symbol(figure, &kind, (x + 3.5, y - 2.4)),
            Some(Key::Next) => {
                let ends = [(x + 3.5, y - 6.9), (x + 3.5, y + 1.5)];
                figure.polyline(&ends, &pole(true), false);
            }
            None => {}
        }
        figure.text(x + indent, y, &style, &[Run::plain(text)]);
        x += indent + wide + 12.0;
    }
    Ok(y + 5.0)
}

/// What stands before a line of the legend.
enum Key {
    Mark(TimelineKind),
    Next,
}

fn entries(plot: &Timeline, scene: &Scene<'_>) -> Vec<(Option<Key>, String)> {
    let has = |wanted: fn(&TimelineKind) -> bool| plot.marks.iter().any(|m| wanted(&m.kind));
    let mut out = Vec::new();
    let mut key = |kind: TimelineKind, text: String| out.push((Some(Key::Mark(kind)), text));
    if has(|kind| *kind == TimelineKind::NoNews) {
        key(TimelineKind::NoNews, "search that found nothing new".into());
    }
    let most = tallest(&scene.searches);
    if has(|kind| matches!(kind, TimelineKind::News { .. })) {
        let news = TimelineKind::News {
            records: 1,
            included: 0,
        };
        let any = |search: &Search| search.news.is_some_and(|(_, included)| included > 0);
        let included = if scene.searches.iter().any(any) {
            "; +n: of them included"
        } else {
            ""
        };
        key(news, format!("new records (tallest bar: {most}{included})"));
    }
    if has(|kind| matches!(kind, TimelineKind::Version { .. })) {
        let name = String::new();
        key(TimelineKind::Version { name }, "version".into());
    }
    if has(|kind| *kind == TimelineKind::Protocol) {
        key(TimelineKind::Protocol, "protocol change".into());
    }
    if has(|kind| matches!(kind, TimelineKind::Retraction { .. })) {
        let label = String::new();
        key(TimelineKind::Retraction { label }, "retraction".into());
    }
    if plot.next.is_some() {
        out.push((Some(Key::Next), "next search".into()));
    }
    if out.is_empty() {
        out.push((None, "No search yet.".into()));
    }
    if scene.left_out > 0 {
        let text = many(scene.left_out, "label", "labels");
        out.push((None, format!("{text} left out for want of room")));
    }
    out
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}

fn stroke(colour: &'static str, width: f64) -> Paint {
    Paint::new("none", colour, width)
}
