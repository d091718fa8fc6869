//! Judgements from a table in the shapes of robvis: CSV (or semicolons, or tabs) with a column of
//! studies, the domains in order, `Overall` and `Weight`.
//!
//! The studies are the column `Study` (`Author`, `Trial`, …), else the first. `Overall` (`Overall bias`,
//! `Overall risk of bias`, …) and `Weight` (`Weights`, `Weight %`) may be absent. Every other column is a
//! domain; `Domain (support): …` of RevMan Web is passed over. A table of `study,domain,judgement`, one
//! row for each judgement, is read too. Where domains are called `D1`, `D2`, …, five of them judged in
//! the words of RoB 2 get its names, seven in those of ROBINS-I or ROBINS-E get theirs, six (`D1b`) those
//! of RoB 2 for cluster trials.
//!
//! Judgements are the words of the tools ([`Judgement::word`]), their initials, and the signs of figures.
//! `S` is serious where a word or initial of ROBINS-I stands in the table, else some concerns. Signs are
//! robvis's where an `x` is among them (`+` low, `-` some concerns, `x` high, `!` critical, `?` no
//! information), else Cochrane's (`+` low, `!` some concerns, `-` high, `?` unclear). Blank and `NA` are
//! not assessed. A weight is a number not below 0, with or without `%`; either every study has one or
//! none.

use super::{Domain, Judged, Judgements};
use crate::model::Judgement;
use crate::table::{ReadError, Table};

/// More domains than this have no room in a column.
const MOST: usize = 12;

pub(super) const ROB2: [&str; 5] = [
    "randomisation",
    "deviations from intended interventions",
    "missing outcome data",
    "measurement of the outcome",
    "selection of the reported result",
];

pub(super) const ROBINS_I: [&str; 7] = [
    "confounding",
    "selection of participants",
    "classification of interventions",
    "deviations from intended interventions",
    "missing data",
    "measurement of outcomes",
    "selection of the reported result",
];

pub(super) const ROBINS_E: [&str; 7] = [
    "confounding",
    "measurement of the exposure",
    "selection of participants",
    "post-exposure interventions",
    "missing data",
    "measurement of the outcome",
    "selection of the reported result",
];

pub(super) const CLUSTER: [&str; 6] = [
    "randomisation",
    "identification or recruitment of participants",
    "deviations from intended interventions",
    "missing outcome data",
    "measurement of the outcome",
    "selection of the reported result",
];

/// Which column is what.
struct Columns {
    study: usize,
    overall: Option<usize>,
    weight: Option<usize>,
    domains: Vec<usize>,
}

/// Reads the bytes of a table.
///
/// ```
/// use perennial::appraise::read;
/// let table = read(b"Study,D1,D2,Overall,Weight\nAlpha,Low,High,High,100\n").unwrap();
/// assert_eq!(table.domains.len(), 2);
/// let fault = read(b"Study,D1,D2\nAlpha,Low,Hgih\n").unwrap_err();
/// assert!(fault.to_string().starts_with("line 2, column D2: `Hgih` is no judgement"));
/// ```
pub fn read(bytes: &[u8]) -> Result<Judgements, ReadError> {
    let table = Table::read(bytes)?;
    if let Some(long) = Long::of(&table) {
        return long.read(&table);
    }
    let header = table.header();
    let columns = columns(header)?;
    let judged: Vec<usize> = columns
        .domains
        .iter()
        .copied()
        .chain(columns.overall)
        .collect();
    let words = table.cells().flat_map(|(_, cells)| {
        judged
            .iter()
            .filter_map(move |place| cells.get(*place).copied())
    });
    let reading = Reading::of(words);
    let mut studies = Vec::new();
    for (line, cells) in table.cells() {
        let cell = |place: usize| cells.get(place).copied().unwrap_or_default();
        let fault = |place: usize, reason: String| ReadError::Cell {
            line,
            column: header.get(place).cloned().unwrap_or_default(),
            reason,
        };
        let judged = |place: usize| {
            let text = cell(place);
            reading
                .judge(text)
                .ok_or_else(|| fault(place, unknown(text)))
        };
        let label = cell(columns.study).to_owned();
        if label.is_empty() {
            return Err(fault(columns.study, "a study needs a name".into()));
        }
        let domains = columns.domains.iter().map(|place| judged(*place));
        studies.push(Judged {
            label,
            domains: domains.collect::<Result<_, _>>()?,
            overall: columns.overall.map(judged).transpose()?,
            weight: match columns.weight {
                Some(place) => weight(cell(place)).map_err(|reason| fault(place, reason))?,
                None => None,
            },
        });
    }
    if let Some(place) = columns.weight {
        every_weight_or_none(&table, place, &studies)?;
    }
    let names = columns
        .domains
        .iter()
        .filter_map(|place| header.get(*place));
    let (tool, domains) = named(names.map(|name| domain_name(name)).collect(), &studies);
    Ok(Judgements {
        tool,
        domains,
        studies,
    })
}

