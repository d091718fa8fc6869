//! Study files: CSV in, rows out, and every fault with its line and column.
//!
//! The columns of each kind of data are those of [`Kind::columns`]; `study` names the row, `level` is
//! the level of a hazard ratio's interval (up to 1 a fraction, else per cent), `analysis` tells the
//! analyses of a batch apart. Any other column can be a subgroup or a moderator. Blank and `NA` are
//! missing. A row with a missing number is kept without data, so that the analysis names it; a number
//! that cannot be is an error, and nothing is pooled.

use super::measure::{Kind, Measure};
use super::row::{Data, Level, Row};
use crate::table::Record;
pub use crate::table::{ReadError, Table};

/// What a study file holds, by the kind of its data.
impl Table {
    /// What a reader should know of how the columns were read.
    pub fn note(&self, kind: Kind) -> Option<String> {
        (kind == Kind::Hr && self.place("level").is_none())
            .then(|| "no column `level`: every interval is taken as 95 per cent".to_owned())
    }

    fn has(&self, kind: Kind) -> bool {
        kind.columns().iter().all(|c| self.place(c).is_some())
    }

    /// The kind of data: the one asked for, else the one the columns and the measure leave.
    pub fn kind(&self, asked: Option<Kind>, measure: Option<Measure>) -> Result<Kind, ReadError> {
        if let Some(kind) = asked {
            let absent: Vec<&str> = kind
                .columns()
                .iter()
                .copied()
                .filter(|column| self.place(column).is_none())
                .collect();
            return if absent.is_empty() {
                Ok(kind)
            } else {
                Err(ReadError::Line {
                    line: 1,
                    reason: format!(
                        "{} data need the columns {}: {} missing",
                        kind.word(),
                        kind.columns().join(", "),
                        absent.join(", ")
                    ),
                })
            };
        }
        let found: Vec<Kind> = Kind::ALL
            .into_iter()
            .map(|(kind, _)| kind)
            .filter(|kind| self.has(*kind))
            .filter(|kind| measure.is_none_or(|measure| measure.kinds().contains(kind)))
            .collect();
        match found.as_slice() {
            [kind] => Ok(*kind),
            [] => Err(ReadError::Line {
                line: 1,
                reason: format!(
                    "no known set of columns{} in {}",
                    measure
                        .map(|m| format!(" for {}", m.word()))
                        .unwrap_or_default(),
                    self.header().join(", ")
                ),
            }),
            several => Err(ReadError::Line {
                line: 1,
                reason: format!(
                    "the columns fit several types: {}",
                    several
                        .iter()
                        .map(|k| k.word())
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
            }),
        }
    }

    /// Every record as a row, or with its fault, in order.
    pub fn rows(&self, kind: Kind) -> impl Iterator<Item = Result<Row, ReadError>> {
        let places = Places::of(self, kind);
        self.records().map(move |record| places.row(record))
    }

    /// The values of the column `analysis`, in the order they first come, with their rows.
    pub fn analyses(&self, kind: Kind) -> Result<Vec<Analysis>, ReadError> {
        let place = self.place("analysis").ok_or_else(|| ReadError::Line {
            line: 1,
            reason: "a batch needs the column analysis".into(),
        })?;
        let mut out: Vec<Analysis> = Vec::new();
        let mut known: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for (record, row) in self.records().zip(self.rows(kind)) {
            let name = record.get(place).unwrap_or_default();
            // Rows of one analysis mostly follow each other.
            let at = match out.last() {
                Some(last) if last.name == name => out.len() - 1,
                _ => *known.entry(name).or_insert_with(|| {
                    out.push(Analysis {
                        name: name.to_owned(),
                        rows: Vec::new(),
                    });
                    out.len() - 1
                }),
            };
            if let Some(analysis) = out.get_mut(at) {
                analysis.rows.push(row);
            }
        }
        Ok(out)
    }
}

/// One analysis of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// Its name.
    pub name: String,
    /// Its rows, or their faults.
    pub rows: Vec<Result<Row, ReadError>>,
}

