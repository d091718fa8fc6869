//! Measured text: widths and line breaks in the embedded Inter.
//!
//! Advances are summed without kerning, which in Inter only ever brings letters closer. A line is
//! full at [`SLACK`] short of its measure: who reads the figure may not have Inter, and the usual
//! stand-ins run a little wider.

mod script;

use super::PlotError;
pub use script::{directed, is_ignorable};
use std::sync::LazyLock;
use ttf_parser::{Face, FaceParsingError};

/// How much wider than Inter a line may turn out and still fit.
pub const SLACK: f64 = 1.06;

static REGULAR: LazyLock<Result<Face<'static>, FaceParsingError>> =
    LazyLock::new(|| Face::parse(include_bytes!("fonts/Inter-Regular.ttf"), 0));
static SEMI_BOLD: LazyLock<Result<Face<'static>, FaceParsingError>> =
    LazyLock::new(|| Face::parse(include_bytes!("fonts/Inter-SemiBold.ttf"), 0));

/// The bytes of the embedded Inter Regular, for writers that embed it.
pub const INTER_REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular.ttf");
/// The bytes of the embedded Inter SemiBold.
pub const INTER_SEMI_BOLD: &[u8] = include_bytes!("fonts/Inter-SemiBold.ttf");

/// The weights a figure uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weight {
    /// 400: running text.
    #[default]
    Regular,
    /// 600: counts and heads.
    SemiBold,
    /// 700: the overall row and the stamp; measured as SemiBold and 4 %.
    Bold,
}

impl Weight {
    /// The number of `font-weight`.
    pub fn number(self) -> u16 {
        match self {
            Self::Regular => 400,
            Self::SemiBold => 600,
            Self::Bold => 700,
        }
    }

    fn face(self) -> Result<&'static Face<'static>, PlotError> {
        let face = match self {
            Self::Regular => &*REGULAR,
            Self::SemiBold | Self::Bold => &*SEMI_BOLD,
        };
        face.as_ref().map_err(|error| PlotError::Font(*error))
    }

    fn widening(self) -> f64 {
        match self {
            Self::Regular | Self::SemiBold => 1.0,
            Self::Bold => 1.04,
        }
    }
}

/// The advance of one character in units of the font, and the units of an em.
fn advance(face: &Face<'_>, character: char) -> Option<f64> {
    let glyph = face.glyph_index(character)?;
    let units = face.glyph_hor_advance(glyph)?;
    Some(f64::from(units) / f64::from(face.units_per_em()))
}

/// The width of a line of text in points. A character the font cannot draw is an error.
///
/// ```
/// use perennial::plot::text::{Weight, width};
///
/// let narrow = width("Records screened", 8.0, Weight::Regular)?;
/// assert!(narrow > 60.0 && narrow < 75.0);
/// assert!(width("Records screened", 8.0, Weight::SemiBold)? > narrow);
/// assert!(width("記録", 8.0, Weight::Regular).is_err());
/// # Ok::<(), perennial::plot::PlotError>(())
/// ```
pub fn width(text: &str, size: f64, weight: Weight) -> Result<f64, PlotError> {
    let face = weight.face()?;
    let mut ems = 0.0;
    for character in text.chars() {
        ems += advance(face, character).ok_or_else(|| PlotError::MissingGlyph {
            character,
            code: u32::from(character),
            text: text.to_owned(),
        })?;
    }
    Ok(ems * size * weight.widening())
}

/// As [`width`], for figures whose viewer has more fonts than we embed: a character without a
/// glyph takes the room that fonts of its script usually give it.
pub fn width_or_em(text: &str, size: f64, weight: Weight) -> Result<f64, PlotError> {
    let face = weight.face()?;
    let mut ems = 0.0;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        ems += match advance(face, c) {
            Some(known) => known,
            None => script::advance(c, rest.clone(), weight),
        };
    }
    Ok(ems * size * weight.widening())
}

/// Whether the embedded font has a glyph for a character.
pub fn is_embedded(character: char) -> bool {
    let faces = [&*REGULAR, &*SEMI_BOLD];
    character.is_control()
        || is_ignorable(character)
        || faces.iter().all(|face| {
            face.as_ref()
                .is_ok_and(|face| face.glyph_index(character).is_some())
        })
}

/// Breaks text into lines of at most `max` points, with [`SLACK`], at spaces; a word that is
/// longer than a line is broken inside. Every character must have a glyph.
pub fn wrap(text: &str, size: f64, weight: Weight, max: f64) -> Result<Vec<String>, PlotError> {
    width(&text.replace(char::is_whitespace, " "), size, weight)?;
    let run = super::rich::Run::new(text, weight);
    let lines = super::rich::wrap(&[run], size, max, max)?;
    Ok(lines.iter().map(super::rich::Line::text).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_with_slack_and_lose_nothing() {
        let text = "Records marked as ineligible by automation tools";
        let lines = wrap(text, 8.0, Weight::Regular, 100.0).unwrap();
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), text);
        for line in &lines {
            assert!(width(line, 8.0, Weight::Regular).unwrap() * SLACK <= 100.0);
        }
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken_inside() {
        let word = "Hydroxymethylglutaryl".repeat(3);
        let lines = wrap(&word, 8.0, Weight::Regular, 60.0).unwrap();
        assert_eq!(lines.concat(), word);
        for line in &lines {
            assert!(width(line, 8.0, Weight::Regular).unwrap() * SLACK <= 60.0);
        }
        assert_eq!(wrap("ab", 8.0, Weight::Regular, 1.0).unwrap(), ["a", "b"]);
        assert!(wrap("", 8.0, Weight::Regular, 60.0).unwrap().is_empty());
    }

    #[test]
    fn a_missing_glyph_is_an_error_value() {
        let error = wrap("試験 trial", 8.0, Weight::SemiBold, 60.0).unwrap_err();
        let message = "the embedded font has no glyph for `試` (U+8A66) in `試験 trial`";
        assert_eq!(error.to_string(), message);
        assert!(width_or_em("試験", 8.0, Weight::Regular).unwrap() > 15.9);
        // A letter with a mark is as wide as the letter.
        let of = |text| width_or_em(text, 8.0, Weight::Regular).unwrap();
        assert!((of("\u{5d1}\u{5bc}") - of("\u{5d1}")).abs() < 1e-9);
        assert!(is_embedded('ł') && is_embedded('Ж') && is_embedded('λ') && !is_embedded('試'));
    }
}
