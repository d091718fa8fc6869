//! `filter`: the rules before screening, and a sample of what they removed.

use super::args::{FilterArgs, Global};
use super::clock::SystemClock;
use super::error::Ending;
use super::out::{Ink, Out, fit};
use crate::pipeline::{self, Workspace};
use crate::store::PipelineLock;
use serde_json::json;

pub(super) fn run(args: &FilterArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let root = super::root(global)?;
    let _lock = PipelineLock::take(&Workspace::lock_path(&root), "filter")?;
    let mut workspace = Workspace::open(&root, false)?;
    super::import::take_up(&workspace, out)?;
    workspace.adopt(&SystemClock)?;
    let done = pipeline::filter::run(&mut workspace.store, &workspace.workflow, &SystemClock)?;
    let snapshot = workspace.store.snapshot()?;
    let reader = snapshot.read();
    out.line(&format!("{}.", done.text))?;
    let by_rule = pipeline::filter::by_rule(reader)?;
    for (rule, to, n) in &by_rule {
        let to = if to == "automation" {
            "automation tools"
        } else {
            "other reasons"
        };
        out.line(&format!(
            "{n:>8} by {} {}",
            fit(rule, 40),
            out.ink(Ink::Dim, to)
        ))?;
    }
    let mut sample = Vec::new();
    if let Some(n) = args.sample {
        out.line("\nA sample to check; a vote on a report brings it back into screening:")?;
        for removal in pipeline::filter::sample(reader, workspace.store.review(), n)? {
            let title = removal.title.as_deref().unwrap_or("(no title)");
            out.line(&format!(
                "{} {} {}",
                out.ink(Ink::Bold, &fit(&removal.report.to_string(), 6)),
                fit(title, 58),
                out.ink(Ink::Dim, &removal.evidence)
            ))?;
            sample.push(json!({
                "report": removal.report, "title": removal.title, "rule": removal.rule,
                "evidence": removal.evidence, "event": removal.seq,
            }));
        }
    }
    out.json(&json!({
        "changed": done.changed,
        "by_rule": by_rule.iter().map(|(rule, to, n)| json!({"name": rule, "box": to, "n": n}))
            .collect::<Vec<_>>(),
        "sample": sample,
    }))?;
    Ok(0)
}
