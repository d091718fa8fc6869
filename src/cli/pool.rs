//! `pool STUDIES.csv`: one analysis, or a batch of them, without a workspace.

use super::args::{
    CiWord, Global, MetaforWord, MhZeroWord, PoolArgs, PredictionWord, ScriptWord, Tau2CiWord,
    Tau2Word, TrimWord, ZeroWord,
};
use super::error::{CliError, Ending, Kind};
use super::figure::Figures;
use super::out::Out;
use crate::plot::forest::pooled::ForestWords;
use crate::pool::read::{Columns, ReadError, Table, wanted};
use crate::pool::{
    self, AddTo, Definition, Extra, Interval, Level, Measure, Method, PoolError, Pooled,
    Prediction, Row, Spec, SubgroupTau2, Tau2Interval, Trim, analyse, json, script, show,
};
use serde::Serialize;
use std::path::Path;

pub(super) fn run(args: &PoolArgs, global: &Global, out: &mut Out) -> Result<u8, Ending> {
    if args.template {
        return template(args, out);
    }
    let Some(file) = &args.file else {
        return super::analyses::run(args, global, out);
    };
    let figures = Figures::of(&args.figures)?;
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    let asked = measure(args)?;
    let kind = kind(args)?;
    let read = |error: ReadError| unreadable(&shown, &error);
    let table = Table::read(&bytes).map_err(|error| {
        let told = read(error);
        if std::str::from_utf8(&bytes).is_err() {
            return told.help("save it as CSV in UTF-8 (in Excel: Save as, CSV UTF-8)");
        }
        told
    })?;
    let columns = table.columns(kind, asked).map_err(|error| {
        read(error).help(format!(
            "{}\nnames in any case; commas, semicolons or tabs",
            wanted(asked)
        ))
    })?;
    let kind = columns.kind;
    let own = columns.measure.or(kind.own_measure());
    let measure = asked.or(own).ok_or_else(|| {
        let fit: Vec<&str> = Measure::ALL
            .into_iter()
            .filter(|measure| measure.kinds().contains(&kind))
            .map(Measure::word)
            .collect();
        CliError::usage(format!("{} data need --measure", kind.word()))
            .help(format!("one of {}", fit.join(", ")))
    })?;
    let mut spec = spec(args, measure)?;
    if let (Some(ScriptWord::R), [first, ..]) =
        (args.script, script::beyond_script(&spec).as_slice())
    {
        let text = format!("--script r has no lines for --with {}", first.word());
        return Err(CliError::usage(text)
            .help("leave it out: the script recomputes estimates, intervals, heterogeneity, leave-one-out, cumulative, subgroups and meta-regression")
            .into());
    }
    for column in spec.subgroup.iter_mut().chain(&mut spec.moderators) {
        *column = named(&table, column)?;
    }
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
        return batch(&table, &columns, &spec, &shown, out);
    }
    let rows = table
        .rows(&columns)
        .collect::<Result<Vec<Row>, ReadError>>()
        .map_err(read)?;
    let mut pooled = analyse(&rows, &spec).map_err(|error| refused(&shown, &error))?;
    pooled.warnings.extend(table.note(&columns));
    pooled.warnings.extend(table.several());
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

/// The type of data that is asked for.
fn kind(args: &PoolArgs) -> Result<Option<pool::Kind>, CliError> {
    let Some(word) = &args.kind else {
        return Ok(None);
    };
    let kind = pool::Kind::from_word(word).ok_or_else(|| {
        let known: Vec<&str> = pool::Kind::ALL
            .iter()
            .map(|(kind, _)| kind.word())
            .collect();
        unknown("type", word, &known)
    })?;
    Ok(Some(kind))
}

