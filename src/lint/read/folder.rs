//! The tables of a folder: `flow.csv`, `results.csv`, `studies.csv`, `claims.csv`, `meta.json`.

use super::ReadError;
use crate::lint::paper::{Claim, Count, Model, Paper, Pooled, StudyRow};
use crate::lint::printed::Printed;
use crate::table::Table;

/// The columns of one table, with what each means.
#[derive(Debug, Clone, Copy)]
pub struct Columns {
    /// The file.
    pub file: &'static str,
    /// What a row of it is.
    pub row: &'static str,
    /// Column and meaning, in order.
    pub columns: &'static [(&'static str, &'static str)],
}

/// Every table of a folder, as `lint --template` writes them.
pub const COLUMNS: [Columns; 4] = [
    Columns {
        file: "flow.csv",
        row: "one count of the flow, for each place that prints it",
        columns: &[
            (
                "box",
                "db, db_NAME, reg, reg_NAME, other, dup, auto, removed, after_dup, screened, excl, excl_r1 and so on by reason, excl_title, excl_abstract, excl_dup2, sought, notret, assessed, ft_excl, ft_r1 and so on by reason, included (studies), reports, quant (studies pooled)",
            ),
            ("n", "the count as printed"),
            ("where", "who says so: text, abstract, Fig 1"),
        ],
    },
    Columns {
        file: "results.csv",
        row: "one pooled result, for each place that prints it",
        columns: &[
            (
                "table",
                "table or figure; text and abstract for running text",
            ),
            (
                "row",
                "which result, in the same words wherever it is printed",
            ),
            ("k", "number of studies"),
            ("i2", "I² in per cent, as printed"),
            ("p_het", "p-value of heterogeneity, as printed"),
            (
                "model",
                "F (fixed, common effect) or R (random effects); empty where not said",
            ),
            ("estimate", "as printed, with every decimal"),
            ("ci_lo", "lower limit"),
            ("ci_hi", "upper limit"),
            ("p", "p-value of the estimate, as printed: 0.03, <0.001"),
            ("measure", "RR, OR, HR, RD, MD, SMD"),
            ("scale", "log for ratios, raw for differences"),
        ],
    },
    Columns {
        file: "studies.csv",
        row: "one study in a figure or table",
        columns: &[
            ("table", "table or figure, as in results.csv"),
            (
                "subgroup",
                "the subgroup it stands in; empty where there are none",
            ),
            ("study", "the study, as printed"),
            ("e1", "events, experimental arm"),
            ("n1", "participants, experimental arm"),
            ("e0", "events, control arm"),
            ("n0", "participants, control arm"),
            ("m1", "mean, experimental arm"),
            ("sd1", "standard deviation, experimental arm"),
            ("m0", "mean, control arm"),
            ("sd0", "standard deviation, control arm"),
            ("estimate", "as printed"),
            ("ci_lo", "lower limit"),
            ("ci_hi", "upper limit"),
            ("weight", "weight in per cent"),
        ],
    },
    Columns {
        file: "claims.csv",
        row: "one other statement",
        columns: &[
            (
                "kind",
                "sum, mean, pct, partition and so on: docs/reference/lint/statements.md",
            ),
            ("location", "where it stands; the place in findings"),
            ("args", "what it is compared with"),
            ("reported", "what is printed"),
        ],
    },
];

/// A table whose columns are found by name; one that is not there is empty.
struct Cells {
    table: Table,
    places: Vec<(String, usize)>,
}

