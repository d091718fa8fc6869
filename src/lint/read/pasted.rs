//! Tables pasted from a paper: cells parted by tabs, columns told by their headings.
//!
//! What was understood of each heading is given back, to be shown before anything is concluded.

use super::ReadError;
use super::folder::{pooled, study};
use crate::lint::paper::Paper;
use crate::table::Table;

/// What was understood of a pasted table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Understood {
    /// The name that the table has in findings.
    pub table: String,
    /// `results` (pooled rows) or `studies`.
    pub rows: &'static str,
    /// How many rows were read.
    pub n: usize,
    /// Heading and what it was taken for; nothing where it is not used.
    pub columns: Vec<(String, Option<&'static str>)>,
}

/// What a heading means.
fn meaning(heading: &str) -> Option<&'static str> {
    let plain: String = heading
        .to_lowercase()
        .replace('²', "2")
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '%' {
                c
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let joined = words.join(" ");
    let has = |list: &[&str]| words.iter().any(|word| list.contains(word));
    let control = has(&["control", "comparator", "placebo", "comparison", "c"]);
    let treated = has(&[
        "experimental",
        "intervention",
        "treatment",
        "treated",
        "active",
        "exp",
        "e",
        "t",
    ]);
    let arm = |first: &'static str, second: &'static str| {
        if control {
            Some(second)
        } else if treated {
            Some(first)
        } else {
            None
        }
    };
    if has(&["weight", "weights"]) {
        return Some("weight");
    }
    if has(&["i2"]) || joined == "i 2" {
        return Some("i2");
    }
    if (has(&["p", "pvalue"]) || joined.contains("p value"))
        && has(&["het", "heterogeneity", "q", "phet", "ph"])
    {
        return Some("p_het");
    }
    if has(&["p", "pvalue"]) {
        return Some("p");
    }
    if has(&["model"]) {
        return Some("model");
    }
    if has(&[
        "ci",
        "rr",
        "or",
        "hr",
        "md",
        "smd",
        "wmd",
        "rd",
        "effect",
        "estimate",
        "ratio",
        "difference",
    ]) {
        let limit = if has(&["lower", "low"]) {
            Some("ci_lo")
        } else if has(&["upper", "high"]) {
            Some("ci_hi")
        } else {
            None
        };
        return limit.or(Some("estimate"));
    }
    if has(&["events", "cases"]) {
        return arm("e1", "e0");
    }
    if has(&["mean"]) {
        return arm("m1", "m0");
    }
    if has(&["sd"]) {
        return arm("sd1", "sd0");
    }
    if joined == "k"
        || joined.contains("no of studies")
        || joined.contains("number of studies")
        || joined == "studies"
        || joined.contains("no of trials")
        || joined == "trials"
    {
        return Some("k");
    }
    if has(&["n", "total", "participants", "patients"]) {
        return arm("n1", "n0");
    }
    if has(&["study", "author", "trial", "reference"]) {
        return Some("study");
    }
    if has(&[
        "subgroup",
        "outcome",
        "analysis",
        "outcomes",
        "variable",
        "subgroups",
        "comparison",
    ]) {
        return Some("row");
    }
    if has(&["measure"]) {
        return Some("measure");
    }
    None
}

/// The effect measure that a heading names.
fn measure(heading: &str) -> Option<&'static str> {
    let words: Vec<String> = heading
        .to_uppercase()
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .collect();
    ["RR", "OR", "HR", "WMD", "SMD", "MD", "RD"]
        .into_iter()
        .find(|m| words.iter().any(|w| w == m))
}

/// `0.57 (0.37 to 0.86)` in its three numbers; a number alone stays one.
fn split(cell: &str) -> [String; 3] {
    let open = cell.find(['(', '[', '{']);
    let Some(at) = open else {
        return [cell.trim().to_owned(), String::new(), String::new()];
    };
    let estimate = cell.get(..at).unwrap_or("").trim().to_owned();
    let inner = cell
        .get(at + 1..)
        .unwrap_or("")
        .trim_end_matches([')', ']', '}', ' ']);
    let inner = inner
        .replace("95% CI", "")
        .replace("95%CI", "")
        .replace('\u{2212}', "-");
    let parts = [" to ", "; ", ", ", ";", ",", "\u{2013}", "\u{2014}"];
    let cut = parts.iter().find_map(|sign| inner.split_once(sign));
    let cut = cut.or_else(|| {
        // A hyphen after the first sign parts the limits: -0.9--0.1.
        let at = inner
            .char_indices()
            .skip(1)
            .find(|(_, c)| *c == '-')
            .map(|(at, _)| at)?;
        Some((inner.get(..at)?, inner.get(at + 1..)?))
    });
    match cut {
        Some((low, high)) => [estimate, low.trim().to_owned(), high.trim().to_owned()],
        None => [estimate, String::new(), String::new()],
    }
}

