//! Answers and judgements in and out: the columns of `rob --answers`, and who, of what, why and when.

use super::{Key, item};
use crate::appraise::rob2::{Answer, Domain, Effect, domains, question};
use crate::extract::ExtractError;
use crate::model::Judgement;
use crate::model::cell::guard;
use crate::table::Table;

/// The columns, in the order in which they are written.
pub const COLUMNS: [&str; 14] = [
    "study",
    "result",
    "effect",
    "question",
    "answer",
    "assessor",
    "comparison",
    "population",
    "time",
    "note",
    "quote",
    "page",
    "made",
    "settles",
];

/// One row: an answer to a question, or a judgement of a domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) study: String,
    pub(super) result: String,
    pub(super) effect: Effect,
    pub(super) item: &'static str,
    /// The answer's letters or the judgement's word.
    pub(super) value: &'static str,
    /// Whether it is a judgement.
    pub(super) judges: bool,
    pub(super) assessor: String,
    pub(super) comparison: String,
    pub(super) population: String,
    pub(super) time: String,
    /// Note or reason, quote and page.
    pub(super) texts: [Option<String>; 3],
    pub(super) made: String,
    pub(super) settles: bool,
}

/// The rows of a file that say something, and how many say nothing.
pub(super) fn read(path: &str, bytes: &[u8]) -> Result<(Vec<Row>, u64), ExtractError> {
    let whole = |line: u64, reason: String| ExtractError::Row {
        path: path.to_owned(),
        line,
        reason,
    };
    let table = Table::read(bytes)
        .map_err(|error| whole(error.line().unwrap_or(1), error.reason().to_owned()))?;
    let mut header = table.header().iter();
    if let Some(unknown) = header.find(|name| {
        let mut known = COLUMNS.iter().chain(&["prompt"]);
        !name.is_empty() && !known.any(|one| one.eq_ignore_ascii_case(name))
    }) {
        let reason = format!(
            "there is no column `{unknown}`: they are {}",
            COLUMNS.join(", ")
        );
        return Err(whole(1, reason));
    }
    let place = |name: &str| {
        let mut header = table.header().iter();
        header.position(|head| head.eq_ignore_ascii_case(name))
    };
    for needed in ["study", "result", "effect", "question", "answer"] {
        if place(needed).is_none() {
            return Err(whole(1, format!("the column `{needed}` is missing")));
        }
    }
    let (mut out, mut blank) = (Vec::new(), 0);
    for (line, cells) in table.cells() {
        let cell = |name: &str| -> &str {
            let at = place(name).and_then(|at| cells.get(at));
            at.copied().unwrap_or_default()
        };
        let field = |column: &str, reason: String| ExtractError::Field {
            path: path.to_owned(),
            line,
            column: column.to_owned(),
            reason,
        };
        if cell("answer").is_empty() {
            blank += 1;
            continue;
        }
        let effect = Effect::from_word(cell("effect")).ok_or_else(|| {
            let reason = format!(
                "`{}` is no effect of interest: assignment or adhering",
                cell("effect")
            );
            field("effect", reason)
        })?;
        let item = item(effect, cell("question")).ok_or_else(|| {
            let reason = format!(
                "`{}` is no question of RoB 2 for the effect of {}, and no domain (D1 to D5, Overall)",
                cell("question"),
                effect.word()
            );
            field("question", reason)
        })?;
        let text = |name: &str| Some(cell(name).to_owned()).filter(|text| !text.is_empty());
        let (value, judges) = match question(effect, item) {
            Some(asked) => {
                let answer = Answer::from_word(cell("answer"))
                    .filter(|answer| asked.takes(*answer) || *answer == Answer::NotApplicable);
                let offers: Vec<&str> = asked.offers().into_iter().map(Answer::code).collect();
                let answer = answer.ok_or_else(|| {
                    let reason = format!(
                        "`{}` is no answer to {item}: it takes {}",
                        cell("answer"),
                        offers.join(", ")
                    );
                    field("answer", reason)
                })?;
                (answer.code(), false)
            }
            None => {
                let all = [Judgement::Low, Judgement::SomeConcerns, Judgement::High];
                let found = Judgement::from_word(cell("answer")).filter(|one| all.contains(one));
                let found = found.ok_or_else(|| {
                    let reason = format!(
                        "`{}` is no judgement of RoB 2: Low, Some concerns or High",
                        cell("answer")
                    );
                    field("answer", reason)
                })?;
                if text("note").is_none() {
                    let reason =
                        "a judgement that is not the algorithm's needs its reason".to_owned();
                    return Err(field("note", reason));
                }
                (found.word(), true)
            }
        };
        let settles = match cell("settles").to_ascii_lowercase().as_str() {
            "" | "no" => false,
            "yes" => true,
            other => {
                return Err(field(
                    "settles",
                    format!("`{other}`: it takes yes or nothing"),
                ));
            }
        };
        out.push(Row {
            line,
            study: cell("study").to_owned(),
            result: cell("result").to_owned(),
            effect,
            item,
            value,
            judges,
            assessor: cell("assessor").to_owned(),
            comparison: cell("comparison").to_owned(),
            population: cell("population").to_owned(),
            time: cell("time").to_owned(),
            texts: [text("note"), text("quote"), text("page")],
            made: cell("made").to_owned(),
            settles,
        });
    }
    Ok((out, blank))
}

/// A row as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// What the study is called.
    pub study: String,
    /// Question or domain.
    pub item: String,
    /// Answer or judgement.
    pub value: String,
    /// The assessor's name.
    pub assessor: String,
    /// Note or reason, quote and page.
    pub texts: [Option<String>; 3],
    /// When.
    pub made: String,
    /// Whether it settles.
    pub settles: bool,
}

/// Rows as CSV; `prompts` adds what each question asks, for a table to be filled.
pub fn write(rows: &[(Key, Written)], prompts: bool) -> String {
    let mut out = csv::Writer::from_writer(Vec::new());
    // Memory takes every row.
    let _ = out.write_record(COLUMNS.into_iter().chain(prompts.then_some("prompt")));
    for (key, row) in rows {
        let [note, quote, page] = &row.texts;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut cells = vec![
            row.study.clone(),
            key.outcome.clone(),
            key.effect.word().to_owned(),
            row.item.clone(),
            row.value.clone(),
            row.assessor.clone(),
            key.comparison.clone(),
            key.population.clone(),
            key.time.clone(),
            text(note),
            text(quote),
            text(page),
            row.made.clone(),
            if row.settles { "yes" } else { "" }.to_owned(),
        ];
        if prompts {
            cells.push(prompt(key.effect, &row.item));
        }
        let _ = out.write_record(cells.iter().map(|cell| guard(cell).into_owned()));
    }
    String::from_utf8(out.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// What a question asks, and when.
fn prompt(effect: Effect, id: &str) -> String {
    let Some(question) = question(effect, id) else {
        return String::new();
    };
    match question.condition() {
        Some(condition) => format!("{} (where {condition})", question.prompt),
        None => question.prompt.to_owned(),
    }
}

/// The numbers of all questions of an effect, in order.
pub fn questions(effect: Effect) -> Vec<&'static str> {
    let all = domains(effect).iter().flat_map(Domain::questions);
    all.map(|question| question.id).collect()
}
