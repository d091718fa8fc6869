//! PRISMA-I4: reports assessed less those excluded are the reports included.

use crate::lint::flow;
use crate::lint::groups::Groups;
use crate::lint::paper::Paper;
use crate::lint::rule::{Found, Rule};
use crate::model::finding::{Finding, Severity};

/// The rule.
pub(super) const RULE: Rule = Rule {
    id: "PRISMA-I4",
    checks: "reports assessed less those excluded are the reports included.",
    why: "Studies that are included without having been assessed are the gravest fault a flow can show.",
    formula: "assessed − ft_excl (or Σ ft_rN) = reports. Where only studies are printed: fewer left than included is an error, more left a warning, because several reports may be of one study.",
    source: "Page et al., BMJ 2021;372:n71 (PRISMA 2020 flow diagram)",
    fires: r#"[[flow]]
where = "text"
assessed = 75
ft_excl = 49
included = 27"#,
    silent: r#"[[flow]]
where = "Fig 1"
assessed = 75
ft_excl = 48
included = 27"#,
    run,
};

fn run(paper: &Paper, _: &Groups<'_>, found: &mut Found) {
    flow::of_template(paper, found, RULE.id, &["I4"]);
    for witness in paper.witnesses() {
        let boxes = paper.boxes(witness);
        let get = |name: &str| boxes.get(name).copied();
        let full_text =
            || get("ft_excl").or_else(|| flow::full_text_reasons(&boxes).map(|(sum, _)| sum));
        let (start, gone, sure) = match (get("assessed"), full_text()) {
            (Some(n), gone) => (n, gone, true),
            // A flow of one stage: what is screened and not excluded is included.
            (None, None) if get("sought").is_none() => {
                let (Some(n), Some((gone, _))) = (
                    get("screened").or_else(|| get("after_dup")),
                    flow::excluded(&boxes),
                ) else {
                    continue;
                };
                (n, Some(gone), false)
            }
            _ => continue,
        };
        let reports = get("reports");
        let Some(end) = reports.or_else(|| get("included")).or_else(|| get("quant")) else {
            continue;
        };
        found.look(RULE.id);
        let lane = flow::brought(&boxes).unwrap_or(0);
        let left = start - gone.unwrap_or(0) + lane;
        if left == end || (gone.is_none() && left > end) {
            continue;
        }
        // Reports of other sources may join behind the assessment.
        let beside = flow::beside(&boxes);
        let joins = lane == 0 && left < end && end - left <= beside;
        let severity = if joins {
            Severity::Info
        } else if sure && (left < end || reports.is_some()) {
            Severity::Error
        } else {
            Severity::Warn
        };
        let what = if reports.is_some() {
            "reports included"
        } else {
            "included"
        };
        let but = if left < end {
            "fewer than"
        } else {
            "more than"
        };
        let plus = if lane > 0 {
            format!(" + {lane} by other methods")
        } else {
            String::new()
        };
        let join = if joins {
            format!(
                " It fits if {} of the {beside} of other sources join here.",
                end - left
            )
        } else {
            String::new()
        };
        let text = format!(
            "Inconsistent as printed: {start} − {} excluded{plus} = {left}, {but} the {end} {what}.{join}",
            gone.unwrap_or(0)
        );
        found.add(
            Finding::new(RULE.id, severity, witness, text)
                .number("left", left)
                .number("printed", end)
                .fits(flow::fits(left, what, start + lane - end, "excluded")),
        );
    }
}
