//! Figures into files, in the format that the file's name asks for.

use super::args::{DpiWord, DrawArgs, FigureArgs, LookArgs, StyleWord, WidthWord};
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::plot::forest::ForestStyle;
use crate::plot::forest::pooled::{ForestWords, cumulative, leave_one_out, of_pooled};
use crate::plot::rob::{Rob, rob_summary};
use crate::plot::svg::grey;
use crate::plot::{
    BaujatPlot, Bubble, Forest, Funnel, LAbbe, Page, PlotError, Radial, baujat, bubble, forest,
    forest_pages, funnel, labbe, radial,
};
use crate::pool::living::WORTH_FINDING;
use crate::pool::{Extra, Pooled, Spec};
use std::path::{Path, PathBuf};

/// What a figure's file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
    Pdf,
}

/// Refuses a name that says no format, before anything is computed.
pub(super) fn check(path: &Path) -> Result<(), CliError> {
    format(path)?;
    super::output::check(path)
}

fn format(path: &Path) -> Result<Format, CliError> {
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let without = |format: &str| {
        let text = format!("this program is built without {format} (feature `{format}`)");
        CliError::usage(text).help("name the figure .svg")
    };
    match extension.to_ascii_lowercase().as_str() {
        "svg" => Ok(Format::Svg),
        "png" if cfg!(feature = "png") => Ok(Format::Png),
        "pdf" if cfg!(feature = "pdf") => Ok(Format::Pdf),
        known @ ("png" | "pdf") => Err(without(known)),
        _ => Err(
            CliError::usage(format!("{} names no format of a figure", path.display()))
                .help("a figure ends in .svg, .png or .pdf"),
        ),
    }
}

/// How figures are made, whatever they show.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    page: Option<Page>,
    mono: bool,
    dpi: f64,
}

impl Look {
    pub(super) fn of(args: LookArgs) -> Self {
        Self {
            page: args.width.map(|width| match width {
                WidthWord::Column => Page::Column,
                WidthWord::Full => Page::Full,
            }),
            mono: args.mono,
            dpi: match args.dpi {
                DpiWord::Print => 300.0,
                DpiWord::LineArt => 600.0,
            },
        }
    }

    /// The width asked for, or the figure's own.
    pub(super) fn page(self, own: Page) -> Page {
        self.page.unwrap_or(own)
    }

    /// Writes a figure whole or not at all; several pages where it is a PDF.
    pub(super) fn write(self, path: &Path, pages: &[String]) -> Result<(), Ending> {
        let pages: Vec<String> = if self.mono {
            pages.iter().map(|svg| grey(svg)).collect()
        } else {
            pages.to_vec()
        };
        let first = pages.first().map(String::as_str).unwrap_or_default();
        let bytes = match format(path)? {
            Format::Svg => first.as_bytes().to_vec(),
            Format::Png => png(first, self.dpi)?,
            Format::Pdf => pdf(&pages)?,
        };
        super::output::check(path)?;
        super::output::write_file(path, &bytes)
            .map_err(|error| super::output::fault(path, &error).into())
    }
}

/// A figure that a command draws beside its answer.
pub(super) struct Drawing<'a> {
    path: Option<&'a Path>,
    pub(super) look: Look,
}

impl<'a> Drawing<'a> {
    /// What these options ask for; refuses a name that says no format.
    pub(super) fn of(args: &'a DrawArgs) -> Result<Self, CliError> {
        let path = args.figure.as_deref();
        if let Some(path) = path {
            check(path)?;
        }
        Ok(Self {
            path,
            look: Look::of(args.look),
        })
    }

    /// Whether one is asked for.
    pub(super) fn asked(&self) -> bool {
        self.path.is_some()
    }

    /// Writes one; behind the file's name stands `part` where there are several.
    pub(super) fn write(
        &self,
        part: Option<&str>,
        drawn: Result<String, PlotError>,
        out: &mut Out,
    ) -> Result<(), Ending> {
        let Some(path) = self.path else {
            return Ok(());
        };
        let path = part.map_or_else(|| path.to_owned(), |part| parted(path, part));
        self.look.write(&path, &[drawn.map_err(undrawn)?])?;
        out.line(&format!("{} {}", out.ink(Ink::Good, "+"), path.display()))
    }
}

/// `flow.svg` → `flow-2.svg`.
pub(super) fn parted(path: &Path, part: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(extension) => format!("{stem}-{part}.{}", extension.to_string_lossy()),
        None => format!("{stem}-{part}"),
    };
    path.with_file_name(name)
}

/// The figures that an analysis is asked for.
pub(super) struct Figures<'a> {
    args: &'a FigureArgs,
    look: Look,
    /// Judgements for the forest plot.
    table: Option<Rob>,
}

