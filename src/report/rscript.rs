//! A script for R and metafor that recomputes every analysis from the same rows and compares.
//!
//! The script states the data in full, so that it runs anywhere R and metafor are; it stops where
//! the recomputed estimate or interval differs by more than 1e-7 on the scale of pooling.

use crate::pool::{Data, Pooled, Row};

/// The script of one analysis; `name` becomes part of variable names.
pub fn analysis(name: &str, rows: &[Row], pooled: &Pooled, method: &str) -> Option<String> {
    let safe: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    let used: Vec<&Row> = pooled
        .studies
        .iter()
        .filter_map(|study| rows.get(study.row))
        .collect();
    let column = |name: &str, values: Vec<String>| format!("  {name} = c({})", values.join(", "));
    let number = |value: f64| format!("{value:?}");
    let mut columns = vec![column(
        "study",
        used.iter().map(|r| quoted(&r.study)).collect(),
    )];
    let mut of = |name: &str, get: &dyn Fn(&Data) -> Option<f64>| -> Option<()> {
        let values = used
            .iter()
            .map(|row| row.data.as_ref().and_then(get).map(number))
            .collect::<Option<Vec<String>>>()?;
        columns.push(column(name, values));
        Some(())
    };
    let call = match used.first()?.data.as_ref()? {
        Data::Binary { .. } => {
            let part = |at: usize| {
                move |data: &Data| match data {
                    Data::Binary { e1, n1, e2, n2 } => [*e1, *n1, *e2, *n2].get(at).copied(),
                    _ => None,
                }
            };
            for (at, name) in ["ai", "n1i", "ci", "n2i"].iter().enumerate() {
                of(name, &part(at))?;
            }
            format!(
                "rma(measure = \"{}\", ai = ai, n1i = n1i, ci = ci, n2i = n2i",
                pooled.measure.word()
            )
        }
        Data::Hr { .. } => {
            let part = |at: usize| {
                move |data: &Data| match data {
                    Data::Hr {
                        hr,
                        ci_lb,
                        ci_ub,
                        level,
                    } => [*hr, *ci_lb, *ci_ub, level.fraction()].get(at).copied(),
                    _ => None,
                }
            };
            for (at, name) in ["hr", "lo", "hi", "level"].iter().enumerate() {
                of(name, &part(at))?;
            }
            "rma(yi = log(hr), sei = (log(hi) - log(lo)) / (2 * qnorm(1 - (1 - level) / 2))"
                .to_owned()
        }
        _ => return None,
    };
    let [lo, hi] = pooled.ci;
    Some(format!(
        "# {name}\ndata_{safe} <- data.frame(\n{}\n)\n\
         res_{safe} <- {call}, data = data_{safe}, method = \"{method}\")\nprint(res_{safe})\n\
         same(\"{name}\", c(coef(res_{safe}), res_{safe}$ci.lb, res_{safe}$ci.ub),\n     \
         c({:?}, {lo:?}, {hi:?}))\n",
        columns.join(",\n"),
        pooled.estimate,
    ))
}

/// What every script begins with.
pub const HEAD: &str = "# Recomputes the pooled analyses of a Perennial workspace with metafor and compares.\n\
library(metafor)\n\
same <- function(name, r, perennial) {\n  \
if (any(abs(r - perennial) > 1e-7)) {\n    \
stop(name, \": metafor gives \", toString(r), \", perennial \", toString(perennial))\n  }\n  \
cat(name, \": agrees\\n\")\n}\n\n";

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
