//! `pool STUDIES.csv`: one analysis, or a batch of them, without a workspace.

use super::args::{
    CiWord, Global, MhZeroWord, PoolArgs, PredictionWord, ScriptWord, Tau2CiWord, Tau2Word,
    TrimWord, ZeroWord,
};
use super::error::{CliError, Ending, Kind};
use super::figure::Figures;
use super::out::Out;
use crate::plot::forest::pooled::ForestWords;
use crate::pool::read::{ReadError, Table};
use crate::pool::{
    self, AddTo, Extra, Interval, Level, Measure, Method, PoolError, Pooled, Prediction, Row, Spec,
    SubgroupTau2, Tau2Interval, Trim, analyse, json, script, show,
};
use serde::Serialize;
use std::path::Path;

pub(super) fn run(args: &PoolArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    let Some(file) = &args.file else {
        return super::analyses::run(args, global, out);
    };
    let figures = Figures::of(&args.figures)?;
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    let asked = measure(args)?;
    let kind = match &args.kind {
        None => None,
        Some(word) => Some(pool::Kind::from_word(word).ok_or_else(|| {
            let known: Vec<&str> = pool::Kind::ALL
                .iter()
                .map(|(kind, _)| kind.word())
                .collect();
            unknown("type", word, &known)
        })?),
    };
    let read = |error: ReadError| unreadable(&shown, &error);
    let table = Table::read(&bytes).map_err(read)?;
    let kind = table.kind(kind, asked).map_err(read)?;
    let measure = asked.or(kind.own_measure()).ok_or_else(|| {
        let fit: Vec<&str> = Measure::ALL
            .into_iter()
            .filter(|measure| measure.kinds().contains(&kind))
            .map(Measure::word)
            .collect();
        CliError::usage(format!("{} data need --measure", kind.word()))
            .help(format!("one of {}", fit.join(", ")))
    })?;
    let mut spec = spec(args, measure)?;
    for extra in figures.extras() {
        spec = spec.with(extra);
    }
    if args.batch {
        if figures.asked() {
            let text = "a batch draws no figures: each line of it would write the same file";
            return Err(CliError::usage(text)
                .help("draw one analysis at a time, without --batch")
                .into());
        }
        return batch(&table, kind, &spec, &shown, out);
    }
    let rows = table
        .rows(kind)
        .collect::<Result<Vec<Row>, ReadError>>()
        .map_err(read)?;
    let mut pooled = analyse(&rows, &spec).map_err(|error| refused(&shown, &error))?;
    pooled.warnings.extend(table.note(kind));
    figures.draw(&pooled, &spec, &words(file), Path::to_path_buf, out)?;
    if let Some(ScriptWord::R) = args.script {
        out.raw(&script::r_script(&pooled, &spec))?;
        return Ok(0);
    }
    if out.is_json() {
        let text = json::pretty(&pooled).map_err(internal)?;
        out.raw(&format!("{text}\n"))?;
        return Ok(0);
    }
    out.raw(&show::table(&pooled, &spec))?;
    for warning in &pooled.warnings {
        out.note(&format!("warning: {warning}"));
    }
    Ok(0)
}

/// What figures say where the options do not.
fn words(file: &Path) -> ForestWords {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    ForestWords {
        name: "forest".into(),
        title: stem.into_owned(),
        arms: ["First arm".into(), "Second arm".into()],
        ..Default::default()
    }
}

/// One line of a batch.
#[derive(Serialize)]
struct Line<'a> {
    analysis: &'a str,
    #[serde(flatten)]
    pooled: &'a Pooled,
}

fn batch(
    table: &Table,
    kind: pool::Kind,
    spec: &Spec,
    shown: &str,
    out: &mut Out,
) -> Result<u8, Ending> {
    let analyses = table
        .analyses(kind)
        .map_err(|error| unreadable(shown, &error))?;
    let mut text = String::new();
    let mut failed = false;
    for analysis in analyses {
        let name = analysis.name;
        let done = analysis
            .rows
            .into_iter()
            .collect::<Result<Vec<Row>, ReadError>>()
            .map_err(|error| unreadable(shown, &error))
            .and_then(|rows| analyse(&rows, spec).map_err(|error| refused(shown, &error)))
            .map(|mut pooled| {
                pooled.warnings.extend(table.note(kind));
                pooled
            });
        let line = match &done {
            Ok(pooled) => json::compact(&Line {
                analysis: &name,
                pooled,
            }),
            Err(error) => {
                failed = true;
                json::compact(&serde_json::json!({"analysis": name, "error": error.to_json()}))
            }
        };
        text.push_str(&line.map_err(internal)?);
        text.push('\n');
        if text.len() > 1 << 20 {
            out.raw(&text)?;
            text.clear();
        }
    }
    out.raw(&text)?;
    Ok(if failed { 2 } else { 0 })
}

