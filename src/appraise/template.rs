//! The table of judgements to be filled: a row for each study, a column for each domain of the tool.

use super::read::{CLUSTER, ROB2, ROBINS_E, ROBINS_I};
use crate::model::{Judgement, cell::guard};

/// A tool whose table can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// RoB 2, of a randomised trial.
    Rob2,
    /// RoB 2 of a cluster-randomised trial.
    Cluster,
    /// ROBINS-I, of an intervention that was not randomised.
    RobinsI,
    /// ROBINS-E, of an exposure.
    RobinsE,
}

impl Tool {
    /// The domains: what their columns are called, and what they are about.
    pub fn domains(self) -> Vec<(String, &'static str)> {
        let names: &[&'static str] = match self {
            Self::Rob2 => &ROB2,
            Self::Cluster => &CLUSTER,
            Self::RobinsI => &ROBINS_I,
            Self::RobinsE => &ROBINS_E,
        };
        // RoB 2 for cluster trials has a domain 1b, as robvis calls it.
        let short = |place: usize| match (self, place) {
            (Self::Cluster, 1) => "D1b".to_owned(),
            (Self::Cluster, 2..) => format!("D{place}"),
            _ => format!("D{}", place + 1),
        };
        let all = names.iter().enumerate();
        all.map(|(place, name)| (short(place), *name)).collect()
    }

    /// The judgements that the tool has, by rising risk.
    pub fn judgements(self) -> &'static [Judgement] {
        match self {
            Self::Rob2 | Self::Cluster => {
                &[Judgement::Low, Judgement::SomeConcerns, Judgement::High]
            }
            Self::RobinsI => &[
                Judgement::Low,
                Judgement::Moderate,
                Judgement::Serious,
                Judgement::Critical,
                Judgement::NoInformation,
            ],
            Self::RobinsE => &[
                Judgement::Low,
                Judgement::SomeConcerns,
                Judgement::High,
                Judgement::VeryHigh,
            ],
        }
    }
}

/// The table as CSV, with no judgement: [`super::read()`] takes it as it is, and once it is filled.
///
/// ```
/// use perennial::appraise::{Tool, read, template};
/// let text = template(Tool::Rob2, &["CASTOR".to_owned()]);
/// assert_eq!(text, "Study,D1,D2,D3,D4,D5,Overall,Weight\nCASTOR,,,,,,,\n");
/// assert_eq!(read(text.as_bytes()).unwrap().studies.len(), 1);
/// ```
pub fn template(tool: Tool, studies: &[String]) -> String {
    let mut columns = vec!["Study".to_owned()];
    columns.extend(tool.domains().into_iter().map(|(short, _)| short));
    columns.extend(["Overall".to_owned(), "Weight".to_owned()]);
    let mut out = csv::Writer::from_writer(Vec::new());
    // Memory takes every row.
    let _ = out.write_record(&columns);
    for study in studies {
        let study = guard(study);
        let blank = std::iter::repeat_n("", columns.len() - 1);
        let _ = out.write_record(std::iter::once(study.as_ref()).chain(blank));
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::appraise::read;

    #[test]
    fn every_tools_table_comes_back_with_its_domains_once_it_is_filled() {
        for tool in [Tool::Rob2, Tool::Cluster, Tool::RobinsI, Tool::RobinsE] {
            let studies = ["Müller, 2021".to_owned(), "=SUM(A1)".to_owned()];
            let text = template(tool, &studies);
            let blank = read(text.as_bytes()).unwrap();
            assert_eq!(blank.studies.len(), 2);
            assert_eq!(blank.studies[1].label, "=SUM(A1)");
            let domains = tool.domains();
            assert_eq!(blank.domains.len(), domains.len());
            for judgement in tool.judgements() {
                let mut filled = text.lines().next().unwrap().to_owned();
                // The worst of the tool tells the tools apart that count as many domains.
                let worst = tool.judgements().iter().rev();
                let worst = worst.copied().find(|one| *one != Judgement::NoInformation);
                for word in [*judgement, worst.unwrap()] {
                    filled.push_str("\nA");
                    filled.push_str(&format!(",{}", word.word()).repeat(domains.len() + 1));
                    filled.push(',');
                }
                let back = read(filled.as_bytes()).unwrap();
                assert_eq!(back.studies[0].domains[0], *judgement);
                assert_eq!(back.studies[0].weight, None);
                let names: Vec<&str> = back.domains.iter().map(|d| d.name.as_str()).collect();
                let want: Vec<&str> = domains.iter().map(|(_, name)| *name).collect();
                assert_eq!(names, want, "{tool:?} {judgement:?}");
            }
        }
    }
}
