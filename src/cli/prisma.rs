//! `prisma`: the counts of the flow and the identities they obey, in one column or several.

use super::args::{Global, LayoutWord, PrismaArgs};
use super::error::{CliError, Ending, Kind};
use super::figure::Drawing;
use super::out::{Ink, Out, fit};
use crate::extract::analyses::flow_with_pooled;
use crate::living::publish;
use crate::pipeline::Workspace;
use crate::plot::flow as flow_diagram;
use crate::prisma::Counts;
use crate::report::flow::{self, Layout};
use crate::report::page;
use crate::store::Reader;

pub(super) fn run(args: &PrismaArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let drawing = Drawing::of(&args.draw)?;
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    if let Some(name) = &args.at {
        let version = publish::find(reader, name)?;
        let bytes = publish::frozen_file(&workspace, reader, &version, "prisma.json")?;
        let counts = bytes.and_then(|bytes| serde_json::from_slice::<Counts>(&bytes).ok());
        let counts = counts.ok_or_else(|| {
            let text = format!("the counts of version {name} cannot be read from the archive");
            CliError::new(Kind::Integrity, text)
        })?;
        let broken = one(&counts, out)?;
        draw(
            &drawing,
            std::slice::from_ref(&counts),
            (&workspace, reader),
            out,
        )?;
        out.json(&counts)?;
        return Ok(code(broken));
    }
    let published = !reader.versions()?.is_empty();
    if args.layout.is_none() && !published {
        let counts = vec![flow::counts(reader)?];
        let counts = flow_with_pooled(reader, &workspace.workflow, counts)?.remove(0);
        let broken = one(&counts, out)?;
        draw(
            &drawing,
            std::slice::from_ref(&counts),
            (&workspace, reader),
            out,
        )?;
        out.json(&counts)?;
        return Ok(code(broken));
    }
    let layout = match args.layout {
        None | Some(LayoutWord::Separate) => Layout::Separate,
        Some(LayoutWord::Combined) => Layout::Combined,
        Some(LayoutWord::BaseUpdates) => Layout::BaseUpdates,
        Some(LayoutWord::PreviousLatest) => Layout::PreviousLatest,
    };
    let columns = flow::layout(reader, layout, None)?;
    let columns = flow_with_pooled(reader, &workspace.workflow, columns)?;
    let broken = match columns.as_slice() {
        [only] => one(only, out)?,
        several => side_by_side(several, out)?,
    };
    draw(&drawing, &columns, (&workspace, reader), out)?;
    out.json(&serde_json::json!({ "columns": columns }))?;
    Ok(code(broken))
}

