//! Risk of bias: the judgements on studies, domain by domain, and the table they come in.
//!
//! The tools are RoB 2 (Sterne et al., BMJ 2019;366:l4898) and ROBINS-I (Sterne et al., BMJ
//! 2016;355:i4919); the judgements themselves are [`crate::model::Judgement`]. [`rob2`] holds the
//! signalling questions of RoB 2 and the way from their answers to a judgement, [`read_answers`] the
//! table of answers. Values in, values out; `plot` draws them.

mod answers;
mod read;
pub mod rob2;
mod template;

pub use answers::{
    ANSWERS, Answers, Appraised, JUDGEMENTS, Remark, read_answers, tally, write_judgements,
};
pub use read::read;
pub use template::{Tool, template};

use crate::model::Judgement;

/// A domain of a tool, with its name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Domain {
    /// In short: `D1`.
    pub short: String,
    /// In words; blank where nobody says.
    pub name: String,
}

impl Domain {
    /// Short and long name together, as a head shows them.
    pub fn title(&self) -> String {
        format!("{} {}", self.short, self.name)
            .trim_end()
            .to_owned()
    }
}

/// The judgements on one study.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// What it is called.
    pub label: String,
    /// One judgement for each domain, in their order.
    pub domains: Vec<Judgement>,
    /// Overall, where there is such a judgement.
    pub overall: Option<Judgement>,
    /// Its weight in the analysis, in per cent or any unit.
    pub weight: Option<f64>,
}

/// The judgements on the studies of one result.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Judgements {
    /// The tool, where it is known: `RoB 2`.
    pub tool: Option<String>,
    /// The domains, in the order of the columns.
    pub domains: Vec<Domain>,
    /// The studies, in the order of the rows.
    pub studies: Vec<Judged>,
}
