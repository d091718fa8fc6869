//! The widths a figure is made for.

/// How wide a figure is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Page {
    /// One column of a journal: 85 mm, the compact layout.
    Column,
    /// A figure of one panel: 120 mm.
    Panel,
    /// Two columns of a journal: 180 mm.
    #[default]
    Full,
}

impl Page {
    /// The width in points, the unit of figures.
    pub fn points(self) -> f64 {
        match self {
            Self::Column => 241.0,
            Self::Panel => 340.0,
            Self::Full => 510.0,
        }
    }

    /// The width in millimetres.
    pub fn millimetres(self) -> f64 {
        match self {
            Self::Column => 85.0,
            Self::Panel => 120.0,
            Self::Full => 180.0,
        }
    }
}
