//! The options of figures.

use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How a figure is made, whatever it shows.
#[derive(Debug, Clone, Copy, Args)]
pub struct LookArgs {
    /// The width of figures [default: 180mm; 120mm for those of one panel]
    #[arg(long, value_name = "W")]
    pub width: Option<WidthWord>,
    /// Figures in greys
    #[arg(long)]
    pub mono: bool,
    /// Dots per inch of a figure as .png
    #[arg(long, value_name = "DPI", default_value = "300")]
    pub dpi: DpiWord,
}

/// `--figure` of a command that prints numbers which can be drawn.
#[derive(Debug, Args)]
pub struct DrawArgs {
    /// Draw it into this file: .svg, .png or .pdf by its name
    #[arg(long, value_name = "FILE")]
    pub figure: Option<PathBuf>,
    /// How the figure is made.
    #[command(flatten)]
    pub look: LookArgs,
}

/// The figures of an analysis: each is written as .svg, .png or .pdf, by the name of its file.
#[derive(Debug, Args)]
pub struct FigureArgs {
    /// Draw the forest plot into this file: .svg, .png or .pdf by its name
    #[arg(long, value_name = "FILE")]
    pub forest: Option<PathBuf>,
    /// Draw the funnel plot: its trim-and-fill points and Egger's line by --with
    #[arg(long, value_name = "FILE")]
    pub funnel: Option<PathBuf>,
    /// Draw the result without each study in turn
    #[arg(long, value_name = "FILE")]
    pub leave_one_out: Option<PathBuf>,
    /// Draw the result study by study, in the order of the rows
    #[arg(long, value_name = "FILE")]
    pub cumulative: Option<PathBuf>,
    /// Draw what each study adds to Q against what it does to the result (Baujat)
    #[arg(long, value_name = "FILE")]
    pub baujat: Option<PathBuf>,
    /// Draw the share with an event in one arm against that in the other (L'Abbé)
    #[arg(long, value_name = "FILE")]
    pub labbe: Option<PathBuf>,
    /// Draw standardised effects by precision (radial, Galbraith)
    #[arg(long, value_name = "FILE")]
    pub radial: Option<PathBuf>,
    /// Draw the line of a meta-regression on one --moderator, its studies as bubbles
    #[arg(long, value_name = "FILE")]
    pub bubble: Option<PathBuf>,
    /// Judgements on the risk of bias beside the forest plot: CSV as `rob` takes it, by the names of
    /// the studies
    #[arg(long, value_name = "CSV")]
    pub rob: Option<PathBuf>,
    /// Draw the summary of these judgements, weighted as the analysis weighs its studies
    #[arg(long, value_name = "FILE", requires = "rob")]
    pub rob_summary: Option<PathBuf>,
    /// What the figures are called [default: the name of the file with the studies]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// What the arms are called, the experimental one first
    #[arg(long, value_name = "FIRST,SECOND", value_delimiter = ',')]
    pub arms: Vec<String>,
    /// What lies left and right of no effect
    #[arg(long, value_name = "LEFT,RIGHT", value_delimiter = ',')]
    pub favours: Vec<String>,
    /// The columns of the forest plot
    #[arg(long, value_name = "S", default_value = "revman")]
    pub style: StyleWord,
    /// How the figures are made.
    #[command(flatten)]
    pub look: LookArgs,
}

/// `rob`
#[derive(Debug, Args)]
pub struct RobArgs {
    /// Judgements: CSV with the columns Study, the domains in order, and Overall and Weight where known
    #[arg(required_unless_present_any = ["template", "answers"])]
    pub file: Option<PathBuf>,
    /// Judge by RoB 2: answers to its signalling questions, CSV with the columns study, result, effect
    /// (assignment or adhering), question (1.1 to 5.3) and answer (Y, PY, PN, N, NI, NA)
    #[arg(
        long,
        value_name = "CSV",
        conflicts_with_all = ["file", "template", "summary", "title", "width", "mono", "dpi"]
    )]
    pub answers: Option<PathBuf>,
    /// Draw the traffic light, a row for each study; with --answers write the judgements as CSV
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Draw the summary, a bar for each domain, weighted where the table has weights
    #[arg(long, value_name = "FILE")]
    pub summary: Option<PathBuf>,
    /// What the figures are called [default: the name of the file]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// Print the table to fill, in a workspace with a row for each included study [default: rob2]
    #[arg(
        long,
        value_name = "TOOL",
        num_args = 0..=1,
        default_missing_value = "rob2",
        conflicts_with_all = ["file", "output", "summary", "title"]
    )]
    pub template: Option<ToolWord>,
    /// How the figures are made.
    #[command(flatten)]
    pub look: LookArgs,
}

/// `rob --template`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ToolWord {
    /// RoB 2, of randomised trials
    Rob2,
    /// RoB 2 of cluster-randomised trials
    Rob2Cluster,
    /// ROBINS-I, of interventions that were not randomised
    RobinsI,
    /// ROBINS-E, of exposures
    RobinsE,
}

/// `--style`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StyleWord {
    /// As Cochrane sets them
    Revman,
    /// As JAMA sets them
    Jama,
}

/// `--width`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WidthWord {
    /// One column of a journal; the forest plot without counts and weights
    #[value(name = "85mm")]
    Column,
    /// Two columns
    #[value(name = "180mm")]
    Full,
}

/// `--dpi`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DpiWord {
    /// What most journals ask of figures with lines and text
    #[value(name = "300")]
    Print,
    /// What some ask of line art
    #[value(name = "600")]
    LineArt,
}