impl Cells {
    fn of(bytes: &[u8], file: usize, needed: &[&str]) -> Result<Self, ReadError> {
        let table = Table::read(bytes).map_err(|error| ReadError {
            line: error.line(),
            what: error.reason().to_owned(),
        })?;
        let known = COLUMNS.get(file).map_or(&[][..], |c| c.columns);
        let mut places = Vec::new();
        for (at, name) in table.header().iter().enumerate() {
            let name = name.trim().to_lowercase();
            let extra = ["level", "note", "notes", "source"].contains(&name.as_str());
            if !extra && !known.iter().any(|(column, _)| *column == name) {
                let names: Vec<&str> = known.iter().map(|(column, _)| *column).collect();
                let what = format!(
                    "unknown column `{name}`; the columns are {}",
                    names.join(", ")
                );
                return Err(ReadError::at(1, what));
            }
            places.push((name, at));
        }
        for name in needed {
            if !places.iter().any(|(column, _)| column == name) {
                return Err(ReadError::at(1, format!("column `{name}` is missing")));
            }
        }
        Ok(Self { table, places })
    }

    fn each(
        &self,
        mut row: impl FnMut(&dyn Fn(&str) -> String, u64) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        for (line, cells) in self.table.cells() {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            // A row of help, as the template writes it.
            if cells
                .first()
                .is_some_and(|cell| cell.trim_start().starts_with('#'))
            {
                continue;
            }
            let get = |name: &str| -> String {
                let at = self.places.iter().find(|(column, _)| column == name);
                at.and_then(|(_, at)| cells.get(*at))
                    .map(|cell| cell.trim().to_owned())
                    .unwrap_or_default()
            };
            row(&get, line)?;
        }
        Ok(())
    }
}

/// What stands where a number is not given.
fn absent(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    [
        "",
        "-",
        "–",
        "—",
        "na",
        "n/a",
        "nr",
        "n.r.",
        "ns",
        "n.s.",
        "not reported",
        "not applicable",
        ".",
        "…",
    ]
    .contains(&text.as_str())
}

fn number(text: &str, column: &str, line: u64) -> Result<Option<Printed>, ReadError> {
    if absent(text) {
        return Ok(None);
    }
    match Printed::parse(text) {
        Some(printed) => Ok(Some(printed)),
        None => Err(ReadError::at(
            line,
            format!("`{text}` in column {column} is no number"),
        )),
    }
}

fn whole(text: &str, column: &str, line: u64) -> Result<Option<i64>, ReadError> {
    let Some(printed) = number(text, column, line)? else {
        return Ok(None);
    };
    // A program may write 9 studies as 9.0.
    let plain = text.trim().trim_end_matches('0').strip_suffix('.');
    let whole = printed.whole().or_else(|| Printed::parse(plain?)?.whole());
    whole.map(Some).ok_or_else(|| {
        ReadError::at(
            line,
            format!("`{text}` in column {column} is no whole number"),
        )
    })
}

/// The model of its letter or word.
fn model(text: &str, line: u64) -> Result<Option<Model>, ReadError> {
    match text.trim().to_lowercase().as_str() {
        text if absent(text) => Ok(None),
        "f" | "fixed" | "fe" | "common" | "fixed effect" | "fixed effects" | "common effect" => {
            Ok(Some(Model::Fixed))
        }
        "r" | "random" | "re" | "random effect" | "random effects" => Ok(Some(Model::Random)),
        other => Err(ReadError::at(
            line,
            format!("model `{other}` is neither F nor R"),
        )),
    }
}

fn scale(text: &str, line: u64) -> Result<Option<bool>, ReadError> {
    match text.trim().to_lowercase().as_str() {
        text if absent(text) => Ok(None),
        "log" => Ok(Some(true)),
        "raw" | "identity" => Ok(Some(false)),
        // Intervals of these scales are symmetric on neither of the two.
        "logit" | "arcsine" | "freeman-tukey" | "fisher" => Ok(None),
        other => Err(ReadError::at(
            line,
            format!("scale `{other}` is neither log nor raw"),
        )),
    }
}

