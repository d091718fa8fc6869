//! Figures into files, in the format that the file's name asks for.

use super::args::{PoolArgs, StyleWord, WidthWord};
use super::error::{CliError, Ending, Kind};
use crate::plot::forest::ForestStyle;
use crate::plot::forest::pooled::{ForestWords, of_pooled};
use crate::plot::svg::grey;
use crate::plot::{Page, PlotError, forest, funnel};
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

/// How the figures of an analysis are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    page: Option<Page>,
    style: ForestStyle,
    mono: bool,
}

impl Look {
    pub(super) fn of(args: &PoolArgs) -> Self {
        Self {
            page: args.width.map(|width| match width {
                WidthWord::Column => Page::Column,
                WidthWord::Full => Page::Full,
            }),
            style: match args.style {
                StyleWord::Revman => ForestStyle::RevMan,
                StyleWord::Jama => ForestStyle::Jama,
            },
            mono: args.mono,
        }
    }

    fn write(self, path: &Path, drawn: Result<String, PlotError>) -> Result<(), Ending> {
        let svg = drawn.map_err(undrawn)?;
        if self.mono {
            write(path, &grey(&svg))
        } else {
            write(path, &svg)
        }
    }

    /// Draws the forest plot of an analysis into a file.
    pub(super) fn forest(
        self,
        pooled: &Pooled,
        spec: &Spec,
        words: &ForestWords,
        path: &Path,
    ) -> Result<(), Ending> {
        let mut plot = of_pooled(pooled, spec, words);
        plot.page = self.page.unwrap_or(plot.page);
        plot.style = self.style;
        self.write(path, forest(&plot))
    }

    /// Draws the funnel plot of an analysis into a file.
    pub(super) fn funnel(
        self,
        pooled: &Pooled,
        spec: &Spec,
        (name, title): (&str, &str),
        path: &Path,
    ) -> Result<(), Ending> {
        let mut plot = funnel::of_pooled(pooled, spec, name, title).ok_or_else(|| {
            let text = "cannot draw a funnel plot: no study has an effect with a standard error";
            CliError::new(Kind::Input, text)
        })?;
        plot.page = self.page.unwrap_or(plot.page);
        self.write(path, funnel(&plot))
    }
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