/// How initials and signs are read in one table.
#[derive(Debug, Clone, Copy)]
struct Reading {
    /// Whether `S` is serious.
    serious: bool,
    /// Whether signs are robvis's.
    robvis: bool,
}

impl Reading {
    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let (mut serious, mut some, mut robvis) = (false, false, false);
        for word in words {
            let plain = word.trim().to_lowercase();
            let known = Judgement::from_word(word);
            serious |= matches!(plain.as_str(), "m" | "c")
                || matches!(
                    known,
                    Some(Judgement::Moderate | Judgement::Serious | Judgement::Critical)
                );
            some |=
                plain == "h" || matches!(known, Some(Judgement::SomeConcerns | Judgement::High));
            robvis |= matches!(plain.as_str(), "x" | "\u{d7}");
        }
        Self {
            serious: serious && !some,
            robvis,
        }
    }

    fn judge(self, word: &str) -> Option<Judgement> {
        let plain = word.trim().to_lowercase();
        let found = match (plain.as_str(), self.robvis) {
            ("+" | "l", _) => Judgement::Low,
            ("x" | "\u{d7}" | "h", _) => Judgement::High,
            ("-" | "\u{2212}" | "\u{2013}", true) | ("!", false) => Judgement::SomeConcerns,
            ("-" | "\u{2212}" | "\u{2013}", false) => Judgement::High,
            ("!", true) | ("c", _) => Judgement::Critical,
            ("?", true) | ("i" | "n", _) => Judgement::NoInformation,
            ("?", false) | ("u", _) => Judgement::Unclear,
            ("m", _) => Judgement::Moderate,
            ("v", _) => Judgement::VeryHigh,
            ("s", _) if self.serious => Judgement::Serious,
            ("s", _) => Judgement::SomeConcerns,
            _ => return Judgement::from_word(word),
        };
        Some(found)
    }
}

/// A table with one row for each judgement.
struct Long {
    study: usize,
    domain: usize,
    judgement: usize,
    result: Option<usize>,
}

impl Long {
    fn of(table: &Table) -> Option<Self> {
        let place = |name: &str| {
            let mut header = table.header().iter();
            header.position(|head| head.eq_ignore_ascii_case(name))
        };
        Some(Self {
            study: place("study")?,
            domain: place("domain")?,
            judgement: place("judgement").or_else(|| place("judgment"))?,
            result: place("result"),
        })
    }

