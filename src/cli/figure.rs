//! Figures into files, in the format that the file's name asks for.

use super::error::{CliError, Ending, Kind};
use crate::plot::forest::pooled::{ForestWords, of_pooled};
use crate::plot::{PlotError, forest as draw_forest, funnel as draw_funnel};
use crate::pool::{Pooled, Spec};
use std::path::Path;

/// What a figure's file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
}

/// Refuses a name that says no format, before anything is computed.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    format(path).map(|_| ())
}

fn format(path: &Path) -> Result<Format, CliError> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    match extension.to_ascii_lowercase().as_str() {
        "svg" => Ok(Format::Svg),
        "png" if cfg!(feature = "png") => Ok(Format::Png),
        "png" => Err(
            CliError::usage("this program is built without PNG (feature `png`)")
                .help("name the figure .svg"),
        ),
        "pdf" => Err(CliError::usage("figures are not written as PDF")
            .help("name it .svg, which prints sharp at any size, or .png for 300 dpi")),
        _ => Err(
            CliError::usage(format!("{} names no format of a figure", path.display()))
                .help("a figure ends in .svg or .png"),
        ),
    }
}

/// Writes a figure whole or not at all.
pub(super) fn write(path: &Path, svg: &str) -> Result<(), Ending> {
    let bytes = match format(path)? {
        Format::Svg => svg.as_bytes().to_vec(),
        Format::Png => png(svg)?,
    };
    crate::store::archive::write_durably(path, &bytes).map_err(|error| {
        CliError::new(
            Kind::Io,
            format!("cannot write {}: {error}", path.display()),
        )
        .into()
    })
}

/// Draws the forest plot of an analysis into a file.
pub(super) fn forest(
    pooled: &Pooled,
    spec: &Spec,
    words: &ForestWords,
    path: &Path,
) -> Result<(), Ending> {
    let svg = draw_forest(&of_pooled(pooled, spec, words)).map_err(undrawn)?;
    write(path, &svg)
}

/// Draws the funnel plot of an analysis into a file.
pub(super) fn funnel(
    pooled: &Pooled,
    spec: &Spec,
    (name, title): (&str, &str),
    path: &Path,
) -> Result<(), Ending> {
    let plot = crate::plot::funnel::of_pooled(pooled, spec, name, title).ok_or_else(|| {
        let text = "cannot draw a funnel plot: no study has an effect with a standard error";
        CliError::new(Kind::Input, text)
    })?;
    write(path, &draw_funnel(&plot).map_err(undrawn)?)
}

fn undrawn(error: PlotError) -> CliError {
    CliError::new(Kind::Input, format!("cannot draw: {error}"))
}

#[cfg(feature = "png")]
fn png(svg: &str) -> Result<Vec<u8>, CliError> {
    use crate::plot::raster;
    raster::png(svg, raster::DPI).map_err(undrawn)
}

#[cfg(not(feature = "png"))]
fn png(_: &str) -> Result<Vec<u8>, CliError> {
    Err(CliError::usage("this program is built without PNG"))
}