impl<'a> Figures<'a> {
    /// The figures of these options; refuses names that say no format.
    pub(super) fn of(args: &'a FigureArgs) -> Result<Self, CliError> {
        for path in paths(args) {
            check(path)?;
        }
        for (option, words) in [("--arms", &args.arms), ("--favours", &args.favours)] {
            if !matches!(words.len(), 0 | 2) {
                let text = format!("{option} takes two names with a comma between them");
                return Err(CliError::usage(text).help("as in --arms Antibody,Control"));
            }
        }
        let look = Look::of(args.look);
        let table = match &args.rob {
            Some(file) => Some(super::rob::table(file)?),
            None => None,
        };
        Ok(Self { args, look, table })
    }

    /// What the engine must work out for them.
    pub(super) fn extras(&self) -> Vec<Extra> {
        [
            (&self.args.leave_one_out, Extra::LeaveOneOut),
            (&self.args.cumulative, Extra::Cumulative),
            (&self.args.baujat, Extra::Baujat),
        ]
        .into_iter()
        .filter_map(|(path, extra)| path.as_ref().map(|_| extra))
        .collect()
    }

    /// The words as the options have them.
    pub(super) fn words(&self, mut words: ForestWords) -> ForestWords {
        if let Some(title) = &self.args.title {
            words.title.clone_from(title);
        }
        if let [first, second] = self.args.arms.as_slice() {
            words.arms = [first.clone(), second.clone()];
        }
        if let [left, right] = self.args.favours.as_slice() {
            words.favours = [left.clone(), right.clone()];
        }
        words
    }

    /// Draws them, each where `place` puts it.
    pub(super) fn draw(
        &self,
        pooled: &Pooled,
        spec: &Spec,
        words: &ForestWords,
        place: impl Fn(&Path) -> PathBuf,
        out: &mut Out,
    ) -> Result<(), Ending> {
        let words = self.words(words.clone());
        if let Some(path) = &self.args.forest {
            let mut plot = of_pooled(pooled, spec, &words);
            if let Some(table) = &self.table {
                let unknown = plot.judge(table);
                if !unknown.is_empty() {
                    out.note(&format!(
                        "warning: judged, but not in the forest plot: {}",
                        unknown.join(", ")
                    ));
                }
            }
            self.forest(plot, &place(path))?;
        }
        if let Some(path) = &self.args.leave_one_out {
            let plot = leave_one_out(pooled, spec, &words);
            let plot = plot.ok_or_else(|| undrawable("the result without each study", TWO))?;
            self.forest(plot, &place(path))?;
        }
        if let Some(path) = &self.args.cumulative {
            let plot = cumulative(
                pooled,
                spec,
                &words,
                (Some(WORTH_FINDING), "in the order given"),
            );
            let plot = plot.ok_or_else(|| undrawable("the result study by study", TWO))?;
            self.forest(plot, &place(path))?;
        }
        if let (Some(path), Some(table)) = (&self.args.rob_summary, &self.table) {
            let mut plot = Rob {
                name: format!("{}-rob", words.name),
                title: words.title.clone(),
                page: self.look.page(Page::Panel),
                ..table.clone()
            };
            let unknown = plot.weigh(pooled);
            // With a forest plot beside it this has been said.
            if !unknown.is_empty() && self.args.forest.is_none() {
                out.note(&format!(
                    "warning: judged, but not in the analysis: {}",
                    unknown.join(", ")
                ));
            }
            self.one(&place(path), rob_summary(&plot))?;
        }
        self.panels(pooled, spec, &words, place)
    }

    /// Whether anything is to be drawn.
    pub(super) fn asked(&self) -> bool {
        paths(self.args).next().is_some()
    }

    /// The figures of one panel.
    fn panels(
        &self,
        pooled: &Pooled,
        spec: &Spec,
        words: &ForestWords,
        place: impl Fn(&Path) -> PathBuf,
    ) -> Result<(), Ending> {
        let args = self.args;
        let title = &words.title;
        let name = |kind: &str| format!("{}-{kind}", words.name);
        if let Some(path) = &args.funnel {
            let plot = funnel::of_pooled(pooled, spec, &name("funnel"), title);
            self.panel(plot, "a funnel plot", SPREAD, &place(path))?;
        }
        if let Some(path) = &args.baujat {
            let plot = baujat::of_pooled(pooled, spec, &name("baujat"), title);
            self.panel(plot, "Baujat's plot", TWO, &place(path))?;
        }
        if let Some(path) = &args.labbe {
            let plot = labbe::of_pooled(pooled, spec, &name("labbe"), title);
            let plot = plot.map(|plot| LAbbe {
                arms: words.arms.clone(),
                ..plot
            });
            let why = "it needs events of two arms, and a measure that compares them";
            self.panel(plot, "L'Abbé's plot", why, &place(path))?;
        }
        if let Some(path) = &args.radial {
            let plot = radial::of_pooled(pooled, spec, &name("radial"), title);
            self.panel(plot, "a radial plot", SPREAD, &place(path))?;
        }
        if let Some(path) = &args.bubble {
            let plot = bubble::of_pooled(pooled, spec, &name("bubble"), title);
            let why = "it needs a regression on one numeric column, as by --moderator year";
            self.panel(plot, "a bubble plot", why, &place(path))?;
        }
        Ok(())
    }

