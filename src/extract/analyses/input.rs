//! What went into an analysis, as bytes whose hash the log holds.
//!
//! The form is this program's own and is written out here key by key, so that it does not move when
//! a field of the program is renamed. It is canonical JSON ([`crate::ledger::canonical()`], RFC 8785):
//! a list with one object for each row, in the order of pooling; numbers that need not be whole are
//! decimal strings, the shortest that give the same binary number back.
//!
//! Logs of before hold the hash of another text, in which the numbers stood as the programming
//! language prints them for whoever debugs. Its form is fixed here too, so that such an event still
//! says whether the data are the same.

use crate::extract::{CellKey, Row, RowData};
use crate::ledger::{CanonicalError, canonical};
use crate::model::Digest;
use serde_json::{Value, json};

/// The hash of the rows that an analysis takes in.
pub fn hash(rows: &[Row]) -> Result<Digest, CanonicalError> {
    of(rows, numbers)
}

/// Whether `input`, of an event in the log, is the hash of these rows: in the form of now, or in
/// the form of before.
pub fn is_of(input: Digest, rows: &[Row]) -> Result<bool, CanonicalError> {
    Ok(input == hash(rows)? || input == of(rows, as_before)?)
}

fn of(rows: &[Row], data: fn(&RowData) -> Value) -> Result<Digest, CanonicalError> {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let mut value = json!({
                "study": row.study, "report": row.report, "population": row.population,
                "data": data(&row.data), "turned": row.turned, "subgroup": row.subgroup,
                "cells": row.cells.iter().map(CellKey::to_string).collect::<Vec<_>>(),
            });
            // Rows of before were never of groups that comparisons share.
            if let (true, Some(object)) = (row.split != [1, 1], value.as_object_mut()) {
                object.insert("split".to_owned(), json!(row.split));
            }
            value
        })
        .collect();
    Ok(Digest::of(canonical(&rows)?.as_bytes()))
}

/// The numbers of a row, named by what they are.
fn numbers(data: &RowData) -> Value {
    // Minus zero is zero.
    let decimal = |x: f64| (x + 0.0).to_string();
    match *data {
        RowData::Counts { e1, n1, e2, n2 } => json!({
            "counts": {"e1": e1, "n1": n1, "e2": e2, "n2": n2},
        }),
        RowData::Effect {
            effect,
            lo,
            hi,
            level,
        } => json!({
            "effect": {
                "effect": decimal(effect), "lo": decimal(lo), "hi": decimal(hi),
                "level": decimal(level),
            },
        }),
        RowData::Means {
            m1,
            sd1,
            n1,
            m2,
            sd2,
            n2,
        } => json!({
            "means": {
                "m1": decimal(m1), "sd1": decimal(sd1), "n1": n1,
                "m2": decimal(m2), "sd2": decimal(sd2), "n2": n2,
            },
        }),
    }
}

/// The same as logs of before hashed it.
fn as_before(data: &RowData) -> Value {
    match *data {
        RowData::Counts { e1, n1, e2, n2 } => {
            format!("Counts {{ e1: {e1}, n1: {n1}, e2: {e2}, n2: {n2} }}")
        }
        RowData::Effect {
            effect,
            lo,
            hi,
            level,
        } => format!("Effect {{ effect: {effect:?}, lo: {lo:?}, hi: {hi:?}, level: {level:?} }}"),
        RowData::Means {
            m1,
            sd1,
            n1,
            m2,
            sd2,
            n2,
        } => format!(
            "Means {{ m1: {m1:?}, sd1: {sd1:?}, n1: {n1}, m2: {m2:?}, sd2: {sd2:?}, n2: {n2} }}"
        ),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Row> {
        let row = |study: &str, data: RowData| Row {
            study: study.into(),
            report: "r1".into(),
            population: String::new(),
            experimental: "a".into(),
            control: "b".into(),
            data,
            turned: false,
            split: [1, 1],
            arms: None,
            subgroup: None,
            cells: Vec::new(),
            derived: Vec::new(),
        };
        vec![
            row(
                "s1",
                RowData::Counts {
                    e1: 3,
                    n1: 40,
                    e2: 7,
                    n2: 41,
                },
            ),
            row(
                "s2",
                RowData::Effect {
                    effect: 0.5,
                    lo: 1e-7,
                    hi: 2.0,
                    level: 95.0,
                },
            ),
            row(
                "s3",
                RowData::Means {
                    m1: -1.25,
                    sd1: 3.0,
                    n1: 20,
                    m2: 0.1,
                    sd2: 2.5,
                    n2: 21,
                },
            ),
        ]
    }

    #[test]
    fn the_hash_is_of_a_text_that_stands_in_the_documentation() {
        let text = concat!(
            r#"[{"cells":[],"data":{"counts":{"e1":3,"e2":7,"n1":40,"n2":41}},"population":"","report":"r1","study":"s1","subgroup":null,"turned":false},"#,
            r#"{"cells":[],"data":{"effect":{"effect":"0.5","hi":"2","level":"95","lo":"0.0000001"}},"population":"","report":"r1","study":"s2","subgroup":null,"turned":false},"#,
            r#"{"cells":[],"data":{"means":{"m1":"-1.25","m2":"0.1","n1":20,"n2":21,"sd1":"3","sd2":"2.5"}},"population":"","report":"r1","study":"s3","subgroup":null,"turned":false}]"#,
        );
        assert_eq!(hash(&rows()).unwrap(), Digest::of(text.as_bytes()));
    }

    #[test]
    fn an_input_of_before_is_known_again_until_its_data_change() {
        // As version 0.1.0 wrote it, typed in.
        let text = concat!(
            r#"[{"cells":[],"data":"Counts { e1: 3, n1: 40, e2: 7, n2: 41 }","population":"","report":"r1","study":"s1","subgroup":null,"turned":false},"#,
            r#"{"cells":[],"data":"Effect { effect: 0.5, lo: 1e-7, hi: 2.0, level: 95.0 }","population":"","report":"r1","study":"s2","subgroup":null,"turned":false},"#,
            r#"{"cells":[],"data":"Means { m1: -1.25, sd1: 3.0, n1: 20, m2: 0.1, sd2: 2.5, n2: 21 }","population":"","report":"r1","study":"s3","subgroup":null,"turned":false}]"#,
        );
        let before = Digest::of(text.as_bytes());
        let mut rows = rows();
        assert!(is_of(before, &rows).unwrap());
        assert!(is_of(hash(&rows).unwrap(), &rows).unwrap());
        rows[0].data = RowData::Counts {
            e1: 4,
            n1: 40,
            e2: 7,
            n2: 41,
        };
        assert!(!is_of(before, &rows).unwrap());
    }
}
