//! Tables pasted from a paper: cells parted by tabs, columns told by their headings.
//!
//! What was understood of each heading is given back, to be shown before anything is concluded.

use super::ReadError;
use super::cell;
use super::folder::{COLUMNS, Typed, comma_of};
use crate::lint::measure::{Kind, named};
use crate::lint::paper::{Model, Paper, Pooled};
use crate::lint::printed::Printed;
use crate::table::Table;
use std::cell::RefCell;

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
    /// Cells that hold no number where one is expected: each a sentence with its line.
    pub unread: Vec<String>,
}

/// What a heading means.
fn meaning(heading: &str) -> Option<&'static str> {
    let lower = heading.trim().to_lowercase();
    // Our own names of columns.
    let own = [1, 2]
        .into_iter()
        .filter_map(|table: usize| COLUMNS.get(table))
        .flat_map(|table| table.columns.iter())
        .find_map(|(name, _)| (*name == lower).then_some(*name));
    if own.is_some() {
        return own;
    }
    let plain: String = lower
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
    let control = has(&[
        "control",
        "controls",
        "comparator",
        "placebo",
        "comparison",
        "c",
        "ctrl",
    ]);
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
    if words
        .first()
        .is_some_and(|first| ["study", "author", "authors"].contains(first))
    {
        return Some("study");
    }
    if has(&["weight", "weights"]) {
        return Some("weight");
    }
    let p = has(&["p", "pvalue", "pval"]) || joined.contains("p value");
    if has(&["i2"]) || joined == "i 2" {
        return Some(if p { "heterogeneity" } else { "i2" });
    }
    if p && has(&["het", "heterogeneity", "q", "phet", "ph", "heterog"]) || has(&["phet", "phets"])
    {
        return Some("p_het");
    }
    if joined.starts_with("heterogeneity") {
        return Some("heterogeneity");
    }
    if p && has(&["interaction", "subgroup", "difference", "trend"]) {
        return None;
    }
    if p {
        return Some("p");
    }
    if has(&["model"]) {
        return Some("model");
    }
    if joined == "k"
        || [
            "no of studies",
            "number of studies",
            "no of trials",
            "number of trials",
            "no studies",
            "no trials",
            "no of rcts",
            "number of rcts",
        ]
        .iter()
        .any(|name| joined.contains(name))
        || [
            "studies",
            "trials",
            "rcts",
            "studies n",
            "trials n",
            "n studies",
            "n trials",
            "n of studies",
            "n of trials",
            "rcts n",
            "studies no",
            "trials no",
            "included studies",
        ]
        .contains(&joined.as_str())
    {
        return Some("k");
    }
    let measured =
        named(heading).0 != Kind::Unknown && !has(&["rate", "proportion", "survival", "events"]);
    let interval = has(&["ci", "cri", "95%ci", "95ci", "ki"])
        || joined.contains("confidence interval")
        || joined.contains("credible interval");
    if interval || measured || has(&["effect", "estimate", "ratio", "difference"]) {
        let limit = if has(&["lower", "low", "lcl", "ll"]) {
            Some("ci_lo")
        } else if has(&["upper", "high", "ucl", "ul"]) {
            Some("ci_hi")
        } else if interval
            && !measured
            && !has(&["effect", "estimate", "ratio", "difference", "pooled", "es"])
        {
            // A column of its own beside that of the estimate.
            Some("ci")
        } else {
            None
        };
        return limit.or(Some("estimate"));
    }
    if ["lower", "lower limit", "lcl"].contains(&joined.as_str()) {
        return Some("ci_lo");
    }
    if ["upper", "upper limit", "ucl"].contains(&joined.as_str()) {
        return Some("ci_hi");
    }
    if has(&["events", "cases", "event"]) {
        return arm("e1", "e0").or(Some("e"));
    }
    if has(&["mean", "means"]) {
        return arm("m1", "m0").or(Some("m"));
    }
    if has(&["sd", "sds"]) {
        return arm("sd1", "sd0").or(Some("sd"));
    }
    if has(&["n", "total", "participants", "patients"]) {
        return arm("n1", "n0").or(Some("n"));
    }
    if has(&["study", "author", "authors", "trial", "reference"]) {
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

/// The arm columns of a forest plot, whose headings do not name the arm: of two the first is the
/// experimental arm's.
fn arms(columns: &mut [(String, Option<&'static str>)]) {
    for (plain, first, second) in [
        ("e", "e1", "e0"),
        ("n", "n1", "n0"),
        ("m", "m1", "m0"),
        ("sd", "sd1", "sd0"),
    ] {
        let count = columns.iter().filter(|(_, m)| *m == Some(plain)).count();
        let mut names = [first, second].into_iter();
        for column in columns.iter_mut().filter(|(_, m)| *m == Some(plain)) {
            column.1 = if count == 2 { names.next() } else { None };
        }
    }
}

/// Headings of two lines as one, where the first names the arms (`Experimental`, `Control`) above
/// `Events` and `Total`; and headings that stand twice told apart.
fn one_header(text: &str) -> (String, usize) {
    let mut lines: Vec<&str> = text.lines().collect();
    while lines.first().is_some_and(|line| line.trim().is_empty()) {
        lines.remove(0);
    }
    let cells =
        |line: &str| -> Vec<String> { line.split('\t').map(|c| c.trim().to_owned()).collect() };
    let known = |cells: &[String]| cells.iter().filter(|c| meaning(c).is_some()).count();
    let (Some(first), second) = (lines.first(), lines.get(1)) else {
        return (text.to_owned(), 0);
    };
    let top = cells(first);
    let mut header = top.clone();
    let mut used = 1;
    if let Some(second) = second {
        let below = cells(second);
        let counts = below
            .iter()
            .any(|c| ["events", "total", "mean", "n", "sd"].contains(&c.to_lowercase().as_str()));
        if counts && known(&below) > known(&top) {
            let mut above = String::new();
            header = below
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    if let Some(cell) = top.get(at).filter(|cell| !cell.is_empty()) {
                        above.clone_from(cell);
                    }
                    let arm = [
                        "experimental",
                        "control",
                        "treatment",
                        "intervention",
                        "placebo",
                        "comparator",
                    ]
                    .iter()
                    .any(|arm| above.to_lowercase().contains(arm));
                    let plain = ["events", "total", "mean", "n", "sd"]
                        .contains(&name.to_lowercase().as_str());
                    if name.is_empty() {
                        top.get(at).cloned().unwrap_or_default()
                    } else if arm && plain {
                        format!("{above} {name}")
                    } else {
                        name.clone()
                    }
                })
                .collect();
            used = 2;
        }
    }
    let mut seen: Vec<String> = Vec::new();
    for name in &mut header {
        let plain = name.clone();
        let mut n = 2;
        while !name.is_empty() && seen.contains(name) {
            *name = format!("{plain} ({n})");
            n += 1;
        }
        seen.push(name.clone());
    }
    let width = header.len();
    let mut out = header.join("\t");
    for line in lines.iter().skip(used) {
        out.push('\n');
        out.push_str(line);
        // Cells of nothing at the end are often lost on the way.
        let missing = width.saturating_sub(line.split('\t').count());
        if !line.trim().is_empty() && !line.contains('"') {
            out.push_str(&"\t".repeat(missing));
        }
    }
    out.push('\n');
    (out, used - 1)
}

/// Whether a row of a forest plot is the pooled one of all or of some of its studies.
fn is_total(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    [
        "total (",
        "subtotal",
        "overall",
        "pooled",
        "summary",
        "total, ",
        "random effects",
        "fixed effect",
        "random-effects",
        "fixed-effect",
        "common effect",
        "re model",
        "fe model",
    ]
    .iter()
    .any(|start| name.starts_with(start))
        || name == "total"
}

/// Adds a pasted table; its name in findings is that of its file.
pub fn paste(paper: &mut Paper, name: &str, bytes: &[u8]) -> Result<Understood, ReadError> {
    let (text, joined) = one_header(&String::from_utf8_lossy(bytes));
    let moved = u64::try_from(joined).unwrap_or(0);
    let table = Table::read(text.as_bytes()).map_err(|error| ReadError {
        line: error.line().map(|line| line + moved),
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
        .map(|heading| {
            // What was added to tell two headings apart.
            let plain = heading
                .strip_suffix(" (2)")
                .or_else(|| heading.strip_suffix(" (3)"))
                .unwrap_or(heading);
            (heading.clone(), meaning(plain))
        })
        .collect();
    arms(&mut columns);
    let is = |columns: &[(String, Option<&str>)], what: &str| {
        columns.iter().any(|(_, m)| *m == Some(what))
    };
    // A column of an interval alone belongs to that of the estimate beside it, or holds both.
    if is(&columns, "ci") && !is(&columns, "estimate") {
        for column in &mut columns {
            if column.1 == Some("ci") {
                column.1 = Some("estimate");
            }
        }
    }
    let studies =
        is(&columns, "study") && !is(&columns, "k") && !is(&columns, "i2") && !is(&columns, "row");
    let own = is(&columns, "study") && (is(&columns, "e1") || is(&columns, "m1"));
    let pooled_rows = !studies && !own;
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
    let measure = columns
        .iter()
        .filter(|(_, m)| *m == Some("estimate"))
        .find_map(|(heading, _)| (named(heading).0 != Kind::Unknown).then(|| heading.clone()))
        .unwrap_or_default();
    let level = columns
        .iter()
        .filter(|(_, m)| matches!(m, Some("estimate" | "ci" | "ci_lo")))
        .find_map(|(heading, _)| cell::level(heading))
        .unwrap_or_default();
    let numbers = table.cells().flat_map(|(_, cells)| {
        columns
            .iter()
            .zip(cells)
            .filter(|((_, m), _)| {
                m.is_some_and(|m| {
                    !["row", "study", "subgroup", "model", "measure", "table"].contains(&m)
                })
            })
            .map(|(_, cell)| cell)
            .collect::<Vec<_>>()
    });
    let comma = comma_of(false, numbers);
    let unread = RefCell::new(Vec::new());
    let mut subgroup = String::new();
    let mut n = 0;
    for (line, cells) in table.cells() {
        let mut values: Vec<(&str, String)> = vec![
            ("table", title.clone()),
            ("measure", measure.clone()),
            ("level", level.clone()),
        ];
        for ((_, what), cell) in columns.iter().zip(&cells) {
            match what {
                Some("heterogeneity") => values.extend(cell::heterogeneity(cell)),
                Some("table") if cell.is_empty() => {}
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
        let label = get(key);
        if label.is_empty() {
            continue;
        }
        let typed = Typed {
            get: &get,
            comma,
            line: line + moved,
            unread: Some(&unread),
        };
        if pooled_rows {
            paper.results.push(typed.pooled()?);
            n += 1;
            continue;
        }
        let others = cells.iter().filter(|cell| !cell.is_empty()).count() < 2;
        if label.to_lowercase().starts_with("heterogeneity") {
            add_heterogeneity(paper, &title, &cells.join(" "));
        } else if label.to_lowercase().starts_with("test for")
            || label.to_lowercase().starts_with("total events")
        {
            // Lines below a forest plot.
        } else if is_total(&label) {
            let whole = !label.to_lowercase().starts_with("subtotal");
            let row = if whole || subgroup.is_empty() {
                label.clone()
            } else {
                subgroup.clone()
            };
            let mut pooled = typed.pooled()?;
            pooled.row = row;
            // Numbers of participants stand where an outcome table has its number of studies.
            pooled.k = None;
            if pooled.model.is_none() {
                pooled.model = label_model(&label);
            }
            if whole {
                paper.claims.push(crate::lint::paper::Claim {
                    kind: "map".to_owned(),
                    location: pooled.place(),
                    args: format!("table={title}"),
                    reported: String::new(),
                });
            }
            paper.results.push(pooled);
        } else if others {
            subgroup = label;
        } else {
            let mut row = typed.study()?;
            if row.subgroup.is_empty() {
                row.subgroup.clone_from(&subgroup);
            }
            paper.studies.push(row);
            n += 1;
        }
    }
    // As they stand in the file.
    for (heading, _) in &mut columns {
        if let Some(plain) = heading.strip_suffix(" (2)") {
            *heading = plain.to_owned();
        }
    }
    Ok(Understood {
        table: title,
        rows: if pooled_rows { "results" } else { "studies" },
        n,
        columns,
        unread: unread.into_inner(),
    })
}

/// The model that the line of a pooled row names.
fn label_model(label: &str) -> Option<Model> {
    let label = label.to_lowercase();
    if label.contains("random") {
        Some(Model::Random)
    } else if label.contains("fixed") || label.contains("common") {
        Some(Model::Fixed)
    } else {
        None
    }
}

/// Gives the last pooled row of a table what the line below it says of heterogeneity.
fn add_heterogeneity(paper: &mut Paper, title: &str, line: &str) {
    let Some(row) = paper
        .results
        .last_mut()
        .filter(|row: &&mut Pooled| row.table == title)
    else {
        return;
    };
    for (name, text) in cell::heterogeneity(line) {
        let number = Printed::parse(&text);
        match name {
            "i2" if row.i2.is_none() => row.i2 = number,
            "p_het" if row.p_het.is_none() => row.p_het = number,
            "k" if row.k.is_none() => row.k = number.and_then(|n| n.whole()),
            _ => {}
        }
    }
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
    }

    fn pasted(text: &str) -> (Paper, Understood) {
        let mut paper = Paper::default();
        let understood = paste(&mut paper, "Table.tsv", text.as_bytes()).unwrap();
        (paper, understood)
    }

    fn rules(paper: &Paper) -> Vec<&'static str> {
        crate::lint::check(paper)
            .findings
            .iter()
            .filter(|f| f.severity == crate::model::finding::Severity::Error)
            .map(|f| f.rule)
            .collect()
    }

    #[test]
    fn an_interval_may_stand_in_a_column_of_its_own() {
        let (paper, told) = pasted(
            "Outcome\tTrials (n)\tParticipants\tRisk ratio\t99% CI\tP\tHeterogeneity\nFall\t6\t1,980\t0.70\t0.52\u{2013}0.94\t0.002\tI\u{b2} = 0%, p = 0.71\nPain\t4\t800\t1.90\t1.20 to 1.70\t0.01\tI\u{b2} = 75%, p = 0.62\n",
        );
        assert!(told.unread.is_empty(), "{told:?}");
        let row = &paper.results[0];
        assert_eq!(
            (row.k, row.level, row.scales()),
            (Some(6), Some(99.0), &[true][..])
        );
        assert_eq!(rules(&paper), ["STAT-I2P", "STAT-EST"]);
    }

    #[test]
    fn a_forest_plot_is_read_as_it_is_copied() {
        let text = "\tExperimental\t\tControl\t\t\t\nStudy or Subgroup\tEvents\tTotal\tEvents\tTotal\tWeight\tOdds Ratio M-H, Random, 95% CI\nNorth\nA 2001\t12\t100\t20\t100\t55.0%\t0.55 [0.25, 1.19]\nB 2002\t10\t90\t18\t92\t45.0%\t0.51 [0.22, 1.19]\nTotal (95% CI)\t22\t190\t38\t192\t100.0%\t0.53 [0.30, 0.94]\nHeterogeneity: Tau\u{b2} = 0.00; Chi\u{b2} = 0.01, df = 1 (P = 0.92); I\u{b2} = 0%\nTest for overall effect: Z = 2.18 (P = 0.03)\n";
        let (paper, told) = pasted(text);
        assert_eq!((told.rows, told.n), ("studies", 2), "{told:?}");
        assert_eq!(paper.studies[1].events(), Some([10, 90, 18, 92]));
        assert_eq!(paper.studies[1].subgroup, "North");
        assert_eq!(
            (paper.results[0].k, paper.results[0].row.as_str()),
            (Some(2), "Total (95% CI)")
        );
        let found = crate::lint::check(&paper);
        assert_eq!(found.findings, [], "{found:?}");
        // Without the line of the arms.
        let (paper, _) = pasted(&text.lines().skip(1).collect::<Vec<_>>().join("\n"));
        assert_eq!(paper.studies[0].events(), Some([12, 100, 20, 100]));
    }

    #[test]
    fn our_own_names_of_columns_and_cells_that_are_no_numbers() {
        let (paper, told) = pasted(
            "table\tsubgroup\tstudy\te1\tn1\te0\tn0\testimate\tci_lo\tci_hi\nFig 9\t\tA\t12\t100\t20\t100\t0.60\t0.31\t1.16\nFig 9\t\tB\tten\t90\t18\t92\t0.10\t0.28\t1.16\n",
        );
        assert!(told.columns.iter().all(|(_, m)| m.is_some()), "{told:?}");
        assert_eq!(
            told.unread,
            ["line 3: `ten` in column e1 is no number; it is not used"]
        );
        assert_eq!(
            (paper.studies[0].table.as_str(), rules(&paper)),
            ("Fig 9", vec!["STUDY-CI"])
        );
        let (paper, told) = pasted(
            "Outcome\tk\tHR (95% CI)\tp value\tModel\nA\t5 RCTs\t1\u{b7}20 (1\u{b7}00\u{2013}1\u{b7}44); p=0\u{b7}05\t\tREML\nB\t4\t0\u{b7}85 (0\u{b7}74\u{2013}0\u{b7}98)\u{2020}\tNS\trandom-effects\nC\t3\tnot pooled\t\t\n",
        );
        assert_eq!(told.unread.len(), 1, "{told:?}");
        assert_eq!(
            (paper.results[0].k, paper.results[0].model),
            (Some(5), Some(Model::Random))
        );
        assert!(paper.results[0].p.is_some());
        assert_eq!(rules(&paper), ["STAT-P"]);
    }

    #[test]
    fn decimal_commas_are_told_by_the_table() {
        let (paper, _) = pasted(
            "Endpunkt\tk\tRR (95% KI)\tp\nTod\t5\t1,234 (1,101\u{2013}1,383)\t<0,001\nSturz\t1.204\t0,853 (0,742; 0,981)\t0,026\n",
        );
        let row = &paper.results[0];
        assert!((row.high.as_ref().unwrap().value - 1.383).abs() < 1e-9);
        assert_eq!(rules(&paper), Vec::<&str>::new());
    }
}