/// Adds a pasted table; its name in findings is that of its file.
pub fn paste(paper: &mut Paper, name: &str, bytes: &[u8]) -> Result<Understood, ReadError> {
    let table = Table::read(bytes).map_err(|error| ReadError {
        line: error.line(),
        what: error.reason().to_owned(),
    })?;
    let title = name.rsplit('/').next().unwrap_or(name);
    let title = title
        .rsplit_once('.')
        .map_or(title, |(stem, _)| stem)
        .replace('_', " ");
    let mut columns: Vec<(String, Option<&'static str>)> = table
        .header()
        .iter()
        .map(|heading| (heading.clone(), meaning(heading)))
        .collect();
    let is = |columns: &[(String, Option<&str>)], what: &str| {
        columns.iter().any(|(_, m)| *m == Some(what))
    };
    let pooled_rows = is(&columns, "k") || is(&columns, "i2") || !is(&columns, "study");
    // The first column names the row, whatever it is called.
    let key = if pooled_rows { "row" } else { "study" };
    if !is(&columns, key)
        && let Some(first) = columns.first_mut()
    {
        first.1 = Some(key);
    }
    if pooled_rows {
        for column in &mut columns {
            if column.1 == Some("study") {
                column.1 = None;
            }
        }
    } else {
        for column in &mut columns {
            if column.1 == Some("row") {
                column.1 = Some("subgroup");
            }
        }
    }
    // Of two columns with one meaning the first counts.
    let mut taken: Vec<&str> = Vec::new();
    for column in &mut columns {
        if let Some(what) = column.1 {
            if taken.contains(&what) {
                column.1 = None;
            } else {
                taken.push(what);
            }
        }
    }
    let named = columns
        .iter()
        .filter(|(_, m)| *m == Some("estimate"))
        .find_map(|(h, _)| measure(h))
        .unwrap_or("");
    let mut n = 0;
    for (line, cells) in table.cells() {
        let mut values: Vec<(&str, String)> =
            vec![("table", title.clone()), ("measure", named.to_owned())];
        if !named.is_empty() {
            values.push((
                "scale",
                if ["RR", "OR", "HR"].contains(&named) {
                    "log"
                } else {
                    "raw"
                }
                .to_owned(),
            ));
        }
        for ((_, what), cell) in columns.iter().zip(&cells) {
            match what {
                Some("estimate") => {
                    let [estimate, low, high] = split(cell);
                    values.push(("estimate", estimate));
                    if !low.is_empty() {
                        values.push(("ci_lo", low));
                        values.push(("ci_hi", high));
                    }
                }
                Some("model") => {
                    let word = cell.trim().to_lowercase();
                    let model = if word.starts_with('r') {
                        "R"
                    } else if word.starts_with('f') {
                        "F"
                    } else {
                        ""
                    };
                    values.push(("model", model.to_owned()));
                }
                Some("measure") => values.push(("measure", cell.trim().to_owned())),
                Some(what) => values.push((what, cell.trim().to_owned())),
                None => {}
            }
        }
        let get = |name: &str| -> String {
            values
                .iter()
                .rev()
                .find(|(key, _)| *key == name)
                .map(|(_, v)| v.clone())
                .unwrap_or_default()
        };
        if get(key).is_empty() {
            continue;
        }
        if pooled_rows {
            paper.results.push(pooled(&get, line)?);
        } else {
            paper.studies.push(study(&get, line)?);
        }
        n += 1;
    }
    Ok(Understood {
        table: title,
        rows: if pooled_rows { "results" } else { "studies" },
        n,
        columns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_understood_and_told() {
        let text = "Outcome\tNo. of studies\tRR (95% CI)\tP value\tI² (%)\tP for heterogeneity\tComment\nage<65\t4\t1.52 (1.25–1.84)\t<0.001\t53\t0.06\tx\n";
        let mut paper = Paper::default();
        let understood = paste(&mut paper, "Table_2.tsv", text.as_bytes()).unwrap();
        assert_eq!(understood.table, "Table 2");
        let meanings: Vec<Option<&str>> = understood.columns.iter().map(|(_, m)| *m).collect();
        assert_eq!(
            meanings,
            [
                Some("row"),
                Some("k"),
                Some("estimate"),
                Some("p"),
                Some("i2"),
                Some("p_het"),
                None
            ]
        );
        let row = &paper.results[0];
        assert_eq!((row.k, row.is_ratio()), (Some(4), true));
        assert_eq!(row.high.as_ref().unwrap().text, "1.84");
        assert_eq!(crate::lint::check(&paper).findings[0].rule, "STAT-I2P");
    }

    #[test]
    fn study_tables_and_negative_limits() {
        let text = "Study\tEvents (treatment)\tN (treatment)\tEvents (control)\tN (control)\tMD [95% CI]\tWeight\nA 2001\t3\t30\t5\t31\t-0.47 [-0.97, 0.03]\t20.1\n";
        let mut paper = Paper::default();
        let understood = paste(&mut paper, "fig3.tsv", text.as_bytes()).unwrap();
        assert_eq!((understood.rows, understood.n), ("studies", 1));
        let row = &paper.studies[0];
        assert_eq!(row.events(), Some([3, 30, 5, 31]));
        assert_eq!(row.low.as_ref().unwrap().text, "-0.97");
        assert_eq!(
            split("-0.9 (-1.2--0.1)"),
            ["-0.9", "-1.2", "-0.1"].map(str::to_owned)
        );
    }
}
