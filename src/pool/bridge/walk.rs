//! The walk from the old version to the new one.

use super::state::{Moved, Versions, settings};
use super::{Bridge, Cause, Causes, End, Member, Part, Single, State};
use crate::pool::measure::Measure;
use crate::pool::result::Pooled;
use crate::pool::row::Row;
use crate::pool::spec::{Method, Spec};
use crate::pool::{PoolError, analyse};
use std::collections::BTreeSet;

pub(super) fn walk(old: &State, new: &State, causes: &Causes) -> Bridge {
    let (before, after) = (pool_state(old), pool_state(new));
    let mut bridge = Bridge {
        measure: new.spec.measure,
        scale: new.spec.measure.scale(),
        from: before.as_ref().ok().map(|pooled| pooled.estimate),
        to: after.as_ref().ok().map(|pooled| pooled.estimate),
        shift: None,
        old_model: before.as_ref().ok().map(Pooled::used),
        new_model: after.as_ref().ok().map(Pooled::used),
        parts: Vec::new(),
        residual: 0.0,
        settings: settings(&old.spec, &new.spec),
        old: before.as_ref().ok().map(end),
        new: after.as_ref().ok().map(end),
        reason: None,
    };
    match steps(old, new, causes, before, after) {
        Ok((shift, parts)) => {
            bridge.shift = Some(shift);
            bridge.residual = parts.iter().fold(shift, |left, part| left - part.shift);
            bridge.parts = parts;
        }
        Err(reason) => bridge.reason = Some(reason),
    }
    bridge
}

/// The shift and its parts, or why there are none.
fn steps(
    old: &State,
    new: &State,
    causes: &Causes,
    before: Result<Pooled, PoolError>,
    after: Result<Pooled, PoolError>,
) -> Result<(f64, Vec<Part>), String> {
    let before = before.map_err(|error| format!("the old version cannot be pooled: {error}"))?;
    let after = after.map_err(|error| format!("the new version cannot be pooled: {error}"))?;
    let (was, now) = (old.spec.measure, new.spec.measure);
    if !comparable(was, now) {
        let (was, now) = (was.word(), now.word());
        return Err(format!("{was} and {now} are not measured on one scale"));
    }
    let versions = Versions::new(old, new);
    let moved = versions.moved(causes)?;
    let model = (before.used(), after.used());
    let plan = Plan {
        versions,
        moved,
        held: held_spec(&old.spec, model.0),
        next: held_spec(&new.spec, held_after(new.spec.method, model.0, model.1)),
        changed: !settings(&old.spec, &new.spec).is_empty(),
        switched: new.spec.method == Method::Rule50
            && held_after(Method::Rule50, model.0, model.1) != model.1,
    };
    let parts = plan.parts(before.estimate, after.estimate);
    Ok((after.estimate - before.estimate, parts))
}

/// What is to be walked.
struct Plan<'a> {
    versions: Versions<'a>,
    moved: Vec<Moved<'a>>,
    /// The old specification with the model that was used.
    held: Spec,
    /// The new specification, before the rule speaks.
    next: Spec,
    /// Whether the specification changed in what can move the estimate.
    changed: bool,
    /// Whether the rule then chooses another model.
    switched: bool,
}

/// Causes and studies that wait for a state that can be pooled.
#[derive(Default)]
struct Waiting<'a> {
    causes: Vec<Cause>,
    studies: Vec<&'a str>,
}

impl<'a> Plan<'a> {
    fn parts(&self, start: f64, goal: f64) -> Vec<Part> {
        let steps: Vec<Cause> = Cause::ALL
            .into_iter()
            .filter(|cause| self.takes(*cause))
            .collect();
        let mut parts = Vec::new();
        let mut done = BTreeSet::new();
        let mut waiting = Waiting::default();
        let mut from = start;
        let mut spec = &self.held;
        for (n, cause) in steps.iter().enumerate() {
            let studies = self.studies(*cause);
            let earlier = done.clone();
            done.extend(studies.iter().copied());
            if *cause == Cause::Specification {
                spec = &self.next;
            }
            waiting.causes.push(*cause);
            waiting.studies.extend(&studies);
            // The walk ends at the new version itself; all that is left of it lies in this step.
            let to = if n + 1 == steps.len() {
                Some(goal)
            } else {
                pool(&self.versions.between(&done), spec)
            };
            let Some(to) = to else { continue };
            let each = if waiting.causes.len() == 1 && *cause < Cause::Specification {
                self.each(&earlier, &waiting.studies, (from, to))
            } else {
                Vec::new()
            };
            parts.push(self.part(std::mem::take(&mut waiting), from, to, each));
            from = to;
        }
        parts
    }

