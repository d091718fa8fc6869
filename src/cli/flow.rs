//! `flow COUNTS.csv -o flow.svg`: the figure from counts alone.

use super::args::FlowArgs;
use super::error::{CliError, Ending, Kind};
use super::out::{Ink, Out};
use crate::plot::{FlowOptions, flow};
use crate::prisma::template_csv;
use serde_json::json;

pub(super) fn run(args: &FlowArgs, out: &mut Out) -> Result<u8, Ending> {
    let (Some(file), Some(output)) = (&args.counts, &args.output) else {
        let text = template_csv::template();
        if out.is_json() {
            out.json(&json!({"template": text}))?;
        } else {
            out.raw(&text)?;
        }
        return Ok(0);
    };
    super::figure::check(output)?;
    let look = super::figure::Look::of(args.look);
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        CliError::new(Kind::Input, format!("{shown} is not UTF-8")).at(&shown, None)
    })?;
    let columns = template_csv::read(&text).map_err(|error| {
        CliError::new(Kind::Input, format!("{shown}: {error}")).at(&shown, error.line())
    })?;
    let several = columns.len() > 1;
    let mut written = Vec::new();
    let mut broken = 0;
    for (n, column) in columns.iter().enumerate() {
        let path = if several {
            super::figure::parted(output, &(n + 1).to_string())
        } else {
            output.clone()
        };
        let options = FlowOptions {
            name: if several {
                format!("prisma-flow-{}", n + 1)
            } else {
                "prisma-flow".into()
            },
            notes: if several {
                vec![column.name.clone()]
            } else {
                Vec::new()
            },
            page: look.page(crate::plot::Page::Full),
            ..FlowOptions::default()
        };
        let figure = flow(&column.counts, &options).map_err(|error| {
            CliError::new(Kind::Input, format!("cannot draw {shown}: {error}")).at(&shown, None)
        })?;
        look.write(&path, &[figure])?;
        let faults: Vec<String> = column
            .counts
            .checks()
            .iter()
            .filter_map(crate::prisma::Check::fault)
            .collect();
        out.line(&format!("{} {}", out.ink(Ink::Good, "+"), path.display()))?;
        for fault in &faults {
            out.line(&format!(
                "{} {}: {fault}",
                out.ink(Ink::Bad, "×"),
                column.name
            ))?;
        }
        broken += faults.len();
        written.push(json!({
            "column": column.name, "file": path, "prisma": column.counts, "faults": faults,
            "not_given": column.counts.not_given,
        }));
    }
    out.json(&json!({"figures": written}))?;
    Ok(if broken > 0 {
        Kind::Integrity.exit_code()
    } else {
        0
    })
}
