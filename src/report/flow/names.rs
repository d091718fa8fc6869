//! The names that counts are listed by: sources, rules and reasons, in the order of the workflow.

use crate::ledger::Body;
use crate::model::{Lane, SourceKind};
use crate::store::flow::FlowBox;
use crate::store::{Reader, StoreError};

/// What the flow is listed by.
pub(super) struct Names {
    sources: Vec<(String, SourceKind)>,
    rules: Vec<(String, String)>,
    reasons: [Vec<(String, String)>; 2],
}

impl Names {
    pub(super) fn of(reader: Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            sources: sources(reader)?,
            rules: rules(reader)?,
            reasons: [reasons(reader, Lane::Main)?, reasons(reader, Lane::Other)?],
        })
    }

    pub(super) fn sources_of(&self, kind: SourceKind) -> impl Iterator<Item = &str> {
        let of_kind = self.sources.iter().filter(move |(_, k)| *k == kind);
        of_kind.map(|(name, _)| name.as_str())
    }

    pub(super) fn rules_of(&self, to: &str) -> impl Iterator<Item = &str> {
        let of_box = self.rules.iter().filter(move |(_, b)| b == to);
        of_box.map(|(name, _)| name.as_str())
    }

    /// Codes with the names they are counted by.
    pub(super) fn reasons_of(&self, lane: Lane) -> &[(String, String)] {
        let [main, other] = &self.reasons;
        match lane {
            Lane::Main => main,
            Lane::Other => other,
            // Nothing is excluded in the lane of what was included before.
            Lane::Baseline => &[],
        }
    }
}

/// The declared sources, then those that only an earlier workflow declared.
fn sources(reader: Reader<'_>) -> Result<Vec<(String, SourceKind)>, StoreError> {
    let mut out = reader.sources()?;
    for kind in SourceKind::ALL {
        let mut listed = 0;
        for (name, _) in out.iter().filter(|(_, k)| *k == kind) {
            listed += reader.count(&FlowBox::Identified(kind, Some(name.clone())))?;
        }
        if listed == reader.count(&FlowBox::Identified(kind, None))? {
            continue;
        }
        for record in reader.records()? {
            let is_listed = out.iter().any(|(name, _)| *name == record.source);
            if record.kind == kind.as_str() && !is_listed {
                out.push((record.source, kind));
            }
        }
    }
    Ok(out)
}

/// The rules that removed something: in the order of the last filter run, then by name.
fn rules(reader: Reader<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut out = reader.removal_rules()?;
    let last = reader.events_of("filter_applied")?.pop();
    if let Some(event) = last
        && let Body::FilterApplied { rules, .. } = event.body()?
    {
        out.sort_by_key(|(name, _)| {
            let place = rules.iter().position(|rule| rule.name == *name);
            (place.unwrap_or(usize::MAX), name.clone())
        });
    }
    Ok(out)
}

/// The reasons that excluded something in a lane, by code, with the name they are counted by.
fn reasons(reader: Reader<'_>, lane: Lane) -> Result<Vec<(String, String)>, StoreError> {
    let known = reader.reasons()?;
    let codes = reader.exclusion_reasons(lane)?;
    let named = codes.into_iter().map(|code| {
        let text = known.iter().find(|reason| reason.code == code);
        let name = text.map_or(code.clone(), |reason| reason.text.clone());
        let shared = known
            .iter()
            .any(|r| r.code != code && (r.text == name || r.code == name));
        let name = if shared || name.is_empty() {
            code.clone()
        } else {
            name
        };
        (code, name)
    });
    Ok(named.collect())
}
