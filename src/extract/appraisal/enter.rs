//! Answers and judgements into the log: a file of them, whole or not at all, by whoever may.

use super::exchange::{Row, read};
use super::{Key, by_result, standing};
use crate::extract::ExtractError;
use crate::extract::enter::{EnterError, may_enter};
use crate::ledger::event::RowRef;
use crate::ledger::{Body, Via};
use crate::model::{Clock, Digest, PersonId, time};
use crate::screen::{Acting, ScreenError, studies};
use crate::store::Writer;
use crate::workflow::{OutcomeType, Workflow};
use std::collections::BTreeSet;

/// What an import of answers did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Entered {
    /// Answers and judgements that were not in the log before.
    pub written: u64,
    /// Those that the same person had given so before.
    pub known: u64,
    /// Rows without an answer, passed over.
    pub blank: u64,
}

/// Reads a file of answers and judgements into the log. Rows that name nobody are `person`'s.
pub fn import(
    writer: &mut Writer<'_>,
    workflow: &Workflow,
    (path, bytes): (&str, &[u8]),
    person: Option<&str>,
    clock: &dyn Clock,
    via: Via,
) -> Result<Entered, EnterError> {
    let digest = Digest::of(bytes);
    let (rows, blank) = read(path, bytes)?;
    let mut out = Entered {
        blank,
        ..Entered::default()
    };
    for row in rows {
        let written = enter(writer, workflow, (path, &row, digest), person, clock, via);
        let written = written.map_err(|error| match error {
            EnterError::Screen(error) => EnterError::Extract(ExtractError::Row {
                path: path.to_owned(),
                line: row.line,
                reason: error.to_string(),
            }),
            other => other,
        })?;
        out.written += u64::from(written);
        out.known += u64::from(!written);
    }
    Ok(out)
}

/// Enters one row; whether it was not there before.
fn enter(
    writer: &mut Writer<'_>,
    workflow: &Workflow,
    (path, row, digest): (&str, &Row, Digest),
    person: Option<&str>,
    clock: &dyn Clock,
    via: Via,
) -> Result<bool, EnterError> {
    let field = |column: &str, reason: String| {
        EnterError::Extract(ExtractError::Field {
            path: path.to_owned(),
            line: row.line,
            column: column.to_owned(),
            reason,
        })
    };
    let name = match (row.assessor.as_str(), person) {
        ("", Some(person)) => person,
        ("", None) => return Err(field("assessor", "the row names nobody".into())),
        (named, _) => named,
    };
    let mut made = None;
    if !row.made.is_empty() {
        let at = time::utc(&row.made).map_err(ScreenError::from)?;
        made = crate::screen::exchange::made(&at, clock, writer.last_at())?;
    }
    let acting = Acting::named(writer.read(), name, clock.now(), via)?;
    let person = acting.present(writer.read())?;
    let study = studies::find_study(writer.read(), &row.study)?
        .ok_or_else(|| ScreenError::UnknownStudy(row.study.clone()))?;
    let outcomes = || {
        let all = workflow.outcomes.iter();
        all.filter(|outcome| outcome.kind != OutcomeType::Characteristic)
    };
    let known = outcomes().find(|outcome| outcome.code.eq_ignore_ascii_case(&row.result));
    let Some(outcome) = known else {
        let codes: Vec<&str> = outcomes().map(|outcome| outcome.code.as_str()).collect();
        let reason = format!(
            "`{}` is no outcome of this review: {}",
            row.result,
            codes.join(", ")
        );
        return Err(field("result", reason));
    };
    let key = Key {
        study,
        outcome: outcome.code.clone(),
        comparison: row.comparison.clone(),
        population: row.population.clone(),
        time: row.time.clone(),
        effect: row.effect,
    };
    let mut all = by_result(writer.read().rob_entries()?);
    let said = all.remove(&key).unwrap_or_default();
    let others: BTreeSet<PersonId> = said
        .iter()
        .filter(|one| !one.reconciles)
        .map(|one| one.person)
        .collect();
    let others: Vec<PersonId> = others.into_iter().collect();
    may_enter(workflow, &person, row.settles, &others)?;
    let need = usize::from(workflow.extraction.extractors);
    if row.settles && !standing(row.effect, &said, need).closed {
        return Err(field(
            "settles",
            "there is nothing to settle here yet".into(),
        ));
    }
    let mut own = said.iter().rev();
    let own = own.find(|one| {
        one.person == person.id && one.item == row.item && one.reconciles == row.settles
    });
    if own.is_some_and(|own| own.value == row.value && own.texts == row.texts) {
        return Ok(false);
    }
    let salt = Some(writer.salt(Some((digest, row.line)))?);
    let from = (via == Via::Import).then_some(RowRef {
        digest,
        line: row.line,
    });
    let Key {
        study,
        outcome,
        comparison,
        population,
        time,
        effect,
    } = key;
    let effect = effect.word().to_owned();
    let [note, quote, page] = row.texts.clone();
    let body = if row.judges {
        Body::RobJudged {
            study,
            outcome,
            comparison,
            population,
            time,
            effect,
            domain: row.item.to_owned(),
            judgement: row.value.to_owned(),
            reason: note.unwrap_or_default(),
            reconciles: row.settles,
            from,
            made,
            salt,
        }
    } else {
        Body::RobAnswered {
            study,
            outcome,
            comparison,
            population,
            time,
            effect,
            question: row.item.to_owned(),
            answer: row.value.to_owned(),
            note,
            quote,
            page,
            reconciles: row.settles,
            from,
            made,
            salt,
        }
    };
    writer.append(&acting.draft(body))?;
    Ok(true)
}
