//! The reserved outcome codes of the characteristics of a study.
//!
//! They are the columns of a table of included studies (Cochrane Handbook 5.3.1; PRISMA 2020,
//! item 17). A review declares further ones as outcomes of type `characteristic`.

/// A reserved code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Characteristic {
    /// The outcome code of its cells.
    pub code: &'static str,
    /// What a table's heading says.
    pub title: &'static str,
    /// Whether each arm has its own.
    pub per_arm: bool,
}

const fn study(code: &'static str, title: &'static str) -> Characteristic {
    Characteristic {
        code,
        title,
        per_arm: false,
    }
}

const fn arm(code: &'static str, title: &'static str) -> Characteristic {
    Characteristic {
        code,
        title,
        per_arm: true,
    }
}

/// Every reserved code, in the order of a table of studies.
pub const CHARACTERISTICS: [Characteristic; 18] = [
    study("acronym", "Acronym"),
    study("author", "First author"),
    study("year", "Year"),
    study("registry", "Registry number"),
    study("phase", "Phase"),
    study("ratio", "Allocation ratio"),
    study("masking", "Masking"),
    study("sponsor", "Sponsor"),
    study("prior_lines", "Prior lines"),
    study("stratification", "Stratification"),
    study("follow_up", "Median follow-up"),
    study("antibody", "Antibody"),
    arm("role", "Role"),
    arm("regimen", "Regimen"),
    arm("drugs", "Drugs"),
    arm("randomised", "Randomised"),
    arm("age", "Age"),
    arm("treated", "Treated"),
];

/// The reserved characteristic of that code.
pub fn characteristic(code: &str) -> Option<&'static Characteristic> {
    CHARACTERISTICS.iter().find(|one| one.code == code)
}
