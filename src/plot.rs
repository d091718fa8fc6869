//! Figures: values in, SVG out.
//!
//! One unit is one point; a double-column figure is 510 wide, printed 180 mm. Figures use
//! presentation attributes only (no style sheets, scripts, variables or filters), so that every
//! renderer agrees and a figure saved from a page is the figure on the page. Text is measured in
//! the embedded Inter (SIL Open Font License, `fonts/OFL.txt`) and laid out with room for a wider
//! fallback font. The same input gives the same bytes.

pub mod baujat;
pub mod bridge;
pub mod bubble;
pub mod flow;
pub mod forest;
pub mod funnel;
pub mod labbe;
#[cfg(test)]
mod legible;
pub mod page;
#[cfg(feature = "pdf")]
pub mod pdf;
pub mod radial;
#[cfg(feature = "png")]
pub mod raster;
pub mod recall;
pub mod rich;
pub mod rob;
#[cfg(test)]
mod samples;
mod scatter;
pub mod svg;
pub mod table;
pub mod text;
pub mod timeline;
pub mod words;

pub use baujat::{BaujatPlot, BaujatPoint, baujat};
pub use bridge::{BridgeEnd, BridgePlot, BridgeRow, bridge};
pub use bubble::{Bubble, BubbleLine, BubblePoint, bubble};
pub use flow::{FlowOptions, flow, flow_table};
pub use forest::{Forest, ForestData, ForestGroup, ForestRow, ForestSummary, forest, forest_pages};
pub use funnel::{Funnel, FunnelPoint, funnel};
pub use labbe::{LAbbe, LAbbeEffect, LAbbePoint, labbe};
pub use page::Page;
pub use radial::{Radial, RadialPoint, radial};
pub use recall::{Recall, RecallCurve, recall};
pub use rob::{Rob, RobDomain, RobStudy, rob_lights, rob_summary};
pub use table::FigureTable;
pub use timeline::{Timeline, TimelineKind, TimelineMark, timeline};

use thiserror::Error;

/// Why a figure could not be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PlotError {
    /// The font embedded in the program does not parse.
    #[error("cannot read the embedded font: {0}")]
    Font(#[from] ttf_parser::FaceParsingError),
    /// A character the embedded font cannot draw.
    #[error("the embedded font has no glyph for `{character}` (U+{code:04X}) in `{text}`")]
    MissingGlyph {
        /// The first character that no font at hand draws.
        character: char,
        /// Its code point.
        code: u32,
        /// Where it stands.
        text: String,
    },
    /// A date that is none.
    #[error("a date is written YYYY-MM-DD, `{0}` is not")]
    Date(String),
    /// The figure cannot be turned into a picture.
    #[error("cannot turn the figure into a picture: {0}")]
    Raster(String),
}
