//! The characteristics of a study: cells with reserved outcome codes.
//!
//! They are the columns of a table of included studies (Cochrane Handbook 5.3.1; PRISMA 2020,
//! item 17). A review declares further ones as outcomes of type `characteristic`.

use super::{Cell, Scope};
pub use crate::model::characteristic::{CHARACTERISTICS, Characteristic, characteristic};

/// What an arm is in the comparison of the review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ArmRole {
    /// It gets what the review is about.
    Experimental,
    /// It is compared with.
    Control,
}

impl ArmRole {
    /// The words of a cell of `role`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_lowercase().as_str() {
            "experimental" => Some(Self::Experimental),
            "control" => Some(Self::Control),
            _ => None,
        }
    }

    /// The word of a cell of `role`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Experimental => "experimental",
            Self::Control => "control",
        }
    }
}

/// The cell of a characteristic: of the study where `arm` is `None`, else of the arm.
pub fn find<'a>(
    cells: impl IntoIterator<Item = &'a Cell>,
    study: &str,
    arm: Option<&str>,
    code: &str,
) -> Option<&'a Cell> {
    cells.into_iter().find(|cell| {
        let same_arm = match (cell.key.scope(), arm) {
            (Scope::Study, None) => true,
            (Scope::Arm(one), Some(arm)) => one == arm,
            (Scope::Study | Scope::Arm(_) | Scope::Comparison(..), _) => false,
        };
        cell.key.outcome == code && cell.key.study == study && same_arm
    })
}

/// The words of a characteristic.
pub fn text<'a>(
    cells: impl IntoIterator<Item = &'a Cell>,
    study: &str,
    arm: Option<&str>,
    code: &str,
) -> Option<&'a str> {
    find(cells, study, arm, code)?.value.text.as_deref()
}

/// The arms with a stated role, in the order of the cells.
pub fn roles<'a>(cells: &'a [Cell], study: &str) -> Vec<(&'a str, ArmRole, &'a Cell)> {
    let mut out: Vec<(&str, ArmRole, &Cell)> = Vec::new();
    for cell in cells {
        if cell.key.study != study || cell.key.outcome != "role" {
            continue;
        }
        let role = cell.value.text.as_deref().and_then(ArmRole::parse);
        if let (Scope::Arm(arm), Some(role)) = (cell.key.scope(), role)
            && !out.iter().any(|(known, ..)| *known == arm)
        {
            out.push((arm, role, cell));
        }
    }
    out
}
