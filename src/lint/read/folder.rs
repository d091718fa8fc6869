//! The tables of a folder: `flow.csv`, `results.csv`, `studies.csv`, `claims.csv`, `meta.json`.

use super::ReadError;
use super::cell::{self, Effect};
use crate::lint::paper::{Claim, Count, Model, Paper, Pooled, StudyRow};
use crate::lint::printed::{Comma, Printed};
use crate::table::Table;
use std::cell::RefCell;

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
                "db, db_NAME, reg, reg_NAME, other, other_NAME, dup, auto, removed, after_dup, screened, excl, excl_r1 and so on by reason, excl_title, excl_abstract, excl_dup2, sought, notret, assessed, ft_excl, ft_r1 and so on by reason, included (studies), reports, quant (studies pooled); a lane of other methods has other, other_sought, other_notret, other_assessed, other_ft_excl, other_ft_r1",
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
            (
                "measure",
                "RR, OR, HR, RD, MD, SMD; log HR where a ratio is printed as its logarithm",
            ),
            (
                "scale",
                "log for ratios, raw for differences; empty where the measure says it",
            ),
            (
                "level",
                "the level of the interval in per cent; 95 where empty",
            ),
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
    comma: Comma,
}

/// What a comma means in a table, by the cells of its columns of numbers; between semicolons it is
/// nearly always the decimals' one.
pub(super) fn comma_of<'a>(semicolons: bool, cells: impl IntoIterator<Item = &'a str>) -> Comma {
    match Comma::of(cells) {
        Comma::Each if semicolons => Comma::Decimals,
        comma => comma,
    }
}

