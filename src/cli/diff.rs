//! `diff A B`: what changed between two versions, or since one.

use super::args::{DiffArgs, Global};
use super::error::{CliError, Ending};
use super::figure::Drawing;
use super::out::{Ink, Out, fit};
use crate::living::{changes, publish};
use crate::pipeline::Workspace;
use crate::plot::{BridgePlot, bridge};
use crate::report::history::{Changes, EstimateChange, Moves, Side};

/// The name of the review as it stands.
const WORKING: &str = "working";

pub(super) fn run(args: &DiffArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let drawing = Drawing::of(&args.draw)?;
    let root = super::root(global)?;
    let workspace = Workspace::adopted(&root)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    if args.a == WORKING {
        let text = "the working version is the later one";
        return Err(CliError::usage(text)
            .help(format!("`perennial diff {} working`", args.b))
            .into());
    }
    let from = publish::find(reader, &args.a)?;
    let to = match args.b.as_str() {
        WORKING => None,
        name => Some(publish::find(reader, name)?),
    };
    if to.as_ref().is_some_and(|to| to.n < from.n) {
        let text = format!("version {} was published after {}", args.a, args.b);
        return Err(CliError::usage(text)
            .help(format!("`perennial diff {} {}`", args.b, args.a))
            .into());
    }
    let found = changes::between(&workspace, reader, &from, to.as_ref())?;
    show(&found, out)?;
    draw(&drawing, &found, out)?;
    out.json(&found)?;
    Ok(0)
}

/// The bridges that were asked for; behind the file's name stands that of the estimate where several
/// moved.
fn draw(drawing: &Drawing<'_>, found: &Changes, out: &mut Out) -> Result<(), Ending> {
    let plots: Vec<_> = found
        .estimates
        .iter()
        .filter_map(|estimate| Some((estimate, estimate.plot.as_ref()?)))
        .collect();
    if drawing.asked() && plots.is_empty() {
        out.note("no estimate moved, so there is no bridge to draw");
    }
    for (estimate, plot) in &plots {
        let part = (plots.len() > 1).then_some(estimate.analysis.as_str());
        let plot = BridgePlot {
            page: drawing.look.page(plot.page),
            ..(*plot).clone()
        };
        drawing.write(part, bridge(&plot), out)?;
    }
    Ok(())
}

fn show(found: &Changes, out: &mut Out) -> Result<(), Ending> {
    out.line(&out.ink(Ink::Bold, &found.headline))?;
    out.line(&out.ink(
        Ink::Dim,
        &format!(
            "{} (event {}) to {} (event {})",
            found.from.words(),
            found.from.event,
            found.to.words(),
            found.to.event
        ),
    ))?;
    moves("studies", &found.studies, out)?;
    moves("reports", &found.reports, out)?;
    let moved: Vec<_> = found.moved().collect();
    if !moved.is_empty() {
        out.line(&out.ink(
            Ink::Dim,
            &format!("\n{:<48}{:>9}{:>9}", "", "before", "after"),
        ))?;
        for count in moved {
            out.line(&format!(
                "{} {:>8} {:>8}",
                fit(&count.name, 48),
                count.from,
                count.to
            ))?;
        }
    }
    for cell in &found.cells {
        let of = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        out.line(&format!(
            "\n{}: {} instead of {}",
            cell.cell,
            of(&cell.to),
            of(&cell.from)
        ))?;
    }
    for file in &found.protocol {
        out.line(&format!("\n{}", out.ink(Ink::Bold, &file.path)))?;
        for line in &file.removed {
            out.line(&out.ink(Ink::Bad, &format!("- {line}")))?;
        }
        for line in &file.added {
            out.line(&out.ink(Ink::Good, &format!("+ {line}")))?;
        }
    }
    for estimate in &found.estimates {
        show_estimate(estimate, out)?;
    }
    Ok(())
}

fn moves(what: &str, moves: &Moves, out: &mut Out) -> Result<(), Ending> {
    if moves.is_empty() {
        return Ok(());
    }
    out.line(&format!("\n{}", out.ink(Ink::Bold, what)))?;
    for moved in &moves.came {
        let mark = out.ink(Ink::Good, "+");
        out.line(&format!(
            "{mark} {} {}, {}",
            fit(&moved.id, 6),
            moved.label,
            moved.why
        ))?;
    }
    for moved in &moves.went {
        let mark = out.ink(Ink::Bad, "−");
        out.line(&format!(
            "{mark} {} {}, {}",
            fit(&moved.id, 6),
            moved.label,
            moved.why
        ))?;
    }
    Ok(())
}

fn show_estimate(estimate: &EstimateChange, out: &mut Out) -> Result<(), Ending> {
    out.line(&format!("\n{}", out.ink(Ink::Bold, &estimate.title)))?;
    if !estimate.is_moved() {
        out.line(&format!("  {}: unchanged", side(&estimate.to)))?;
        return Ok(());
    }
    out.line(&format!("  {}", side(&estimate.from)))?;
    if let Some(bridge) = &estimate.bridge {
        let shown = bridge.shown(4);
        for (part, text) in bridge.parts.iter().zip(shown.parts_text()) {
            let causes: Vec<&str> = part.causes.iter().map(|cause| cause.title()).collect();
            let studies = part.studies.join(", ");
            let name = if studies.is_empty() {
                causes.join(" and ")
            } else {
                format!("{}: {studies}", causes.join(" and "))
            };
            out.line(&format!("    {} {text:>9}", fit(&name, 56)))?;
        }
        if let (true, Some(sum)) = (bridge.parts.len() > 1, shown.sum_text()) {
            out.line(&out.ink(Ink::Dim, &format!("    {sum} on the scale of pooling")))?;
        }
    }
    if let Some(why) = &estimate.no_bridge {
        out.line(&format!("    no bridge: {why}"))?;
    }
    out.line(&format!("  {}", side(&estimate.to)))
}

fn side(side: &Side) -> String {
    match (&side.estimate, &side.why) {
        (Some(estimate), _) => format!(
            "{estimate} ({}), I² {}, {} studies, {}",
            side.interval.clone().unwrap_or_default(),
            side.i2.clone().unwrap_or_default(),
            side.k,
            side.model.clone().unwrap_or_default()
        ),
        (None, Some(why)) => format!("no estimate: {why}"),
        (None, None) => "no estimate".to_owned(),
    }
}
