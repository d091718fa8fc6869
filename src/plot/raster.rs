//! From a figure's SVG to PNG, at a resolution that a journal asks for.
//!
//! The font is Inter in the two weights embedded in the program, under every family's name, so that
//! a picture is the same everywhere. Only for characters that Inter lacks (Chinese, Japanese,
//! Korean, Arabic, Hebrew names) the machine's own fonts are looked at; a character that none of
//! them has is drawn as a box, and [`undrawable`] names it. The size in pixels
//! follows from the width and height that the figure states in millimetres, and the file carries
//! its resolution. The same SVG gives the same bytes.

use super::PlotError;
use super::text::{INTER_REGULAR, INTER_SEMI_BOLD, Weight, is_embedded};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, FaceInfo, Family, ID, Query, Weight as FontWeight};
use resvg::usvg::{FontResolver, Group, Node, Options, Tree};
use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

/// Dots per inch, where nothing else is asked.
pub const DPI: f64 = 300.0;

/// What SVG assumes an inch to have.
const CSS_DPI: f64 = 96.0;
/// The most pixels a picture may have: 400 MB of memory.
const MOST_PIXELS: f64 = 1e8;
const FAMILY: &str = "Inter";

static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(embedded()));

/// The embedded font, and behind it what the machine has.
static WITH_SYSTEM: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = embedded();
    fonts.load_system_fonts();
    // The machine's fonts set families of their own.
    name_families(&mut fonts);
    Arc::new(fonts)
});

fn embedded() -> Database {
    let mut fonts = Database::new();
    fonts.load_font_data(INTER_REGULAR.to_vec());
    fonts.load_font_data(INTER_SEMI_BOLD.to_vec());
    name_families(&mut fonts);
    fonts
}

fn name_families(fonts: &mut Database) {
    fonts.set_serif_family(FAMILY);
    fonts.set_sans_serif_family(FAMILY);
    fonts.set_cursive_family(FAMILY);
    fonts.set_fantasy_family(FAMILY);
    fonts.set_monospace_family(FAMILY);
}

/// A figure as PNG, `dpi` dots per inch.
///
/// ```
/// use perennial::plot::{raster, svg::Figure};
///
/// let figure = Figure::new("empty", "Empty", "Nothing.", (240.0, 85.0), None).finish(120.0);
/// let png = raster::png(&figure, raster::DPI)?;
/// assert_eq!(raster::size(&png), Some((1004, 502)));
/// # Ok::<(), perennial::plot::PlotError>(())
/// ```
pub fn png(svg: &str, dpi: f64) -> Result<Vec<u8>, PlotError> {
    let tree = tree(svg)?;
    let scale = dpi / CSS_DPI;
    let [wide, high] = [tree.size().width(), tree.size().height()];
    let [columns, rows] = [pixels(wide, scale), pixels(high, scale)];
    let area = f64::from(columns) * f64::from(rows);
    let mut map = (area <= MOST_PIXELS)
        .then(|| Pixmap::new(columns, rows))
        .flatten()
        .ok_or_else(|| {
            PlotError::Raster(format!(
                "{columns} by {rows} pixels are too many; write SVG"
            ))
        })?;
    let fit = Transform::from_scale(ratio(columns, wide), ratio(rows, high));
    resvg::render(&tree, fit, &mut map.as_mut());
    encoded(&map, dpi).map_err(|error| PlotError::Raster(error.to_string()))
}

/// The picture as PNG without an alpha channel, with its resolution (dots per metre).
///
/// Large plain areas compress well whatever is done, so speed is chosen; a journal's figure of
/// 180 mm stays below half a megabyte.
fn encoded(map: &Pixmap, dpi: f64) -> Result<Vec<u8>, png::EncodingError> {
    // A figure paints its paper first, so that nothing shines through.
    let colours: Vec<u8> = map
        .pixels()
        .iter()
        .flat_map(|pixel| [pixel.red(), pixel.green(), pixel.blue()])
        .collect();
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, map.width(), map.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive whole number, cut to the range of the type"
    )]
    let per_metre = (dpi / 0.0254).round().clamp(1.0, 1e9) as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&colours)?;
    writer.finish()?;
    Ok(bytes)
}

/// Width and height of a PNG in pixels.
pub fn size(png: &[u8]) -> Option<(u32, u32)> {
    let number = |at: usize| {
        let bytes = png.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(bytes))
    };
    Some((number(16)?, number(20)?))
}