/// The flow diagram of each column, as it was asked for.
fn draw(
    drawing: &Drawing<'_>,
    columns: &[Counts],
    (workspace, reader): (&Workspace, Reader<'_>),
    out: &mut Out,
) -> Result<(), Ending> {
    if !drawing.asked() {
        return Ok(());
    }
    let last = reader.last_at()?;
    let several = columns.len() > 1;
    for counts in columns {
        let version = counts.version.as_deref().unwrap_or("working");
        let mut options = page::flow_options(workspace.workflow.review.demonstration);
        options.page = drawing.look.page(options.page);
        options.date = last.as_deref().map(crate::report::data::minute);
        if several {
            options.notes.push(format!("Column: {version}."));
        }
        drawing.write(
            several.then_some(version),
            flow_diagram(counts, &options),
            out,
        )?;
    }
    Ok(())
}

fn code(broken: bool) -> u8 {
    if broken {
        Kind::Integrity.exit_code()
    } else {
        0
    }
}

/// The counts of one flow, then its identities; whether one does not hold.
fn one(counts: &Counts, out: &mut Out) -> Result<bool, Ending> {
    for (path, n) in counts.leaves() {
        let n = if path.contains("pending") && n > 0 {
            out.ink(Ink::Open, &format!("{n:>8}"))
        } else {
            format!("{n:>8}")
        };
        out.line(&format!("{} {n}", fit(&indented(&path), 72)))?;
    }
    out.line("")?;
    let broken = identities(counts, out)?;
    if counts.provisional {
        out.line(&format!(
            "\n{}: {} pending",
            out.ink(Ink::Open, "provisional"),
            counts.pending_total()
        ))?;
    }
    Ok(broken)
}

fn indented(path: &str) -> String {
    let depth = path.matches(['.', '[']).count().min(3);
    format!("{}{path}", "  ".repeat(depth))
}

fn identities(counts: &Counts, out: &mut Out) -> Result<bool, Ending> {
    let checks = counts.checks();
    for check in &checks {
        let (mark, ink) = if check.holds() {
            ("✓", Ink::Good)
        } else {
            ("×", Ink::Bad)
        };
        out.line(&format!(
            "{} {} {} : {}",
            out.ink(ink, mark),
            fit(check.identity().id.as_str(), 4),
            check.left_text(),
            check.right_text()
        ))?;
    }
    Ok(checks.iter().any(|check| !check.holds()))
}

/// Several flows in columns; whether an identity of one does not hold.
fn side_by_side(columns: &[Counts], out: &mut Out) -> Result<bool, Ending> {
    let width = 72_usize.saturating_sub(10 * columns.len()).max(36);
    let heads: Vec<String> = columns
        .iter()
        .map(|counts| {
            let name = counts
                .version
                .clone()
                .unwrap_or_else(|| "working".to_owned());
            format!("{:>10}", fit(&name, 9).trim_end())
        })
        .collect();
    out.line(&out.ink(Ink::Dim, &format!("{} {}", fit("", width), heads.join(""))))?;
    let mut paths: Vec<String> = Vec::new();
    for (path, _) in columns.iter().flat_map(Counts::leaves) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    // A list's parts stand under its total, in the order in which they are first met.
    paths.sort_by_key(|path| order(columns, path));
    for path in &paths {
        let cells: Vec<String> = columns
            .iter()
            .map(|counts| match counts.get(path) {
                Some(n) => format!("{n:>10}"),
                None => format!("{:>10}", "·"),
            })
            .collect();
        out.line(&format!(
            "{} {}",
            fit(&indented(path), width),
            cells.join("")
        ))?;
    }
    let mut broken = false;
    out.line("")?;
    for counts in columns {
        let faults: Vec<String> = counts
            .checks()
            .iter()
            .filter_map(crate::prisma::Check::fault)
            .collect();
        let name = counts
            .version
            .clone()
            .unwrap_or_else(|| "working".to_owned());
        let held = counts.identities.len() - faults.len();
        let mark = if faults.is_empty() {
            out.ink(Ink::Good, "✓")
        } else {
            out.ink(Ink::Bad, "×")
        };
        let open = if counts.provisional {
            format!(", {}", out.ink(Ink::Open, "provisional"))
        } else {
            String::new()
        };
        out.line(&format!("{mark} {name}: {held} identities hold{open}"))?;
        for fault in &faults {
            out.line(&format!("    {fault}"))?;
        }
        broken |= !faults.is_empty();
    }
    Ok(broken)
}

/// Where a path stands in the longest list that has it.
fn order(columns: &[Counts], path: &str) -> (usize, String) {
    let group = path.split_once('[').map_or(path, |(group, _)| group);
    let total = group
        .strip_suffix("by_source")
        .or_else(|| group.strip_suffix("by_rule"))
        .or_else(|| group.strip_suffix("by_reason"))
        .map_or_else(|| group.to_owned(), |group| format!("{group}total"));
    let place = columns.iter().filter_map(|counts| {
        let leaves = counts.leaves();
        leaves.iter().position(|(known, _)| *known == total)
    });
    // `previous` is missing in the first column, which shifts the rest.
    let place = place.max().unwrap_or(usize::MAX);
    let inner = columns
        .iter()
        .filter_map(|counts| counts.leaves().iter().position(|(known, _)| known == path))
        .max()
        .unwrap_or(0);
    (place, format!("{inner:06}"))
}