/// Where the columns of a kind stand.
struct Places {
    kind: Kind,
    study: Option<usize>,
    level: Option<usize>,
    numbers: Vec<(&'static str, usize)>,
    others: Vec<usize>,
}

impl Places {
    fn of(table: &Table, kind: Kind) -> Self {
        let numbers: Vec<(&'static str, usize)> = kind
            .columns()
            .iter()
            .filter_map(|column| table.place(column).map(|place| (*column, place)))
            .collect();
        let study = table.place("study");
        let analysis = table.place("analysis");
        let others = (0..table.header().len())
            .filter(|place| Some(*place) != study && Some(*place) != analysis)
            .filter(|place| !numbers.iter().any(|(_, number)| number == place))
            .collect();
        Self {
            kind,
            study,
            level: table.place("level").filter(|_| kind == Kind::Hr),
            numbers,
            others,
        }
    }

    fn row(&self, record: Record<'_>) -> Result<Row, ReadError> {
        let line = record.line;
        let mut values = [0.0; 6];
        let mut missing: Vec<&'static str> = Vec::new();
        for ((column, place), value) in self.numbers.iter().zip(&mut values) {
            match number(line, column, record.get(*place))? {
                Some(number) => *value = number,
                None => missing.push(column),
            }
        }
        if self.kind == Kind::Hr && missing == ["hr"] {
            return Err(cell(line, "hr", "an interval without its estimate"));
        }
        if self.kind == Kind::Generic && missing == ["yi"] {
            return Err(cell(line, "yi", "a variance without its estimate"));
        }
        if let [one] = missing.as_slice()
            && self.kind == Kind::Hr
        {
            return Err(cell(line, one, "an interval with one bound"));
        }
        let level = match self.level {
            None => Level::P95,
            Some(place) => match number(line, "level", record.get(place))? {
                None => Level::P95,
                Some(value) => Level::parse(value).ok_or_else(|| {
                    cell(
                        line,
                        "level",
                        &format!("{value} is no level: a fraction or per cent"),
                    )
                })?,
            },
        };
        let data = missing.is_empty().then(|| self.data(values, level));
        if let Some((column, reason)) = data.as_ref().and_then(Data::fault) {
            return Err(cell(line, column, &reason));
        }
        let study = self
            .study
            .and_then(|place| record.get(place))
            .unwrap_or_default();
        Ok(Row {
            study: if study.is_empty() {
                format!("Line {line}")
            } else {
                study.to_owned()
            },
            line: Some(line),
            data,
            columns: self
                .others
                .iter()
                .filter_map(|place| {
                    let name = record.table.header().get(*place)?;
                    Some((name.clone(), record.get(*place)?.to_owned()))
                })
                .collect(),
        })
    }

    fn data(&self, values: [f64; 6], level: Level) -> Data {
        let [first, second, third, fourth, fifth, sixth] = values;
        match self.kind {
            Kind::Binary => Data::Binary {
                e1: first,
                n1: second,
                e2: third,
                n2: fourth,
            },
            Kind::Continuous => Data::Continuous {
                n1: first,
                mean1: second,
                sd1: third,
                n2: fourth,
                mean2: fifth,
                sd2: sixth,
            },
            Kind::Generic => Data::Generic {
                yi: first,
                vi: second,
            },
            Kind::Hr => Data::Hr {
                hr: first,
                ci_lb: second,
                ci_ub: third,
                level,
            },
            Kind::Oev => Data::Oev {
                oe: first,
                v: second,
            },
            Kind::Rate => Data::Rate {
                e1: first,
                t1: second,
                e2: third,
                t2: fourth,
            },
            Kind::Proportion => Data::Proportion {
                e: first,
                n: second,
            },
        }
    }
}

fn cell(line: u64, column: &str, reason: &str) -> ReadError {
    ReadError::Cell {
        line,
        column: column.to_owned(),
        reason: reason.to_owned(),
    }
}

/// A number; nothing where the cell is blank or NA.
fn number(line: u64, column: &str, text: Option<&str>) -> Result<Option<f64>, ReadError> {
    let text = text.unwrap_or_default();
    if text.is_empty() || text == "NA" {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Some(value)),
        _ => Err(cell(line, column, &format!("`{text}` is not a number"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_fault(text: &str) -> String {
        let table = match Table::read(text.as_bytes()) {
            Ok(table) => table,
            Err(error) => return error.to_string(),
        };
        let kind = match table.kind(None, None) {
            Ok(kind) => kind,
            Err(error) => return error.to_string(),
        };
        let found = table.rows(kind).find_map(Result::err);
        found.map_or_else(|| "none".into(), |error| error.to_string())
    }

    #[test]
    fn every_fault_names_line_column_and_reason() {
        for (text, want) in [
            ("", "the file is empty"),
            ("study,e1,n1,e2,n2\n", "the file has a header and no rows"),
            (
                "study,x\na,1\n",
                "line 1: no known set of columns in study, x",
            ),
            (
                "study,e1,n1,e2,n2\na,1,2,3\n",
                "line 2: 4 cells where the header has 5",
            ),
            (
                "study,e1,n1,e2,n2\na,1,10,3,10\nb,11,10,3,10\n",
                "line 3, column e1: 11 events among 10 people",
            ),
            (
                "study,e1,n1,e2,n2\na,1,10,three,10\n",
                "line 2, column e2: `three` is not a number",
            ),
            (
                "study,e1,n1,e2,n2\na,1,inf,3,10\n",
                "line 2, column n1: `inf` is not a number",
            ),
            (
                "study,e1,n1,e2,n2\na,-1,10,3,10\n",
                "line 2, column e1: -1 events are below 0",
            ),
            (
                "study,yi,vi\na,0.1,-0.2\n",
                "line 2, column vi: a variance of -0.2 is below 0",
            ),
            (
                "study,hr,ci_lb,ci_ub,level\na,,0.2,0.9,0.95\n",
                "line 2, column hr: an interval without its estimate",
            ),
            (
                "study,hr,ci_lb,ci_ub\na,0.5,,0.9\n",
                "line 2, column ci_lb: an interval with one bound",
            ),
            (
                "study,hr,ci_lb,ci_ub\na,0.1,0.2,0.9\n",
                "line 2, column hr: 0.1 lies outside its interval 0.2 to 0.9",
            ),
            (
                "study,hr,ci_lb,ci_ub,level\na,0.5,0.2,0.9,100\n",
                "line 2, column level: 100 is no level: a fraction or per cent",
            ),
            (
                "study,e1,t1,e2,t2\na,1,0,3,10\n",
                "line 2, column t1: a person-time of 0 is not above 0",
            ),
            (
                "study,study,yi,vi\na,b,1,1\n",
                "line 1: two columns are named study",
            ),
        ] {
            assert_eq!(first_fault(text), want, "{text}");
        }
        let latin = Table::read(b"study,yi,vi\nM\xfcller,1,1\n").unwrap_err();
        assert_eq!(latin.to_string(), "line 2: not UTF-8");
    }

    #[test]
    fn missing_numbers_leave_a_row_without_data_and_quotes_and_marks_are_read() {
        let text =
            "\u{feff}study,e1,n1,e2,n2,year\r\n\"Smith, J\",1,10,NA,10,1990\r\nb,1,10,2,10,\r\n";
        let table = Table::read(text.as_bytes()).unwrap();
        let kind = table.kind(None, Some(Measure::Rr)).unwrap();
        let rows: Vec<Row> = table.rows(kind).map(Result::unwrap).collect();
        assert_eq!(
            (rows[0].study.as_str(), rows[0].line),
            ("Smith, J", Some(2))
        );
        assert!(rows[0].data.is_none() && rows[1].data.is_some());
        assert_eq!(rows[1].columns, [("year".to_owned(), String::new())]);
    }

    #[test]
    fn the_measure_decides_between_columns_that_fit_several_types() {
        let text = "study,e1,n1,e2,n2,yi,vi\na,1,10,2,10,0.5,0.1\n";
        let table = Table::read(text.as_bytes()).unwrap();
        assert_eq!(table.kind(None, Some(Measure::Or)), Ok(Kind::Binary));
        assert_eq!(table.kind(None, Some(Measure::Gen)), Ok(Kind::Generic));
        assert!(table.kind(None, None).is_err());
        assert_eq!(table.kind(Some(Kind::Generic), None), Ok(Kind::Generic));
    }
}