/// A pooled row from cells by name.
pub(super) fn pooled(get: &dyn Fn(&str) -> String, line: u64) -> Result<Pooled, ReadError> {
    let n = |column: &str| number(&get(column), column, line);
    Ok(Pooled {
        table: get("table"),
        row: get("row"),
        k: whole(&get("k"), "k", line)?,
        i2: n("i2")?,
        p_het: n("p_het")?,
        model: model(&get("model"), line)?,
        estimate: n("estimate")?,
        low: n("ci_lo")?,
        high: n("ci_hi")?,
        p: n("p")?,
        measure: get("measure"),
        log: scale(&get("scale"), line)?,
        level: n("level")?
            .map(|level| level.value)
            .filter(|l| *l > 0.0 && *l < 100.0),
    })
}

/// A study row from cells by name.
pub(super) fn study(get: &dyn Fn(&str) -> String, line: u64) -> Result<StudyRow, ReadError> {
    let n = |column: &str| number(&get(column), column, line);
    Ok(StudyRow {
        table: get("table"),
        subgroup: get("subgroup"),
        study: get("study"),
        counts: [n("e1")?, n("n1")?, n("e0")?, n("n0")?],
        means: [n("m1")?, n("sd1")?, n("m0")?, n("sd0")?],
        estimate: n("estimate")?,
        low: n("ci_lo")?,
        high: n("ci_hi")?,
        weight: n("weight")?,
    })
}

/// Adds the counts of `flow.csv`.
pub fn flow(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 0, &["box", "n"])?.each(|get, line| {
        let Some(n) = whole(&get("n"), "n", line)? else {
            return Ok(());
        };
        paper.flow.push(count(&get("box"), n, &get("where"), line)?);
        Ok(())
    })
}

/// A count whose box is known.
pub(super) fn count(name: &str, n: i64, witness: &str, line: u64) -> Result<Count, ReadError> {
    let name = name.trim().to_lowercase();
    let known = [
        "db",
        "reg",
        "other",
        "dup",
        "auto",
        "removed",
        "after_dup",
        "screened",
        "excl",
        "excl_title",
        "excl_abstract",
        "excl_dup2",
        "sought",
        "notret",
        "assessed",
        "ft_excl",
        "included",
        "reports",
        "quant",
    ];
    let parts = ["db_", "reg_", "other_", "excl_r", "ft_r"];
    let part = parts
        .iter()
        .any(|p| name.strip_prefix(p).is_some_and(|rest| !rest.is_empty()));
    if !part && !known.contains(&name.as_str()) {
        let what = format!(
            "unknown box `{name}`; the boxes are {} and db_NAME, reg_NAME, other_NAME, excl_r1, ft_r1",
            known.join(", ")
        );
        return Err(ReadError::at(line, what));
    }
    Ok(Count {
        name,
        n,
        witness: if witness.is_empty() {
            "flow".into()
        } else {
            witness.to_owned()
        },
    })
}

/// Adds the pooled rows of `results.csv`.
pub fn results(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 1, &["table", "row"])?.each(|get, line| {
        paper.results.push(pooled(get, line)?);
        Ok(())
    })
}

/// Adds the study rows of `studies.csv`.
pub fn studies(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 2, &["table", "study"])?.each(|get, line| {
        paper.studies.push(study(get, line)?);
        Ok(())
    })
}

/// Adds the statements of `claims.csv`.
pub fn claims(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 3, &["kind", "location"])?.each(|get, _| {
        paper.claims.push(Claim {
            kind: get("kind").to_lowercase(),
            location: get("location"),
            args: get("args"),
            reported: get("reported"),
        });
        Ok(())
    })
}

/// Takes the model rule and the title of `meta.json`.
pub fn meta(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    let value: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| ReadError {
        line: u64::try_from(error.line()).ok(),
        what: error.to_string(),
    })?;
    let text = |name: &str| {
        value
            .get(name)
            .and_then(|v| v.as_str())
            .unwrap_or("")
            .trim()
            .to_owned()
    };
    paper.random_if = text("random_if");
    if paper.title.is_empty() {
        paper.title = text("title");
    }
    Ok(())
}