fn measure(args: &PoolArgs) -> Result<Option<Measure>, CliError> {
    match &args.measure {
        None => Ok(None),
        Some(word) => Measure::from_word(word).map(Some).ok_or_else(|| {
            let known: Vec<&str> = Measure::ALL.into_iter().map(Measure::word).collect();
            unknown("measure", word, &known)
        }),
    }
}

fn spec(args: &PoolArgs, measure: Measure) -> Result<Spec, CliError> {
    let method = Method::from_word(&args.method).ok_or_else(|| {
        let known: Vec<&str> = Method::ALL.into_iter().map(Method::word).collect();
        unknown("method", &args.method, &known)
    })?;
    let level = Level::parse(args.level).ok_or_else(|| {
        CliError::usage(format!("{} is no level of an interval", args.level))
            .help("a number of per cent above 1 and below 100, as 95")
    })?;
    if !(args.add >= 0.0 && args.add.is_finite()) {
        return Err(CliError::usage(format!(
            "{} cannot be added to cells",
            args.add
        )));
    }
    let mut with = Vec::new();
    for word in &args.with {
        with.push(Extra::from_word(word).ok_or_else(|| {
            let known: Vec<&str> = Extra::ALL.into_iter().map(Extra::word).collect();
            unknown("addition", word, &known)
        })?);
    }
    Ok(Spec {
        method,
        interval: match args.ci {
            CiWord::Wald => Interval::Wald,
            CiWord::Hksj => Interval::Hksj,
            CiWord::HksjAdhoc => Interval::HkAdHoc,
        },
        level,
        add: args.add,
        add_to: args.zero.map(|word| match word {
            ZeroWord::Only0 => AddTo::Only0,
            ZeroWord::All => AddTo::All,
            ZeroWord::If0all => AddTo::If0All,
            ZeroWord::None => AddTo::None,
        }),
        drop_double_zero: match (args.drop00, args.keep00) {
            (true, _) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        },
        mh_add: args.mh_zero == MhZeroWord::Only0,
        prediction: args.prediction.map(|word| match word {
            PredictionWord::TkMinus2 => Prediction::TkMinus2,
            PredictionWord::TkMinus1 => Prediction::TkMinus1,
            PredictionWord::Z => Prediction::Z,
        }),
        tau2_interval: match args.tau2_ci {
            Tau2CiWord::QProfile => Tau2Interval::QProfile,
            Tau2CiWord::ProfileLikelihood => Tau2Interval::ProfileLikelihood,
        },
        trim: match args.trim {
            TrimWord::L0 => Trim::L0,
            TrimWord::R0 => Trim::R0,
        },
        subgroup: args.subgroup.clone(),
        subgroup_tau2: match args.tau2 {
            Tau2Word::Own => SubgroupTau2::Own,
            Tau2Word::Common => SubgroupTau2::Common,
        },
        moderators: args.moderator.clone(),
        with,
        baseline_risk: args.baseline_risk,
        ..Spec::new(measure)
    })
}

fn unknown(what: &str, word: &str, known: &[&str]) -> CliError {
    let error = CliError::usage(format!("`{word}` is no {what}"));
    match crate::workflow::nearest(word, known.iter().copied()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help(format!("one of {}", known.join(", "))),
    }
}

fn unreadable(shown: &str, error: &ReadError) -> CliError {
    CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, error.line())
}

fn refused(shown: &str, error: &PoolError) -> CliError {
    match error {
        PoolError::Impossible { line, .. } => {
            CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, *line)
        }
        PoolError::Nothing(_) | PoolError::WrongData { .. } => {
            CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, None)
        }
        PoolError::NoColumn(_) => {
            CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, Some(1))
        }
        PoolError::WrongMethod { .. } | PoolError::BaselineRisk(_) => {
            CliError::usage(error.to_string())
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "map_err hands the error over"
)]
fn internal(error: serde_json::Error) -> CliError {
    CliError::new(Kind::Internal, error.to_string())
}
