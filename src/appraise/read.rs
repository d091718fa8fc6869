//! Judgements from a table in the shape of robvis: CSV with the columns `Study`, the domains in
//! order, `Overall` and `Weight`.
//!
//! `Overall` and `Weight` may be absent; letters of their names and of `Study` may be of either
//! case. Every other column is a domain. Where domains are called `D1`, `D2`, …, five of them
//! judged in the words of RoB 2 get its names, seven in those of ROBINS-I get its. Judgements are
//! `Low`, `Some concerns`, `High`, `Moderate`, `Serious`, `Critical`, `No information` and `Not
//! assessed`; blank and `NA` are not assessed. A weight is a number not below 0, with or without
//! `%`; either every study has one or none.

use super::{Domain, Judged, Judgements};
use crate::model::Judgement;
use crate::table::{ReadError, Table};

/// More domains than this have no room in a column.
const MOST: usize = 12;

const ROB2: [&str; 5] = [
    "randomisation",
    "deviations from intended interventions",
    "missing outcome data",
    "measurement of the outcome",
    "selection of the reported result",
];

const ROBINS_I: [&str; 7] = [
    "confounding",
    "selection of participants",
    "classification of interventions",
    "deviations from intended interventions",
    "missing data",
    "measurement of outcomes",
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
    let header = table.header();
    let columns = columns(header)?;
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
            Judgement::from_word(text).ok_or_else(|| fault(place, unknown(text)))
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
    let (tool, domains) = named(names.map(String::as_str).collect(), &studies);
    Ok(Judgements {
        tool,
        domains,
        studies,
    })
}

fn columns(header: &[String]) -> Result<Columns, ReadError> {
    let place = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
    let fault = |reason: String| ReadError::Line { line: 1, reason };
    let study = place("study").ok_or_else(|| {
        fault(format!(
            "a table of judgements needs the column Study: {}",
            header.join(", ")
        ))
    })?;
    let (overall, weight) = (place("overall"), place("weight"));
    let domains: Vec<usize> = (0..header.len())
        .filter(|n| *n != study && Some(*n) != overall && Some(*n) != weight)
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
    format!("`{text}` is no judgement; they are {}", words.join(", "))
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
    let (tool, names): (Option<&str>, Vec<&str>) = if !numbered {
        (None, columns)
    } else if columns.len() == ROB2.len() && all(Judgement::is_rob2) {
        (Some("RoB 2"), ROB2.to_vec())
    } else if columns.len() == ROBINS_I.len() && all(Judgement::is_robins_i) {
        (Some("ROBINS-I"), ROBINS_I.to_vec())
    } else {
        (None, vec![""; columns.len()])
    };
    let domains = names.iter().enumerate().map(|(n, name)| Domain {
        short: format!("D{}", n + 1),
        name: (*name).to_owned(),
    });
    (tool.map(str::to_owned), domains.collect())
}
