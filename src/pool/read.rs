//! Study files: CSV in, rows out, and every fault with its line and column.
//!
//! The columns of each kind of data are those of [`Kind::columns`], or metafor's, meta's and RevMan's
//! names for them ([`wanted`]); `study` names the row, `level` is the level of an interval (up to 1 a
//! fraction, else per cent), `analysis` tells the analyses of a batch apart. Any other column can be a
//! subgroup or a moderator. Blank, `NA`, `NR` and `.` are missing. A row with a missing number is kept without data, so that the analysis names it; a number
//! that cannot be is an error, and nothing is pooled.

mod columns;

use super::measure::Kind;
use super::row::{Data, Level, Row};
use crate::table::Record;
pub use crate::table::{ReadError, Table};
use columns::Recipe;
pub use columns::{Columns, wanted};
use std::ops::Range;

/// What a study file holds, by its columns.
impl Table {
    /// What a reader should know of how the columns were read.
    pub fn note(&self, columns: &Columns) -> Option<String> {
        let interval = columns.kind == Kind::Hr || columns.recipe == Recipe::Interval;
        (interval && columns.level.is_none())
            .then(|| "no column `level`: every interval is taken as 95 per cent".to_owned())
    }

    /// That rows of several analyses are pooled as one, where a column tells them apart.
    pub fn several(&self) -> Option<String> {
        let names = [
            "analysis",
            "analysisname",
            "analysisgroup",
            "analysisnumber",
            "comparisonnumber",
            "outcomenumber",
        ];
        self.header().iter().enumerate().find_map(|(place, name)| {
            if !names.contains(&columns::plain(name).as_str()) {
                return None;
            }
            let mut values: Vec<&str> = Vec::new();
            for record in self.records() {
                let value = record.get(place).unwrap_or_default();
                if !value.is_empty() && !values.contains(&value) {
                    values.push(value);
                }
                if values.len() > 1 {
                    break;
                }
            }
            let [one, other, ..] = values.as_slice() else {
                return None;
            };
            Some(format!(
                "the column {name} has several values ({one}, {other}, …), pooled here as one \
                 analysis: keep the rows of one, or name the column analysis and use --batch"
            ))
        })
    }

    /// Every record as a row, or with its fault, in order.
    pub fn rows<'a>(
        &'a self,
        columns: &'a Columns,
    ) -> impl Iterator<Item = Result<Row, ReadError>> + 'a {
        let places = Places::of(self, columns);
        self.records().map(move |record| places.row(record))
    }

    /// The values of the column `analysis`, in the order they first come, with where their rows are.
    pub fn analyses(&self, columns: &Columns) -> Result<Vec<Analysis>, ReadError> {
        let place = columns.analysis.ok_or_else(|| ReadError::Line {
            line: 1,
            reason: "a batch needs the column analysis".into(),
        })?;
        let mut out: Vec<Analysis> = Vec::new();
        let mut known: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
        for (n, record) in self.records().enumerate() {
            let name = record.get(place).unwrap_or_default();
            // Rows of one analysis mostly follow each other.
            let at = match out.last() {
                Some(last) if last.name == name => out.len() - 1,
                _ => *known.entry(name).or_insert_with(|| {
                    out.push(Analysis {
                        name: name.to_owned(),
                        records: Vec::new(),
                    });
                    out.len() - 1
                }),
            };
            let Some(analysis) = out.get_mut(at) else {
                continue;
            };
            match analysis.records.last_mut() {
                Some(last) if last.end == n => last.end = n + 1,
                _ => analysis.records.push(n..n + 1),
            }
        }
        Ok(out)
    }
}

/// One analysis of a batch.
#[derive(Debug, Clone, PartialEq)]
pub struct Analysis {
    /// The name, as the table gives it.
    pub name: String,
    /// Which records of the table are its rows: runs of them, in order.
    records: Vec<Range<usize>>,
}

impl Analysis {
    /// Its rows, or the first fault among them.
    pub fn rows(&self, table: &Table, columns: &Columns) -> Result<Vec<Row>, ReadError> {
        let places = Places::of(table, columns);
        let mut rows = Vec::with_capacity(self.records.iter().map(Range::len).sum());
        let records = self.records.iter().cloned().flatten();
        for record in records.filter_map(|n| table.record(n)) {
            rows.push(places.row(record)?);
        }
        Ok(rows)
    }
}

/// Where the columns of a file's data stand, ready to read rows by.
struct Places<'a> {
    table: &'a Table,
    columns: &'a Columns,
    others: Vec<usize>,
    /// Whether `0,5` is a half: where cells are parted by something else than a comma.
    commas: bool,
}

impl<'a> Places<'a> {
    fn of(table: &'a Table, columns: &'a Columns) -> Self {
        let others = (0..table.header().len())
            .filter(|place| Some(*place) != columns.study && Some(*place) != columns.analysis)
            .filter(|place| !columns.numbers.contains(place))
            .collect();
        Self {
            table,
            columns,
            others,
            commas: table.separator() != b',',
        }
    }