    fn panel(
        &self,
        plot: Option<impl Panel>,
        what: &str,
        why: &str,
        path: &Path,
    ) -> Result<(), Ending> {
        let mut plot = plot.ok_or_else(|| undrawable(what, why))?;
        *plot.page() = self.look.page(*plot.page());
        self.one(path, plot.svg())
    }

    fn forest(&self, mut plot: Forest, path: &Path) -> Result<(), Ending> {
        plot.page = self.look.page(plot.page);
        plot.style = match self.args.style {
            StyleWord::Revman => ForestStyle::RevMan,
            StyleWord::Jama => ForestStyle::Jama,
        };
        if format(path)? == Format::Pdf {
            let pages = forest_pages(&plot).map_err(undrawn)?;
            return self.look.write(path, &pages);
        }
        self.one(path, forest(&plot))
    }

    fn one(&self, path: &Path, drawn: Result<String, PlotError>) -> Result<(), Ending> {
        self.look.write(path, &[drawn.map_err(undrawn)?])
    }
}

/// The files that figures are asked for in.
fn paths(args: &FigureArgs) -> impl Iterator<Item = &PathBuf> {
    [
        &args.forest,
        &args.funnel,
        &args.leave_one_out,
        &args.cumulative,
        &args.baujat,
        &args.labbe,
        &args.radial,
        &args.bubble,
        &args.rob_summary,
    ]
    .into_iter()
    .flatten()
}

/// A figure of one panel, which is as wide as it is asked to be.
trait Panel {
    fn page(&mut self) -> &mut Page;
    fn svg(&self) -> Result<String, PlotError>;
}

macro_rules! panels {
    ($($figure:ty: $draw:path),*) => {$(
        impl Panel for $figure {
            fn page(&mut self) -> &mut Page {
                &mut self.page
            }

            fn svg(&self) -> Result<String, PlotError> {
                $draw(self)
            }
        }
    )*};
}

panels!(
    Funnel: funnel::funnel,
    BaujatPlot: baujat::baujat,
    LAbbe: labbe::labbe,
    Radial: radial::radial,
    Bubble: bubble::bubble
);

const TWO: &str = "it needs two studies with an effect";
const SPREAD: &str = "no study has an effect with a standard error";

fn undrawable(what: &str, why: &str) -> CliError {
    CliError::new(Kind::Input, format!("cannot draw {what}: {why}"))
}

fn undrawn(error: PlotError) -> CliError {
    CliError::new(Kind::Input, format!("cannot draw: {error}"))
}

/// Says which characters stand as boxes, because no font of this machine has them.
#[cfg(feature = "png")]
fn tell_boxes(figures: &[&str]) -> Result<(), CliError> {
    let mut boxes = std::collections::BTreeSet::new();
    for svg in figures {
        boxes.extend(crate::plot::raster::undrawable(svg).map_err(undrawn)?);
    }
    if !boxes.is_empty() {
        let all: String = boxes.iter().collect();
        super::out::tell(&format!(
            "warning: no font of this machine has {all}: boxes stand there\n\
             help: install a font of the script, such as Noto Sans CJK, or write SVG"
        ));
    }
    Ok(())
}

#[cfg(feature = "png")]
fn png(svg: &str, dpi: f64) -> Result<Vec<u8>, CliError> {
    let bytes = crate::plot::raster::png(svg, dpi).map_err(undrawn)?;
    tell_boxes(std::slice::from_ref(&svg))?;
    Ok(bytes)
}

#[cfg(not(feature = "png"))]
fn png(_: &str, _: f64) -> Result<Vec<u8>, CliError> {
    Err(CliError::usage("this program is built without PNG"))
}

#[cfg(feature = "pdf")]
fn pdf(pages: &[String]) -> Result<Vec<u8>, CliError> {
    let bytes = crate::plot::pdf::pages(pages).map_err(undrawn)?;
    let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
    tell_boxes(&pages)?;
    Ok(bytes)
}

#[cfg(not(feature = "pdf"))]
fn pdf(_: &[String]) -> Result<Vec<u8>, CliError> {
    Err(CliError::usage("this program is built without PDF"))
}