    fn takes(&self, cause: Cause) -> bool {
        match cause {
            Cause::ModelSwitch => self.switched,
            Cause::Specification => self.changed || !self.studies(cause).is_empty(),
            _ => !self.studies(cause).is_empty(),
        }
    }

    fn studies(&self, cause: Cause) -> Vec<&'a str> {
        self.moved
            .iter()
            .filter(|moved| moved.cause == cause)
            .map(|moved| moved.study)
            .collect()
    }

    fn part(&self, waiting: Waiting<'a>, from: f64, to: f64, each: Vec<Single>) -> Part {
        Part {
            causes: waiting.causes,
            changes: waiting
                .studies
                .iter()
                .filter_map(|study| self.versions.change(study))
                .collect(),
            studies: waiting.studies.into_iter().map(str::to_owned).collect(),
            from,
            to,
            shift: to - from,
            each,
        }
    }

    /// A part study by study; nothing where one of the states cannot be pooled.
    fn each(
        &self,
        earlier: &BTreeSet<&'a str>,
        studies: &[&'a str],
        (start, goal): (f64, f64),
    ) -> Vec<Single> {
        let mut singles = Vec::new();
        if studies.len() < 2 {
            return singles;
        }
        let mut done = earlier.clone();
        let mut from = start;
        for (n, study) in studies.iter().enumerate() {
            done.insert(study);
            let to = if n + 1 == studies.len() {
                Some(goal)
            } else {
                pool(&self.versions.between(&done), &self.held)
            };
            let Some(to) = to else { return Vec::new() };
            singles.push(Single {
                study: (*study).to_owned(),
                from,
                to,
                shift: to - from,
            });
            from = to;
        }
        singles
    }
}

/// The estimate of rows; nothing where they cannot be pooled.
fn pool(members: &[&Member], spec: &Spec) -> Option<f64> {
    let rows: Vec<Row> = members.iter().map(|member| member.row.clone()).collect();
    analyse(&rows, spec).ok().map(|pooled| pooled.estimate)
}

fn pool_state(state: &State) -> Result<Pooled, PoolError> {
    let rows: Vec<Row> = state
        .members
        .iter()
        .filter(|member| member.row.data.is_some())
        .map(|member| member.row.clone())
        .collect();
    analyse(&rows, &held_spec(&state.spec, state.spec.method))
}

/// A specification with a method, without all that does not touch the estimate.
fn held_spec(spec: &Spec, method: Method) -> Spec {
    Spec {
        method,
        subgroup: None,
        moderators: Vec::new(),
        with: Vec::new(),
        baseline_risk: None,
        ..spec.clone()
    }
}

/// The model after the specification changed and before the rule speaks: the old one where the rule
/// could have chosen it.
fn held_after(method: Method, old: Method, new: Method) -> Method {
    match (method, old) {
        (Method::Rule50, Method::Fe | Method::Dl) => old,
        (Method::Rule50, _) => new,
        (method, _) => method,
    }
}

fn end(pooled: &Pooled) -> End {
    End {
        k: pooled.k,
        ci: pooled.ci,
        i2: pooled.i2,
        back: pooled.back.map(|back| back.estimate),
    }
}

/// Whether estimates of two measures can be subtracted: log ratios from each other, standardised
/// mean differences from each other, and any measure from itself.
fn comparable(old: Measure, new: Measure) -> bool {
    use Measure::{Hr, Irr, Or, Peto, Rr, Smd, Smdh};
    let ratio = |measure| matches!(measure, Rr | Or | Peto | Hr | Irr);
    let standardised = |measure| matches!(measure, Smd | Smdh);
    old == new || (ratio(old) && ratio(new)) || (standardised(old) && standardised(new))
}