    /// What a column is called in the file.
    fn name(&self, at: usize) -> &str {
        let place = self.columns.numbers.get(at);
        let name = place.and_then(|place| self.table.header().get(*place));
        name.map_or("", String::as_str)
    }

    /// The file's name of one of our columns, which a fault is about.
    fn called(&self, ours: &str) -> String {
        let at = self.columns.kind.columns().iter().position(|c| *c == ours);
        match (at, self.columns.recipe) {
            (Some(at), Recipe::Given) => self.name(at).to_owned(),
            (Some(at), _) if at < self.columns.numbers.len() => self.name(at).to_owned(),
            _ => ours.to_owned(),
        }
    }

    fn row(&self, record: Record<'_>) -> Result<Row, ReadError> {
        let line = record.line;
        let mut values = [0.0; 6];
        let mut missing = [false; 6];
        let mut lacking = 0;
        let places = self.columns.numbers.iter();
        for ((at, place), (value, gone)) in
            places.enumerate().zip(values.iter_mut().zip(&mut missing))
        {
            match number(line, record.get(*place), self.commas, || self.name(at))? {
                Some(number) => *value = number,
                None => {
                    *gone = true;
                    lacking += 1;
                }
            }
        }
        let kind = self.columns.kind;
        let interval = kind == Kind::Hr || self.columns.recipe == Recipe::Interval;
        if lacking == 1 && (interval || kind == Kind::Generic) {
            let at = missing.iter().position(|gone| *gone).unwrap_or(0);
            let reason = match (interval, at) {
                (true, 0) => "an interval without its estimate",
                (true, _) => "an interval with one bound",
                (false, 0) => "a variance without its estimate",
                (false, _) => "",
            };
            if !reason.is_empty() {
                return Err(cell(line, self.name(at), reason));
            }
        }
        let level = match self.columns.level {
            None => Level::P95,
            Some(place) => match number(
                line,
                record
                    .get(place)
                    .map(|text| text.trim_end_matches(['%', ' '])),
                self.commas,
                || "level",
            )? {
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
        let data = match lacking {
            0 => Some(self.data(line, values, level)?),
            _ => None,
        };
        if let Some((column, reason)) = data.as_ref().and_then(Data::fault) {
            return Err(cell(line, &self.called(column), &reason));
        }
        Ok(Row {
            study: self.study(record),
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

    fn study(&self, record: Record<'_>) -> String {
        let text = |place: Option<usize>| place.and_then(|place| record.get(place));
        let study = text(self.columns.study).unwrap_or_default();
        if study.is_empty() {
            return format!("Line {}", record.line);
        }
        match text(self.columns.year) {
            Some(year) if !year.is_empty() && !study.contains(year) => format!("{study} {year}"),
            _ => study.to_owned(),
        }
    }

    fn data(&self, line: u64, values: [f64; 6], level: Level) -> Result<Data, ReadError> {
        let [first, second, third, fourth, fifth, sixth] = values;
        let half =
            |lo: f64, hi: f64| (hi - lo) / (2.0 * super::dist::normal_critical(level.fraction()));
        let negative = |at: usize, value: f64, what: &str| {
            if value < 0.0 {
                let reason = format!("{what} of {value} is below 0");
                Err(cell(line, self.name(at), &reason))
            } else {
                Ok(())
            }
        };
        Ok(match (self.columns.kind, self.columns.recipe) {
            (Kind::Binary, Recipe::NonEvents) => {
                negative(1, second, "a number of people")?;
                negative(3, fourth, "a number of people")?;
                Data::Binary {
                    e1: first,
                    n1: first + second,
                    e2: third,
                    n2: third + fourth,
                }
            }
            (Kind::Binary, _) => Data::Binary {
                e1: first,
                n1: second,
                e2: third,
                n2: fourth,
            },
            (Kind::Continuous, recipe) => {
                let turn = |se: f64, n: f64| match recipe {
                    Recipe::StandardErrors => se * n.max(0.0).sqrt(),
                    _ => se,
                };
                if recipe == Recipe::StandardErrors {
                    negative(2, third, "a standard error")?;
                    negative(5, sixth, "a standard error")?;
                }
                Data::Continuous {
                    n1: first,
                    mean1: second,
                    sd1: turn(third, first),
                    n2: fourth,
                    mean2: fifth,
                    sd2: turn(sixth, fourth),
                }
            }
            (Kind::Generic, recipe) => Data::Generic {
                yi: first,
                vi: match recipe {
                    Recipe::StandardError => {
                        negative(1, second, "a standard error")?;
                        second * second
                    }
                    Recipe::Interval => {
                        if second >= third {
                            let reason =
                                format!("the lower bound {second} is not below the upper {third}");
                            return Err(cell(line, self.name(1), &reason));
                        }
                        if first < second || first > third {
                            let reason =
                                format!("{first} lies outside its interval {second} to {third}");
                            return Err(cell(line, self.name(0), &reason));
                        }
                        half(second, third) * half(second, third)
                    }
                    _ => second,
                },
            },
            (Kind::Hr, _) => Data::Hr {
                hr: first,
                ci_lb: second,
                ci_ub: third,
                level,
            },
            (Kind::Oev, _) => Data::Oev {
                oe: first,
                v: second,
            },
            (Kind::Rate, _) => Data::Rate {
                e1: first,
                t1: second,
                e2: third,
                t2: fourth,
            },
            (Kind::Proportion, Recipe::NonEventsSingle) => {
                negative(1, second, "a number of people")?;
                Data::Proportion {
                    e: first,
                    n: first + second,
                }
            }
            (Kind::Proportion, _) => Data::Proportion {
                e: first,
                n: second,
            },
        })
    }
}

fn cell(line: u64, column: &str, reason: &str) -> ReadError {
    ReadError::Cell {
        line,
        column: column.to_owned(),
        reason: reason.to_owned(),
    }
}

/// A number with both marks, read so that the last is the decimal's and the other parts thousands.
fn grouped(text: String) -> String {
    let (Some(dot), Some(comma)) = (text.rfind('.'), text.rfind(',')) else {
        return text;
    };
    let (thousands, decimal) = if dot < comma { ('.', ',') } else { (',', '.') };
    let whole = text.split(decimal).next().unwrap_or_default();
    let groups = whole.split(thousands).skip(1).all(|group| group.len() == 3);
    if groups && text.matches(decimal).count() == 1 {
        text.replace(thousands, "").replace(decimal, ".")
    } else {
        text
    }
}

/// Whether a cell says that its value is missing.
pub(crate) fn is_missing(text: &str) -> bool {
    let words = [
        "", "NA", "N/A", "NR", "ND", "NaN", ".", "-", "\u{2013}", "\u{2014}",
    ];
    words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A number of at most nine digits and nothing else, as most counts are.
fn whole(text: &str) -> Option<f64> {
    if text.len() > 9 {
        return None;
    }
    let mut value = 0_u32;
    for byte in text.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u32::from(digit);
    }
    Some(f64::from(value))
}

/// A number; nothing where the cell is blank or says that it is missing. `name` is the column's, for a
/// fault. A decimal comma is one where nothing else can be meant.
fn number<'n>(
    line: u64,
    text: Option<&str>,
    commas: bool,
    name: impl Fn() -> &'n str,
) -> Result<Option<f64>, ReadError> {
    let text = text.unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(value) = whole(text) {
        return Ok(Some(value));
    }
    if let Ok(value) = text.parse::<f64>()
        && value.is_finite()
    {
        return Ok(Some(value));
    }
    if is_missing(text) {
        return Ok(None);
    }
    // As word processors and spreadsheets write it.
    let plain = text
        .replace('\u{2212}', "-")
        .replace(['\u{a0}', '\u{202f}', '\u{2009}', ' '], "");
    let fault = |reason: String| Err(cell(line, name(), &reason));
    let plain = grouped(plain);
    let comma = plain.split_once(',');
    let value = match comma {
        Some((front, back)) if !back.contains(',') && !plain.contains('.') => {
            let digits = back.bytes().all(|byte| byte.is_ascii_digit());
            let whole = front.trim_start_matches('-');
            let thousands = back.len() == 3 && (1..=3).contains(&whole.len()) && whole != "0";
            if digits && !back.is_empty() && thousands && !commas {
                return fault(format!(
                    "`{text}` may be {front}.{back} or {front}{back}: write it without a comma"
                ));
            }
            if !digits || back.is_empty() {
                return fault(format!("`{text}` is not a number"));
            }
            format!("{front}.{back}").parse::<f64>()
        }
        _ => plain.parse::<f64>(),
    };
    match value {
        Ok(value)
            if value.is_finite() && plain.ends_with(|c: char| c.is_ascii_digit() || c == '.') =>
        {
            Ok(Some(value))
        }
        _ => fault(format!("`{text}` is not a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::Measure;

    fn first_fault(text: &str) -> String {
        let table = match Table::read(text.as_bytes()) {
            Ok(table) => table,
            Err(error) => return error.to_string(),
        };
        let columns = match table.columns(None, None) {
            Ok(columns) => columns,
            Err(error) => return error.to_string(),
        };
        let found = table.rows(&columns).find_map(Result::err);
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
        let columns = table.columns(None, Some(Measure::Rr)).unwrap();
        let rows: Vec<Row> = table.rows(&columns).map(Result::unwrap).collect();
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
        let kind = |asked, measure| table.columns(asked, measure).map(|columns| columns.kind);
        assert_eq!(kind(None, Some(Measure::Or)), Ok(Kind::Binary));
        assert_eq!(kind(None, Some(Measure::Gen)), Ok(Kind::Generic));
        assert!(kind(None, None).is_err());
        assert_eq!(kind(Some(Kind::Generic), None), Ok(Kind::Generic));
    }
}
