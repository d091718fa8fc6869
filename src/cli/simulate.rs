//! `simulate LABELLED.csv -o order.csv`: a finished screening read again in a model's order, and what
//! that order would have saved.

use super::args::SimulateArgs;
use super::error::{CliError, Ending, Kind};
use super::figure::{Drawing, parted};
use super::out::{Ink, Out, tell};
use super::output;
use super::progress::Bar;
use crate::model::{Progress as _, many};
use crate::plot::{Page, Recall, RecallCurve, recall};
use crate::rank::labelled::Labelled;
use crate::rank::simulate::{drawn, mean};
use crate::rank::{Figures, Model, Screening, Simulated, simulate, stopping};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What a simulation begins with.
struct Start {
    seed: Option<u64>,
    priors: Vec<usize>,
}

pub(super) fn run(args: &SimulateArgs, out: &mut Out) -> Result<u8, Ending> {
    let drawing = Drawing::of(&args.draw)?;
    output::check(&args.output)?;
    output::check_apart(&args.output, std::slice::from_ref(&args.file))?;
    let set = read(&args.file, args.label.as_deref())?;
    let starts = starts(args, &set)?;
    let paths = paths(&args.output, starts.len())?;
    for path in &paths {
        output::check_apart(path, std::slice::from_ref(&args.file))?;
    }
    remarks(args, &set);
    let model = if args.exact {
        Model::Reference
    } else {
        Model::Fields
    };
    let priors: Vec<Vec<usize>> = starts.iter().map(|start| start.priors.clone()).collect();
    let all = run_all(&set, &priors, model);
    for (one, path) in all.iter().zip(&paths) {
        output::write(path, order(&set, one).as_bytes(), out)?;
    }
    if drawing.asked() {
        let look = drawing.look;
        drawing.write(
            None,
            recall(&curves(args, &set, &starts, &all, look.page(Page::Panel))),
            out,
        )?;
    }
    let name = args.file.file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let runs: Vec<Value> = all
        .iter()
        .zip(&starts)
        .map(|(one, start)| as_json(&name, &set, start, one, model))
        .collect();
    if out.is_json() {
        let mut answer = runs.first().cloned().unwrap_or_default();
        if let (Some(answer), true) = (answer.as_object_mut(), runs.len() > 1) {
            answer.insert("mean".into(), means(&all));
            answer.insert("runs".into(), runs.into());
        }
        out.json(&answer)?;
        return Ok(0);
    }
    // The order itself is the answer where it goes to stdout.
    if !output::is_stdout(&args.output) {
        show(&set, &starts, &all, &paths, out)?;
    }
    Ok(0)
}

fn read(file: &Path, label: Option<&str>) -> Result<Labelled, CliError> {
    let shown = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|error| {
        CliError::new(Kind::Input, format!("cannot read {shown}: {error}")).at(&shown, None)
    })?;
    let set = Labelled::read(&bytes, label).map_err(|error| {
        CliError::new(Kind::Input, format!("{shown}: {error}")).at(&shown, error.line())
    })?;
    let relevant = set.relevant();
    if relevant == 0 || relevant == set.labels.len() {
        let which = if relevant == 0 { "no" } else { "every" };
        let text = format!(
            "{shown}: {which} record is relevant by its column `{}`: there is nothing to learn",
            set.column
        );
        let help = "--label COLUMN names another column of labels";
        return Err(CliError::new(Kind::Input, text).at(&shown, None).help(help));
    }
    Ok(set)
}

/// The priors of every simulation: those named, then those drawn.
fn starts(args: &SimulateArgs, set: &Labelled) -> Result<Vec<Start>, CliError> {
    let mut starts = Vec::new();
    for text in &args.prior {
        let mut priors = Vec::new();
        for id in text.split(',').map(str::trim).filter(|id| !id.is_empty()) {
            let at = set.ids.iter().position(|one| one == id).ok_or_else(|| {
                let by = match &set.id_column {
                    Some(column) => format!("in its column `{column}`"),
                    None => "by the numbers of its rows, from 1".to_owned(),
                };
                let text = format!("--prior {text}: {} has no record {id}", args.file.display());
                CliError::usage(text).help(format!("records are known {by}"))
            })?;
            if !priors.contains(&at) {
                priors.push(at);
            }
        }
        for (relevant, which) in [(true, "a relevant"), (false, "an irrelevant")] {
            let has = |at: &usize| set.labels.get(*at) == Some(&relevant);
            if !priors.iter().any(has) {
                let text = format!("--prior {text}: {which} record is missing");
                let help = "a model needs at least one of either to begin with";
                return Err(CliError::usage(text).help(help));
            }
        }
        starts.push(Start { seed: None, priors });
    }
    let mut seeds = args.seed.clone();
    if seeds.is_empty() && starts.is_empty() {
        seeds.push(42);
    }
    for seed in seeds {
        let priors = drawn(&set.labels, seed).unwrap_or_default();
        starts.push(Start {
            seed: Some(seed),
            priors,
        });
    }
    Ok(starts)
}