/// The shapes of a figure, its text set in the embedded font and, where that lacks a character, in
/// one of the machine's.
pub(super) fn tree(svg: &str) -> Result<Tree, PlotError> {
    all_weights()?;
    let tree = set_in(svg, &FONTS)?;
    if beyond(&tree).is_empty() {
        Ok(tree)
    } else {
        set_in(svg, &WITH_SYSTEM)
    }
}

/// The characters of a figure that neither the embedded font nor one of the machine's has: PNG and
/// PDF show a box for each.
pub fn undrawable(svg: &str) -> Result<Vec<char>, PlotError> {
    let beyond = beyond(&set_in(svg, &FONTS)?);
    if beyond.is_empty() {
        return Ok(Vec::new());
    }
    let fonts = &WITH_SYSTEM;
    let known = |c: &char| fonts.faces().any(|face| has(fonts, face.id, *c));
    Ok(beyond.into_iter().filter(|c| !known(c)).collect())
}

fn set_in(svg: &str, fonts: &Arc<Database>) -> Result<Tree, PlotError> {
    let region = region(svg);
    let options = Options {
        font_family: FAMILY.to_owned(),
        fontdb: Arc::clone(fonts),
        font_resolver: FontResolver {
            select_font: FontResolver::default_font_selector(),
            select_fallback: Box::new(move |c, used, fonts| fallback(c, used, fonts, region)),
        },
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| PlotError::Raster(error.to_string()))
}

/// What the names of fonts say that draw Chinese characters as they are written where these texts come
/// from: in Japan where there is Kana, in Korea where there is Hangul, else in China.
fn region(svg: &str) -> &'static [&'static str] {
    let has = |range: std::ops::RangeInclusive<char>| svg.chars().any(|c| range.contains(&c));
    if has('\u{3041}'..='\u{30ff}') {
        &[
            "jp", "japan", "gothic", "hiragino", "meiryo", "ipa", "takao",
        ]
    } else if has('\u{ac00}'..='\u{d7a3}') {
        &["kr", "korea", "nanum", "malgun"]
    } else {
        &[
            "cjksc",
            "sanssc",
            "sanscn",
            "pingfangsc",
            "heiti",
            "wenquanyi",
            "yahei",
        ]
    }
}

/// A font for a character that those used so far lack: of the nearest weight, without serifs where
/// there is one, of the texts' region, and of several the first by name, so that one machine always
/// takes the same.
fn fallback(c: char, used: &[ID], fonts: &Database, region: &[&str]) -> Option<ID> {
    let base = used.first().and_then(|id| fonts.face(*id))?;
    let east =
        matches!(u32::from(c), 0x1100..=0x11FF | 0x2E80..=0xD7FF | 0xF900..=0xFFEF | 0x20000..);
    let rank = |face: &FaceInfo| {
        let name = face.post_script_name.to_lowercase();
        (
            face.style != base.style,
            face.monospaced,
            name.contains("serif") || name.contains("song") || name.contains("ming"),
            east && !region.iter().any(|word| name.contains(word)),
            face.weight.0.abs_diff(base.weight.0),
            name,
        )
    };
    fonts
        .faces()
        .filter(|face| !used.contains(&face.id) && has(fonts, face.id, c))
        .min_by_key(|face| rank(face))
        .map(|face| face.id)
}

/// Whether a font has a glyph for a character.
fn has(fonts: &Database, id: ID, c: char) -> bool {
    let found = fonts.with_face_data(id, |data, index| {
        let face = ttf_parser::Face::parse(data, index).ok();
        face.is_some_and(|face| face.glyph_index(c).is_some())
    });
    found == Some(true)
}

/// The renderer leaves text out without a word where it finds no font; so they are looked for.
fn all_weights() -> Result<(), PlotError> {
    for weight in [Weight::Regular, Weight::SemiBold, Weight::Bold] {
        let query = Query {
            families: &[Family::Name(FAMILY)],
            weight: FontWeight(weight.number()),
            ..Query::default()
        };
        if FONTS.query(&query).is_none() {
            let text = format!("the embedded {FAMILY} lacks weight {}", weight.number());
            return Err(PlotError::Raster(text));
        }
    }
    Ok(())
}

/// The characters of a figure's texts that the embedded font lacks.
fn beyond(tree: &Tree) -> BTreeSet<char> {
    let mut out = BTreeSet::new();
    gather(tree.root(), &mut out);
    out
}