    fn read(&self, table: &Table) -> Result<Judgements, ReadError> {
        let all: Vec<(u64, Vec<&str>)> = table.cells().collect();
        let at = |cells: &[&str], place: usize| -> String {
            cells.get(place).copied().unwrap_or_default().to_owned()
        };
        let reading = Reading::of(
            all.iter()
                .filter_map(|(_, cells)| cells.get(self.judgement).copied()),
        );
        let mut domains: Vec<String> = Vec::new();
        let mut studies: Vec<(String, Vec<(String, Judgement)>)> = Vec::new();
        let mut results: Vec<String> = Vec::new();
        for (line, cells) in &all {
            let fault = |place: usize, reason: String| ReadError::Cell {
                line: *line,
                column: table.header().get(place).cloned().unwrap_or_default(),
                reason,
            };
            let label = at(cells, self.study);
            if label.is_empty() {
                return Err(fault(self.study, "a study needs a name".into()));
            }
            if let Some(place) = self.result {
                let result = at(cells, place);
                if !results.contains(&result) {
                    results.push(result);
                }
            }
            let (domain, text) = (at(cells, self.domain), at(cells, self.judgement));
            let judgement = reading
                .judge(&text)
                .ok_or_else(|| fault(self.judgement, unknown(&text)))?;
            if !is_overall(&domain) && !domains.contains(&domain) {
                domains.push(domain.clone());
            }
            match studies.iter_mut().find(|(known, _)| *known == label) {
                Some((_, judged)) if judged.iter().any(|(known, _)| *known == domain) => {
                    let reason = format!("{label} is judged twice in {domain}");
                    return Err(fault(self.domain, reason));
                }
                Some((_, judged)) => judged.push((domain, judgement)),
                None => studies.push((label, vec![(domain, judgement)])),
            }
        }
        if results.len() > 1 {
            return Err(ReadError::File(format!(
                "judgements of several results ({}): keep the rows of one",
                results.join(", ")
            )));
        }
        if domains.is_empty() || domains.len() > MOST {
            return Err(ReadError::File(format!("{} domains", domains.len())));
        }
        let overall = studies
            .iter()
            .any(|(_, judged)| judged.iter().any(|(domain, _)| is_overall(domain)));
        let studies: Vec<Judged> = studies
            .into_iter()
            .map(|(label, judged)| {
                let of = |wanted: &dyn Fn(&str) -> bool| {
                    let found = judged.iter().find(|(domain, _)| wanted(domain));
                    found.map_or(Judgement::NotAssessed, |(_, judgement)| *judgement)
                };
                Judged {
                    domains: domains
                        .iter()
                        .map(|name| of(&|domain| domain == name))
                        .collect(),
                    overall: overall.then(|| of(&is_overall)),
                    weight: None,
                    label,
                }
            })
            .collect();
        let (tool, domains) = named(domains.iter().map(String::as_str).collect(), &studies);
        Ok(Judgements {
            tool,
            domains,
            studies,
        })
    }
}

/// The domain that a column is of: what stands behind RevMan's `Domain (judgement):`.
fn domain_name(name: &str) -> &str {
    let lower = name.to_lowercase();
    if lower.starts_with("domain (judgement)") {
        let rest = name.get("domain (judgement)".len()..).unwrap_or_default();
        let rest = rest.trim_start_matches([':', ' ']);
        return rest.strip_suffix(": All outcomes").unwrap_or(rest);
    }
    name.trim_end_matches('.')
}

fn is_overall(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name == "overall"
        || [
            "overall bias",
            "overall risk",
            "overall judgement",
            "overall judgment",
            "overall rob",
        ]
        .iter()
        .any(|begin| name.starts_with(begin))
}

/// Whether a column is called `D1` or its like.
fn is_numbered(name: &str) -> bool {
    let rest = name.trim().strip_prefix(['D', 'd']).unwrap_or_default();
    rest.starts_with(|letter: char| letter.is_ascii_digit())
}

fn is_weight(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphabetic);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    matches!(plain.as_str(), "weight" | "weights" | "studyweight")
}

fn columns(header: &[String]) -> Result<Columns, ReadError> {
    let fault = |reason: String| ReadError::Line { line: 1, reason };
    let named = |words: &[&str]| {
        header.iter().position(|head| {
            let plain = head.to_lowercase();
            words.contains(&plain.trim())
        })
    };
    let study = named(&[
        "study",
        "studies",
        "study id",
        "study_id",
        "studyid",
        "study name",
    ])
    .or_else(|| {
        named(&[
            "author",
            "authors",
            "trial",
            "reference",
            "study label",
            "studlab",
        ])
    })
    .or_else(|| header.first().filter(|head| !is_numbered(head)).map(|_| 0))
    .ok_or_else(|| {
        fault(format!(
            "a table of judgements needs the column Study: {}",
            header.join(", ")
        ))
    })?;
    let all = |is: fn(&str) -> bool| -> Vec<usize> {
        let places = header.iter().enumerate();
        places
            .filter(|(n, head)| *n != study && is(head))
            .map(|(n, _)| n)
            .collect()
    };
    let one = |places: Vec<usize>| match places.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        several => {
            let names: Vec<&str> = several
                .iter()
                .filter_map(|place| header.get(*place).map(String::as_str))
                .collect();
            Err(fault(format!(
                "two columns say one thing: {}; keep one",
                names.join(", ")
            )))
        }
    };
    let (overall, weight) = (one(all(is_overall))?, one(all(is_weight))?);
    let support = |head: &str| head.to_lowercase().starts_with("domain (support)");
    let domains: Vec<usize> = header
        .iter()
        .enumerate()
        .filter(|(n, head)| {
            *n != study && Some(*n) != overall && Some(*n) != weight && !support(head)
        })
        .map(|(n, _)| n)
        .collect();
    if domains.is_empty() {
        return Err(fault("no column of a domain beside Study".into()));
    }
    if domains.len() > MOST {
        return Err(fault(format!(
            "{} domains: more than {MOST} have no room",
            domains.len()
        )));
    }
    Ok(Columns {
        study,
        overall,
        weight,
        domains,
    })
}