/// A file for each simulation: the one that was named, then `-2` and so on.
fn paths(output: &Path, runs: usize) -> Result<Vec<PathBuf>, CliError> {
    if output::is_stdout(output) && runs > 1 {
        let text = "the orders of several simulations do not go to the standard output";
        return Err(CliError::usage(text).help("name a file: -o order.csv"));
    }
    Ok((1..=runs)
        .map(|n| match n {
            1 => output.to_owned(),
            n => parted(output, &n.to_string()),
        })
        .collect())
}

/// What is worth knowing of the set before its figures are believed.
fn remarks(args: &SimulateArgs, set: &Labelled) {
    let n = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let without = set.without_abstract();
    if without > 0 {
        tell(&format!(
            "{} of {} have no abstract{}",
            without,
            many(n(set.labels.len()), "record", "records"),
            match set.without_text() {
                0 => String::new(),
                none => format!(", {none} no title either"),
            }
        ));
    }
    if args.label.is_none() && set.column != "label_included" {
        tell(&format!("labels are those of the column `{}`", set.column));
    }
    if set.relevant() < 10 {
        tell(&format!(
            "warning: {}: figures of so few say little",
            many(n(set.relevant()), "relevant record", "relevant records")
        ));
    }
}

fn run_all(set: &Labelled, priors: &[Vec<usize>], model: Model) -> Vec<Simulated> {
    let screening = Screening {
        titles: &set.titles,
        abstracts: &set.abstracts,
        labels: &set.labels,
    };
    let to_find: usize = priors
        .iter()
        .map(|priors| {
            let known = |at: &&usize| set.labels.get(**at) == Some(&true);
            set.relevant() - priors.iter().filter(known).count()
        })
        .sum();
    let bar = Bar::default();
    bar.begin(
        "relevant records found",
        u64::try_from(to_find).unwrap_or(u64::MAX),
    );
    let all = simulate(screening, priors, model, &|| bar.advance(1));
    bar.end();
    all
}

fn order(set: &Labelled, one: &Simulated) -> String {
    let mut text = String::from("rank,id\n");
    let priors = one.priors.iter().map(|record| (0, record));
    let read = one.order.iter().enumerate();
    for (rank, record) in priors.chain(read.map(|(at, record)| (at + 1, record))) {
        let id = set.ids.get(*record).map(String::as_str).unwrap_or_default();
        text.push_str(&format!("{rank},{}\n", cell(id)));
    }
    text
}

/// A cell of CSV, quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A figure with so many decimals, as `score.py` of the field prints them.
fn rounded(value: f64, decimals: usize) -> Value {
    let text = format!("{value:.decimals$}");
    text.parse::<f64>().map_or(Value::Null, Value::from)
}

/// Every `step`-th record BUSCAR is looked at: 20, more in large reviews.
fn step(records: usize) -> usize {
    (records / 500).max(20)
}

