//! From the SVG of figures to PDF: each on one page of its own size, sharp at any scale.
//!
//! A page is drawn from the same tree of shapes as the PNG, with the same two embedded weights of
//! Inter, so both show the same figure; text stays text that can be searched and copied. The page
//! is tagged as a figure whose alternative text is the figure's title and description, numbers
//! included. A character that Inter lacks is set in a font of the machine, as in the PNG. No date and no random number is in the file:
//! the same SVG gives the same bytes.

use super::PlotError;
use super::raster::tree;
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::tagging::{ContentTag, Identifier, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use quick_xml::Reader;
use quick_xml::events::Event;

/// Points of a page in a CSS pixel.
const POINTS: f32 = 0.75;
/// The language of titles and descriptions.
const LANGUAGE: &str = "en";

/// Figures as a PDF, one page each.
///
/// ```
/// use perennial::plot::{pdf, svg::Figure};
///
/// let figure = Figure::new("empty", "Empty", "Nothing.", (240.0, 85.0), None).finish(120.0);
/// assert!(pdf::pages(&[figure])?.starts_with(b"%PDF-"));
/// # Ok::<(), perennial::plot::PlotError>(())
/// ```
pub fn pages(figures: &[String]) -> Result<Vec<u8>, PlotError> {
    let mut document = Document::new_with(SerializeSettings::default());
    let mut tags = TagTree::new().with_lang(Some(LANGUAGE.to_owned()));
    let mut named = None;
    for svg in figures {
        let [title, description] = words(svg)?;
        let drawn = page(&mut document, svg)?;
        let tag = Tag::Figure(Some(format!("{title}. {description}")));
        tags.push(TagGroup::with_children(tag, vec![Node::Leaf(drawn)]));
        named.get_or_insert(title);
    }
    document.set_tag_tree(tags);
    document.set_metadata(
        Metadata::new()
            .title(named.unwrap_or_default())
            .language(LANGUAGE.to_owned())
            .creator(concat!("Perennial ", env!("CARGO_PKG_VERSION")).to_owned()),
    );
    document
        .finish()
        .map_err(|error| failed(&format!("{error:?}")))
}

/// Draws one figure on a page of its own size.
fn page(document: &mut Document, svg: &str) -> Result<Identifier, PlotError> {
    let tree = tree(svg)?;
    let [wide, high] = [tree.size().width() * POINTS, tree.size().height() * POINTS];
    let settings = PageSettings::from_wh(wide, high).ok_or_else(|| failed("it has no size"))?;
    let size = Size::from_wh(wide, high).ok_or_else(|| failed("it has no size"))?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let drawn = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
    let inside = surface.draw_svg(&tree, size, SvgSettings::default());
    surface.end_tagged();
    surface.finish();
    page.finish();
    inside.ok_or_else(|| failed("its shapes are not understood"))?;
    Ok(drawn)
}

fn failed(why: &str) -> PlotError {
    PlotError::Raster(why.to_owned())
}

/// The title and the description that the figure says of itself.
fn words(svg: &str) -> Result<[String; 2], PlotError> {
    let mut reader = Reader::from_str(svg);
    let mut out = [String::new(), String::new()];
    let mut place = None;
    loop {
        match reader
            .read_event()
            .map_err(|error| failed(&error.to_string()))?
        {
            Event::Start(tag) => {
                place = match tag.name().as_ref() {
                    "title" => Some(0),
                    "desc" => Some(1),
                    _ => None,
                }
            }
            Event::End(_) => place = None,
            Event::Text(text) => {
                if let Some(words) = place.and_then(|at| out.get_mut(at)) {
                    words.push_str(&text);
                }
            }
            Event::GeneralRef(name) => {
                if let Some(words) = place.and_then(|at| out.get_mut(at)) {
                    words.push_str(meant(&name));
                }
            }
            Event::Eof => return Ok(out),
            _ => {}
        }
    }
}

/// The character that an entity of [`super::svg::escape`] stands for.
fn meant(name: &str) -> &'static str {
    match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "#39" => "'",
        _ => "\u{fffd}",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::rich::Run;
    use crate::plot::svg::{Figure, INK, Style};
    use crate::plot::text::Weight;

    fn figure(text: &str) -> String {
        let mut figure = Figure::new("f", "A & B", "Ratio <1: \"x\".", (240.0, 85.0), None);
        let style = Style::new(8.0, Weight::Regular, INK);
        figure.text(10.0, 20.0, &style, &[Run::plain(text)]);
        figure.finish(40.0)
    }

    #[test]
    fn the_page_has_the_size_of_the_figure_and_the_same_bytes_every_time() {
        let bytes = pages(&[figure("RR 1.25")]).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        // 85 mm are 240.9 points, and 40 units of 240 are 40.2 of them.
        assert!(text.contains("/MediaBox[0 0 240.9"), "{text}");
        assert!(!text.contains("CreationDate"));
        assert_eq!(bytes, pages(&[figure("RR 1.25")]).unwrap());
    }

    #[test]
    fn title_and_description_are_read_as_they_were_meant() {
        let words = words(&figure("RR")).unwrap();
        assert_eq!(words, ["A & B", "Ratio <1: \"x\"."]);
    }
}