fn unknown(text: &str) -> String {
    let words: Vec<&str> = Judgement::ALL.into_iter().map(Judgement::word).collect();
    format!(
        "`{text}` is no judgement; they are {}, their initials, and the signs + ! - x ?",
        words.join(", ")
    )
}

fn weight(text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() || text.eq_ignore_ascii_case("NA") {
        return Ok(None);
    }
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() && value >= 0.0 => Ok(Some(value)),
        Ok(_) => Err(format!("a weight of {text} is not 0 or above")),
        Err(_) => Err(format!("`{text}` is not a number")),
    }
}

/// Weights of some studies only would weigh the others at nothing without saying so.
fn every_weight_or_none(table: &Table, place: usize, studies: &[Judged]) -> Result<(), ReadError> {
    let some = studies.iter().any(|study| study.weight.is_some());
    let mut rows = table.cells().zip(studies);
    match rows.find(|(_, study)| some && study.weight.is_none()) {
        Some(((line, _), study)) => Err(ReadError::Cell {
            line,
            column: table.header().get(place).cloned().unwrap_or_default(),
            reason: format!("{} has no weight, others have", study.label),
        }),
        None => Ok(()),
    }
}

/// The tool and the names of the domains, from how the columns are called and judged.
fn named(columns: Vec<&str>, studies: &[Judged]) -> (Option<String>, Vec<Domain>) {
    let numbered = columns
        .iter()
        .enumerate()
        .all(|(n, name)| name.eq_ignore_ascii_case(&format!("D{}", n + 1)));
    let all = |fits: fn(Judgement) -> bool| {
        let mut judged = studies.iter().flat_map(|study| {
            let overall = study.overall.iter();
            study.domains.iter().chain(overall).copied()
        });
        judged.all(fits)
    };
    let cluster = columns.len() == CLUSTER.len()
        && columns
            .iter()
            .zip(["D1", "D1b", "D2", "D3", "D4", "D5"])
            .all(|(name, want)| name.eq_ignore_ascii_case(want));
    let (tool, names): (Option<&str>, Vec<&str>) = if cluster {
        (Some("RoB 2, cluster trials"), CLUSTER.to_vec())
    } else if !numbered {
        (None, columns)
    } else if columns.len() == ROB2.len() && all(Judgement::is_rob2) {
        (Some("RoB 2"), ROB2.to_vec())
    } else if columns.len() == ROBINS_I.len() && all(Judgement::is_robins_i) {
        (Some("ROBINS-I"), ROBINS_I.to_vec())
    } else if columns.len() == ROBINS_E.len() && all(Judgement::is_robins_e) {
        (Some("ROBINS-E"), ROBINS_E.to_vec())
    } else {
        (None, vec![""; columns.len()])
    };
    let domains = names.iter().enumerate().map(|(n, name)| Domain {
        short: match (cluster, n) {
            (true, 0) => "D1".to_owned(),
            (true, 1) => "D1b".to_owned(),
            (true, n) => format!("D{n}"),
            (false, n) => format!("D{}", n + 1),
        },
        name: (*name).to_owned(),
    });
    (tool.map(str::to_owned), domains.collect())
}

#[cfg(test)]
mod tests;