fn as_json(data: &str, set: &Labelled, start: &Start, one: &Simulated, model: Model) -> Value {
    let ids: Vec<&str> = one
        .priors
        .iter()
        .filter_map(|at| set.ids.get(*at).map(String::as_str))
        .collect();
    let mut value = json!({
        "data": data, "priors": one.priors.len(), "ordered": one.order.len(),
        "unordered": one.unread, "n": one.measures.n, "relevant": one.measures.relevant,
    });
    let Some(object) = value.as_object_mut() else {
        return value;
    };
    if let Some(figures) = &one.measures.figures {
        for (key, decimals, figure) in FIGURES {
            object.insert((*key).into(), rounded(figure(figures), *decimals));
        }
        object.insert("records_to_95".into(), figures.records_to_95.into());
        object.insert("records_to_100".into(), figures.records_to_100.into());
    }
    object.insert("prior".into(), ids.into());
    object.insert("seed".into(), start.seed.into());
    object.insert("model".into(), model.word().into());
    let stop = |stop: Option<stopping::Stop>| {
        stop.map(|stop| json!({"records": stop.records, "recall": rounded(stop.recall, 4)}))
    };
    let step = step(one.labels.len());
    let buscar: Vec<Value> = [0.95, 0.9, 0.8]
        .iter()
        .map(|target| {
            json!({
                "target": target, "confidence": 0.95, "every": step,
                "stop": stop(stopping::buscar_stop(&one.labels, *target, 0.95, step)),
            })
        })
        .collect();
    let rows: Vec<Value> = [50, 100, 200]
        .iter()
        .map(|row| json!({"row": row, "stop": stop(stopping::in_a_row(&one.labels, *row))}))
        .collect();
    object.insert(
        "stopping".into(),
        json!({"buscar": buscar, "irrelevant_in_a_row": rows}),
    );
    value
}

/// The figures of an order with their decimals.
type Named = (&'static str, usize, fn(&Figures) -> f64);
const FIGURES: &[Named] = &[
    ("wss95", 4, |figures| figures.wss95),
    ("wss100", 4, |figures| figures.wss100),
    ("rrf10", 4, |figures| figures.rrf10),
    ("atd", 2, |figures| figures.atd),
    ("atd_frac", 5, |figures| figures.atd_frac),
    ("loss", 5, |figures| figures.loss),
];

fn means(all: &[Simulated]) -> Value {
    let one = |(key, decimals, figure): &Named| {
        let value = mean(all, figure).map_or(Value::Null, |value| rounded(value, *decimals));
        ((*key).to_owned(), value)
    };
    Value::Object(FIGURES.iter().map(one).collect())
}

fn show(
    set: &Labelled,
    starts: &[Start],
    all: &[Simulated],
    paths: &[PathBuf],
    out: &mut Out,
) -> Result<(), Ending> {
    for ((one, start), path) in all.iter().zip(starts).zip(paths) {
        let measures = &one.measures;
        let title = format!(
            "{}: {} of {} read to find {} relevant",
            started(set, start),
            one.order.len(),
            measures.n,
            measures.relevant
        );
        out.line(&out.ink(Ink::Bold, &title))?;
        if let Some(figures) = &measures.figures {
            out.line(&format!(
                "  95 % found after {} ({}); WSS@95 {}, RRF@10 {}, loss {:.4}, ATD {:.1}",
                figures.records_to_95,
                percent(figures.records_to_95, measures.n),
                share(figures.wss95),
                share(figures.rrf10),
                figures.loss,
                figures.atd,
            ))?;
        }
        out.line(&format!("{} {}", out.ink(Ink::Good, "+"), path.display()))?;
    }
    if all.len() > 1
        && let (Some(loss), Some(wss)) = (mean(all, |f| f.loss), mean(all, |f| f.wss95))
    {
        out.line(&format!(
            "mean of {}: WSS@95 {}, loss {loss:.4}",
            all.len(),
            share(wss)
        ))?;
    }
    out.note(
        "a simulation is kinder than an update: there the later records differ from the earlier",
    );
    Ok(())
}

fn started(set: &Labelled, start: &Start) -> String {
    let ids: Vec<&str> = start
        .priors
        .iter()
        .filter_map(|at| set.ids.get(*at).map(String::as_str))
        .collect();
    match start.seed {
        Some(seed) => format!("seed {seed}, priors {}", ids.join(",")),
        None => format!("priors {}", ids.join(",")),
    }
}

fn share(value: f64) -> String {
    format!("{:.1}%", 100.0 * value)
}

#[expect(clippy::cast_precision_loss, reason = "records are far below 2^53")]
fn percent(part: usize, whole: usize) -> String {
    share(part as f64 / whole.max(1) as f64)
}

fn curves(
    args: &SimulateArgs,
    set: &Labelled,
    starts: &[Start],
    all: &[Simulated],
    page: Page,
) -> Recall {
    let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
    Recall {
        name: "recall".to_owned(),
        title: format!("Recall curve: {stem}"),
        page,
        curves: all
            .iter()
            .zip(starts)
            .map(|(one, start)| RecallCurve {
                label: started(set, start),
                labels: one.labels.clone(),
            })
            .collect(),
    }
}