/// Columns whose cells are words.
pub(super) const WORDS: [&str; 14] = [
    "table", "row", "study", "subgroup", "model", "measure", "scale", "box", "where", "kind",
    "location", "args", "reported", "note",
];

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
            let extra =
                ["level", "measure", "ci", "note", "notes", "source"].contains(&name.as_str());
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
        let numbers = table.cells().flat_map(|(_, cells)| {
            let help = cells.first().is_some_and(|cell| cell.starts_with('#'));
            cells
                .into_iter()
                .enumerate()
                .filter(|(at, _)| {
                    !help
                        && places
                            .iter()
                            .any(|(name, n)| n == at && !WORDS.contains(&name.as_str()))
                })
                .map(|(_, cell)| cell)
                .collect::<Vec<_>>()
        });
        let comma = comma_of(table.separator() == b';', numbers);
        Ok(Self {
            table,
            places,
            comma,
        })
    }

    fn each(
        &self,
        mut row: impl FnMut(&Typed<'_>) -> Result<(), ReadError>,
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
            row(&Typed {
                get: &get,
                comma: self.comma,
                line,
                unread: None,
            })?;
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
        "−",
        "ref",
        "reference",
        "ne",
        "not estimable",
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

/// One row of a table as it is read: its cells by name, what a comma means there, and what is done
/// with a cell that holds no number.
pub(super) struct Typed<'a> {
    /// The cell of a column.
    pub(super) get: &'a dyn Fn(&str) -> String,
    /// What a comma means in this table.
    pub(super) comma: Comma,
    /// The line.
    pub(super) line: u64,
    /// Where cells that cannot be read are listed; where there is no list they are refused.
    pub(super) unread: Option<&'a RefCell<Vec<String>>>,
}

impl Typed<'_> {
    fn refuse<T>(&self, what: String) -> Result<Option<T>, ReadError> {
        match self.unread {
            Some(list) => {
                list.borrow_mut()
                    .push(format!("line {}: {what}; it is not used", self.line));
                Ok(None)
            }
            None => Err(ReadError::at(self.line, what)),
        }
    }

    fn number(&self, text: &str, column: &str) -> Result<Option<Printed>, ReadError> {
        if matches!(column, "p" | "p_het")
            && let Some(p) = Printed::p_value(text, self.comma)
        {
            return Ok(Some(p));
        }
        if absent(text) {
            return Ok(None);
        }
        let parsed = Printed::parse_as(text, self.comma)
            // A mark of a footnote behind the number.
            .or_else(|| {
                Printed::parse_as(
                    text.trim_end_matches(|c: char| "abcdefᵃᵇᶜᵈᵉ".contains(c)),
                    self.comma,
                )
            });
        match parsed {
            Some(printed)
                if printed.ends().is_some() && !matches!(column, "p" | "p_het" | "i2") =>
            {
                self.refuse(format!(
                    "`{text}` in column {column} is a range, not a number"
                ))
            }
            Some(printed) => Ok(Some(printed)),
            None => self.refuse(format!("`{text}` in column {column} is no number")),
        }
    }

    fn whole(&self, text: &str, column: &str) -> Result<Option<i64>, ReadError> {
        if absent(text) {
            return Ok(None);
        }
        // A program may write 9 studies as 9.0; a paper writes `5 RCTs`, `n = 5`.
        let bare = text
            .trim()
            .trim_start_matches(|c: char| "kKnN= ".contains(c))
            .trim_end_matches(|c: char| c.is_alphabetic() || c == ' ');
        let plain = text.trim().trim_end_matches('0').strip_suffix('.');
        let read = |text: &str| {
            [self.comma, Comma::Thousands]
                .into_iter()
                .find_map(|comma| Printed::parse_as(text, comma)?.whole())
        };
        let whole = read(text)
            .or_else(|| read(plain?))
            .or_else(|| read(bare).filter(|_| bare.starts_with(|c: char| c.is_ascii_digit())));
        match whole {
            Some(whole) => Ok(Some(whole)),
            None if Printed::parse_as(text, self.comma).is_some() => {
                self.refuse(format!("`{text}` in column {column} is no whole number"))
            }
            None => self.refuse(format!("`{text}` in column {column} is no number")),
        }
    }

    /// The model of its letter or word; a method that may be of either says nothing.
    fn model(&self, text: &str) -> Result<Option<Model>, ReadError> {
        let lower = text.trim().to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
        if absent(text) {
            Ok(None)
        } else if has(&[
            "r",
            "random",
            "re",
            "rem",
            "dl",
            "dersimonian",
            "reml",
            "pm",
            "hksj",
            "hk",
            "hartung",
            "paule",
            "sj",
            "sidik",
            "eb",
        ]) || lower == "d+l"
        {
            Ok(Some(Model::Random))
        } else if has(&["f", "fixed", "fe", "fem", "common", "peto", "ce", "equal"]) {
            Ok(Some(Model::Fixed))
        } else if has(&[
            "iv", "mh", "mantel", "inverse", "m", "ml", "generic", "variance",
        ]) {
            Ok(None)
        } else {
            self.refuse(format!("model `{text}` is neither F nor R"))
        }
    }

    fn scale(&self, text: &str) -> Result<Option<bool>, ReadError> {
        match text.trim().to_lowercase().as_str() {
            text if absent(text) => Ok(None),
            "log" | "ln" => Ok(Some(true)),
            "raw" | "identity" => Ok(Some(false)),
            // Intervals of these scales are symmetric on neither of the two.
            "logit" | "arcsine" | "freeman-tukey" | "fisher" => Ok(None),
            other => self.refuse(format!("scale `{other}` is neither log nor raw")),
        }
    }

    /// Estimate, limits, level and p-value, wherever one cell holds several of them.
    fn effect(&self) -> Result<Effect, ReadError> {
        let mut found = Effect {
            estimate: (self.get)("estimate"),
            low: (self.get)("ci_lo"),
            high: (self.get)("ci_hi"),
            level: (self.get)("level"),
            p: (self.get)("p"),
        };
        if Printed::parse_as(&found.estimate, self.comma).is_none_or(|n| n.ends().is_some()) {
            let whole = cell::effect(&found.estimate, self.comma);
            let fill = |slot: &mut String, with: String| {
                if slot.is_empty() {
                    *slot = with;
                }
            };
            found.estimate = whole.estimate;
            fill(&mut found.low, whole.low);
            fill(&mut found.high, whole.high);
            fill(&mut found.level, whole.level);
            fill(&mut found.p, whole.p);
        }
        let interval = (self.get)("ci");
        if !interval.is_empty() && found.low.is_empty() && !absent(&interval) {
            match cell::limits(interval.trim_matches(['(', ')', '[', ']']), self.comma) {
                Some([low, high]) => {
                    found.low = low;
                    found.high = high;
                    if found.level.is_empty() {
                        found.level = cell::level(&interval).unwrap_or_default();
                    }
                }
                None => {
                    self.refuse::<()>(format!("`{interval}` in column ci is no interval"))?;
                }
            }
        }
        // Both limits in one cell.
        if found.high.is_empty()
            && Printed::parse_as(&found.low, self.comma).is_none_or(|n| n.ends().is_some())
            && let Some([low, high]) = cell::limits(&found.low, self.comma)
        {
            found.low = low;
            found.high = high;
        }
        Ok(found)
    }

    /// A pooled row.
    pub(super) fn pooled(&self) -> Result<Pooled, ReadError> {
        let get = self.get;
        let n = |column: &str| self.number(&get(column), column);
        let effect = self.effect()?;
        let level = self
            .number(&effect.level, "level")?
            .map(|level| level.value);
        let level = level.map(|l| if l <= 1.0 { l * 100.0 } else { l });
        Ok(Pooled {
            table: get("table"),
            row: get("row"),
            k: self.whole(&get("k"), "k")?,
            i2: n("i2")?,
            p_het: n("p_het")?,
            model: self.model(&get("model"))?,
            estimate: self.number(&effect.estimate, "estimate")?,
            low: self.number(&effect.low, "ci_lo")?,
            high: self.number(&effect.high, "ci_hi")?,
            p: self.number(&effect.p, "p")?,
            measure: get("measure"),
            log: self.scale(&get("scale"))?,
            level: level.filter(|l| *l > 0.0 && *l < 100.0),
        })
    }

    /// A study row.
    pub(super) fn study(&self) -> Result<StudyRow, ReadError> {
        let get = self.get;
        let n = |column: &str| self.number(&get(column), column);
        let count = |column: &str| -> Result<Option<Printed>, ReadError> {
            let text = get(column);
            // In counts a comma or point before three digits parts thousands, whatever it does elsewhere.
            match Printed::parse_as(&text, Comma::Thousands).filter(|n| n.whole().is_some()) {
                Some(n) if self.comma == Comma::Decimals => Ok(Some(n)),
                _ => self.number(&text, column),
            }
        };
        let effect = self.effect()?;
        Ok(StudyRow {
            table: get("table"),
            subgroup: get("subgroup"),
            study: get("study"),
            counts: [count("e1")?, count("n1")?, count("e0")?, count("n0")?],
            means: [n("m1")?, n("sd1")?, n("m0")?, n("sd0")?],
            estimate: self.number(&effect.estimate, "estimate")?,
            low: self.number(&effect.low, "ci_lo")?,
            high: self.number(&effect.high, "ci_hi")?,
            weight: n("weight")?,
            measure: get("measure"),
        })
    }
}

/// Adds the counts of `flow.csv`.
pub fn flow(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 0, &["box", "n"])?.each(|typed| {
        let get = typed.get;
        let Some(n) = typed.whole(&get("n"), "n")? else {
            return Ok(());
        };
        paper
            .flow
            .push(count(&get("box"), n, &get("where"), typed.line)?);
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
        "other_sought",
        "other_notret",
        "other_assessed",
        "other_ft_excl",
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
    Cells::of(bytes, 1, &["table", "row"])?.each(|typed| {
        paper.results.push(typed.pooled()?);
        Ok(())
    })
}

/// Adds the study rows of `studies.csv`.
pub fn studies(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 2, &["table", "study"])?.each(|typed| {
        paper.studies.push(typed.study()?);
        Ok(())
    })
}

/// Adds the statements of `claims.csv`.
pub fn claims(paper: &mut Paper, bytes: &[u8]) -> Result<(), ReadError> {
    Cells::of(bytes, 3, &["kind", "location"])?.each(|typed| {
        let get = typed.get;
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
    if !value.is_object() {
        return Err(ReadError::at(
            1,
            "it is no object with `title` and `random_if`",
        ));
    }
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
