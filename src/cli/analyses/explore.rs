//! An analysis of the workflow made with other options: what they are, what they change, how it is said.

use super::super::args::PoolArgs;
use super::super::error::{CliError, Kind};
use super::super::pool::apply;
use crate::extract::analyses::Made;
use crate::pool::{Measure, Method, analyse};
use crate::workflow::Workflow;
use clap::ValueEnum;
use std::collections::BTreeMap;

/// The options that were given, by name.
pub(super) type Options = BTreeMap<&'static str, String>;

/// The options that make the analysis another than the workflow's.
pub(super) fn options(args: &PoolArgs) -> Options {
    let mut out = Options::new();
    let mut put = |name: &'static str, value: Option<String>| {
        if let Some(value) = value {
            out.insert(name, value);
        }
    };
    put("measure", args.measure.clone());
    put("method", args.method.clone());
    put("ci", args.ci.and_then(word));
    put("level", args.level.map(|level| level.to_string()));
    put("add", args.add.map(|add| add.to_string()));
    put("zero", args.zero.and_then(word));
    put("drop00", args.drop00.then(|| "yes".to_owned()));
    put("keep00", args.keep00.then(|| "yes".to_owned()));
    put("mh-zero", args.mh_zero.and_then(word));
    put("prediction", args.prediction.and_then(word));
    put("trim", args.trim.and_then(word));
    put("subgroup", args.subgroup.clone());
    put("tau2", args.tau2.and_then(word));
    put("tau2-ci", args.tau2_ci.and_then(word));
    put("metafor", args.metafor.and_then(word));
    put("with", (!args.with.is_empty()).then(|| args.with.join(",")));
    put(
        "baseline-risk",
        args.baseline_risk.map(|risk| risk.to_string()),
    );
    out
}

fn word<T: ValueEnum>(value: T) -> Option<String> {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
}

/// `Exploration, not the analysis of workflow.toml: method DL, ci hksj. It is stored nowhere.`
pub(super) fn said(options: &Options) -> String {
    let list: Vec<String> = options
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect();
    format!(
        "Exploration, not the analysis of workflow.toml: {}. It is stored nowhere.",
        list.join(", ")
    )
}

/// Puts into the analyses what decides which values are taken: the measure and the characteristic by
/// which they are split.
pub(super) fn prepare(
    args: &PoolArgs,
    only: Option<&str>,
    workflow: &mut Workflow,
) -> Result<(), CliError> {
    let outcomes = workflow.outcomes.clone();
    for analysis in &mut workflow.analyses {
        if only.is_some_and(|name| name != analysis.name) {
            continue;
        }
        analysis.sensitivity.clear();
        if let Some(code) = &args.subgroup {
            analysis.subgroup = Some(code.clone());
        }
        let Some(asked) = &args.measure else { continue };
        let measure = Measure::from_word(asked).ok_or_else(|| {
            let known: Vec<&str> = Measure::ALL.into_iter().map(Measure::word).collect();
            super::super::pool::unknown("measure", asked, &known)
        })?;
        let outcome = outcomes
            .iter()
            .find(|outcome| outcome.code == analysis.outcome);
        let known = outcome.map_or(&[][..], |outcome| outcome.kind.measures());
        if !known.contains(&measure.word()) {
            let text = format!(
                "`{}` is pooled from `{}`, which has no {}",
                analysis.name,
                analysis.outcome,
                measure.word()
            );
            let help = format!(
                "one of {}; --only takes one analysis alone",
                known.join(", ")
            );
            return Err(CliError::usage(text).help(help));
        }
        measure.word().clone_into(&mut analysis.measure);
        if args.method.is_none() {
            // The workflow's method where it pools this measure, else the measure's own.
            let method = Method::from_word(&analysis.method);
            let own = crate::pool::Spec::new(measure).method;
            let fits = method.is_some_and(|method| {
                let peto = (method == Method::Peto) == (measure == Measure::Peto);
                peto && method.measures().is_none_or(|all| all.contains(&measure))
            });
            if !fits {
                own.word().clone_into(&mut analysis.method);
            }
        }
    }
    Ok(())
}

/// Makes the analyses again with the other options.
pub(super) fn again(args: &PoolArgs, made: &mut [Made]) -> Result<(), CliError> {
    for one in made {
        let Some(spec) = &mut one.spec else { continue };
        let column = spec.subgroup.clone();
        apply(args, spec)?;
        spec.subgroup = column;
        if let Some(code) = &args.subgroup
            && one.rows.iter().all(|row| row.columns.is_empty())
        {
            let text = format!(
                "no study of `{}` has a value of `{code}`",
                one.analysis.name
            );
            return Err(CliError::new(Kind::Input, text)
                .help("the code of a characteristic, as `perennial extract list` shows them"));
        }
        one.pooled = analyse(&one.rows, spec).map_err(|error| error.to_string());
    }
    Ok(())
}