/// Prints the table of studies to fill.
fn template(args: &PoolArgs, out: &mut Out) -> Result<u8, Ending> {
    let measure = measure(args)?;
    let of_measure = measure.and_then(|measure| measure.kinds().first().copied());
    let Some(kind) = kind(args)?.or(of_measure) else {
        let known: Vec<&str> = pool::Kind::ALL
            .iter()
            .map(|(kind, _)| kind.word())
            .collect();
        return Err(
            CliError::usage("each type of data has a table of its own: --type")
                .help(format!("one of {}, or --measure", known.join(", ")))
                .into(),
        );
    };
    if let Some(measure) = measure.filter(|measure| !measure.kinds().contains(&kind)) {
        let text = format!("{} is no measure of {} data", measure.word(), kind.word());
        return Err(CliError::usage(text).help(wanted(Some(measure))).into());
    }
    let text = format!("study,{}\n", kind.columns().join(","));
    if out.is_json() {
        out.json(&serde_json::json!({"format": "csv", "text": text, "type": kind.word()}))?;
    } else {
        out.raw(&text)?;
        out.note("a row for each study; other columns may serve as subgroups and moderators");
    }
    Ok(0)
}

/// The column of a file by its name, in any case.
fn named(table: &Table, asked: &str) -> Result<String, CliError> {
    let header = table.header();
    if let Some(exact) = header.iter().find(|name| *name == asked) {
        return Ok(exact.clone());
    }
    let lower = asked.to_lowercase();
    let mut alike = header.iter().filter(|name| name.to_lowercase() == lower);
    match (alike.next(), alike.next()) {
        (Some(one), None) => Ok(one.clone()),
        _ => {
            let names: Vec<&str> = header.iter().map(String::as_str).collect();
            let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
            Err(CliError::new(Kind::Input, format!("no column `{asked}`"))
                .help(format!("the file has {}", names.join(", "))))
        }
    }
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
    columns: &Columns,
    spec: &Spec,
    shown: &str,
    out: &mut Out,
) -> Result<u8, Ending> {
    let analyses = table
        .analyses(columns)
        .map_err(|error| unreadable(shown, &error))?;
    let mut text = Vec::new();
    let mut failed = false;
    for analysis in analyses {
        let done = analysis
            .rows(table, columns)
            .map_err(|error| unreadable(shown, &error))
            .and_then(|rows| analyse(&rows, spec).map_err(|error| refused(shown, &error)))
            .map(|mut pooled| {
                pooled.warnings.extend(table.note(columns));
                pooled
            });
        let written = match &done {
            Ok(pooled) => {
                let analysis = &analysis.name;
                json::line(&Line { analysis, pooled }, &mut text)
            }
            Err(error) => {
                failed = true;
                let error = error.to_json();
                json::line(
                    &serde_json::json!({"analysis": analysis.name, "error": error}),
                    &mut text,
                )
            }
        };
        written.map_err(internal)?;
        if text.len() > 1 << 18 {
            out.bytes(&text)?;
            text.clear();
        }
    }
    out.bytes(&text)?;
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

/// The specification of a file's analysis.
fn spec(args: &PoolArgs, measure: Measure) -> Result<Spec, CliError> {
    let mut spec = Spec::new(measure);
    apply(args, &mut spec)?;
    Ok(spec)
}

/// Puts into a specification what the options say, and leaves the rest of it as it is.
pub(super) fn apply(args: &PoolArgs, spec: &mut Spec) -> Result<(), CliError> {
    if let Some(word) = &args.method {
        spec.method = Method::from_word(word).ok_or_else(|| {
            let known: Vec<&str> = Method::ALL.into_iter().map(Method::word).collect();
            unknown("method", word, &known)
        })?;
    }
    if let Some(level) = args.level {
        spec.level = Level::parse(level).ok_or_else(|| {
            CliError::usage(format!("{level} is no level of an interval"))
                .help("a number of per cent above 1 and below 100, as 95")
        })?;
    }
    if let Some(add) = args.add {
        if !(add >= 0.0 && add.is_finite()) {
            return Err(CliError::usage(format!("{add} cannot be added to cells")));
        }
        spec.add = add;
    }
    for word in &args.with {
        let extra = Extra::from_word(word).ok_or_else(|| {
            let known: Vec<&str> = Extra::ALL.into_iter().map(Extra::word).collect();
            unknown("addition", word, &known)
        })?;
        if !spec.with.contains(&extra) {
            spec.with.push(extra);
        }
    }
    if let Some(word) = args.ci {
        spec.interval = match word {
            CiWord::Wald => Interval::Wald,
            CiWord::Hksj => Interval::Hksj,
            CiWord::HksjAdhoc => Interval::HkAdHoc,
        };
    }
    if let Some(word) = args.zero {
        spec.add_to = Some(match word {
            ZeroWord::Only0 => AddTo::Only0,
            ZeroWord::All => AddTo::All,
            ZeroWord::If0all => AddTo::If0All,
            ZeroWord::None => AddTo::None,
        });
    }
    if args.drop00 || args.keep00 {
        spec.drop_double_zero = Some(args.drop00);
    }
    if let Some(word) = args.mh_zero {
        spec.mh_add = word == MhZeroWord::Only0;
    }
    if let Some(word) = args.prediction {
        spec.prediction = Some(match word {
            PredictionWord::TkMinus2 => Prediction::TkMinus2,
            PredictionWord::TkMinus1 => Prediction::TkMinus1,
            PredictionWord::Z => Prediction::Z,
        });
    }
    if let Some(word) = args.tau2_ci {
        spec.tau2_interval = match word {
            Tau2CiWord::QProfile => Tau2Interval::QProfile,
            Tau2CiWord::ProfileLikelihood => Tau2Interval::ProfileLikelihood,
        };
    }
    if let Some(word) = args.trim {
        spec.trim = match word {
            TrimWord::L0 => Trim::L0,
            TrimWord::R0 => Trim::R0,
        };
    }
    if let Some(word) = args.tau2 {
        spec.subgroup_tau2 = match word {
            Tau2Word::Own => SubgroupTau2::Own,
            Tau2Word::Common => SubgroupTau2::Common,
        };
    }
    if let Some(word) = args.metafor {
        spec.definition = match word {
            MetaforWord::V5 => Definition::Metafor5,
            MetaforWord::V38 => Definition::Metafor38,
        };
    }
    if args.subgroup.is_some() {
        spec.subgroup.clone_from(&args.subgroup);
    }
    if !args.moderator.is_empty() {
        spec.moderators.clone_from(&args.moderator);
    }
    if args.baseline_risk.is_some() {
        spec.baseline_risk = args.baseline_risk;
    }
    Ok(())
}

pub(super) fn unknown(what: &str, word: &str, known: &[&str]) -> CliError {
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
        PoolError::Nothing(_) | PoolError::Beyond | PoolError::WrongData { .. } => {
            CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, None)
        }
        PoolError::NoColumn(_) => {
            CliError::new(Kind::Input, format!("{shown}: {error}")).at(shown, Some(1))
        }
        PoolError::WrongMethod { method, measure } => {
            CliError::usage(error.to_string()).help(match (method, measure) {
                (Method::Peto, _) => {
                    "Peto's odds ratio is a measure of its own: --measure PETO".to_owned()
                }
                _ => {
                    let known = method.measures().unwrap_or_default().iter();
                    let known: Vec<&str> = known.map(|measure| measure.word()).collect();
                    format!("{} pools {}", method.word(), known.join(", "))
                }
            })
        }
        PoolError::NoTables { .. } => {
            CliError::usage(error.to_string()).help("REML, DL or FE, or the tables themselves")
        }
        PoolError::BaselineRisk(_) => CliError::usage(error.to_string()),
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "map_err hands the error over"
)]
fn internal(error: serde_json::Error) -> CliError {
    CliError::new(Kind::Internal, error.to_string())
}