fn gather(group: &Group, out: &mut BTreeSet<char>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => gather(inner, out),
            Node::Text(text) => {
                let all = text.chunks().iter().flat_map(|chunk| chunk.text().chars());
                out.extend(all.filter(|c| !is_embedded(*c)));
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

/// At least one pixel; whole ones.
fn pixels(length: f32, scale: f64) -> u32 {
    let exact = (f64::from(length) * scale).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a positive whole number, cut to the range of the type"
    )]
    let whole = exact.clamp(1.0, 1e6) as u32;
    whole
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the renderer counts in single precision"
)]
fn ratio(pixels: u32, length: f32) -> f32 {
    (f64::from(pixels) / f64::from(length)) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::rich::Run;
    use crate::plot::svg::{Figure, INK, Style};

    /// One line of text on 85 mm.
    fn figure(text: &str, weight: Weight) -> String {
        let mut figure = Figure::new("f", "A figure", "One line.", (240.0, 85.0), None);
        let style = Style::new(8.0, weight, INK);
        figure.text(10.0, 20.0, &style, &[Run::new(text, weight)]);
        figure.finish(40.0)
    }

    fn dark(svg: &str) -> usize {
        let tree = tree(svg).unwrap();
        let mut map = Pixmap::new(1004, 168).unwrap();
        let scale = Transform::from_scale(3.125, 3.125);
        resvg::render(&tree, scale, &mut map.as_mut());
        map.pixels()
            .iter()
            .filter(|pixel| pixel.alpha() == 255 && pixel.red() < 128)
            .count()
    }

    #[test]
    fn the_size_follows_from_millimetres_and_the_file_says_its_resolution() {
        let svg = figure("RR", Weight::Regular);
        for (dpi, wide) in [(300.0, 1004), (600.0, 2008)] {
            let bytes = png(&svg, dpi).unwrap();
            assert_eq!(size(&bytes).unwrap().0, wide);
            assert_eq!(&bytes[37..41], b"pHYs");
        }
        let bytes = png(&svg, 300.0).unwrap();
        assert_eq!(&bytes[41..45], 11_811_u32.to_be_bytes());
        assert_eq!(bytes, png(&svg, 300.0).unwrap());
    }

    #[test]
    fn every_weight_and_every_sign_of_a_figure_is_drawn() {
        let regular = dark(&figure("I² χ² τ² ≥ ≤ − ± ← → Müller Łódź", Weight::Regular));
        let heavy = dark(&figure(
            "I² χ² τ² ≥ ≤ − ± ← → Müller Łódź",
            Weight::SemiBold,
        ));
        assert!(regular > 500, "{regular} dark pixels");
        assert!(heavy > regular, "{heavy} dark pixels");
        assert!(dark(&figure("All trials", Weight::Bold)) > 200);
        assert_eq!(dark(&figure("", Weight::Regular)), 0);
    }

    #[test]
    fn names_in_any_script_are_drawn_and_stop_nothing() {
        // Where the machine has no font for a script, boxes stand there: never nothing.
        for text in [
            "试验",
            "試験テスト",
            "시험",
            "تجربة",
            "ניסוי",
            "Δοκιμή",
            "Испытание",
        ] {
            for weight in [Weight::Regular, Weight::SemiBold] {
                let svg = figure(text, weight);
                assert!(dark(&svg) > 60, "{text}: {} dark pixels", dark(&svg));
                assert_eq!(png(&svg, 150.0).unwrap(), png(&svg, 150.0).unwrap());
                assert!(crate::plot::pdf::pages(&[svg]).unwrap().len() > 1_000);
            }
        }
        assert_eq!(
            undrawable(&figure("Δοκιμή Ж", Weight::Regular))
                .unwrap()
                .len(),
            0
        );
        let nobody = figure("\u{10fffd}", Weight::Regular);
        assert_eq!(undrawable(&nobody).unwrap(), ['\u{10fffd}']);
        assert!(dark(&nobody) > 20, "a box");
    }

    #[test]
    fn a_picture_that_no_machine_holds_is_an_error() {
        let error = png(&figure("RR", Weight::Regular), 40_000.0).unwrap_err();
        assert!(error.to_string().contains("too many"), "{error}");
        assert!(png("<svg", DPI).is_err());
    }
}
