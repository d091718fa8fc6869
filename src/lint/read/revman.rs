//! Tables of RevMan's data package: study rows, overall and subgroup estimates of each analysis.
//!
//! Their numbers are written in full. A file is told by its columns, and columns by their names, so
//! that a package of another version is read as far as it is understood.

use super::ReadError;
use crate::lint::paper::{Claim, Model, Paper, Pooled, StudyRow};
use crate::lint::printed::Printed;
use crate::table::Table;

/// Adds one table of the package.
pub fn revman(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    let table = Table::read(bytes).map_err(|error| ReadError {
        line: error.line(),
        what: error.reason().to_owned(),
    })?;
    let head: Vec<String> = table
        .header()
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let place = |names: &[&str]| -> Option<usize> {
        let exact = names
            .iter()
            .find_map(|name| head.iter().position(|h| h == name));
        exact.or_else(|| {
            names
                .iter()
                .find_map(|name| head.iter().position(|h| h.ends_with(name)))
        })
    };
    let analysis = place(&["analysis number"])
        .ok_or_else(|| ReadError::at(1, "column `Analysis number` is missing"))?;
    let group = place(&["analysis group"]);
    let named = place(&["analysis name"]);
    let study = head.iter().position(|h| h == "study");
    let subgroup = head.iter().position(|h| h == "subgroup");
    let columns = [
        ["experimental cases"].as_slice(),
        &["experimental n"],
        &["control cases"],
        &["control n"],
        &["experimental mean"],
        &["experimental sd"],
        &["control mean"],
        &["control sd"],
    ]
    .map(place);
    let effect = [
        ["mean", "effect estimate", "effect: mean"].as_slice(),
        &["ci start"],
        &["ci end"],
    ]
    .map(place);
    let weight = place(&["weight"]);
    let measure = place(&["effect measure"]);
    let model = place(&["analysis model"]);
    let i2 = place(&["i²", "i2", "heterogeneity: i²"]);
    let p_het = place(&["heterogeneity: p", "heterogeneity p"]).or_else(|| {
        i2.and_then(|at| at.checked_sub(1))
            .filter(|at| head.get(*at).is_some_and(|h| h == "p"))
    });
    let p = place(&["effect: p", "effect p"]);
    for (_, cells) in table.cells() {
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", |c| c.trim());
        let n = |at: Option<usize>| Printed::parse(cell(at));
        let number = cell(Some(analysis));
        let id = match cell(group) {
            "" => number.to_owned(),
            group if number.starts_with(group) && number.contains('.') => number.to_owned(),
            group => format!("{group}.{number}"),
        };
        let id = format!("Analysis {id}");
        if let Some(at) = study {
            if cell(Some(at)).is_empty() {
                continue;
            }
            let [e1, n1, e0, n0, m1, sd1, m0, sd0] = columns.map(n);
            let [estimate, low, high] = effect.map(n);
            let continuous =
                m1.is_some() && sd1.is_some() && sd1.as_ref().is_some_and(|sd| sd.value > 0.0);
            paper.studies.push(StudyRow {
                table: id,
                subgroup: cell(subgroup).to_owned(),
                study: cell(Some(at)).to_owned(),
                counts: if continuous {
                    [None, n1, None, n0]
                } else {
                    [e1, n1, e0, n0]
                },
                means: if continuous {
                    [m1, sd1, m0, sd0]
                } else {
                    [None, None, None, None]
                },
                estimate,
                low,
                high,
                weight: n(weight),
                measure: String::new(),
            });
            continue;
        }
        let [estimate, low, high] = effect.map(n);
        if estimate.is_none() {
            continue;
        }
        let row = match cell(subgroup) {
            "" => {
                let name = cell(named);
                if name.is_empty() {
                    "total".to_owned()
                } else {
                    name.to_owned()
                }
            }
            sub => sub.to_owned(),
        };
        let measure = cell(measure).to_owned();
        if cell(subgroup).is_empty() {
            // The overall estimate is of every row of its analysis.
            paper.claims.push(Claim {
                kind: "map".to_owned(),
                location: format!("{id} / {row}"),
                args: format!("table={id}"),
                reported: String::new(),
            });
        }
        paper.results.push(Pooled {
            table: id,
            row,
            i2: n(i2),
            p_het: n(p_het),
            model: match cell(model).to_lowercase() {
                m if m.contains("random") => Some(Model::Random),
                m if m.contains("fixed") => Some(Model::Fixed),
                _ => None,
            },
            estimate,
            low,
            high,
            p: n(p),
            log: (!measure.is_empty()).then(|| {
                ["RR", "OR", "PETO_OR", "HR"].contains(&measure.as_str())
                    || measure.to_lowercase().contains("ratio")
            }),
            measure,
            ..Pooled::default()
        });
    }
    Ok(())
}
