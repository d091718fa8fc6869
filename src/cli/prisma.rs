//! `prisma`: the counts of the flow and the identities they obey.

use super::args::{Global, PrismaArgs};
use super::error::{Ending, Kind};
use super::out::{Ink, Out, fit};
use crate::pipeline::Workspace;
use crate::report::flow;

pub(super) fn run(_args: &PrismaArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let workspace = Workspace::open(&root, false)?;
    let counts = flow::counts(workspace.store.read())?;
    for (path, n) in counts.leaves() {
        let depth = path.matches(['.', '[']).count().min(3);
        let name = format!("{}{path}", "  ".repeat(depth));
        let n = if path.contains("pending") && n > 0 {
            out.ink(Ink::Open, &format!("{n:>8}"))
        } else {
            format!("{n:>8}")
        };
        out.line(&format!("{} {n}", fit(&name, 72)))?;
    }
    let checks = counts.checks();
    out.line("")?;
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
    let broken = checks.iter().any(|check| !check.holds());
    if counts.provisional {
        out.line(&format!(
            "\n{}: {} pending",
            out.ink(Ink::Open, "provisional"),
            counts.pending_total()
        ))?;
    }
    out.json(&counts)?;
    Ok(if broken {
        Kind::Integrity.exit_code()
    } else {
        0
    })
}
